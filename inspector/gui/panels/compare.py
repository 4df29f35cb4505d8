"""The Compare tab: variants of one model side by side, what each did to every tensor, and how far off that is."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from inspector.gui.compared import ComparedModels
from inspector.gui.panels.compare_head import CompareHead
from inspector.gui.panels.compare_work import Compared, CompareWork
from inspector.gui.panels.weight_controls import ProgressStrip
from inspector.gui.session import OpenModel, Selection, Session
from inspector.gui.tables.compare_delegate import CompareDelegate
from inspector.gui.tables.compare_rows import CompareRow, rows_of
from inspector.gui.tables.filtered_table import FilteredTable
from inspector.gui.tables.pair_source import (
    group_by_one_type,
    group_by_role,
    optional_columns,
    tensor_rows,
    type_rows,
)  # fmt: skip
from inspector.gui.widgets import EmptyState, SegmentedGroup, line
from inspector.model.text import plural

_NOTHING = "Nothing to compare yet: {} stands alone. Add another variant of it, or make some with Quantize."


class ComparePanel(QWidget):
    """Follows the model looked at: its source and all variants of it are compared."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._current: OpenModel | None = None
        self._models: list[OpenModel] = []
        self._compared: Compared | None = None
        self._shown: Sequence[CompareRow] = ()
        self.choice = ComparedModels()
        self.work = CompareWork(self)
        self.head, self.strip = CompareHead(), ProgressStrip()
        self.views = SegmentedGroup([("tensor", "By tensor"), ("type", "By type")], "Show tensors")
        self.only_changed = QCheckBox("Only changed types")
        self.filtered = FilteredTable("tensor", "Filter tensors", leading=(self.views, self.only_changed),
                                      make_delegate=CompareDelegate)  # fmt: skip
        self.filtered.count_text = self._count_text
        self.table = self.filtered.table
        self.empty = EmptyState("", "Add variant...", self.add_variant)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.pages = QStackedWidget()
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.head, line(), self.strip):
            column.addWidget(part)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.filtered)
        column.addWidget(self.splitter, 1)
        self.pages.addWidget(whole)
        self.pages.addWidget(self.empty)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.work.came.connect(self._take)
        self.work.progressed.connect(self.strip.advance)
        self.work.ended.connect(self.strip.end)
        self.work.failed.connect(self._session.failed)
        self.strip.cancelled.connect(self.work.stop)
        self.head.add_asked.connect(self.add_variant)
        self.views.chosen.connect(lambda _view: self._show_rows())
        self.only_changed.toggled.connect(lambda _on: self._show_rows())
        self.table.records_selected.connect(self._select)
        session = self._session
        for signal in (session.model_opened, session.model_closed, session.model_reloaded):
            signal.connect(lambda *_models: self._refresh())
        session.selection_changed.connect(self._follow)

    # what is compared

    def set_model(self, open_model: OpenModel | None) -> None:
        """Compares the family of another model; None while the tab is out of sight."""
        self._current = open_model
        self._refresh()

    def _refresh(self) -> None:
        session = self._session
        if self._current is None or self._current not in session.models:
            if not session.models:
                self._forget()
            return
        models = self.choice.of(self._current, session.models)
        if models == self._models:
            self._follow(session.selection)
            return
        self._forget()
        self._models = models
        if len(models) < 2:
            self.empty.set_sentence(_NOTHING.format(self._current.path.name))
            self.pages.setCurrentWidget(self.empty)
            return
        source = self.choice.source_of(models, session.models)
        self.strip.begin()
        self.work.start(models, source.model.size_bytes if source is not None else None)

    def _forget(self) -> None:
        self.work.stop()
        self._models, self._compared = [], None

    # showing

    def _take(self, compared: Compared) -> None:
        self._compared = compared
        self.head.show_comparison(compared)
        self.pages.setCurrentIndex(0)
        self._show_rows()

    def _show_rows(self) -> None:
        compared = self._compared
        if compared is None:
            return
        by_type = self.views.current == "type"
        rows = compared.by_type if by_type else compared.rows
        if self.only_changed.isChecked():
            rows = [row for row in rows if row.changed]
        self._shown = rows
        comparison = compared.comparison
        self.table.layout_of_columns.optional = ("shape",) if by_type else optional_columns(comparison)
        if by_type:
            self.filtered.set_source(type_rows(comparison, rows), group_by_one_type(comparison, rows))
        else:
            source = tensor_rows(comparison, rows, comparison.measured)
            self.filtered.set_source(source, group_by_role(comparison, rows))
        self._follow(self._session.selection)

    def _count_text(self, shown: int, _count: int) -> str:
        return ""

    # selecting

    def _select(self, rows: Sequence[CompareRow]) -> None:
        place = self._place
        if place is not None:
            tensors = [cell.tensor for row in rows if (cell := row.cells[place]) is not None]
            self._session.select(tensors=tensors)

    def _follow(self, selection: Selection) -> None:
        if self._current is self._session.current and self._place is not None:
            self.table.select(row.identity for row in rows_of(self._shown, self._place, selection.tensors))

    @property
    def _place(self) -> int | None:
        """Which variant is the model that is looked at."""
        if self._current not in self._models:
            return None
        return self._models.index(self._current)

    def add_variant(self) -> None:
        """Asks for a file to compare with."""


__all__ = ["ComparePanel", "Counter", "Path", "QFileDialog", "QMenu", "plural"]
