"""The start page: drop or open a file, open the sample, or one of the recent files."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QScrollArea,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from inspector.gui.background import Task, run_in_background
from inspector.gui.chips import HEIGHT, chip_font, chip_width, paint_chip
from inspector.gui.icons import icon
from inspector.gui.settings import RecentFile, day_text
from inspector.gui.theme import BODY, SECONDARY, START_TITLE, VERDICT, current_palette, theme_signals, ui_font
from inspector.gui.widgets import Button, label, link
from inspector.model.text import bytes_text

_WIDTH = 840
_ROW = 32
_NAME, _FOLDER, _BADGE, _SIZE, _WHEN = range(5)
_SHORTCUTS = (
    ("Ctrl+O", "open"), ("Ctrl+F", "filter"), ("Ctrl+G", "go to T#n"), ("Ctrl+1…5", "tabs"),
    ("Ctrl+E", "export C array"),
)  # fmt: skip


class StartPanel(QScrollArea):
    """Asks for a file by `open_clicked`, `sample_clicked` or `file_chosen(path)`; `recent_cleared` empties the list."""

    open_clicked = Signal()
    sample_clicked = Signal()
    file_chosen = Signal(str)
    recent_cleared = Signal()

    def __init__(self, has_sample: bool) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setAccessibleName("Start")
        page = QWidget()
        page.setProperty("ground", "window")
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(label("TFLite Inspector", points=START_TITLE, bold=True))
        column.addSpacing(4)
        column.addWidget(
            label(
                "See every tensor, operator and weight of a TensorFlow Lite or Keras model, "
                "and what quantization did to it.",
                "dim",
                wrap=True,
            )
        )
        column.addSpacing(16)
        self.drop_zone = _DropZone(has_sample, self.open_clicked.emit, self.sample_clicked.emit)
        column.addWidget(self.drop_zone)
        column.addSpacing(28)
        self._recent_part = QWidget()
        self._recent_part.setLayout(self._recent_layout())
        column.addWidget(self._recent_part)
        column.addLayout(_shortcut_row())
        column.addStretch(3)
        middle = QWidget()
        middle.setLayout(column)
        middle.setMaximumWidth(_WIDTH)
        centred = QHBoxLayout(page)
        centred.setContentsMargins(24, 72, 24, 24)
        centred.addStretch(1)
        centred.addWidget(middle, 100)
        centred.addStretch(1)
        self.setWidget(page)
        self._check: Task | None = None

    def _recent_layout(self) -> QVBoxLayout:
        header = QHBoxLayout()
        header.addWidget(label("Recent files", bold=True))
        header.addStretch(1)
        self.clear_link = link("Clear list", self.recent_cleared.emit, "Forget the recent files; the files stay")
        header.addWidget(self.clear_link)
        self.table = _RecentTable()
        self.table.cellActivated.connect(lambda row, _column: self._choose(row))
        self.table.cellClicked.connect(lambda row, _column: self._choose(row))
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 20)
        column.setSpacing(4)
        column.addLayout(header)
        column.addWidget(self.table)
        return column

    def set_recent_files(self, files: list[RecentFile]) -> None:
        """Shows `files`; the ones that are gone are greyed as soon as the disk has answered."""
        if self._check is not None:
            self._check.cancel()
        self._recent_part.setVisible(bool(files))
        self.table.show_files(files)
        if files:
            paths = [file.path for file in files]
            self._check = run_in_background(lambda _progress: [_exists(path) for path in paths], self.table.mark_found)

    def _choose(self, row: int) -> None:
        if (file := self.table.file(row)) is not None:
            self.file_chosen.emit(file.path)


def _exists(path: str) -> bool:
    try:
        return Path(path).is_file()
    except OSError:
        return False


class _DropZone(QFrame):
    """The largest thing on the page. The window takes the drop; this only shows that it may come."""

    def __init__(self, has_sample: bool, on_open: Callable[[], object], on_sample: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("drop", "true")
        self.setFixedHeight(216)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._draw()
        theme_signals().changed.connect(self._draw)
        column.addStretch(1)
        column.addWidget(self._picture)
        for text, tone, points, bold in (
            ("Drop a model here", "text", VERDICT, True),
            (".tflite, .keras, .h5 and .hdf5, one file or several. Nothing inside a file is ever executed.", "dim",
             BODY, False),
        ):  # fmt: skip
            line = label(text, tone, points, bold, wrap=True)
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(line)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.setContentsMargins(0, 8, 0, 0)
        self.open_button = Button("Open...", "open", primary=True)
        self.open_button.clicked.connect(lambda: on_open())
        self.sample_button = Button("Open the sample model", "cube")
        self.sample_button.clicked.connect(lambda: on_sample())
        self.sample_button.setVisible(has_sample)
        row.addStretch(1)
        row.addWidget(self.open_button)
        if has_sample:
            row.addWidget(self.sample_button)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)

    def show_drag(self, over: bool) -> None:
        """Marks the zone while files are dragged over the window."""
        self.setProperty("drop", "over" if over else "true")
        self.style().unpolish(self)
        self.style().polish(self)

    def _draw(self) -> None:
        self._picture.setPixmap(icon("cube", "accent", 40).pixmap(QSize(40, 40)))


class _RecentTable(QTableWidget):
    """Name, folder, scheme, size and when; a row opens by a click or Return."""

    def __init__(self) -> None:
        super().__init__(0, 5)
        self._files: list[RecentFile] = []
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
        self.show_files(self._files)

    def file(self, row: int) -> RecentFile | None:
        return self._files[row] if 0 <= row < len(self._files) else None

    def show_files(self, files: list[RecentFile]) -> None:
        self._files = files
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
        header = self.horizontalHeader()
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_FOLDER, QHeaderView.ResizeMode.Stretch)
        self.setFixedHeight(_ROW * len(files) + 2)
        if files:
            self.setCurrentCell(0, 0)

    def _item(self, column: int, text: str, file: RecentFile) -> QTableWidgetItem:
        colors = current_palette()
        item = QTableWidgetItem(text)
        item.setToolTip(file.path)
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
        rect = option.rect
        if badge:
            if selected:
                painter.fillRect(rect, QColor(colors.selection))
            if text := str(index.data()):
                metrics = QFontMetrics(chip_font())
                type_name = str(index.data(Qt.ItemDataRole.UserRole) or "")
                color = colors.type_color(type_name) if type_name else ""
                chip = rect.adjusted(4, (rect.height() - HEIGHT) // 2, 0, 0)
                chip.setSize(QSize(chip_width(text, metrics, bool(color)), HEIGHT))
                painter.save()
                paint_chip(painter, chip, text, color)
                painter.restore()
        else:
            super().paint(painter, option, index)
        if index.row():
            painter.fillRect(rect.left(), rect.top(), rect.width(), 1, QColor(colors.row_line))
        if selected and index.column() == _NAME:
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), QColor(colors.accent))


def _shortcut_row() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(8)
    place = 0
    for keys, meaning in _SHORTCUTS:
        key = label(keys, points=SECONDARY, mono=True)
        key.setProperty("key", True)
        grid.addWidget(key, 0, place)
        text = label(meaning, "dim")
        text.setContentsMargins(0, 0, 16, 0)
        grid.addWidget(text, 0, place + 1)
        place += 2
    grid.setColumnStretch(place, 1)
    return grid
