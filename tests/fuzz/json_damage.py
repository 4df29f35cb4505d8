"""Damage inside a JSON value, such as a Keras configuration: one or more of its values become something else."""

import json
import random
from collections.abc import Iterator
from typing import Any

from tests.fuzz.names import NAMES

JUNK: tuple[Any, ...] = (
    None, True, -1, 0, 1 << 70, 1e308, float("nan"), "", "x", [], {}, [[]], [None], {"class_name": "Dense"},
    ["a", 0, 0], [["a", 0, 0]], "Lambda", [-1, -1], [10**9, 10**9], {"class_name": "Dense", "config": {}},
    [[1, 2], [3, 4]],
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside a JSON value."""
    if path:
        yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield from places(inner, (*path, key))


def put(value: Any, path: tuple[Any, ...], inner: Any) -> Any:
    """A copy of `value` with `inner` at `path`."""
    changed = json.loads(json.dumps(value))
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = inner
    return changed


def damage_json(text: str, chance: random.Random) -> tuple[str, str]:
    """What was done, and the changed text, which need not be JSON any more."""
    kind = chance.randrange(12)
    if kind == 0:
        return "cut JSON", text[: chance.randrange(len(text) + 1)]
    if kind == 1:
        depth = chance.choice((50, 500, 5000, 100_000))
        return f"{depth} deep JSON", '{"class_name":"Sequential","config":{"layers":[' * depth
    if kind == 2:
        at = chance.randrange(len(text) + 1)
        return "JSON with a piece twice", text[:at] + text[max(at - 40, 0) :]
    value = json.loads(text)
    said = []
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        found = list(places(value))
        if not found:
            break
        path = chance.choice(found)
        value = put(value, path, _other(value, found, chance))
        said.append("/".join(map(str, path)))
    return "JSON " + " ".join(said)[:200], json.dumps(value)


def _other(value: Any, found: list[tuple[Any, ...]], chance: random.Random) -> Any:
    """Junk, a hostile name, or what stands at another place of the same value."""
    kind = chance.randrange(3)
    if kind == 0:
        return chance.choice(JUNK)
    if kind == 1:
        return chance.choice(NAMES)
    inner = value
    for key in chance.choice(found):
        inner = inner[key]
    return inner
