"""The Debugger's table: every operator with its error, ticks for what shall stay float, and ways to tick many."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QInputDialog, QMenu, QVBoxLayout, QWidget

from inspector.analysis.quantization_debug import LOCAL, SUSPICIOUS
from inspector.gui.flow_layout import FlowLayout
from inspector.gui.panels.debugger_index import IndexTables
from inspector.gui.repairs import Repairs, above
from inspector.gui.tables.debug_delegate import DebugDelegate
from inspector.gui.tables.debug_rows import OPTIONAL, DebugRow, debug_rows, debug_source, largest, op_names
from inspector.gui.tables.record_table import RecordTable
from inspector.gui.tables.row_source import RowSource
from inspector.gui.theme import SECONDARY
from inspector.gui.widgets import label, line, small_button

_COMFORTABLE, _BESIDE = 420, 260  # pixels of this table, and of another model's


class TickTable(RecordTable):
    """`tick_asked` has the places whose box was clicked, or the selected ones at a press of Space."""

    tick_asked = Signal(list)

    def __init__(self, name: str) -> None:
        super().__init__(name, make_delegate=DebugDelegate)
        self.layout_of_columns.optional = OPTIONAL
        self.clicked.connect(lambda index: self._clicked(index.row(), index.column()))

    def _clicked(self, row: int, column: int) -> None:
        record = self.records.record(row)
        if record is not None and self.records.columns[column].key == "tick":
            self.tick_asked.emit([record.place])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        chosen = [row.place for row in self.selected_records()]
        ticks = any(column.key == "tick" for column in self.records.columns)
        if event.key() == Qt.Key.Key_Space and chosen and ticks:
            self.tick_asked.emit(chosen)
            event.accept()
            return
        super().keyPressEvent(event)


class DebuggerTable(QWidget):
    """`selected` has the rows the user chose; `ticks_changed` comes when other layers are ticked."""

    selected = Signal(list)
    ticks_changed = Signal()
    suggest_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._repairs: Repairs | None = None
        self.title = label("Keep as float", bold=True)
        self.count = label("", "dim", SECONDARY)
        self.above = small_button("Above 0.7", "Tick every layer whose rmse/scale is above 0.7")
        self.first = small_button("First...", "Tick the layers with the largest rmse/scale")
        self.by_operator = small_button("By operator...", "Tick every layer of a type of operator")
        self.none = small_button("None", "Tick no layer")
        self.suggest = small_button("Suggest...", "Search a small set of layers that brings the score back")
        self.table = TickTable("Layers")
        delegate = self.table.delegate
        assert isinstance(delegate, DebugDelegate)
        self.delegate = delegate
        self.table.records_selected.connect(self.selected)
        self.table.tick_asked.connect(self._toggle)
        self.above.clicked.connect(self._tick_above)
        self.first.clicked.connect(self._ask_first)
        self.by_operator.clicked.connect(self._ask_operator)
        self.none.clicked.connect(lambda: self._tick(set()))
        self.suggest.clicked.connect(self.suggest_asked)
        self.others = IndexTables()
        self._lay_out()

    def _lay_out(self) -> None:
        bar = QFrame()
        bar.setProperty("ground", "window")
        head = QWidget()
        words = QHBoxLayout(head)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(8)
        words.addWidget(self.title)
        words.addWidget(self.count)
        words.addStretch(1)
        self.buttons = QWidget()
        row = QHBoxLayout(self.buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for button in (self.above, self.first, self.by_operator, self.none, self.suggest):
            row.addWidget(button)
        flow = FlowLayout(bar, spacing=6)
        flow.setContentsMargins(16, 7, 12, 7)
        flow.addWidget(head)
        flow.addWidget(self.buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(line())
        tables = QHBoxLayout()
        tables.setSpacing(0)
        tables.addWidget(self.table, 1)
        tables.addWidget(self.others)
        column.addLayout(tables, 1)
        self.setFocusProxy(self.table)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """Names give way to the other models' tables."""
        shown = sum(not table.isHidden() for table in self.others.tables) if not self.others.isHidden() else 0
        self.others.set_narrow(bool(shown) and self.width() < _COMFORTABLE + _BESIDE * shown)
        self.table.layout_of_columns.optional = ("name", *OPTIONAL) if shown else OPTIONAL
        self.table.layout_of_columns.fit()

    def show_others(self, models: Sequence[Repairs], kind: str, metric: str) -> None:
        """The tables of other models beside this one."""
        self.others.show_models(models, kind, metric)
        self._share_room()

    # showing

    def show_repairs(self, repairs: Repairs | None, kind: str, metric: str) -> None:
        """The shown step's layers with one of their numbers; None empties the table."""
        self._repairs = repairs
        if repairs is None:
            self.table.set_source(RowSource((), ()))
            return
        rows = debug_rows(repairs, kind)
        self.delegate.metric, self.delegate.largest = metric, largest(rows, metric)
        can = repairs.can_repair
        self.title.setText("Keep as float" if can else "Layers")
        self.buttons.setVisible(can)
        self.table.set_source(debug_source(rows, metric, repairs.ticked, can, repairs.shown > 0))
        self._show_count()

    def select(self, places: Sequence[int]) -> None:
        """Selects these layers and tells nobody."""
        self.table.select(places)

    @property
    def rows(self) -> list[DebugRow]:
        return list(self.table.records.source.records)

    def _show_count(self) -> None:
        repairs = self._repairs
        if repairs is None:
            self.count.setText("")
            return
        total = len(self.table.records.source)
        if repairs.can_repair:
            self.count.setText(f"{len(repairs.ticked):,} of {total:,} ticked")
        else:
            self.count.setText(f"{total:,}")

    # ticking

    def _tick(self, places: set[int]) -> None:
        repairs = self._repairs
        if repairs is None:
            return
        repairs.ticked.clear()
        repairs.ticked |= places & set(repairs.float_tensors)
        self.table.records.column_changed("tick", sort_again=True)
        self._show_count()
        self.ticks_changed.emit()

    def tick(self, places: set[int]) -> None:
        """Ticks exactly these layers."""
        self._tick(places)

    def _toggle(self, places: list[int]) -> None:
        if self._repairs is not None:
            on = not set(places) <= self._repairs.ticked
            self._tick(self._repairs.ticked | set(places) if on else self._repairs.ticked - set(places))

    def _tick_above(self) -> None:
        """Those that are above the limit now, and those that this step leaves float already."""
        repairs = self._repairs
        if repairs is not None:
            self._tick(set(repairs.step.left) | above(repairs.layers(repairs.shown, self._kind(repairs)), SUSPICIOUS))

    def _kind(self, repairs: Repairs) -> str:
        result = repairs.step.result
        return LOCAL if result is None or result.layers(LOCAL) else result.kinds[0]

    def _ask_first(self) -> None:
        repairs = self._repairs
        if repairs is None:
            return
        most = len(repairs.float_tensors)
        count, agreed = QInputDialog.getInt(
            self, "Keep as float", "How many layers, the largest rmse/scale first:", min(3, most), 1, max(most, 1)
        )
        if agreed:
            self.tick_first(count)

    def tick_first(self, count: int) -> None:
        """Ticks the layers with the largest rmse/scale in step 0."""
        repairs = self._repairs
        if repairs is not None:
            layers = repairs.layers(0, self._kind(repairs))
            order = sorted(layers, key=lambda place: -(layers[place].rmse_over_scale or 0.0))
            self._tick(set(order[:count]))

    def _ask_operator(self) -> None:
        menu = self.operator_menu()
        menu.exec(self.by_operator.mapToGlobal(self.by_operator.rect().bottomLeft()))

    def operator_menu(self) -> QMenu:
        """A row for each type of operator: ticks all of it, or none where all are ticked."""
        menu = QMenu(self)
        repairs = self._repairs
        layers = repairs.layers(0) if repairs is not None else {}
        for name in op_names(layers):
            places = {place for place, layer in layers.items() if layer.row.op_name == name}
            action = menu.addAction(f"{name} ({len(places):,})")
            action.setCheckable(True)
            action.setChecked(repairs is not None and places <= repairs.ticked)
            action.triggered.connect(lambda _on=False, places=places: self._toggle(list(places)))
        return menu
