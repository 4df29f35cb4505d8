"""Damaged files go through the window's tabs; any error in it fails the test."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.gui.main_window import MainWindow
from inspector.gui.tabs import TAB_IDS
from tests.builders import ModelBuilder
from tests.fuzz.window import inputs, look
from tests.gui.conftest import window as window


@pytest.mark.parametrize("part", range(2))
def test_damaged_files_are_shown_in_the_window(
    part: int, window: MainWindow, qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    told: list[str] = []
    window.session.failed.connect(told.append)
    damaged = inputs(3_000_000 + 10 * part, 10, tmp_path)
    assert sum(look(qapp, window, path, number, 3) for number, _what, path in damaged) > 3
    assert not [sentence for sentence in told if "bug" in sentence or "defect" in sentence], told


def test_operators_that_write_tensors_which_do_not_exist(
    window: MainWindow, qapp: QApplication, tmp_path: Path
) -> None:
    b = ModelBuilder()
    x, y = b.tensor("x", [1]), b.tensor("y", [1])
    b.operator("ADD", [x, 99], [y, 77, -1])
    path = b.inputs(x).outputs(y).write(tmp_path / "damaged.tflite")
    assert look(qapp, window, path, 0, len(TAB_IDS))
