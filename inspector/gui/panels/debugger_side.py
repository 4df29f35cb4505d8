"""What stands beside the Debugger's table: one of several pages under a row of buttons."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from inspector.gui.widgets import SegmentedGroup, line

_LEAST, _LEAST_HEIGHT = 250, 160  # pixels


class SidePages(QFrame):
    """`changed` comes when another page is chosen."""

    changed = Signal()

    def __init__(self, pages: Sequence[tuple[str, str, QWidget]]) -> None:
        """`pages`: (id, title, page)."""
        super().__init__()
        self.setProperty("ground", "window")
        self.setMinimumWidth(_LEAST)
        self._ids = [each for each, _, _ in pages]
        self.group = SegmentedGroup([(each, title) for each, title, _ in pages], "Beside the table")
        self.stack = QStackedWidget()
        for _, _, page in pages:
            self.stack.addWidget(page)
        head = QHBoxLayout()
        head.setContentsMargins(12, 5, 12, 5)
        head.addWidget(self.group)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(line())
        column.addWidget(self.stack, 1)
        self.group.chosen.connect(self._choose)

    @property
    def current(self) -> str:
        return self.group.current

    def show_page(self, page: str) -> None:
        """Brings a page into sight."""
        self.group.set_current(page)
        self._choose(page)

    def _choose(self, page: str) -> None:
        self.stack.setCurrentIndex(self._ids.index(page))
        self.changed.emit()


def scrolling(page: QWidget) -> QScrollArea:
    """The page, which scrolls up and down where it is higher than its place."""
    made = QScrollArea()
    made.setWidget(page)
    made.setWidgetResizable(True)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setMinimumHeight(_LEAST_HEIGHT)
    return made
