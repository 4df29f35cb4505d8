"""Numpy work in a thread: the result comes back on the GUI thread, or is dropped if nobody wants it any more."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot

from inspector.errors import Cancelled, InspectorError


class Task(QObject):
    """One piece of work under way. `cancel()` stops it at its next progress report and drops its result."""

    done = Signal(object)
    failed = Signal(str)
    progress = Signal(float, str)  # fraction (-1: unknown), what it does

    def __init__(self) -> None:
        super().__init__()
        self._cancelled = False

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


class _Runnable(QRunnable):
    def __init__(self, task: Task, work: Callable[[Callable[[float | None, str], None]], Any]) -> None:
        super().__init__()
        self._task, self._work = task, work

    @Slot()
    def run(self) -> None:
        task = self._task
        if task.cancelled:
            return
        try:
            result = self._work(task.report)
        except Cancelled:
            return
        except InspectorError as error:
            task.failed.emit(str(error))
        else:
            task.done.emit(result)


def run_in_background(
    work: Callable[[Callable[[float | None, str], None]], Any],
    done: Callable[[Any], None],
    failed: Callable[[str], None] | None = None,
) -> Task:
    """Runs `work(progress)` in the thread pool and calls `done(result)` or `failed(sentence)` on the GUI thread.

    Keep the task: dropping the last reference cancels nothing, `task.cancel()` does.
    """
    task = Task()

    def deliver(receiver: Callable[[Any], None] | None) -> Callable[[Any], None]:
        return lambda value: receiver(value) if receiver is not None and not task.cancelled else None

    task.done.connect(deliver(done), Qt.ConnectionType.QueuedConnection)
    task.failed.connect(deliver(failed), Qt.ConnectionType.QueuedConnection)
    QThreadPool.globalInstance().start(_Runnable(task, work))
    return task
