"""What the window remembers while it runs: open models, the one looked at, the selection. The only mutable state."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from inspector.analysis.measurements import Measurements
from inspector.errors import InspectorError
from inspector.formats import open_model
from inspector.model import Model, Operator, Tensor


@dataclass(eq=False)
class OpenModel:
    """A model in the Models list, with what was measured of it so far."""

    model: Model
    measurements: Measurements

    @property
    def path(self) -> Path:
        return self.model.path


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
    failed = Signal(str)  # a sentence for the user

    def __init__(self) -> None:
        super().__init__()
        self.models: list[OpenModel] = []
        self.current: OpenModel | None = None
        self.selection = Selection()

    def open(self, path: str | Path) -> OpenModel | None:
        """Opens a file and shows it; one that is open already is only shown. Emits `failed` if it can't be read."""
        resolved = Path(path).expanduser().absolute()
        for open_already in self.models:
            if open_already.path == resolved:
                self.set_current(open_already)
                return open_already
        loaded = self._load(resolved)
        if loaded is not None:
            self.models.append(loaded)
            self.model_opened.emit(loaded)
            self.set_current(loaded)
        return loaded

    def reload(self, old: OpenModel) -> OpenModel | None:
        """Reads the file again; when that fails the old model stays."""
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

    def _load(self, path: Path) -> OpenModel | None:
        try:
            model = open_model(path)
        except InspectorError as error:
            self.failed.emit(str(error))
            return None
        return OpenModel(model, Measurements(model))


__all__ = ["OpenModel", "Selection", "Session"]
