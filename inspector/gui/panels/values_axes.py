"""Which plane of a tensor is shown: the axes of rows and columns, an index for each of the others, the page."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSpinBox, QWidget

from inspector.gui.tables.array_plane import PAGE, PlaneChoice, default_axes
from inspector.gui.theme import current_palette, theme_signals
from inspector.gui.widgets import label
from inspector.resources import resource_path


class AxisControls(QWidget):
    """`changed`: another plane is wanted."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shape: tuple[int, ...] = ()
        self._quiet = False
        self.rows, self.columns = QComboBox(), QComboBox()
        self.rows.setAccessibleName("Dimension of the rows")
        self.columns.setAccessibleName("Dimension of the columns")
        self.row_page, self.column_page = self._spin("First row"), self._spin("First column")
        self._labels = [label(text, "dim") for text in ("Rows", "Columns", "from row", "from column")]
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        for title, control in zip(
            self._labels, (self.rows, self.columns, self.row_page, self.column_page), strict=True
        ):
            self._row.addWidget(title)
            self._row.addWidget(control)
        self.boxes: list[tuple[QLabel, QSpinBox]] = []
        self._restyle()
        theme_signals().changed.connect(self._restyle)
        self.rows.currentIndexChanged.connect(lambda _place: self._swap(self.rows, self.columns))
        self.columns.currentIndexChanged.connect(lambda _place: self._swap(self.columns, self.rows))

    def show_shape(self, shape: tuple[int, ...]) -> None:
        """Starts with the last two dimensions that are longer than one. The same shape keeps what was chosen."""
        if shape == self._shape:
            return
        self._shape, self._quiet = shape, True
        row_axis, column_axis = default_axes(shape)
        for combo, axis in ((self.rows, row_axis), (self.columns, column_axis)):
            combo.clear()
            combo.addItems([f"dimension {place} ({size:,})" for place, size in enumerate(shape)])
            combo.setCurrentIndex(-1 if axis is None else axis)
        while len(self.boxes) < len(shape):
            place = len(self.boxes)
            box = label(f"dimension {place}", "dim"), self._spin(f"Index in dimension {place}")
            for part in box:
                self._row.addWidget(part)
            self.boxes.append(box)
        for (title, spin), size in zip(self.boxes, shape, strict=False):
            spin.setRange(0, max(0, size - 1))
            spin.setValue(0)
            title.setToolTip(f"0 to {max(0, size - 1):,}")
            spin.setSuffix(f" of {size:,}")
            spin.updateGeometry()
        self.row_page.setValue(0)
        self.column_page.setValue(0)
        self._show_needed()
        self._quiet = False

    def choice(self) -> PlaneChoice:
        rows = self.rows.currentIndex() if self._shape else -1
        columns = self.columns.currentIndex() if len(self._shape) > 1 else -1
        indices = tuple(spin.value() for _, spin in self.boxes[: len(self._shape)])
        return PlaneChoice(
            rows if rows >= 0 else None,
            columns if columns >= 0 else None,
            indices,
            self.row_page.value() if not self.row_page.isHidden() else 0,
            self.column_page.value() if not self.column_page.isHidden() else 0,
        )

    def _restyle(self) -> None:
        """The arrows of the number boxes in the theme's colour."""
        arrows = {
            way: resource_path(f"icons/arrow{way}-{current_palette().name}.svg").as_posix() for way in ("", "-up")
        }
        self.setStyleSheet(
            "QSpinBox { padding: 0 18px 0 8px; }"
            "QSpinBox::up-button, QSpinBox::down-button { border: none; width: 18px; }"
            f'QSpinBox::up-arrow {{ image: url("{arrows["-up"]}"); width: 12px; height: 12px; }}'
            f'QSpinBox::down-arrow {{ image: url("{arrows[""]}"); width: 12px; height: 12px; }}'
        )

    def _spin(self, name: str) -> QSpinBox:
        spin = QSpinBox()
        spin.setAccessibleName(name)
        spin.setToolTip(f"{name} (Up and Down step)")
        spin.setGroupSeparatorShown(True)
        spin.setKeyboardTracking(False)
        spin.valueChanged.connect(lambda _value: self._tell())
        return spin

    def _swap(self, changed: QComboBox, other: QComboBox) -> None:
        """An axis can't be both: the other takes what this one had."""
        if self._quiet:
            return
        if changed.currentIndex() == other.currentIndex():
            self._quiet = True
            free = [place for place in range(len(self._shape)) if place != changed.currentIndex()]
            before = changed.property("before")
            other.setCurrentIndex(before if before in free else free[-1])
            self._quiet = False
        self._show_needed()
        self._tell()

    def _show_needed(self) -> None:
        """Controls that have nothing to choose are left out."""
        planes = len(self._shape) > 2
        for part in (self._labels[0], self.rows, self._labels[1], self.columns):
            part.setVisible(len(self._shape) > 1)
        chosen = (self.rows.currentIndex(), self.columns.currentIndex())
        for combo, place in ((self.rows, chosen[0]), (self.columns, chosen[1])):
            combo.setProperty("before", place)
        for place, (title, spin) in enumerate(self.boxes):
            used = planes and place < len(self._shape) and place not in chosen and self._shape[place] > 1
            title.setVisible(used)
            spin.setVisible(used)
        for text, page, axis in (
            (self._labels[2], self.row_page, chosen[0]), (self._labels[3], self.column_page, chosen[1])
        ):  # fmt: skip
            size = self._shape[axis] if 0 <= axis < len(self._shape) else 0
            page.setRange(0, max(0, size - 1))
            page.setSingleStep(PAGE)
            text.setVisible(size > PAGE)
            page.setVisible(size > PAGE)

    def _tell(self) -> None:
        if not self._quiet:
            self.changed.emit()
