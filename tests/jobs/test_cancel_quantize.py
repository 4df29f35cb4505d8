"""The real job is cancelled at each of its steps, killed, starved of memory: nothing of it stays behind."""

import os
import signal
from pathlib import Path

import pytest

from inspector.datasets.choice import DataChoice
from inspector.errors import Cancelled, JobError, WorkerError
from inspector.jobs.client import run_in_worker
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.protocol import Event, Progress, Ready
from inspector.jobs.provenance import provenance_path
from tests.conftest import SAMPLES

pytestmark = pytest.mark.tensorflow
RECIPES = ("float32", "dynamic_range", "int8")
STEPS = (
    "Starting TensorFlow", "Loading", "Converting", "Making float32", "Making Dynamic range", "Calibrating",
    "Quantizing", "Moving the files into place",
)  # fmt: skip
"""Where it is cancelled, by how the step's words begin."""


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder that only the job writes into."""
    made = tmp_path / "work"
    made.mkdir()
    return made


def options(folder: Path, **more: object) -> QuantizeOptions:
    source, data = str(SAMPLES / "digits_cnn.h5"), DataChoice(str(SAMPLES / "digits.npz"))
    given = {"source": source, "recipes": RECIPES, "output_folder": str(folder), "data": data, **more}
    return QuantizeOptions(**given)  # type: ignore[arg-type]


def test_the_steps_are_the_ones_that_are_cancelled_below(work: Path):
    seen: list[str] = []
    result = run_in_worker(
        options(work), lambda event: seen.append(event.message) if isinstance(event, Progress) else None
    )
    unknown = [message for message in seen if not message.startswith(STEPS)]
    missing = [step for step in STEPS if not any(message.startswith(step) for message in seen)]
    assert (unknown, missing) == ([], [])
    made = [Path(variant["path"]) for variant in result["variants"]]
    assert sorted(work.iterdir()) == sorted([*made, *map(provenance_path, made)])


@pytest.mark.parametrize("step", STEPS)
def test_cancel_leaves_nothing_or_everything(work: Path, step: str):
    def stop(event: Event) -> None:
        if isinstance(event, Progress) and event.message.startswith(step):
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        run_in_worker(options(work / "new" / "variants"), stop)
    left = sorted(each.name for each in work.rglob("*") if each.is_file())
    if step.startswith("Moving") and left:  # the files were on their way: then all of them arrive
        assert len(left) == 2 * len(RECIPES)
    else:
        assert list(work.iterdir()) == []


def test_a_worker_that_is_killed_keeps_what_stood_there_before(work: Path):
    old = work / "digits_cnn.int8.tflite"
    old.write_bytes(b"older")
    process = 0

    def kill(event: Event) -> None:
        nonlocal process
        if isinstance(event, Ready):
            process = event.process
        elif isinstance(event, Progress) and event.message.startswith("Calibrating"):
            os.kill(process, signal.SIGKILL)

    with pytest.raises(WorkerError, match=r"The worker was killed \(SIGKILL\)"):
        run_in_worker(options(work, overwrite=True), kill)
    assert list(work.iterdir()) == [old]
    assert old.read_bytes() == b"older"


@pytest.mark.parametrize("megabytes", [600, 2000])
def test_too_little_memory_is_said_wherever_it_ends(work: Path, megabytes: int):
    """600: TensorFlow can't be loaded. 2,000: the converter aborts, as it can't start a thread."""
    with pytest.raises(JobError, match="There was not enough memory for this job"):
        run_in_worker(options(work / "new", memory_limit_mb=megabytes))
    assert list(work.iterdir()) == []
