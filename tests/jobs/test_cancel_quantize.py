"""The real job is cancelled at each of its steps, killed, starved of memory: nothing of it stays behind."""

import os
import re
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


def test_cancel_at_every_step_leaves_nothing(work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    kinds: dict[str, None] = {}
    result = run_in_worker(options(work / "whole"), lambda event: kinds.setdefault(kind_of(event)))
    made = [Path(variant["path"]) for variant in result["variants"]]
    assert sorted((work / "whole").iterdir()) == sorted([*made, *map(provenance_path, made)])
    steps = [kind for kind in kinds if kind]
    assert len(steps) >= 6 and "Starting TensorFlow" in steps
    for number, step in enumerate(steps):

        def stop(event: Event, step: str = step) -> None:
            if kind_of(event) == step:
                raise Cancelled(step)

        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / f"cache {number}"))  # else steps would be left out
        folder = work / str(number) / "new"
        with pytest.raises(Cancelled, match=re.escape(step)):
            run_in_worker(options(folder), stop)
        left = list(folder.iterdir()) if folder.exists() else []
        if step == steps[-1] and left:  # too late: the files were on their way, and all of them arrived
            assert len(left) == 2 * len(RECIPES), step
        else:
            assert not folder.parent.exists(), step


def kind_of(event: Event) -> str:
    """The words of a step, without its numbers; "" for other events."""
    return re.sub(r"[\d,]+", "#", event.message) if isinstance(event, Progress) else ""


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
