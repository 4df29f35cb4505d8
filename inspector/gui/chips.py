"""Chips: a type or a scheme as a coloured swatch and its name, drawn the same in labels and in table cells."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspector.gui.theme import CHIP, current_palette, mix, ui_font

HEIGHT = 18
_PAD, _SWATCH, _GAP = 6, 8, 5


def chip_font() -> QFont:
    return ui_font(CHIP)


def chip_width(text: str, metrics: QFontMetrics, swatch: bool = True) -> int:
    """The pixels a chip with `text` takes; `metrics` of `chip_font()`."""
    return 2 * _PAD + (_SWATCH + _GAP if swatch else 0) + metrics.horizontalAdvance(text) + 1


def paint_chip(painter: QPainter, rect: QRect, text: str, color: str = "", outlined: bool = False) -> None:
    """Draws a chip filling `rect` (18 px high). Without `color` it has no swatch; `outlined` as in the Models list.

    Leaves the painter's font, pen and brush changed.
    """
    colors = current_palette()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = colors.surface if outlined else mix(color or colors.dim, colors.surface, colors.chip_tint)
    painter.setPen(QPen(QColor(colors.border)) if outlined else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5) if outlined else QRectF(rect), 4, 4)
    left = rect.left() + _PAD
    if color:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(color))
        painter.drawRoundedRect(QRectF(left, rect.center().y() - _SWATCH / 2 + 0.5, _SWATCH, _SWATCH), 2, 2)
        left += _SWATCH + _GAP
    painter.setFont(chip_font())
    painter.setPen(QColor(colors.text))
    room = QRect(left, rect.top(), rect.right() - left - _PAD + 2, rect.height())
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width() + 1)
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


class Chip(QWidget):
    """A chip as a widget. `type_name` gives the swatch (schema's name such as "INT8"); "" for a chip without one."""

    def __init__(self, text: str, type_name: str = "", outlined: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._type_name, self._outlined = text, type_name, outlined
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    @property
    def text(self) -> str:
        return self._text

    def set_text(self, text: str, type_name: str = "") -> None:
        self._text, self._type_name = text, type_name
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(chip_width(self._text, QFontMetrics(chip_font()), bool(self._type_name)), HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        color = current_palette().type_color(self._type_name) if self._type_name else ""
        paint_chip(painter, self.rect(), self._text, color, self._outlined)
        painter.end()
