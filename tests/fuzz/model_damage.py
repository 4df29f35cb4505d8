"""Damage inside a .tflite file's structure: every field of every table may get another value, and it is packed anew."""

import random
import struct
from collections.abc import Iterator
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tests.fuzz.names import NAMES

NUMBERS = (0, 1, -1, 2, 3, 127, 128, 255, 256, 65535, 1 << 20, 2**31 - 1, -(2**31), 2**32 - 1, 2**62, 77)
FLOATS = (0.0, -1.0, float("nan"), float("inf"), -float("inf"), 1e-45, 3e38, 1.0)
Place = tuple[Any, Any]  # an object and its attribute, or a list and an index


class StructureDamage:
    """One sound model, read into objects once. `damaged` changes some of their fields, packs, and puts them back."""

    def __init__(self, data: bytes) -> None:
        self._model = schema.ModelT.InitFromPackedBuf(data, 0)
        self._places = list(_places(self._model))
        self._objects = [owner for owner, _ in self._places]

    def damaged(self, chance: random.Random) -> tuple[str, bytes]:
        """What was done, and the packed model; changes that can't be packed are made again elsewhere."""
        while True:
            before: list[tuple[Place, Any]] = []
            said = []
            try:
                for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
                    place = self._places[chance.randrange(len(self._places))]
                    before.append((place, _get(place)))
                    _set(place, self._other(before[-1][1], chance))
                    said.append(f"{type(place[0]).__name__}.{place[1]}")
                return " ".join(said), _packed(self._model)
            except (struct.error, TypeError, ValueError, AttributeError, OverflowError, AssertionError, IndexError):
                continue  # the schema's own writer refuses it
            except flatbuffers.builder.BuilderSizeError:
                continue
            finally:
                for place, value in reversed(before):
                    _set(place, value)

    def _other(self, old: Any, chance: random.Random) -> Any:
        if chance.random() < 0.1:
            return None
        if isinstance(old, bool):
            return not old
        if isinstance(old, int):
            return chance.choice((*NUMBERS, old + 1, old - 1, chance.randrange(64)))
        if isinstance(old, float):
            return chance.choice(FLOATS)
        if isinstance(old, str | bytes):
            return chance.choice(NAMES)
        if isinstance(old, np.ndarray):
            return _other_array(old, chance)
        if isinstance(old, list):
            return _other_list(old, chance)
        same = [owner for owner in self._objects if type(owner) is type(old)]
        if old is not None and same:
            return chance.choice(same)
        return chance.choice((None, np.array([0, 1, -1, 5], np.int32), "text", 3))


def _other_array(old: np.ndarray, chance: random.Random) -> np.ndarray:
    """Cut, longer, empty, or with a number in it that does not belong there."""
    kind = chance.randrange(6)
    if kind == 0 or not old.size:
        return np.zeros(chance.choice((0, 1, 2, 5, 300)), old.dtype)
    if kind == 1:
        return old[: chance.randrange(old.size)].copy()
    if kind == 2:
        return np.concatenate([old, old[:4]])
    if kind == 3 and old.dtype.itemsize > 1:
        return np.full(old.shape, _fitting(old.dtype, chance), old.dtype)
    changed = old.copy()
    changed[chance.randrange(old.size)] = _fitting(old.dtype, chance)
    return changed


def _fitting(dtype: np.dtype, chance: random.Random) -> Any:
    if dtype.kind == "f":
        return chance.choice([number for number in FLOATS if number != 3e38])
    info = np.iinfo(dtype) if dtype.kind in "iu" else None
    numbers = [number for number in NUMBERS if info is not None and info.min <= number <= info.max]
    return chance.choice(numbers or [True, False])


def _other_list(old: list[Any], chance: random.Random) -> list[Any]:
    kind = chance.randrange(5)
    if kind == 0 or not old:
        return []
    if kind == 1:
        return old[: chance.randrange(len(old))]
    if kind == 2:
        return old + old[: chance.choice((1, 2, 50))]
    if kind == 3:
        return old[::-1]
    return [chance.choice(old)] * len(old)


def _places(value: Any) -> Iterator[Place]:
    """Every field of a table and of what it holds. Bare buffers come rarely: most of a file's fields are elsewhere."""
    for name, inner in vars(value).items():
        yield value, name
        if isinstance(inner, list):
            for number, row in enumerate(inner):
                yield inner, number
                if hasattr(row, "Pack"):
                    yield from _places(row)
        elif hasattr(inner, "Pack"):
            yield from _places(inner)


def _get(place: Place) -> Any:
    owner, name = place
    return owner[name] if isinstance(owner, list) else getattr(owner, name)


def _set(place: Place, value: Any) -> None:
    owner, name = place
    if isinstance(owner, list):
        owner[name] = value
    else:
        setattr(owner, name, value)


def _packed(model: Any) -> bytes:
    builder = flatbuffers.Builder(4096)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())
