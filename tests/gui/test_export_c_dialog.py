"""The dialog that exports a C array: what a user sees while choosing, and what is there afterwards."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

import inspector
from inspector.analysis.measurements import Measurements
from inspector.errors import Cancelled
from inspector.gui.background import Progress
from inspector.gui.dialogs import export_c
from inspector.gui.dialogs.export_c import ExportCDialog
from inspector.gui.session import OpenModel
from inspector.gui.theme import apply_theme, current_palette
from tests.builders import ModelBuilder

Open = Callable[..., ExportCDialog]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    builder = ModelBuilder()
    x = builder.tensor("audio", [1, 3, 40], "INT8", scale=0.101960786, zero_point=-128)
    y = builder.tensor("probability", [1, 1], "UINT8", scale=0.00390625, zero_point=0)
    builder.tensor("kernel", [40, 60], "INT8", data=bytes(range(240)) * 10)
    return builder.inputs(x).outputs(y).write(tmp_path / "okay_nabu.tflite")


@pytest.fixture
def dialog_of(qtbot: QtBot, qapp: QApplication) -> Iterator[Open]:
    apply_theme(qapp, "light")

    def make(path: Path) -> ExportCDialog:
        opened = inspector.open_model(path)
        dialog = ExportCDialog(OpenModel(opened, Measurements(opened)))
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    yield make


@pytest.fixture
def dialog(dialog_of: Open, model: Path) -> ExportCDialog:
    return dialog_of(model)


def file_names(dialog: ExportCDialog) -> list[str]:
    QApplication.processEvents()  # new tabs are shown by the event loop
    return [button.toolTip() for button in dialog.preview.findChildren(QPushButton) if button.isVisible()]


def press(dialog: ExportCDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.export, Qt.MouseButton.LeftButton)


def wait_for_files(dialog: ExportCDialog, qtbot: QtBot) -> list[Path]:
    with qtbot.waitSignal(dialog.exported, timeout=10_000):
        press(dialog, qtbot)
    return dialog.written


def answer_box(word: str, seen: list[str]) -> None:
    """Presses the button whose text begins with `word` in the box that opens next."""

    def answer() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(20, answer)
            return
        seen.append(box.text())
        next(button for button in box.buttons() if button.text().replace("&", "").startswith(word)).click()

    QTimer.singleShot(20, answer)


def test_it_opens_with_the_pair_and_its_text(dialog: ExportCDialog, model: Path) -> None:
    assert dialog.windowTitle() == "Export C array of okay_nabu.tflite"
    assert file_names(dialog) == ["okay_nabu_model_data.cc", "okay_nabu_model_data.h"]
    assert dialog.export.text() == "Export 2 files"
    lines = -(-model.stat().st_size // 12)
    assert dialog.preview.extent.text() == f"preview: 19 of {lines:,} lines of bytes"
    text = dialog.preview.code.toPlainText()
    assert text.startswith(f"// okay_nabu.tflite: {model.stat().st_size:,} bytes\n// SHA-256 ")
    assert "// input  0: INT8  [1, 3, 40]  scale 0.101960786  zero_point -128\n" in text
    assert f"\n  // {lines - 19:,} more lines\n" in text
    assert dialog.verify.isChecked()
    assert dialog.target == model.parent


def test_names_are_shown_as_they_will_be_compiled(dialog: ExportCDialog, qtbot: QtBot) -> None:
    assert dialog.form is not None
    assert dialog.form.symbol.text() == "okay_nabu"
    dialog.form.symbol.selectAll()
    qtbot.keyClicks(dialog.form.symbol, "3 models*")
    assert dialog.form.array_name.text() == "g_model_3_models_model_data"
    assert dialog.form.length_name.text() == "g_model_3_models_model_data_len"
    assert file_names(dialog)[0] == "model_3_models_model_data.cc"
    assert "g_model_3_models_model_data[]" in dialog.preview.code.toPlainText()


def test_long_names_do_not_widen_the_dialog(dialog: ExportCDialog, qtbot: QtBot) -> None:
    assert dialog.form is not None
    qtbot.keyClicks(dialog.form.symbol, "_and_many_more_words" * 4)
    dialog.folder.setText("/none/" + "folder" * 60)
    press(dialog, qtbot)
    assert dialog.message.text()
    assert any("…" in button.text() for button in dialog.preview.findChildren(QPushButton))
    assert dialog.minimumSizeHint().width() < 1024


def test_each_style_shows_its_files(dialog: ExportCDialog) -> None:
    assert dialog.form is not None
    seen = {}
    for style in ("header", "c", "xxd", "pair"):
        dialog.form.choose_style(style)
        seen[style] = file_names(dialog)
        assert dialog.export.text() == f"Export {len(seen[style])} file{'s' if len(seen[style]) > 1 else ''}"
    assert seen == {
        "header": ["okay_nabu_model_data.h"],
        "c": ["okay_nabu_model_data.c", "okay_nabu_model_data.h"],
        "xxd": ["okay_nabu_model_data.cc"],
        "pair": ["okay_nabu_model_data.cc", "okay_nabu_model_data.h"],
    }


def test_the_xxd_style_offers_only_what_xxd_has(dialog: ExportCDialog, qtbot: QtBot) -> None:
    form = dialog.form
    assert form is not None
    form.choose_style("xxd")
    assert form.array_name.text() == "okay_nabu_tflite" and form.symbol.text() == "okay_nabu_tflite"
    disabled = [key for key, widgets in form._rows.items() if not widgets[0].isEnabled()]
    assert disabled == ["alignment", "length_type", "const", "comment", "constants"]
    form.choose_style("pair")
    assert form.symbol.text() == "okay_nabu"
    form.symbol.selectAll()
    qtbot.keyClicks(form.symbol, "mine")
    form.choose_style("xxd")
    assert form.array_name.text() == "mine"


def test_every_choice_changes_the_text(dialog: ExportCDialog, qtbot: QtBot) -> None:
    form = dialog.form
    assert form is not None
    text = dialog.preview.code.toPlainText
    for name, expected in (
        ("Alignment: 32", "alignas(32) const unsigned char"),
        ("Alignment: none", "\nconst unsigned char g_"),
        ("Length type: size_t", "const size_t g_okay_nabu_model_data_len"),
    ):
        button = next(found for found in form.findChildren(QPushButton) if found.accessibleName() == name)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert expected in text()
    next(found for found in form.findChildren(QPushButton) if found.accessibleName() == "Source: .cpp").click()
    assert file_names(dialog)[0] == "okay_nabu_model_data.cpp"
    columns = form.findChild(QComboBox)
    assert columns is not None
    columns.setCurrentText("8")
    assert "\n  0x" in text() and text().split("\n  ")[1].count("0x") == 8
    form._switches["const"].click()
    assert "\nunsigned char g_" in text()
    form._switches["comment"].click()
    assert not text().startswith("//")
    form._switches["constants"].click()
    dialog.preview.choose(1)
    assert "#define OKAY_NABU_INPUT_0_ZERO_POINT (-128)" in text()
    assert dialog.preview.extent.text() == ""


def test_the_files_are_written_as_shown_and_the_folder_remembered(
    dialog: ExportCDialog, dialog_of: Open, model: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "firmware"
    folder.mkdir()
    dialog.folder.setText(str(folder))
    shown = dialog.preview.code.toPlainText()
    code, header = wait_for_files(dialog, qtbot)
    assert [code, header] == [folder / "okay_nabu_model_data.cc", folder / "okay_nabu_model_data.h"]
    assert code.read_text().startswith(shown.split("  // ")[0])
    assert not dialog.isVisible()
    assert dialog_of(model).target == folder


def test_replacing_is_asked_for(dialog: ExportCDialog, model: Path, qtbot: QtBot) -> None:
    header = model.parent / "okay_nabu_model_data.h"
    header.write_text("mine")
    seen: list[str] = []
    answer_box("Cancel", seen)
    press(dialog, qtbot)
    assert seen == [f"okay_nabu_model_data.h is in {model.parent} already."]
    assert header.read_text() == "mine" and dialog.isVisible()
    answer_box("Replace", seen)
    wait_for_files(dialog, qtbot)
    assert header.read_text() != "mine"


def test_a_missing_folder_is_said_where_the_work_is(dialog: ExportCDialog, qtbot: QtBot) -> None:
    dialog.folder.setText("/none/such")
    press(dialog, qtbot)
    assert dialog.message.text() == "The folder /none/such does not exist. Make it, or choose another."
    assert dialog.isVisible() and dialog.export.isEnabled()


def test_an_export_that_fails_leaves_the_dialog_open(
    dialog: ExportCDialog, model: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_named: object) -> None:
        raise inspector.errors.ExportError("The disk is full.")

    monkeypatch.setattr(export_c, "write_c_array", fail)
    press(dialog, qtbot)
    qtbot.waitUntil(lambda: dialog.message.text() == "The disk is full.")
    assert dialog.isVisible() and dialog.export.isEnabled() and not dialog.progress.isVisible()


def test_cancel_stops_an_export(
    dialog: ExportCDialog, model: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[bool] = []

    def slow(*arguments: object) -> list[Path]:
        progress: Progress = arguments[4]  # type: ignore[assignment]
        try:
            while True:
                progress(0.5, "Writing 1 of 2 MB")
                time.sleep(0.005)
        except Cancelled:
            stopped.append(True)
            raise

    monkeypatch.setattr(export_c, "write_c_array", slow)
    press(dialog, qtbot)
    qtbot.waitUntil(lambda: dialog.message.text() == "Writing 1 of 2 MB")
    assert dialog.progress.isVisible() and not dialog.export.isEnabled()
    qtbot.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: stopped == [True])
    assert dialog.message.text() == "Cancelled." and dialog.isVisible() and dialog.export.isEnabled()
    qtbot.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()


def test_copy_gives_the_whole_file(dialog: ExportCDialog, model: Path, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.preview.copy, Qt.MouseButton.LeftButton)
    text = QGuiApplication.clipboard().text()
    assert text.count("0x") == model.stat().st_size and text.endswith(f"_len = {model.stat().st_size};\n")


def test_a_long_file_is_not_put_on_the_clipboard(
    dialog: ExportCDialog, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr("inspector.gui.dialogs.c_preview.MOST_COPIED", 1000)
    dialog.show_preview()
    assert not dialog.preview.copy.isEnabled()
    assert "too long for the clipboard" in dialog.preview.copy.toolTip()


def test_browse_chooses_a_folder(dialog: ExportCDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    dialog.browse.click()
    assert dialog.target == tmp_path


def test_a_large_model_gets_its_sha256_later(
    dialog_of: Open, model: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(export_c, "_QUICK_HASH", 10)
    dialog = dialog_of(model)
    assert "// SHA-256 is computed when the files are written\n" in dialog.preview.code.toPlainText()
    qtbot.waitUntil(lambda: "is computed" not in dialog.preview.code.toPlainText())


def test_a_keras_model_is_said_to_be_none_for_a_microcontroller(dialog_of: Open, sample_h5: Path) -> None:
    dialog = dialog_of(sample_h5)
    assert "is a Keras model" in dialog.preview.code.toPlainText()
    assert not dialog.export.isEnabled() and not dialog.preview.copy.isEnabled()


def test_a_file_that_is_gone_is_said(dialog: ExportCDialog, model: Path) -> None:
    assert dialog.form is not None
    model.unlink()
    dialog.form.choose_style("header")
    assert "can't be read any more" in dialog.preview.code.toPlainText()
    assert not dialog.export.isEnabled()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_code_has_its_colours(dialog: ExportCDialog, qapp: QApplication, theme: str) -> None:
    apply_theme(qapp, theme)
    assert dialog.form is not None
    colors = current_palette()
    for style, comment in (("pair", "// okay"), ("c", "/* okay")):
        dialog.form.choose_style(style)
        seen = {}
        block = dialog.preview.code.document().begin()
        while block.isValid():
            for span in block.layout().formats():
                seen[block.text()[span.start : span.start + span.length]] = span.format.foreground().color().name()
            block = block.next()
        assert next(color for text, color in seen.items() if text.startswith(comment)) == colors.dim.lower()
        assert seen["#include"] == colors.type_color("INT32").lower()
        assert seen['"okay_nabu_model_data.h"'] == colors.good.lower()
        assert seen["unsigned"] == seen["const"] == colors.accent.lower()
        assert "g_okay_nabu_model_data" not in seen
    apply_theme(qapp, "light")


def test_everything_has_a_name_for_screen_readers(dialog: ExportCDialog) -> None:
    for widget in dialog.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            reader = QAccessible.queryAccessibleInterface(widget)
            assert reader.text(QAccessible.Text.Name), (type(widget).__name__, widget.objectName())
