"""The Ranges page of the Debugger: what each activation holds, what narrower ranges would clip, what weights bear."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from inspector.analysis.activation_range import RANGE_COLUMNS, ActivationRange, activation_ranges, clipping_columns
from inspector.analysis.weight_clipping import CLIPPING_COLUMNS, WeightClipping, weight_clippings
from inspector.errors import InspectorError
from inspector.export.atomic_file import write_file
from inspector.export.csv_table import csv_text
from inspector.export.plot_file import kind_of, write_text
from inspector.gui.panels.weight_export import ONE, ask_where, file_stem
from inspector.gui.plot_canvas import Plot, PlotCanvas
from inspector.gui.repairs import Measured, Repairs
from inspector.gui.session import Session
from inspector.gui.tables.debug_delegate import DebugDelegate
from inspector.gui.tables.debug_rows import OPERATOR
from inspector.gui.tables.filtered_table import FilteredTable
from inspector.gui.tables.record_table import RecordTable
from inspector.gui.tables.row_source import RowSource
from inspector.gui.tables.save_table import save_csv
from inspector.gui.theme import SECONDARY, current_palette
from inspector.gui.tooltips import plain_tip
from inspector.gui.widgets import Button, EmptyState, IconButton, SegmentedGroup, label, line
from inspector.model.columns import Column
from inspector.plots.range_plot import RangePlot, draw_range, range_figure
from inspector.plots.style import figure_bytes

if TYPE_CHECKING:
    from inspector.gui.jobs import Job

_FROM_DISK = "Ranges are measured on the source, which a table from disk does not have. Debug the model first."
_NOTHING = "The ranges of {}'s activations were not measured yet. It runs the float model on the calibration data."
_RUNNING = "Measuring the ranges. Jobs shows how far it is."
_OPTIONAL = ("scale", "mean", "sigma", "outside_3_sigma", "low_3_sigma", "high_3_sigma", "levels_3_sigma", "elements")


class RangesPage(QWidget):
    """`show_repairs` says whose ranges; they are kept with the history."""

    rows_selected = Signal(list)  # ActivationRange

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._repairs: Repairs | None = None
        self._running: set[int] = set()  # ids of histories whose ranges are being measured
        self.plot: RangePlot | None = None
        self.empty = EmptyState("", "Measure ranges", self.measure)
        self.filtered = FilteredTable("activation", "Filter by name or op_name", make_delegate=DebugDelegate)
        self.table = self.filtered.table
        self.table.layout_of_columns.optional = _OPTIONAL
        self.weights = RecordTable("Weights clipped", make_delegate=DebugDelegate)
        self.weights.layout_of_columns.optional = ("correct", "closeness", "rmse", "sigma")
        self.notes = label("", "dim", SECONDARY, wrap=True)
        self.name = label("", bold=True)
        self.scale = SegmentedGroup((("linear", "Linear"), ("log", "Log")), "Count axis")
        self.canvas = PlotCanvas("Histogram of the selected activation")
        self.canvas.add_menu_action("Save Plot...", self.save_plot)
        self.again = Button("Measure again", small=True)
        self._lay_out()
        self.again.clicked.connect(self.measure)
        self.scale.chosen.connect(lambda _scale: self._draw())
        self.table.records_selected.connect(self._select)
        self.filtered.save_asked.connect(self.save_table)

    def _lay_out(self) -> None:
        side = QFrame()
        side.setProperty("ground", "window")
        column = QVBoxLayout(side)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(6)
        head = QHBoxLayout()
        save = IconButton("image", "Save the plot as PNG, SVG, PDF, or its numbers as CSV")
        save.clicked.connect(self.save_plot)
        head.addWidget(self.name, 1)
        head.addWidget(self.scale)
        head.addWidget(save)
        column.addLayout(head)
        column.addWidget(self.canvas, 3)
        column.addWidget(line())
        title = QHBoxLayout()
        title.addWidget(label("Weights clipped and fake-quantized", bold=True), 1)
        title.addWidget(self.again)
        column.addLayout(title)
        column.addWidget(self.weights, 2)
        column.addWidget(self.notes)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.filtered)
        self.splitter.addWidget(side)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setSizes([700, 470])
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.splitter)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)

    # showing

    def show_repairs(self, repairs: Repairs | None) -> None:
        """Shows what was measured for this history, or the way to measure it."""
        self._repairs = repairs
        if repairs is None:
            return
        if repairs.measured is None:
            running = id(repairs) in self._running
            can = repairs.options is not None
            self.empty.set_sentence(_RUNNING if running else _NOTHING.format(repairs.name) if can else _FROM_DISK)
            self.empty.button.setVisible(can and not running)
            self.pages.setCurrentIndex(0)
            return
        self._show(repairs.measured)
        self.pages.setCurrentIndex(1)

    def _show(self, measured: Measured) -> None:
        tried = [_quiet(each) for each in clipping_columns(measured.ranges)]
        columns = [_shown(each) for each in (*RANGE_COLUMNS, *tried)]
        if self.table.records.source.records is not measured.ranges:
            self.filtered.set_source(RowSource(measured.ranges, columns, identity=lambda row: row.tensor))
            self.weights.set_source(RowSource(measured.clippings, CLIPPING_COLUMNS, identity=lambda row: row.title))
        self.notes.setText("\n".join(measured.notes))
        self.notes.setVisible(bool(measured.notes))
        if not self.table.selected_records() and measured.ranges:
            self.table.select([measured.ranges[0].tensor])
        self._draw()

    def _select(self, rows: list[ActivationRange]) -> None:
        self._draw()
        self.rows_selected.emit(rows)

    def _draw(self) -> None:
        rows = self.table.selected_records()
        if len(rows) != 1:
            self.plot = None
            self.name.setText("")
            self.canvas.show_message("Choose an activation in the table.")
            return
        plot = self.plot = RangePlot(rows[0])
        log = self.scale.current == "log"
        self.name.setText(rows[0].op_name or "input")
        self.name.setToolTip(plain_tip(rows[0].name))
        self.canvas.show_plot(
            Plot(
                lambda figure, palette: draw_range(figure.add_subplot(), plot, palette, log),
                lambda x, _y: plot.describe(x),
                f"Histogram of {plot.title}, with the ranges that could be chosen",
            )
        )

    # measuring

    def measure(self) -> None:
        """Puts the measuring in line."""
        repairs = self._repairs
        if repairs is None or id(repairs) in self._running:
            return
        try:
            self._session.debuggings.repair.ranges(repairs, lambda job: self._ended(job, repairs))
        except InspectorError as error:
            self._session.failed.emit(str(error))
            return
        self._running.add(id(repairs))
        self.show_repairs(repairs)

    def _ended(self, job: "Job", repairs: Repairs) -> None:
        self._running.discard(id(repairs))
        if job.state == "failed":
            self._session.failed.emit(f"{job.title} of {repairs.name} failed. {job.sentence}")
        elif job.state == "done":
            repairs.measured = measured_of(job.result)
        if repairs is self._repairs:
            self.show_repairs(repairs)

    # saving

    def save_table(self) -> None:
        """Saves the activations that are shown as CSV."""
        if self._repairs is not None and self._repairs.measured is not None:
            columns = (*RANGE_COLUMNS, *clipping_columns(self._repairs.measured.ranges))
            save_csv(self, self._session, "ranges", columns, self.table.records.shown_records())

    def save_plot(self) -> None:
        """Asks where and writes the histogram, or its numbers."""
        if self.plot is None:
            return
        chosen = ask_where(self, "Save Plot", f"{file_stem(self.plot.title)}.range.png", ONE)
        if chosen is not None:
            try:
                self.export(chosen[0])
            except InspectorError as error:
                self._session.failed.emit(str(error))

    def export(self, path: Path) -> None:
        """By the suffix. Raises ExportError, UsageError."""
        assert self.plot is not None
        if kind_of(path) == "csv":
            write_text(path, csv_text(self.plot.header, self.plot.rows()), overwrite=True)
        else:
            figure = range_figure(self.plot, current_palette(), self.scale.current == "log")
            write_file(path, [figure_bytes(figure, kind_of(path))], overwrite=True)


def _quiet(column: Column[ActivationRange]) -> Column[ActivationRange]:
    """Of a range that could be chosen the clipped share is shown at once, its ends and scale when asked for."""
    return column if column.style == "share" else replace(column, shown=False)


def _shown(column: Column[ActivationRange]) -> Column[ActivationRange]:
    """As the Debugger's table paints an operator and a tensor's name."""
    if column.key == "op_name":
        return replace(column, style=OPERATOR)
    return replace(column, key="name") if column.key == "tensor_name" else column


def measured_of(told: dict[str, object]) -> Measured:
    """From what the task "ranges" returned."""
    notes = told.get("notes")
    clippings: tuple[WeightClipping, ...] = weight_clippings(told)
    return Measured(activation_ranges(told), clippings, tuple(notes) if isinstance(notes, list) else ())
