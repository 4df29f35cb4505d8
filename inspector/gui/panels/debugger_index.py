"""Which operator each index is, for the models beside the one that is looked at: a narrow table a model."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from inspector.gui.repairs import Repairs
from inspector.gui.tables.debug_delegate import DebugDelegate
from inspector.gui.tables.debug_rows import DebugRow, debug_rows, debug_source, largest
from inspector.gui.tables.record_table import RecordTable
from inspector.gui.theme import SECONDARY
from inspector.gui.widgets import ElidedLabel, line

_SHOWN = frozenset({"operator", "op_name", "metric"})
_WIDTH, _NARROW = 282, 178  # pixels


class IndexTable(QWidget):
    """`chosen` has the place that the user selected."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.title = ElidedLabel()
        self.title.setContentsMargins(8, 0, 8, 0)
        font = self.title.font()
        font.setPointSizeF(SECONDARY)
        self.title.setFont(font)
        self.table = RecordTable("Layers of another model", make_delegate=DebugDelegate)
        self.table.records_selected.connect(self._select)
        head = QFrame()
        head.setProperty("ground", "window")
        head.setFixedHeight(28)
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(line())
        column.addWidget(self.table, 1)
        self._keys: frozenset[str] = frozenset()
        self._narrow = False
        self.setFixedWidth(_WIDTH)

    def show_repairs(self, repairs: Repairs, kind: str, metric: str) -> None:
        """The shown step of another model."""
        rows = debug_rows(repairs, kind)
        delegate = self.table.delegate
        assert isinstance(delegate, DebugDelegate)
        delegate.metric, delegate.largest = metric, largest(rows, metric)
        source = debug_source(rows, metric, set(), False, False)
        self._keys = frozenset(column.key for column in source.columns)
        self._leave_out()
        self.title.setText(repairs.title)
        self.table.setAccessibleName(f"Layers of {repairs.name}")
        self.table.set_source(source)

    def set_narrow(self, narrow: bool) -> None:
        """Without the number, where there is little room."""
        self._narrow = narrow
        self.setFixedWidth(_NARROW if narrow else _WIDTH)
        self._leave_out()

    def _leave_out(self) -> None:
        layout = self.table.layout_of_columns
        layout.absent = self._keys - _SHOWN | (frozenset({"metric"}) if self._narrow else frozenset())
        layout.fit()

    def _select(self, rows: list[DebugRow]) -> None:
        if len(rows) == 1:
            self.chosen.emit(rows[0].place)


class IndexTables(QWidget):
    """One table for each model; `chosen` has its number, from 0, and the place."""

    chosen = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[IndexTable] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self.hide()

    def set_narrow(self, narrow: bool) -> None:
        """Where there is little room the tables say only which operator each index is."""
        for table in self.tables:
            table.set_narrow(narrow)

    def show_models(self, models: Sequence[Repairs], kind: str, metric: str) -> None:
        """These models; none hides it."""
        while len(self.tables) < len(models):
            number = len(self.tables)
            made = IndexTable()
            made.chosen.connect(lambda place, number=number: self.chosen.emit(number, place))
            self._row.addWidget(line(vertical=True))
            self._row.addWidget(made)
            self.tables.append(made)
        for number, table in enumerate(self.tables):
            table.setVisible(number < len(models))
        for repairs, table in zip(models, self.tables, strict=False):
            table.show_repairs(repairs, kind, metric)
        self.setVisible(bool(models))
