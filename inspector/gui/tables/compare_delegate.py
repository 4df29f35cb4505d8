"""Paints the rows of Compare: a type with its bytes, or a name, on a ground that says that the type changed."""

from typing import Any

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QColor, QPainter

from inspector.gui.chips import chip_width
from inspector.gui.tables.cell_style import CHEVRON, first_and_more
from inspector.gui.tables.compare_rows import CompareRow
from inspector.gui.tables.delegate import RecordDelegate
from inspector.gui.tables.pair_source import EXACT, NAMES, VARIANT, cell_bytes
from inspector.gui.tables.row_source import Tone
from inspector.gui.theme import current_palette, mix
from inspector.model.columns import Column

_GAP = 10
_TINT = 0.6  # of a chip's tint


def place_of(key: str) -> int:
    """The variant that a column is about; -1 for columns about the tensor."""
    digits = key.lstrip("abcdefghijklmnopqrstuvwxyz_")
    return int(digits) if digits else -1


class CompareDelegate(RecordDelegate):
    """Where there is no room for bytes, a variant's cell shows its type alone."""

    def __init__(self, parent: QObject | None = None) -> None:
        self._tints: dict[str, QColor] = {}
        super().__init__(parent)
        self.group_indent = CHEVRON
        self._painters |= {VARIANT: self._variant, NAMES: self._name}

    def _retheme(self) -> None:
        super()._retheme()
        self._tints.clear()

    def tint(self, column: Column[Any], record: Any) -> QColor | None:
        if column.style not in (VARIANT, NAMES):
            return None
        cell = record.shown(place_of(column.key))
        return self._tint_of(cell.type_name) if cell is not None and cell.changed else None

    def _tint_of(self, type_name: str) -> QColor:
        if type_name not in self._tints:
            colors = current_palette()
            share = colors.chip_tint * _TINT
            self._tints[type_name] = QColor(mix(colors.type_color(type_name), colors.surface, share))
        return self._tints[type_name]

    def cell_width(self, column: Column[Any], text: str) -> int:
        if column.style == NAMES:
            first, more = first_and_more("name", text)
            return self.mono.width(first) + (6 + chip_width(f"+{more}", self.chip.metrics, False) if more else 0)
        if column.style != VARIANT:
            return super().cell_width(column, text)
        name, _, size = text.partition(" ")
        beside = _GAP + self.secondary.width(size) if size else 0
        return chip_width(name, self.chip.metrics) + beside

    def compact_width(self, column: Column[Any], text: str) -> int:
        if column.style == VARIANT:
            return chip_width(text.partition(" ")[0], self.chip.metrics)
        return super().compact_width(column, text)

    def _variant(self, painter: QPainter, rect: QRect, column: Column[Any], record: CompareRow, _tone: Tone) -> None:
        cell = record.shown(place_of(column.key))
        if cell is None:
            self.body.draw(painter, rect, "none", self.colors.faint)
            return
        used = self.draw_chip(painter, rect.left(), rect, cell.type_name, current_palette().type_color(cell.type_name))
        if not self.compact:
            room = rect.adjusted(used + _GAP, 0, 0, 0)
            self.secondary.draw(painter, room, cell_bytes(cell), self.colors.dim, right=True)

    def _name(self, painter: QPainter, rect: QRect, column: Column[Any], record: CompareRow, tone: Tone) -> None:
        text, more = first_and_more("name", column.display(record))
        color = self.colors.texts[tone]
        beside = f"+{more}" if more else ""
        width = chip_width(beside, self.chip.metrics, False) + 6 if more else 0
        room = rect.adjusted(0, 0, -width, 0)
        used = self.mono.draw(painter, room, text, color, elide=Qt.TextElideMode.ElideMiddle)
        if more:
            self.draw_chip(painter, rect.left() + int(used) + 6, rect, beside, "")

    def _number(self, painter: QPainter, rect: QRect, column: Column[Any], record: CompareRow, tone: Tone) -> None:
        place = place_of(column.key)
        text = column.display(record)
        if place >= 0 and text and (text == EXACT or record.same(place)):
            self.draw_number(painter, rect, text, self.colors.faint, self.body, column)
        else:
            super()._number(painter, rect, column, record, tone)
