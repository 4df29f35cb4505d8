"""A file that is cut, deleted, replaced or overwritten while it is open: the program says so and goes on."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.formats import file_bytes
from inspector.gui.main_window import MainWindow
from inspector.gui.tabs import TAB_IDS
from tests.conftest import ROOT
from tests.faults.changing import HOW
from tests.fuzz.inputs import sources

_CHOSEN = {
    ".tflite": ("int8_cnn", "every_type", "sparse_kinds", "with files", "digits_cnn.float32.tflite"),
    ".h5": ("whole", "packed", "digits_cnn.h5"), ".keras": ("stored", "deflated", "with assets"),
}  # fmt: skip


def _files(folder: Path) -> list[Path]:
    made = []
    for suffix, names in _CHOSEN.items():
        for name in names:
            path = folder / f"{Path(name).stem}{suffix}"
            path.write_bytes(sources(suffix)[name])
            made.append(path)
    return made


@pytest.mark.parametrize("how", HOW)
@pytest.mark.skipif(sys.platform == "win32", reason="a mapped file can't be changed there")
def test_a_mapped_file_that_changes_is_a_sentence(how: str, tmp_path: Path) -> None:
    paths = _files(tmp_path)
    words = [sys.executable, "-m", "tests.faults.changing", how, *map(str, paths)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, (done.returncode, done.stderr[-2000:])
    assert int(done.stdout) >= len(paths) - 1, done.stdout  # what was unpacked into a copy can still be read


@pytest.mark.parametrize("how", ["cut_to_nothing", "delete"])
@pytest.mark.skipif(sys.platform == "win32", reason="a mapped file can't be changed there")
def test_the_window_goes_on_when_its_file_changes(
    how: str, window: MainWindow, qtbot: QtBot, qapp: QApplication, tmp_path: Path, sample_tflite: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(file_bytes, "IN_MEMORY_BYTES", 100)
    path = tmp_path / "model.tflite"
    shutil.copy(sample_tflite, path)
    opened = window.session.open(path)
    other = window.session.open(sample_tflite)
    assert opened is not None and other is not None
    told: list[str] = []
    window.session.failed.connect(told.append)
    window.session.set_current(opened)
    HOW[how](path)
    for tab in TAB_IDS:
        window.tabs.show_tab(tab)
        for tensor in list(opened.model.tensors())[4:7]:
            window.session.select(tensors=[tensor])
            qapp.processEvents()
        qtbot.wait(30)
    assert not any("bug" in sentence for sentence in told), told
    window.session.set_current(other)
    assert not window.grab().isNull()
    assert other.model.values(next(tensor for tensor in other.model.tensors() if tensor.has_data)).size
    assert os.path.exists(sample_tflite)
