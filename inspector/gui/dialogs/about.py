"""Help: what this program is, and its keys."""

import platform

from PySide6.QtWidgets import QMessageBox, QWidget

import inspector
from inspector.gui.actions import ACTIONS


def show_about(parent: QWidget) -> None:
    """Version, what it is for, what it runs on, licence."""
    from PySide6 import __version__ as qt_version

    QMessageBox.about(
        parent,
        "About TFLite Inspector",
        f"<b>TFLite Inspector {inspector.__version__}</b><p>See every tensor, operator and weight of a TensorFlow Lite "
        "or Keras model, and what quantization did to it.</p>"
        f"<p>Python {platform.python_version()}, Qt for Python {qt_version}. Apache License 2.0.</p>",
    )


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
