"""A worker that is killed at any step: what stood there stays, nothing half made appears.

`python -m tests.faults.test_killed_workers` kills at every step there is; the suite at the first and the last.
"""

import os
import re
import signal
import tempfile
from pathlib import Path

import pytest

from inspector.datasets.choice import DataChoice
from inspector.errors import WorkerError
from inspector.jobs.client import run_in_worker
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.protocol import Event, Progress, Ready
from tests.conftest import SAMPLES

STEPS = (
    "Reading x_calibration", "Reading digits_cnn", "Starting TensorFlow", "Loading", "Converting", "Making float32",
    "Checking float32", "Making Dynamic", "Checking Dynamic", "Calibrating with", "Calibrating 1", "Quantizing",
    "Checking Full",
)  # fmt: skip
RECIPES = ("float32", "dynamic_range", "int8")


def options(folder: Path) -> QuantizeOptions:
    data = DataChoice(str(SAMPLES / "digits.npz"), samples=20)
    return QuantizeOptions(source=str(SAMPLES / "digits_cnn.h5"), recipes=RECIPES, output_folder=str(folder),
                           data=data, overwrite=True)  # fmt: skip


def kill_at(step: str, folder: Path) -> None:
    """Three older variants stand there; the worker that replaces them is killed as it begins `step`."""
    old = {folder / f"digits_cnn.{recipe}.tflite": f"older {recipe}".encode() for recipe in RECIPES}
    for path, content in old.items():
        path.write_bytes(content)
    process = 0

    def watch(event: Event) -> None:
        nonlocal process
        if isinstance(event, Ready):
            process = event.process
        elif isinstance(event, Progress) and re.sub(r"[\d,]+ of", "1 of", event.message).startswith(step):
            os.kill(process, signal.SIGKILL)

    with pytest.raises(WorkerError, match=r"The worker was killed \(SIGKILL\)"):
        run_in_worker(options(folder), watch)
    assert {path: path.read_bytes() for path in folder.iterdir()} == old, step


@pytest.mark.tensorflow
@pytest.mark.parametrize("step", [STEPS[0], STEPS[-1]])
def test_killed_at_a_step_it_loses_nothing(step: str, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    kill_at(step, folder)


if __name__ == "__main__":
    for each in STEPS:
        with tempfile.TemporaryDirectory() as name:
            os.environ["XDG_CACHE_HOME"] = str(Path(name) / "cache")
            work = Path(name) / "work"
            work.mkdir()
            kill_at(each, work)
            print(f"killed at {each}: nothing lost", flush=True)
