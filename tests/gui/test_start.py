"""The start page: the one thing to do, and the files that were open before."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFrame, QPushButton
from pytestqt.qtbot import QtBot

from inspector.gui.panels.recent_files import RecentTable
from inspector.gui.panels.start import StartPanel
from inspector.gui.settings import RecentFile
from inspector.gui.theme import apply_theme, current_palette

WHEN = 4


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication) -> StartPanel:
    apply_theme(qapp, "light")
    made = StartPanel(has_sample=True)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    return made


def recent(tmp_path: Path) -> list[RecentFile]:
    there = tmp_path / "a_rather_long_name_of_a_model_quantized.tflite"
    there.touch()
    return [
        RecentFile(str(there), "DRQ", "INT8", 93_160, "2026-01-02T03:04:05"),
        RecentFile(str(tmp_path / "gone.tflite"), "FIQ int8", "INT8", 60_264, "2026-01-02T03:04:05"),
    ]


def texts(table: RecentTable) -> list[list[str]]:
    cells = [[table.item(row, column) for column in range(table.columnCount())] for row in range(table.rowCount())]
    return [[cell.text() if cell is not None else "" for cell in row] for row in cells]


def test_both_buttons_ask_for_what_they_say(page: StartPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.open_clicked):
        qtbot.mouseClick(page.drop_zone.open_button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.sample_clicked):
        qtbot.mouseClick(page.drop_zone.sample_button, Qt.MouseButton.LeftButton)


def test_no_sample_no_button(qtbot: QtBot, qapp: QApplication) -> None:
    page = StartPanel(has_sample=False)
    qtbot.addWidget(page)
    page.show()
    assert not page.drop_zone.sample_button.isVisible() and page.drop_zone.open_button.isVisible()


def test_who_has_opened_nothing_yet_sees_three_first_steps(page: StartPanel, qtbot: QtBot, tmp_path: Path) -> None:
    page.set_recent_files([])
    cards = {card.accessibleName(): card for card in page.first_steps.findChildren(QFrame) if card.accessibleName()}
    titles = ["Open a model", "Look at the sample", "Drop several at once"]
    assert [each for each in cards if each in titles] == titles and all(cards[each].isVisible() for each in titles)
    for title, asked in zip(titles, (page.open_clicked, page.sample_clicked), strict=False):
        with qtbot.waitSignal(asked):
            qtbot.mouseClick(cards[title].findChild(QPushButton), Qt.MouseButton.LeftButton)
    page.set_recent_files(recent(tmp_path))
    assert not page.first_steps.isVisible()


def test_without_recent_files_there_is_no_empty_table(page: StartPanel) -> None:
    page.set_recent_files([])
    assert not page.table.isVisible() and not page.clear_link.isVisible()


def test_a_recent_file_says_what_it_is_and_one_that_is_gone_says_so(
    page: StartPanel, tmp_path: Path, qtbot: QtBot
) -> None:
    page.set_recent_files(recent(tmp_path))
    qtbot.waitUntil(lambda: texts(page.table)[1][WHEN] == "not found")
    there, gone = texts(page.table)
    assert there[0].startswith("a_rather_long") and there[2:4] == ["DRQ", "91.0 KB"] and there[WHEN]
    assert gone == ["gone.tflite", gone[1], "", "", "not found"]
    item = page.table.item(1, 0)
    assert item is not None and item.foreground().color().name() == current_palette().faint.lower()


def test_what_is_gone_stays_grey_in_another_theme(
    page: StartPanel, tmp_path: Path, qtbot: QtBot, qapp: QApplication
) -> None:
    page.set_recent_files(recent(tmp_path))
    qtbot.waitUntil(lambda: texts(page.table)[1][WHEN] == "not found")
    apply_theme(qapp, "dark")
    item = page.table.item(1, WHEN)
    assert item is not None and item.text() == "not found"
    assert item.foreground().color().name() == current_palette().warning.lower()
    apply_theme(qapp, "light")


def test_a_click_or_return_opens_a_recent_file(page: StartPanel, tmp_path: Path, qtbot: QtBot) -> None:
    files = recent(tmp_path)
    page.set_recent_files(files)
    table = page.table
    with qtbot.waitSignal(page.file_chosen) as chosen:
        qtbot.mouseClick(
            table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualItemRect(table.item(0, 1)).center()
        )
    assert chosen.args == [files[0].path]
    table.setCurrentCell(1, 0)
    with qtbot.waitSignal(page.file_chosen) as chosen:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert chosen.args == [files[1].path]


def test_a_long_name_is_not_shortened_while_its_folder_has_room(page: StartPanel, tmp_path: Path) -> None:
    page.set_recent_files(recent(tmp_path))
    table = page.table
    item = table.item(0, 0)
    assert item is not None
    assert table.columnWidth(0) >= table.fontMetrics().horizontalAdvance(item.text()) + 30


def test_the_page_fits_a_narrow_window(page: StartPanel, tmp_path: Path, qtbot: QtBot) -> None:
    page.set_recent_files(recent(tmp_path))
    page.resize(640, 600)
    qtbot.waitUntil(lambda: page.horizontalScrollBar().maximum() == 0)
    table = page.table
    assert sum(table.columnWidth(column) for column in range(5)) <= table.width()


def test_a_drag_over_the_window_lights_the_zone(page: StartPanel) -> None:
    before = page.drop_zone.grab().toImage()
    page.drop_zone.show_drag(True)
    assert page.drop_zone.grab().toImage() != before
    page.drop_zone.show_drag(False)
    assert page.drop_zone.grab().toImage() == before
