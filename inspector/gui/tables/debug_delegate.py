"""Paints the Debugger's rows: boxes to tick, operators in their colours, the metric as a bar with its number."""

from typing import Any

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from inspector.analysis.debug_columns import METRIC_BY_KEY
from inspector.gui.chips import chip_width
from inspector.gui.tables.cell_style import BAR_GAP, BAR_HEIGHT, first_and_more
from inspector.gui.tables.cell_text import TextPainter, draw_icon
from inspector.gui.tables.debug_rows import OPERATOR, TICK, DebugRow
from inspector.gui.tables.delegate import RecordDelegate
from inspector.gui.tables.row_source import Tone
from inspector.gui.theme import current_palette, ui_font
from inspector.model.columns import Column
from inspector.plots.debug_plot import is_high

_BAR, _SHORT_BAR, _BOX = 56, 32, 15
_QUIET = ("first", "cumulative")


class DebugDelegate(RecordDelegate):
    """`metric` is the one with bars, `largest` what fills a bar."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.metric, self.largest = "rmse_over_scale", 0.0
        italic = ui_font()
        italic.setItalic(True)
        self.italic = TextPainter(italic)
        self._painters |= {TICK: self._tick, OPERATOR: self._operator, "mono": self._name}

    def cell_width(self, column: Column[Any], text: str) -> int:
        if column.style == TICK:
            return _BOX
        if column.style == OPERATOR:
            return chip_width(text, self.chip.metrics)
        if column.key == "metric":
            return _BAR + BAR_GAP + self.body_bold.width(text)
        if column.key == "name":
            first, more = first_and_more("name", text)
            return self.mono.width(first) + (6 + chip_width(f"+{more}", self.chip.metrics, False) if more else 0)
        return super().cell_width(column, text)

    def compact_width(self, column: Column[Any], text: str) -> int:
        if column.key == "metric":
            return _SHORT_BAR + BAR_GAP + self.body_bold.width(text)
        return self.cell_width(column, text)

    def _tick(self, painter: QPainter, rect: QRect, column: Column[Any], record: DebugRow, _tone: Tone) -> None:
        colors = current_palette()
        ticked = bool(column.value(record))
        box = QRect(rect.left(), rect.top() + (rect.height() - _BOX) // 2 + 1, _BOX, _BOX)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.accent if ticked else colors.faint), 1.2))
        painter.setBrush(QColor(colors.accent if ticked else colors.surface))
        painter.drawRoundedRect(box, 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if ticked:
            draw_icon(painter, box.left() + 1, rect, "check", colors.on_accent, 13)

    def _operator(self, painter: QPainter, rect: QRect, column: Column[Any], record: Any, _tone: Tone) -> None:
        name = column.display(record)
        if not name:
            self.body.draw(painter, rect, "input", self.colors.faint)
            return
        self.draw_chip(painter, rect.left(), rect, name, current_palette().operator_color(name))

    def _name(self, painter: QPainter, rect: QRect, column: Column[Any], record: Any, tone: Tone) -> None:
        text, more = first_and_more("name", column.display(record))
        beside = f"+{more}" if more else ""
        width = chip_width(beside, self.chip.metrics, False) + 6 if more else 0
        room = rect.adjusted(0, 0, -width, 0)
        used = self.mono.draw(painter, room, text, self.colors.texts[tone], elide=Qt.TextElideMode.ElideMiddle)
        if more:
            self.draw_chip(painter, rect.left() + int(used) + 6, rect, beside, "")

    def _number(self, painter: QPainter, rect: QRect, column: Column[Any], record: Any, tone: Tone) -> None:
        if column.key == "metric":
            self._metric(painter, rect, column, record)
            return
        super()._number(painter, rect, column, record, Tone.DIM if column.key in _QUIET else tone)

    def _metric(self, painter: QPainter, rect: QRect, column: Column[Any], record: DebugRow) -> None:
        if record.left_float:
            self.italic.draw(painter, rect, "float", self.colors.dim)
            return
        value = column.value(record)
        if value is None:
            return
        high = is_high(METRIC_BY_KEY[self.metric], float(value))
        self._bar(painter, rect, record, float(value), high)
        writer = self.body_bold if high else self.body
        self.draw_number(painter, rect, column.display(record), self.colors.text, writer, column)

    def _bar(self, painter: QPainter, rect: QRect, record: DebugRow, value: float, high: bool) -> None:
        colors = current_palette()
        width = _SHORT_BAR if self.compact else _BAR
        top = rect.top() + (rect.height() - BAR_HEIGHT) // 2
        painter.fillRect(rect.left(), top, width, BAR_HEIGHT, self.colors.row_line)
        share = min(abs(value) / self.largest, 1.0) if self.largest > 0 else 0.0
        color = colors.bad if high else colors.operator_color(record.known.row.op_name)
        painter.fillRect(rect.left(), top, max(round(share * width), 1 if value else 0), BAR_HEIGHT, QColor(color))
