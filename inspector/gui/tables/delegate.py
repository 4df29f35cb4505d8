"""The one painter of all table cells: what a cell looks like comes from its Column's style."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableView

from inspector.gui.chips import HEIGHT, chip_font, chip_width, paint_chip
from inspector.gui.tables.cell_style import (
    BAR_GAP,
    BAR_HEIGHT,
    BAR_WIDTH,
    CELL_PAD,
    CHEVRON,
    DIM,
    INDENT,
    NO_VALUE,
    ROW_HEIGHT,
    SMALL,
    elide_mode,
    first_and_more,
)  # fmt: skip
from inspector.gui.tables.cell_text import TextPainter, draw_icon
from inspector.gui.tables.grouping import Summary
from inspector.gui.tables.record_model import RecordModel
from inspector.gui.tables.row_source import Tone
from inspector.gui.theme import SECONDARY, current_palette, mono_font, theme_signals, ui_font
from inspector.model.columns import Column

CellPainter = Callable[[QPainter, QRect, Column[Any], Any, Tone], None]

_ACROSS = 600  # pixels that a title may take over several columns
_SELECTED = 0x8000  # QStyle.State_Selected: asking the enum costs more than painting a cell's ground


class CellColors:
    """The theme's colours as QColors, made once a theme."""

    def __init__(self) -> None:
        colors = current_palette()
        self.surface, self.sunken = QColor(colors.surface), QColor(colors.sunken)
        self.selection, self.hover = QColor(colors.selection), QColor(colors.hover)
        self.row_line, self.accent, self.dim = QColor(colors.row_line), QColor(colors.accent), QColor(colors.dim)
        self.texts = {Tone.NORMAL: QColor(colors.text), Tone.DIM: self.dim, Tone.FAINT: QColor(colors.faint)}
        self.text, self.faint = self.texts[Tone.NORMAL], self.texts[Tone.FAINT]


class RecordDelegate(QStyledItemDelegate):
    """Paints cells straight from the model's records. The view sets `hovered`, the row under the mouse, `current`, the
    row of the arrow keys, and `first`, the column that stands first. A subclass adds painters of its own styles."""

    too_narrow = Signal(str, int)  # the key of a column whose number does not fit, and the width it needs

    def __init__(self, parent: QObject | None = None, row_height: int = ROW_HEIGHT) -> None:
        super().__init__(parent)
        self.row_height = row_height
        self.group_indent = INDENT
        """How far rows stand in, under groups that fold."""
        self.hovered = self.current = -1
        self.first = 0
        self.indent = 0
        self.compact = False
        """Room is short: what cells can do without is left out, see `compact_width`."""
        bold = QFont.Weight.DemiBold
        self.body, self.body_bold = TextPainter(ui_font()), TextPainter(ui_font(weight=bold))
        self.mono, self.secondary = TextPainter(mono_font()), TextPainter(ui_font(SECONDARY))
        self.chip = TextPainter(chip_font())
        self.percent_width = self.secondary.width("100.0 %")
        self._retheme()
        theme_signals().changed.connect(self._retheme)
        self._painters: dict[str, CellPainter] = {
            "text": self._text, "mono": self._text, "number": self._number, "bytes": self._number,
            "chip": self._chip, "share": self._share,
        }  # fmt: skip

    def _retheme(self) -> None:
        self.colors = CellColors()
        self._chips: dict[tuple[str, str, float, int], QPixmap] = {}

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(80, self.row_height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        model = index.model()
        assert isinstance(model, RecordModel)
        row, place = index.row(), index.column()
        rect: QRect = option.rect
        selected = bool(option.state.value & _SELECTED)
        record = model.record(row)
        painter.save()
        painter.setClipRect(rect)
        self._ground(painter, rect, row, place, selected, record is None)
        if record is None:
            self._summary(painter, rect, model, row, place)
        else:
            column = model.columns[place]
            if not selected and (tint := self.tint(column, record)) is not None:
                painter.fillRect(rect.adjusted(0, 0, 0, -1), tint)
            inner = rect.adjusted(CELL_PAD + (self.indent if place == self.first else 0), 0, -CELL_PAD, -1)
            self._painters[column.style](painter, inner, column, record, model.tone(record))
        painter.restore()

    def _ground(self, painter: QPainter, rect: QRect, row: int, place: int, selected: bool, summary: bool) -> None:
        colors = self.colors
        if selected:
            painter.fillRect(rect, colors.selection)
        elif summary:
            painter.fillRect(rect, colors.hover if row == self.current else colors.sunken)
        else:
            painter.fillRect(rect, colors.hover if row == self.hovered else colors.surface)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colors.row_line)
        if (selected or (summary and row == self.current)) and place == self.first:
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), colors.accent)

    def tint(self, _column: Column[Any], _record: Any) -> QColor | None:
        """A ground of its own for a cell."""
        return None

    def cell_width(self, column: Column[Any], text: str) -> int:
        """The pixels a cell's text needs, without the padding."""
        if column.style == "chip":
            return chip_width(text, self.chip.metrics)
        text, more = first_and_more(column.key, text)
        beside = 6 + chip_width(f"+{more}", self.chip.metrics, False) if more else 0
        return self.writer_of(column).width(text) + beside

    def compact_width(self, column: Column[Any], text: str) -> int:
        """The same where room is short: what a cell can do without is left out."""
        return self.cell_width(column, text)

    def writer_of(self, column: Column[Any]) -> TextPainter:
        """What writes a column's texts."""
        if column.key in SMALL:
            return self.secondary
        return self.mono if column.style == "mono" else self.body

    # cells of a record

    def _text(self, painter: QPainter, rect: QRect, column: Column[Any], record: Any, tone: Tone) -> None:
        key, text = column.key, column.display(record)
        writer = self.writer_of(column)
        if text in NO_VALUE:
            (self.body if writer is self.mono else writer).draw(painter, rect, text, self.colors.faint)
            return
        color = self.colors.texts[max(tone, Tone.DIM) if key in DIM else tone]
        text, more = first_and_more(key, text)
        if more:
            more_text = f"+{more}"
            width = chip_width(more_text, self.chip.metrics, False)
            used = writer.draw(painter, rect.adjusted(0, 0, -width - 6, 0), text, color, elide=elide_mode(key))
            self.draw_chip(painter, rect.left() + int(used) + 6, rect, more_text, "")
        else:
            writer.draw(painter, rect, text, color, elide=elide_mode(key))

    def _number(self, painter: QPainter, rect: QRect, column: Column[Any], record: Any, tone: Tone) -> None:
        text = column.display(record)
        if text:
            color = self.colors.faint if text in NO_VALUE else self.colors.texts[tone]
            self.draw_number(painter, rect, text, color, self.body, column)

    def draw_number(
        self, painter: QPainter, rect: QRect, text: str, color: QColor, writer: TextPainter, column: Column[Any]
    ) -> None:
        """Right-aligned; a number that does not fit is drawn whole and its column asked to widen."""
        width = writer.width(text)
        if width > rect.width():
            self.too_narrow.emit(column.key, width + 2 * CELL_PAD)
        writer.draw(painter, rect.adjusted(min(0, rect.width() - width - 1), 0, 0, 0), text, color, right=True)

    def _chip(self, painter: QPainter, rect: QRect, column: Column[Any], record: Any, _tone: Tone) -> None:
        text = column.display(record)
        self.draw_chip(painter, rect.left(), rect, text, current_palette().type_color(text))

    def _share(self, painter: QPainter, rect: QRect, column: Column[Any], record: Any, tone: Tone) -> None:
        share = column.value(record)
        if share is not None:
            self.draw_share(painter, rect, share, column.display(record), self.secondary, self.colors.texts[tone])

    # parts

    def draw_share(
        self, painter: QPainter, rect: QRect, share: float, text: str, writer: TextPainter, color: QColor
    ) -> None:
        """A bar of 0 to 100 % with the number beside it."""
        top = rect.top() + (rect.height() - BAR_HEIGHT) // 2
        painter.fillRect(rect.left(), top, BAR_WIDTH, BAR_HEIGHT, self.colors.row_line)
        full = round(min(max(share, 0.0), 1.0) * BAR_WIDTH)
        painter.fillRect(rect.left(), top, max(full, 1 if share > 0 else 0), BAR_HEIGHT, self.colors.dim)
        writer.draw(painter, rect.adjusted(BAR_WIDTH + BAR_GAP, 0, CELL_PAD, 0), text, color)

    def draw_chip(self, painter: QPainter, left: int, rect: QRect, text: str, color: str) -> int:
        """A chip at `left`, centred in height; returns its width."""
        device = painter.device()
        ratio = device.devicePixelRatio() if device is not None else 1.0
        width = chip_width(text, self.chip.metrics, bool(color))
        width = max(min(width, rect.right() + CELL_PAD - 2 - left), 0)
        key = (text, color, ratio, width)
        pixmap = self._chips.get(key)
        if pixmap is None:
            pixmap = QPixmap(QSize(round(width * ratio), round(HEIGHT * ratio)))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            if width > 0:
                inner = QPainter(pixmap)
                paint_chip(inner, QRect(0, 0, width, HEIGHT), text, color)
                inner.end()
            self._chips[key] = pixmap
        painter.drawPixmap(QPoint(left, rect.top() + (rect.height() - HEIGHT + 1) // 2), pixmap)
        return width

    # summary rows

    def _summary(self, painter: QPainter, rect: QRect, model: RecordModel, row: int, place: int) -> None:
        summary = model.summary(row)
        assert summary is not None
        column = model.columns[place]
        inner = rect.adjusted(CELL_PAD, 0, -CELL_PAD, -1)
        if place == self.first:
            self._summary_head(painter, inner, model, row, summary)
        text = summary.text(column.key, self.compact)
        share = summary.shares.get(column.key)
        if share is not None:
            self.draw_share(painter, inner, share, text or column.key, self.secondary, self.colors.text)
        elif not text:
            if summary.across and place != self.first:
                self._summary_across(painter, rect, place, summary)
        elif column.key in summary.quiet:
            right = column.style in ("number", "bytes")
            self.body.draw(painter, inner, text, self.colors.dim, right)
        elif column.style in ("number", "bytes"):
            self.draw_number(painter, inner, text, self.colors.text, self.body_bold, column)
        elif place != self.first or not summary.chip:
            used = self.body_bold.draw(painter, inner, text, self.colors.text)
            if summary.note and column.key == summary.note_key:
                beside = inner.adjusted(int(used) + 8, 0, 0, 0)
                if self.secondary.width(summary.note) <= beside.width():
                    self.secondary.draw(painter, beside, summary.note, self.colors.dim)

    def summary_text_width(self, text: str) -> int:
        """The pixels a bold text of a group's row needs."""
        return 2 * CELL_PAD + self.body_bold.width(text) + 1 if text else 0

    def head_width(self, chip: str, title: str) -> int:
        """The pixels the first cell of a group's row needs."""
        name = chip_width(chip, self.chip.metrics) if chip else self.body_bold.width(title)
        return 2 * CELL_PAD + CHEVRON + name

    def _summary_head(self, painter: QPainter, rect: QRect, model: RecordModel, row: int, summary: Summary) -> None:
        folded = model.folded(row)
        left = rect.left()
        if folded is not None:
            name = "chevron-right" if folded else "chevron-down"
            draw_icon(painter, left - 5, rect, name, current_palette().dim, 14)
            left += CHEVRON
        if summary.chip:
            self.draw_chip(painter, left, rect, summary.chip, current_palette().type_color(summary.chip))
        elif summary.title and summary.across:
            self._title_and_note(painter, left, rect, summary)
        elif summary.title:
            room = QRect(left, rect.top(), rect.right() - left, rect.height())
            self.body_bold.draw(painter, room, summary.title, self.colors.text)

    def _title_and_note(self, painter: QPainter, left: int, rect: QRect, summary: Summary) -> None:
        room = QRect(left, rect.top(), _ACROSS, rect.height())
        used = self.body_bold.draw(painter, room, summary.title, self.colors.text)
        self.secondary.draw(painter, room.adjusted(int(used) + 8, 0, 0, 0), summary.note, self.colors.dim)

    def _summary_across(self, painter: QPainter, rect: QRect, place: int, summary: Summary) -> None:
        """What the title of the first column, which is too narrow for it, has left for this one."""
        view = self.parent()
        assert isinstance(view, QTableView)
        start = view.columnViewportPosition(self.first) - view.columnViewportPosition(place)
        self._title_and_note(painter, rect.left() + start + CELL_PAD + CHEVRON, rect.adjusted(0, 0, 0, -1), summary)


__all__ = ["INDENT", "RecordDelegate"]
