"""The Models list: every open file with its scheme and size; what is chosen here is what all panels show."""

from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QAction, QColor, QDesktopServices, QFontMetrics, QGuiApplication, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from inspector.gui.chips import HEIGHT, chip_font, chip_width, paint_chip
from inspector.gui.session import OpenModel, Session
from inspector.gui.theme import BODY, SECONDARY, current_palette, ui_font
from inspector.model.text import bytes_text

_ROW = 44
_OPEN_MODEL = Qt.ItemDataRole.UserRole


class ModelsPanel(QWidget):
    """One row of 44 px a file. Its context menu closes, reloads, shows in the folder, copies the path."""

    reload_asked = Signal(object)  # OpenModel

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.list = QListWidget()
        self.list.setAccessibleName("Models")
        self.list.setItemDelegate(_ModelDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._show_menu)
        self.list.currentItemChanged.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        for signal in (session.model_opened, session.model_closed, session.model_reloaded, session.current_changed):
            signal.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for open_model in self._session.models:
            item = QListWidgetItem(open_model.path.name)
            item.setData(_OPEN_MODEL, open_model)
            item.setToolTip(f"{open_model.path}\n{open_model.scheme.title}, {open_model.model.size_bytes:,} B")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{open_model.path.name}, {open_model.scheme.badge}")
            item.setSizeHint(QSize(0, _ROW))
            self.list.addItem(item)
            if open_model is self._session.current:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._session.set_current(item.data(_OPEN_MODEL))

    def _show_menu(self, place: QPoint) -> None:
        item = self.list.itemAt(place)
        if item is not None:
            self.menu(item.data(_OPEN_MODEL)).exec(self.list.viewport().mapToGlobal(place))

    def menu(self, open_model: OpenModel) -> QMenu:
        """What can be done with one file of the list."""
        menu = QMenu(self)
        path = open_model.path
        for text, act in (
            ("Close", lambda: self._session.close(open_model)),
            ("Reload", lambda: self.reload_asked.emit(open_model)),
            ("", None),
            ("Show in Folder", lambda: show_in_folder(path)),
            ("Copy Path", lambda: QGuiApplication.clipboard().setText(str(path))),
        ):
            if act is None:
                menu.addSeparator()
                continue
            action = QAction(text, menu)
            action.triggered.connect(act)
            menu.addAction(action)
        return menu


def show_in_folder(path: Path) -> None:
    """Opens the file's folder in the system's file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))


class _ModelDelegate(QStyledItemDelegate):
    """The name above, the scheme as an outlined chip and the size below."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colors = current_palette()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        open_model: OpenModel = index.data(_OPEN_MODEL)
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colors.selection))
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), QColor(colors.accent))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(colors.hover))
        painter.setFont(ui_font(BODY))
        painter.setPen(QColor(colors.text))
        line = rect.adjusted(16, 3, -8, -22)
        metrics = painter.fontMetrics()
        name = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideMiddle, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, name)
        scheme = open_model.scheme
        color = colors.type_color(scheme.badge_type) if scheme.badge_type else ""
        width = chip_width(scheme.badge, QFontMetrics(chip_font()), bool(color))
        chip = QRect(rect.left() + 16, rect.top() + 22, width, HEIGHT)
        paint_chip(painter, chip, scheme.badge, color, outlined=True)
        painter.setFont(ui_font(SECONDARY))
        painter.setPen(QColor(colors.dim))
        after = QRect(chip.right() + 10, chip.top(), rect.right() - chip.right() - 10, HEIGHT)
        painter.drawText(after, Qt.AlignmentFlag.AlignVCenter, bytes_text(open_model.model.size_bytes))
        painter.restore()
