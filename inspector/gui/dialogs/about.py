"""Help: what this program is, what it runs on, and its keys."""

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

import inspector
from inspector.errors import MissingPackageError
from inspector.gui.actions import ACTIONS
from inspector.gui.theme import current_theme
from inspector.jobs.job_python import job_python

_PACKAGES = (
    "PySide6-Essentials", "numpy", "matplotlib", "h5py", "flatbuffers", "ai-edge-litert", "tensorflow", "keras",
    "tf-keras", "tensorflow-model-optimization", "litert-quantizer", "scikit-learn", "distributed",
)  # fmt: skip


def diagnostics() -> str:
    """What somebody who helps needs to know, a line each; no file names, no models."""
    screen = QGuiApplication.primaryScreen()
    size = f"{screen.size().width()} x {screen.size().height()}, scale {screen.devicePixelRatio():g}" if screen else ""
    try:
        other = job_python()
        jobs = "this Python" if other is None else f"Python {'.'.join(map(str, other.version))} of the user's"
        lacks = "" if other is None or not other.wrong else f", without {', '.join(other.wrong)}"
    except MissingPackageError:
        jobs, lacks = "no Python found", ""
    lines = [
        f"TFLite Inspector {inspector.__version__}{', frozen' if getattr(sys, 'frozen', False) else ''}",
        f"Python {platform.python_version()} on {platform.platform()}, {os.cpu_count()} cores",
        f"Qt {qVersion()}, {QGuiApplication.platformName()}, screen {size}, theme {current_theme()}",
        f"Jobs run in {jobs}{lacks}",
        *(f"{name} {_version(name)}" for name in _PACKAGES),
    ]
    return "\n".join(lines) + "\n"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def show_about(parent: QWidget) -> None:
    """Version, what it is for, licence, and what it runs on, to be copied."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, "About TFLite Inspector", "", parent=parent)
    box.setText(
        f"<b>TFLite Inspector {inspector.__version__}</b><p>See every tensor, operator and weight of a TensorFlow Lite "
        "or Keras model, and what quantization did to it.</p>"
        f"<p>Python {platform.python_version()}, Qt {qVersion()}. Apache License 2.0.</p>"
    )
    copy = box.addButton("Copy diagnostics", QMessageBox.ButtonRole.ActionRole)
    copy.setToolTip("Versions and what the jobs run in; no file names, no models")
    copy.clicked.disconnect()  # the box stays open
    copy.clicked.connect(lambda: QApplication.clipboard().setText(diagnostics()))
    box.addButton(QMessageBox.StandardButton.Close)
    box.exec()


def show_shortcuts(parent: QWidget) -> None:
    """Every action that has a key, as the menus show them."""
    rows = "".join(
        f"<tr><td><tt>{row.shortcut}</tt>&nbsp;&nbsp;</td><td>{row.text.replace('&', '').rstrip('.')}</td></tr>"
        for row in ACTIONS
        if row.shortcut
    )
    text = f"<table>{rows}<tr><td><tt>Esc</tt></td><td>Clear the filter</td></tr></table>"
    box = QMessageBox(QMessageBox.Icon.NoIcon, "Keyboard Shortcuts", text, parent=parent)
    box.exec()
