"""The models of a plan as an item model: path or pattern, how many files it gives, a column a label, its data."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, Qt

from inspector.datasets.choice import RANDOM, DataChoice
from inspector.gui.sweep.cells import FIXED_PITCH, MIDDLE, TONE
from inspector.gui.sweep.plan_count import PlanCount
from inspector.gui.sweep.plan_edit import PlanEdit
from inspector.gui.tables.table_parts import LEFT, NOWHERE, RIGHT, Index
from inspector.gui.tooltips import plain_tip
from inspector.model.text import printable

PATH, FILES = 0, 1
KINDS = ("calibration", "evaluation")
_EDIT_TIP = "F2 or a double click changes it"


class ModelRows(QAbstractTableModel):
    """Follows a PlanEdit; `counts` says how many files each path gives. Paths and labels can be edited."""

    def __init__(self, edit: PlanEdit, counts: PlanCount, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._edit, self._counts = edit, counts
        self._shape = self._wanted_shape
        edit.changed.connect(self._changed)
        counts.changed.connect(self._repaint)

    @property
    def _wanted_shape(self) -> tuple[int, tuple[str, ...]]:
        return len(self._edit.plan.models), self._edit.labels

    def label_of(self, column: int) -> str:
        """The group label of a column, "" for the other columns."""
        labels = self._shape[1]
        return labels[column - 2] if 2 <= column < 2 + len(labels) else ""

    def kind_of(self, column: int) -> str:
        """ "calibration" or "evaluation" for their columns."""
        place = column - 2 - len(self._shape[1])
        return KINDS[place] if 0 <= place < len(KINDS) else ""

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else self._shape[0]

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else 2 + len(self._shape[1]) + len(KINDS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            if label := self.label_of(section):
                return printable(label)
            return self.kind_of(section).capitalize() or ("Model", "Files")[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(RIGHT if section == FILES else LEFT)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._header_tip(section))
        return None

    def _header_tip(self, section: int) -> str:
        if label := self.label_of(section):
            return f"The group label {printable(label)}: rows can be compared and grouped by it"
        if kind := self.kind_of(section):
            return f"The {kind} data; those of all models where a row has none of its own"
        return ("A file, or a pattern such as models/*.h5", "How many files the path or pattern gives")[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._edit.plan.models):
            return None
        row, column = index.row(), index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._text(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(RIGHT if column == FILES else LEFT)
        if role == TONE:
            return self._tone(row, column)
        if role in (MIDDLE, FIXED_PITCH):
            return column == PATH
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._tip(row, column))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.headerData(column, Qt.Orientation.Horizontal)}: {self._text(row, column) or 'none'}"
        return None

    def _text(self, row: int, column: int) -> str:
        model = self._edit.plan.models[row]
        if column == PATH:
            return printable(model.path)
        if column == FILES:
            files = self._counts.files_of(model.path)
            return "" if files is None else f"{len(files):,}" if files else "none"
        if label := self.label_of(column):
            return printable(model.groups.get(label, ""))
        own: DataChoice | None = getattr(model, self.kind_of(column))
        if own is not None:
            return _name(own)
        usual: DataChoice | None = getattr(self._edit.plan, self.kind_of(column))
        return "as all" if usual is not None else "none"

    def _tone(self, row: int, column: int) -> str:
        model = self._edit.plan.models[row]
        if column == FILES:
            return "bad" if self._counts.files_of(model.path) == () else "text"
        if kind := self.kind_of(column):
            if self._counts.problem_of(row, kind):
                return "bad"
            if getattr(model, kind) is None:
                return "dim" if getattr(self._edit.plan, kind) is not None else "faint"
        return "text"

    def _tip(self, row: int, column: int) -> str:
        model = self._edit.plan.models[row]
        if column in (PATH, FILES):
            files = self._counts.files_of(model.path)
            place = str(self._edit.plan.absolute(model.path))
            if not files:
                return f"{place}\nThere is no such model." if files == () else place
            return "\n".join([str(each) for each in files[:12]] + (["..."] if len(files) > 12 else []))
        if kind := self.kind_of(column):
            choice = self._edit.data(kind, row) or self._edit.data(kind, None)
            place = choice.path if choice is not None else f"No {kind} data: choose them on the right"
            return "\n".join(filter(None, [place, self._counts.problem_of(row, kind)]))
        return _EDIT_TIP

    def flags(self, index: Index) -> Qt.ItemFlag:
        usual = super().flags(index)
        editable = index.isValid() and (index.column() == PATH or bool(self.label_of(index.column())))
        return usual | Qt.ItemFlag.ItemIsEditable if editable else usual

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        text = str(value).strip()
        if index.column() == PATH:
            if not text or text == self._edit.plan.models[index.row()].path:
                return False
            self._edit.set_model(index.row(), path=text)
        else:
            self._edit.set_group(index.row(), self.label_of(index.column()), text)
        return True

    def _changed(self) -> None:
        if self._wanted_shape == self._shape:
            self._repaint()
            return
        self.beginResetModel()
        self._shape = self._wanted_shape
        self.endResetModel()

    def _repaint(self) -> None:
        if self._shape[0]:
            self.dataChanged.emit(self.index(0, 0), self.index(self._shape[0] - 1, self.columnCount() - 1))


def _name(data: DataChoice) -> str:
    return "random values" if data.path == RANDOM else printable(Path(data.path).name or data.path)
