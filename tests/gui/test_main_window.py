"""The window as a person meets it: opening, looking around, going on after something went wrong."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from inspector.gui.main_window import MainWindow
from inspector.gui.panels.overview import OverviewPanel
from inspector.gui.settings import Settings
from inspector.gui.tabs import TAB_IDS
from inspector.gui.theme import current_theme
from tests.gui.windows import new_window


def all_texts(window: MainWindow) -> str:
    return "\n".join(found.text() for found in window.findChildren(QLabel))


def test_the_empty_window_asks_for_a_file(window: MainWindow) -> None:
    assert window.pages.currentWidget() is window.start
    assert window.sides.models.isHidden() and window.sides.details.isHidden()
    assert not window.actions_by_id["export-c"].isEnabled() and window.actions_by_id["open"].isEnabled()
    assert window.status.left.text() == "No model open"


def test_the_sample_opens_with_one_click(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.session.model_opened):
        window.start.sample_clicked.emit()
    assert window.pages.currentWidget() is window.tabs
    assert window.windowTitle().startswith("digits_cnn.float32.tflite")
    assert not window.sides.models.isHidden()
    assert window.status.left.text() == "17 tensors, 7 operators, 1 subgraph"


def test_the_overview_gives_verdict_figures_and_findings(window: MainWindow, sample_tflite: Path, qtbot: QtBot) -> None:
    window.session.open(sample_tflite)
    window.tabs.show_tab("show")
    qtbot.waitUntil(lambda: "Not quantized (float32)" in all_texts(window))
    texts = all_texts(window)
    for expected in ("246.2 KB", "252,112 B", "62,218", "Nothing is damaged", "FULLY_CONNECTED"):
        assert expected in texts, expected
    qtbot.waitUntil(lambda: "compressed" in all_texts(window))


@pytest.mark.parametrize("name", ["digits_cnn.float32.tflite", "digits_cnn.h5"])
def test_every_tab_shows_every_kind_of_file(window: MainWindow, sample_tflite: Path, name: str, qtbot: QtBot) -> None:
    opened = window.session.open(sample_tflite.with_name(name))
    assert opened is not None
    window.session.select(tensors=[t for t in opened.model.tensors() if t.role == "weights"][:1])
    for tab in TAB_IDS:
        window.tabs.show_tab(tab)
        qtbot.wait(20)
        panel = window.tabs.panel
        assert panel is not None and panel.isVisible()
    assert window.tabs.bar.tabText(TAB_IDS.index("operators")) == ("Layers" if name.endswith("h5") else "Operators")


def test_what_can_not_be_read_is_a_sentence_and_the_rest_stays(
    window: MainWindow, sample_tflite: Path, tmp_path: Path
) -> None:
    window.session.open(sample_tflite)
    broken = tmp_path / "broken.tflite"
    broken.write_bytes(b"\x1c\0\0\0TFL3" + b"\xff" * 40)
    assert window.session.open(broken) is None
    assert window.message_bar.isVisible() and "broken.tflite" in window.message_bar.sentence.text()
    assert [opened.path.name for opened in window.session.models] == [sample_tflite.name]
    assert window.session.open(tmp_path / "no such file.tflite") is None
    assert "no such file.tflite" in window.message_bar.sentence.text()
    window.session.open(sample_tflite.with_name("digits_cnn.h5"))
    assert not window.message_bar.isVisible(), "a success takes the old message away"


def test_a_damaged_model_is_shown_with_what_is_wrong(
    window: MainWindow, sample_tflite: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    cut = tmp_path / "cut.tflite"
    cut.write_bytes(sample_tflite.read_bytes()[:-4000])
    opened = window.session.open(cut)
    if opened is None:  # its tables stood in what was cut away
        assert "cut.tflite" in window.message_bar.sentence.text()
        return
    window.tabs.show_tab("show")
    qtbot.waitUntil(lambda: "to look at" in all_texts(window))


def test_two_models_stand_side_by_side_and_closing_goes_back(window: MainWindow, sample_tflite: Path) -> None:
    first = window.session.open(sample_tflite)
    second = window.session.open(sample_tflite.with_name("digits_cnn.h5"))
    assert window.session.current is second
    assert window.session.open(sample_tflite) is first, "an open file is shown, not opened twice"
    window.actions_by_id["close"].trigger()
    assert window.session.current is second
    window.actions_by_id["close"].trigger()
    assert window.pages.currentWidget() is window.start and window.sides.models.isHidden()


def test_files_are_dropped_on_the_window(window: MainWindow, sample_tflite: Path, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(sample_tflite)), QUrl.fromLocalFile(str(sample_tflite.with_suffix(".h5")))])
    nothing = Qt.KeyboardModifier.NoModifier
    buttons, copy = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(50, 50), copy, data, buttons, nothing)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    drop = QDropEvent(QPointF(50, 50), copy, data, buttons, nothing)
    QApplication.sendEvent(window, drop)
    qtbot.waitUntil(lambda: len(window.session.models) == 1)
    qtbot.waitUntil(lambda: "digits_cnn.float32.h5" in window.message_bar.sentence.text())


def test_what_is_no_file_is_not_taken(window: MainWindow) -> None:
    data = QMimeData()
    data.setText("a text")
    nothing = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, nothing)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    assert not enter.isAccepted()


def test_a_file_that_changed_is_offered_for_reload(window: MainWindow, sample_tflite: Path, tmp_path: Path) -> None:
    copy = tmp_path / "model.tflite"
    shutil.copy(sample_tflite, copy)
    old = window.session.open(copy)
    shutil.copy(sample_tflite.with_name("digits_cnn.float32.tflite"), copy)
    with copy.open("ab") as file:
        file.write(b"more")
    window.watch.check()
    assert "changed on disk" in window.message_bar.sentence.text()
    window.message_bar.button.click()
    assert window.session.current is not old
    assert window.session.current is not None and window.session.current.model.size_bytes == 252_116


def test_a_file_that_vanished_stays_as_it_was_read(window: MainWindow, sample_tflite: Path, tmp_path: Path) -> None:
    copy = tmp_path / "model.tflite"
    shutil.copy(sample_tflite, copy)
    opened = window.session.open(copy)
    copy.unlink()
    window.watch.check()
    assert "no longer" in window.message_bar.sentence.text()
    window.actions_by_id["reload"].trigger()
    assert window.session.current is opened
    for tab in TAB_IDS:
        window.tabs.show_tab(tab)


def test_go_to_selects_a_tensor_or_an_operator(window: MainWindow, sample_tflite: Path) -> None:
    window.session.open(sample_tflite)
    window.edits.go_to("T#6")
    assert [tensor.index for tensor in window.session.selection.tensors] == [6]
    assert window.tabs.current == "tensors"
    assert window.status.left.text().startswith("1 tensor selected: 221,184 B")
    window.edits.go_to("4")
    assert [operator.index for operator in window.session.selection.operators] == [4]
    assert window.tabs.current == "operators"
    window.edits.go_to("T#999")
    assert "T#999" in window.message_bar.sentence.text()


def test_ctrl_f_filters_and_escape_clears(window: MainWindow, sample_tflite: Path, qtbot: QtBot) -> None:
    window.session.open(sample_tflite)
    window.tabs.show_tab("tensors")
    window.actions_by_id["find"].trigger()
    field = QApplication.focusWidget()
    assert field is not None
    qtbot.keyClicks(field, "FULLY")
    table = window.tabs.panel.table.records
    qtbot.waitUntil(lambda: 0 < len(table.shown) < 17)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(table.shown) == 17)


def test_copy_takes_the_selected_rows_as_tsv(window: MainWindow, sample_tflite: Path) -> None:
    opened = window.session.open(sample_tflite)
    assert opened is not None
    window.tabs.show_tab("tensors")
    window.session.select(tensors=[opened.model.subgraphs[0].tensors[6]])
    window.tabs.panel.table.setFocus()
    window.actions_by_id["copy"].trigger()
    text = QApplication.clipboard().text()
    assert "\t" in text and "[192, 288]" in text and "221184" in text


def test_the_export_dialog_opens_from_the_menu(window: MainWindow, sample_tflite: Path, qapp: QApplication) -> None:
    window.session.open(sample_tflite)
    window.actions_by_id["export-c"].trigger()
    dialogs = [w for w in qapp.topLevelWidgets() if type(w).__name__ == "ExportCDialog" and w.isVisible()]
    assert len(dialogs) == 1
    dialogs[0].reject()


def test_the_tensor_table_is_saved_from_the_menu(
    window: MainWindow, sample_tflite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    target = tmp_path / "tensors.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_more: (str(target), "CSV (*.csv)"))
    window.session.open(sample_tflite)
    window.actions_by_id["export-tensors"].trigger()
    qtbot.waitUntil(target.exists)
    assert len(target.read_text().splitlines()) == 18


def test_recent_files_are_remembered_and_can_be_forgotten(
    window: MainWindow, sample_tflite: Path, qtbot: QtBot
) -> None:
    window.session.open(sample_tflite)
    window.close()
    again = new_window(qtbot)
    assert [file.name for file in again.settings.recent_files()] == [sample_tflite.name]
    assert again.settings.recent_files()[0].badge == "float32"
    with qtbot.waitSignal(again.session.model_opened):
        again.start.file_chosen.emit(str(sample_tflite))
    again.actions_by_id["close"].trigger()
    again.start.recent_cleared.emit()
    assert again.settings.recent_files() == []


def test_the_theme_is_chosen_and_remembered(window: MainWindow) -> None:
    window.actions_by_id["theme-dark"].trigger()
    assert current_theme() == "dark" and window.palette().window().color().name() == "#14171c"
    assert Settings().text("theme") == "dark"
    window.actions_by_id["theme-light"].trigger()
    assert window.palette().window().color().name() == "#f2f4f6"


def test_the_last_tab_and_hidden_panels_come_back(window: MainWindow, sample_tflite: Path, qtbot: QtBot) -> None:
    window.session.open(sample_tflite)
    window.tabs.show_tab("tensors")
    assert not window.sides.details.isHidden()
    window.actions_by_id["panel-details"].trigger()
    assert window.sides.details.isHidden()
    window.close()
    again = new_window(qtbot)
    again.session.open(sample_tflite)
    assert again.tabs.current == "tensors" and again.sides.details.isHidden()


def test_a_damaged_settings_file_counts_as_an_empty_one(qtbot: QtBot, tmp_path: Path) -> None:
    settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "tflite-inspector", "tflite-inspector")
    path = Path(settings.fileName())
    assert tmp_path in path.parents, "a test must never touch the user's settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"[General]\ngeometry=@ByteArray(nonsense)\nrecent={]\ntab=7\ntheme=\xff\xfe\n")
    window = new_window(qtbot)
    assert window.pages.currentWidget() is window.start and window.settings.recent_files() == []


def test_a_finding_leads_to_its_rows(window: MainWindow, sample_tflite: Path, qtbot: QtBot) -> None:
    opened = window.session.open(sample_tflite)
    window.tabs.show_tab("show")
    panel = window.tabs.panel
    assert isinstance(panel, OverviewPanel) and opened is not None
    window.session.show_rows([opened.model.subgraphs[0].tensors[3]])
    assert window.tabs.current == "tensors" and window.session.selection.tensors[0].index == 3


def test_every_control_has_a_name_for_screen_readers(window: MainWindow, sample_tflite: Path) -> None:
    from PySide6.QtWidgets import QAbstractButton

    window.session.open(sample_tflite)
    for tab in TAB_IDS:
        window.tabs.show_tab(tab)
    nameless = [
        button for button in window.findChildren(QAbstractButton)
        if not (button.accessibleName() or button.text() or button.toolTip()) and button.isVisible()
        and not button.objectName().startswith("qt_")
    ]  # fmt: skip
    assert nameless == []
