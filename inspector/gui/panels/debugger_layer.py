"""The Layer side of the Debugger: histograms of the selected layer's error and of its float and dequantized values."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from inspector.analysis.debug_columns import metric_text
from inspector.analysis.quantization_debug import DebugLayer
from inspector.errors import ValuesError
from inspector.export.atomic_file import write_file
from inspector.export.csv_table import csv_text
from inspector.export.plot_file import kind_of, write_text
from inspector.gui.panels.weight_cards import Legend
from inspector.gui.plot_canvas import Plot, PlotCanvas
from inspector.gui.theme import SECONDARY, current_palette, mono_font, theme_signals
from inspector.gui.widgets import BOLD, ElidedLabel, IconButton, SegmentedGroup, label
from inspector.model.text import percent_text
from inspector.palette import Palette
from inspector.plots.layer_histograms import LayerPlot, draw_layer, layer_figure, layer_plots, part_colors
from inspector.plots.style import figure_bytes

_TITLES = ("Error, dequantized - float", "Float and dequantized values")
_LEAST = 76  # pixels in height
_CHOOSE = "Choose a layer in the chart or in the table."
_NOTHING = "A table from disk has no histograms: debug the model here."


class LayerSide(QFrame):
    """`save_asked` has the place of the plot to save: 0 the error's, 1 the values'."""

    save_asked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "window")
        self.plots: tuple[LayerPlot, ...] = ()
        self.layer: DebugLayer | None = None
        self.name = ElidedLabel()
        self.name.setFont(mono_font(weight=BOLD))
        self.facts = label("", "dim", SECONDARY, wrap=True)
        self.doubt = label("", "warning", SECONDARY, wrap=True)
        self.scale = SegmentedGroup((("linear", "Linear"), ("log", "Log")), "Count axis")
        self.scale.chosen.connect(lambda _scale: self._draw())
        self.canvases = tuple(PlotCanvas(f"{title} of the selected layer") for title in _TITLES)
        self.legends = Legend(), Legend()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.scale)
        column.addLayout(head)
        column.addWidget(self.facts)
        column.addWidget(self.doubt)
        for place, canvas in enumerate(self.canvases):
            canvas.setMinimumHeight(_LEAST)
            canvas.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)  # takes what there is
            column.addWidget(self._plot_card(place, canvas), 1)
        theme_signals().changed.connect(self._color)
        self.show_layer(None, 0)

    def _plot_card(self, place: int, canvas: PlotCanvas) -> QWidget:
        made = QFrame()
        made.setProperty("card", "true")
        column = QVBoxLayout(made)
        column.setContentsMargins(10, 4, 6, 2)
        column.setSpacing(0)
        head = QHBoxLayout()
        title: QLabel = label(_TITLES[place], points=SECONDARY)
        title.setVisible(place == 0)
        save = IconButton("image", "Save the plot as PNG, SVG, PDF, or its numbers as CSV")
        save.clicked.connect(lambda: self.save_asked.emit(place))
        canvas.add_menu_action("Save Plot...", lambda: self.save_asked.emit(place))
        head.addWidget(title)
        if place:
            head.addWidget(self.legends[place])
        head.addStretch(1)
        head.addWidget(save, 0, Qt.AlignmentFlag.AlignRight)
        column.addLayout(head)
        column.addWidget(canvas, 1)
        return made

    def show_layer(self, layer: DebugLayer | None, place: int) -> None:
        """The layer at this place; None for none."""
        self.layer = layer
        self.plots = layer_plots(layer) if layer is not None else ()
        self.facts.setVisible(layer is not None)
        self.doubt.setVisible(layer is not None and bool(layer.doubt))
        if layer is None:
            self.name.setText("Layer")
        else:
            self.name.setText(f"#{place} {layer.row.op_name}")
            self.facts.setText(_facts(layer))
            self.doubt.setText(layer.doubt)
        self._draw()

    def _draw(self) -> None:
        self._color()
        for place, canvas in enumerate(self.canvases):
            if place < len(self.plots):
                plot, log = self.plots[place], self.scale.current == "log"
                words = f"{_TITLES[place]} of {plot.title}"
                canvas.show_plot(Plot(_drawing(plot, log), _describing(plot), words))
            else:
                canvas.show_message(_CHOOSE if self.layer is None else _NOTHING)

    def _color(self) -> None:
        for legend, plot in zip(self.legends, (*self.plots, None, None), strict=False):
            if plot is not None:
                colors = part_colors(plot, current_palette())
                legend.set_entries([(name, color) for (name, _), color in zip(plot.parts, colors, strict=True)])

    def export(self, place: int, path: Path) -> None:
        """Writes a plot, or its numbers, by the suffix. Raises ExportError, UsageError, ValuesError."""
        if place >= len(self.plots):
            raise ValuesError("There is no histogram to save: choose a layer of a model that was debugged here.")
        plot = self.plots[place]
        if kind_of(path) == "csv":
            write_text(path, csv_text(plot.header, plot.rows()), overwrite=True)
        else:
            figure = layer_figure(plot, current_palette(), self.scale.current == "log")
            write_file(path, [figure_bytes(figure, kind_of(path))], overwrite=True)


def _facts(layer: DebugLayer) -> str:
    """`rmse/scale 0.2784 · SQNR 42.1 dB · 0.1 % of the float values clipped · 100 samples`."""
    words = [f"rmse/scale {metric_text(layer.rmse_over_scale)}"] if layer.rmse_over_scale is not None else []
    if layer.sqnr_db is not None:
        exact = layer.sqnr_db == float("inf")
        words.append("exact" if exact else f"SQNR {layer.sqnr_db:.1f} dB")
    if (found := layer.histograms) is not None:
        words.append(f"{percent_text(found.clipped)} of the float values clipped")
        words.append(f"{found.samples:,} samples counted")
    return "  ·  ".join(words)


def _drawing(plot: LayerPlot, log: bool) -> Callable[[Any, Palette], object]:
    return lambda figure, palette: draw_layer(figure.add_subplot(), plot, palette, log)


def _describing(plot: LayerPlot) -> Callable[[float, float], str]:
    return lambda x, _y: plot.describe(x)
