"""The Models list: what is open, and what can be done with it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.gui.panels import models
from inspector.gui.panels.models import ModelsPanel
from inspector.gui.session import Session


@pytest.fixture
def session(qapp: QApplication, sample_tflite: Path, sample_h5: Path) -> Session:
    made = Session()
    made.open_all([sample_tflite, sample_h5])
    return made


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> ModelsPanel:
    made = ModelsPanel(session)
    qtbot.addWidget(made)
    made.resize(256, 400)
    made.show()
    return made


def names(panel: ModelsPanel) -> list[str]:
    return [panel.list.item(row).text() for row in range(panel.list.count())]


def test_two_models_stand_in_the_order_they_were_opened(panel: ModelsPanel, session: Session) -> None:
    assert names(panel) == [opened.path.name for opened in session.models]
    assert panel.list.currentRow() == 1
    first = panel.list.item(0)
    assert "252,112 B" in first.toolTip() and str(session.models[0].path) in first.toolTip()
    assert first.data(Qt.ItemDataRole.AccessibleTextRole) == f"{names(panel)[0]}, float32"


def test_a_click_shows_the_model(panel: ModelsPanel, session: Session, qtbot: QtBot) -> None:
    place = panel.list.visualItemRect(panel.list.item(0)).center()
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert session.current is session.models[0]
    qtbot.keyClick(panel.list, Qt.Key.Key_Down)
    assert session.current is session.models[1]


def test_the_list_follows_the_session(panel: ModelsPanel, session: Session) -> None:
    session.set_current(session.models[0])
    assert panel.list.currentRow() == 0
    session.close(session.models[0])
    assert names(panel) == [session.models[0].path.name] and panel.list.currentRow() == 0
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
    actions["Show in Folder"].trigger()
    assert shown == [opened.path]
    with qtbot.waitSignal(panel.reload_asked) as asked:
        actions["Reload"].trigger()
    assert asked.args == [opened]
    actions["Close"].trigger()
    assert opened not in session.models


def test_a_row_is_painted_with_its_scheme(panel: ModelsPanel, session: Session) -> None:
    picture = panel.list.viewport().grab().toImage()
    rect = panel.list.visualItemRect(panel.list.item(0))
    colors = {picture.pixelColor(x, y).name() for x in range(rect.width()) for y in range(rect.top(), rect.bottom())}
    assert "#64798c" in colors, "the swatch of FLOAT32"
