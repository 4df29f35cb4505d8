"""The parts of the Details dock: a grid of facts whose links lead on, a heading, a block of monospaced values."""

import math
from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from inspector.gui.panels.details_facts import Fact, Link
from inspector.gui.theme import MONO, SECONDARY, current_palette, mono_font, theme_signals, ui_font
from inspector.gui.tooltips import plain_tip
from inspector.gui.widgets import label
from inspector.model.text import printable

_TITLE_WIDTH = 96
_BLOCK_PAD, _BLOCK_GAP = 8, 8


class FactGrid(QWidget):
    """Two columns: what, and the value. Emits `followed` with the tensor or operator behind a link."""

    followed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(5)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(0, _TITLE_WIDTH)
        self._rows: list[tuple[QLabel, QLabel]] = []
        self._facts: Sequence[Fact] = ()
        self._links: list[Link] = []
        theme_signals().changed.connect(self._show_again)  # a method: Qt lets go of it with the widget

    def _show_again(self) -> None:
        self.show_facts(self._facts)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Shows these rows instead; rows are used again, as making widgets is slow."""
        self._facts, self._links = facts, []
        while len(self._rows) < len(facts):
            self._add_row()
        for (title, value), fact in zip(self._rows, facts, strict=False):
            self._fill(title, value, fact)
        for place, (title, value) in enumerate(self._rows):
            title.setVisible(place < len(facts))
            value.setVisible(place < len(facts))
        self.setVisible(bool(facts))

    def texts(self) -> list[tuple[str, str]]:
        """What is shown: titles and values, links as their texts."""
        return [(fact.title, _plain(fact)) for fact in self._facts]

    def _add_row(self) -> None:
        title, value = label("", "dim"), QLabel()
        title.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        title.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        value.setWordWrap(True)
        value.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        value.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )  # fmt: skip
        value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        value.linkActivated.connect(lambda number: self.followed.emit(self._links[int(number)].target))
        row = len(self._rows)
        self._grid.addWidget(title, row, 0)
        self._grid.addWidget(value, row, 1)
        self._rows.append((title, value))

    def _fill(self, title: QLabel, value: QLabel, fact: Fact) -> None:
        title.setText(fact.title)
        title.setMaximumWidth(_TITLE_WIDTH + 60)
        font = mono_font() if fact.mono else ui_font()
        value.setFont(font)
        lower = QFontMetrics(ui_font()).ascent() - QFontMetrics(font).ascent()  # both on one base line
        value.setContentsMargins(0, max(0, lower), 0, 0)
        value.setToolTip(plain_tip(fact.tip))
        value.setAccessibleName(f"{fact.title}: {_plain(fact)}")
        if isinstance(fact.value, str):
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setText(_breakable(printable(fact.value)))
            return
        color = current_palette().accent
        parts = []
        for piece in fact.value:
            if isinstance(piece, Link):
                parts.append(f'<a href="{len(self._links)}" style="color:{color};text-decoration:none">'
                             f"{escape(printable(piece.text))}</a>")  # fmt: skip
                self._links.append(piece)
            else:
                parts.append(escape(piece).replace(", ", ",&nbsp;").replace("\n", "<br>"))
        value.setTextFormat(Qt.TextFormat.RichText)
        value.setText("".join(parts))


def _plain(fact: Fact) -> str:
    if isinstance(fact.value, str):
        return fact.value
    return "".join(piece.text if isinstance(piece, Link) else piece for piece in fact.value)


def _breakable(text: str) -> str:
    """A long word may break behind a slash or an underscore, so that the dock keeps its width."""
    return text.replace("/", "/\u200b").replace("_", "_\u200b") if len(text) > 24 else text


class Heading(QWidget):
    """A section's title with a dim line at its right."""

    def __init__(self, title: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.title, self.side = label(title, bold=True), label("", "dim", SECONDARY)
        row.addWidget(self.title)
        row.addStretch(1)
        row.addWidget(self.side)


class ValueBlock(QFrame):
    """A few values in columns that end at one line each."""

    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.setAccessibleName("First values")
        self._cells: list[list[str]] = []
        self._font = mono_font(MONO - 0.5)
        self._metrics = QFontMetricsF(self._font)
        self._line_height = math.ceil(self._metrics.height()) + 1

    def columns_for(self, characters: int) -> int:
        """How many columns of values with at most so many characters fit beside each other."""
        return max(1, int((self.width() - 2 * _BLOCK_PAD + _BLOCK_GAP) // self._pitch(characters)))

    def show_cells(self, cells: list[list[str]]) -> None:
        self._cells = cells
        self.setFixedHeight(self._line_height * len(cells) + 2 * _BLOCK_PAD)
        self.setAccessibleDescription("; ".join(", ".join(row) for row in cells))
        self.update()

    def _pitch(self, characters: int) -> float:
        return characters * self._metrics.horizontalAdvance("0") + _BLOCK_GAP

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setFont(self._font)
        painter.setPen(QColor(current_palette().text))
        pitch = self._pitch(max((len(cell) for row in self._cells for cell in row), default=1))
        for number, row in enumerate(self._cells):
            bottom = _BLOCK_PAD + number * self._line_height + self._metrics.ascent()
            for place, cell in enumerate(row):
                right = _BLOCK_PAD + (place + 1) * pitch - _BLOCK_GAP
                painter.drawText(QPointF(right - self._metrics.horizontalAdvance(cell), bottom), cell)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.resized.emit()
