"""The top of the Compare tab: the answer in a sentence, the buttons, and the table of variants."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from inspector.gui.panels.compare_work import Compared
from inspector.gui.tables.header import HEIGHT as HEADER_HEIGHT
from inspector.gui.tables.record_table import RecordTable
from inspector.gui.tables.variant_delegate import HEIGHT, VariantDelegate
from inspector.gui.tables.variant_source import OPTIONAL, variant_rows
from inspector.gui.widgets import Button, label, line

_MOST_ROWS = 6
_HEADLINE = 10.5


class CompareHead(QWidget):
    """`table` shows one row a variant."""

    add_asked = Signal()
    save_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.headline = label("", points=_HEADLINE, bold=True, wrap=True)
        self.headline.setAccessibleName("What the variants quantize")
        self.add_button = Button("Add variant...", "compare")
        self.add_button.setToolTip("Compare with another open model or a file")
        self.save_button = Button("Save report...", "download")
        self.save_button.setToolTip("Save variants and tensor pairs as CSV or JSON")
        self.add_button.clicked.connect(self.add_asked)
        self.save_button.clicked.connect(self.save_asked)
        self.delegate = VariantDelegate()
        self.table = RecordTable("Variants", make_delegate=self._adopt)
        self.table.layout_of_columns.optional = OPTIONAL
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar())
        column.addWidget(line())
        column.addWidget(self.table)

    def _adopt(self, table: QWidget) -> VariantDelegate:
        self.delegate.setParent(table)
        return self.delegate

    def _bar(self) -> QFrame:
        bar = QFrame()
        bar.setProperty("ground", "window")
        row = QHBoxLayout(bar)
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(self.headline, 1)
        row.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.save_button, 0, Qt.AlignmentFlag.AlignTop)
        return bar

    def show_comparison(self, compared: Compared) -> None:
        comparison = compared.comparison
        self.headline.setText(comparison.headline)
        self.delegate.bars = compared.bars
        self.table.set_source(variant_rows(comparison, comparison.measured))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as its rows, up to six; then it scrolls."""
        count = self.table.records.rowCount()
        scrolls = self.table.header.length() > self.table.viewport().width()
        bar = self.table.horizontalScrollBar().sizeHint().height() if scrolls else 0
        self.table.setFixedHeight(HEADER_HEIGHT + min(count, _MOST_ROWS) * HEIGHT + bar)
