"""The pipelines of a sweep that runs or ran, below a line that says how far it is."""

from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from inspector.gui.sweep.cells import set_up
from inspector.gui.sweep.run_rows import MODEL, RECIPE, SCORE, SEED, STATE, STEP, TIME, TITLES, RunRows
from inspector.gui.sweep.sweep_run import SweepRun
from inspector.gui.tables.job_table import time_text
from inspector.gui.tables.tsv import tsv_lines
from inspector.gui.theme import BODY, SECONDARY, ui_font
from inspector.gui.widgets import label, line
from inspector.jobs.pipeline_news import DONE, FAILED, KEPT
from inspector.model.text import plural

_WIDEST_MODEL = 240
_NOTHING = "Nothing has run yet. Run makes every variant of the plan and evaluates it."


class RunPage(QWidget):
    """Follows a SweepRun."""

    def __init__(self, run: SweepRun) -> None:
        super().__init__()
        self._run = run
        self.rows = RunRows(run, self)
        self.view = RunView(self.rows)
        self.headline = label(_NOTHING, bold=True)
        self.time = label("", "dim", SECONDARY)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress of the sweep")
        self.sentence = label("", "bad", SECONDARY, wrap=True)
        self.sentence.setContentsMargins(20, 8, 20, 8)
        self._arrange()
        self.view.selectionModel().currentRowChanged.connect(lambda _new, _old: self._show_sentence())
        for signal in (run.began, run.moved, run.ended):
            signal.connect(self.refresh)
        run.told.connect(lambda _key: self._show_sentence())
        self.refresh()

    def refresh(self) -> None:
        """What the job says of itself, and how it ended."""
        job = self._run.job
        self.bar.setVisible(self._run.running)
        if job is None:
            return
        self.time.setText(time_text(job.elapsed) if job.elapsed else "")
        if self._run.running:
            self.headline.setText(job.step or "Waiting for the sweep before it")
            self.bar.setRange(0, 0 if job.fraction is None else 1000)
            self.bar.setValue(round(1000 * (job.fraction or 0)))
        else:
            self.headline.setText(self.outcome)
        self._show_sentence()

    @property
    def outcome(self) -> str:
        """How the sweep ended, in a sentence."""
        job = self._run.job
        if job is None:
            return _NOTHING
        done, failed = self._run.count(DONE, KEPT), self._run.count(FAILED)
        counted = f"{plural(done, 'pipeline')} done" + (f", {failed:,} failed" if failed else "")
        if job.state == "cancelled":
            return f"Stopped: {counted}. Resume goes on from here." if done else "Stopped before a pipeline was done."
        if job.state == "failed":
            return f"The sweep stopped: {counted}." if self._run.news else "The sweep could not begin."
        return f"{counted}."

    def _show_sentence(self) -> None:
        """Why the pipeline that is looked at failed, whole; else why the sweep did."""
        job, current = self._run.job, self.view.currentIndex()
        text = self.rows.news(current.row()).sentence if current.isValid() else ""
        if not text and job is not None and job.state == "failed":
            text = job.sentence
        self.sentence.setText(text)
        self.sentence.setVisible(bool(text))

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(20, 10, 20, 10)
        head.setSpacing(12)
        head.addWidget(self.headline)
        head.addStretch(1)
        head.addWidget(self.bar)
        head.addWidget(self.time)
        self.bar.setFixedWidth(220)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(line())
        column.addWidget(self.view, 1)
        column.addWidget(self.sentence)


class RunView(QTableView):
    """Ctrl+C copies the selected rows, or all, with their titles."""

    def __init__(self, rows: RunRows) -> None:
        super().__init__()
        self._rows = rows
        self.setModel(rows)
        set_up(self, "Pipelines")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        rows.rowsInserted.connect(lambda _parent, first, _last: self.fit() if first < 60 else None)
        self.fit()

    def fit(self) -> None:
        """Words and numbers get what they need; the step has the rest."""
        header, metrics = self.horizontalHeader(), QFontMetrics(ui_font(BODY))
        seeds = {self._rows.news(row).seed for row in range(self._rows.rowCount())}
        self.setColumnHidden(SEED, len(seeds) < 2)
        samples = {STATE: "done before" + "mmmm", TIME: "00:00:00", SCORE: "Hamming 0.0000", SEED: "Seed"}
        for column in range(len(TITLES)):
            header.setSectionResizeMode(
                column, QHeaderView.ResizeMode.Stretch if column == STEP else QHeaderView.ResizeMode.Interactive
            )
            if column in (MODEL, RECIPE):
                texts = [str(self._rows.index(row, column).data()) for row in range(self._rows.rowCount())]
                widest = max((metrics.horizontalAdvance(text) for text in (TITLES[column], *texts)), default=0) + 24
                header.resizeSection(column, max(90, min(_WIDEST_MODEL, widest)))
            elif column in samples:
                header.resizeSection(column, metrics.horizontalAdvance(samples[column]) + 20)

    def copy(self) -> None:
        rows = [index.row() for index in self.selectionModel().selectedRows()] or range(self._rows.rowCount())
        cells = ([self._rows.text(self._rows.news(row), column) for column in range(len(TITLES))] for row in rows)
        QGuiApplication.clipboard().setText(tsv_lines([TITLES, *cells]))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return
        super().keyPressEvent(event)
