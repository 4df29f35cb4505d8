"""One piece of background work at a time: the next one drops the last, and nothing arrives where nobody is left."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from inspector.gui.background import Progress, Task, run_in_background


class LatestTask:
    """Belongs to `owner`: when that is destroyed, the work is cancelled."""

    def __init__(self, owner: QObject) -> None:
        self._task: Task | None = None
        owner.destroyed.connect(lambda _gone=None: self.cancel())

    @property
    def busy(self) -> bool:
        return self._task is not None

    def run(
        self,
        work: Callable[[Progress], Any],
        done: Callable[[Any], object],
        failed: Callable[[str], object] | None = None,
    ) -> None:
        """As `run_in_background`, instead of what ran before."""
        self.cancel()

        def ended(receiver: Callable[[Any], object] | None) -> Callable[[Any], None]:
            def receive(value: Any) -> None:
                self._task = None
                if receiver is not None:
                    receiver(value)

            return receive

        self._task = run_in_background(work, ended(done), ended(failed))

    def cancel(self) -> None:
        """Stops the work at its next progress report and drops its result."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
