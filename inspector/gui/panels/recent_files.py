"""The table of recent files on the start page: name, folder, scheme, size, and when."""

from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
)

from inspector.gui.chips import HEIGHT, chip_font, chip_width, paint_chip
from inspector.gui.icons import icon
from inspector.gui.settings import RecentFile, day_text
from inspector.gui.theme import BODY, SECONDARY, current_palette, theme_signals, ui_font
from inspector.gui.tooltips import plain_tip
from inspector.model.text import bytes_text

_ROW = 32
_NAME, _FOLDER, _BADGE, _SIZE, _WHEN = range(5)


class RecentTable(QTableWidget):
    """Name, folder, scheme, size and when; a row opens by a click or Return."""

    def __init__(self) -> None:
        super().__init__(0, 5)
        self._files: list[RecentFile] = []
        self._found: list[bool] = []
        self._widest = 0
        self.setAccessibleName("Recent files")
        self.setProperty("framed", "true")
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setItemDelegate(_RecentDelegate(self))
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        theme_signals().changed.connect(self._show_again)  # a method: Qt lets go of it with the widget

    def _show_again(self) -> None:
        found = self._found
        self.show_files(self._files)
        self.mark_found(found)

    def file(self, row: int) -> RecentFile | None:
        return self._files[row] if 0 <= row < len(self._files) else None

    def show_files(self, files: list[RecentFile]) -> None:
        self._files, self._found = files, []
        self.setRowCount(len(files))
        now = datetime.now()
        for row, file in enumerate(files):
            texts = (file.name, file.folder, file.badge, bytes_text(file.size_bytes), day_text(file.opened, now))
            for column, text in enumerate(texts):
                self.setItem(row, column, self._item(column, text, file))
        metrics, small = QFontMetrics(ui_font(BODY)), QFontMetrics(ui_font(SECONDARY))
        self.setColumnWidth(_SIZE, metrics.horizontalAdvance("1,023.9 KB") + 24)
        self.setColumnWidth(_WHEN, small.horizontalAdvance("today, 00:00  ") + 24)
        self.setColumnWidth(_BADGE, chip_width("FIQ float32", QFontMetrics(chip_font())) + 24)
        self.horizontalHeader().setSectionResizeMode(_FOLDER, QHeaderView.ResizeMode.Stretch)
        self._widest = max((metrics.horizontalAdvance(file.name) for file in files), default=0) + 48
        self._share_room()
        self.setFixedHeight(_ROW * len(files) + 4)
        if files:
            self.setCurrentCell(0, 0)

    def _share_room(self) -> None:
        """Names come before folders: they take what they need, up to three quarters of what the rest leaves."""
        taken = sum(self.columnWidth(column) for column in (_BADGE, _SIZE, _WHEN))
        self.setColumnWidth(_NAME, min(self._widest, max(self.viewport().width() - taken, 0) * 3 // 4))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _item(self, column: int, text: str, file: RecentFile) -> QTableWidgetItem:
        colors = current_palette()
        item = QTableWidgetItem(text)
        item.setToolTip(plain_tip(file.path))
        if column == _NAME:
            item.setIcon(icon("file"))
        if column in (_SIZE, _WHEN):
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if column in (_FOLDER, _WHEN):
            item.setFont(ui_font(SECONDARY))
            item.setForeground(QColor(colors.dim))
        if column == _BADGE:
            item.setData(Qt.ItemDataRole.UserRole, file.badge_type)
        return item

    def mark_found(self, found: list[bool]) -> None:
        """Greys the files that are not there any more and says so."""
        self._found = found
        colors = current_palette()
        for row, there in enumerate(found):
            if there or row >= self.rowCount():
                continue
            for column in range(self.columnCount()):
                if (item := self.item(row, column)) is not None:
                    item.setForeground(QColor(colors.warning if column == _WHEN else colors.faint))
                    if column in (_BADGE, _SIZE):
                        item.setText("")
                    if column == _WHEN:
                        item.setText("not found")


class _RecentDelegate(QStyledItemDelegate):
    """Row lines, the accent bar of the selected row, and the scheme as a chip."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colors = current_palette()
        option.state &= ~QStyle.StateFlag.State_HasFocus
        badge = index.column() == _BADGE
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        rect = QRect(option.rect)  # a copy: what option has is moved below
        if selected:
            painter.fillRect(rect, QColor(colors.selection))
        if badge:
            if text := str(index.data()):
                metrics = QFontMetrics(chip_font())
                type_name = str(index.data(Qt.ItemDataRole.UserRole) or "")
                color = colors.type_color(type_name) if type_name else ""
                chip = rect.adjusted(6, (rect.height() - HEIGHT) // 2, 0, 0)
                chip.setSize(QSize(chip_width(text, metrics, bool(color)), HEIGHT))
                painter.save()
                paint_chip(painter, chip, text, color)
                painter.restore()
        else:
            option.rect = rect.adjusted(6, 0, -6, 0)
            super().paint(painter, option, index)
        if index.row():
            painter.fillRect(rect.left(), rect.top(), rect.width(), 1, QColor(colors.row_line))
        if selected and index.column() == _NAME:
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), QColor(colors.accent))
