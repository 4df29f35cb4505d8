"""Texts of cells, shortened to their room and kept ready to draw: laying out a text costs more than painting it."""

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap, QStaticText

from inspector.gui import icons
from inspector.model.text import printable

_KEPT = 20_000
_END = 400

Prepared = tuple[QStaticText, float]  # the text, its width


def draw_icon(painter: QPainter, left: int, rect: QRect, name: str, color: str, size: int) -> None:
    """An icon of `size` pixels at `left`, centred in height, sharp on every screen."""
    device = painter.device()
    ratio = device.devicePixelRatio() if device is not None else 1.0
    picture = QPixmap(icons.pixmap(name, color, round(size * ratio)))
    picture.setDevicePixelRatio(ratio)
    painter.drawPixmap(left, rect.top() + (rect.height() - size) // 2, picture)


class TextPainter:
    """Draws texts of one font."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetrics(font)
        self._height = self.metrics.height()
        self._kept: dict[tuple[str, int, Qt.TextElideMode], Prepared] = {}

    def width(self, text: str) -> int:
        return self.metrics.horizontalAdvance(text[: 2 * _END])

    def draw(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        color: QColor,
        right: bool = False,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> float:
        """Draws one line, centred in height; returns its width."""
        room = rect.width()
        if room <= 0:
            return 0.0
        prepared, width = self._prepare(text, room, elide)
        left = rect.right() + 1 - width if right else rect.left()
        painter.setFont(self.font)
        painter.setPen(color)
        painter.drawStaticText(QPointF(left, rect.top() + (rect.height() - self._height) // 2), prepared)
        return width

    def _prepare(self, text: str, room: int, elide: Qt.TextElideMode) -> Prepared:
        key = (text, room, elide)
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) > _KEPT:
                self._kept.clear()
            static = QStaticText(self._fit(text, room, elide))
            static.setTextFormat(Qt.TextFormat.PlainText)
            static.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
            static.prepare(font=self.font)
            found = self._kept[key] = static, static.size().width()
        return found

    def _fit(self, text: str, room: int, elide: Qt.TextElideMode) -> str:
        if len(text) > 2 * _END:  # no screen is that wide, and a name from a file may be a megabyte
            text = f"{text[:_END]}…{text[-_END:] if elide == Qt.TextElideMode.ElideMiddle else ''}"
        text = printable(text)
        return text if self.metrics.horizontalAdvance(text) <= room else self.metrics.elidedText(text, elide, room)
