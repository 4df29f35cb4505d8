"""The Jobs panel: every job with its step, progress and time, and what can be done with it."""

from functools import partial

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QMenu, QTableView, QVBoxLayout, QWidget

from inspector.gui.jobs import DONE, FAILED, RUNNING, WAITING, Job, JobQueue
from inspector.gui.tables.job_delegate import ROW_HEIGHT, JobDelegate
from inspector.gui.tables.job_table import JOB, LINKS, MODEL, PROGRESS, STEP, TIME, TITLES, JobTable, cell_text
from inspector.gui.tables.table_parts import set_up_plainly
from inspector.gui.widgets import label, link

_WIDTHS = {JOB: (0.15, 130, 180), MODEL: (0.16, 100, 200), PROGRESS: (0.15, 112, 176)}
"""Column -> its share of the table's width, the least and the most pixels; what is left is the step's."""
_NARROW = {TIME: 58, LINKS: 74}
_BUSY_MS = 50


class JobsPanel(QWidget):
    """A table of jobs; where there is none, a sentence that says where they come from."""

    show_asked = Signal(object)  # Job: what it made should come into sight
    log_asked = Signal(object)  # Job

    def __init__(self, queue: JobQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self.table = JobsView(queue, self)
        self.table.show_asked.connect(self.show_asked)
        self.table.log_asked.connect(self.log_asked)
        self.empty = label("No jobs. Quantize makes some.", "dim")
        self.empty.setContentsMargins(16, 12, 16, 12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.empty, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.table, 1)
        for signal in (queue.added, queue.removed):
            signal.connect(self._show_empty)
        self._show_empty()

    def _show_empty(self) -> None:
        self.empty.setVisible(not self._queue.jobs)
        self.table.setVisible(bool(self._queue.jobs))


class JobsView(QTableView):
    """Delete cancels the selected job, Return shows what it made or its log; so do the links in the last column."""

    show_asked = Signal(object)  # Job
    log_asked = Signal(object)  # Job

    def __init__(self, queue: JobQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_up_plainly(self, "Jobs")
        self._queue = queue
        self._chosen: set[int] = set()  # columns whose width is the user's
        self._sizing = False
        self._links: dict[str, tuple[str, ...]] = {}  # job id -> the links its row has now
        self.jobs = JobTable(queue, self)
        self.delegate = JobDelegate(self)
        self.setItemDelegate(self.delegate)
        self.setModel(self.jobs)
        self._set_behaviour()
        self._busy = QTimer(self, interval=_BUSY_MS)
        self._busy.timeout.connect(self._move_busy_bar)
        self.jobs.rowsInserted.connect(self._added)
        self.jobs.rowsRemoved.connect(self._fit)
        self.jobs.dataChanged.connect(lambda first, _last: self._changed(first.row()))
        self.entered.connect(lambda index: self._hover(index.row()))
        self.doubleClicked.connect(lambda index: self._act(self.jobs.job(index.row())))
        self.customContextMenuRequested.connect(self._show_menu)
        self._fit()

    def _set_behaviour(self) -> None:
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        columns.setHighlightSections(False)
        columns.setMinimumSectionSize(40)
        for place in range(len(TITLES)):
            fixed = place in (PROGRESS, TIME, LINKS)
            mode = QHeaderView.ResizeMode.Fixed if fixed else QHeaderView.ResizeMode.Interactive
            columns.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch if place == STEP else mode)
        for place, width in _NARROW.items():
            columns.resizeSection(place, width)
        columns.sectionResized.connect(self._column_resized)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    # what can be done with a job

    def choices(self, job: Job) -> tuple[str, ...]:
        """ "Cancel", "Show", "Log", those that apply, the first of them for the row's link."""
        if job.state in (WAITING, RUNNING):
            return ("Cancel", *(("Log",) if job.log else ()))
        made = job.result.get("variants") or job.options.JOB == "sweep"
        return (*(("Show",) if job.state == DONE and made else ()), "Log")

    def do(self, choice: str, job: Job) -> None:
        if choice == "Cancel":
            self._queue.cancel(job)
        elif choice == "Show":
            self.show_asked.emit(job)
        else:
            self.log_asked.emit(job)

    def _act(self, job: Job) -> None:
        """What Return and a double click mean: never to cancel."""
        self.do(next(choice for choice in (*self.choices(job), "Log") if choice != "Cancel"), job)

    def copy(self) -> None:
        """The table, or its selected row, as TSV."""
        rows = [index.row() for index in self.selectionModel().selectedRows()] or range(self.jobs.rowCount())
        lines = ["\t".join(TITLES[:LINKS])]
        for row in rows:
            cells = (cell_text(self.jobs.job(row), place) for place in range(LINKS))
            lines.append("\t".join(cell.replace("\n", " ") for cell in cells))
        QGuiApplication.clipboard().setText("\n".join(lines) + "\n")

    # keeping the rows

    def _added(self) -> None:
        self._fit()
        self.scrollToBottom()  # also for who looks at older ones

    def _changed(self, row: int) -> None:
        job = self.jobs.job(row)
        if self._links.get(job.id) != self.choices(job):
            self._fit()
        busy = self.isVisible() and any(each.fraction is None for each in self._queue.all_running)
        if busy != self._busy.isActive():
            self._busy.start() if busy else self._busy.stop()

    def _fit(self) -> None:
        """Each row as high as its sentence, which goes on over the empty progress; the link each row offers now."""
        bar = self.verticalScrollBar()
        at_end = bar.value() >= bar.maximum()
        for row in range(self.jobs.rowCount()):
            job = self.jobs.job(row)
            columns = 2 if job.state == FAILED else 1
            if self.columnSpan(row, STEP) != columns:
                self.setSpan(row, STEP, 1, columns)
            self.setRowHeight(
                row, self.delegate.row_height(job, sum(map(self.columnWidth, range(STEP, STEP + columns))))
            )
            choices = self.choices(job)
            index = self.jobs.index(row, LINKS)
            if self._links.get(job.id) != choices or self.indexWidget(index) is None:
                self._links[job.id] = choices
                self.setIndexWidget(index, self._link(choices[0], job))
        if at_end:  # a row may have grown: the newest stays in sight
            self.scrollToBottom()

    def _link(self, choice: str, job: Job) -> QWidget:
        holder = QWidget()
        made = link(choice, lambda: self.do(choice, job), f"{choice}: {job.title}")
        made.setAccessibleName(f"{choice} {job.title}")
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 8, 1)
        row.addWidget(made, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return holder

    def _move_busy_bar(self) -> None:
        moving = [job for job in self._queue.all_running if job.fraction is None]
        if not (moving and self.isVisible()):
            self._busy.stop()
        for job in moving:
            self.update(self.jobs.index(self.jobs.row_of(job), PROGRESS))

    # events

    def menu(self, job: Job) -> QMenu:
        made = QMenu(self)
        for choice in self.choices(job):
            made.addAction(choice, partial(self.do, choice, job))
        made.addSeparator()
        made.addAction("Copy", self.copy)
        made.addAction("Clear Finished", self._queue.clear_finished)
        return made

    def _show_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if index.isValid():
            self.menu(self.jobs.job(index.row())).exec(self.viewport().mapToGlobal(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif row >= 0 and event.key() == Qt.Key.Key_Delete:
            self._queue.cancel(self.jobs.job(row))
        elif row >= 0 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._act(self.jobs.job(row))
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._sizing = True
        for place, (share, least, most) in _WIDTHS.items():
            if place not in self._chosen:
                self.setColumnWidth(place, min(most, max(least, int(event.size().width() * share))))
        self._sizing = False
        self._fit()

    def _column_resized(self, place: int) -> None:
        if not self._sizing:
            if place in (JOB, MODEL):
                self._chosen.add(place)
            self._fit()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, row: int) -> None:
        if row != self.delegate.hovered:
            self.delegate.hovered = row
            self.viewport().update()
