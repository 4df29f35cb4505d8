"""macOS gives the file of a double-click as an event, often before there is a window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from inspector.gui.application import Application


@pytest.fixture
def app(qapp: QApplication) -> Iterator[Application]:
    assert isinstance(qapp, Application), "tests have the program's own application"
    qapp.open_files_with(None)
    yield qapp
    qapp.open_files_with(None)


def test_files_wait_until_there_is_a_window(app: Application, tmp_path: Path) -> None:
    for name in ("a.tflite", "ü b.keras"):
        QApplication.sendEvent(app, QFileOpenEvent(str(tmp_path / name)))
    taken: list[str] = []
    app.open_files_with(taken.extend)
    assert taken == [str(tmp_path / "a.tflite"), str(tmp_path / "ü b.keras")]
    QApplication.sendEvent(app, QFileOpenEvent(QUrl.fromLocalFile(str(tmp_path / "c.h5"))))
    assert taken[2:] == [str(tmp_path / "c.h5")]


def test_an_address_on_the_web_is_no_file(app: Application) -> None:
    taken: list[str] = []
    app.open_files_with(taken.extend)
    QApplication.sendEvent(app, QFileOpenEvent(QUrl("https://example.org/model.tflite")))
    assert taken == []


def test_nothing_is_opened_twice(app: Application, tmp_path: Path) -> None:
    QApplication.sendEvent(app, QFileOpenEvent(str(tmp_path / "a.tflite")))
    taken: list[str] = []
    app.open_files_with(taken.extend)
    app.open_files_with(taken.extend)
    assert len(taken) == 1
