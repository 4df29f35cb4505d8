"""A folder with the sample's models and data, and a Sweep window whose jobs never start."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.gui.background import stop_all
from inspector.gui.jobs import CANCELLED, DONE, FAILED, Job
from inspector.gui.session import Session
from inspector.gui.settings import Settings
from inspector.gui.sweep.sweep_run import SweepRun
from inspector.gui.sweep.window import SweepWindow
from inspector.gui.theme import apply_theme
from inspector.jobs.pipeline_news import PipelineNews
from inspector.resources import resource_path
from tests.gui.quantize_fakes import FakeQueue, with_fake_jobs

PLAN = """
name = "Digits"
recipes = ["float32", "int8"]
metrics = ["accuracy"]
[calibration]
path = "digits.npz"
arrays = {"" = "x_calibration"}
[evaluation]
path = "digits.npz"
arrays = {"" = "x_test"}
labels = "y_test"
[[models]]
path = "digits_cnn.h5"
groups = {pruning = "before"}
[[models]]
path = "digits_cnn_p*.h5"
groups = {pruning = "after"}
"""


@dataclass
class Study:
    """A folder with models, data and a plan of four pipelines."""

    folder: Path

    @property
    def plan(self) -> Path:
        return self.folder / "digits.toml"

    @property
    def model(self) -> Path:
        return self.folder / "digits_cnn.h5"


@pytest.fixture
def study(tmp_path: Path) -> Study:
    for name in ("digits_cnn.h5", "digits_cnn_pruned.h5", "digits.npz"):
        copyfile(resource_path(f"samples/{name}"), tmp_path / name)
    (tmp_path / "digits.toml").write_text(PLAN)
    return Study(tmp_path)


@pytest.fixture
def queue(session: Session) -> FakeQueue:
    return with_fake_jobs(session)


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, session: Session, queue: FakeQueue) -> Iterator[SweepWindow]:
    apply_theme(qapp, "light")
    made = SweepWindow(session, Settings(), SweepRun(session))
    qtbot.addWidget(made, before_close_func=saved)
    made.show()
    yield made
    stop_all()
    qapp.processEvents()


def saved(window: SweepWindow) -> None:
    """At a test's end nothing may ask: there is nobody to answer."""
    window.edit._saved = window.edit.plan


def counted(qtbot: QtBot, window: SweepWindow) -> None:
    """Waits until the plan in sight was counted."""
    qtbot.waitUntil(lambda: window.counts.current, timeout=20_000)


def begin(queue: FakeQueue, window: SweepWindow) -> Job:
    """The job that Run put in line, as if its worker had begun."""
    window.start()
    job = window.run.job
    assert job is not None
    job.begin()
    queue.changed.emit(job)
    return job


def tell(queue: FakeQueue, job: Job, *news: PipelineNews) -> None:
    for each in news:
        queue.told.emit(job, each.to_dict())


def finish(queue: FakeQueue, job: Job, state: str = DONE, sentence: str = "") -> None:
    assert state in (DONE, FAILED, CANCELLED)
    queue.end(job, state, sentence)
