"""Two histograms over each other: a tensor of the reference filled, a variant's as a line."""

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inspector.analysis.comparison import Comparison
from inspector.analysis.pair_histogram import PairHistogram, pair_histogram
from inspector.errors import ValuesError
from inspector.export.atomic_file import write_file
from inspector.export.csv_table import csv_text
from inspector.export.plot_file import kind_of, write_text
from inspector.gui.background import Progress
from inspector.gui.panels.weight_cards import Legend
from inspector.gui.plot_canvas import Plot, PlotCanvas
from inspector.gui.tables.compare_rows import CompareRow
from inspector.gui.tables.latest_task import LatestTask
from inspector.gui.tables.pair_source import EXACT, sqnr_text
from inspector.gui.theme import current_palette, theme_signals
from inspector.gui.widgets import IconButton, SegmentedGroup
from inspector.plots.overlay import FILLED, OverlayPlot, draw_overlay, overlay_figure
from inspector.plots.style import figure_bytes, mix

_PAUSE = 60  # ms: holding an arrow key counts values only where it stops


class OverlayCard(QWidget):
    """Counts in the background; what comes for a pair that is no longer shown is dropped. `scale` and `save_button`
    stand where its owner puts them."""

    save_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.plot: OverlayPlot | None = None
        self._pair: tuple[Comparison, CompareRow, int] | None = None
        self._task = LatestTask(self)
        self._soon = QTimer(self, singleShot=True, interval=_PAUSE)
        self._soon.timeout.connect(self._count)
        self.canvas = PlotCanvas("Histograms of the reference and a variant")
        self.canvas.add_menu_action("Save Plot...", self.save_asked.emit)
        self.legend = Legend()
        self.scale = SegmentedGroup((("linear", "Linear"), ("log", "Log")), "Count axis")
        self.scale.chosen.connect(lambda _scale: self._draw())
        self.save_button = IconButton("image", "Save the plot as PNG, SVG, PDF, or its numbers as CSV")
        self.save_button.clicked.connect(self.save_asked)
        theme_signals().changed.connect(self._color_legend)
        head = QHBoxLayout()
        head.setContentsMargins(16, 4, 8, 0)
        head.addWidget(self.legend)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.canvas, 1)

    def show_pair(self, comparison: Comparison, row: CompareRow, place: int) -> None:
        """The row's tensor in the reference and in variant `place`; a sentence where there is nothing to count."""
        self.forget()
        sentence = _why_not(comparison, row, place)
        if sentence:
            self._say(sentence)
            return
        self._pair = comparison, row, place
        self._say("Counting values...")
        self._soon.start()

    def forget(self) -> None:
        """Drops what is under way."""
        self._soon.stop()
        self._task.cancel()
        self._pair, self.plot = None, None

    def _count(self) -> None:
        if self._pair is None:
            return
        comparison, row, place = self._pair
        before, after = row.original, row.cells[place]
        assert before is not None and after is not None
        one, other = comparison.variants[comparison.reference], comparison.variants[place]

        def work(progress: Progress) -> PairHistogram:
            error = row.compared.errors[place]
            return pair_histogram(one.model, before.tensor, other.model, after.tensor, error=error, progress=progress)

        def show(histogram: PairHistogram) -> None:
            sqnr = row.sqnr(place)
            note = "" if sqnr is None else EXACT if (text := sqnr_text(sqnr)) == EXACT else f"SQNR {text} dB"
            types = before.type_name, after.type_name
            self.plot = OverlayPlot(row.compared.name.split(";")[0], (one.label, other.label), types, histogram, note)
            self._draw()

        self._task.run(work, show, self._say)

    def _draw(self) -> None:
        plot, log = self.plot, self.scale.current == "log"
        self._color_legend()
        if plot is not None:
            words = f"Histograms of {plot.name}: {plot.legend[0]}; {plot.legend[1]}. {plot.note}"
            self.canvas.show_plot(
                Plot(
                    lambda figure, palette: draw_overlay(figure.add_subplot(), plot, palette, log),
                    lambda x, _y: plot.describe(x),
                    words,
                )
            )

    def _say(self, sentence: str) -> None:
        self.plot = None
        self._color_legend()
        self.canvas.show_message(sentence)

    def _color_legend(self) -> None:
        plot, palette = self.plot, current_palette()
        for part in (self.scale, self.save_button):
            part.setEnabled(plot is not None)
        if plot is None:
            self.legend.set_entries(())
            return
        before, after = (palette.type_color(name) for name in plot.type_names)
        line = after if after != before else mix(after, palette.text, 0.55)
        self.legend.set_entries(
            list(zip(plot.legend, (mix(before, palette.surface, FILLED), line), strict=True))
        )  # fmt: skip

    def export(self, path: Path) -> None:
        """Writes the plot, or its numbers, by the suffix. Raises ExportError, UsageError, ValuesError."""
        if self.plot is None:
            raise ValuesError("There is no plot to save yet: choose a tensor with values.")
        if kind_of(path) == "csv":
            write_text(path, csv_text(self.plot.header, self.plot.rows()), overwrite=True)
        else:
            figure = overlay_figure(self.plot, current_palette(), self.scale.current == "log")
            write_file(path, [figure_bytes(figure, kind_of(path))], overwrite=True)


def _why_not(comparison: Comparison, row: CompareRow, place: int) -> str:
    """Why there are no two histograms to show; "" where there are."""
    label = comparison.variants[place].label
    if row.compared.pairings[place] is None or row.original is None:
        return f"Only {label} has this tensor: there is nothing to compare it with."
    cell = row.cells[place]
    if cell is None or not (cell.tensor.has_data and row.original.tensor.has_data):
        return "Computed when the model runs: the files hold no values."
    return ""
