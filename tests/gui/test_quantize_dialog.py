"""The Quantize dialog as a person meets it: what is offered, what is checked, what is asked before anything starts."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from inspector.errors import JobError
from inspector.gui.background import stop_all
from inspector.gui.dialogs import output_form
from inspector.gui.dialogs.quantize import QuantizeDialog
from inspector.gui.session import Session
from inspector.gui.settings import Settings
from inspector.gui.unsaved import UnsavedFolder
from inspector.jobs.command_text import command_text
from inspector.jobs.recipes import CLASSIC_FIVE
from inspector.model.finding import Level
from tests.gui.quantize_fakes import FakeQueue, with_fake_jobs
from tests.keras_builders import DENSE_MODEL, layer, sequential, write_h5
from tests.model_examples import int8_cnn


@pytest.fixture
def folder(tmp_path: Path, sample_h5: Path, sample_tflite: Path) -> Path:
    """A folder of the user's with the sample model and its data."""
    made = tmp_path / "models"
    made.mkdir()
    for path in (sample_h5, sample_h5.with_name("digits.npz")):
        shutil.copy(path, made)
    shutil.copy(sample_tflite, made / "plain.tflite")
    return made


@pytest.fixture
def session(qapp: QApplication, folder: Path) -> Session:
    made = Session()
    made.open_all([folder / "digits_cnn.h5", folder / "plain.tflite"])
    return made


@pytest.fixture
def queue(session: Session) -> FakeQueue:
    return with_fake_jobs(session)


@pytest.fixture
def unsaved() -> Iterator[UnsavedFolder]:
    made = UnsavedFolder()
    yield made
    made.remove()


@pytest.fixture
def dialog(session: Session, queue: FakeQueue, folder: Path, unsaved: UnsavedFolder, qtbot: QtBot):
    yield opened(session, folder / "digits_cnn.h5", unsaved, qtbot)
    stop_all()


def opened(session: Session, source: Path, unsaved: UnsavedFolder, qtbot: QtBot) -> QuantizeDialog:
    made = QuantizeDialog(session, Settings(), unsaved, source)
    qtbot.addWidget(made)
    made.show()
    settled(made, qtbot)
    return made


def settled(dialog: QuantizeDialog, qtbot: QtBot) -> None:
    """Waits until the source and the data were looked at."""
    data = dialog.data
    qtbot.waitUntil(lambda: dialog.source.facts is not None)
    qtbot.waitUntil(lambda: data.choice is None or data.check is not None or bool(data._factor_problem))


def texts(dialog: QuantizeDialog) -> str:
    return "\n".join(notice.text for notice in dialog.data.section.lines.notices)


def test_it_opens_with_the_classic_five_and_finds_the_data_beside_the_model(
    dialog: QuantizeDialog, folder: Path, queue: FakeQueue
) -> None:
    assert dialog.windowTitle() == "Quantize digits_cnn.h5"
    assert dialog.table.chosen == CLASSIC_FIVE and dialog.count.text() == "5 of 11 chosen"
    assert dialog.make.text() == "Make 5 variants" and dialog.make.isEnabled()
    assert dialog.data.section.side.text() == "one calibration for 3 of the 5"
    assert "x_calibration fits the input: [1, 8, 8, 1] FLOAT32." in texts(dialog)
    assert "Values from 0 to 1, no NaN." in texts(dialog)
    assert dialog.data.samples.total.text() == "of 200"
    assert dialog.output.names.text() == "digits_cnn.<recipe id>.tflite"
    assert dialog.options.output_folder == str(folder) and not dialog.output.keep_unsaved
    assert queue.warmed == ["keras3"], "TensorFlow is imported while the user reads"


def test_the_job_is_what_the_form_says_and_the_dialog_goes(
    dialog: QuantizeDialog, queue: FakeQueue, folder: Path, qtbot: QtBot
) -> None:
    dialog.table.choose(["int8", "int16x8"])
    dialog.source.batch.button("dynamic").click()
    dialog.data.samples.count.setValue(50)
    dialog.data.samples.seed.setValue(7)
    dialog.options_form.integer_io.setChecked(True)
    settled(dialog, qtbot)
    with qtbot.waitSignal(dialog.submitted):
        dialog.make.click()
    options: Any = queue.jobs[0].options
    assert options.source == str(folder / "digits_cnn.h5") and options.recipes == ("int8", "int16x8")
    assert options.batch == "dynamic" and options.integer_io and not options.float_fallback and not options.overwrite
    assert (options.data.samples, options.data.seed) == (50, 7)
    assert options.data.arrays == (("image", "x_calibration"),)
    assert queue.jobs[0].title == "Quantize 2 variants" and queue.jobs[0].engine == "keras3"
    assert not dialog.isVisible()


def test_rows_are_ticked_with_mouse_and_keyboard(dialog: QuantizeDialog, qtbot: QtBot) -> None:
    table = dialog.table
    row = table.visualItemRect(table.topLevelItem(2))
    tick = QPoint(row.left() + 20, row.center().y())
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=tick)
    assert "float16" in table.chosen
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(row.left() + 120, row.center().y()))
    assert "float16" in table.chosen, "a click on the name only looks at the row"
    assert dialog.sentence.text().startswith("float16: Weights are stored with half the bits")
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert "float16" not in table.chosen
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert "int8_float_io" not in table.chosen


def test_without_a_recipe_nothing_can_be_made(dialog: QuantizeDialog) -> None:
    link = next(button for button in dialog.findChildren(QPushButton) if button.text() == "None")
    link.click()
    assert dialog.table.chosen == () and not dialog.make.isEnabled()
    assert dialog.footer.text() == "Tick at least one recipe."
    next(button for button in dialog.findChildren(QPushButton) if button.text() == "All").click()
    assert dialog.make.text() == "Make 11 variants"


def test_data_of_another_shape_are_refused_with_both_shapes(
    dialog: QuantizeDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    np.save(tmp_path / "wrong.npy", np.zeros((10, 28, 28), np.float32))
    dialog.data.file.set_path(tmp_path / "wrong.npy")
    settled(dialog, qtbot)
    assert "[10, 28, 28]" in texts(dialog) and "[n, 8, 8, 1]" in texts(dialog).replace("?", "n")
    assert dialog.data.section.lines.notices[0].level is Level.DAMAGE and not dialog.make.isEnabled()
    dialog.table.choose(["dynamic_range", "float16"])
    assert dialog.make.isEnabled(), "these need no data"
    assert dialog.options.data is None
    assert dialog.data.section.side.text() == "not needed by what is chosen"


def test_another_array_is_checked_anew(dialog: QuantizeDialog, qtbot: QtBot) -> None:
    box = dialog.data.arrays.boxes["image"]
    names = [str(box.itemData(place)) for place in range(box.count())]
    assert {"x_calibration", "x_test", "y_test"} <= set(names)
    box.setCurrentIndex(names.index("x_test"))
    box.activated.emit(names.index("x_test"))
    settled(dialog, qtbot)
    assert dialog.data.choice is not None and dialog.data.choice.arrays == (("image", "x_test"),)
    assert "x_test fits the input" in texts(dialog) and dialog.make.isEnabled()
    box.setCurrentIndex(names.index("y_test"))
    box.activated.emit(names.index("y_test"))
    settled(dialog, qtbot)
    assert dialog.data.section.lines.notices[0].level is Level.DAMAGE and not dialog.make.isEnabled()


def test_without_data_the_form_says_what_is_missing(
    session: Session, queue: FakeQueue, folder: Path, unsaved: UnsavedFolder, qtbot: QtBot
) -> None:
    (folder / "digits.npz").unlink()
    dialog = opened(session, folder / "digits_cnn.h5", unsaved, qtbot)
    assert texts(dialog) == "No calibration data. Choose a .npz or .npy file."
    assert not dialog.make.isEnabled() and "untick" in dialog.footer.text()
    dialog.data.kind.setCurrentIndex(dialog.data.kind.findData("random"))
    dialog.data.kind.activated.emit(dialog.data.kind.currentIndex())
    settled(dialog, qtbot)
    assert dialog.make.isEnabled() and "not valid for accuracy" in texts(dialog).lower()


def test_a_variant_that_exists_is_only_replaced_after_asking(
    dialog: QuantizeDialog, queue: FakeQueue, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "digits_cnn.int8.tflite").write_bytes(b"old")
    dialog.table.choose(["int8", "float32"])
    assert dialog.output.section.lines.notices[0].text == "digits_cnn.int8.tflite exists; asks before replacing it."
    asked: list[str] = []
    monkeypatch.setattr(output_form, "ask", lambda _parent, _title, text, answers: asked.append(text + str(answers)))
    dialog.make.click()
    assert not queue.jobs and dialog.isVisible() and "digits_cnn.int8.tflite is in" in asked[0]
    assert "Replace 1 file" in asked[0]
    monkeypatch.setattr(output_form, "ask", lambda *_args: 0)
    dialog.make.click()
    assert queue.jobs[0].options.overwrite is True  # type: ignore[attr-defined]


def test_unsaved_variants_are_made_in_a_folder_of_the_windows(
    dialog: QuantizeDialog, queue: FakeQueue, folder: Path, unsaved: UnsavedFolder
) -> None:
    (folder / "digits_cnn.int8.tflite").write_bytes(b"old")
    dialog.output.unsaved.setChecked(True)
    assert not dialog.output.section.lines.notices and not dialog.output.field.isEnabled()
    dialog.make.click()
    place = Path(queue.jobs[0].options.output_folder)  # type: ignore[attr-defined]
    assert unsaved.holds(place) and place.is_dir() and place != folder


def test_a_folder_that_can_not_be_written_is_said_at_once(dialog: QuantizeDialog, tmp_path: Path) -> None:
    dialog.output.field.set_path(tmp_path / "new" / "deeper")
    assert dialog.make.isEnabled() and "made when the job ends" in dialog.output.section.lines.notices[0].text
    dialog.output.field.text.setText(str(tmp_path / "models" / "digits.npz"))
    assert not dialog.make.isEnabled() and "is not a folder" in dialog.footer.text()
    dialog.output.field.text.clear()
    assert not dialog.make.isEnabled() and "Choose a folder" in dialog.footer.text()


def test_what_is_not_installed_is_greyed_with_the_line_that_installs_it(
    dialog: QuantizeDialog, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr("inspector.jobs.availability.installed", lambda backend: backend != "litert")
    dialog.table.choose(["int8", "weight_only_int8"])
    dialog.source.choose(dialog.source.path)
    settled(dialog, qtbot)
    assert dialog.table.chosen == ("int8",), "a greyed one is not made"
    assert dialog.install.isVisible() and dialog.install.line.text() == 'pip install "tflite-inspector[litert]"'
    assert dialog.install.words.text() == "For the 2 greyed recipes:"
    dialog.install.copy.click()
    assert QApplication.clipboard().text() == 'pip install "tflite-inspector[litert]"'
    row = next(
        item
        for place in range(dialog.table.topLevelItemCount())
        if (item := dialog.table.topLevelItem(place)) is not None and item.text(0) == "Dynamic range, int4"
    )
    assert row.isDisabled() and 'Not installed: pip install "tflite-inspector[litert]"' in row.toolTip(0)


def test_a_tflite_source_keeps_its_batch_and_uses_no_keras(
    session: Session, queue: FakeQueue, folder: Path, unsaved: UnsavedFolder, qtbot: QtBot
) -> None:
    dialog = opened(session, folder / "plain.tflite", unsaved, qtbot)
    assert not dialog.source.batch.button("dynamic").isEnabled()
    assert dialog.make.isEnabled() and dialog.output.names.text() == "plain.<recipe id>.tflite"


def test_another_model_is_chosen_in_the_dialog(dialog: QuantizeDialog, folder: Path, qtbot: QtBot) -> None:
    box = dialog.source.model
    assert [box.itemText(place) for place in range(2)] == [
        "digits_cnn.h5  (Keras 3, 271.5 KB)", "plain.tflite  (float32, 246.2 KB)",
    ]  # fmt: skip
    box.activated.emit(1)
    settled(dialog, qtbot)
    assert dialog.output.names.text() == "plain.<recipe id>.tflite"
    assert dialog.windowTitle() == "Quantize plain.tflite" and dialog.options.source == str(folder / "plain.tflite")


def test_a_quantized_model_is_refused_with_a_sentence(
    session: Session, queue: FakeQueue, folder: Path, unsaved: UnsavedFolder, qtbot: QtBot
) -> None:
    (folder / "small.tflite").write_bytes(int8_cnn())
    dialog = opened(session, folder / "small.tflite", unsaved, qtbot)
    assert "small.tflite is quantized already" in dialog.footer.text() and not dialog.make.isEnabled()
    assert not queue.warmed, "no worker is started for what can't be made"
    assert dialog.source.section.lines.notices[0].level is Level.DAMAGE


def test_code_in_a_model_runs_only_after_consent(
    session: Session, queue: FakeQueue, folder: Path, unsaved: UnsavedFolder, qtbot: QtBot
) -> None:
    layers = [*DENSE_MODEL["config"]["layers"], layer("Lambda", "scale", function=["4wEA", None, None])]
    source = write_h5(folder / "code.h5", sequential(*layers))
    dialog = opened(session, source, unsaved, qtbot)
    dialog.table.choose(["float32"])
    assert queue.warmed == ["keras2"], "Keras 2 wrote it"
    assert "has code in it (scale)" in dialog.source.section.lines.notices[0].text
    assert not dialog.make.isEnabled() and "Agree to run the code" in dialog.footer.text()
    dialog.source.consent.click()
    assert dialog.make.isEnabled() and dialog.options.allow_code
    dialog.source.choose(folder / "digits_cnn.h5")
    settled(dialog, qtbot)
    assert not dialog.options.allow_code and dialog.source.consent.isHidden(), "the consent was for the other file"


def test_a_python_file_runs_only_after_consent_which_is_not_remembered(
    dialog: QuantizeDialog, session: Session, queue: FakeQueue, folder: Path, unsaved: UnsavedFolder, qtbot: QtBot
) -> None:
    script = folder / "data.py"
    script.write_text("raise SystemExit\ndef calibration_data():\n    yield None\n", encoding="utf-8")
    dialog.data.kind.setCurrentIndex(dialog.data.kind.findData("python"))
    dialog.data.kind.activated.emit(dialog.data.kind.currentIndex())
    dialog.data.file.set_path(script)
    settled(dialog, qtbot)
    assert not dialog.make.isEnabled() and "Agree to run the Python file" in dialog.footer.text()
    dialog.data.consent.click()
    settled(dialog, qtbot)
    assert dialog.make.isEnabled()
    dialog.make.click()
    assert queue.jobs[0].options.data.allow_code  # type: ignore[attr-defined]
    again = opened(session, folder / "digits_cnn.h5", unsaved, qtbot)
    assert again.data.choice is not None and again.data.choice.path == str(script)
    assert not again.data.choice.allow_code and not again.make.isEnabled()


def test_choices_are_remembered_for_each_model(
    dialog: QuantizeDialog, session: Session, queue: FakeQueue, folder: Path, unsaved: UnsavedFolder, qtbot: QtBot
) -> None:
    dialog.table.choose(["int8", "float16"])
    dialog.data.samples.count.setValue(33)
    dialog.output.field.set_path(folder / "variants")
    settled(dialog, qtbot)
    dialog.make.click()
    again = opened(session, folder / "digits_cnn.h5", unsaved, qtbot)
    assert again.table.chosen == ("float16", "int8") and again.data.samples.count.value() == 33
    assert again.output.folder == folder / "variants"
    other = opened(session, folder / "plain.tflite", unsaved, qtbot)
    assert other.table.chosen == ("float16", "int8"), "recipes go on to the next model"
    assert other.output.folder == folder and other.data.samples.count.value() == 100


def test_damaged_settings_are_no_settings(
    session: Session, queue: FakeQueue, folder: Path, unsaved: UnsavedFolder, qtbot: QtBot
) -> None:
    settings = Settings()
    settings.put("quantize/recipes", "nonsense,int4")
    settings.put("quantize/sources", '{"' + str(folder / "digits_cnn.h5") + '": {"data": {"path": 7}, "folder": 3}}')
    dialog = opened(session, folder / "digits_cnn.h5", unsaved, qtbot)
    assert dialog.table.chosen == CLASSIC_FIVE and dialog.output.folder == folder and dialog.make.isEnabled()


def test_the_command_and_the_script_are_those_of_the_job(dialog: QuantizeDialog) -> None:
    command, script = dialog.copies
    command.click()
    assert QApplication.clipboard().text() == command_text(dialog.options)
    assert dialog.footer.text() == "The command is in the clipboard."
    script.click()
    text = QApplication.clipboard().text()
    assert "import tensorflow" in text
    compile(text, "script", "exec")


def test_images_become_pixels_times_a_factor(dialog: QuantizeDialog, tmp_path: Path, qtbot: QtBot) -> None:
    image = pytest.importorskip("PIL.Image")
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for place in range(3):
        image.new("L", (8, 8), 40 * place).save(pictures / f"{place}.png")
    dialog.data.kind.setCurrentIndex(dialog.data.kind.findData("images"))
    dialog.data.kind.activated.emit(dialog.data.kind.currentIndex())
    dialog.data.file.set_path(pictures)
    dialog.data.factors.scale.setText("1/255")
    settled(dialog, qtbot)
    choice = dialog.data.choice
    assert choice is not None and choice.scale == pytest.approx(1 / 255) and choice.offset is None
    assert dialog.data.samples.total.text() == "of 3" and dialog.make.isEnabled()
    dialog.data.factors.offset.setText("minus one")
    assert not dialog.make.isEnabled() and "is no number" in dialog.footer.text()


def test_the_wheel_over_a_field_scrolls_the_form(dialog: QuantizeDialog, qtbot: QtBot) -> None:
    dialog.table.setFocus()
    box = dialog.data.samples.count
    place = QPointF(box.rect().center())
    wheel = QWheelEvent(
        place, box.mapToGlobal(place), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, wheel)
    assert box.value() == 100


def test_a_model_that_is_opened_or_closed_meanwhile_is_followed(
    dialog: QuantizeDialog, session: Session, folder: Path, sample_h5: Path
) -> None:
    session.close(session.models[1])
    box = dialog.source.model
    assert [str(box.itemText(place)) for place in range(box.count())].count("plain.tflite  (float32, 246.2 KB)") == 0
    session.close(session.models[0])
    assert dialog.source.path == folder / "digits_cnn.h5" and dialog.make.isEnabled()
    session.open(folder / "plain.tflite")
    assert box.itemData(box.currentIndex()) == folder / "digits_cnn.h5", "the choice stays"


def test_every_control_has_a_name(dialog: QuantizeDialog) -> None:
    kinds = (QLineEdit, QComboBox, QSpinBox, QCheckBox, QPushButton)
    for kind in kinds:
        for widget in dialog.findChildren(kind):
            if widget.isVisibleTo(dialog) and widget.objectName() != "qt_spinbox_lineedit":
                interface = QAccessible.queryAccessibleInterface(widget)
                assert interface is not None and interface.text(QAccessible.Text.Name), widget


def test_inputs_by_name_each_get_their_array(
    session: Session, queue: FakeQueue, folder: Path, unsaved: UnsavedFolder, qtbot: QtBot
) -> None:
    from tests.builders import ModelBuilder

    b = ModelBuilder()
    left, right = b.tensor("left", [1, 4]), b.tensor("right", [1, 2])
    joined = b.tensor("joined", [1, 6])
    b.operator("CONCATENATION", [left, right], [joined], b.options("ConcatenationOptions", axis=1))
    b.inputs(left, right).outputs(joined)
    source = b.write(folder / "two.tflite")
    np.savez(folder / "digits.npz", b=np.ones((9, 2), np.float32), left=np.ones((9, 4), np.float32), c=np.ones(3))
    dialog = opened(session, source, unsaved, qtbot)
    choice = dialog.data.choice
    assert choice is not None and dict(choice.arrays) == {"left": "left", "right": "b"}
    assert list(dialog.data.arrays.boxes) == ["left", "right"] and dialog.data.samples.total.text() == "of 9"
    assert replace(choice, arrays=()).path == str(folder / "digits.npz")


def test_make_waits_for_the_data_to_be_looked_at(
    dialog: QuantizeDialog, queue: FakeQueue, tmp_path: Path, qtbot: QtBot
) -> None:
    np.save(tmp_path / "wrong.npy", np.zeros((10, 28, 28), np.float32))
    dialog.data.file.set_path(tmp_path / "wrong.npy")
    dialog.make.click()
    assert not queue.jobs and dialog.footer.text() == "Checking the data; then the job starts."
    settled(dialog, qtbot)
    assert not queue.jobs and dialog.isVisible() and not dialog.make.isEnabled()
    dialog.data.samples.count.setValue(20)
    dialog.data.file.set_path(tmp_path / "models" / "digits.npz")
    dialog.make.click()
    qtbot.waitUntil(lambda: bool(queue.jobs))
    assert not dialog.isVisible()


def test_a_file_in_the_way_of_the_provenance_is_asked_about(
    dialog: QuantizeDialog, queue: FakeQueue, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "digits_cnn.int8.json").write_text("my own notes", encoding="utf-8")
    dialog.table.choose(["int8"])
    assert "digits_cnn.int8.json exists" in dialog.output.section.lines.notices[0].text
    monkeypatch.setattr(output_form, "ask", lambda *_args: None)
    dialog.make.click()
    assert not queue.jobs


def test_a_model_that_is_not_pruned_is_told_so_for_sparse_recipes(dialog: QuantizeDialog, qtbot: QtBot) -> None:
    assert not dialog.source.section.lines.notices
    dialog.table.choose(["sparse"])
    assert "of the weights are 0" in dialog.source.section.lines.notices[0].text and dialog.make.isEnabled()


def test_the_tab_key_goes_through_the_fields_as_they_stand(dialog: QuantizeDialog, qtbot: QtBot) -> None:
    names = []
    dialog.data.file.text.setFocus()
    for _ in range(5):
        focus = QApplication.focusWidget()
        assert focus is not None
        names.append(focus.accessibleName())
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert names == ["Calibration data", "Calibration data: browse", "Array for image", "Samples", "Seed"]


def test_without_tensorflow_a_keras_file_says_what_to_install_and_a_tflite_does_what_it_can(
    session: Session, queue: FakeQueue, folder: Path, unsaved: UnsavedFolder, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for module in ("inspector.jobs.availability", "inspector.gui.dialogs.quantize"):
        monkeypatch.setattr(f"{module}.installed", lambda backend: backend != "tensorflow")
    dialog = opened(session, folder / "digits_cnn.h5", unsaved, qtbot)
    assert dialog.table.chosen == () and "tensorflow" in dialog.install.line.text()
    assert dialog.install.words.text() == "For the 11 greyed recipes:" and not queue.warmed
    dialog.source.choose(folder / "plain.tflite")
    settled(dialog, qtbot)
    assert dialog.table.chosen == CLASSIC_FIVE and dialog.make.isEnabled()
    assert dialog.install.words.text() == "For the 2 greyed recipes:", "the sparse ones"


def test_a_defect_while_data_are_looked_at_ends_the_waiting(
    dialog: QuantizeDialog, queue: FakeQueue, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def broken(*_args: object) -> None:
        raise JobError("The disk is gone.")

    monkeypatch.setattr("inspector.gui.dialogs.data_form.check_data", broken)
    dialog.data.samples.count.setValue(9)
    dialog.make.click()
    settled(dialog, qtbot)
    assert not queue.jobs and texts(dialog) == "The disk is gone." and not dialog.make.isEnabled()
