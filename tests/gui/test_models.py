"""The Models list: what is open, and what can be done with it."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.gui.panels import models
from inspector.gui.panels.models import ModelsPanel
from inspector.gui.panels.models_delegate import shown_name
from inspector.gui.session import Session
from inspector.gui.theme import ui_font


@pytest.fixture
def session(qapp: QApplication, sample_tflite: Path, sample_h5: Path, tmp_path: Path) -> Session:
    made = Session()
    other = tmp_path / "other.tflite"
    other.write_bytes(sample_tflite.read_bytes())
    made.open_all([other, sample_h5])
    return made


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> ModelsPanel:
    made = ModelsPanel(session)
    qtbot.addWidget(made)
    made.resize(256, 400)
    made.show()
    return made


def names(panel: ModelsPanel) -> list[str]:
    return [row.text(0) for row in panel.rows()]


def current_row(panel: ModelsPanel) -> int:
    return panel.rows().index(panel.tree.currentItem())


def test_two_models_stand_in_the_order_they_were_opened(panel: ModelsPanel, session: Session) -> None:
    assert names(panel) == [opened.path.name for opened in session.models]
    assert current_row(panel) == 1
    first = panel.rows()[0]
    assert "252,112 B" in first.toolTip(0) and str(session.models[0].path) in first.toolTip(0)
    assert first.data(0, Qt.ItemDataRole.AccessibleTextRole) == f"{names(panel)[0]}, float32"


def test_a_click_shows_the_model(panel: ModelsPanel, session: Session, qtbot: QtBot) -> None:
    place = panel.tree.visualItemRect(panel.rows()[0]).center()
    qtbot.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert session.current is session.models[0]
    qtbot.keyClick(panel.tree, Qt.Key.Key_Down)
    assert session.current is session.models[1]


def test_the_list_follows_the_session(panel: ModelsPanel, session: Session) -> None:
    session.set_current(session.models[0])
    assert current_row(panel) == 0
    session.close(session.models[0])
    assert names(panel) == [session.models[0].path.name] and current_row(panel) == 0
    session.close(session.models[0])
    assert names(panel) == []


def test_the_menu_of_a_file_does_what_it_says(
    panel: ModelsPanel, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(models, "show_in_folder", shown.append)
    opened = session.models[0]
    menu = panel.menu(opened)
    actions = {action.text(): action for action in menu.actions() if action.text()}
    actions["Copy Path"].trigger()
    assert QApplication.clipboard().text() == str(opened.path)
    actions["Reveal in Folder"].trigger()
    assert shown == [opened.path]
    for text, action_id in (("Reload", "reload"), ("Close", "close"), ("Save As...", "save-as")):
        with qtbot.waitSignal(panel.asked) as asked:
            actions[text].trigger()
        assert asked.args == [action_id, opened]


def test_a_row_is_painted_with_its_scheme(panel: ModelsPanel, session: Session) -> None:
    picture = panel.tree.viewport().grab().toImage()
    rect = panel.tree.visualItemRect(panel.rows()[0])
    colors = {picture.pixelColor(x, y).name() for x in range(rect.width()) for y in range(rect.top(), rect.bottom())}
    assert "#64798c" in colors, "the swatch of FLOAT32"


def depths(panel: ModelsPanel) -> list[tuple[str, int]]:
    found = []
    for row in panel.rows():
        depth, above = 0, row.parent()
        while above is not None:
            depth, above = depth + 1, above.parent()
        found.append((row.text(0), depth))
    return found


def test_a_variant_hangs_under_its_source_whatever_was_opened_first(
    qapp: QApplication, qtbot: QtBot, sample_tflite: Path, sample_h5: Path
) -> None:
    session = Session()
    session.open_all([sample_tflite, sample_h5])
    panel = ModelsPanel(session)
    qtbot.addWidget(panel)
    assert depths(panel) == [("digits_cnn.h5", 0), ("digits_cnn.float32.tflite", 1)]
    session.close(session.models[1])
    assert depths(panel) == [("digits_cnn.float32.tflite", 0)]


def test_a_folded_source_stays_folded_when_another_file_is_closed(
    panel: ModelsPanel, session: Session, sample_tflite: Path, qtbot: QtBot
) -> None:
    session.open(sample_tflite)
    session.set_current(session.models[1])
    source = panel.rows()[1]
    assert source.isExpanded() and source.childCount() == 1
    place = panel.tree.visualItemRect(source).topLeft() + QPoint(12, 13)
    qtbot.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert not source.isExpanded()
    session.close(session.models[0])
    assert not panel.rows()[0].isExpanded()


def test_a_variant_that_is_not_saved_says_so(
    panel: ModelsPanel, session: Session, sample_tflite: Path, sample_h5: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "digits_cnn.int8.tflite"
    path.write_bytes(sample_tflite.read_bytes())
    with qtbot.waitSignal(session.model_opened):
        session.add_variant(path, sample_h5, "int8", saved=False)
    assert depths(panel)[-1] == (path.name, 1)
    row = panel.rows()[-1]
    assert row.data(0, Qt.ItemDataRole.AccessibleTextRole).endswith("not saved")
    assert "Full integer, int8 I/O, made from digits_cnn.h5" in row.toolTip(0) and str(tmp_path) not in row.toolTip(0)
    assert session.current is session.models[1], "what the user looks at stays"


def test_a_long_name_keeps_its_recipe(qapp: QApplication) -> None:
    metrics = QFontMetrics(ui_font())
    width = metrics.horizontalAdvance("x" * 30)
    name = "a_name_that_is_much_too_long_for_this.sparse_dynamic_range.tflite"
    for recipe in ("sparse_dynamic_range", ""):
        shown = shown_name(name, recipe, metrics, width)
        assert metrics.horizontalAdvance(shown) <= width + 2 and "\u2026" in shown
        assert shown.endswith(".sparse_dynamic_range") == bool(recipe)
    assert shown_name("m.int8.tflite", "int8", metrics, width) == "m.int8.tflite"
    assert shown_name(name, "sparse_dynamic_range", metrics, 40)
