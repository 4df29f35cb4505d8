"""What the window remembers while it runs: open models, the one looked at, the selection. The only mutable state."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from inspector.analysis.measurements import Measurements
from inspector.analysis.scheme import Scheme, scheme_of
from inspector.errors import InspectorError
from inspector.formats import open_model
from inspector.gui.background import Progress, Task, run_in_background
from inspector.model import Model, Operator, Tensor


@dataclass(eq=False)
class OpenModel:
    """A model in the Models list, with what was measured of it so far."""

    model: Model
    measurements: Measurements

    @property
    def path(self) -> Path:
        return self.model.path

    @cached_property
    def scheme(self) -> Scheme:
        """How the model is quantized; worked out when first asked for."""
        return scheme_of(self.model)


@dataclass(frozen=True)
class Selection:
    """What is selected in the current model: tensors, operators, or nothing."""

    tensors: tuple[Tensor, ...] = ()
    operators: tuple[Operator, ...] = ()


class Session(QObject):
    """Selecting anywhere selects everywhere: panels call `select` and listen to `selection_changed`."""

    model_opened = Signal(object)  # OpenModel
    model_closed = Signal(object)  # OpenModel
    model_reloaded = Signal(object, object)  # old, new OpenModel
    current_changed = Signal(object)  # OpenModel or None
    selection_changed = Signal(object)  # Selection
    rows_asked = Signal(str)  # "tensors" or "operators": the selection should be seen in its table
    action_asked = Signal(str)  # the id of an action that a panel offers too
    asked = Signal()  # files are asked for: what was said of earlier ones is over
    failed = Signal(str)  # a sentence for the user
    reading = Signal(str)  # the name of the file that is being read, "" when all are

    def __init__(self) -> None:
        super().__init__()
        self.models: list[OpenModel] = []
        self.current: OpenModel | None = None
        self.selection = Selection()
        self._queue: list[Path] = []
        self._task: Task | None = None

    def open_later(self, paths: Iterable[str | Path]) -> None:
        """As `open` for each path in turn, read in a thread: a slow disk doesn't stop the window."""
        self._queue.extend(absolute_path(path) for path in paths)
        if self._task is None:
            self.asked.emit()
            self._read_next()

    def _read_next(self) -> None:
        while self._queue:
            path = self._queue.pop(0)
            if (known := self._find(path)) is not None:
                self.set_current(known)
                continue

            def work(_progress: Progress, path: Path = path) -> OpenModel:
                return _read(path)

            self.reading.emit(path.name)
            self._task = run_in_background(work, self._read_done, self._read_failed)
            return
        self._task = None
        self.reading.emit("")

    def _read_done(self, loaded: OpenModel) -> None:
        self.add(loaded)
        self._read_next()

    def _read_failed(self, sentence: str) -> None:
        self.failed.emit(sentence)
        self._read_next()

    def _find(self, path: Path) -> OpenModel | None:
        return next((known for known in self.models if known.path == path), None)

    def add(self, loaded: OpenModel) -> None:
        """Puts a model that was read into the list and shows it."""
        self.models.append(loaded)
        self.model_opened.emit(loaded)
        self.set_current(loaded)

    def open(self, path: str | Path) -> OpenModel | None:
        """Opens a file and shows it; one that is open already is only shown. Emits `failed` if it can't be read."""
        return self.open_all([path])[0]

    def open_all(self, paths: Iterable[str | Path]) -> list[OpenModel | None]:
        """As `open`, of several files: one sentence for each that can't be read."""
        self.asked.emit()
        return [self._open(path) for path in paths]

    def _open(self, path: str | Path) -> OpenModel | None:
        resolved = absolute_path(path)
        if (known := self._find(resolved)) is not None:
            self.set_current(known)
            return known
        loaded = self._load(resolved)
        if loaded is not None:
            self.add(loaded)
        return loaded

    def reload(self, old: OpenModel) -> OpenModel | None:
        """Reads the file again; when that fails the old model stays."""
        self.asked.emit()
        new = self._load(old.path)
        if new is None:
            return None
        self.models[self.models.index(old)] = new
        self.model_reloaded.emit(old, new)
        if self.current is old:
            self.current = None
            self.set_current(new)
        return new

    def close(self, closing: OpenModel) -> None:
        place = self.models.index(closing)
        self.models.remove(closing)
        self.model_closed.emit(closing)
        if self.current is closing:
            self.set_current(self.models[min(place, len(self.models) - 1)] if self.models else None)

    def set_current(self, chosen: OpenModel | None) -> None:
        if chosen is self.current:
            return
        self.current = chosen
        self.selection = Selection()
        self.current_changed.emit(chosen)
        self.selection_changed.emit(self.selection)

    def select(self, tensors: Sequence[Tensor] = (), operators: Sequence[Operator] = ()) -> None:
        selection = Selection(tuple(tensors), tuple(operators))
        if selection != self.selection:
            self.selection = selection
            self.selection_changed.emit(selection)

    def show_rows(self, tensors: Sequence[Tensor], operators: Sequence[Operator] = ()) -> None:
        """Selects rows and asks for their table to come into sight."""
        self.rows_asked.emit("tensors" if tensors else "operators")
        self.select(tensors, operators)

    def _load(self, path: Path) -> OpenModel | None:
        try:
            return _read(path)
        except InspectorError as error:
            self.failed.emit(str(error))
            return None


def absolute_path(path: str | Path) -> Path:
    """The path from the root, without "..": the same file always has the same one."""
    return Path(os.path.abspath(Path(path).expanduser()))


def _read(path: Path) -> OpenModel:
    model = open_model(path)
    return OpenModel(model, Measurements(model))


__all__ = ["OpenModel", "Selection", "Session"]
