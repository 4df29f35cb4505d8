"""Code in a model file never runs by opening, inspecting or exporting it; Keras would run it."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from inspector.formats import open_model
from inspector.gui.main_window import MainWindow
from inspector.gui.tabs import TAB_IDS
from tests.conftest import ROOT
from tests.hostile.payloads import write_payloads
from tests.hostile.watch import watch

_LOAD = """
import os, sys
os.environ["TF_USE_LEGACY_KERAS"] = "1" if sys.argv[2] == "tf_keras" else "0"
if sys.argv[2] == "tf_keras":
    import tf_keras as keras
else:
    import keras
model = keras.models.load_model(sys.argv[1], compile=False, safe_mode=False)
"""


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "the_code_ran"


def test_looking_at_it_runs_nothing(tmp_path: Path, marker: Path) -> None:
    paths = write_payloads(tmp_path, marker)
    assert watch(tmp_path, *paths)["ran"] == []
    assert not marker.exists()
    for path in paths:
        assert {finding.code for finding in open_model(path).findings} & {"lambda_layer", "foreign_code"}, path.name


def test_the_window_runs_nothing(window: MainWindow, qapp: QApplication, tmp_path: Path, marker: Path) -> None:
    write_payloads(tmp_path, marker)
    for name in ("keras_2.h5", "keras_3.keras"):
        opened = window.session.open(tmp_path / name)
        assert opened is not None
        for tab in TAB_IDS:
            window.tabs.show_tab(tab)
            for operator in opened.model.operators():
                window.session.select(operators=[operator])
                qapp.processEvents()
    assert not marker.exists()


@pytest.mark.tensorflow
@pytest.mark.parametrize(("name", "engine"), [("keras_2.h5", "tf_keras"), ("keras_3.keras", "keras")])
def test_the_payload_is_alive(name: str, engine: str, tmp_path: Path, marker: Path) -> None:
    """Otherwise the tests above would show nothing."""
    paths = {path.name: path for path in write_payloads(tmp_path, marker)}
    words = [sys.executable, "-c", _LOAD, str(paths[name]), engine]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert marker.exists(), done.stderr[-3000:]
