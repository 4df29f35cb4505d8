"""How a recipe's row is drawn: a tick, its name over its id, three type chips under what they are for."""

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeWidget

from inspector.gui.chips import HEIGHT, chip_font, chip_width, paint_chip
from inspector.gui.icons import pixmap
from inspector.gui.theme import BODY, CHIP, MONO, SECONDARY, current_palette, mono_font, ui_font
from inspector.jobs.recipes import NOTHING, RECIPES, Recipe

ROW = 44
RECIPE = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex
_PAD, _TICK, _TEXT = 8, 16, 40  # left of a cell, the tick's side, where the name begins
_GAP = 12  # between two chips
_FADED = 0.42  # what can't be chosen
_KINDS = ("weights", "activations", "in / out")


def column_widths() -> tuple[int, int, int, int]:
    """The pixels each column takes in the fonts in use, so that nothing is shortened."""
    body, mono, small = QFontMetrics(ui_font(BODY)), QFontMetrics(mono_font(MONO)), QFontMetrics(ui_font(SECONDARY))
    name = max(max(body.horizontalAdvance(r.title), mono.horizontalAdvance(r.id)) for r in RECIPES)
    needs = max(small.horizontalAdvance(r.needs) for r in RECIPES)
    runs = max(small.horizontalAdvance(", ".join(r.runs_on)) for r in RECIPES)
    return _TEXT + name + _PAD, sum(_chip_columns()) + _PAD, needs + 2 * _PAD + 4, runs + 3 * _PAD


def _chip_columns() -> tuple[int, int, int]:
    """What each of the three chips takes, with the gap behind it."""
    chip, caption = QFontMetrics(chip_font()), QFontMetrics(ui_font(CHIP))

    def widest(kind: str, names: set[str]) -> int:
        return max(caption.horizontalAdvance(kind), *(chip_width(name, chip) for name in names)) + _GAP

    return (
        widest(_KINDS[0], {r.weights for r in RECIPES}),
        widest(_KINDS[1], {r.activations for r in RECIPES}),
        widest(_KINDS[2], {r.io for r in RECIPES}),
    )


class RecipeDelegate(QStyledItemDelegate):
    """A click left of the name ticks the row, a click elsewhere only looks at it; a double click ticks it too."""

    def __init__(self, table: QTreeWidget) -> None:
        super().__init__(table)
        self._table = table

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(0, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        colors = current_palette()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        recipe: Recipe = index.sibling(index.row(), 0).data(RECIPE)
        enabled = bool(state & QStyle.StateFlag.State_Enabled)
        painter.save()
        painter.setClipRect(rect)
        if state & QStyle.StateFlag.State_Selected and enabled:
            painter.fillRect(rect, QColor(colors.selection))
            if index.column() == 0:
                painter.fillRect(rect.left(), rect.top(), 3, rect.height(), QColor(colors.accent))
        elif state & QStyle.StateFlag.State_MouseOver and enabled:
            painter.fillRect(rect, QColor(colors.hover))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, QColor(colors.row_line))
        if not enabled:
            painter.setOpacity(_FADED)
        if index.column() == 0:
            self._paint_name(painter, rect, recipe, index.data(Qt.ItemDataRole.CheckStateRole))
        elif index.column() == 1:
            self._paint_types(painter, rect, recipe)
        else:
            painter.setFont(ui_font(SECONDARY))
            plain = index.column() == 3 or recipe.needs == NOTHING
            painter.setPen(QColor(colors.dim if plain else colors.text))
            room = rect.adjusted(_PAD, 0, -4, 0)
            text = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _paint_name(self, painter: QPainter, rect: QRect, recipe: Recipe, state: object) -> None:
        colors = current_palette()
        ticked = state in (Qt.CheckState.Checked, Qt.CheckState.Checked.value)
        box = QRect(rect.left() + _PAD + 3, rect.center().y() - _TICK // 2 + 1, _TICK, _TICK)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.accent if ticked else colors.faint)))
        painter.setBrush(QColor(colors.accent if ticked else colors.surface))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        if ticked:
            painter.drawPixmap(box.adjusted(2, 2, -2, -2), pixmap("check", colors.on_accent, 24))
        painter.setFont(ui_font(BODY))
        painter.setPen(QColor(colors.text))
        left, width = rect.left() + _TEXT, rect.width() - _TEXT - 4
        painter.drawText(QRect(left, rect.top() + 4, width, 19), Qt.AlignmentFlag.AlignVCenter, recipe.title)
        painter.setFont(mono_font(MONO))
        painter.setPen(QColor(colors.dim))
        painter.drawText(QRect(left, rect.top() + 22, width, 17), Qt.AlignmentFlag.AlignVCenter, recipe.id)

    def _paint_types(self, painter: QPainter, rect: QRect, recipe: Recipe) -> None:
        colors = current_palette()
        left = rect.left() + _PAD
        types = (recipe.weights, recipe.activations, recipe.io)
        for kind, name, width in zip(_KINDS, types, _chip_columns(), strict=True):
            painter.setFont(ui_font(CHIP))
            painter.setPen(QColor(colors.dim))
            painter.drawText(QRect(left, rect.top() + 3, width, 16), Qt.AlignmentFlag.AlignVCenter, kind)
            chip = QRect(left, rect.top() + 21, chip_width(name, QFontMetrics(chip_font())), HEIGHT)
            paint_chip(painter, chip, name, colors.type_color(name))
            left += width

    def editorEvent(
        self, event: QEvent, _model: QAbstractItemModel, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        if not isinstance(event, QMouseEvent) or event.button() != Qt.MouseButton.LeftButton:
            return False
        on_tick = index.column() == 0 and event.position().x() < option.rect.left() + _TEXT
        released = event.type() == QEvent.Type.MouseButtonRelease and on_tick
        if released or (event.type() == QEvent.Type.MouseButtonDblClick and not on_tick):
            self._table.toggle(index)  # type: ignore[attr-defined]
            return True
        return False
