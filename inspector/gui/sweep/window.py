"""Model > Sweep: a window beside the main one in which a plan is made, opened, saved and run."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from inspector.datasets.notice import Notice
from inspector.errors import InspectorError
from inspector.gui.asking import ask
from inspector.gui.dialogs.form_parts import NoticeLines
from inspector.gui.session import Session
from inspector.gui.settings import Settings, short_path
from inspector.gui.sweep.plan_count import PlanCount, count_text
from inspector.gui.sweep.plan_edit import PlanEdit
from inspector.gui.sweep.plan_page import PlanPage
from inspector.gui.sweep.run_page import RunPage
from inspector.gui.sweep.sweep_memory import Place, SweepMemory
from inspector.gui.sweep.sweep_run import SweepRun
from inspector.gui.sweep.window_bars import PIPELINES, PLAN, HeadBar, RunBar
from inspector.gui.widgets import line
from inspector.jobs.pipeline_news import RUNNING, WAITING
from inspector.jobs.sweep_plan import PlanError
from inspector.model.finding import Level
from inspector.model.text import plural, printable

_KINDS = "Plans (*.toml);;All files (*)"
_SIZE = QSize(1060, 780)


class SweepWindow(QWidget):
    """`results_asked(folder)` comes with Show results. Closing it leaves a sweep that runs to run on."""

    results_asked = Signal(object)

    def __init__(self, session: Session, settings: Settings, run: SweepRun) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self._session, self._settings, self.run = session, settings, run
        self.memory = SweepMemory(settings)
        self.edit, self.counts = PlanEdit(self), PlanCount(self)
        self.plan_page, self.run_page = PlanPage(self.edit, self.counts, settings), RunPage(run)
        self.head, self.bar = HeadBar(), RunBar()
        self.setAcceptDrops(True)
        self._arrange()
        self._connect()
        self._count()
        self.resize(_SIZE.boundedTo(self.screen().availableSize() * 0.94))

    # plans

    def begin(self, models: Iterable[Path] = ()) -> None:
        """A new plan, after asking about the old one."""
        if self.may_lose():
            self.edit.begin(models)
            self._say_problems(())
            self.show_page(PLAN)

    def begin_with_open(self) -> None:
        """A new plan with the models of the main window that variants can be made of."""
        from inspector.gui.dialogs.source_form import may_be_source

        self.begin([opened.path for opened in self._session.models if may_be_source(opened)])

    def ask_for_plan(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "Open a plan", self._folder(), _KINDS)
        if chosen:
            self.open_plan(Path(chosen))

    def open_plan(self, path: Path) -> bool:
        """Shows a plan, after asking about the old one; what is wrong in its file stands above the plan there was."""
        if path.expanduser().absolute() == self.edit.path and not self.edit.dirty:
            return True
        if not self.may_lose():
            return False
        try:
            self.edit.open(path)
        except InspectorError as error:
            self._say_problems(_sentences(error))
            return False
        self._say_problems(())
        assert self.edit.path is not None
        self.memory.keep(self.edit.path)
        self.show_page(PLAN)
        return True

    def save(self) -> bool:
        return self._write(self.edit.path) if self.edit.path is not None else self.save_as()

    def save_as(self) -> bool:
        """Asks where to; whether it was saved."""
        usual = self.edit.path or Path(self._folder()) / f"{_file_name(self.edit.plan.name)}.toml"
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the plan", str(usual), _KINDS)
        if not chosen:
            return False
        path = Path(chosen)
        return self._write(path if path.suffix else path.with_suffix(".toml"))

    def _write(self, path: Path) -> bool:
        try:
            self.edit.save(path)
        except InspectorError as error:
            self._say_problems(_sentences(error))
            return False
        self._say_problems(())
        self._settings.put("folders/sweep", str(path.absolute().parent))
        self.memory.keep(self.edit.path or path, self.plan_page.place.place)
        return True

    def may_lose(self) -> bool:
        """Whether the plan in sight may go: asks where it was changed and not saved."""
        if not self.edit.dirty:
            return True
        text = f"The plan {printable(self.edit.plan.name or self.edit.title)} was changed and is not saved."
        answer = ask(self, "Plan that is not saved", text, ["Save", "Discard"])
        return self.save() if answer == 0 else answer == 1

    # running

    def start(self) -> None:
        """Saves the plan where it was changed, and runs what is not there yet."""
        if not self.bar.run.isEnabled() or ((self.edit.dirty or self.edit.path is None) and not self.save()):
            return
        assert self.edit.path is not None
        self.memory.keep(self.edit.path, self.plan_page.place.place)
        try:
            self.run.start(self.plan_page.place.options(self.edit.path), printable(self.edit.plan.name))
        except InspectorError as error:
            self._say_problems(_sentences(error))
            return
        self.show_page(PIPELINES)

    def show_page(self, page: str) -> None:
        self.head.pages.set_current(page)
        self.stack.setCurrentIndex(0 if page == PLAN else 1)
        self._refresh()

    def _show_results(self) -> None:
        folder = self.results
        if folder is not None:
            self.results_asked.emit(folder)

    @property
    def results(self) -> Path | None:
        """The folder with results to look at: of the sweep in sight, else of the plan."""
        folder = self.run.folder if self.head.pages.current == PIPELINES else self.plan_page.place.results
        if folder is None or not (folder / "sweep.json").is_file():
            return None
        return folder if any((folder / "pipelines").glob("*.json")) else None

    # following

    def _count(self) -> None:
        self.counts.ask(self.edit.plan, self.plan_page.place.results)
        self._refresh()

    def _refresh(self) -> None:
        """What the bottom bar says and offers now."""
        shown = self.edit.plan.name or self.edit.title
        self.setWindowTitle(f"{'*' if self.edit.dirty else ''}{printable(shown)} - Sweep")
        self.head.show_plan(self.edit.plan.name, self.edit.path, self.edit.dirty)
        self.bar.run.setText(self._run_text())
        self.bar.run.setEnabled(not self.run.running and not self.problem and self._left > 0)
        self.bar.run.setVisible(not self.run.running)
        self.bar.cancel.setVisible(self.run.running)
        self.bar.cancel.setEnabled(self.run.running and not (self.run.job is not None and self.run.job.cancelling))
        self.bar.results.setEnabled(self.results is not None)
        self.bar.message.setText(self._sentence())

    @property
    def problem(self) -> str:
        """Why the plan can't be run, "" if it can as far as it was counted."""
        if self.plan_page.problem:
            return self.plan_page.problem
        counted = self.counts.counted
        if not self.counts.current:
            return "Counting..."
        if counted.problems:
            more = len(counted.problems) - 1
            return counted.problems[0] + (f" {plural(more, 'more problem')}." if more else "")
        return next(iter(counted.data.values()), "")

    @property
    def _left(self) -> int:
        """Pipelines that Run would run."""
        counted = self.counts.counted
        told = 0 if self.plan_page.place.retry.isChecked() else counted.failed
        return counted.pipelines - counted.kept - told

    def _run_text(self) -> str:
        save = "Save and r" if self.edit.dirty or self.edit.path is None else "R"
        counted = self.counts.counted
        if self.problem or not counted.pipelines:
            return f"{save}un"
        if counted.kept or counted.failed:
            return f"{save}esume: {self._left:,} of {counted.pipelines:,}" if self._left else "Nothing left to run"
        return f"{save}un {plural(counted.pipelines, 'pipeline')}"

    def _sentence(self) -> str:
        if self.run.running:
            return self._running_text()
        if self.problem:
            return self.problem
        text = count_text(self.edit.plan, self.counts.counted)
        failed = self.counts.counted.failed
        if failed and not self.plan_page.place.retry.isChecked():
            text += f" Tick {self.plan_page.place.retry.text().lower()!r} to try again."
        return text

    def _running_text(self) -> str:
        run, plan, folder = self.run, self.run.plan, self.run.folder
        name = f"{printable(plan.name)}: " if plan is not None and plan != self.edit.path else ""
        counts = f"{run.count(RUNNING):,} running, {run.count(WAITING):,} waiting. " if run.news else ""
        place = f"What is done is kept in {printable(short_path(folder))}." if folder is not None else ""
        return f"{name}{counts}{place}"

    def _say_problems(self, sentences: Iterable[str]) -> None:
        self.notices.show_notices([Notice(Level.DAMAGE, each) for each in sentences][:8])

    # arranging

    def _connect(self) -> None:
        self.edit.changed.connect(self._count)
        self.edit.replaced.connect(lambda: self.plan_page.place.show_place(self._remembered_place()))
        self.plan_page.changed.connect(self._count)
        self.counts.changed.connect(self._refresh)
        self.run.began.connect(self._refresh)
        self.run.moved.connect(self._refresh)
        self.run.ended.connect(self._count)
        self.head.name.textEdited.connect(lambda text: self.edit.set(name=text.strip()))
        head, bar = self.head, self.bar
        head.pages.chosen.connect(self.show_page)
        head.recent.aboutToShow.connect(lambda: head.fill_recent(self.memory.plans, self.ask_for_plan, self.open_plan))
        for button, act in (
            (head.new, self.begin_with_open), (head.save, self.save), (head.save_as, self.save_as),
            (bar.results, self._show_results), (bar.cancel, self.run.cancel), (bar.run, self.start),
        ):  # fmt: skip
            button.clicked.connect(lambda _on=False, act=act: act())
        for keys, act in (
            (QKeySequence.StandardKey.New, self.begin_with_open), (QKeySequence.StandardKey.Open, self.ask_for_plan),
            (QKeySequence.StandardKey.Save, self.save), (QKeySequence.StandardKey.Close, self.close),
            (QKeySequence("Ctrl+Shift+S"), self.save_as), (QKeySequence("Ctrl+Return"), self.start),
        ):  # fmt: skip
            QShortcut(QKeySequence(keys), self, act)

    def _arrange(self) -> None:
        self.stack = QStackedWidget()
        self.stack.addWidget(self.plan_page)
        self.stack.addWidget(self.run_page)
        self.notices = NoticeLines()
        self.notices.setContentsMargins(20, 8, 20, 8)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self.head)
        whole.addWidget(line())
        whole.addWidget(self.notices)
        whole.addWidget(self.stack, 1)
        whole.addWidget(line())
        whole.addLayout(self.bar)
        self.setMinimumSize(820, 520)

    def _remembered_place(self) -> Place:
        return self.memory.place(self.edit.path) if self.edit.path is not None else Place()

    def _folder(self) -> str:
        return self._settings.folder("sweep") or self._settings.folder("open") or str(Path.home())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() and url.path().endswith(".toml") for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        plans = [url.toLocalFile() for url in event.mimeData().urls() if url.path().endswith(".toml")]
        event.acceptProposedAction()
        self.open_plan(Path(plans[0]))

    def closeEvent(self, event: QCloseEvent) -> None:
        """A plan that was changed is asked about; one that is discarded comes back as it was saved."""
        if not self.may_lose():
            event.ignore()
            return
        if self.edit.dirty:
            self._discard()
        super().closeEvent(event)

    def _discard(self) -> None:
        try:
            self.edit.begin() if self.edit.path is None else self.edit.open(self.edit.path)
        except InspectorError:  # the file is gone, or somebody made it wrong
            self.edit.begin()


def _sentences(error: InspectorError) -> Sequence[str]:
    return error.sentences if isinstance(error, PlanError) else [str(error)]


def _file_name(name: str) -> str:
    """A name for a file: letters, digits, - and _."""
    return "".join(each if each.isalnum() or each in "-_" else "_" for each in name.lower()).strip("_") or "plan"
