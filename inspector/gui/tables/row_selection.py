"""Which records are selected in a table: asked and set by record, kept over filters and new sources."""

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QItemSelectionRange, QObject, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QTableView

from inspector.gui.tables.grouping import IntArray
from inspector.gui.tables.record_model import RecordModel

_FLAGS = QItemSelectionModel.SelectionFlag
_REVEALED = 50  # groups are unfolded for so many selected records, not for thousands


class RowSelection(QObject):
    """`changed` comes once after the user selected, never after the program did."""

    changed = Signal(list)

    def __init__(self, view: QTableView, model: RecordModel) -> None:
        super().__init__(view)
        self._view, self._model = view, model
        self._kept: list[Hashable] = []
        self._quiet = False
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(lambda: self.changed.emit(self.records()))
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._restore)
        view.selectionModel().selectionChanged.connect(lambda *_: None if self._quiet else self._later.start())

    def records(self) -> list[Any]:
        """In the order of the rows."""
        records = self._model.source.records
        return [records[index] for index in self.indices().tolist()]

    def indices(self) -> IntArray:
        """The selected records' indices, in the order of the rows."""
        blocks = [np.arange(block.top(), block.bottom() + 1) for block in self._blocks()]
        if not blocks:
            return np.zeros(0, np.int64)
        return self._model.indices_of(np.unique(np.concatenate(blocks)))

    def _blocks(self) -> list[QItemSelectionRange]:
        return self._view.selectionModel().selection().toList()

    def select(self, identities: Iterable[Hashable], scroll: bool = True) -> None:
        """Selects these records and no others, unfolding their groups."""
        model = self._model
        wanted = [identity for identity in identities if model.source.find(identity) >= 0]
        indices = np.array([model.source.find(identity) for identity in wanted], np.int64)
        if np.array_equal(np.sort(indices), np.sort(self.indices())):
            return
        for identity in wanted[:_REVEALED]:
            model.reveal(identity)
        self._set_rows(model.rows_of(indices))
        rows = [row for row in map(model.row_of, wanted[:_REVEALED]) if row >= 0]
        if scroll and rows:
            self._scroll_to(rows)

    def _scroll_to(self, rows: list[int]) -> None:
        """Makes one of `rows` visible, and the first the current one."""
        view, model = self._view, self._model
        column = view.horizontalHeader().logicalIndexAt(1)
        first = model.index(rows[0], max(0, column))
        view.selectionModel().setCurrentIndex(first, _FLAGS.NoUpdate)
        shown = view.viewport().rect()
        if not any(shown.contains(view.visualRect(model.index(row, max(0, column))).center()) for row in rows):
            view.scrollTo(first, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _set_rows(self, rows: IntArray) -> None:
        """Selects `rows` (sorted) and tells nobody."""
        selection, last = QItemSelection(), max(0, self._model.columnCount() - 1)
        if rows.size:
            breaks = np.flatnonzero(np.diff(rows) > 1)
            starts, ends = rows[np.r_[0, breaks + 1]], rows[np.r_[breaks, len(rows) - 1]]
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
                selection.append(QItemSelectionRange(self._model.index(start, 0), self._model.index(end, last)))
        self._quiet = True
        self._view.selectionModel().select(selection, _FLAGS.ClearAndSelect | _FLAGS.Rows)
        self._quiet = False

    def _remember(self) -> None:
        source = self._model.source
        self._kept = [source.identity(source.records[index]) for index in self.indices().tolist()]
        self._later.stop()
        self._quiet = True

    def _restore(self) -> None:
        find = self._model.source.find
        indices = np.array([index for index in map(find, self._kept) if index >= 0], np.int64)
        rows = self._model.rows_of(indices)
        self._set_rows(rows)
        if rows.size:  # the arrow keys go on from there
            first = self._model.index(int(rows[0]), 0)
            self._view.selectionModel().setCurrentIndex(first, _FLAGS.NoUpdate)
