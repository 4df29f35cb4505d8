"""The middle of the Compare tab: every tensor in all variants, by tensor or by type, filtered and counted."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from inspector.gui.panels.compare_work import Compared
from inspector.gui.tables.compare_delegate import CompareDelegate, place_of
from inspector.gui.tables.compare_rows import CompareRow, rows_of
from inspector.gui.tables.filtered_table import FilteredTable
from inspector.gui.tables.pair_groups import group_by_one_type, group_by_role
from inspector.gui.tables.pair_source import cell_key, error_key, optional_columns, others, tensor_rows, type_rows
from inspector.gui.widgets import SegmentedGroup
from inspector.model import Tensor

_LEAST = 160  # pixels in height
_AROUND_COUNT = 140 + 32 + 12 * 5  # pixels of the filter box, margins and gaps beside the count


class CompareTable(QWidget):
    """`cell_clicked` has the place of the variant whose cell was clicked."""

    changed = Signal()  # other rows stand there
    cell_clicked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._compared: Compared | None = None
        self._rows: Sequence[CompareRow] = ()
        self.views = SegmentedGroup([("tensor", "By tensor"), ("type", "By type")], "Show tensors")
        self.only_changed = QCheckBox("Only changed types")
        self.only_changed.setToolTip("Show only tensors that have another type in some variant")
        self.filtered = FilteredTable("tensor", "Filter tensors", leading=(self.views, self.only_changed),
                                      make_delegate=CompareDelegate)  # fmt: skip
        self.filtered.count_text = self._count_text
        self.table = self.filtered.table
        self.table.layout_of_columns.grows = "name"
        self.setMinimumHeight(_LEAST)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.filtered)
        self.setFocusProxy(self.table)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._settle)
        self.views.chosen.connect(lambda _view: self._show_rows())
        self.only_changed.toggled.connect(lambda _on: self._show_rows())
        self.table.clicked.connect(
            lambda index: self.cell_clicked.emit(place_of(self.table.records.columns[index.column()].key))
        )

    @property
    def by_type(self) -> bool:
        return self.views.current == "type"

    def show_comparison(self, compared: Compared) -> None:
        self._compared = compared
        self._show_rows()

    def select(self, place: int, tensors: Sequence[Tensor]) -> None:
        """Selects the rows in which variant `place` has one of `tensors`, and no others."""
        self.table.select([row.identity for row in rows_of(self._rows, place, tensors)])

    def settle_soon(self) -> None:
        """The room changed: says what the count has room for, and keeps the selected row in sight."""
        self._soon.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._soon.start()

    def _settle(self) -> None:
        self.filtered.show_count()
        rows = self.table.selectionModel().selectedRows()
        if len(rows) == 1:
            self.table.scrollTo(rows[0])

    def _show_rows(self) -> None:
        compared = self._compared
        if compared is None:
            return
        comparison = compared.comparison
        rows, grid = (compared.by_type, compared.by_type_grid) if self.by_type else (compared.rows, compared.grid)
        if self.only_changed.isChecked():
            places = grid.changed(comparison.reference)
            rows, grid = [rows[place] for place in places.tolist()], grid.chosen(places)
        self._rows = rows
        layout = self.table.layout_of_columns
        if self.by_type:
            layout.optional, layout.even = ("shape",), frozenset(map(cell_key, range(len(comparison.variants))))
            self.table.records.first_title = "Type, operator"
            self.filtered.set_source(type_rows(comparison, rows), group_by_one_type(comparison, rows, grid))
        else:
            layout.optional, layout.even = optional_columns(comparison), frozenset()
            self.table.records.first_title = ""
            source = tensor_rows(comparison, rows, comparison.measured)
            self.filtered.set_source(source, group_by_role(comparison, rows, grid))
        self.changed.emit()

    def _count_text(self, shown: int, _count: int) -> str:
        """How many rows are shown; of all, how they were paired, as far as there is room."""
        compared = self._compared
        if compared is None:
            return ""
        every = len(compared.by_type if self.by_type else compared.rows)
        if shown < every:
            return f"{shown:,} of {every:,} {'rows' if self.by_type else 'tensors'}"
        comparison, words = compared.comparison, compared.pairing
        label = comparison.variants[comparison.reference].label
        errors = set(map(error_key, others(comparison))) & set(self.table.layout_of_columns.visible_keys())
        texts = [f"{words}; × bytes of {label}, dB SQNR to {label}"] if errors else []
        texts += [words, words.partition(",")[0]]
        controls = (self.views, self.only_changed, self.filtered.copy_button, self.filtered.save_button)
        room = self.width() - sum(part.sizeHint().width() for part in controls) - _AROUND_COUNT
        width_of = self.filtered.count_label.fontMetrics().horizontalAdvance
        return next((text for text in texts if width_of(text) <= room), words.partition(" tensor")[0] + " paired")
