"""Help > Open Model Files With This Program: what it says, and that it can be taken back there."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from inspector.desktop import association
from inspector.errors import ExportError
from inspector.gui.main_window import MainWindow

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="changes a Linux desktop")


@pytest.fixture
def entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the .desktop file comes, in a home folder of its own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "applications" / "tflite-inspector.desktop"


def test_model_files_open_here_and_no_more(window: MainWindow, entry: Path, qtbot: QtBot) -> None:
    bar = window.message_bar
    window.actions_by_id["desktop"].trigger()
    qtbot.waitUntil(lambda: not bar.isHidden(), timeout=20_000)
    assert bar.sentence.text().startswith(
        ".tflite and .keras files open with this program now. .h5 and .hdf5 files offer it under Open With."
    )
    assert entry.is_file() and bar.button.text() == "Remove"
    qtbot.mouseClick(bar.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "as before" in bar.sentence.text(), timeout=20_000)
    assert not entry.exists() and bar.button.text() == "Install"


def test_what_can_not_be_installed_is_a_sentence(
    window: MainWindow, entry: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing() -> None:
        raise ExportError("The disk is full.")

    monkeypatch.setattr(association, "install", failing)
    window.actions_by_id["desktop"].trigger()
    qtbot.waitUntil(lambda: not window.message_bar.isHidden())
    assert window.message_bar.sentence.text() == "The disk is full."
