"""What tables that are no tables of records share: the titles of an item model, the set-up of a view."""

from typing import Any, ClassVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QTableView

from inspector.gui.theme import theme_signals

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class TitledModel(QAbstractTableModel):
    """Rows under fixed `titles`; the columns of `numbers` stand at the right."""

    titles: ClassVar[tuple[str, ...]]
    numbers: ClassVar[tuple[int, ...]] = ()

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.titles[section]
        return self.side(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def side(self, column: int) -> int:
        """For the role of alignment."""
        return int(RIGHT if column in self.numbers else LEFT)


def set_up_plainly(view: QTableView, name: str) -> None:
    """No grid, no wrapping, no editing, smooth scrolling; it follows the theme. `name` is for screen readers."""
    view.setAccessibleName(name)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    theme_signals().changed.connect(view.viewport().update)
