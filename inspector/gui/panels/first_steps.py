"""Three cards for somebody who opens the program for the first time: open, sample, drop."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from inspector.gui.icons import icon
from inspector.gui.theme import SECONDARY, theme_signals
from inspector.gui.widgets import label, link

_CARDS = (
    ("open", "Open a model", "A TensorFlow Lite or Keras file: what it is, where its bytes are, whether it runs on a "
     "microcontroller. Quantize it from the toolbar.", "Open..."),
    ("cube", "Look at the sample", "A small CNN that reads digits, with its data. Make five variants, compare them, "
     "find the layer that loses most.", "Open the sample"),
    ("download", "Drop several at once", "A model and its variants, dropped together, stand under each other: Compare "
     "shows what quantization did to each tensor.", ""),
)  # fmt: skip


class FirstSteps(QWidget):
    """Stands where the recent files will be; `has_sample` leaves out the card of a sample that is not there."""

    def __init__(self, has_sample: bool, on_open: Callable[[], object], on_sample: Callable[[], object]) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 24)
        row.setSpacing(12)
        does = {"open": on_open, "cube": on_sample}
        for picture, title, text, words in _CARDS:
            if picture != "cube" or has_sample:
                row.addWidget(_StepCard(picture, title, text, words, does.get(picture)), 1)


class _StepCard(QFrame):
    def __init__(self, picture: str, title: str, text: str, words: str, act: Callable[[], object] | None) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.setAccessibleName(title)
        self._picture_name, self._picture = picture, QLabel()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._picture)
        head.addWidget(label(title, bold=True), 1)
        column.addLayout(head)
        column.addWidget(label(text, "dim", SECONDARY, wrap=True))
        column.addStretch(1)
        if act is not None:
            column.addWidget(link(words, act, title), 0, Qt.AlignmentFlag.AlignLeft)
        self._draw()
        theme_signals().changed.connect(self._draw)

    def _draw(self) -> None:
        self._picture.setPixmap(icon(self._picture_name, "accent").pixmap(QSize(16, 16)))
