"""The Try It tab: which sample and which models are asked for, and what is shown of the answers."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from inspector.datasets.choice import DataChoice
from inspector.errors import InspectorError
from inspector.gui.panels.try_it import TryItPanel
from inspector.gui.session import Session
from inspector.gui.tables.output_table import Answer, Answers
from inspector.gui.try_client import TryClient
from inspector.jobs.try_options import TryOptions
from inspector.jobs.try_sample import try_sample
from tests.builders import ModelBuilder
from tests.conftest import SAMPLES
from tests.jobs.plain_evaluation import sigmoid_model

FLOAT = SAMPLES / "digits_cnn.float32.tflite"


class HereClient(TryClient):
    """Runs what is asked for at once, in this process."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.asked: list[TryOptions] = []
        self._folder = folder

    def ask(self, options: TryOptions) -> None:
        self.asked.append(options)
        try:
            self.answered.emit(options, try_sample(options, lambda _share, _text: None, self._folder))
        except InspectorError as error:
            self.failed.emit(str(error))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "models"
    made.mkdir()
    for recipe in ("float32", "dynamic_range"):
        shutil.copy(FLOAT, made / f"net.{recipe}.tflite")
    shutil.copy(SAMPLES / "digits.npz", made)
    return made


@pytest.fixture
def session(folder: Path, tmp_path: Path) -> Session:
    made = Session()
    made.__dict__["tries"] = HereClient(tmp_path)
    shutil.copy(SAMPLES / "digits_cnn.h5", folder / "net.h5")
    made.open_all([folder / "net.h5", folder / "net.dynamic_range.tflite", folder / "net.float32.tflite"])
    return made


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> TryItPanel:
    made = TryItPanel(session)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    made.set_model(session.current)
    return made


def asked(session: Session) -> list[TryOptions]:
    client = session.tries
    assert isinstance(client, HereClient)
    return client.asked


def answers_of(panel: TryItPanel) -> Answers:
    found = panel.answers.table.outputs.answers
    assert found is not None
    return found


def test_the_first_sample_runs_at_once_through_float_and_variants(panel: TryItPanel, session: Session) -> None:
    options = asked(session)[-1]
    assert [Path(each).name for each in options.models] == ["net.float32.tflite", "net.dynamic_range.tflite"]
    assert options.sample == 0 and options.source == options.models[0]
    answers = answers_of(panel)
    assert [each.title for each in answers.columns] == ["float32", "float32"] and len(answers.rows) == 10
    assert panel.result is not None and panel.bar.number.maximum() == 499 and panel.bar.total.text() == "of 500"
    right = panel.result["label"]["classes"][0]
    assert panel.headline.text().startswith(f"Right answer {right}. float32 says {right} (") and answers.right == (
        right,
    )
    assert panel.input.plot is not None and panel.input.plot.values.shape == (8, 8, 1) and panel.input.view == "image"
    assert panel.bar.facts.text() == "digits.npz, labels y_test"


def test_next_previous_and_random_go_to_other_samples(panel: TryItPanel, session: Session, qtbot: QtBot) -> None:
    def shown() -> int:
        assert panel.result is not None
        return int(panel.result["sample"])

    panel.bar.next.click()
    qtbot.waitUntil(lambda: shown() == 1)
    panel.bar.previous.click()
    panel.bar.previous.click()
    qtbot.waitUntil(lambda: shown() == 499)
    qtbot.keyClick(panel, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: shown() == 0)
    for _try in range(5):
        before = shown()
        panel.bar.random.click()
        qtbot.waitUntil(lambda before=before: shown() != before)  # type: ignore[misc]
    count = len(asked(session))
    for number in range(10, 40):  # a wheel that turns fast
        panel.bar.number.setValue(number)
    qtbot.waitUntil(lambda: shown() == 39)
    assert len(asked(session)) == count + 1


def test_an_activation_is_shown_and_follows_the_selection(panel: TryItPanel, session: Session) -> None:
    variant = session.models[1]
    session.set_current(variant)
    panel.set_model(variant)
    pool = next(each for each in variant.model.operators() if each.op_name == "MAX_POOL_2D")
    tensor = variant.model.subgraphs[0].tensors[pool.outputs[0]]
    session.select(operators=[pool])
    assert panel.activation_box.currentData() == str(tensor.index)
    assert panel.activation.plot is not None and panel.activation.plot.values.shape == (3, 3, 32)
    assert asked(session)[-1].activation_of == str(variant.path)
    for view in ("histogram", "values", "image"):
        panel.activation.views.button(view).click()
        assert panel.activation.view == view and panel.activation.stack.currentIndex() == int(view == "values")
    assert not panel.activation.views.button("curves").isEnabled()
    panel.activation_box.setCurrentIndex(1)
    panel.activation_box.activated.emit(1)
    assert session.selection.tensors[0].index == variant.model.subgraphs[0].operators[0].outputs[0]
    panel.activation_box.setCurrentIndex(0)
    panel.activation_box.activated.emit(0)
    assert panel.activation.plot is None and panel.activation.canvas.message == "Choose an activation."


def test_another_model_can_be_ticked_and_left_out(panel: TryItPanel, session: Session) -> None:
    actions = {action.text().split()[0]: action for action in panel.bar.menu.actions()}
    assert not actions["net.h5"].isChecked(), "it would need TensorFlow"
    actions["net.dynamic_range.tflite"].trigger()
    assert [Path(each).name for each in asked(session)[-1].models] == ["net.float32.tflite"]
    assert len(answers_of(panel).columns) == 1 and panel.bar.models.text() == "Models: 1 of 3"


def test_without_data_there_is_a_button_and_the_choice_is_remembered(
    session: Session, folder: Path, qtbot: QtBot
) -> None:
    place = folder.parent / "elsewhere.npz"
    shutil.move(folder / "digits.npz", place)
    made = TryItPanel(session)
    qtbot.addWidget(made)
    made.set_model(session.current)
    assert made.stack.currentIndex() == 0 and not made.empty.button.isHidden()
    assert made.empty.sentence.text().startswith("No samples for net.float32.tflite yet.")
    made.use_data(DataChoice(str(place), samples=0), None)
    assert made.result is not None and made.stack.currentIndex() == 1
    again = TryItPanel(session)
    qtbot.addWidget(again)
    again.set_model(session.current)
    assert again.result is not None and again.result["data"] == str(place)


def test_samples_are_chosen_in_a_dialog_that_checks_them(panel: TryItPanel, session: Session, qtbot: QtBot) -> None:
    from inspector.gui.dialogs.try_data import TryDataDialog

    panel.bar.data.click()
    dialog = next(each for each in panel.window().findChildren(TryDataDialog))
    qtbot.waitUntil(lambda: dialog.bottom.run.isEnabled())
    assert dialog.data.samples.isHidden() and dialog.choice is not None and dialog.choice.labels == "y_test"
    dialog.data.arrays.boxes["image"].setCurrentIndex(dialog.data.arrays.boxes["image"].findData("x_calibration"))
    dialog.data.arrays.boxes["image"].activated.emit(0)
    dialog.data.labels.setCurrentIndex(0)
    dialog.data.labels.activated.emit(0)
    assert not dialog.bottom.run.isEnabled()
    qtbot.waitUntil(lambda: dialog.bottom.run.isEnabled())
    count = len(asked(session))
    dialog.bottom.run.click()
    assert len(asked(session)) == count + 1 and dict(asked(session)[-1].data.arrays) == {"image": "x_calibration"}


def test_what_can_not_be_run_is_a_sentence_and_the_next_one_can(panel: TryItPanel, folder: Path) -> None:
    (folder / "digits.npz").write_bytes(b"PK\x03\x04 no archive")
    panel.ask()
    assert panel.result is None and "damaged .npz" in panel.bar.facts.text()
    assert panel.answers.table.outputs.rowCount() == 0 and panel.input.plot is None
    shutil.copy(SAMPLES / "digits.npz", folder)
    panel.ask()
    assert panel.result is not None and panel.answers.table.outputs.rowCount() == 10


def test_weights_without_a_model_are_not_run(session: Session, folder: Path, qtbot: QtBot) -> None:
    b = ModelBuilder()
    b.tensor("x", [1, 4], data=np.zeros((1, 4), np.float32))
    session.open(b.inputs().outputs().write(folder / "weights.tflite"))
    made = TryItPanel(session)
    qtbot.addWidget(made)
    made.set_model(session.current)
    assert "nothing to run" in made.empty.sentence.text() and made.empty.button.isHidden()


def test_yes_or_no_and_several_labels_are_said_in_words(session: Session, folder: Path, qtbot: QtBot) -> None:
    for outputs, labels in ((1, "kind"), (3, "walk,run,sit")):
        model = sigmoid_model(folder / f"s{outputs}.tflite", outputs)
        rows = "a,b,c,d,kind,walk,run,sit\n1,2,3,4,1,1,0,1\n4,3,2,1,0,0,0,0\n"
        (folder / "rows.csv").write_text(rows)
        session.open(model)
        made = TryItPanel(session)
        qtbot.addWidget(made)
        made.set_model(session.current)
        lines = [",".join(line.split(",")[:4] + (line.split(",")[4:5] if outputs == 1 else line.split(",")[5:]))
                 for line in rows.splitlines()]  # fmt: skip
        (folder / "rows.csv").write_text("\n".join(lines) + "\n")
        made.use_data(DataChoice(str(folder / "rows.csv"), samples=0, labels=labels), None)
        text = made.headline.text()
        expected = "Right answer yes. float32 says " if outputs == 1 else "Right answer 0 walk, 2 sit. float32 says "
        assert text.startswith(expected), text
        made.bar.next.click()
        qtbot.waitUntil(lambda made=made: made.result is not None and made.result["sample"] == 1)  # type: ignore[misc]
        word = "no" if outputs == 1 else "none of the classes"
        assert made.headline.text().startswith(f"Right answer {word}."), made.headline.text()


def test_outputs_are_copied_exact_and_no_cell_is_a_formula(panel: TryItPanel) -> None:
    panel.answers.copy.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "Output\tfloat32\tfloat32" and len(lines) == 11
    value = answers_of(panel).value(3, 0)
    assert lines[4].split("\t")[1] == repr(value)
    evil = Answer("=1+1", np.array([0.5]), (), "#000000")
    panel.answers.table.show_answers(Answers([0], ["=cmd()"], [evil]))
    assert all(not cell.startswith("=") for line in panel.answers.table.copied_text().splitlines()
               for cell in line.split("\t"))  # fmt: skip


def test_what_is_seen_can_be_saved(panel: TryItPanel, tmp_path: Path, qtbot: QtBot) -> None:
    panel.input.export(tmp_path / "input.npy")
    assert np.load(tmp_path / "input.npy").shape == (8, 8, 1)
    qtbot.waitUntil(lambda: panel.input.canvas.figure is not None, timeout=20_000)
    panel.input.export(tmp_path / "input.png")
    assert (tmp_path / "input.png").read_bytes().startswith(b"\x89PNG")
    panel.input.views.button("values").click()
    with pytest.raises(InspectorError, match=r"save them as .npy or .csv"):
        panel.input.export(tmp_path / "values.png")


@pytest.fixture
def client(qtbot: QtBot) -> Iterator[TryClient]:
    made = TryClient()
    yield made
    made.stop()


def test_the_worker_answers_the_latest_question_and_comes_back_after_a_crash(
    client: TryClient, folder: Path, qtbot: QtBot
) -> None:
    def options(sample: int) -> TryOptions:
        return TryOptions(
            models=(str(folder / "net.float32.tflite"),), data=DataChoice(str(folder / "digits.npz"), samples=0),
            sample=sample,
        )  # fmt: skip

    found: list[dict[str, Any]] = []
    client.answered.connect(lambda _options, result: found.append(result))
    for sample in (3, 4, 5):
        client.ask(options(sample))
    qtbot.waitUntil(lambda: len(found) == 1, timeout=30_000)
    assert found[0]["sample"] == 5 and not client.busy
    worker = client._worker
    assert worker is not None
    client.ask(options(6))
    with qtbot.waitSignal(client.failed, timeout=10_000) as failed:
        worker._process.kill()
    assert failed.args[0].startswith("The worker was killed")
    client.ask(options(7))
    qtbot.waitUntil(lambda: found[-1]["sample"] == 7, timeout=30_000)
    with qtbot.waitSignal(client.failed, timeout=10_000) as failed:
        client.ask(options(700))
    assert "There is no sample 700" in failed.args[0]
