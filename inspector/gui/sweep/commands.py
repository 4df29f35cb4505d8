"""Model > Sweep in the main window: its window, plans that are opened, what becomes of a sweep when it ends."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from inspector.gui.message_bar import MessageBar
from inspector.gui.session import Session
from inspector.gui.settings import Settings
from inspector.model.text import plural, printable

if TYPE_CHECKING:
    from inspector.gui.jobs import Job, JobQueue
    from inspector.gui.sweep.window import SweepWindow


class SweepCommands(QObject):
    """One window, made when it is first asked for; it keeps its plan while it is closed."""

    def __init__(self, main: QWidget, session: Session, settings: Settings, message_bar: MessageBar) -> None:
        super().__init__(main)
        self._main = main
        self._session, self._settings, self._message_bar = session, settings, message_bar
        self.window: SweepWindow | None = None
        session.plan_opened.connect(self.open_plan)
        session.jobs_began.connect(self._jobs_began)

    def show(self) -> None:
        """Brings the window to the front; one without a plan begins with the models that are open."""
        window = self._window()
        if not window.isVisible() and not window.edit.plan.models and window.edit.path is None:
            window.begin_with_open()
        self._to_front(window)

    def open_plan(self, path: Path) -> None:
        window = self._window()
        self._to_front(window)
        window.open_plan(path)

    def may_quit(self) -> bool:
        """Whether the window may go, which is asked where its plan is not saved; it is closed then."""
        if self.window is None:
            return True
        return self.window.close()

    def _window(self) -> "SweepWindow":
        from inspector.gui.sweep.sweep_run import SweepRun
        from inspector.gui.sweep.window import SweepWindow

        if self.window is None:
            self.window = SweepWindow(self._session, self._settings, SweepRun(self._session, self))
            self.window.results_asked.connect(self._show_results)
            self.destroyed.connect(self.window.deleteLater)
        return self.window

    @staticmethod
    def _to_front(window: "SweepWindow") -> None:
        window.show()
        window.raise_()
        window.activateWindow()

    def _show_results(self, folder: Path) -> None:
        self._session.open_later([folder])
        self._main.raise_()
        self._main.activateWindow()

    # jobs

    def _jobs_began(self, jobs: "JobQueue") -> None:
        jobs.ended.connect(self._ended)

    def _ended(self, job: "Job") -> None:
        """Says it in the main window, where one may be at work on something else."""
        if job.options.JOB != "sweep":
            return
        if job.state == "failed":
            self._session.failed.emit(f"{printable(job.title)} stopped. {job.sentence}")
        elif job.state == "done":
            done, failed = int(job.result.get("done", 0)), int(job.result.get("failed", 0))
            text = f"{printable(job.title)}: {plural(done, 'pipeline')} done" + (
                f", {failed:,} failed." if failed else "."
            )
            folder = Path(job.result["folder"])
            self._message_bar.show_message(
                text, "Show results", lambda: self._show_results(folder), warning=bool(failed)
            )
