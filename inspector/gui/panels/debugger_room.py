"""How the Debugger's parts share the tab: the chart above, the table and its side below, until a border is moved."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSplitter, QVBoxLayout, QWidget

_CHART, _REST, _SIDE, _LEAST_SIDE = 340, 370, 364, 302  # pixels
_CHART_SHARE, _SIDE_SHARE = 0.46, 0.31


class DebuggerRoom(QSplitter):
    """`chart` over `table` and `side`."""

    def __init__(self, chart: QWidget, table: QWidget, side: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._moved = False
        self._below = QSplitter(Qt.Orientation.Horizontal)
        top = QFrame()
        top.setProperty("ground", "window")
        column = QVBoxLayout(top)
        column.setContentsMargins(16, 0, 16, 12)
        column.addWidget(chart)
        self._fill(self._below, (table, side), [10_000, _SIDE], grows=0)
        self._fill(self, (top, self._below), [_CHART, _REST], grows=1)

    def _fill(self, splitter: QSplitter, parts: Sequence[QWidget], sizes: list[int], grows: int) -> None:
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        for part in parts:
            splitter.addWidget(part)
        splitter.setStretchFactor(grows, 1)
        splitter.setSizes(sizes)
        splitter.splitterMoved.connect(self._border_moved)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._moved:
            side = max(_LEAST_SIDE, min(_SIDE, int(self.width() * _SIDE_SHARE)))
            self._below.setSizes([max(self.width() - side, 100), side])
            chart = min(_CHART, int(self.height() * _CHART_SHARE))
            self.setSizes([chart, max(self.height() - chart, 100)])

    def _border_moved(self) -> None:
        self._moved = True
