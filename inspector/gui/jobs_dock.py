"""The Jobs dock at the bottom: it comes with the first job, and is made then."""

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QPushButton, QWidget

from inspector.gui.docks import Dock
from inspector.gui.session import Session
from inspector.gui.status import StatusBar
from inspector.gui.widgets import IconButton, link

if TYPE_CHECKING:
    from inspector.gui.jobs import Job, JobQueue

_HEIGHT = 186
"""Title, header and four rows."""


class JobsDock(QObject):
    """Follows the session's queue once there is one. Until the user hides it, a new job that is not quiet brings it
    into sight."""

    def __init__(self, window: QMainWindow, session: Session, action: QAction, status: StatusBar) -> None:
        super().__init__(window)
        self._window, self._session, self._action, self._status = window, session, action, status
        window.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        self._wanted = self._hidden_by_user = False
        self._queue: JobQueue | None = None
        session.jobs_began.connect(self._began)
        session.current_changed.connect(self._place)

    @cached_property
    def clear(self) -> QPushButton:
        made = link("Clear finished", self._clear_finished, "Take the jobs that are over from the list")
        made.setEnabled(False)
        return made

    @cached_property
    def dock(self) -> Dock:
        close = IconButton("close", "Hide the jobs")
        close.clicked.connect(lambda: self.show(False))
        made = Dock("Jobs", 400, close, self._window, beside=self.clear, height=_HEIGHT)
        made.set_content(QWidget())
        made.hide()
        self._window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, made)
        return made

    def show(self, shown: bool) -> None:
        """Shows or hides the dock, as the user wants it."""
        self._wanted, self._hidden_by_user = shown, not shown
        if shown and self._queue is None:
            self._began(self._session.jobs)
        self._place()

    def show_log(self, job: "Job") -> None:
        """Opens the log of a job in a window of its own."""
        from inspector.gui.dialogs.job_log import JobLogDialog

        JobLogDialog(self._session.jobs, job, self._window).show()

    def show_result(self, job: "Job") -> None:
        """Brings the first variant a job made into sight, or the results of a sweep."""
        if job.options.JOB == "sweep":
            self._session.open_later([job.result["folder"]])
            return
        paths = [variant["path"] for variant in job.result.get("variants", ())]
        self._session.open_later(paths[:1])

    def _began(self, queue: "JobQueue") -> None:
        from inspector.gui.panels.jobs import JobsPanel

        if self._queue is not None:  # `show` asked for it
            return
        self._queue = queue
        panel = JobsPanel(queue)
        panel.show_asked.connect(self.show_result)
        panel.log_asked.connect(self.show_log)
        self.dock.set_content(panel)
        queue.added.connect(self._added)
        for signal in (queue.changed, queue.removed):
            signal.connect(self._say)

    def _added(self, job: "Job") -> None:
        if not (self._hidden_by_user or job.quiet):
            self._wanted = True
        self._place()
        self._say()

    def _clear_finished(self) -> None:
        self._session.jobs.clear_finished()

    def _say(self) -> None:
        jobs = self._session.jobs.jobs
        self.clear.setEnabled(any(job.over for job in jobs))
        self._status.show_jobs(jobs_text(jobs))

    def _place(self) -> None:
        visible = self._wanted and (self._session.current is not None or bool(self._queue and self._queue.jobs))
        if visible or "dock" in self.__dict__:
            self.dock.setVisible(visible)
        self._action.setChecked(visible)


def jobs_text(jobs: "list[Job]") -> str:
    """`Quantize 5 variants: 52 %, 1 waiting`, each that runs; "" when nothing does."""
    running = [job for job in jobs if job.state == "running"]
    shares = [f": {job.fraction:.0%}".replace("%", " %") if job.fraction is not None else "" for job in running]
    waiting = sum(job.state == "waiting" for job in jobs)
    text = ", ".join(f"{job.title}{share}" for job, share in zip(running, shares, strict=True))
    return text + (f", {waiting:,} waiting" if waiting and running else "")
