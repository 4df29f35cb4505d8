"""2,000 damaged variants of sound files: each ends in a sentence or opens with what is left of it, and soon."""

import faulthandler
import resource
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from inspector.errors import InspectorError, ModelFileError
from inspector.formats import open_model
from tests.check_model import check_model
from tests.conftest import SAMPLES
from tests.model_examples import EXAMPLES

VARIANTS = 2000
SECONDS_EACH = 3.0  # on a busy machine; the usual variant takes 5 ms
MEMORY_GROWTH = 300 << 20

Random = np.random.Generator


def _flip_bytes(data: bytearray, random: Random) -> None:
    for _ in range(random.integers(1, 9)):
        data[_place(data, random)] = random.integers(0, 256)


def _set_number(data: bytearray, random: Random) -> None:
    """An offset, a count or an index becomes another one: near, far, or as large as can be."""
    at = _place(data, random) & ~3
    old = int.from_bytes(data[at : at + 4], "little")
    new = (0, 1, old + 4, old ^ 0x100, 2**31 - 1, 2**32 - 1, 2**32 - 4, len(data), int(random.integers(0, len(data))))
    data[at : at + 4] = (int(new[random.integers(0, len(new))]) % 2**32).to_bytes(4, "little")[: len(data) - at]


def _set_many_numbers(data: bytearray, random: Random) -> None:
    for _ in range(random.integers(2, 30)):
        _set_number(data, random)


def _cut(data: bytearray, random: Random) -> None:
    del data[random.integers(0, len(data)) :]


def _blank(data: bytearray, random: Random) -> None:
    at, length = _place(data, random), int(random.integers(1, 200))
    data[at : at + length] = bytes([random.choice([0, 0xFF])]) * len(data[at : at + length])


def _move(data: bytearray, random: Random) -> None:
    """A piece of the file stands in another place too."""
    at, to, length = _place(data, random) & ~3, _place(data, random) & ~3, int(random.integers(4, 200))
    piece = data[at : at + length]
    data[to : to + len(piece)] = piece


def _insert(data: bytearray, random: Random) -> None:
    at = _place(data, random)
    data[at:at] = random.bytes(int(random.integers(1, 16)))


KINDS: tuple[Callable[[bytearray, Random], None], ...] = (
    _flip_bytes, _set_number, _set_many_numbers, _cut, _blank, _move, _insert,
)  # fmt: skip


def _place(data: bytearray, random: Random) -> int:
    """Half of the damage hits the last 3 KB or the first, where the tables are; the mark TFL3 stays."""
    if random.random() < 0.5 or len(data) < 7000:
        return int(random.integers(8, len(data)))
    near = int(random.integers(8, 3000))
    return near if random.random() < 0.5 else len(data) - near


def variant(number: int) -> tuple[str, bytes]:
    """What was done, and the damaged file; the same for the same number."""
    random = np.random.default_rng(number)
    sources = _sources()
    name = sorted(sources)[number % len(sources)]
    data = bytearray(sources[name])
    kind = KINDS[number // len(sources) % len(KINDS)]
    kind(data, random)
    return f"variant {number}: {kind.__name__} of {name}", bytes(data)


_made: dict[str, bytes] = {}


def _sources() -> dict[str, bytes]:
    if not _made:
        _made.update({name: make() for name, make in EXAMPLES.items()})
        _made["sample"] = (SAMPLES / "digits_cnn.float32.tflite").read_bytes()
    return _made


@pytest.mark.parametrize("part", range(8))
def test_damaged_files_end_in_a_sentence_or_open_with_what_is_left(part: int, tmp_path: Path) -> None:
    path = tmp_path / "variant.tflite"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    opened = 0
    for number in range(part, VARIANTS, 8):
        what, data = variant(number)
        path.write_bytes(data)
        faulthandler.dump_traceback_later(10 * SECONDS_EACH, exit=True)  # a hang shows where
        started = time.perf_counter()
        try:
            check_model(open_model(path))
            opened += 1
        except ModelFileError as error:
            assert str(error).endswith(".") and "\n" not in str(error), what
        except InspectorError:
            raise
        except Exception as error:
            raise AssertionError(f"{what} ends in {type(error).__name__}: {error}") from error
        finally:
            faulthandler.cancel_dump_traceback_later()
        assert time.perf_counter() - started < SECONDS_EACH, what
    assert opened > VARIANTS // 8 // 2  # most damage leaves something to show
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before < MEMORY_GROWTH
