"""The worker of the Try It tab: its own, so that a sample never waits for a long job; it runs the latest that is asked
for."""

from PySide6.QtCore import QObject, Signal

from inspector.errors import InspectorError
from inspector.gui.job_client import WorkerProcess
from inspector.jobs.client import LEAVING_SECONDS, new_job_id
from inspector.jobs.engine import engine_of
from inspector.jobs.options import to_dict
from inspector.jobs.protocol import Event, Failed, Finished, Progress, Request
from inspector.jobs.scratch import Scratch
from inspector.jobs.try_options import TryOptions
from inspector.jobs.worker_command import worker_command


class TryClient(QObject):
    """`ask` for a sample; the answer to an older question that was overtaken is not told."""

    answered = Signal(object, object)  # TryOptions, the job's result
    failed = Signal(str)  # a sentence
    step = Signal(str)  # what is done now, in words

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: WorkerProcess | None = None
        self._asked: tuple[str, TryOptions] | None = None  # what the worker is at
        self._next: TryOptions | None = None
        self._scratch: Scratch | None = None

    @property
    def busy(self) -> bool:
        return self._asked is not None

    def ask(self, options: TryOptions) -> None:
        """Runs it as soon as the worker is free; what waits is replaced."""
        self._next = options
        if self._asked is None:
            self._send()

    def stop(self) -> None:
        """Ends the worker and waits for that: the window is going."""
        worker, self._worker, self._next = self._worker, None, None
        if worker is not None:
            worker.leave()
            worker.wait(LEAVING_SECONDS)
        self._forget()

    def _send(self) -> None:
        options, self._next = self._next, None
        if options is None:
            return
        try:
            worker = self._ready(engine_of(options.source))
        except InspectorError as error:
            self.failed.emit(str(error))
            return
        values, job_id = to_dict(options), new_job_id()
        self._asked, self._scratch = (job_id, options), Scratch.of(values, job_id)
        worker.send(Request(job_id, options.JOB, values))

    def _ready(self, engine: str) -> WorkerProcess:
        """Raises MissingPackageError where no Python can do jobs."""
        worker = self._worker
        if worker is not None and worker.alive and worker.engine == engine:
            return worker
        if worker is not None:
            worker.leave()
        made = self._worker = WorkerProcess(engine, worker_command(engine), self)
        made.told.connect(self._take)
        made.stopped.connect(self._stopped)
        self.step.emit("Starting")
        made.start()
        return made

    def _take(self, worker: WorkerProcess, event: Event) -> None:
        if worker is not self._worker or self._asked is None or getattr(event, "id", None) != self._asked[0]:
            return
        options = self._asked[1]
        if isinstance(event, Progress):
            self.step.emit(event.message)
            return
        if isinstance(event, Finished | Failed):
            self._asked = self._scratch = None
        if isinstance(event, Finished) and self._next is None:
            self.answered.emit(options, event.result)
        elif isinstance(event, Failed) and self._next is None:
            self.failed.emit(event.sentence)
        self._send()

    def _stopped(self, worker: WorkerProcess, sentence: str) -> None:
        if worker is self._worker:
            self._worker = None
            if self._asked is not None:
                self._forget()
                if sentence and self._next is None:
                    self.failed.emit(sentence)
                self._send()
        worker.deleteLater()

    def _forget(self) -> None:
        if self._scratch is not None:
            self._scratch.remove()
        self._asked = self._scratch = None
