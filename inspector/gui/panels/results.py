"""The Results tab: what a sweep or an evaluation gave, a row a pipeline, with charts of it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from inspector.analysis.pipeline_comparison import Against, PipelineComparison, Reference, references
from inspector.analysis.pipeline_headline import headline
from inspector.analysis.pipeline_rows import BY_MODEL, ResultRow, result_rows
from inspector.analysis.pipelines import ResultSet
from inspector.errors import InspectorError
from inspector.export.csv_table import csv_rows
from inspector.export.plot_file import write_text
from inspector.gui.background import Progress
from inspector.gui.panels.results_bar import ResultsControls, ResultsHead
from inspector.gui.panels.results_chart import ResultsChart
from inspector.gui.panels.weight_controls import ProgressStrip
from inspector.gui.panels.weight_export import ask_where, file_stem
from inspector.gui.session import OpenModel, Session, absolute_path
from inspector.gui.tables.filtered_table import FilteredTable
from inspector.gui.tables.latest_task import LatestTask
from inspector.gui.tables.result_delegate import ResultDelegate
from inspector.gui.tables.result_rows import grouped, result_source, said_by_groups
from inspector.gui.widgets import EmptyState, line
from inspector.model.text import plural

_NOTHING = "No results yet. Run a sweep, evaluate models, or open the folder that a sweep wrote."
_CHART_SHARE = 0.42  # of the height, until the user decides otherwise
_PICTURES = ("Picture (*.png)", "Vector picture (*.svg)", "Vector picture (*.pdf)", "Numbers of the chart (*.csv)")


class ResultsPanel(QWidget):
    """Shows the session's results, whichever model is open, or none."""

    status_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.results: ResultSet | None = None
        self.rows: Sequence[ResultRow] = ()
        self._comparison: PipelineComparison | None = None
        self._against: dict[str, Against] = {}
        self._compared_with: Reference | None = None
        self._shared_by_user = False
        self._task = LatestTask(self)
        self._opening: Path | None = None  # the variant that is shown as soon as it is read
        self.head = ResultsHead()
        self.strip, self.controls, self.chart = ProgressStrip(), ResultsControls(), ResultsChart()
        self.filtered = FilteredTable(
            "pipeline", "Filter by model, scheme or label", controls=self.controls.parts[1:],
            leading=self.controls.parts[:1], make_delegate=ResultDelegate,
        )  # fmt: skip
        self.filtered.count_text = self._count_text
        self.table = self.filtered.table
        self.empty = EmptyState(_NOTHING, "Open results folder...", self.open_folder)
        self._lay_out()
        self._connect()
        self.show_results(session.results)

    def _lay_out(self) -> None:
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.filtered)
        self.splitter.addWidget(self.chart)
        self.splitter.splitterMoved.connect(self._keep_shares)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.head, line(), self.strip):
            column.addWidget(part)
        column.addWidget(self.splitter, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(whole)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)
        self.setFocusProxy(self.table)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_out()

    def _share_out(self) -> None:
        height = self.splitter.height()
        if not self._shared_by_user and height > 0:
            chart = int(height * _CHART_SHARE)
            self.splitter.setSizes([height - chart, chart])

    def _keep_shares(self) -> None:
        self._shared_by_user = True

    def _connect(self) -> None:
        self.head.open_asked.connect(self.open_folder)
        self.head.report_asked.connect(lambda: self._session.action_asked.emit("report"))
        self.head.close_asked.connect(lambda: self._session.show_results(None))
        self.controls.changed.connect(self._show)
        self.controls.reference_changed.connect(self._compare)
        self.strip.cancelled.connect(self._stop)
        self.filtered.save_asked.connect(self.save)
        self.table.records_selected.connect(self._selected)
        self.table.doubleClicked.connect(self._open_row)
        self.table.more_actions = self._row_actions
        self.chart.point_clicked.connect(self._select_key)
        self.chart.save_asked.connect(self.save_plot)
        self._session.results_opened.connect(self.show_results)

    def set_model(self, open_model: OpenModel | None) -> None:
        """Results stay, whichever model is looked at; a variant that was opened from here is shown."""
        if open_model is not None and open_model.path == self._opening:
            self._opening = None
            self._session.action_asked.emit("show")

    # what is shown

    def show_results(self, results: ResultSet | None) -> None:
        """None: none are open."""
        self._task.cancel()
        self.strip.end()
        self.results, self._against, self._compared_with = results, {}, None
        self._comparison = PipelineComparison(results) if results is not None else None
        self.pages.setCurrentIndex(0 if results is None else 1)
        if results is not None:
            self.controls.offer(results, references(results))
            self._show()
            self._compare()
        self.status_changed.emit()

    def _compare(self) -> None:
        """Draws again and again in a thread; what was drawn for another reference is used again."""
        comparison, reference = self._comparison, self.controls.reference
        if comparison is None:
            return
        self._against, self._compared_with = {}, None
        if reference is None:
            self._task.cancel()
            self._show()
            return

        def work(progress: Progress) -> dict[str, Against]:
            return comparison.against(reference, progress)

        self.strip.begin()
        self._task.run(work, lambda found: self._take(reference, found), self._failed)

    def _take(self, reference: Reference, found: dict[str, Against]) -> None:
        self.strip.end()
        self._against, self._compared_with = found, reference
        self._show()

    def _failed(self, sentence: str) -> None:
        self.strip.end()
        self._session.failed.emit(sentence)

    def _stop(self) -> None:
        self._task.cancel()
        self.strip.end()

    def _show(self) -> None:
        results = self.results
        if results is None:
            return
        by, metric = self.controls.groups.current, self.controls.score
        words = self._compared_with.text if self._compared_with is not None else ""
        chosen = [row.result.key for row in self.table.selected_records()]
        self.rows = result_rows(results, self._against, by)
        source, optional = result_source(results, self.rows, by, metric, words)
        layout = self.table.layout_of_columns
        layout.optional = optional
        layout.grows = "recipe" if by == BY_MODEL else "model"
        layout.absent = said_by_groups(results, by)
        self.filtered.set_source(source, grouped(self.rows, by))
        self.table.select([key for key in chosen if source.find(key) >= 0])
        name = f"{results.name}: " if results.name else ""
        self.head.headline.setText(name + headline(results, self.rows, metric, words))
        self.chart.show_rows(self.rows, metric, words)
        self.chart.show_selection(self.table.selected_records())
        self.status_changed.emit()

    def _count_text(self, shown: int, count: int) -> str:
        """How many rows are shown, and what the arrows say."""
        said = plural(count, "pipeline") if shown == count else f"{shown:,} of {plural(count, 'pipeline')}"
        return f"{said}; ▲ better, ▼ worse, ≈ about equal" if self._compared_with is not None else said

    @property
    def status_text(self) -> str:
        """`35 pipelines in digits.results`, and where the selected one's file is."""
        if self.results is None:
            return ""
        chosen = self.table.selected_records()
        if len(chosen) == 1 and not chosen[0].result.done:
            return f"{chosen[0].model}: {chosen[0].result.sentence}"
        if len(chosen) == 1 and chosen[0].result.variant:
            return f"{self.results.path(chosen[0].result.variant)}"
        folder = f" in {self.results.folder}" if self.results.folder is not None else ""
        return f"{len(self.results.pipelines):,} pipelines{folder}"

    # selecting and opening

    def _selected(self, rows: Sequence[ResultRow]) -> None:
        self.chart.show_selection(rows)
        self.status_changed.emit()

    def _select_key(self, key: str) -> None:
        self.table.select([key])
        self._selected(self.table.selected_records())

    def _open_row(self, index: QModelIndex) -> None:
        row = self.table.records.record(index.row()) if index.isValid() else None
        if isinstance(row, ResultRow):
            self.open_variant(row)

    def open_variant(self, row: ResultRow) -> None:
        """Opens the model that a pipeline made."""
        if not row.result.variant or self.results is None:
            sentence = row.result.sentence or f"{row.model} {row.result.scheme}: its file was not kept."
            self._session.failed.emit(sentence)
            return
        self._opening = absolute_path(self.results.path(row.result.variant))
        self._session.open_later([self._opening])

    def _row_actions(self, row: ResultRow) -> list[tuple[str, Callable[[], object]]]:
        """What else the context menu of a row offers."""
        actions: list[tuple[str, Callable[[], object]]] = []
        if row.result.variant:
            actions.append(("Open the Variant", lambda: self.open_variant(row)))
        if Path(row.result.model).is_file():
            actions.append(("Open the Source", lambda: self._session.open_later([row.result.model])))
        return actions

    def open_folder(self) -> None:
        """Asks for a folder of results."""
        self._session.action_asked.emit("open-results")

    # copying and saving

    def copy(self) -> None:
        """Edit > Copy, wherever the focus is."""
        self.table.copy()

    def selectAll(self) -> None:
        """Edit > Select All, wherever the focus is."""
        self.table.selectAll()

    @property
    def _stem(self) -> str:
        return file_stem(self.results.name if self.results is not None else "results")

    def save(self) -> None:
        """Asks where and saves the rows that are shown, with intervals and differences, as CSV."""
        chosen = ask_where(self, "Save Results", f"{self._stem}.csv", ("Table (*.csv)",))
        if chosen is None:
            return
        try:
            write_text(
                chosen[0], csv_rows(self.table.records.columns, self.table.records.shown_records()), overwrite=True
            )
        except InspectorError as error:
            self._session.failed.emit(str(error))

    def save_plot(self) -> None:
        """Asks where and writes the chart in sight, or its numbers."""
        chosen = ask_where(self, "Save Chart", f"{self._stem}.{self.chart.pages.current}.png", _PICTURES)
        if chosen is not None:
            try:
                self.chart.export(chosen[0])
            except InspectorError as error:
                self._session.failed.emit(str(error))
