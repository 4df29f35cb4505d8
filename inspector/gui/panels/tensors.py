"""Tensors: every tensor of the model by type, by kind or flat; found, sorted, copied, saved."""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from inspector.gui.background import Progress
from inspector.gui.session import OpenModel, Selection, Session
from inspector.gui.tables.filtered_table import FilteredTable
from inspector.gui.tables.grouping import Grouping
from inspector.gui.tables.preview import PreviewColumn
from inspector.gui.tables.row_source import RowSource
from inspector.gui.tables.save_table import save_csv
from inspector.gui.tables.tensor_list import TensorList
from inspector.gui.tables.tensor_source import (
    OPTIONAL,
    csv_columns,
    group_by_kind,
    group_by_subgraph,
    group_by_type,
    tensor_source,
    total_row,
)  # fmt: skip
from inspector.gui.tables.zero_fractions import ZeroFractions
from inspector.gui.widgets import SegmentedGroup
from inspector.model import Tensor

_FIRST_PAINT = 200  # ms: what is computed in the background waits until the table stands there
# id -> text, title of the first column, groups, the column that the groups make needless
_VIEWS: dict[str, tuple[str, str, Callable[[TensorList], Grouping] | None, str]] = {
    "type": ("By type", "Type, T#", group_by_type, "type"),
    "kind": ("By kind", "Kind, T#", group_by_kind, "kind"),
    "subgraph": ("By subgraph", "Subgraph, T#", group_by_subgraph, "subgraph"),
    "flat": ("Flat", "", None, ""),
}


class TensorsPanel(QWidget):
    """Selecting here selects everywhere, and the other way round."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._open_model: OpenModel | None = None
        self._tensors: TensorList | None = None
        self._source: RowSource[Tensor] | None = None
        self._previews = PreviewColumn(self)
        self.zero_fractions = ZeroFractions(self)
        self.views = SegmentedGroup([(key, view[0]) for key, view in _VIEWS.items()], "Show tensors")
        self.optimizer_box = QCheckBox("Optimizer state")
        self.optimizer_box.setToolTip("Show what the optimizer keeps for training; it is no part of the model")
        controls = (self.views, self.optimizer_box)
        self.filtered = FilteredTable("tensor", "Filter by name, shape, type or operator", controls)
        self.table = self.filtered.table
        self.table.layout_of_columns.optional = OPTIONAL
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.filtered)
        self.setFocusProxy(self.table)
        self._after_paint = QTimer(self, singleShot=True, interval=_FIRST_PAINT)
        self._after_paint.timeout.connect(lambda: self.zero_fractions.start(self._open_model))
        self._connect()
        self.set_model(None)

    def _connect(self) -> None:
        records = self.table.records
        self.views.chosen.connect(lambda _view: self._show())
        self.optimizer_box.toggled.connect(lambda _on: self._load())
        self.filtered.save_asked.connect(self.save)
        self.table.records_selected.connect(lambda chosen: self._session.select(tensors=chosen))
        self._previews.came.connect(lambda: records.column_changed("preview"))
        self.zero_fractions.came.connect(self._show_zero_fractions)
        self._session.selection_changed.connect(self._follow)

    def set_model(self, open_model: OpenModel | None) -> None:
        """Shows another model; None for none. The filter stays."""
        self._open_model = open_model
        self._previews.set_model(open_model)
        many = open_model is not None and len(open_model.model.subgraphs) > 1
        self.views.button("subgraph").setVisible(many)
        if not many and self.views.current == "subgraph":
            self.views.set_current("type")
        self._load()
        self.zero_fractions.stop()
        self._after_paint.start()

    def copy(self) -> None:
        """Edit > Copy, wherever the focus is."""
        self.table.copy()

    def selectAll(self) -> None:
        """Edit > Select All, wherever the focus is."""
        self.table.selectAll()

    def save(self) -> None:
        """Saves the rows that are shown, in their order, as CSV."""
        open_model = self._open_model
        if open_model is None:
            return
        shown = self.table.records.shown_records()

        def prepare(progress: Progress) -> None:
            open_model.measurements.compute_zero_fractions(shown, progress)

        save_csv(self, self._session, "tensors", csv_columns(open_model), shown, prepare)

    def _show_zero_fractions(self) -> None:
        """What came is painted at once, and sorted when all are there."""
        self.table.records.column_changed("zero_fraction", sort_again=not self.zero_fractions.busy)

    def _load(self) -> None:
        if self._open_model is None:
            self._tensors, self._source = None, None
            self.optimizer_box.hide()
            self.filtered.set_source(RowSource((), ()))
            return
        tensors = TensorList(self._open_model.model, self.optimizer_box.isChecked())
        self.optimizer_box.setVisible(tensors.optimizer_count > 0)
        self._tensors, self._source = tensors, tensor_source(self._open_model, tensors, self._previews)
        self._show()

    def _show(self) -> None:
        if self._tensors is None or self._source is None:
            return
        tensors = self._tensors
        _, title, group, absent = _VIEWS[self.views.current]
        self.table.records.first_title = title
        self.table.layout_of_columns.absent = frozenset([absent])
        grouping = group(tensors) if group is not None else None
        self.filtered.set_source(self._source, grouping, lambda places: total_row(tensors, places))
        self._follow(self._session.selection)

    def _follow(self, selection: Selection) -> None:
        """Selects what was selected elsewhere; of an operator nothing, as its tensors are not what was meant."""
        if self._open_model is self._session.current:
            self.table.select(selection.tensors)
