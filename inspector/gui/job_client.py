"""A worker process as Qt sees it: lines of its output become signals, closing its input ends it."""

import contextlib
import os
import signal
import time
from collections.abc import Sequence

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Qt, QTimer, Signal

from inspector.jobs.client import LEAVING_SECONDS
from inspector.jobs.failures import sentence_of_end
from inspector.jobs.protocol import ProtocolError, Request, read_event
from inspector.jobs.worker_command import worker_environment

_TAIL = 64_000
_GROUP_MS, _GROUP_LEAST_S = 20, 0.5
_DYING_S = 0.5  # what is killed takes a moment to be gone


class WorkerProcess(QObject):
    """One worker for one Keras engine. It takes jobs in turn until it is told to `leave`, or stops by itself.

    One that starts workers itself leads a `group`: they leave when it does, and those that don't are killed.
    """

    told = Signal(object, object)  # itself, Event
    wrote = Signal(object, str)  # itself, and what the worker and its libraries printed
    stopped = Signal(object, str)  # last of all: itself, and why, as a sentence; "" if it was told to leave

    def __init__(self, engine: str, command: Sequence[str], parent: QObject | None = None, group: bool = False) -> None:
        super().__init__(parent)
        self.engine = engine
        self.leaving = False
        self._over = False
        self._rest = b""
        self._tail = ""
        self._group = 0  # the process group it leads, once it runs
        self._why, self._group_ends = "", 0.0
        self._process = QProcess(self)
        self._process.setProgram(command[0])
        self._process.setArguments(list(command[1:]))
        environment = QProcessEnvironment()
        for name, value in worker_environment(engine).items():
            environment.insert(name, value)
        self._process.setProcessEnvironment(environment)
        if group and hasattr(os, "killpg"):
            self._process.setUnixProcessParameters(QProcess.UnixProcessFlag.CreateNewSession)
            self._process.started.connect(self._lead)
        self._process.readyReadStandardOutput.connect(self._read_events)
        self._process.readyReadStandardError.connect(self._read_log)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed, Qt.ConnectionType.QueuedConnection)  # not inside start()
        self._killer = QTimer(self, singleShot=True, interval=int(LEAVING_SECONDS * 1000))
        self._killer.timeout.connect(self._process.kill)
        self._waiter = QTimer(self, interval=_GROUP_MS)
        self._waiter.timeout.connect(self._end_group)

    @property
    def alive(self) -> bool:
        return not self._over and not self.leaving

    @property
    def process_id(self) -> int:
        return int(self._process.processId())

    def start(self) -> None:
        """Starts the process and returns at once; a program that can't start is told by `stopped`."""
        self._process.start()

    def send(self, request: Request) -> None:
        """Hands it a job; one that is sent before the process runs waits in its pipe."""
        self._process.write(request.line())

    def leave(self) -> None:
        """Ends it: its input is closed, 2 s later it is killed."""
        if self._over or self.leaving:
            return
        self.leaving = True
        self._process.closeWriteChannel()
        self._killer.start()

    def wait(self, seconds: float) -> None:
        """Blocks until the process is gone, for the end of the window; after `seconds` it is killed."""
        deadline = time.monotonic() + seconds
        if not self._over and not self._process.waitForFinished(max(1, int(seconds * 1000))):
            self._process.kill()
            self._process.waitForFinished(1000)
        self._group_ends = min(self._group_ends, max(deadline, time.monotonic() + _GROUP_LEAST_S))
        while not self._over and self._waiter.isActive():
            time.sleep(_GROUP_MS / 1000)
            self._end_group()

    def _lead(self) -> None:
        self._group = self.process_id

    def _group_lives(self) -> bool:
        if not self._group:
            return False
        try:
            os.killpg(self._group, 0)
        except (ProcessLookupError, PermissionError):
            self._group = 0
        return bool(self._group)

    def _end_group(self) -> None:
        """Its end is told once those it started are gone too, which have as long to leave as it had."""
        if self._group_lives() and time.monotonic() < self._group_ends + _DYING_S:
            if time.monotonic() >= self._group_ends:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._group, signal.SIGKILL)
            self._waiter.start()
            return
        self._waiter.stop()
        self._end(self._why)

    def _read_events(self) -> None:
        data = self._rest + bytes(self._process.readAllStandardOutput().data())
        *lines, self._rest = data.split(b"\n")
        for line in lines:
            try:
                event = read_event(line)
            except ProtocolError as error:  # noise on the protocol's own descriptor: nothing a job depends on
                self.wrote.emit(self, f"{error}\n")
                continue
            self.told.emit(self, event)

    def _read_log(self) -> None:
        text = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        self._tail = (self._tail + text)[-_TAIL:]
        self.wrote.emit(self, text)

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read_events()
        self._read_log()
        crashed = status == QProcess.ExitStatus.CrashExit
        self._why = "" if self.leaving else sentence_of_end(-code if crashed else code, self._tail)
        self._group_ends = time.monotonic() + LEAVING_SECONDS
        self._end_group()

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:  # `finished` is not emitted then
            what = self._process.program()
            self._end(f"The worker can't be started: {what}: {self._process.errorString()}. Install it again.")

    def _end(self, sentence: str) -> None:
        if self._over:
            return
        self._over = True
        self._killer.stop()
        self.stopped.emit(self, sentence)
