"""The grid of numbers: as many rows and columns as the plane has, painted where they are looked at."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)  # fmt: skip

from inspector.gui.tables.array_plane import ArrayPlane
from inspector.gui.tables.cell_style import CELL_PAD, ROW_HEIGHT
from inspector.gui.tables.cell_text import TextPainter
from inspector.gui.tables.table_parts import NOWHERE, RIGHT, Index, set_up_plainly
from inspector.gui.theme import SECONDARY, current_palette, mono_font, ui_font
from inspector.model.text import number_text

_SELECTED = 0x8000
_STRONGEST = 0.5  # the ground of the largest value, as a share of the type's colour
_COPIED = 1_000_000  # cells at most
_DISPLAY, _TOOLTIP = int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.ToolTipRole)


def cell_text(value: Any) -> str:
    """A value in a cell: integers whole, reals with five digits."""
    return number_text(value) if isinstance(value, float) else str(value)


class ArrayModel(QAbstractTableModel):
    """Headers count from the page's first row and column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plane: ArrayPlane | None = None

    def set_plane(self, plane: ArrayPlane | None) -> None:
        self.beginResetModel()
        self.plane = plane
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() or self.plane is None else self.plane.rows

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() or self.plane is None else self.plane.columns

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        if self.plane is None or not index.isValid() or role not in (_DISPLAY, _TOOLTIP):
            return None
        value = self.plane.value(index.row(), index.column())
        if role == _DISPLAY:
            return cell_text(value)
        choice = self.plane.choice
        place = list(choice.indices)
        for axis, at in ((choice.row_axis, index.row() + choice.first_row),
                         (choice.column_axis, index.column() + choice.first_column)):  # fmt: skip
            if axis is not None:
                place[axis] = at
        return f"[{', '.join(map(str, place))}]  {value!r}"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if self.plane is None or role != _DISPLAY:
            return None
        choice = self.plane.choice
        across = orientation == Qt.Orientation.Horizontal
        if across and choice.column_axis is None:
            return "value"
        return f"{section + (choice.first_column if across else choice.first_row):,}"


class _ArrayDelegate(QStyledItemDelegate):
    """Draws numbers right-aligned; `color` and `strength` give the ground of a value, 0 for none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.writer = TextPainter(mono_font())
        self.strength: Callable[[Any], float] | None = None
        self.type_name = ""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(60, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, ArrayModel) and model.plane is not None
        rect, colors = option.rect, current_palette()
        value = model.plane.value(index.row(), index.column())
        if option.state.value & _SELECTED:
            painter.fillRect(rect, QColor(colors.selection))
        elif self.strength is not None:
            ground = QColor(colors.type_color(self.type_name))
            ground.setAlphaF(min(1.0, self.strength(value)) * _STRONGEST)
            painter.fillRect(rect, ground)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, QColor(colors.row_line))
        color = QColor(colors.faint if value == 0 else colors.text)
        self.writer.draw(painter, rect.adjusted(4, 0, -CELL_PAD, -1), cell_text(value), color, right=True)


class ArrayTable(QTableView):
    """Copies what is selected as TSV, exact."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_up_plainly(self, "Values")
        self.array = ArrayModel(self)
        self.painter_of_cells = _ArrayDelegate(self)
        self.setModel(self.array)
        self.setItemDelegate(self.painter_of_cells)
        self.setCornerButtonEnabled(False)
        self.setCornerWidget(QWidget(self))  # else a frame stands between the scroll bars
        self.verticalScrollBar().setSingleStep(ROW_HEIGHT)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setMinimumSectionSize(20)
            header.setHighlightSections(False)
            header.setFont(ui_font(SECONDARY - 0.5))
        self.verticalHeader().setDefaultAlignment(RIGHT)
        self.horizontalHeader().setDefaultAlignment(RIGHT)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)

    def show_plane(self, plane: ArrayPlane | None, type_name: str = "", characters: int = 12) -> None:
        """`characters`: of the widest number."""
        self.array.set_plane(plane)
        self.painter_of_cells.type_name = type_name
        if plane is None:
            return
        writer = self.painter_of_cells.writer
        header = self.horizontalHeader().fontMetrics().horizontalAdvance(f"{plane.whole_shape[1]:,}") + 20
        number = writer.width("0" * characters) + CELL_PAD + 6
        self.horizontalHeader().setDefaultSectionSize(max(number, header, 44))

    def set_shading(self, strength: Callable[[Any], float] | None) -> None:
        """`strength` of a value from 0 (no ground) to 1; None for plain cells."""
        self.painter_of_cells.strength = strength
        self.viewport().update()

    def copied_text(self) -> str:
        """The rectangle around the selection, or the whole page, as TSV without headers; "" if that is too large."""
        plane = self.array.plane
        if plane is None:
            return ""
        blocks = self.selectionModel().selection().toList()
        top = min((block.top() for block in blocks), default=0)
        left = min((block.left() for block in blocks), default=0)
        bottom = max((block.bottom() for block in blocks), default=plane.rows - 1)
        right = max((block.right() for block in blocks), default=plane.columns - 1)
        if (bottom - top + 1) * (right - left + 1) > _COPIED:
            return ""
        part = plane.part(top, bottom + 1, left, right + 1)
        rows = part if part.dtype.kind in "fc" else part.tolist()  # a float32 is shorter than its float64
        return "".join("\t".join(map(str, row)) + "\n" for row in rows)

    def copy(self) -> bool:
        """False where more is selected than a clipboard should hold."""
        text = self.copied_text()
        if text:
            QGuiApplication.clipboard().setText(text)
        return bool(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            event.accept()
            return
        super().keyPressEvent(event)
