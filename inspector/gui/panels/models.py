"""The Models list: every open file, variants under their source; what is chosen here is what all panels show."""

from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QPoint, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from inspector.gui.origin import family_tree
from inspector.gui.panels.models_delegate import OPEN_MODEL, ROW, ModelDelegate
from inspector.gui.session import OpenModel, Session
from inspector.gui.tooltips import plain_tip
from inspector.jobs.recipes import BY_ID


class ModelsPanel(QWidget):
    """One row of 44 px a file. Its context menu asks for what can be done with it: `asked(action id, OpenModel)`."""

    asked = Signal(str, object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._folded: set[Path] = set()
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("Models")
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(0)  # the delegate draws depth and chevron: a selected row is coloured over its width
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setMouseTracking(True)
        self.tree.setExpandsOnDoubleClick(False)
        self.tree.setItemDelegate(ModelDelegate(self.tree))
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._show_menu)
        self.tree.currentItemChanged.connect(self._choose)
        self.tree.itemCollapsed.connect(lambda item: self._folded.add(item.data(0, OPEN_MODEL).path))
        self.tree.itemExpanded.connect(lambda item: self._folded.discard(item.data(0, OPEN_MODEL).path))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tree)
        for signal in (session.model_opened, session.model_closed, session.model_reloaded):
            signal.connect(self._fill)
        session.current_changed.connect(self._show_current)
        self._fill()

    def rows(self) -> list[QTreeWidgetItem]:
        """The items from top to bottom, those under a folded source too."""
        found: list[QTreeWidgetItem] = []

        def add(item: QTreeWidgetItem) -> None:
            for below in (item.child(place) for place in range(item.childCount())):
                if below is not None:
                    found.append(below)
                    add(below)

        add(self.tree.invisibleRootItem())
        return found

    def _fill(self) -> None:
        self.tree.blockSignals(True)
        top = self.tree.verticalScrollBar().value()
        self.tree.clear()
        above: list[QTreeWidgetItem] = [self.tree.invisibleRootItem()]
        for open_model, depth in family_tree(self._session.models):
            item = _item(open_model)
            above[depth].addChild(item)
            above[depth + 1 :] = [item]
            item.setExpanded(open_model.path not in self._folded)
        self.tree.verticalScrollBar().setValue(top)
        self.tree.blockSignals(False)
        self._show_current(self._session.current)

    def _show_current(self, open_model: OpenModel | None) -> None:
        self.tree.blockSignals(True)
        item = next((row for row in self.rows() if row.data(0, OPEN_MODEL) is open_model), None)
        if item is None:
            self.tree.selectionModel().clear()
        else:
            self.tree.setCurrentItem(item, 0, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.tree.blockSignals(False)

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self._session.set_current(item.data(0, OPEN_MODEL))

    def _show_menu(self, place: QPoint) -> None:
        item = self.tree.itemAt(place)
        if item is not None:
            self.menu(item.data(0, OPEN_MODEL)).exec(self.tree.viewport().mapToGlobal(place))

    def menu(self, open_model: OpenModel) -> QMenu:
        """What can be done with one file of the list."""
        menu = QMenu(self)
        path = open_model.path
        for text, action_id in (
            ("Close", "close"), ("Reload", "reload"), ("Quantize...", "quantize"), ("", ""),
            ("Save As...", "save-as"), ("Reveal in Folder", "reveal"), ("Copy Path", "copy-path"),
        ):  # fmt: skip
            if not action_id:
                menu.addSeparator()
                continue
            action = QAction(text, menu)
            action.triggered.connect(lambda _on=False, wanted=action_id: self._ask(wanted, open_model, path))
            menu.addAction(action)
        return menu

    def _ask(self, action_id: str, open_model: OpenModel, path: Path) -> None:
        if action_id == "copy-path":
            QGuiApplication.clipboard().setText(str(path))
        elif action_id == "reveal":
            show_in_folder(path)
        else:
            self.asked.emit(action_id, open_model)


def show_in_folder(path: Path) -> None:
    """Opens the file's folder in the system's file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))


def _item(open_model: OpenModel) -> QTreeWidgetItem:
    path, badge = open_model.path, open_model.scheme.badge
    state = "" if open_model.saved else ", not saved"
    made = f"\n{BY_ID[open_model.recipe].title}, made from {_source_name(open_model)}" if open_model.recipe else ""
    item = QTreeWidgetItem([path.name])
    item.setData(0, OPEN_MODEL, open_model)
    place = str(path) if open_model.saved else f"{path.name}, not saved: it goes with the window"
    item.setToolTip(0, plain_tip(f"{place}\n{open_model.scheme.title}, {open_model.model.size_bytes:,} B{made}"))
    item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{path.name}, {badge}{state}")
    item.setSizeHint(0, QSize(0, ROW))
    return item


def _source_name(open_model: OpenModel) -> str:
    if open_model.source is not None:
        return open_model.source.name
    return open_model.path.name.removesuffix(f".{open_model.recipe}.tflite")
