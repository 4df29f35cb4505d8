"""Windows for tests: shown, with files open, and closed at the test's end without a question."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.gui.background import stop_all
from inspector.gui.main_window import MainWindow
from inspector.gui.session import Session
from inspector.gui.settings import Settings
from inspector.gui.theme import apply_theme


def new_window(qtbot: QtBot, *files: Path) -> MainWindow:
    made = MainWindow(Session(), Settings())
    qtbot.addWidget(made, before_close_func=leave_unasked)
    for file in files:
        made.session.open(file)
    made.show()
    return made


def window_while_testing(qtbot: QtBot, qapp: QApplication, *files: Path) -> Iterator[MainWindow]:
    """For fixtures: a new window in the light theme, and nothing of it at work any more when the test is over."""
    apply_theme(qapp, "light")
    yield new_window(qtbot, *files)
    stop_all()
    qapp.processEvents()
    apply_theme(qapp, "light")


def leave_unasked(window: MainWindow) -> None:
    """At a test's end nothing may ask: there is nobody to answer."""
    for opened in window.session.models:
        opened.saved = True
    window.session.stop_jobs()
