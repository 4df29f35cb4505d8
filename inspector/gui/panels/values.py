"""Values: the numbers of the selected tensor, any plane of them, stored or dequantized; copied, saved."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from inspector.analysis.statistics import TensorStatistics
from inspector.errors import InspectorError
from inspector.export.array_file import save_array
from inspector.gui.background import Progress, Task, run_in_background
from inspector.gui.flow_layout import FlowLayout
from inspector.gui.panels.values_axes import AxisControls
from inspector.gui.session import OpenModel, Selection, Session
from inspector.gui.tables.array_plane import ArrayPlane
from inspector.gui.tables.array_table import ArrayTable
from inspector.gui.tables.latest_task import LatestTask
from inspector.gui.tables.save_table import ask_place
from inspector.gui.widgets import Chip, ElidedLabel, EmptyState, IconButton, SegmentedGroup, label, line
from inspector.model import Quantization, Tensor, check_quantization
from inspector.model.columns import tensor_label
from inspector.model.text import printable, shape_text

Array = np.ndarray[Any, np.dtype[Any]]
_REAL_CHARACTERS = 12
_FEW = 1 << 20  # elements whose widest number is looked for


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """A tensor's stored values and what turns them into real ones; None where they are real already."""

    tensor: Tensor
    stored: Array
    quantization: Quantization | None
    characters: int
    statistics: TensorStatistics | None


def load_values(open_model: OpenModel, tensor: Tensor, progress: Progress) -> Loaded:
    """Reads a tensor's values; a mapped file is only looked at. Raises ValuesError, FileChangedError."""
    progress(None, f"Reading {tensor_label(tensor)}")
    stored = open_model.model.values(tensor)
    quantization = tensor.quantization
    if quantization is None or not tensor.type.is_integer or not quantization.scale.size:
        quantization = None
    else:
        check_quantization(tensor)
    statistics = open_model.measurements.known_statistics(tensor)
    if statistics is None and stored.size <= _FEW:
        try:
            statistics = open_model.measurements.statistics(tensor, progress)
        except InspectorError:  # numbers that can be shown but not measured, such as complex ones
            statistics = None
    return Loaded(tensor, stored, quantization, _widest(stored), statistics)


def _widest(stored: Array) -> int:
    """The characters of the widest stored number."""
    if stored.dtype.kind not in "iu":
        return 24 if stored.dtype.kind == "c" else _REAL_CHARACTERS
    if not stored.size:
        return 1
    if stored.dtype.itemsize > 2 and stored.size <= _FEW:
        return max(len(str(stored.min())), len(str(stored.max())))
    info = np.iinfo(stored.dtype)
    return max(len(str(info.min)), len(str(info.max)))


class ValuesPanel(QWidget):
    """Follows the selection."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._open_model: OpenModel | None = None
        self._loaded: Loaded | None = None
        self._task = LatestTask(self)
        self.chip, self.title, self.shape_label = Chip(""), ElidedLabel(), label("", "dim", mono=True)
        self.axes, self.grid = AxisControls(), ArrayTable()
        self.kind = SegmentedGroup([("stored", "Stored"), ("real", "Real values")], "Show values")
        self.shading = QCheckBox("Shade")
        self.shading.setToolTip("A ground in the type's colour, stronger for larger values")
        self.copy_button = IconButton("copy", "Copy the selected values, or all of this plane (TSV)")
        self.save_button = IconButton("download", "Save the values as .npy or .csv")
        self.empty = EmptyState()
        self._stack = QStackedWidget()
        self._lay_out()
        self.axes.changed.connect(self._show_plane)
        self.kind.chosen.connect(lambda _kind: self._show_plane())
        self.shading.toggled.connect(lambda _on: self._shade())
        self.copy_button.clicked.connect(self.copy)
        self.save_button.clicked.connect(self._save_menu)
        session.selection_changed.connect(self.show_selection)
        self.set_model(None)

    def _lay_out(self) -> None:
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 10, 16, 0)
        row.setSpacing(8)
        row.addWidget(self.title, 1)
        row.addWidget(self.chip)
        row.addWidget(self.shape_label)
        controls = QFrame()
        flow = FlowLayout(controls)
        flow.setContentsMargins(16, 8, 16, 8)
        icons = QWidget()
        buttons = QHBoxLayout(icons)
        buttons.setContentsMargins(0, 0, 0, 0)
        for button in (self.copy_button, self.save_button):
            buttons.addWidget(button)
        for control in (self.kind, self.axes, self.shading, icons):
            flow.addWidget(control)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for bar in (head, controls, line()):
            column.addWidget(bar)
        column.addWidget(self.grid, 1)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    def set_model(self, open_model: OpenModel | None) -> None:
        self._open_model = open_model
        self.show_selection(self._session.selection if open_model is self._session.current else Selection())

    def show_selection(self, selection: Selection) -> None:
        """Shows the first selected tensor that has values."""
        if self._open_model is not self._session.current:
            return
        self._task.cancel()
        chosen = next((t for t in selection.tensors if t.has_data), next(iter(selection.tensors), None))
        open_model = self._open_model
        if open_model is None or chosen is None:
            self._say("Select a tensor to see its values.")
        elif not chosen.has_data:
            self._say(f"{tensor_label(chosen)} is computed when the model runs: the file holds no values of it.")
        else:
            tensor: Tensor = chosen
            self._task.run(lambda progress: load_values(open_model, tensor, progress), self._show, self._say)

    def _say(self, sentence: str) -> None:
        self._loaded = None
        self.grid.show_plane(None)
        self.empty.set_sentence(sentence)
        self._stack.setCurrentWidget(self.empty)

    def _show(self, loaded: Loaded) -> None:
        self._loaded = loaded
        tensor = loaded.tensor
        self.title.setText(f"{tensor_label(tensor)} {printable(tensor.name)}")
        self.chip.set_text(tensor.type.name, tensor.type.name)
        self.shape_label.setText(shape_text(loaded.stored.shape))
        self.kind.setVisible(loaded.quantization is not None)
        self.shading.setEnabled(loaded.statistics is not None)
        self.axes.show_shape(loaded.stored.shape)
        self._stack.setCurrentIndex(1)
        self._show_plane()

    @property
    def dequantized(self) -> bool:
        return self._loaded is not None and self._loaded.quantization is not None and self.kind.current == "real"

    def _plane(self) -> ArrayPlane | None:
        loaded = self._loaded
        if loaded is None:
            return None
        return ArrayPlane(loaded.stored, self.axes.choice(), loaded.quantization if self.dequantized else None)

    def _show_plane(self) -> None:
        loaded = self._loaded
        if loaded is not None:
            characters = _REAL_CHARACTERS if self.dequantized else loaded.characters
            self.grid.show_plane(self._plane(), loaded.tensor.type.name, characters)
            self._shade()

    def _shade(self) -> None:
        loaded = self._loaded
        statistics = loaded.statistics if loaded is not None else None
        if not self.shading.isChecked() or loaded is None or statistics is None:
            self.grid.set_shading(None)
            return
        self.grid.set_shading(shading_of(loaded, statistics, self.dequantized))

    def copy(self) -> None:
        if not self.grid.copy():
            self._session.failed.emit("That is more than a million values: save them to a file instead.")

    def _save_menu(self) -> None:
        menu = QMenu(self)
        menu.addAction("Save the whole tensor…", lambda: self.save(False))
        menu.addAction("Save this plane…", lambda: self.save(True))
        menu.exec(self.save_button.mapToGlobal(self.save_button.rect().bottomLeft()))

    def save(self, only_plane: bool) -> Task | None:
        """Asks for a place and writes .npy or .csv there, values as they are shown: stored or real."""
        open_model, loaded, plane = self._open_model, self._loaded, self._plane()
        if open_model is None or loaded is None or plane is None:
            return None
        real = self.dequantized
        name = f"T{loaded.tensor.index}{'.real' if real else ''}.npy"
        place = ask_place(self, "Save values", open_model, name, "NumPy (*.npy);;CSV (*.csv)")
        if place is None:
            return None
        chosen = place if place.suffix.lower() in (".npy", ".csv") else place.with_name(place.name + ".npy")

        def work(progress: Progress) -> Path:
            array = plane.whole() if only_plane else open_model.model.values(loaded.tensor, dequantized=real)
            return save_array(chosen, array, overwrite=True, progress=progress)

        return run_in_background(work, lambda _path: None, self._session.failed.emit)


def shading_of(loaded: Loaded, statistics: TensorStatistics, real: bool) -> Any:
    """value -> 0 to 1: its distance from zero as a share of the tensor's largest."""
    low, high = statistics.min, statistics.max
    zero = 0
    if loaded.quantization is not None and not real:
        levels = statistics.levels
        zero_points = loaded.quantization.zero_point
        zero = int(zero_points[0]) if zero_points.size else 0
        if levels is not None and levels.edges.size > 1:
            low, high = float(levels.edges[0]) + 0.5, float(levels.edges[-1]) - 0.5
    farthest = max(abs((low or 0.0) - zero), abs((high or 0.0) - zero)) or 1.0
    return lambda value: abs(value - zero) / farthest if value == value else 0.0
