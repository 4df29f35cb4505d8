"""Runs one job in a worker of its own and waits for it, without Qt: what the command line and the Python API use."""

import contextlib
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import IO, Any
from uuid import uuid4

from inspector.errors import Cancelled, JobError, UsageError, WorkerError
from inspector.jobs.engine import engine_of
from inspector.jobs.failures import sentence_of_end
from inspector.jobs.leaving import LEAVING, on_leaving
from inspector.jobs.limits import thread_environment
from inspector.jobs.options import JobOptions, to_dict
from inspector.jobs.protocol import Event, Failed, Finished, ProtocolError, Request, read_event
from inspector.jobs.scratch import Scratch
from inspector.jobs.worker_command import worker_command, worker_environment

LEAVING_SECONDS = 2.0
"""How long a worker has to leave once its input is closed, before it is killed."""
_LOG_LINES = 400
_PAUSE = 0.1


def new_job_id() -> str:
    """An id that no other job has, in this process or another; it names the scratch folder."""
    return uuid4().hex[:12]


def run_in_worker(
    options: JobOptions,
    on_event: Callable[[Event], object] | None = None,
    *,
    engine: str = "",
    command: Sequence[str] | None = None,
    threads: int = 0,
    stopped: Callable[[], bool] | None = None,
) -> dict[str, Any]:
    """Does the job of `options` in a new process and returns its result.

    `on_event` gets every event of the worker as it comes (Ready, Progress, ...); whatever it raises, Cancelled or
    KeyboardInterrupt as well, stops the job. Nothing of a job that was stopped or failed is kept. `engine` "" asks the
    source's file; `command` replaces the worker's, for tests. `threads` are those the worker may use, 0: all cores;
    `stopped` is asked some times a second, in another thread: when it says yes, the job is stopped.

    Raises JobError with the worker's sentence, its child WorkerError with the likely cause if the process stopped (both
    with the tail of its log), UsageError for wrong options, Cancelled, ModelFileError for a source that can't be read.
    """
    worker = WorkerProcess(engine or engine_of(getattr(options, "source", "") or "."), command, threads)
    try:
        return worker.do(options, on_event, stopped)
    finally:
        worker.end()


class WorkerProcess:
    """A worker that is started and does one job after another; TensorFlow is imported once in it. Serves one thread.

    `jobs` counts those it was given. Raises WorkerError if it can't be started.
    """

    def __init__(self, engine: str, command: Sequence[str] | None = None, threads: int = 0) -> None:
        self.engine, self.jobs = engine, 0
        self._process = _start(list(command or worker_command(engine)), engine, threads)
        self._log: deque[str] = deque(maxlen=_LOG_LINES)
        assert self._process.stderr
        self._reading = threading.Thread(target=_keep, args=(self._process.stderr, self._log), daemon=True)
        self._reading.start()

    @property
    def running(self) -> bool:
        """Whether it can do another job: it has ended after one that failed or was stopped."""
        return self._process.poll() is None

    def do(
        self, options: JobOptions, on_event: Callable[[Event], object] | None = None,
        stopped: Callable[[], bool] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """One job, as `run_in_worker` does it and with what that raises."""
        job_id, values = new_job_id(), to_dict(options)
        scratch, process = Scratch.of(values, job_id), self._process
        assert process.stdin and process.stdout
        self._log.clear()
        self.jobs += 1
        over = threading.Event()
        ended: Finished | Failed | None = None
        with on_leaving(lambda: _leave_behind(process, scratch)):
            try:
                with contextlib.suppress(BrokenPipeError, ValueError):  # it stopped, or is closed: its end says why
                    process.stdin.write(Request(job_id, options.JOB, values).line())
                    process.stdin.flush()
                if stopped is not None:
                    threading.Thread(target=_watch, args=(process, stopped, over), daemon=True).start()
                ended = _follow(process.stdout, job_id, on_event, self._log)
            finally:
                over.set()
                if not isinstance(ended, Finished):
                    self.end()
                    scratch.remove()
        if ended is None and (LEAVING.is_set() or (stopped is not None and stopped())):
            raise Cancelled("Cancelled.")
        return _outcome(ended, process.returncode, "".join(self._log))

    def end(self) -> None:
        """Returns when the process has gone."""
        _leave(self._process, LEAVING_SECONDS)
        assert self._process.stdout
        self._process.stdout.close()
        self._reading.join(LEAVING_SECONDS)


def _start(command: list[str], engine: str, threads: int) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=worker_environment(engine) | thread_environment(threads),
        )
    except OSError as error:
        raise WorkerError(
            f"The worker can't be started: {command[0]}: {error.strerror or error}. Install TFLite Inspector again."
        ) from error


def _keep(stream: IO[bytes], log: deque[str]) -> None:
    with stream:
        for line in stream:
            log.append(line.decode(errors="replace"))


def _follow(
    stream: IO[bytes], job_id: str, on_event: Callable[[Event], object] | None, log: deque[str]
) -> Finished | Failed | None:
    """Reads events until the job ended; None if the worker stopped before."""
    for line in stream:
        try:
            event = read_event(line)
        except ProtocolError as error:  # noise on the protocol's own descriptor: nothing a job depends on
            log.append(f"{error}\n")
            continue
        if on_event is not None:
            on_event(event)
        if isinstance(event, Finished | Failed) and event.id == job_id:
            return event
    return None


def _watch(process: subprocess.Popen[bytes], stopped: Callable[[], bool], over: threading.Event) -> None:
    while not over.wait(_PAUSE) and process.poll() is None:
        if stopped():
            _leave(process, LEAVING_SECONDS)


def _leave(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Tells the worker to leave by closing its input, kills it if it does not, and waits for it in any case."""
    assert process.stdin
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()
    try:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    finally:  # a second Ctrl+C is no reason to leave the worker behind
        if process.poll() is None:
            process.kill()
            process.wait()


def _leave_behind(process: subprocess.Popen[bytes], scratch: Scratch) -> None:
    """This process is leaving, too: there is less time."""
    _leave(process, LEAVING_SECONDS / 2)
    scratch.remove()


def _outcome(ended: Finished | Failed | None, code: int, log: str) -> dict[str, Any]:
    if ended is None:
        raise WorkerError(sentence_of_end(code, log), log)
    if isinstance(ended, Finished):
        return ended.result
    if ended.kind == "cancelled":
        raise Cancelled(ended.sentence)
    if ended.kind == "usage":
        raise UsageError(ended.sentence)
    raise JobError(ended.sentence, log)
