"""The process that does long work: jobs come in on its input, one JSON line each, events go out, also as lines.

It stays for several jobs, so that TensorFlow is imported once, and leaves when its input ends: that is how a job is
cancelled, and how the worker ends when its window is gone. Everything that libraries print lands in its stderr.
"""

import argparse
import contextlib
import faulthandler
import gc
import os
import queue
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from inspector.errors import InspectorError
from inspector.jobs.failures import NO_MEMORY, OUT_OF_TIME_CODE, sentence_of
from inspector.jobs.leaving import before_leaving
from inspector.jobs.limits import lift_memory_limit, limit_memory, lower_priority, time_limit
from inspector.jobs.protocol import (
    Detail,
    Event,
    Failed,
    Finished,
    Progress,
    ProtocolError,
    Ready,
    Request,
    event_line,
    read_request,
)  # fmt: skip
from inspector.jobs.reporter import Reporter
from inspector.jobs.runner import job_options, run_job
from inspector.jobs.scratch import DELIVERY, Scratch
from inspector.jobs.worker_command import ENGINES, KERAS3, worker_environment

CANCELLED = 130


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Serves jobs until its input ends; never returns."""
    parser = argparse.ArgumentParser(prog="tflite-inspector worker", description="Serves jobs; windows start it.")
    parser.add_argument("--engine", choices=ENGINES, default=KERAS3)
    engine = parser.parse_args(arguments).engine
    os.environ.update(worker_environment(engine))  # before anything imports TensorFlow
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group; who started the worker ends it
    lower_priority()
    source, sink = _private_ends()
    faulthandler.enable(sys.stderr)
    Worker(source, sink).serve()


def _private_ends() -> tuple[int, int]:
    """Copies of fd 0 and fd 1 for the protocol. What else is printed, from C++ too, goes to fd 2; fd 0 is empty."""
    source, sink = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    sys.stdout.flush()
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return source, sink


@contextlib.contextmanager
def _temporary_files_in(folder: Path) -> Iterator[Path]:
    """What libraries put into temporary folders goes into `folder`, and with it when the job is killed."""
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    try:
        yield folder
    finally:
        tempfile.tempdir = None
        os.environ.pop("TMPDIR")
        if before is not None:
            os.environ["TMPDIR"] = before


class Worker:
    """Reads requests from the descriptor `source` in a thread, does one at a time, writes events to `sink`."""

    def __init__(self, source: int, sink: int) -> None:
        self._source, self._sink = source, sink
        self._requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self._writing = threading.Lock()
        self._scratch: Scratch | None = None
        self._modules = 0

    def serve(self) -> NoReturn:
        """Works until the input ends."""
        self._say(Ready(os.getpid()))
        threading.Thread(target=self._read, name="protocol", daemon=True).start()
        while True:
            self._do(self._requests.get())

    def _read(self) -> None:
        """The only reader of the input. `os.read`: a thread inside sys.stdin would hold the lock that exit needs."""
        rest = b""
        try:
            while chunk := os.read(self._source, 1 << 16):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    self._accept(line)
        finally:
            self._leave(CANCELLED if self._scratch is not None else 0)

    def _accept(self, line: bytes) -> None:
        try:
            self._requests.put(read_request(line))
        except ProtocolError as error:
            print(error, file=sys.stderr, flush=True)

    def _do(self, request: Request) -> None:
        scratch = self._scratch = Scratch.of(request.options, request.id)
        try:
            answer = event_line(Finished(request.id, self._result(request, scratch)))
        except MemoryError:
            lift_memory_limit()
            traceback.print_exc()
            answer = event_line(Failed(request.id, NO_MEMORY))
        except Exception as error:  # the edge: whatever a library raises becomes a sentence  # noqa: BLE001
            lift_memory_limit()
            if not isinstance(error, InspectorError):
                traceback.print_exc()
            answer = event_line(Failed(request.id, *sentence_of(error)))
        scratch.remove()
        self._scratch = None
        self._write(answer)
        self._tidy()

    def _tidy(self) -> None:
        """A model's graphs hold each other, and this process stays. What imported modules consist of is looked at once
        only: with TensorFlow every look takes 0.2 s, which the next job would wait for."""
        gc.collect()
        if len(sys.modules) > self._modules:
            self._modules = len(sys.modules)
            gc.freeze()

    def _result(self, request: Request, scratch: Scratch) -> dict[str, object]:
        options = job_options(request.job, request.options)
        limit_memory(options.memory_limit_mb)
        progress = Reporter(
            lambda fraction, message: self._say(Progress(request.id, fraction, message)),
            lambda values: self._say(Detail(request.id, values)),
        )
        out_of_time = time_limit(options.time_limit_s, lambda: self._leave(OUT_OF_TIME_CODE))
        with out_of_time, _temporary_files_in(scratch.make()) as folder:
            return run_job(request.job, request.options, progress, folder)

    def _say(self, event: Event) -> None:
        self._write(event_line(event))

    def _write(self, line: bytes) -> None:
        with self._writing:
            try:
                while line:
                    line = line[os.write(self._sink, line) :]
            except OSError:  # nobody listens any more
                self._leave(CANCELLED)

    def _leave(self, code: int) -> NoReturn:
        """Ends the process at once, whatever the main thread is in, but not amid a delivery."""
        DELIVERY.acquire(timeout=1.0)
        before_leaving()
        if self._scratch is not None:
            self._scratch.remove()
        os._exit(code)
