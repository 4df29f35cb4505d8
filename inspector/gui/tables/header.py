"""The header of every table: quiet titles, a short line between them, the sort arrow beside the title."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from inspector.gui.tables.cell_style import CELL_PAD
from inspector.gui.tables.cell_text import TextPainter, draw_icon
from inspector.gui.theme import SECONDARY, current_palette, theme_signals, ui_font

HEIGHT = 28
_ARROW = 12
_INTO_PAD = 5  # the sort arrow may stand that far in the padding


class RecordHeader(QHeaderView):
    """Horizontal. A click sorts, a second one turns the order round, a third brings the file's order back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setSortIndicatorShown(True)
        self.setSortIndicatorClearable(True)
        self.setHighlightSections(False)
        self.setSectionsMovable(True)
        self.setMinimumSectionSize(32)
        self.setFixedHeight(HEIGHT)
        self._plain = TextPainter(ui_font(SECONDARY))
        self._bold = TextPainter(ui_font(SECONDARY, QFont.Weight.Medium))
        theme_signals().changed.connect(self.viewport().update)

    def title_width(self, section: int) -> int:
        """The pixels the title needs, its sort arrow too."""
        title = self.model().headerData(section, Qt.Orientation.Horizontal) or ""
        return self._bold.width(title) + 2 * CELL_PAD + _ARROW - _INTO_PAD

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), HEIGHT)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        colors = current_palette()
        painter.save()
        painter.setClipRect(rect)
        painter.fillRect(rect, QColor(colors.sunken))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, QColor(colors.border))
        if self.visualIndex(section) < self.count() - 1:
            painter.fillRect(rect.right(), rect.top() + 8, 1, rect.height() - 16, QColor(colors.border))
        title = self.model().headerData(section, Qt.Orientation.Horizontal) or ""
        alignment = self.model().headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        right = bool(int(alignment or 0) & int(Qt.AlignmentFlag.AlignRight))
        is_sorted = self.isSortIndicatorShown() and self.sortIndicatorSection() == section
        inner = rect.adjusted(CELL_PAD, 0, -CELL_PAD, -1)
        room = inner.adjusted(0, 0, _INTO_PAD - _ARROW if is_sorted else 0, 0)
        writer = self._bold if is_sorted else self._plain
        width = writer.draw(painter, room, title, QColor(colors.text if is_sorted else colors.dim), right)
        if is_sorted:
            down = self.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
            left = room.right() + 1 if right else room.left() + round(width) + 1
            draw_icon(painter, left, rect, "chevron-down" if down else "chevron-up", colors.text, _ARROW)
        painter.restore()
