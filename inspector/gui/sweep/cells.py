"""How cells of the Sweep window's two tables are drawn: an icon, a text in its tone, a thin bar for a share."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from inspector.gui.tables.cell_text import draw_icon
from inspector.gui.tables.table_parts import LEFT, Index, set_up_plainly
from inspector.gui.theme import BODY, MONO, current_palette, mono_font, ui_font

_USER = int(Qt.ItemDataRole.UserRole)
TONE, ICON, SHARE, MIDDLE, FIXED_PITCH = _USER + 1, _USER + 2, _USER + 3, _USER + 4, _USER + 5
"""Roles: name of a colour; (icon, colour); 0 to 1 for a bar; elide in the middle; in the font of names from files."""
ROW, _PAD, _ICON, _BAR, _BAR_WIDTH = 28, 8, 16, 4, 44


class CellDelegate(QStyledItemDelegate):
    """Numbers are never shortened: their columns are as wide as they need."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(60, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colors, rect = current_palette(), QRect(option.rect)
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setClipRect(rect)
        painter.fillRect(rect, QColor(colors.selection if selected else colors.surface))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, QColor(colors.row_line))
        if selected and index.column() == 0:
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), QColor(colors.accent))
        if state & QStyle.StateFlag.State_HasFocus and index.flags() & Qt.ItemFlag.ItemIsEditable:
            painter.setPen(QColor(colors.accent))
            painter.drawRect(rect.adjusted(0, 0, -1, -2))
        inner = rect.adjusted(_PAD, 0, -_PAD, -1)
        if icon := index.data(ICON):
            draw_icon(painter, inner.left(), inner, icon[0], getattr(colors, icon[1]), _ICON)
            inner.adjust(_ICON + 8, 0, 0, 0)
        if (share := index.data(SHARE)) is not None:
            _draw_bar(painter, inner, share)
            inner.adjust(_BAR_WIDTH + 8, 0, 0, 0)
        painter.setFont(mono_font(MONO) if index.data(FIXED_PITCH) else ui_font(BODY))
        painter.setPen(QColor(getattr(colors, index.data(TONE) or "text")))
        mode = Qt.TextElideMode.ElideMiddle if index.data(MIDDLE) else Qt.TextElideMode.ElideRight
        text = painter.fontMetrics().elidedText(str(index.data() or ""), mode, inner.width())
        painter.drawText(inner, int(index.data(Qt.ItemDataRole.TextAlignmentRole) or LEFT), text)
        painter.restore()


def _draw_bar(painter: QPainter, rect: QRect, share: float) -> None:
    colors = current_palette()
    bar = QRectF(rect.left(), rect.center().y() - _BAR / 2 + 0.5, _BAR_WIDTH, _BAR)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.border))
    painter.drawRoundedRect(bar, 2, 2)
    if share > 0:
        painter.setBrush(QColor(colors.accent))
        painter.drawRoundedRect(QRectF(bar.left(), bar.top(), max(4.0, bar.width() * share), _BAR), 2, 2)


def set_up(view: QTableView, name: str) -> None:
    """What both tables have in common."""
    set_up_plainly(view, name)
    view.setItemDelegate(CellDelegate(view))
    view.setTabKeyNavigation(False)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    rows, columns = view.verticalHeader(), view.horizontalHeader()
    rows.setVisible(False)
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setMinimumSectionSize(ROW)
    rows.setDefaultSectionSize(ROW)
    columns.setHighlightSections(False)
    columns.setMinimumSectionSize(40)
    columns.setDefaultAlignment(LEFT)
