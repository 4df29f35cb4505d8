"""Worker processes that stay for the next job: TensorFlow, which takes seconds to start, is imported once in each."""

import threading
from collections.abc import Callable
from typing import Any

from inspector.errors import WorkerError
from inspector.jobs.client import WorkerProcess
from inspector.jobs.engine import engine_of
from inspector.jobs.options import JobOptions
from inspector.jobs.protocol import Event

_MOST_JOBS = 50
"""Then a worker is replaced: what libraries don't give back stays small."""


class KeptWorkers:
    """Serves as many threads as ask, each by a worker of its own. One whose job failed, was stopped or took it down is
    not used again: the next job has a new one. `threads` are those that each may use, 0: all cores."""

    def __init__(self, threads: int = 0, command: tuple[str, ...] = ()) -> None:
        self.threads, self._command = threads, command
        self._guard = threading.Lock()
        self._free: list[WorkerProcess] = []

    def do(
        self, options: JobOptions, on_event: Callable[[Event], object] | None = None,
        stopped: Callable[[], bool] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """As `run_in_worker`, with what that raises. A worker that stops amid a job and had others before may have had
        its trouble from them: then the job is tried once more, by a new one."""
        engine = engine_of(getattr(options, "source", "") or ".")
        worker = self._taken(engine)
        try:
            return worker.do(options, on_event, stopped)
        except WorkerError:
            if worker.jobs == 1:
                raise
        finally:
            self._give_back(worker)
        worker = self._new(engine)
        try:
            return worker.do(options, on_event, stopped)
        finally:
            self._give_back(worker)

    def end(self) -> None:
        """Ends those that wait."""
        with self._guard:
            waiting, self._free = self._free, []
        for worker in waiting:
            worker.end()

    def _taken(self, engine: str) -> WorkerProcess:
        """One that waits with this Keras; else one of another Keras makes room for a new one."""
        with self._guard:
            fitting = [each for each in self._free if each.engine == engine and each.running]
            chosen = next(iter(fitting or self._free), None)
            if chosen is not None:
                self._free.remove(chosen)
        if chosen is not None:
            if fitting:
                return chosen
            chosen.end()
        return self._new(engine)

    def _new(self, engine: str) -> WorkerProcess:
        return WorkerProcess(engine, self._command or None, self.threads)

    def _give_back(self, worker: WorkerProcess) -> None:
        if not worker.running or worker.jobs >= _MOST_JOBS:
            worker.end()
            return
        with self._guard:
            self._free.append(worker)
