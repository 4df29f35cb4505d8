"""Runs jobs of all kinds on the window's resident worker, one after another, and looks at what both processes hold."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtTest import QTest

from inspector.datasets.choice import DataChoice
from inspector.gui.app import application
from inspector.gui.jobs import DONE, FAILED, RUNNING, JobQueue
from inspector.jobs.engine import engine_of
from inspector.jobs.evaluate_options import EvaluateOptions
from inspector.jobs.options import DebugOptions, JobOptions, QuantizeOptions
from inspector.jobs.scratch import SCRATCH_PREFIX
from tests.conftest import SAMPLES
from tests.soak.resources import Held, children, held

MODEL, DATA = str(SAMPLES / "digits_cnn.h5"), str(SAMPLES / "digits.npz")
SECONDS = 120.0


ROUND = 20
"""Jobs after which the kinds come round: memory is compared after jobs of one kind."""


def soak(work: Path, jobs: int, warm: int, say: Callable[[str], None] = print) -> dict[str, list[Held]]:
    """`jobs` of them; what window and worker held after `warm` jobs and after each round from then on.

    One job in twenty fails, and the worker goes on. At the end some are cancelled, which ends a worker each.
    """
    application()
    queue = JobQueue()
    before = children(os.getpid())
    seen: dict[str, list[Held]] = {"window": [], "worker": []}
    for number in range(1, jobs + 1):
        _run(queue, number, work)
        if number >= warm and (number - warm) % ROUND == 0:
            [worker] = children(os.getpid()) - before
            seen["window"].append(replace(held(), children=frozenset()))
            seen["worker"].append(held(worker))
            say(f"job {number:,}: " + "; ".join(f"{name} {looks[-1].private >> 10:,} MB, {looks[-1].files} files"
                                                for name, looks in seen.items()))  # fmt: skip
    for number in range(3):
        _cancel(queue, work, number)
    queue.stop()
    _wait(lambda: not children(os.getpid()) - before, "A worker was left")
    assert not [name for name in os.listdir(work) if name.startswith(SCRATCH_PREFIX)], os.listdir(work)
    return seen


def _run(queue: JobQueue, number: int, work: Path) -> None:
    job = queue.submit(_options(number, work), f"Job {number}", "digits_cnn", engine_of(MODEL), quiet=True)
    _wait(lambda: job.over, f"Job {number} did not end")
    wanted = FAILED if number % ROUND == 7 else DONE
    assert job.state == wanted, (number, job.state, job.sentence, job.log[-1000:])
    queue.clear_finished()


def _cancel(queue: JobQueue, work: Path, number: int) -> None:
    job = queue.submit(_options(1, work), "Cancelled", "digits_cnn", engine_of(MODEL), quiet=True)
    _wait(lambda: job.over or (job.state == RUNNING and len(job.log) > 50 * number), "It did not begin")
    queue.cancel(job)
    _wait(lambda: job.over, "It was not cancelled")
    queue.clear_finished()


def _wait(until: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + SECONDS
    while not until():
        assert time.monotonic() < end, what
        QTest.qWait(5)


def _options(number: int, work: Path) -> JobOptions:
    """Quantizing mostly; evaluating, debugging, and a job that can't succeed now and then."""
    data = DataChoice(DATA, arrays=(("", "x_calibration"),), samples=20, seed=number % 3)
    made = str(work / "digits_cnn.int8.tflite")
    if number % ROUND == 7:
        return QuantizeOptions(source=str(work / "no such file.h5"), recipes=("int8",), output_folder=str(work))
    if number % 5 == 3:
        labelled = DataChoice(DATA, arrays=(("", "x_test"),), labels="y_test", samples=40)
        return EvaluateOptions(models=(MODEL, made), data=labelled, resamples=50)
    if number % 10 == 4:
        return DebugOptions(source=MODEL, data=data, output=str(work / "layers.csv"), overwrite=True)
    recipes = ("float32", "dynamic_range", "int8") if number % 2 else ("int8", "float16")
    return QuantizeOptions(source=MODEL, recipes=recipes, output_folder=str(work), data=data, overwrite=True)
