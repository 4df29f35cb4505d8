"""Numpy work in a thread: the result comes back on the GUI thread, or is dropped if nobody wants it any more."""

import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal

from inspector.errors import Cancelled, InspectorError

Progress = Callable[[float | None, str], None]


class Task(QObject):
    """One piece of work under way. `cancel()` stops it at its next progress report and drops its result."""

    done = Signal(object)
    failed = Signal(str)
    progress = Signal(float, str)  # fraction (-1: unknown), what it does
    ended = Signal()  # last of all, however it went; on the GUI thread
    over = Signal()  # the thread's own word for it: nobody else listens

    def __init__(self) -> None:
        super().__init__()
        self._cancelled = False
        self.started = False

    def cancel(self) -> None:
        self._cancelled = True

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def report(self, fraction: float | None, message: str) -> None:
        """The `progress` that the work is handed. Raises Cancelled once nobody wants the result."""
        if self._cancelled:
            raise Cancelled("Cancelled.")
        self.progress.emit(-1.0 if fraction is None else fraction, message)


class _Work:
    """What the pool calls in a thread. A QRunnable that ends before `start` returns would never be freed, and with it
    the model that its work holds."""

    def __init__(self, task: Task, work: Callable[[Progress], Any]) -> None:
        self._task, self._work = task, work

    def run(self) -> None:
        task = self._task
        task.started = True
        try:
            if not task.cancelled:
                task.done.emit(self._work(task.report))
        except Cancelled:
            pass
        except InspectorError as error:
            task.failed.emit(str(error))
        finally:
            if (defect := sys.exc_info()[0]) is not None:  # on its way through Qt to the hook
                task.failed.emit(f"This stopped because of a defect in the program: {defect.__name__}.")
            task.over.emit()


_running: set[Task] = set()  # a task lives until its result is delivered, whoever else holds it


def run_in_background(
    work: Callable[[Progress], Any],
    done: Callable[[Any], object],
    failed: Callable[[str], object] | None = None,
) -> Task:
    """Runs `work(progress)` in the thread pool and calls `done(result)` or `failed(sentence)` on the GUI thread.

    Keep the task to be able to stop it: dropping the last reference cancels nothing, `task.cancel()` does.
    """
    task = Task()

    def deliver(receiver: Callable[[Any], object] | None) -> Callable[[Any], None]:
        def receive(value: Any) -> None:
            if receiver is not None and not task.cancelled:
                receiver(value)

        return receive

    def forget() -> None:
        task.ended.emit()  # here, as the thread could be amid telling it while its receivers go
        for signal in (task.done, task.failed, task.over):
            signal.disconnect()  # or their receivers, and what those hold, would live on
        _running.discard(task)

    queued = Qt.ConnectionType.QueuedConnection
    task.done.connect(deliver(done), queued)
    task.failed.connect(deliver(failed), queued)
    task.over.connect(forget, queued)
    _running.add(task)
    QThreadPool.globalInstance().start(_Work(task, work).run)
    return task


def stop_all() -> bool:
    """Cancels everything and waits two seconds; False if something still runs then."""
    for task in list(_running):
        task.cancel()
    pool = QThreadPool.globalInstance()
    pool.clear()
    stopped = pool.waitForDone(2000)
    _running.difference_update([task for task in _running if not task.started])  # cleared away: they never end
    return stopped
