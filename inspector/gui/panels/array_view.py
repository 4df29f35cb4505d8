"""A card that shows one array: as an image or channels, as curves, by its distribution, or as numbers."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from inspector.errors import InspectorError, UsageError
from inspector.export.array_file import save_array
from inspector.export.atomic_file import write_file
from inspector.export.plot_file import kind_of
from inspector.gui.panels.values_axes import AxisControls
from inspector.gui.panels.weight_export import ask_where, file_stem
from inspector.gui.plot_canvas import Plot, PlotCanvas
from inspector.gui.tables.array_plane import ArrayPlane
from inspector.gui.tables.array_table import ArrayTable
from inspector.gui.theme import SECONDARY, ui_font
from inspector.gui.widgets import Card, ElidedLabel, IconButton, SegmentedGroup
from inspector.model.text import shape_text
from inspector.palette import Palette
from inspector.plots.array_plot import CURVES, HISTOGRAM, IMAGE, ArrayPlot, draw_array

VALUES = "values"
_VIEWS = ((IMAGE, "Image"), (CURVES, "Curves"), (HISTOGRAM, "Histogram"), (VALUES, "Values"))
_LEAST = 90  # pixels in height
KINDS = ("Picture (*.png)", "Vector picture (*.svg)", "NumPy (*.npy)", "Numbers (*.csv)")


class ArrayView(Card):
    """`show_array` keeps the chosen view where the array can be seen so."""

    failed = Signal(str)  # a sentence

    def __init__(self, name: str, head: QWidget) -> None:
        """`head` stands at the left of the title row."""
        super().__init__()
        self.setAccessibleName(name)
        self._name = name
        self.plot: ArrayPlot | None = None
        self._wanted = ""
        self.views = SegmentedGroup(_VIEWS, f"{name}: how it is shown")
        self.views.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.save = IconButton("download", "Save it as a picture, .npy or .csv")
        self.facts = ElidedLabel("", Qt.TextElideMode.ElideRight)
        self.facts.setProperty("tone", "dim")
        self.facts.setFont(ui_font(SECONDARY))
        self.canvas = PlotCanvas(name)
        self.canvas.setMinimumHeight(_LEAST)
        self.axes, self.grid = AxisControls(), ArrayTable()
        numbers = QWidget()
        column = QVBoxLayout(numbers)
        column.setContentsMargins(0, 0, 0, 0)
        self.axes_area = QScrollArea()
        self.axes_area.setWidget(self.axes)
        self.axes_area.setWidgetResizable(True)
        self.axes_area.setFixedHeight(self.axes.sizeHint().height() + 12)
        self.axes_area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self.axes_area)
        column.addWidget(self.grid, 1)
        self.stack = QStackedWidget()
        self.stack.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)  # numbers scroll
        self.stack.addWidget(self.canvas)
        self.stack.addWidget(numbers)
        self._lay_out(head)
        self.views.chosen.connect(self._choose)
        self.axes.changed.connect(self._show_plane)
        self.save.clicked.connect(lambda: self.save_shown())
        self.show_message("")

    def _lay_out(self, head: QWidget) -> None:
        self.body.setContentsMargins(12, 8, 8, 8)
        self.body.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(head, 1)
        row.addWidget(self.save)
        self.body.addLayout(row)
        self.body.addWidget(self.views, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.facts)
        self.body.addWidget(self.stack, 1)

    def show_array(self, plot: ArrayPlot) -> None:
        self.plot = plot
        offered = (*plot.views, VALUES)
        for view, _text in _VIEWS:
            self.views.button(view).setEnabled(view in offered)
        self.views.set_current(self._wanted if self._wanted in offered else offered[0])
        self.save.setEnabled(True)
        self._show()

    def show_message(self, sentence: str) -> None:
        """A sentence instead of an array."""
        self.plot = None
        self.facts.setText("")
        for view, _text in _VIEWS:
            self.views.button(view).setEnabled(False)
        self.save.setEnabled(False)
        self.grid.show_plane(None)
        self.canvas.show_message(sentence)
        self.stack.setCurrentIndex(0)

    @property
    def view(self) -> str:
        return self.views.current

    def _choose(self, view: str) -> None:
        self._wanted = view
        self._show()

    def _show(self) -> None:
        plot, view = self.plot, self.view
        if plot is None:
            return
        shape = shape_text(plot.values.shape) or "one value"
        self.facts.setText(f"{shape}  {plot.shown(view)}" if plot.values.size else f"{shape}  no values")
        if view == VALUES:
            self.axes.show_shape(plot.values.shape)
            self.axes_area.setVisible(plot.values.ndim > 2)
            self._show_plane()
            self.stack.setCurrentIndex(1)
            return

        def draw(figure: Any, palette: Palette) -> None:
            draw_array(figure, plot, view, palette)

        self.canvas.show_plot(Plot(draw, description=f"{self._name}, {self.facts.text()}"))
        self.stack.setCurrentIndex(0)

    def _show_plane(self) -> None:
        if self.plot is not None and self.view == VALUES:
            self.grid.show_plane(ArrayPlane(self.plot.values, self.axes.choice()), self.plot.type_name)

    def save_shown(self) -> None:
        """Asks for a place; a picture is of the view in sight, numbers are all of them."""
        if self.plot is None:
            return
        chosen = ask_where(self, f"Save {self._name.lower()}", f"{file_stem(self.plot.name)}.png", KINDS)
        if chosen is None:
            return
        try:
            self.export(chosen[0])
        except InspectorError as error:
            self.failed.emit(str(error))

    def export(self, path: Path) -> None:
        """By the suffix: .png, .svg or .pdf, .npy or .csv. Raises ExportError, UsageError."""
        assert self.plot is not None
        if path.suffix.lower() in (".npy", ".csv"):
            save_array(path, self.plot.values, overwrite=True)
        elif self.view == VALUES:
            raise UsageError("Numbers are no picture: save them as .npy or .csv, or choose another view.")
        else:
            write_file(path, [self.canvas.picture(kind_of(path))], overwrite=True)
