"""A worker process as Qt sees it: lines of its output become signals, closing its input ends it."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Qt, QTimer, Signal

from inspector.jobs.client import LEAVING_SECONDS
from inspector.jobs.failures import sentence_of_end
from inspector.jobs.protocol import ProtocolError, Request, read_event
from inspector.jobs.worker_command import worker_environment

_TAIL = 64_000


class WorkerProcess(QObject):
    """One worker for one Keras engine. It takes jobs in turn until it is told to `leave`, or stops by itself."""

    told = Signal(object, object)  # itself, Event
    wrote = Signal(object, str)  # itself, and what the worker and its libraries printed
    stopped = Signal(object, str)  # last of all: itself, and why, as a sentence; "" if it was told to leave

    def __init__(self, engine: str, command: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.engine = engine
        self.leaving = False
        self._over = False
        self._rest = b""
        self._tail = ""
        self._process = QProcess(self)
        self._process.setProgram(command[0])
        self._process.setArguments(list(command[1:]))
        environment = QProcessEnvironment()
        for name, value in worker_environment(engine).items():
            environment.insert(name, value)
        self._process.setProcessEnvironment(environment)
        self._process.readyReadStandardOutput.connect(self._read_events)
        self._process.readyReadStandardError.connect(self._read_log)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed, Qt.ConnectionType.QueuedConnection)  # not inside start()
        self._killer = QTimer(self, singleShot=True, interval=int(LEAVING_SECONDS * 1000))
        self._killer.timeout.connect(self._process.kill)

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
        if not self._over and not self._process.waitForFinished(max(1, int(seconds * 1000))):
            self._process.kill()
            self._process.waitForFinished(1000)

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
        self._end("" if self.leaving else sentence_of_end(-code if crashed else code, self._tail))

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
