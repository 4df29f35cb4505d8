"""The window's long work: jobs wait in line, one runs at a time, workers stay so that TensorFlow is imported once.

A job that runs `beside` has a line and a worker of its own: a sweep of an hour keeps no other job waiting.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from inspector.errors import MissingPackageError
from inspector.gui.job_client import WorkerProcess
from inspector.jobs.client import LEAVING_SECONDS, new_job_id
from inspector.jobs.engine import engine_of
from inspector.jobs.options import JobOptions, WarmOptions, to_dict
from inspector.jobs.protocol import Detail, Event, Failed, Finished, Progress, Request
from inspector.jobs.scratch import Scratch
from inspector.jobs.worker_command import KERAS3, worker_command

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
LOG_CHARACTERS = 200_000
_TICK_MS = 500
_WARM = "warm-"


@dataclass(eq=False)
class Job:
    """One piece of long work. `state` is "waiting", "running", "done", "failed" or "cancelled".

    `fraction` is None where it is not known; `step` says in words what is done now; `log` is the tail of what the
    worker wrote; `sentence` says why it failed; `result` is what the task returned. A `quiet` one is part of work in a
    tab, which says itself what became of it. One `beside` the others waits only for others of that kind.
    """

    id: str
    title: str
    model_name: str
    options: JobOptions
    engine: str
    state: str = WAITING
    fraction: float | None = None
    step: str = ""
    log: str = ""
    sentence: str = ""
    result: dict[str, Any] = field(default_factory=dict)
    cancelling: bool = False
    quiet: bool = False
    beside: bool = False
    _started: float = 0.0
    _ended: float = 0.0

    @property
    def over(self) -> bool:
        return self.state in (DONE, FAILED, CANCELLED)

    @property
    def elapsed(self) -> float:
        """Seconds it has run, or ran."""
        return (self._ended or time.monotonic()) - self._started if self._started else 0.0

    def begin(self) -> None:
        self.state, self._started = RUNNING, time.monotonic()

    def end(self, state: str, sentence: str = "") -> None:
        self.state, self.sentence = state, sentence
        self._ended = time.monotonic()

    def add_log(self, text: str) -> None:
        self.log = (self.log + text)[-LOG_CHARACTERS:]


class JobQueue(QObject):
    """`submit` puts a job in line and returns it; the signals say what becomes of it."""

    added = Signal(object)  # Job
    changed = Signal(object)  # Job: its step, fraction, time, log or state
    ended = Signal(object)  # Job: done, failed or cancelled; after `changed`
    removed = Signal(object)  # Job: cleared from the list
    told = Signal(object, object)  # Job, dict: what a part of it came to, in its task's own words

    def __init__(self, parent: QObject | None = None, command: Callable[[str], list[str]] = worker_command) -> None:
        """`command(engine)`: program and arguments of a worker."""
        super().__init__(parent)
        self.jobs: list[Job] = []
        self._command = command
        self._workers: dict[str, WorkerProcess] = {}
        self._processes: set[WorkerProcess] = set()  # those that are leaving too
        self._busy: dict[WorkerProcess, Job] = {}  # those that have a job that runs
        self._writing: dict[WorkerProcess, Job] = {}  # whose log it is; its end may come after the job's
        self._scratch: dict[str, Scratch] = {}
        self._warming: dict[WorkerProcess, Scratch] = {}
        self._warm_step: dict[WorkerProcess, str] = {}  # what a job that is sent meanwhile waits for
        self._stopped = False
        self._clock = QTimer(self, interval=_TICK_MS)
        self._clock.timeout.connect(self._tick)

    @property
    def running(self) -> Job | None:
        """The one that others wait for."""
        return self._running(beside=False)

    @property
    def all_running(self) -> list[Job]:
        """At most two: one of the line, and one beside it."""
        return [job for job in self.jobs if job.state == RUNNING]

    @property
    def waiting(self) -> list[Job]:
        return [job for job in self.jobs if job.state == WAITING]

    def submit(
        self, options: JobOptions, title: str, model_name: str, engine: str = "", quiet: bool = False,
        beside: bool = False,
    ) -> Job:  # fmt: skip
        """Puts a job in line, one `beside` the others in a line of its own. `engine` "" asks the options' source.
        Raises ModelFileError if that can't be read."""
        engine = engine or (engine_of(source) if (source := getattr(options, "source", "")) else KERAS3)
        job = Job(new_job_id(), title, model_name, options, engine, quiet=quiet, beside=beside)
        self.jobs.append(job)
        self.added.emit(job)
        self._next()
        return job

    def cancel(self, job: Job) -> None:
        """Takes a waiting job out of the line; ends a running one with its worker, and nothing of it is kept."""
        if job.state == WAITING:
            self._end(job, CANCELLED)
        elif job.state == RUNNING and not job.cancelling:
            job.cancelling, job.step = True, "Cancelling"
            self.changed.emit(job)
            for worker in [worker for worker, busy in self._busy.items() if busy is job]:
                worker.leave()

    def clear_finished(self) -> None:
        """Forgets the jobs that are over."""
        for job in [job for job in self.jobs if job.over]:
            self.jobs.remove(job)
            self.removed.emit(job)

    def warm(self, engine: str = KERAS3) -> None:
        """Starts the engine's worker, unless it runs, and lets it import TensorFlow before a job needs it."""
        if self._stopped or self._worker(engine) is not None:
            return
        job_id, values = _WARM + new_job_id(), to_dict(WarmOptions())
        try:
            worker = self._start(engine)
        except MissingPackageError:  # the job itself will say so
            return
        self._warming[worker] = Scratch.of(values, job_id)
        worker.send(Request(job_id, WarmOptions.JOB, values))

    def renew(self) -> None:
        """Jobs that begin from now on get new workers: another Python shall do them."""
        for worker in list(self._workers.values()):
            del self._workers[worker.engine]
            if worker not in self._busy:
                worker.leave()

    def stop(self) -> None:
        """Ends all work and all workers and waits for that, hardly longer than two seconds: the window is going."""
        self._stopped = True
        deadline = time.monotonic() + LEAVING_SECONDS
        workers = list(self._processes)
        for worker in workers:
            worker.leave()
        for worker in workers:
            worker.wait(deadline - time.monotonic())
        for job in self.waiting:
            self._end(job, CANCELLED)

    # workers

    def _worker(self, engine: str) -> WorkerProcess | None:
        worker = self._workers.get(engine)
        return worker if worker is not None and worker.alive else None

    def _start(self, engine: str) -> WorkerProcess:
        worker = self._workers[engine] = self._new_worker(engine)
        return worker

    def _new_worker(self, engine: str, group: bool = False) -> WorkerProcess:
        worker = WorkerProcess(engine, self._command(engine), self, group)
        worker.told.connect(self._take)
        worker.wrote.connect(self._log)  # no lambda that holds the worker: it would be let go amid its own end
        worker.stopped.connect(self._worker_stopped)
        self._processes.add(worker)
        worker.start()
        return worker

    def _worker_stopped(self, worker: WorkerProcess, sentence: str) -> None:
        self._processes.discard(worker)
        self._writing.pop(worker, None)
        self._warm_step.pop(worker, None)
        if (scratch := self._warming.pop(worker, None)) is not None:
            scratch.remove()  # it may have been killed amid an import
        if self._workers.get(worker.engine) is worker:
            del self._workers[worker.engine]
        worker.deleteLater()
        job = self._busy.get(worker)
        if job is not None and job.state == RUNNING:
            if job.cancelling or self._stopped:
                self._end(job, CANCELLED)
            else:
                self._end(job, FAILED, sentence)
            if not job.beside:
                self.warm(worker.engine)  # the next job shall not wait for TensorFlow because of this one

    # jobs

    def _running(self, beside: bool) -> Job | None:
        return next((job for job in self.jobs if job.state == RUNNING and job.beside == beside), None)

    def _next(self) -> None:
        """Begins the next job of each line that has none running."""
        for beside in (False, True):
            job = next((job for job in self.waiting if job.beside == beside), None)
            if job is not None and not self._stopped and self._running(beside) is None:
                self._begin(job)

    def _begin(self, job: Job) -> None:
        values = to_dict(job.options)
        self._scratch[job.id] = Scratch.of(values, job.id)
        job.begin()
        self._clock.start()
        try:
            if job.beside:
                worker = self._new_worker(job.engine, group=True)
            else:
                worker = self._worker(job.engine) or self._start(job.engine)
        except MissingPackageError as error:  # there is no Python that could do it
            self._end(job, FAILED, str(error))
            return
        job.step = self._warm_step.get(worker, "Starting")
        self._busy[worker] = self._writing[worker] = job
        worker.send(Request(job.id, job.options.JOB, values))
        self.changed.emit(job)

    def _take(self, worker: WorkerProcess, event: Event) -> None:
        job = self._busy.get(worker)
        if str(getattr(event, "id", "")).startswith(_WARM):
            self._take_warming(worker, event)
        if job is None or getattr(event, "id", None) != job.id:
            return
        if isinstance(event, Progress):
            if not job.cancelling:
                job.fraction, job.step = event.fraction, event.message
                self.changed.emit(job)
        elif isinstance(event, Detail):
            self.told.emit(job, event.values)
        elif isinstance(event, Finished):
            job.result, job.fraction = event.result, 1.0
            self._end(job, DONE)
        elif isinstance(event, Failed):
            self._end(job, CANCELLED if event.kind == "cancelled" else FAILED, event.sentence)

    def _take_warming(self, worker: WorkerProcess, event: Event) -> None:
        if not isinstance(event, Progress):
            self._warm_step.pop(worker, None)
            return
        self._warm_step[worker] = event.message
        if (job := self._busy.get(worker)) is not None and not job.cancelling:
            job.step = event.message
            self.changed.emit(job)

    def _end(self, job: Job, state: str, sentence: str = "") -> None:
        scratch = self._scratch.pop(job.id, None)
        if scratch is not None and state != DONE:
            scratch.remove()
        for worker in [worker for worker, busy in self._busy.items() if busy is job]:
            del self._busy[worker]
            if self._workers.get(worker.engine) is not worker:
                worker.leave()  # nobody else has use for it
        job.end(state, sentence)
        if not self.all_running:
            self._clock.stop()
        self.changed.emit(job)
        self.ended.emit(job)
        self._next()

    def _log(self, worker: WorkerProcess, text: str) -> None:
        if (job := self._writing.get(worker)) is not None:
            job.add_log(text)
            self.changed.emit(job)

    def _tick(self) -> None:
        for job in self.all_running:
            self.changed.emit(job)
