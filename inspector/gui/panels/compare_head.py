"""The top of the Compare tab: the answer in a sentence, the buttons, and the table of variants."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from inspector.analysis.comparison_headline import BETWEEN
from inspector.gui.panels.compare_work import Compared
from inspector.gui.tables.header import HEIGHT as HEADER_HEIGHT
from inspector.gui.tables.record_table import RecordTable
from inspector.gui.tables.variant_delegate import HEIGHT, VariantDelegate
from inspector.gui.tables.variant_source import OPTIONAL, variant_rows
from inspector.gui.widgets import Button, label, line, link
from inspector.model.text import plural

_MOST_ROWS, _LEAST_ROWS = 6, 3
_SHARE = 0.22  # of the window's height, that the table of many variants may take
_HEADLINE = 10.5
_LINES, _LOW, _LOW_LINES = 3, 800, 2  # of the answer before the rest hides behind a link, and in a low window


class Headline(QWidget):
    """The answer, a sentence a variant; of many variants the first, and a link to the others."""

    def __init__(self) -> None:
        super().__init__()
        self._sentences: Sequence[str] = ()
        self._whole = False
        self.words = label("", points=_HEADLINE, bold=True, wrap=True)
        self.words.setAccessibleName("What the variants quantize")
        self.more = link("", self._toggle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.words)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    def set_text(self, headline: str) -> None:
        self._sentences = headline.split(BETWEEN)
        self._show()

    def _toggle(self) -> None:
        self._whole = not self._whole
        self._show()

    def _show(self) -> None:
        fitting = self._fitting()
        hidden = len(self._sentences) - fitting
        self.words.setText(BETWEEN.join(self._sentences if self._whole else self._sentences[:fitting]))
        self.more.setVisible(hidden > 0)
        self.more.setText("Show less" if self._whole else f"{plural(hidden, 'more variant')}")

    def _fitting(self) -> int:
        """How many sentences are read at one look: as many as go into a few lines, one at least."""
        metrics, most = self.words.fontMetrics(), _LINES if self.window().height() >= _LOW else _LOW_LINES
        room = QRect(0, 0, max(self.width(), 200), 10_000)

        def height(text: str) -> int:
            return metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), text).height()

        most_high = most * height("A")
        counts = range(len(self._sentences), 1, -1)
        return next((count for count in counts if height(BETWEEN.join(self._sentences[:count])) <= most_high), 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._show()


class CompareHead(QWidget):
    """`table` shows one row a variant."""

    add_asked = Signal()
    save_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.headline = Headline()
        self.add_button = Button("Add variant...", "compare")
        self.add_button.setToolTip("Compare with another open model or a file")
        self.save_button = Button("Save report...", "download")
        self.save_button.setToolTip("Save variants and tensor pairs as CSV or JSON")
        self.add_button.clicked.connect(self.add_asked)
        self.save_button.clicked.connect(self.save_asked)
        self.delegate = VariantDelegate()
        self.table = RecordTable("Variants", make_delegate=self._adopt)
        self.table.layout_of_columns.optional = OPTIONAL
        self.table.layout_of_columns.grows = "variant"
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
        row.addWidget(self.headline, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.save_button, 0, Qt.AlignmentFlag.AlignTop)
        return bar

    def show_comparison(self, compared: Compared, source: str = "source") -> None:
        """`source`: what the source file is called, such as ".h5"."""
        comparison = compared.comparison
        self.headline.set_text(comparison.headline)
        self.delegate.bars = compared.bars
        self.table.set_source(variant_rows(comparison, comparison.measured, source))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as its rows, up to six and less in a low window; then it scrolls."""
        most = min(max(int(self.window().height() * _SHARE / HEIGHT), _LEAST_ROWS), _MOST_ROWS)
        count = min(self.table.records.rowCount(), most)
        scrolls = self.table.header.length() > self.table.viewport().width()
        bar = self.table.horizontalScrollBar().sizeHint().height() if scrolls else 0
        self.table.setFixedHeight(HEADER_HEIGHT + count * HEIGHT + bar)
