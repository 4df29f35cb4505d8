"""What models answered to a sample: a row an output, a column a model, each number with a bar."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)  # fmt: skip

from inspector.export.csv_table import csv_cell
from inspector.gui.tables.cell_style import CELL_PAD, ROW_HEIGHT
from inspector.gui.tables.table_parts import LEFT, NOWHERE, Index, set_up_plainly
from inspector.gui.tables.tsv import tsv_lines
from inspector.gui.theme import BODY, SECONDARY, current_palette, ui_font
from inspector.gui.tooltips import plain_tip
from inspector.gui.widgets import BOLD
from inspector.model.model import Array
from inspector.model.text import number_text

_DISPLAY, _TOOLTIP = int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.ToolTipRole)
_ALIGN = int(Qt.ItemDataRole.TextAlignmentRole)
_BAR, _BAR_LEAST = 6, 14


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A model's output, (values,); `classes` are what it decided on; `color` is of its scheme."""

    title: str
    values: Array
    classes: tuple[int, ...]
    color: str
    tip: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """`rows` are the places of the outputs that are shown, with their `names`; `right` the places that are right,
    None where nobody knows."""

    rows: Sequence[int]
    names: Sequence[str]
    columns: Sequence[Answer]
    right: tuple[int, ...] | None = None

    def value(self, row: int, column: int) -> float | None:
        values, place = self.columns[column].values, self.rows[row]
        return float(values[place]) if place < values.size else None

    @property
    def ends(self) -> tuple[float, float]:
        """What bars reach from and to: 0 to 1 for shares, else as far as the values go."""
        found = [each.values[np.isfinite(each.values)] for each in self.columns]
        low = min((float(each.min()) for each in found if each.size), default=0.0)
        high = max((float(each.max()) for each in found if each.size), default=0.0)
        return (0.0, 1.0) if low >= 0 and high <= 1 else (min(low, 0.0), max(high, 0.0))

    def text(self, value: float) -> str:
        """Shares alike, so that they stand below each other."""
        return f"{value:.4f}" if self.ends == (0.0, 1.0) else number_text(value)

    def widest(self) -> str:
        values = [self.value(row, column) for row in range(len(self.rows)) for column in range(len(self.columns))]
        return max((self.text(each) for each in values if each is not None), key=len, default="0.0000")


class OutputModel(QAbstractTableModel):
    """The first column has the outputs' names."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answers: Answers | None = None

    def show(self, answers: Answers | None) -> None:
        self.beginResetModel()
        self.answers = answers
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() or self.answers is None else len(self.answers.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() or self.answers is None else 1 + len(self.answers.columns)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        answers = self.answers
        if answers is None or not index.isValid() or role not in (_DISPLAY, _TOOLTIP):
            return None
        if index.column() == 0:
            right = answers.right is not None and answers.rows[index.row()] in answers.right
            name = answers.names[index.row()]
            return name if role == _DISPLAY else plain_tip(name + (", the right answer" if right else ""))
        value = answers.value(index.row(), index.column() - 1)
        if value is None:
            return ""
        if role == _DISPLAY:
            return answers.text(value)
        answer = answers.columns[index.column() - 1]
        decided = ", what it decided on" if answers.rows[index.row()] in answer.classes else ""
        return plain_tip(f"{answer.title}: {answers.names[index.row()]} {value!r}{decided}")

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if self.answers is None or orientation is not Qt.Orientation.Horizontal:
            return None
        answer = self.answers.columns[section - 1] if section else None
        if role == _DISPLAY:
            return answer.title if answer is not None else "Output"
        if role == _TOOLTIP:
            return plain_tip(answer.tip) if answer is not None else "The classes, or the places in the output"
        return int(LEFT) if role == _ALIGN else None


class _OutputDelegate(QStyledItemDelegate):
    """A bar from zero, and the number at the right; bold what the model decided on, in good or bad where that is
    known."""

    number = 0  # pixels of the widest number

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, OutputModel)
        answers, colors = model.answers, current_palette()
        if answers is None:
            return
        rect, place = option.rect, answers.rows[index.row()]
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        right = answers.right is not None and place in answers.right
        painter.save()
        painter.fillRect(rect, QColor(colors.selection if selected else colors.sunken if right else colors.surface))
        painter.setPen(QColor(colors.row_line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        decided = index.column() > 0 and place in answers.columns[index.column() - 1].classes
        painter.setFont(ui_font(BODY, BOLD if decided or (right and not index.column()) else ui_font().weight()))
        text = str(index.data(_DISPLAY))
        inner = rect.adjusted(CELL_PAD, 0, -CELL_PAD, 0)
        if index.column() == 0:
            painter.setPen(QColor(colors.text))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
        else:
            tone = colors.text if not decided or answers.right is None else colors.good if right else colors.bad
            painter.setPen(QColor(tone))
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), text)
            self._draw_bar(painter, inner.adjusted(0, 0, -self.number - CELL_PAD, 0), answers, index)
        painter.restore()

    @staticmethod
    def _draw_bar(painter: QPainter, area: Any, answers: Answers, index: Index) -> None:
        value = answers.value(index.row(), index.column() - 1)
        low, high = answers.ends
        if value is None or not np.isfinite(value) or area.width() < _BAR_LEAST or high <= low:
            return
        scale = area.width() / (high - low)
        zero, end = area.left() - low * scale, area.left() + (value - low) * scale
        top = area.center().y() - _BAR / 2 + 0.5
        painter.fillRect(QRectF(area.left(), top, area.width(), _BAR), QColor(current_palette().row_line))
        color = QColor(answers.columns[index.column() - 1].color)
        painter.fillRect(QRectF(min(zero, end), top, abs(end - zero), _BAR), color)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(80, ROW_HEIGHT)


class OutputTable(QTableView):
    """Copies what it shows as TSV, exact, with the models' names."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_up_plainly(self, "Outputs")
        self.outputs = OutputModel(self)
        self.setModel(self.outputs)
        self.painter_of_cells = _OutputDelegate(self)
        self.setItemDelegate(self.painter_of_cells)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(70)
        header.setHighlightSections(False)
        header.setFont(ui_font(SECONDARY))
        header.setTextElideMode(Qt.TextElideMode.ElideMiddle)

    def show_answers(self, answers: Answers | None) -> None:
        """Keeps the columns' widths and the place where the same models answered."""
        before = self.outputs.answers
        bar = self.verticalScrollBar().value()
        self.outputs.show(answers)
        if answers is None:
            return
        header = self.horizontalHeader()
        for place in range(self.outputs.columnCount()):
            header.setSectionResizeMode(
                place, QHeaderView.ResizeMode.Stretch if place else QHeaderView.ResizeMode.Fixed
            )
        names = [self.fontMetrics().horizontalAdvance(name) for name in answers.names]
        header.resizeSection(0, min(max([48, *names]) + 2 * CELL_PAD + 4, 200))
        number = QFontMetrics(ui_font(BODY, BOLD)).horizontalAdvance(answers.widest())
        self.painter_of_cells.number = number
        header.setMinimumSectionSize(number + 3 * CELL_PAD + _BAR_LEAST)
        if before is not None and len(before.rows) == len(answers.rows):
            self.verticalScrollBar().setValue(bar)

    def copied_text(self) -> str:
        answers = self.outputs.answers
        if answers is None:
            return ""
        rows = [["Output", *(csv_cell(each.title) for each in answers.columns)]]
        for row, name in enumerate(answers.names):
            values = [answers.value(row, column) for column in range(len(answers.columns))]
            rows.append([csv_cell(name), *("" if each is None else repr(each) for each in values)])
        return tsv_lines(rows)

    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self.copied_text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            event.accept()
            return
        super().keyPressEvent(event)
