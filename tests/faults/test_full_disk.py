"""A disk that fills up while something is written: the old file stays, no half one appears, a sentence says it."""

import sys
from pathlib import Path

import pytest

from tests import keras_builders as build
from tests.conftest import SAMPLES
from tests.faults.limited import full_disk, left

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no RLIMIT_FSIZE")
SAMPLE = SAMPLES / "digits_cnn.float32.tflite"
LIMIT = 300

COMMANDS: dict[str, tuple[str, ...]] = {
    "tensors.csv": ("tensors", "--csv", str(SAMPLE)),
    "weights.csv": ("weights", "--csv", str(SAMPLE)),
    "show.json": ("show", "--json", str(SAMPLE)),
    "kernel.npy": ("values", str(SAMPLE), "T#4"),
    "kernel.csv": ("values", str(SAMPLE), "T#4"),
    "kernel.png": ("histogram", str(SAMPLE), "T#4"),
    "kernel.svg": ("histogram", str(SAMPLE), "T#4"),
    "pairs.csv": ("compare", "--csv", str(SAMPLE), str(SAMPLE)),
    "array": ("export-c", str(SAMPLE)),
    "graph": ("export-model-explorer", str(SAMPLE)),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_an_export_keeps_the_old_file(name: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    target = out / name
    target.write_bytes(b"old")
    done = full_disk(LIMIT, *COMMANDS[name], "-o", target, "--force")
    assert done.returncode == 1, (done.stdout[-300:], done.stderr[-300:])
    assert done.stderr.splitlines()[-1].startswith("tflite-inspector: The disk is full: "), done.stderr
    assert len(done.stderr.splitlines()) <= 2  # matplotlib has a word on its own cache
    assert left(out) == [name] and target.read_bytes() == b"old"


def test_output_that_goes_to_a_full_device_is_a_sentence() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    done = full_disk(1 << 30, "tensors", "--csv", SAMPLE, "-o", "/dev/full")
    assert done.returncode == 1 and "disk is full" in done.stderr and done.stderr.count("\n") == 1


def test_packed_weights_that_find_no_room_to_be_unpacked_are_no_damage(tmp_path: Path) -> None:
    weights = build.store_bytes({"layers/dense": [build.random(400, 60), build.random(60)]})
    config = build.sequential(build.layer("InputLayer", "i", batch_input_shape=[None, 400], dtype="float32"),
                              build.layer("Dense", "dense", units=60))  # fmt: skip
    path = build.write_keras(tmp_path / "packed.keras", config, weights, compression=8)
    done = full_disk(LIMIT, "show", path)
    assert done.returncode == 1
    assert "damaged" not in done.stderr and "no room" in done.stderr and done.stderr.count("\n") == 1, done.stderr


@pytest.mark.tensorflow
def test_quantizing_keeps_what_stood_there_and_says_it(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    old = out / "digits_cnn.dynamic_range.tflite"
    old.write_bytes(b"old")
    words = ("quantize", SAMPLES / "digits_cnn.h5", "--recipe", "dynamic_range", "-o", out, "--force")
    done = full_disk(20_000, *words, XDG_CACHE_HOME=str(tmp_path / "cache"), TMPDIR=str(tmp_path))
    assert done.returncode == 1, (done.stdout[-500:], done.stderr[-500:])
    assert "The disk is full" in done.stderr, done.stderr
    assert left(out) == [old.name] and old.read_bytes() == b"old"
