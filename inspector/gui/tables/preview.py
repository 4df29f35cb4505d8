"""The first values of each tensor, read in the background for the rows that are looked at."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from inspector.errors import InspectorError
from inspector.gui.session import OpenModel
from inspector.gui.tables.latest_task import LatestTask
from inspector.model import Model, Tensor
from inspector.model.columns import Column
from inspector.model.text import number_text

_VALUES = 8
Key = tuple[int, int]


def preview_text(model: Model, tensor: Tensor) -> str:
    """The first stored values: `-121, -43, 37, …`. "" for a tensor without data."""
    if not tensor.has_data:
        return ""
    try:
        first = next(iter(model.storage.chunks(tensor, _VALUES)), None)
    except InspectorError:
        return "unreadable"
    if first is None:
        return ""
    values = [str(value) if isinstance(value, int) else number_text(value) for value in first[:_VALUES].tolist()]
    return ", ".join(values) + (", …" if tensor.elements > len(values) else "")


class PreviewColumn(QObject):
    """Asking for a text that is not known yet starts reading it; `came` says that texts arrived."""

    came = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.column: Column[Tensor] = Column(
            "preview", "First values", lambda _tensor: None, self.text, style="mono", interface=False, shown=True
        )
        self._open_model: OpenModel | None = None
        self._known: dict[Key, str] = {}
        self._wanted: dict[Key, Tensor] = {}
        self._task = LatestTask(self)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._read)

    def set_model(self, open_model: OpenModel | None) -> None:
        """Forgets the last model's values."""
        self._task.cancel()
        self._open_model = open_model
        self._known, self._wanted = {}, {}

    def text(self, tensor: Tensor) -> str:
        key = (tensor.owner.index, tensor.index)
        found = self._known.get(key)
        if found is not None or not tensor.has_data:
            return found or ""
        self._wanted[key] = tensor
        if not self._task.busy and not self._soon.isActive():
            self._soon.start()
        return "..."

    def _read(self) -> None:
        if self._open_model is None or not self._wanted:
            return
        wanted, self._wanted = self._wanted, {}
        self._task.run(_reader(self._open_model.model, wanted), self._take)

    def _take(self, texts: dict[Key, str]) -> None:
        self._known |= texts
        self.came.emit()
        if self._wanted:
            self._soon.start()


def _reader(model: Model, wanted: dict[Key, Tensor]) -> Callable[..., dict[Key, str]]:
    def work(progress: Callable[[float | None, str], None]) -> dict[Key, str]:
        texts = {}
        for number, (key, tensor) in enumerate(wanted.items()):
            progress(number / len(wanted), "Reading first values")
            texts[key] = preview_text(model, tensor)
        return texts

    return work
