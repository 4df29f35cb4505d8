"""What the tests of the window share."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from inspector.gui.main_window import MainWindow
from inspector.gui.session import OpenModel, Session
from tests.gui.fakes import open_in, small_model
from tests.gui.windows import window_while_testing


@pytest.fixture
def session() -> Session:
    """A session with nothing open."""
    return Session()


@pytest.fixture
def opened(session: Session) -> OpenModel:
    """A small model, open and current."""
    return open_in(session, small_model())


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    """A window with nothing open."""
    yield from window_while_testing(qtbot, qapp)


@pytest.fixture
def sample_window(qtbot: QtBot, qapp: QApplication, tmp_path: Path, sample_h5: Path) -> Iterator[MainWindow]:
    """A window with a copy of the sample open, which lies beside its data in a folder of its own."""
    folder = tmp_path / "models"
    folder.mkdir()
    for path in (sample_h5, sample_h5.with_name("digits.npz")):
        shutil.copy(path, folder)
    yield from window_while_testing(qtbot, qapp, folder / sample_h5.name)


@pytest.fixture
def save_as(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """`save_as(name)`: the next file dialogs answer with this name in the test's folder, whose path it gives."""

    def answer(name: str) -> Path:
        place = tmp_path / name
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(place), ""))
        return place

    return answer
