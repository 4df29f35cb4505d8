"""The view of every table: one row a record, flat or in groups that fold; sorts, copies, keeps its selection."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from inspector.gui.tables.column_layout import ColumnLayout
from inspector.gui.tables.delegate import RecordDelegate
from inspector.gui.tables.grouping import Grouping, IntArray, Summary
from inspector.gui.tables.header import RecordHeader
from inspector.gui.tables.record_model import RecordModel
from inspector.gui.tables.row_selection import RowSelection
from inspector.gui.tables.row_source import RowSource
from inspector.gui.tables.tsv import tsv_text
from inspector.gui.theme import theme_signals
from inspector.model.columns import Column

_BY_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
_FOLDING_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
Total = Callable[[IntArray], Summary | None]


class RecordTable(QTableView):
    """`set_source` says what it shows; `layout_of_columns.optional` which columns come only where there is room."""

    records_selected = Signal(list)  # by the user, not by `select`
    typed = Signal(str)  # letters: a search through 120,000 rows as Qt does it takes too long

    def __init__(
        self, name: str, parent: QWidget | None = None, make_delegate: Callable[[QWidget], RecordDelegate] | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.records = RecordModel(parent=self)
        self.delegate = (make_delegate or RecordDelegate)(self)
        self.more_actions: Callable[[Any], Iterable[tuple[str, Callable[[], object]]]] = lambda _record: ()
        """What else the context menu of a record offers: (text, what it does)."""
        self.header = RecordHeader(self)
        self.setItemDelegate(self.delegate)
        self.setHorizontalHeader(self.header)
        self.setModel(self.records)
        self._set_behaviour()
        self.selection = RowSelection(self, self.records)
        self.layout_of_columns = ColumnLayout(self, self.records, self.delegate, self.header)
        self.selection.changed.connect(self.records_selected)
        self.entered.connect(lambda index: self._hover(index.row()))
        self.selectionModel().currentRowChanged.connect(lambda now, _old: self._mark_current(now.row()))
        self.customContextMenuRequested.connect(self._menu)
        theme_signals().changed.connect(self.viewport().update)

    def _set_behaviour(self) -> None:
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(self.delegate.row_height)
        rows.setDefaultSectionSize(self.delegate.row_height)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setCornerWidget(QWidget(self))  # else a frame stands between the scroll bars
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(self.delegate.row_height)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.header.setStretchLastSection(True)
        self.header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)

    # what it shows

    def set_source(self, source: RowSource[Any], grouping: Grouping | None = None, total: Total | None = None) -> None:
        """Shows the records of `source`; sort, filter and selection stay where they still apply."""
        self.delegate.indent = self.delegate.group_indent if grouping is not None and not grouping.below else 0
        self.records.set_source(source, grouping, total)
        self._show_sort()
        self.layout_of_columns.measure()

    def set_filter(self, text: str) -> None:
        """Shows only the rows that hold every word of `text`."""
        self.records.set_filter(text)
        self.verticalScrollBar().setValue(0)

    def set_sort(self, key: str, descending: bool = False) -> None:
        """Sorts by a column as a click on its header does."""
        place = next((i for i, column in enumerate(self.records.columns) if column.key == key), -1)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.header.setSortIndicator(place, order)

    def visible_columns(self) -> list[Column[Any]]:
        """In the order they are shown."""
        by_key = {column.key: column for column in self.records.columns}
        return [by_key[key] for key in self.layout_of_columns.visible_keys()]

    def select(self, identities: Iterable[Hashable], scroll: bool = True) -> None:
        """Selects these records and no others, unfolding their groups; tells nobody."""
        self.selection.select(identities, scroll)

    def selected_records(self) -> list[Any]:
        return self.selection.records()

    def _show_sort(self) -> None:
        """The arrow over the column that is sorted by, wherever that stands among the columns now."""
        key, descending = self.records.sorted_by or ("", False)
        keys = [column.key for column in self.records.columns]
        place = keys.index(key) if key in keys else -1
        if place != self.header.sortIndicatorSection():
            self.header.blockSignals(True)
            order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
            self.header.setSortIndicator(place, order)
            self.header.blockSignals(False)

    # copy

    def copied_text(self) -> str:
        """The selected rows, or all that are shown, as TSV with a header."""
        chosen = self.selected_records() or self.records.shown_records()
        return tsv_text(self.visible_columns(), chosen, self.records.source.exact)

    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self.copied_text())

    def _menu(self, position: QPoint) -> None:
        menu, index = QMenu(self), self.indexAt(position)
        count = len(self.selection.indices())
        menu.addAction("Copy" if not count else "Copy 1 row" if count == 1 else f"Copy {count:,} rows", self.copy)
        text = str(self.records.data(index) or "") if index.isValid() else ""
        if text:
            short = text if len(text) <= 40 else text[:39] + "…"
            menu.addAction(f"Copy “{short}”", lambda: QGuiApplication.clipboard().setText(text))
        record = self.records.record(index.row()) if index.isValid() else None
        more = list(self.more_actions(record)) if record is not None else []
        if more:
            menu.addSeparator()
        for words, act in more:
            menu.addAction(words).triggered.connect(lambda _checked=False, act=act: act())
        menu.exec(self.viewport().mapToGlobal(position))

    # events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, key = self.currentIndex().row(), event.key()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif row >= 0 and self.records.folded(row) is not None and key in _FOLDING_KEYS:
            other = key != Qt.Key.Key_Right and not self.records.folded(row)  # Space and Return turn it round
            self.records.set_folded(row, key == Qt.Key.Key_Left or other)
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def keyboardSearch(self, search: str) -> None:
        if search.strip() and search.isprintable():
            self.typed.emit(search)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a group's row folds it and leaves the selection alone."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self.records.record_index(index.row()) < 0:
            if event.button() == Qt.MouseButton.LeftButton:
                self._fold(index.row())
            event.accept()
            return
        super().mousePressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The first row becomes the current one as soon as a tab is opened; it is marked when somebody moves."""
        had_one = self.currentIndex().isValid()
        super().focusInEvent(event)
        if not had_one and event.reason() not in _BY_KEYBOARD:
            self._mark_current(-1)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.layout_of_columns.fit()

    def _fold(self, row: int) -> None:
        folded = self.records.folded(row)
        if folded is not None:
            self.setFocus()
            self.records.set_folded(row, not folded)

    def _mark_current(self, row: int) -> None:
        """A group's row can't be selected; the arrow keys show it otherwise."""
        self.delegate.current = row
        self.viewport().update()

    def _hover(self, row: int) -> None:
        if row != self.delegate.hovered:
            old, self.delegate.hovered = self.delegate.hovered, row
            for changed in (old, row):
                if 0 <= changed < self.records.rowCount():
                    top = self.rowViewportPosition(changed)
                    self.viewport().update(0, top, self.viewport().width(), self.delegate.row_height)
