"""A sweep that runs, or ran, in this window: what became of each pipeline so far."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from inspector.gui.session import Session
from inspector.jobs.pipeline_news import RUNNING, PipelineNews

if TYPE_CHECKING:
    from inspector.gui.jobs import Job, JobQueue
    from inspector.jobs.sweep_options import SweepOptions


class SweepRun(QObject):
    """`news`: the last word of each pipeline, in the plan's order. `told(key)` comes with each, `moved` while time
    goes on, `ended` when the job has."""

    began = Signal()
    told = Signal(str)
    moved = Signal()
    ended = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._queue: JobQueue | None = None
        self._since: dict[str, float] = {}
        self.job: Job | None = None
        self.news: dict[str, PipelineNews] = {}

    @property
    def running(self) -> bool:
        return self.job is not None and not self.job.over

    @property
    def plan(self) -> Path | None:
        """The file of the plan that runs or ran."""
        options = self._options
        return Path(options.plan) if options is not None else None

    @property
    def folder(self) -> Path | None:
        """Where its results are."""
        options = self._options
        return Path(options.folder) if options is not None and options.folder else None

    @property
    def _options(self) -> "SweepOptions | None":
        from inspector.jobs.sweep_options import SweepOptions

        return self.job.options if self.job is not None and isinstance(self.job.options, SweepOptions) else None

    def start(self, options: "SweepOptions", name: str) -> None:
        """Puts the job in its line, beside the window's other work. Raises InspectorError."""
        queue = self._session.jobs
        if self._queue is None:
            self._queue = queue
            queue.told.connect(self._told)
            queue.changed.connect(self._changed)
            queue.ended.connect(self._ended)
        self.news, self._since = {}, {}
        self.job = None
        job = self.job = queue.submit(options, f"Sweep {name}", Path(options.plan).name, "keras3", beside=True)
        self.began.emit()
        if job.over:  # it could not even be started
            self._ended(job)

    def cancel(self) -> None:
        """Pipelines that are finished stay in the results' folder."""
        if self.job is not None and self._queue is not None:
            self._queue.cancel(self.job)

    def seconds(self, key: str) -> float:
        """How long a pipeline runs, or ran."""
        each = self.news[key]
        if each.state == RUNNING and key in self._since and self.running:
            return max(each.seconds, time.monotonic() - self._since[key])
        return each.seconds

    def count(self, *states: str) -> int:
        return sum(each.state in states for each in self.news.values())

    def _told(self, job: "Job", values: dict[str, Any]) -> None:
        if job is not self.job:
            return
        try:
            news = PipelineNews.from_dict(values)
        except TypeError:
            return
        before = self.news.get(news.key)
        if news.state == RUNNING and (before is None or before.state != RUNNING):
            self._since[news.key] = time.monotonic()
        self.news[news.key] = news
        self.told.emit(news.key)

    def _changed(self, job: "Job") -> None:
        if job is self.job:
            self.moved.emit()

    def _ended(self, job: "Job") -> None:
        if job is self.job:
            self.ended.emit()
