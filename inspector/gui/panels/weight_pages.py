"""All layers' histograms on one page, as many to a row as fit; a click chooses the tensor."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from inspector.gui.plot_canvas import Plot, PlotCanvas
from inspector.gui.theme import SECONDARY
from inspector.gui.widgets import Button, label
from inspector.model.text import plural
from inspector.plots.histogram_plot import HistogramPlot
from inspector.plots.small_multiples import SmallMultiples, draw_small_multiples

A_PAGE = 40
"""Histograms on one page of the window; files get them all."""


class AllHistograms(QWidget):
    """`chosen(place)` says which plot was clicked, counted over all pages."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._plots: Sequence[HistogramPlot] = ()
        self._log, self._waiting = False, 0
        self._first = 0
        self._page = SmallMultiples((), 1)
        self.canvas = PlotCanvas("All histograms")
        self.canvas.clicked.connect(self._click)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self.canvas)
        self._scroll.setWidgetResizable(False)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setProperty("ground", "surface")
        self.where = label("", "dim", SECONDARY)
        self.back, self.forward = Button("Previous", small=True), Button("Next", small=True)
        self.back.clicked.connect(lambda: self._turn(-A_PAGE))
        self.forward.clicked.connect(lambda: self._turn(A_PAGE))
        self._pager = QWidget()
        row = QHBoxLayout(self._pager)
        row.setContentsMargins(16, 4, 16, 8)
        row.addWidget(self.where, 1)
        row.addWidget(self.back)
        row.addWidget(self.forward)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._pager)
        column.addWidget(self._scroll, 1)
        self._later = QTimer(self, singleShot=True, interval=60)
        self._later.timeout.connect(self._lay_out)

    def show_plots(self, plots: Sequence[HistogramPlot], log: bool, waiting: int) -> None:
        """`waiting`: how many more are being measured."""
        self._plots, self._log, self._waiting = plots, log, waiting
        self._first = min(self._first, max(len(plots) - 1, 0) // A_PAGE * A_PAGE)
        last = min(self._first + A_PAGE, len(plots))
        shown = f"{self._first + 1:,} to {last:,} of " if len(plots) > A_PAGE else ""
        more = f", {waiting:,} more being measured" if waiting else ""
        self.where.setText(f"{shown}{plural(len(plots), 'weight tensor')}{more}; each with its own axes")
        for button in (self.back, self.forward):
            button.setVisible(len(plots) > A_PAGE)
        self.back.setEnabled(self._first > 0)
        self.forward.setEnabled(last < len(plots))
        self._lay_out()

    def show_message(self, sentence: str) -> None:
        self._plots = ()
        self.where.setText("")
        self.canvas.resize(self._scroll.viewport().size())
        self.canvas.show_message(sentence)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._later.start()

    def _lay_out(self) -> None:
        width = self._scroll.viewport().width()
        if not self._plots:
            self.canvas.resize(self._scroll.viewport().size())
            return
        page = SmallMultiples.for_width(self._plots[self._first : self._first + A_PAGE], width)
        self._page = page
        self.canvas.resize(page.width, max(page.height, 1))
        log = self._log
        words = f"Histograms of {plural(len(page.plots), 'weight tensor')}"
        self.canvas.show_plot(
            Plot(
                lambda figure, palette: draw_small_multiples(figure, page, palette, log),
                self._describe,
                words,
            )
        )

    def _turn(self, by: int) -> None:
        self._first = max(self._first + by, 0)
        self.show_plots(self._plots, self._log, self._waiting)
        self._scroll.verticalScrollBar().setValue(0)

    def _describe(self, x: float, y: float) -> str:
        place = self._page.cell_at(x, y)
        return "" if place is None else describe_cell(self._page.plots[place])

    def _click(self, x: float, y: float) -> None:
        place = self._page.cell_at(x, y)
        if place is not None:
            self.chosen.emit(self._first + place)


def describe_cell(plot: HistogramPlot) -> str:
    """The tooltip of one histogram: where the tensor is, its name, how many elements."""
    return f"{plot.label} {plot.name}\n{plot.type_name}, {plural(plot.total, 'element')}"
