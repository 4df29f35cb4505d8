"""A table under a bar with its filter box, its count, and the buttons that copy and save it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from inspector.gui.flow_layout import FlowLayout
from inspector.gui.tables.delegate import RecordDelegate
from inspector.gui.tables.grouping import Grouping, IntArray, Summary
from inspector.gui.tables.record_table import RecordTable
from inspector.gui.tables.row_source import RowSource
from inspector.gui.widgets import EmptyState, IconButton, SearchField, label, line

_FIRST_IDLE, _IDLE = 50, 5  # ms after the table came, between two steps of preparing the filter
_DELAY = 120  # ms between the last key and the filtering: typing goes on meanwhile


class FilteredTable(QWidget):
    """`noun`: what a row is ("tensor"). `controls` stand in the bar behind the filter box, `leading` before it."""

    save_asked = Signal()

    def __init__(
        self, noun: str, placeholder: str, controls: Sequence[QWidget] = (), leading: Sequence[QWidget] = (),
        make_delegate: Callable[[QWidget], RecordDelegate] | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.noun = noun
        self.count_text: Callable[[int, int], str] | None = None
        """What is said of so many rows shown of so many; default: "4 of 12 tensors"."""
        self.search = SearchField(placeholder, f"Filter {noun}s")
        self.count_label = label("", "dim")
        self.table = RecordTable(f"{noun.capitalize()}s", make_delegate=make_delegate)
        self.copy_button = IconButton("copy", "Copy the selected rows, or all that are shown (Ctrl+C)")
        self.save_button = IconButton("download", "Save what is shown as CSV")
        self._empty = EmptyState("", "Clear the filter (Esc)", self.search.clear)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar(leading, controls))
        column.addWidget(line())
        column.addWidget(self._stack, 1)
        self._typing = QTimer(self, singleShot=True, interval=_DELAY)
        self._typing.timeout.connect(self.apply_filter)
        self._preparing: Iterator[None] = iter(())
        self._idle = QTimer(self, singleShot=True)
        self._idle.timeout.connect(self._prepare)
        self.search.textChanged.connect(self._typed)
        self.table.typed.connect(self._type_into_search)
        self.search.returnPressed.connect(self.apply_filter)
        self.copy_button.clicked.connect(self.table.copy)
        self.save_button.clicked.connect(self.save_asked)
        self.table.records.shown_changed.connect(self._show_count)

    def _bar(self, leading: Sequence[QWidget], controls: Sequence[QWidget]) -> QFrame:
        bar = QFrame()
        bar.setProperty("ground", "window")
        self.search.setMinimumWidth(140)
        self.search.setMaximumWidth(300)
        icons = QWidget()
        buttons = QHBoxLayout(icons)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(12)
        buttons.addWidget(self.copy_button)
        buttons.addWidget(self.save_button)
        flow = FlowLayout(bar, growing=len(leading))
        flow.setContentsMargins(16, 8, 16, 8)
        for part in (*leading, self.search, *controls, self.count_label, icons):
            flow.addWidget(part)
        return bar

    def set_source(
        self,
        source: RowSource[Any],
        grouping: Grouping | None = None,
        total: Callable[[IntArray], Summary | None] | None = None,
    ) -> None:
        if source is not self.table.records.source:
            self._preparing = source.prepare_filter()
            self._idle.start(_FIRST_IDLE)
        self.table.set_source(source, grouping, total)
        self._show_count()

    def set_words(self, noun: str, placeholder: str) -> None:
        """What a row is called from now on, and what stands in the empty filter box."""
        self.noun = noun
        self.search.setPlaceholderText(placeholder)
        self.search.setToolTip(f"{placeholder} (Ctrl+F; Esc clears it)")
        self.search.setAccessibleName(f"Filter {noun}s")
        self.table.setAccessibleName(f"{noun.capitalize()}s")

    def apply_filter(self) -> None:
        """Filters by what stands in the box now."""
        self._typing.stop()
        self.table.set_filter(self.search.text())

    def _prepare(self) -> None:
        """Between two events: the next part of what the filter needs."""
        if next(self._preparing, self) is None:
            self._idle.start(_IDLE)

    def _typed(self, text: str) -> None:
        if text:
            self._typing.start()
        else:
            self.apply_filter()

    def show_count(self) -> None:
        """Says again how many rows are shown, such as after the room for it has changed."""
        self._show_count()

    def _type_into_search(self, text: str) -> None:
        """Letters typed over the table go into the filter."""
        self.search.setFocus()
        self.search.setText(self.search.text() + text)

    def _show_count(self) -> None:
        model = self.table.records
        shown, count = len(model.shown), len(model.source)
        noun = self.noun if count == 1 else f"{self.noun}s"
        filtered = bool(model.filter_text.strip())
        said = f"{shown:,} of {count:,} {noun}" if filtered else f"{count:,} {noun}"
        self.count_label.setText(said if self.count_text is None else self.count_text(shown, count))
        nothing_found = filtered and not shown and count > 0
        if nothing_found:
            self._empty.set_sentence(f'No {self.noun} matches "{model.filter_text.strip()}".')
        self._stack.setCurrentWidget(self._empty if nothing_found else self.table)
        for button in (self.copy_button, self.save_button):
            button.setEnabled(shown > 0)
