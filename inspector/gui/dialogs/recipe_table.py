"""The recipes as rows to read and tick: name and id, what becomes what, what they need, where they run."""

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from inspector.gui.dialogs.recipe_delegate import RECIPE, ROW, RecipeDelegate, column_widths
from inspector.gui.theme import theme_signals
from inspector.jobs.recipes import RECIPES, Recipe

_COLUMNS = ("Recipe", "What becomes what", "Needs", "Runs on")


class RecipeTable(QTreeWidget):
    """`changed` comes when other recipes are chosen, `looked_at(Recipe)` when another row is. Space ticks a row."""

    changed = Signal()
    looked_at = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Recipes")
        self.setColumnCount(len(_COLUMNS))
        self.setHeaderLabels(_COLUMNS)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(RecipeDelegate(self))
        self._rows = {recipe.id: self._row(recipe) for recipe in RECIPES}
        self._size_columns()
        self.setCurrentIndex(self.model().index(0, 0))
        self.itemChanged.connect(lambda _item, _column: self.changed.emit())
        self.currentItemChanged.connect(lambda _item, _before: self.looked_at.emit(self.current))
        theme_signals().changed.connect(self.viewport().update)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The ids of the ticked recipes that can be made, in the table's order."""
        return tuple(id_ for id_, row in self._rows.items() if not row.isDisabled() and _ticked(row))

    @property
    def current(self) -> Recipe:
        item = self.currentItem() or self.topLevelItem(0)
        assert item is not None
        recipe: Recipe = item.data(0, RECIPE)
        return recipe

    def choose(self, ids: Iterable[str]) -> None:
        """Ticks these recipes and no others. One that can't be made now is ticked once it can."""
        wanted = frozenset(ids)
        self.blockSignals(True)
        for id_, row in self._rows.items():
            row.setCheckState(0, Qt.CheckState.Checked if id_ in wanted else Qt.CheckState.Unchecked)
        self.blockSignals(False)
        self.viewport().update()
        self.changed.emit()

    def set_missing(self, missing: dict[str, str]) -> None:
        """Greys the recipes that are keys of `missing`; the values say why."""
        before = self.chosen
        self.blockSignals(True)
        for id_, row in self._rows.items():
            recipe: Recipe = row.data(0, RECIPE)
            row.setDisabled(id_ in missing)
            why = f"\n{missing[id_]}" if id_ in missing else ""
            for column in range(len(_COLUMNS)):
                row.setToolTip(column, _tip(recipe) + why)
            row.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, _tip(recipe) + why)
        self.blockSignals(False)
        self.viewport().update()
        if self.chosen != before:
            self.changed.emit()

    def sizeHint(self) -> QSize:
        return QSize(self.wanted_width, self.wanted_height)

    def toggle(self, index: QModelIndex | QPersistentModelIndex) -> None:
        """Ticks or unticks a row."""
        item = self.topLevelItem(index.row())
        if item is not None and not item.isDisabled():
            item.setCheckState(0, Qt.CheckState.Unchecked if _ticked(item) else Qt.CheckState.Checked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.toggle(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _row(self, recipe: Recipe) -> QTreeWidgetItem:
        row = QTreeWidgetItem(self, [recipe.title, "", recipe.needs, ", ".join(recipe.runs_on)])
        row.setData(0, RECIPE, recipe)
        row.setCheckState(0, Qt.CheckState.Unchecked)
        texts = (
            f"{recipe.title}, {recipe.id}",
            f"weights {recipe.weights}, activations {recipe.activations}, in and out {recipe.io}",
        )
        for column, text in enumerate(texts):
            row.setData(column, Qt.ItemDataRole.AccessibleTextRole, text)
        for column in range(len(_COLUMNS)):
            row.setToolTip(column, _tip(recipe))
        return row

    def _size_columns(self) -> None:
        header = self.header()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionsMovable(False)
        header.setMinimumSectionSize(48)
        header.setStretchLastSection(False)  # it would keep the last column as wide as it was once
        widths = column_widths()
        for column, width in enumerate(widths[:-1]):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, width)
        header.setSectionResizeMode(len(widths) - 1, QHeaderView.ResizeMode.Stretch)
        self.setMinimumWidth(widths[0] + widths[1])
        self.wanted_width = sum(widths) + 12
        """Pixels in which nothing is shortened, with a scroll bar."""
        self.wanted_height = len(RECIPES) * ROW + 28


def _tip(recipe: Recipe) -> str:
    return f"{recipe.sentence}\nNeeds {recipe.needs}. Runs on {', '.join(recipe.runs_on)}."


def _ticked(row: QTreeWidgetItem) -> bool:
    return row.checkState(0) == Qt.CheckState.Checked


__all__ = ["RecipeTable"]
