"""Says what to install for the recipes that are greyed, as a line to copy."""

from collections.abc import Sequence

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout

from inspector.gui.theme import MONO, SECONDARY
from inspector.gui.widgets import IconButton, label
from inspector.model.text import plural


class InstallBar(QFrame):
    """Hidden while nothing is missing."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("bar", "info")
        self.words = label("", points=SECONDARY)
        self.line = label("", points=MONO, mono=True, wrap=True)  # a frozen program says how to make a whole Python
        self.line.setMinimumWidth(200)
        self.copy = IconButton("copy", "Copy the line")
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.line.text()))
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 4, 12, 4)
        row.setSpacing(10)
        row.addWidget(self.words)
        row.addWidget(self.line, 1)
        row.addWidget(self.copy)
        self.hide()

    def show_lines(self, lines: Sequence[str]) -> None:
        """`lines`: what to install, one for each greyed recipe; the longest names all that is missing."""
        self.setVisible(bool(lines))
        if lines:
            self.words.setText(f"For the {plural(len(lines), 'greyed recipe')}:")
            self.line.setText(max(lines, key=len))
