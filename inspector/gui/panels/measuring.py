"""Work on a model's constants in the background, one run at a time, and how far it is."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from PySide6.QtCore import QObject, Signal

from inspector.errors import ValuesError
from inspector.gui.background import Progress, Task, run_in_background
from inspector.model import Tensor
from inspector.model.columns import tensor_label

_EVERY = 0.03  # seconds between two reports


class Measuring(QObject):
    """What is measured stands in the model's `Measurements`, whoever else looks at it."""

    progressed = Signal(float, str)  # fraction, what it does
    finished = Signal()  # all are measured
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task: Task | None = None

    @property
    def running(self) -> bool:
        return self._task is not None

    def start(
        self, measure: Callable[[Tensor, Progress], object], tensors: Callable[[], Sequence[Tensor]], verb: str
    ) -> None:
        """Calls `measure(tensor, progress)` for each of `tensors()`. `verb`: "Measuring"."""
        self.run(lambda progress: measure_all(measure, tensors(), verb, progress))

    def run(self, work: Callable[[Progress], object]) -> None:
        """Any other work with the same signals."""
        self.stop()
        self._task = task = run_in_background(work, self._done, self._stopped)

        def pass_on(fraction: float, text: str) -> None:
            if task is self._task:
                self.progressed.emit(fraction, text)

        task.progress.connect(pass_on)

    def stop(self) -> None:
        """Stops after the chunk it is at; what is measured stays."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _done(self, _nothing: object) -> None:
        self._task = None
        self.finished.emit()

    def _stopped(self, sentence: str) -> None:
        self._task = None
        self.failed.emit(sentence)


def measure_all(
    measure: Callable[[Tensor, Progress], object], tensors: Sequence[Tensor], verb: str, progress: Progress
) -> None:
    """Measures all; one whose values can't be read is left out. Raises FileChangedError, Cancelled."""
    whole = max(sum(tensor.elements for tensor in tensors), 1)
    done = 0
    for place, tensor in enumerate(tensors, 1):
        text = f"{verb} {place:,} of {len(tensors):,}: {tensor_label(tensor)} {tensor.name}"
        with suppress(ValuesError):  # a tensor of strings, or a damaged one: its row stays empty
            measure(tensor, _Part(progress, done / whole, tensor.elements / whole, text))
        done += tensor.elements
        time.sleep(0)  # hands the interpreter to the window, which else waits 5 ms for it each time


class _Part:
    """The progress of one tensor as a part of the whole."""

    _last = 0.0

    def __init__(self, progress: Progress, start: float, size: float, text: str) -> None:
        self._progress, self._start, self._size, self._text = progress, start, size, text
        self(0.0, "")

    def __call__(self, fraction: float | None, _message: str) -> None:
        now = time.monotonic()
        if now - _Part._last >= _EVERY:
            _Part._last = now
            self._progress(min(self._start + self._size * (fraction or 0.0), 1.0), self._text)
