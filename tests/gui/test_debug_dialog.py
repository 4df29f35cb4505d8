"""The Debug dialog: what it asks for, what it remembers, which job it puts in line, what becomes of that."""

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from inspector.datasets.choice import DataChoice
from inspector.gui.dialogs.debug import DebugDialog
from inspector.gui.jobs import DONE, FAILED
from inspector.gui.session import Session
from inspector.gui.settings import Settings
from inspector.gui.unsaved import UnsavedFolder
from inspector.jobs.debug_command import debug_command
from inspector.jobs.options import CompareActivationsOptions, DebugOptions
from tests.conftest import SAMPLES
from tests.debugged import told
from tests.gui.quantize_fakes import FakeQueue, with_fake_jobs

FLOAT = SAMPLES / "digits_cnn.float32.tflite"


@pytest.fixture(autouse=True)
def everything_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspector.gui.dialogs.debug.installed", lambda _package: True)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    made = Session()
    made.open(copy_of(FLOAT, tmp_path / "net.tflite"))
    return made


@pytest.fixture
def queue(session: Session) -> FakeQueue:
    return with_fake_jobs(session)


def copy_of(path: Path, target: Path) -> Path:
    target.write_bytes(path.read_bytes())
    return target


def dialog_of(session: Session, qtbot: QtBot, source: Path) -> DebugDialog:
    made = DebugDialog(session, Settings(), UnsavedFolder(), source)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.source.facts is not None)
    return made


@pytest.fixture
def dialog(session: Session, queue: FakeQueue, qtbot: QtBot, tmp_path: Path) -> DebugDialog:
    rng = np.random.default_rng(1)
    np.savez(tmp_path / "data.npz", x_train=rng.random((30, 8, 8, 1), np.float32),
             x_test=rng.random((20, 8, 8, 1), np.float32), y_test=np.arange(20) % 10)  # fmt: skip
    made = dialog_of(session, qtbot, tmp_path / "net.tflite")
    qtbot.waitUntil(lambda: made.calibration.check is not None and made.samples.check is not None)
    return made


def test_data_beside_the_source_are_found_with_test_samples_and_labels(dialog: DebugDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: dialog.samples.check is not None and not dialog.problem)
    options = dialog.options
    assert isinstance(options, DebugOptions) and options.debug_data is not None
    assert [name for _, name in options.data.arrays] == ["x_train"]
    assert [name for _, name in options.debug_data.arrays] == ["x_test"]
    assert options.debug_data.labels == "y_test" and options.errors == ("local", "cumulative")
    assert dialog.evaluation is not None and dialog.evaluation.samples == 1000


def test_the_job_s_result_becomes_a_history_that_is_scored(
    dialog: DebugDialog, session: Session, queue: FakeQueue, qtbot: QtBot, tmp_path: Path
) -> None:
    qtbot.waitUntil(lambda: not dialog.problem)
    dialog.run_button.click()
    (job,) = queue.jobs
    assert isinstance(job.options, DebugOptions) and job.options.output_folder
    made = copy_of(FLOAT, tmp_path / "net.int8_float_io.tflite")
    job.result = {**told(), "model": str(made), "size_bytes": 1234}
    asked: list[str] = []
    session.action_asked.connect(asked.append)
    queue.end(job, DONE)
    qtbot.waitUntil(lambda: len(session.debuggings.all) == 1)
    (history,) = session.debuggings.all
    assert history.name == "net" and history.steps[0].path == made and history.can_repair
    assert history.evaluation is not None and history.evaluation.labels == "y_test"
    qtbot.waitUntil(lambda: any(model.path == made for model in session.models))
    assert asked == ["debug"] and [job.options.JOB for job in queue.jobs] == ["debug", "score"]


def test_a_failed_job_is_said(dialog: DebugDialog, session: Session, queue: FakeQueue, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not dialog.problem)
    dialog.run()
    with qtbot.waitSignal(session.failed) as said:
        queue.end(queue.jobs[0], FAILED, "It is quantized already.")
    assert said.args == ["Debug quantization of net.tflite failed. It is quantized already."]


def test_measuring_on_the_calibration_data_needs_no_others(dialog: DebugDialog, qtbot: QtBot) -> None:
    dialog.errors.same.setChecked(True)
    assert dialog.samples.isHidden()
    options = dialog.options
    assert isinstance(options, DebugOptions) and options.debug_data is None


def test_without_data_the_footer_says_what_is_missing(
    session: Session, queue: FakeQueue, qtbot: QtBot, tmp_path: Path
) -> None:
    made = dialog_of(session, qtbot, tmp_path / "net.tflite")
    assert made.footer.text() == "Choose calibration data: the ranges of the activations are measured with them."
    assert not made.run_button.isEnabled()


def test_without_tensorflow_two_files_can_still_be_compared(
    session: Session, queue: FakeQueue, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspector.gui.dialogs.debug.installed", lambda _package: False)
    session.open(copy_of(FLOAT, tmp_path / "other.tflite"))
    made = dialog_of(session, qtbot, tmp_path / "net.tflite")
    assert "pip install tensorflow" in made.footer.text()
    made.mode.button("pair").click()
    made.samples.choose(DataChoice("random"))
    qtbot.waitUntil(lambda: made.samples.check is not None)
    assert not made.problem
    options = made.options
    assert isinstance(options, CompareActivationsOptions)
    assert {Path(options.reference).name, Path(options.candidate).name} == {"net.tflite", "other.tflite"}
    made.run_button.click()
    (job,) = queue.jobs
    one = told()["local"]
    job.result = {"pair": one, "samples": 5, "reference": "net.tflite", "candidate": "other.tflite"}
    queue.end(job, DONE)
    qtbot.waitUntil(lambda: len(session.debuggings.all) == 1)
    (history,) = session.debuggings.all
    assert history.first.kinds == ("pair",) and not history.can_repair


def test_one_file_is_no_pair(session: Session, queue: FakeQueue, qtbot: QtBot, tmp_path: Path) -> None:
    made = dialog_of(session, qtbot, tmp_path / "net.tflite")
    made.mode.button("pair").click()
    assert made.footer.text().startswith("Open two .tflite files of one model")


def test_the_choice_is_remembered_for_the_next_time(
    dialog: DebugDialog, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    qtbot.waitUntil(lambda: not dialog.problem)
    dialog.samples.samples.count.setValue(7)
    dialog.run()
    again = dialog_of(session, qtbot, tmp_path / "net.tflite")
    qtbot.waitUntil(lambda: again.samples.check is not None)
    choice = again.samples.choice
    assert choice is not None and (choice.samples, choice.labels) == (7, "y_test")


def test_the_command_does_the_same(tmp_path: Path) -> None:
    import argparse
    import shlex

    from inspector.cli.debug_arguments import add_arguments, debug_options, pair_options

    def parsed(text: str) -> argparse.Namespace:
        parser = argparse.ArgumentParser()
        add_arguments(parser)
        return parser.parse_args(shlex.split(text)[2:])

    data = DataChoice("a b.npz", (("", "x"),), samples=5)
    options = DebugOptions(source="net.h5", data=data, debug_data=DataChoice("t.npz", (("", "y"),), samples=5),
                           errors=("local",), float_tensors=("a;b",),
                           batch="dynamic", output_folder="made")  # fmt: skip
    assert debug_options(parsed(debug_command(options)), False) == options
    pair = CompareActivationsOptions(reference="a.tflite", candidate="b.tflite", data=data)
    assert pair_options(parsed(debug_command(pair)), False) == pair
