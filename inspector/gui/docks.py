"""A side panel: a dock with a title of 36 px and at most one button in it."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from inspector.gui.widgets import IconButton, label, line

TITLE_HEIGHT = 36


class Dock(QDockWidget):
    """Holds `content` under a title. It keeps its place: left, right or below, never floating."""

    def __init__(
        self, title: str, width: int, button: IconButton, parent: QWidget | None = None,
        beside: QWidget | None = None, height: int = 400,
    ) -> None:  # fmt: skip
        """`width` and `height` are what it has at first; `beside` stands left of the title's `button`."""
        super().__init__(title, parent)
        self.setObjectName(title)
        self.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetClosable)
        self._size = QSize(width, height)
        bar = QFrame()
        bar.setProperty("ground", "window")
        bar.setFixedHeight(TITLE_HEIGHT + 1)
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 8, 0)
        row.addWidget(label(title, bold=True))
        row.addStretch(1)
        if beside is not None:
            row.addWidget(beside)
        row.addWidget(button)
        column = QVBoxLayout(bar)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(line())
        self.setTitleBarWidget(bar)

    def set_content(self, content: QWidget) -> None:
        self.setWidget(_Sized(content, self._size))


class _Sized(QWidget):
    """Gives a content the size that its dock has at first."""

    def __init__(self, content: QWidget, size: QSize) -> None:
        super().__init__()
        self._size = size
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(content)
        self.setMinimumWidth(160)
        self.setProperty("ground", "surface")

    def sizeHint(self) -> QSize:
        return self._size
