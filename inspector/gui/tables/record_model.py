"""The item model of every table: records in rows, flat or in groups that fold, with own sort and filter."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from inspector.gui.tables.filtering import matching
from inspector.gui.tables.grouping import LARGE_GROUP, Grouping, IntArray, Summary, no_groups
from inspector.gui.tables.row_source import RowSource, Tone
from inspector.gui.tables.sorting import sort_order
from inspector.gui.tooltips import plain_tip
from inspector.model.columns import Column
from inspector.printable import printable

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_DISPLAY, _TOOLTIP = int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.ToolTipRole)
_ALIGNMENT, _SPOKEN = int(Qt.ItemDataRole.TextAlignmentRole), int(Qt.ItemDataRole.AccessibleTextRole)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RECORD_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_SUMMARY_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren


class RecordModel(QAbstractTableModel):
    """`_display` holds one number a row: the index of its record, or -1 - n for the n-th summary row."""

    shown_changed = Signal()  # other rows are shown: a filter, another source

    def __init__(self, columns: Sequence[Column[Any]] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source: RowSource[Any] = RowSource((), tuple(columns))
        self.first_title = ""
        """What stands over the first column instead of its own title, such as "Type, T#" over groups."""
        self.filter_text = ""
        self.sorted_by: tuple[str, bool] | None = None  # column key, descending
        self._grouping = no_groups(0)
        self._total: Callable[[IntArray], Summary | None] | None = None
        self._folds: dict[Hashable, bool] = {}  # what the user chose
        self._summaries: list[tuple[Hashable, Summary]] = []
        self._order: IntArray = np.zeros(0, np.int64)
        self._shown: IntArray = self._order
        self._display: IntArray = self._order
        self._places: IntArray | None = None

    # what is shown

    @property
    def columns(self) -> Sequence[Column[Any]]:
        return self.source.columns

    @property
    def shown(self) -> IntArray:
        """The records (indices) that pass the filter, in order, those in folded groups too."""
        return self._shown

    def shown_records(self) -> list[Any]:
        records = self.source.records
        return [records[index] for index in self._shown.tolist()]

    def indices_of(self, rows: IntArray) -> IntArray:
        """The records' indices of `rows`, those of summary rows left out."""
        found = self._display[rows[rows < len(self._display)]]
        return found[found >= 0]

    def record_index(self, row: int) -> int:
        """The index of a row's record; below 0 for a summary row."""
        return int(self._display.item(row))

    def record(self, row: int) -> Any | None:
        """The record of a row; None for a summary row."""
        index = self._display.item(row)
        return self.source.records[index] if index >= 0 else None

    def summary(self, row: int) -> Summary | None:
        index = self._display.item(row)
        return self._summaries[-1 - index][1] if index < 0 else None

    def folded(self, row: int) -> bool | None:
        """Whether the group of a summary row is folded; None for rows that can't fold."""
        index = self._display.item(row)
        key = self._summaries[-1 - index][0] if index < 0 else None
        return self._is_folded(key, self._group_sizes[key]) if key is not None else None

    def widest_summary(self, width: Callable[[str, str], int]) -> int:
        """The most pixels that the head of a summary row needs, by `width(chip, title)`."""
        return max((width(summary.chip, summary.title) for _, summary in self._summaries), default=0)

    def summary_texts(self, key: str, compact: bool = False) -> list[str]:
        """What the summary rows say in a column, and where room is short."""
        return [summary.text(key, compact) for _, summary in self._summaries]

    def group_size(self, row: int) -> int:
        """How many records the group of a summary row shows or hides; 0 for other rows."""
        index, key = self.stands_for(row)
        return 0 if index >= 0 or key is None else self._group_sizes[key]

    def row_of(self, identity: Hashable) -> int:
        """The row of a record; -1 where it is unknown, filtered away or folded away."""
        index = self.source.find(identity)
        return self._place(index) if index >= 0 else -1

    def rows_of(self, indices: IntArray) -> IntArray:
        """The rows of records (indices) that have one, in order."""
        rows = self._all_places()[indices]
        return np.sort(rows[rows >= 0])

    def reveal(self, identity: Hashable) -> int:
        """As `row_of`, but unfolds the group the record is in."""
        index = self.source.find(identity)
        if index < 0:
            return -1
        if self._place(index) < 0 and bool((self._shown == index).any()):
            self._set_fold(self._grouping.keys[int(self._grouping.codes[index])], False)
        return self._place(index)

    def stands_for(self, row: int) -> tuple[int, Hashable]:
        """What a row is about: its record's index, or -1 and the key of its group."""
        index = self.record_index(row)
        return (index, None) if index >= 0 else (-1, self._summaries[-1 - index][0])

    def row_that_stands_for(self, what: tuple[int, Hashable]) -> int:
        """The inverse of `stands_for` in the rows of now; -1 if there is none."""
        index, key = what
        if index >= 0:
            return self._place(index)
        number = next((n for n, (other, _) in enumerate(self._summaries) if other == key), None)
        return -1 if number is None else int(np.flatnonzero(self._display == -1 - number)[0])

    # changing what is shown

    def set_source(
        self,
        source: RowSource[Any],
        grouping: Grouping | None = None,
        total: Callable[[IntArray], Summary | None] | None = None,
    ) -> None:
        """Shows other records; filter and sort stay as they are."""
        self.beginResetModel()
        self.source, self._grouping, self._total = source, grouping or no_groups(len(source)), total
        self._folds.clear()
        self._apply_sort()
        self._apply_filter()
        self.endResetModel()
        self.shown_changed.emit()

    def set_filter(self, text: str) -> None:
        if text == self.filter_text:
            return
        self.beginResetModel()
        self.filter_text = text
        self._apply_filter()
        self.endResetModel()
        self.shown_changed.emit()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorts within groups; a column below 0 brings back the file's order."""
        chosen = self.columns[column].key if 0 <= column < len(self.columns) else None
        self.sorted_by = None if chosen is None else (chosen, order == Qt.SortOrder.DescendingOrder)
        with _Rearranged(self):
            self._apply_sort()
            self._apply_filter()

    def set_folded(self, row: int, folded: bool) -> None:
        """Folds or unfolds the group whose summary row this is."""
        index = self._display.item(row)
        if index < 0 and self.folded(row) not in (None, folded):
            self._set_fold(self._summaries[-1 - index][0], folded)

    def column_changed(self, key: str, sort_again: bool = False) -> None:
        """The values of a column changed (computed meanwhile); `sort_again` if the order goes by them."""
        if sort_again and self.sorted_by is not None and self.sorted_by[0] == key:
            with _Rearranged(self):
                self._apply_sort()
                self._apply_filter()
        place = next((i for i, column in enumerate(self.columns) if column.key == key), -1)
        if place >= 0 and len(self._display):
            self.dataChanged.emit(self.index(0, place), self.index(len(self._display) - 1, place))

    def summaries_changed(self) -> None:
        """What the group rows say changed."""
        with _Rearranged(self):
            self._lay_out()

    def _set_fold(self, key: Hashable, folded: bool) -> None:
        with _Rearranged(self):
            self._folds[key] = folded
            self._lay_out()

    def _is_folded(self, key: Hashable, size: int) -> bool:
        return self._folds.get(key, size > LARGE_GROUP)

    def _apply_sort(self) -> None:
        key, descending = self.sorted_by or ("", False)
        column = next((column for column in self.columns if column.key == key), None)
        if column is None:
            first = self._grouping.first
            self._order = np.arange(len(self.source)) if first is None else first
        else:
            self._order = sort_order(self.source.values(column), descending)

    def _apply_filter(self) -> None:
        self._shown = self._order
        if self.filter_text.strip():
            self._shown = self._order[matching(self.filter_text, self.source.facets, len(self.source))[self._order]]
        self._lay_out()

    def _lay_out(self) -> None:
        parts: list[IntArray] = []
        self._summaries, self._group_sizes, self._places = [], {}, None
        grouping = self._grouping
        for code, records in grouping.split(self._shown):
            key, summary = grouping.keys[code], grouping.summarise(code, records)
            self._group_sizes[key] = len(records)
            if summary is not None and not grouping.below:
                parts.append(self._summary_row(key, summary))
            if summary is None or grouping.below or not self._is_folded(key, len(records)):
                parts.append(records)
            if summary is not None and grouping.below:
                parts.append(self._summary_row(None, summary))
        total = self._total(self._shown) if self._total is not None and len(self._shown) else None
        if total is not None:
            parts.append(self._summary_row(None, total))
        self._display = np.concatenate(parts) if parts else np.zeros(0, np.int64)

    def _summary_row(self, key: Hashable, summary: Summary) -> IntArray:
        self._summaries.append((key, summary))
        return np.array([-len(self._summaries)], np.int64)

    _group_sizes: dict[Hashable, int]

    def _all_places(self) -> IntArray:
        if self._places is None:
            self._places = np.full(len(self.source), -1, np.int64)
            rows = np.flatnonzero(self._display >= 0)
            self._places[self._display[rows]] = rows
        return self._places

    def _place(self, index: int) -> int:
        return int(self._all_places()[index])

    # Qt's questions

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._display)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _RECORD_FLAGS if self._display.item(index.row()) >= 0 else _SUMMARY_FLAGS

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == _DISPLAY:
            return self.first_title if section == 0 and self.first_title else column.title
        if role == _TOOLTIP:
            return column.tip or None
        if role == _ALIGNMENT:
            return _RIGHT if column.style in ("number", "bytes") else _LEFT
        return None

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if role == _ALIGNMENT:
            return _RIGHT if column.style in ("number", "bytes") else _LEFT
        if role not in (_DISPLAY, _TOOLTIP, _SPOKEN):
            return None
        record = self.record(index.row())
        if record is None:
            return self._summary_text(index.row(), index.column())
        return self._tip(column, record) if role == _TOOLTIP else printable(column.display(record))

    def _summary_text(self, row: int, column: int) -> str:
        summary = self.summary(row)
        assert summary is not None
        text = summary.cells.get(self.columns[column].key, "")
        first = " ".join(part for part in (summary.chip or summary.title, text) if part)
        return first if column == 0 else text

    def _tip(self, column: Column[Any], record: Any) -> str | None:
        if (made := self.source.tips.get(column.key)) is not None:
            return plain_tip(made(record)) or None
        if column.style == "bytes":
            size = column.value(record)
            return None if size is None else f"{size:,} bytes"
        return plain_tip(column.display(record)) or None

    def tone(self, record: Any) -> Tone:
        return self.source.tone(record)


class _Rearranged:
    """Around a change of rows that are all known: selection and current row follow their records and groups."""

    def __init__(self, model: RecordModel) -> None:
        self._model = model

    def __enter__(self) -> None:
        model = self._model
        model.layoutAboutToBeChanged.emit()
        self._old = model.persistentIndexList()
        self._stood_for = [model.stands_for(index.row()) for index in self._old]

    def __exit__(self, *_error: object) -> None:
        model = self._model
        rows = map(model.row_that_stands_for, self._stood_for)
        new = [
            model.index(row, index.column()) if row >= 0 else QModelIndex()
            for row, index in zip(rows, self._old, strict=True)
        ]
        model.changePersistentIndexList(self._old, new)
        model.layoutChanged.emit()
