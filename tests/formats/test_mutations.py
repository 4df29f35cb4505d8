"""2,000 damaged variants of sound files: each ends in a sentence or opens with what is left of it, and soon."""

import faulthandler
import resource
import time
from pathlib import Path

import numpy as np
import pytest

from inspector.errors import InspectorError, ModelFileError
from inspector.formats import open_model
from tests.check_model import check_model
from tests.conftest import SAMPLES
from tests.fuzz.byte_damage import KINDS
from tests.model_examples import EXAMPLES

VARIANTS = 2000
SECONDS_EACH = 3.0  # on a busy machine; the usual variant takes 5 ms
MEMORY_GROWTH = 300 << 20


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
