"""The strip above the panels: what went wrong, in sentences, and nothing in the way."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.gui.file_watch import FileWatch
from inspector.gui.main_window import MainWindow
from inspector.gui.message_bar import MessageBar
from inspector.gui.session import Session
from inspector.gui.theme import apply_theme


@pytest.fixture
def bar(qtbot: QtBot, qapp: QApplication) -> MessageBar:
    apply_theme(qapp, "light")
    made = MessageBar()
    qtbot.addWidget(made)
    return made


def test_a_message_offers_its_step_once(bar: MessageBar, qtbot: QtBot) -> None:
    done: list[str] = []
    bar.show_message("m.tflite changed on disk.", "Reload", lambda: done.append("reload"))
    assert not bar.isHidden() and bar.accessibleDescription() == "m.tflite changed on disk."
    qtbot.mouseClick(bar.button, Qt.MouseButton.LeftButton)
    assert done == ["reload"] and bar.isHidden()


def test_a_newer_message_takes_the_place_of_the_older(bar: MessageBar) -> None:
    bar.show_message("One.", "Do it", lambda: None)
    bar.show_message("Two.", warning=True)
    assert bar.sentence.text() == "Two." and bar.button.isHidden() and bar.property("bar") == "warning"


def test_warnings_of_one_step_stand_below_each_other(bar: MessageBar) -> None:
    for name in "abcdef":
        bar.add_warning(f"{name}.tflite is empty.")
    lines = bar.sentence.text().splitlines()
    assert lines[0] == "a.tflite is empty." and lines[3] == "d.tflite is empty."
    assert lines[4:] == ["2 more of this kind."]
    bar.hide()
    bar.add_warning("g.tflite is empty.")
    assert bar.sentence.text() == "g.tflite is empty."


def test_a_warning_is_hidden_by_its_button(bar: MessageBar, qtbot: QtBot) -> None:
    bar.add_warning("a.tflite is empty.")
    qtbot.mouseClick(bar.close_button, Qt.MouseButton.LeftButton)
    assert bar.isHidden()


def test_a_good_file_after_a_bad_one_does_not_hide_what_was_wrong(
    window: MainWindow, sample_tflite: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "empty.tflite").touch()
    (tmp_path / "text.tflite").write_text("hello, this is no model")
    window.session.open_later([tmp_path / "empty.tflite", sample_tflite, tmp_path / "text.tflite"])
    qtbot.waitUntil(lambda: "text.tflite" in window.message_bar.sentence.text())
    assert "empty.tflite" in window.message_bar.sentence.text() and not window.message_bar.isHidden()
    assert [opened.path for opened in window.session.models] == [sample_tflite]
    window.session.open(sample_tflite)
    assert window.message_bar.isHidden(), "what is asked for next starts afresh"


def test_a_file_that_is_replaced_is_noticed_every_time(
    qapp: QApplication, sample_tflite: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "m.tflite"
    path.write_bytes(sample_tflite.read_bytes())
    session = Session()
    watch = FileWatch(session)
    changed: list[str] = []
    watch.changed.connect(lambda opened: changed.append(opened.path.name))
    session.open(path)
    for round_ in range(1, 3):  # moved into place, as a careful program writes
        beside = tmp_path / "new"
        beside.write_bytes(sample_tflite.read_bytes() + b"\0" * 16 * round_)
        os.replace(beside, path)
        qtbot.waitUntil(lambda round_=round_: len(changed) == round_)
    assert changed == ["m.tflite"] * 2


def test_many_writes_in_a_row_are_one_change(
    qapp: QApplication, sample_tflite: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "m.tflite"
    path.write_bytes(sample_tflite.read_bytes())
    session = Session()
    watch = FileWatch(session)
    changed: list[int] = []
    watch.changed.connect(lambda _opened: changed.append(1))
    session.open(path)
    for _ in range(5):
        with path.open("ab") as file:
            file.write(b"\0" * 16)
        qtbot.wait(30)
    qtbot.waitUntil(lambda: bool(changed))
    qtbot.wait(500)
    assert changed == [1]


def test_a_file_touched_but_not_written_is_read_anew_only_when_asked(
    window: MainWindow, sample_tflite: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "m.tflite"
    path.write_bytes(sample_tflite.read_bytes())
    opened = window.session.open(path)
    assert opened is not None
    path.write_bytes(sample_tflite.read_bytes() + b"\0" * 16)
    qtbot.waitUntil(lambda: not window.message_bar.isHidden())
    assert window.session.current is opened, "nothing happens behind the user's back"
    window.actions_by_id["reload"].trigger()
    assert window.message_bar.isHidden() and window.session.current is not opened
    qtbot.wait(500)
    assert window.message_bar.isHidden(), "reading it again is no change"
