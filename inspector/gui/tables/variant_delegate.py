"""Paints the table of variants: bold labels, the file's bytes by type on one scale, what goes in and out."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QColor, QPainter

from inspector.gui.chips import chip_width
from inspector.gui.tables.cell_style import NO_VALUE
from inspector.gui.tables.cell_text import TextPainter
from inspector.gui.tables.delegate import RecordDelegate
from inspector.gui.tables.row_source import Tone
from inspector.gui.tables.variant_source import BAR, ENDS, LABEL
from inspector.gui.theme import current_palette
from inspector.model import Model
from inspector.model.columns import Column

HEIGHT = 32
_BAR_WIDTH, _SHORT_BAR, _BAR_HEIGHT, _BETWEEN = 118, 72, 10, 1

Parts = Sequence[tuple[str, int]]
"""(type's name or "Structure", bytes) of a file, in the order they are painted."""


class VariantDelegate(RecordDelegate):
    """`bars`: the parts of each model's file; the largest file fills its cell."""

    def __init__(self, parent: QObject | None = None, row_height: int = HEIGHT) -> None:
        super().__init__(parent, row_height)
        self.bars: Mapping[Model, Parts] = {}
        self._painters |= {LABEL: self._label, BAR: self._bar, ENDS: self._ends}

    def writer_of(self, column: Column[Any]) -> TextPainter:
        return self.body_bold if column.style == LABEL else super().writer_of(column)

    def cell_width(self, column: Column[Any], text: str) -> int:
        if column.style == BAR:
            return _BAR_WIDTH
        if column.style == ENDS:
            first, _, more = text.partition(" ")
            return chip_width(first, self.chip.metrics) + (
                6 + chip_width(more, self.chip.metrics, False) if more else 0
            )
        return super().cell_width(column, text)

    def compact_width(self, column: Column[Any], text: str) -> int:
        return _SHORT_BAR if column.style == BAR else super().compact_width(column, text)

    def _label(self, painter: QPainter, rect: QRect, column: Column[Any], record: Any, _tone: Tone) -> None:
        self.body_bold.draw(painter, rect, column.display(record), self.colors.text)

    def _bar(self, painter: QPainter, rect: QRect, _column: Column[Any], record: Any, _tone: Tone) -> None:
        largest = max((sum(size for _, size in parts) for parts in self.bars.values()), default=0)
        colors = current_palette()
        left, top = float(rect.left()), rect.top() + (rect.height() - _BAR_HEIGHT) // 2
        for name, size in self.bars.get(record.model, ()):
            width = size / max(largest, 1) * (rect.width() - 8)
            if width >= 0.25:
                shown = max(round(width), 1)
                painter.fillRect(round(left), top, shown, _BAR_HEIGHT, QColor(colors.type_color(name)))
                left += shown + _BETWEEN

    def _ends(self, painter: QPainter, rect: QRect, column: Column[Any], record: Any, _tone: Tone) -> None:
        text = column.display(record)
        if text in NO_VALUE:
            self.body.draw(painter, rect, text, self.colors.faint)
            return
        first, _, more = text.partition(" ")
        used = self.draw_chip(painter, rect.left(), rect, first, current_palette().type_color(first))
        if more:
            self.draw_chip(painter, rect.left() + used + 6, rect, more, "")


__all__ = ["HEIGHT", "Parts", "VariantDelegate"]
