"""The Weights tab: one tensor's histogram and channels above, the statistics of all constants below."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from inspector.analysis.statistics import TensorStatistics
from inspector.analysis.statistics_columns import STATISTICS_COLUMNS, WeightRow
from inspector.errors import ExportError, InspectorError, ValuesError
from inspector.export.atomic_file import existing_files
from inspector.export.csv_table import csv_rows
from inspector.export.plot_file import all_paths, channel_csv, write_all_plots, write_tensor_plot, write_text
from inspector.gui.background import Task, run_in_background
from inspector.gui.panels.measuring import Measuring
from inspector.gui.panels.weight_cards import ChannelCard, HistogramCard
from inspector.gui.panels.weight_controls import ProgressStrip, WeightControls
from inspector.gui.panels.weight_export import ALL, CHANNEL_NUMBERS, ONE, ask_where, file_stem
from inspector.gui.panels.weight_pages import AllHistograms
from inspector.gui.panels.weight_rows import LazyPlots, WeightRows, key_of, weight_grouping, weight_source
from inspector.gui.session import OpenModel, Selection, Session
from inspector.gui.tables.record_table import RecordTable
from inspector.gui.theme import current_palette
from inspector.model import Tensor
from inspector.model.text import plural
from inspector.plots.channel_plot import channel_plot
from inspector.plots.histogram_plot import HistogramPlot, real_values_plot, sigma_summary, stored_levels_plot
from inspector.plots.weight_figure import WeightFigure


class WeightsPanel(QWidget):
    """Follows the session's selection; a row of the table chooses the plot and selects everywhere."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._open: OpenModel | None = None
        self._rows = WeightRows(None, None)
        self._tensor: Tensor | None = None
        self._task: Task | None = None
        self._figure: WeightFigure | None = None
        self.controls, self.strip = WeightControls(), ProgressStrip()
        self.histogram, self.channels, self.all = HistogramCard(), ChannelCard(), AllHistograms()
        self.table = RecordTable("Statistics of weights")
        self.measuring, self.extra = Measuring(self), Measuring(self)
        """Statistics, and what the user asks for meanwhile: gzip sizes, a file of all histograms."""
        self._refresh = QTimer(self, singleShot=True, interval=150)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        cards = QWidget()
        side = QHBoxLayout(cards)
        side.setContentsMargins(16, 0, 16, 12)
        side.setSpacing(16)
        side.addWidget(self.histogram, 11)
        side.addWidget(self.channels, 9)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(cards)
        splitter.addWidget(self.table)
        splitter.setSizes([310, 400])
        self.pages = QStackedWidget()
        self.pages.addWidget(splitter)
        self.pages.addWidget(self.all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.controls)
        column.addWidget(self.strip)
        column.addWidget(self.pages, 1)

    def _connect(self) -> None:
        controls = self.controls
        controls.changed.connect(self._draw)
        controls.filtered.connect(self._filter)
        controls.gzip.clicked.connect(self.compute_gzip)
        controls.save.clicked.connect(self.save_plot)
        controls.copy.clicked.connect(self.table.copy)
        controls.download.clicked.connect(self.save_table)
        for canvas in (self.histogram.canvas, self.channels.canvas, self.all.canvas):
            canvas.add_menu_action("Save Plot...", self.save_plot)
        self.table.records_selected.connect(self._select)
        self.all.chosen.connect(self._choose_from_page)
        self.strip.cancelled.connect(self.stop)
        for work in (self.measuring, self.extra):
            work.progressed.connect(self._show_progress)
            work.finished.connect(self._measured)
            work.failed.connect(self._work_failed)
        self._refresh.timeout.connect(self._show_measured)
        self._session.selection_changed.connect(self._follow)

    # the model

    def set_model(self, open_model: OpenModel | None) -> None:
        """Shows another model, or none; what is being measured of the old one is dropped."""
        self.stop()
        before = self._open.path if self._open is not None else None, self._tensor
        self._open, self._tensor, self._figure = open_model, None, None
        if open_model is None:
            self._rows = WeightRows(None, None)
            self.table.set_source(weight_source(self._rows))
            self._say("", "")
            return
        self._rows = WeightRows(open_model.model, open_model.measurements)
        self.table.set_source(weight_source(self._rows), weight_grouping(self._rows))
        if self.table.records.sorted_by is None:
            self.table.set_sort("elements", descending=True)
        self._offer_gzip()
        if not len(self._rows):
            self._say(open_model.path.name, "The model has no constants: nothing to plot.")
            return
        self._choose_first(before[1] if before[0] == open_model.path else None)
        self.strip.begin()
        self.measuring.start(open_model.measurements.statistics, self._rows.small_first, "Measuring")

    def _choose_first(self, before: Tensor | None) -> None:
        """What is selected; else what was looked at before the file was read again, else the first row."""
        self._follow(self._session.selection)
        if self._tensor is None and before is not None and (place := self._rows.find(key_of(before))) >= 0:
            self._session.select(tensors=[self._rows.tensor(place)])
        shown = self.table.records.shown
        if self._tensor is None and len(shown):
            self._session.select(tensors=[self._rows.tensor(self.table.records.record_index(0))])
            self._follow(self._session.selection)  # as no signal comes for what was selected already

    def stop(self) -> None:
        """Stops measuring; what is measured stays."""
        self.measuring.stop()
        self.extra.stop()
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.strip.end()
        self._offer_gzip()

    def copy(self) -> None:
        """The selected rows, or all, as text for spreadsheets."""
        self.table.copy()

    def selectAll(self) -> None:
        self.table.selectAll()

    def focus_filter(self) -> None:
        self.controls.focus_filter()

    # measuring

    def compute_gzip(self) -> None:
        """Compresses every constant, after which the button is gone."""
        if self._open is not None:
            self.strip.begin()
            self.extra.start(self._open.measurements.gzip_bytes, self._rows.small_first, "Compressing")
            self._offer_gzip()

    def _show_progress(self, fraction: float, text: str) -> None:
        self.strip.advance(fraction, text)
        if not self._refresh.isActive():
            self._refresh.start()

    def _measured(self) -> None:
        """All numbers are there, or one run was stopped by an error."""
        if not self.measuring.running and not self.extra.running:
            self.strip.end()
            self._refresh.stop()
        self.table.records.summaries_changed()
        self.table.layout_of_columns.measure()
        self._show_measured()
        self._offer_gzip()

    def _work_failed(self, sentence: str) -> None:
        self._measured()
        self._session.failed.emit(sentence)

    def _show_measured(self) -> None:
        self.table.viewport().update()  # cells read what is measured when they are painted
        if self.controls.all:
            self._draw_all()

    def _offer_gzip(self) -> None:
        missing = self._open is not None and not all(map(self._rows.is_compressed, range(len(self._rows))))
        self.controls.gzip.setVisible(missing)
        self.controls.gzip.setEnabled(not self.extra.running)

    # choosing

    def _select(self, rows: Sequence[WeightRow]) -> None:
        if rows:
            self._session.select(tensors=[row.tensor for row in rows])

    def _follow(self, selection: Selection) -> None:
        known = [tensor for tensor in selection.tensors if tensor.has_data and tensor.kind != "optimizer"]
        if known and self._open is not None:
            self.table.select([key_of(tensor) for tensor in known])
            if known[0] != self._tensor:
                self._tensor = known[0]
                self._draw()

    def _choose_from_page(self, place: int) -> None:
        self._session.select(tensors=[self._rows.tensor(self._all_plots().places[place])])
        self.controls.show_one()

    def _filter(self, text: str) -> None:
        self.table.set_filter(text)
        if self.controls.all:
            self._draw_all()

    # drawing

    def _draw(self) -> None:
        self.pages.setCurrentIndex(int(self.controls.all))
        if self.controls.all:
            self._draw_all()
        elif self._open is not None and self._tensor is not None:
            statistics = self._open.measurements.known_statistics(self._tensor)
            if statistics is not None:
                self._draw_tensor(self._tensor, statistics)
            else:
                self._say(self._tensor.name, "Measuring...")
                self._measure_chosen(self._open, self._tensor)

    def _measure_chosen(self, open_model: OpenModel, tensor: Tensor) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task = run_in_background(
            lambda progress: open_model.measurements.statistics(tensor, progress),
            lambda statistics: self._draw_tensor(tensor, statistics),
            lambda sentence: self._say(tensor.name, sentence),
        )

    def _draw_tensor(self, tensor: Tensor, statistics: TensorStatistics) -> None:
        levels = stored_levels_plot(tensor, statistics)
        self.controls.offer_levels(levels is not None, f"{tensor.type.name} has no levels to count")
        plot = (levels if self.controls.wants_levels else None) or real_values_plot(tensor, statistics)
        channels = channel_plot(tensor, statistics)
        note = plot.summary() if plot.stored else sigma_summary(statistics)
        if statistics.not_finite:
            note = f"{plural(statistics.not_finite, 'value')} NaN or infinite, left out"
        log, beside = self.controls.log, self.controls.channels
        self.histogram.show_tensor(plot, note, log)
        self.channels.setVisible(beside)
        if beside:
            self.channels.show_tensor(channels, plot.stored, log)
        self._figure = WeightFigure(plot, note, channels if beside else None, log)

    def _say(self, title: str, sentence: str) -> None:
        self._figure = None
        self.histogram.show_sentence(title, sentence)
        self.channels.show_sentence(sentence)
        if self._open is None:
            self.all.show_message(sentence)

    def _all_plots(self) -> LazyPlots:
        """The measured weights that pass the filter, in the file's order."""
        rows, levels = self._rows, self.controls.wants_levels
        places = filter(rows.is_measured, rows.weights(self.table.records.shown))
        return LazyPlots(list(places), lambda place: row_plot(rows[place], levels))

    def _draw_all(self) -> None:
        self.controls.offer_levels(True)
        plots = self._all_plots()
        weights = len(self._rows.weights(self.table.records.shown))
        waiting = weights - len(plots) if self.measuring.running else 0
        if plots:
            self.all.show_plots(plots, self.controls.log, waiting)
        else:
            self.all.show_message("Measuring..." if waiting else "No weights to plot.")

    # saving

    def save_plot(self) -> None:
        """Asks where and writes the plot in sight: the tensor's, or all."""
        if self._open is None:
            return
        if self.controls.all or self._tensor is None:
            self._save("Save Plots", f"{self._open.path.stem}.weights.png", ALL, self.export_plot)
        else:
            channels = self._figure is not None and self._figure.channels is not None
            filters = (*ONE, CHANNEL_NUMBERS) if channels else ONE
            self._save("Save Plot", f"{file_stem(self._tensor.name)}.png", filters, self.export_plot)

    def export_plot(self, path: Path, kind: str = "") -> None:
        """Writes the plot in sight, or its numbers, by the suffix. Raises ExportError, UsageError, ValuesError.

        All histograms are written in the background; the session says what goes wrong with them.
        """
        if self.controls.all:
            self._export_all(path)
        elif self._figure is None:
            raise ValuesError("There is no plot to save yet: choose a tensor with values.")
        elif kind == CHANNEL_NUMBERS and self._figure.channels is not None:
            write_text(path, channel_csv(self._figure.channels), overwrite=True)
        else:
            write_tensor_plot(path, self._figure, current_palette(), overwrite=True)

    def _export_all(self, path: Path) -> None:
        """In the background: a page of hundreds takes seconds."""
        plots, colors, log = self._all_plots(), current_palette(), self.controls.log
        paths = all_paths(path, len(plots))
        if len(paths) > 1 and (there := existing_files(paths)):  # the user was asked about `path` alone
            raise ExportError(f"{there[0].name} is there already. Choose another name.")
        self.strip.begin()
        self.extra.run(lambda progress: write_all_plots(path, plots, colors, log, overwrite=True, progress=progress))

    def save_table(self) -> None:
        """Asks where and writes the statistics of the rows in sight."""
        if self._open is not None:
            name = f"{file_stem(self._open.path.stem)}.weights.csv"
            self._save("Save Statistics", name, ("CSV (*.csv)",), self._write_table)

    def _write_table(self, path: Path, _kind: str) -> None:
        write_text(path, csv_rows(STATISTICS_COLUMNS, self.table.records.shown_records()), overwrite=True)

    def _save(self, title: str, name: str, filters: tuple[str, ...], write: Callable[[Path, str], object]) -> None:
        chosen = ask_where(self, title, name, filters)
        if chosen is not None:
            try:
                write(*chosen)
            except InspectorError as error:
                self._session.failed.emit(str(error))


def row_plot(row: WeightRow, wants_levels: bool) -> HistogramPlot:
    """The plot of a measured row: its stored levels where it has some and they are wanted, else its real values."""
    assert row.statistics is not None
    levels = stored_levels_plot(row.tensor, row.statistics) if wants_levels else None
    return levels or real_values_plot(row.tensor, row.statistics)
