"""The charts below the results table: scores by scheme, size against score, confusion matrices of what is selected."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inspector.analysis.pipeline_rows import ResultRow
from inspector.errors import ValuesError
from inspector.export.atomic_file import write_file
from inspector.export.csv_table import csv_text
from inspector.export.plot_file import kind_of, write_text
from inspector.gui.plot_canvas import Plot, PlotCanvas
from inspector.gui.theme import SECONDARY
from inspector.gui.widgets import IconButton, SegmentedGroup, label
from inspector.palette import Palette
from inspector.plots.results_matrix import MatrixPlot, add_matrices, matrix_plot
from inspector.plots.results_scores import ScorePlot, add_scores, score_plot
from inspector.plots.results_sizes import SizePlot, add_sizes, size_plot

SCORES, SIZES, MATRIX = "scores", "sizes", "matrix"
_PAGES = ((SCORES, "Scores"), (SIZES, "Size and score"), (MATRIX, "Confusion"))
_TIPS = {
    SCORES: "The chosen score by scheme, grouped by model, with 95 % intervals",
    SIZES: "Bytes against the chosen score; what nothing beats is joined",
    MATRIX: "Labels against decisions of the selected pipelines",
}
_MOST_MATRICES = 6
_SELECT = "Select pipelines in the table to see their confusion matrices."
Chart = ScorePlot | SizePlot | MatrixPlot


class ResultsChart(QWidget):
    """`point_clicked` has the key of a pipeline."""

    point_clicked = Signal(str)
    save_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.plot: Chart | None = None
        self._rows: Sequence[ResultRow] = ()
        self._chosen: Sequence[ResultRow] = ()
        self._metric = self._reference = ""
        self.pages = SegmentedGroup(_PAGES, "Chart")
        for page, tip in _TIPS.items():
            self.pages.button(page).setToolTip(tip)
        self.note = label("", "dim", SECONDARY)
        self.save_button = IconButton("image", "Save the chart as PNG, SVG, PDF, or its numbers as CSV")
        self.canvas = PlotCanvas("Charts of the results")
        self.canvas.add_menu_action("Save Chart...", self.save_asked.emit)
        self.canvas.clicked_in.connect(self._clicked)
        self.save_button.clicked.connect(self.save_asked)
        self.pages.chosen.connect(lambda _page: self._show())
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 6, 12, 0)
        head.setSpacing(12)
        head.addWidget(self.pages)
        head.addWidget(self.note, 1)
        head.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.canvas, 1)
        self.setMinimumHeight(200)
        self.setProperty("ground", "surface")

    def show_rows(self, rows: Sequence[ResultRow], metric: str, reference: str) -> None:
        """`reference`: what verdicts are said of, in words."""
        self._rows, self._metric, self._reference = rows, metric, reference
        self._show()

    def show_selection(self, chosen: Sequence[ResultRow]) -> None:
        """What stands out, and whose confusion matrices are shown."""
        self._chosen = chosen
        self._show()

    def _show(self) -> None:
        page = self.pages.current
        keys = frozenset(row.result.key for row in self._chosen)
        if page == SCORES:
            scores = replace(score_plot(self._rows, self._metric, self._reference), selected=keys)
            self._draw(scores, lambda figure, palette: add_scores(figure, scores, palette),
                       lambda _place, x, y: scores.describe(x, y))  # fmt: skip
        elif page == SIZES:
            sizes = replace(size_plot(self._rows, self._metric), selected=keys)
            self._draw(sizes, lambda figure, palette: add_sizes(figure, sizes, palette), sizes.describe)
        elif self._chosen:
            matrix = matrix_plot(self._with_reference()[:_MOST_MATRICES])
            self._draw(matrix, lambda figure, palette: add_matrices(figure, matrix, palette), matrix.describe)
        else:
            self._draw(None, None, None)
        self._say_note()

    def _with_reference(self) -> list[ResultRow]:
        """One pipeline stands beside what it is compared with."""
        chosen = list(self._chosen)
        if len(chosen) == 1 and chosen[0].against is not None:
            key = chosen[0].against.key
            chosen = [row for row in self._rows if row.result.key == key] + chosen
        return chosen

    def _draw(
        self, plot: Chart | None, draw: Callable[[Any, Palette], object] | None,
        describe: Callable[[int, float, float], str] | None,
    ) -> None:  # fmt: skip
        self.plot = plot
        self.save_button.setEnabled(plot is not None)
        if plot is None or draw is None:
            self.canvas.show_message(_SELECT)
        else:
            self.canvas.show_plot(Plot(draw, description=plot.description, describe_in=describe))

    def _say_note(self) -> None:
        plot, text = self.plot, ""
        if isinstance(plot, MatrixPlot) and plot.matrices:
            text = "down: the labels, across: what the model says"
            if plot.left_out:
                text += f"; {plot.left_out:,} more left out"
        elif isinstance(plot, SizePlot) and plot.panels:
            text = "ringed: nothing on the same data is smaller and at least as good"
        elif isinstance(plot, ScorePlot) and any(each.low is not None for each in plot.points):
            text = "whiskers: 95 % by bootstrap over the samples"
        self.note.setText(text)

    def _clicked(self, place: int, x: float, y: float) -> None:
        plot = self.plot
        point = plot.at(x, y) if isinstance(plot, ScorePlot) else None
        found = plot.at(place, x, y) if isinstance(plot, SizePlot) else point
        if found is not None:
            self.point_clicked.emit(found.key)

    def export(self, path: Path) -> None:
        """Writes the chart, or its numbers, by the suffix. Raises ExportError, UsageError, ValuesError."""
        if self.plot is None:
            raise ValuesError("There is no chart to save yet: select a pipeline.")
        if kind_of(path) == "csv":
            write_text(path, csv_text(self.plot.header, self.plot.rows()), overwrite=True)
        else:
            write_file(path, [self.canvas.picture(kind_of(path))], overwrite=True)
