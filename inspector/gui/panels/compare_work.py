"""Compares open models in the background: first which tensor is which, then errors and compressed sizes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from inspector.analysis.comparison import Comparison, compare_models, measure
from inspector.analysis.sizes import bytes_by_type
from inspector.gui.background import Progress, Task, run_in_background
from inspector.gui.session import OpenModel
from inspector.gui.tables.compare_rows import CompareRow, compare_rows, rows_by_type
from inspector.gui.tables.pair_groups import TypeGrid, type_grid
from inspector.gui.tables.pair_source import pairing_text
from inspector.gui.tables.variant_delegate import Parts
from inspector.model import Model


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """A comparison with what its tables are made of: rows and their types, by tensor and by type; the parts of every
    file; how tensors were paired, in words."""

    comparison: Comparison
    rows: list[CompareRow]
    by_type: list[CompareRow]
    grid: TypeGrid
    by_type_grid: TypeGrid
    bars: dict[Model, Parts]
    pairing: str


class CompareWork(QObject):
    """One comparison at a time; what comes for an older one is dropped."""

    came = Signal(object)  # Compared: once paired, once measured
    progressed = Signal(float, str)  # while measuring: fraction, what it does
    ended = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task: Task | None = None

    @property
    def busy(self) -> bool:
        return self._task is not None

    def start(self, models: Sequence[OpenModel], source_bytes: int | None) -> None:
        """Compares `models` with the first of them."""
        chosen, recipes = [opened.model for opened in models], [opened.recipe for opened in models]

        def work(_progress: Progress) -> Compared:
            return _compared(compare_models(chosen, 0, recipes, source_bytes))

        self._run(work, self._measure)

    def measure_again(self, compared: Compared) -> None:
        """Goes on after `stop`."""
        self._measure(compared)

    def stop(self) -> None:
        """Stops at the next step; what has come stays."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self.ended.emit()

    def _measure(self, compared: Compared) -> None:
        def work(progress: Progress) -> Compared:
            return _measured(compared, measure(compared.comparison, progress))

        self._run(work, lambda _measured: self.ended.emit())

    def _run(self, work: Callable[[Progress], Compared], then: Callable[[Compared], object]) -> None:
        if self._task is not None:
            self._task.cancel()

        def done(compared: Compared) -> None:
            self._task = None
            self.came.emit(compared)
            if self._task is None:  # nobody asked for another comparison meanwhile
                then(compared)

        def stopped(sentence: str) -> None:
            self._task = None
            self.ended.emit()
            self.failed.emit(sentence)

        self._task = task = run_in_background(work, done, stopped)

        def pass_on(fraction: float, text: str) -> None:
            if task is self._task:
                self.progressed.emit(fraction, text)

        task.progress.connect(pass_on)


def _compared(comparison: Comparison) -> Compared:
    rows = compare_rows(comparison)
    by_type = rows_by_type(rows)
    bars: dict[Model, Parts] = {variant.model: [(part.name, part.bytes) for part in bytes_by_type(variant.model)]
            for variant in comparison.variants}  # fmt: skip
    return Compared(comparison, rows, by_type, type_grid(rows), type_grid(by_type), bars, pairing_text(comparison))


def _measured(compared: Compared, comparison: Comparison) -> Compared:
    """The same rows in the same order, with their errors."""
    rows = compare_rows(comparison)
    return replace(compared, comparison=comparison, rows=rows, by_type=rows_by_type(rows))
