"""What a search for layers to keep float found: the set, its score, and a chart of all that was tried."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from inspector.errors import InspectorError
from inspector.export.atomic_file import write_file
from inspector.export.csv_table import csv_text
from inspector.export.plot_file import kind_of, write_text
from inspector.gui.panels.weight_export import ask_where, file_stem
from inspector.gui.plot_canvas import Plot, PlotCanvas
from inspector.gui.theme import SECONDARY, current_palette
from inspector.gui.widgets import Button, IconButton, label, line
from inspector.model.text import bytes_text, percent_text, plural
from inspector.plots.style import figure_bytes
from inspector.plots.suggest_plot import SuggestPlot, Tried, draw_suggest, limits, suggest_figure, suggest_plot

_KINDS = ("Picture (*.png)", "Vector picture (*.svg)", "Vector picture (*.pdf)", "Numbers of the sets (*.csv)")


class SuggestedDialog(QDialog):
    """Stands beside the window. `chosen` has the names of the outputs whose operators shall be ticked."""

    chosen = Signal(list)
    failed = Signal(str)

    def __init__(self, title: str, told: Mapping[str, Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Layers to keep float in {title}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.plot: SuggestPlot = suggest_plot(title, told)
        self.picked = next((each for each in self.plot.tried if set(each.float_tensors) == set(self.plot.found)), None)
        self.headline = label(_headline(told, self.picked), bold=True, wrap=True)
        self.notes = label("\n".join(told.get("notes", ())), "dim", SECONDARY, wrap=True)
        self.notes.setVisible(bool(told.get("notes")))
        self.canvas = PlotCanvas("Size and score of the sets that were tried")
        self.canvas.clicked.connect(self._clicked)
        self.canvas.add_menu_action("Save Plot...", self.save)
        self.pick = label("", "dim", SECONDARY)
        self.tick = Button("Tick", primary=True)
        self.tick.clicked.connect(self._tick)
        self.tick.setDefault(True)
        self._arrange()
        self._draw()

    def _arrange(self) -> None:
        save = IconButton("image", "Save the chart as PNG, SVG, PDF, or its numbers as CSV")
        save.clicked.connect(self.save)
        close = Button("Close")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        head = QHBoxLayout()
        head.addWidget(self.headline, 1)
        head.addWidget(save, 0, Qt.AlignmentFlag.AlignTop)
        bottom = QHBoxLayout()
        bottom.setSpacing(8)
        bottom.addWidget(self.pick, 1)
        bottom.addWidget(close)
        bottom.addWidget(self.tick)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 14)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.notes)
        column.addWidget(self.canvas, 1)
        column.addWidget(line())
        column.addLayout(bottom)
        self.resize(QSize(720, 520).boundedTo(self.screen().availableSize() * 0.94))

    def _draw(self) -> None:
        plot = self.plot
        if plot.tried:
            self.canvas.show_plot(
                Plot(
                    lambda figure, palette: draw_suggest(figure.add_subplot(), plot, palette),
                    self._describe,
                    f"{len(plot.tried):,} sets were tried, from {bytes_text(min(t.size_bytes for t in plot.tried))} "
                    f"to {bytes_text(max(t.size_bytes for t in plot.tried))}",
                )
            )
        self._show_pick()

    def _show_pick(self) -> None:
        picked = self.picked
        count = len(picked.float_tensors) if picked is not None else 0
        self.tick.setEnabled(bool(count))
        self.tick.setText(f"Tick {plural(count, 'layer')}" if count else "Tick")
        self.pick.setText("Choose a dot to tick its layers." if picked is None or not count else
                          f"{picked.name}: {percent_text(picked.score)}, {bytes_text(picked.size_bytes)}")  # fmt: skip

    def _at(self, x: float, y: float) -> Tried | None:
        (left, right), (low, high) = limits(self.plot)
        return self.plot.nearest(x, y, right - left, high - low)

    def _describe(self, x: float, y: float) -> str:
        found = self._at(x, y)
        return "" if found is None else self.plot.describe(found)

    def _clicked(self, x: float, y: float) -> None:
        found = self._at(x, y)
        if found is not None:
            self.picked = found
            self._show_pick()

    def _tick(self) -> None:
        if self.picked is not None:
            self.chosen.emit(list(self.picked.float_tensors))
        self.accept()

    def save(self) -> None:
        """Asks where and writes the chart, or its numbers."""
        chosen = ask_where(self, "Save Chart", f"{file_stem(self.plot.title)}.suggested.png", _KINDS)
        if chosen is not None:
            try:
                self.export(chosen[0])
            except InspectorError as error:
                self.failed.emit(str(error))

    def export(self, path: Path) -> None:
        """By the suffix. Raises ExportError, UsageError."""
        if kind_of(path) == "csv":
            write_text(path, csv_text(self.plot.header, self.plot.rows()), overwrite=True)
        else:
            write_file(
                path, [figure_bytes(suggest_figure(self.plot, current_palette()), kind_of(path))], overwrite=True
            )


def _headline(told: Mapping[str, Any], found: Tried | None) -> str:
    """`#5 and #6 as float bring the score to 96.4 %; float32 has 96.6 %.`"""
    reference = percent_text(float(told["float_score"]))
    score = percent_text(float(told["score"]))
    if not told["float_tensors"]:
        return f"Nothing needs to stay float: all-integer scores {score}, float32 {reference}."
    names = found.name if found is not None and found.operators else plural(len(told["float_tensors"]), "layer")
    near = "near enough to" if told["reached"] else "still below"
    return f"With {names} as float the score is {score}, {near} float32's {reference}."
