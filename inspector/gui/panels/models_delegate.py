"""One row of the Models list: the name above, the scheme as an outlined chip and the size below."""

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from inspector.gui.chips import HEIGHT, chip_font, chip_width, paint_chip
from inspector.gui.icons import icon
from inspector.gui.session import OpenModel
from inspector.gui.theme import BODY, SECONDARY, current_palette, ui_font
from inspector.model.text import bytes_text

ROW = 44
OPEN_MODEL = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex
_LEFT, _STEP, _CHEVRON = 24, 20, 12  # pixels: the first level's text, each further level, the chevron


class ModelDelegate(QStyledItemDelegate):
    """Draws the row over the whole width, and folds a source when its chevron is clicked."""

    def __init__(self, tree: QTreeView) -> None:
        super().__init__(tree)
        self._tree = tree

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(0, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        colors = current_palette()
        rect: QRect = option.rect
        open_model: OpenModel = index.data(OPEN_MODEL)
        painter.save()
        self._paint_ground(painter, option)
        left = rect.left() + _LEFT + _STEP * _depth(index)
        if index.model().hasChildren(index):
            name = "chevron-down" if self._tree.isExpanded(index) else "chevron-right"
            icon(name).paint(painter, self._chevron(rect, index))
        font = ui_font(BODY)
        font.setItalic(not open_model.saved)
        painter.setFont(font)
        painter.setPen(QColor(colors.text))
        line = QRect(left, rect.top() + 3, rect.right() - 8 - left, 20)
        name = shown_name(str(index.data()), open_model.recipe, painter.fontMetrics(), line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, name)
        scheme = open_model.scheme
        color = colors.type_color(scheme.badge_type) if scheme.badge_type else ""
        width = chip_width(scheme.badge, QFontMetrics(chip_font()), bool(color))
        chip = QRect(left, rect.top() + 22, width, HEIGHT)
        paint_chip(painter, chip, scheme.badge, color, outlined=True)
        painter.setFont(ui_font(SECONDARY))
        painter.setPen(QColor(colors.dim))
        after = QRect(chip.right() + 9, chip.top(), rect.right() - chip.right() - 18, HEIGHT)
        size = bytes_text(open_model.model.size_bytes)
        painter.drawText(after, Qt.AlignmentFlag.AlignVCenter, size)
        if not open_model.saved:
            after.setLeft(after.left() + painter.fontMetrics().horizontalAdvance(size) + 6)
            painter.setPen(QColor(colors.warning))
            words = painter.fontMetrics().elidedText("not saved", Qt.TextElideMode.ElideRight, after.width())
            painter.drawText(after, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        colors = current_palette()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colors.selection))
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), QColor(colors.accent))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(colors.hover))

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        """A click on the chevron, and the 4 px around it, opens or folds what is below."""
        if (
            isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonPress
            and model.hasChildren(index)
            and self._chevron(option.rect, index).adjusted(-4, -4, 4, 4).contains(event.position().toPoint())
        ):
            self._tree.setExpanded(index, not self._tree.isExpanded(index))
            return True
        return super().editorEvent(event, model, option, index)

    @staticmethod
    def _chevron(rect: QRect, index: _Index) -> QRect:
        left = rect.left() + _LEFT - 18 + _STEP * _depth(index)
        return QRect(left, rect.top() + 7, _CHEVRON, _CHEVRON)


def shown_name(name: str, recipe: str, metrics: QFontMetrics, width: int) -> str:
    """`name` in `width` pixels. Of a variant's the recipe stays, as it tells the variants of one source apart."""
    tail = f".{recipe}.tflite"
    if metrics.horizontalAdvance(name) > width and recipe and name.endswith(tail):
        for kept in (tail, f".{recipe}"):
            room = width - metrics.horizontalAdvance(kept)
            if room >= metrics.horizontalAdvance("mmm…"):
                stem = name.removesuffix(tail)
                return metrics.elidedText(stem, Qt.TextElideMode.ElideRight, room) + kept
    return metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, width)


def _depth(index: _Index) -> int:
    depth, above = 0, index.parent()
    while above.isValid():
        depth, above = depth + 1, above.parent()
    return depth
