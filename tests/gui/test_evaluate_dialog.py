"""The Evaluate dialog: which models are ticked, what is checked before anything runs, what becomes of the job."""

import argparse
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from inspector.cli.evaluate_arguments import add_arguments, evaluate_options
from inspector.datasets.choice import DataChoice
from inspector.gui.dialogs.evaluate import EvaluateDialog
from inspector.gui.evaluation_jobs import EvaluationJobs
from inspector.gui.jobs import DONE, FAILED
from inspector.gui.main_window import MainWindow
from inspector.gui.message_bar import MessageBar
from inspector.gui.session import Session
from inspector.gui.settings import Settings
from inspector.jobs.evaluate import evaluate
from inspector.jobs.evaluate_command import evaluate_command
from inspector.jobs.evaluate_options import EvaluateOptions
from tests.conftest import SAMPLES
from tests.gui.quantize_fakes import FakeQueue, with_fake_jobs
from tests.jobs.plain_evaluation import sigmoid_model

FLOAT = SAMPLES / "digits_cnn.float32.tflite"


@pytest.fixture(autouse=True)
def everything_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspector.gui.dialogs.evaluate.installed", lambda _package: True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A Keras file with two .tflite files of its name, its data, and a file that has nothing to do with them."""
    made = tmp_path / "models"
    made.mkdir()
    shutil.copy(SAMPLES / "digits_cnn.h5", made / "net.h5")
    for recipe in ("float32", "dynamic_range"):
        shutil.copy(FLOAT, made / f"net.{recipe}.tflite")
    shutil.copy(SAMPLES / "digits.npz", made)
    sigmoid_model(made / "other.tflite", 2)
    return made


@pytest.fixture
def session(folder: Path) -> Session:
    made = Session()
    made.open_all([folder / name for name in ("net.h5", "net.float32.tflite", "net.dynamic_range.tflite",
                                              "other.tflite")])  # fmt: skip
    made.set_current(made.models[2])
    return made


@pytest.fixture
def queue(session: Session) -> FakeQueue:
    return with_fake_jobs(session)


@pytest.fixture
def dialog(session: Session, queue: FakeQueue, qtbot: QtBot) -> EvaluateDialog:
    return dialog_of(session, qtbot)


def dialog_of(session: Session, qtbot: QtBot) -> EvaluateDialog:
    assert session.current is not None
    made = EvaluateDialog(session, Settings(), session.current)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.data.check is not None)
    return made


def ready(dialog: EvaluateDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not dialog.problem)


def names(dialog: EvaluateDialog) -> list[str]:
    return [Path(each).name for each in dialog.options.models]


def test_the_family_is_ticked_with_the_float_variant_as_reference(dialog: EvaluateDialog, qtbot: QtBot) -> None:
    ready(dialog, qtbot)
    assert names(dialog) == ["net.h5", "net.float32.tflite", "net.dynamic_range.tflite"]
    assert Path(dialog.options.reference).name == "net.float32.tflite" and len(dialog.models.boxes) == 4
    data = dialog.options.data
    assert (dict(data.arrays), data.labels, data.samples) == ({"image": "x_test"}, "y_test", 0)
    assert dialog.lines.notices[0].text == "500 labels: one class of several, 10 classes of 48 to 51."
    assert dialog.bottom.run.text() == "Evaluate 3 models" and dialog.bottom.run.isEnabled()


def test_models_that_take_other_samples_are_told_before_anything_runs(
    dialog: EvaluateDialog, folder: Path, qtbot: QtBot
) -> None:
    ready(dialog, qtbot)
    dialog.models.boxes[folder / "other.tflite"].click()
    assert dialog.problem == "Checking the data..." and not dialog.bottom.run.isEnabled()
    qtbot.waitUntil(lambda: "can't be evaluated with the same data" in dialog.problem)
    dialog.run()
    assert dialog.isVisible()
    dialog.models.boxes[folder / "other.tflite"].click()
    ready(dialog, qtbot)


def test_without_labels_a_reference_is_needed(dialog: EvaluateDialog, qtbot: QtBot) -> None:
    ready(dialog, qtbot)
    dialog.data.labels.setCurrentIndex(0)
    dialog.data.labels.activated.emit(0)
    ready(dialog, qtbot)
    assert dialog.options.data.labels == "none"
    assert "only how far models agree" in dialog.lines.notices[0].text
    dialog.models.choose_reference(None)
    qtbot.waitUntil(lambda: "can only be compared with another" in dialog.problem)


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (np.array([0, 1, 2, 11]), "There is a label 11, but the model's output has 10 classes"),
        (np.array([3, 3, 3, 3]), "All 4 labels are class 3"),
        (np.array([0, np.nan, 2, 1]), "NaN or infinity among the labels"),
        (np.array(["a", "b", "c", "a"]), "The labels are 3 words, the model's output has 10 classes"),
    ],
)
def test_wrong_labels_are_told(
    session: Session, queue: FakeQueue, folder: Path, qtbot: QtBot, labels: np.ndarray, sentence: str
) -> None:
    np.savez(folder / "digits.npz", x_test=np.zeros((4, 8, 8, 1), np.float32), y_test=labels)
    dialog = dialog_of(session, qtbot)
    qtbot.waitUntil(lambda: sentence in dialog.problem)
    assert not dialog.bottom.run.isEnabled() and not dialog.copy.isEnabled() and not queue.jobs


def test_how_it_is_scored_goes_into_the_job_and_the_command(dialog: EvaluateDialog, qtbot: QtBot, folder: Path) -> None:
    ready(dialog, qtbot)
    scoring = dialog.scoring
    scoring.average.setCurrentIndex(scoring.average.findData("weighted"))
    scoring.rounding.button("truncate").click()
    scoring.resamples.setValue(200)
    scoring.limit.button("value").click()
    scoring.limit_value.setText("much")
    assert dialog.problem == 'The threshold "much" is no number.'
    scoring.limit_value.setText("0.25")
    ready(dialog, qtbot)
    dialog.models.boxes[folder / "net.h5"].click()
    ready(dialog, qtbot)
    dialog.copy.click()
    text = QGuiApplication.clipboard().text()
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    words = shlex.split(text)
    assert words[:2] == ["tflite-inspector", "evaluate"] and evaluate_command(dialog.options) == text
    assert evaluate_options(parser.parse_args(words[2:])) == dialog.options
    assert dialog.options.threshold == 0.25 and dialog.options.input_rounding == "truncate"


def test_the_job_s_scores_are_offered_and_shown_as_results(
    dialog: EvaluateDialog, session: Session, queue: FakeQueue, qtbot: QtBot, tmp_path: Path, folder: Path
) -> None:
    pytest.importorskip("sklearn")
    bar = MessageBar()
    qtbot.addWidget(bar)
    jobs = EvaluationJobs(session, bar)
    session.jobs_began.emit(queue)
    assert jobs is not None
    dialog.models.boxes[folder / "net.h5"].click()
    dialog.scoring.resamples.setValue(20)
    ready(dialog, qtbot)
    dialog.bottom.run.click()
    assert not dialog.isVisible()
    (job,) = queue.jobs
    assert isinstance(job.options, EvaluateOptions) and job.title == "Evaluate 2 models" and job.model_name == "net.h5"
    job.result = evaluate(job.options, lambda _share, _text: None, tmp_path)
    queue.end(job, DONE)
    assert bar.sentence.text() == "2 models evaluated on 500 samples of digits.npz."
    with qtbot.waitSignal(session.results_opened) as opened:
        bar.button.click()
    rows = opened.args[0].pipelines
    assert [row.recipe for row in rows] == ["float32", "dynamic_range"] and rows[0].row["accuracy"] > 0.9
    assert opened.args[0].reference == "net.float32.tflite"


def test_a_job_that_failed_is_said(session: Session, queue: FakeQueue, dialog: EvaluateDialog, qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    jobs = EvaluationJobs(session, bar)
    session.jobs_began.emit(queue)
    assert jobs is not None
    ready(dialog, qtbot)
    dialog.run()
    with qtbot.waitSignal(session.failed) as failed:
        queue.end(queue.jobs[0], FAILED, "It went wrong.")
    assert failed.args[0] == "Evaluate 3 models of net.h5 failed. It went wrong." and bar.isHidden()


def test_data_and_names_are_remembered_for_the_family(
    dialog: EvaluateDialog, session: Session, queue: FakeQueue, qtbot: QtBot, folder: Path
) -> None:
    names = folder / "names.txt"
    names.write_text("\n".join("abcdefghij"))
    ready(dialog, qtbot)
    dialog.data.samples.count.setValue(100)
    dialog.names.set_path(names)
    ready(dialog, qtbot)
    dialog.run()
    assert len(queue.jobs) == 1
    session.set_current(session.models[1])
    again = dialog_of(session, qtbot)
    ready(again, qtbot)
    assert again.options.data.samples == 100 and again.options.label_names == str(names)
    assert again.options.data.labels == "y_test"


def test_columns_of_a_table_are_offered_as_labels_and_may_be_typed(
    session: Session, queue: FakeQueue, folder: Path, qtbot: QtBot
) -> None:
    (folder / "digits.npz").unlink()
    session.set_current(session.models[3])  # four values, two outputs
    lines = [f"{n},{n + 1},{n % 3},1,{n % 2},{int(n % 3 == 0)},{'ab'[n % 2]}" for n in range(30)]
    (folder / "rows.csv").write_text("p,q,r,s,first,second,kind\n" + "\n".join(lines) + "\n")
    assert session.current is not None
    made = EvaluateDialog(session, Settings(), session.current)
    qtbot.addWidget(made)
    made.show()
    made.data.choose(DataChoice(str(folder / "rows.csv"), samples=0))
    qtbot.waitUntil(lambda: made.data.labels.count() > 1)
    assert [made.data.labels.itemText(place) for place in range(2)] == ["none", "kind"]
    assert made.data.labels.currentText() == "kind"
    assert "has 7 columns" in made.problem or made.data.check is None or not made.data.check.usable
    made.data.labels.setEditText("first,second")
    made.data.labels.lineEdit().editingFinished.emit()
    qtbot.waitUntil(lambda: not made.problem)
    assert made.options.data.labels == "first,second"
    assert "several labels a sample, 2 of them" in made.lines.notices[0].text


def test_a_variant_that_is_made_meanwhile_is_ticked(
    dialog: EvaluateDialog, session: Session, folder: Path, qtbot: QtBot
) -> None:
    ready(dialog, qtbot)
    shutil.copy(FLOAT, folder / "net.int8.tflite")
    session.open(folder / "net.int8.tflite")
    assert "net.int8.tflite" in names(dialog)
    session.close(next(each for each in session.models if each.path.name == "net.float32.tflite"))
    assert "net.float32.tflite" not in names(dialog) and not dialog.options.reference


def test_the_window_has_it_in_its_menu_and_shows_one_at_a_time(sample_window: MainWindow) -> None:
    sample_window.actions_by_id["evaluate"].trigger()
    dialog = sample_window.variants.evaluate_dialog
    assert dialog is not None and dialog.isVisible() and dialog.windowTitle() == "Evaluate digits_cnn.h5"
    sample_window.actions_by_id["evaluate"].trigger()
    assert sample_window.variants.evaluate_dialog is dialog
    dialog.reject()
    assert sample_window.variants.evaluate_dialog is None
