"""Fields of the calibration form that consist of several: a path, arrays by input, samples and seed, image factors."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QGridLayout, QHBoxLayout, QLineEdit, QSpinBox, QWidget

from inspector.datasets.input_spec import InputSpec
from inspector.datasets.sources import ArrayInfo
from inspector.gui.settings import short_path
from inspector.gui.theme import MONO, SECONDARY, mono_font
from inspector.gui.tooltips import plain_tip
from inspector.gui.widgets import Button, label
from inspector.model.text import printable, shape_text

_MOST = 1_000_000_000


class PathField(QWidget):
    """A path to type or to choose; ~ stands for the home folder. `pattern` "" chooses a folder."""

    changed = Signal()

    def __init__(self, name: str, pattern: str = "") -> None:
        super().__init__()
        self.pattern, self._name = pattern, name
        self.text = QLineEdit()
        self.text.setAccessibleName(name)
        self.text.textChanged.connect(self._typed)
        self.browse_button = Button("Browse...")
        self.browse_button.setAutoDefault(False)
        self.browse_button.setAccessibleName(f"{name}: browse")
        self.browse_button.clicked.connect(self.browse)
        self.setFocusProxy(self.text)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.text, 1)
        row.addWidget(self.browse_button)

    @property
    def path(self) -> Path | None:
        """None while nothing is typed."""
        text = self.text.text().strip()
        if not text:
            return None
        try:
            return Path(text).expanduser()
        except RuntimeError:  # ~nobody
            return Path(text)

    def set_path(self, path: Path | None) -> None:
        self.text.setText(short_path(path) if path is not None else "")

    def browse(self) -> None:
        start = str(self.path or "")
        if self.pattern:
            chosen, _ = QFileDialog.getOpenFileName(self, self._name, start, f"{self.pattern};;All files (*)")
        else:
            chosen = QFileDialog.getExistingDirectory(self, self._name, start)
        if chosen:
            self.set_path(Path(chosen))

    def _typed(self, text: str) -> None:
        self.text.setToolTip(plain_tip(text))
        self.changed.emit()


class ArrayRows(QWidget):
    """One list of arrays for each input; the input's name stands before it where there are several."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self._boxes: dict[str, QComboBox] = {}

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """(input, array) as chosen."""
        return tuple((name, str(box.currentData())) for name, box in self._boxes.items() if box.currentIndex() >= 0)

    def offer(self, arrays: Sequence[ArrayInfo], specs: Sequence[InputSpec], chosen: dict[str, str]) -> None:
        """Shows `arrays` for each input; one without an entry in `chosen` has none chosen. Emits nothing."""
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._boxes = {}
        for row, spec in enumerate(specs):
            box = self._boxes[spec.name] = QComboBox()
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(10)
            box.setAccessibleName(f"Array for {spec.name}")
            for info in arrays:
                box.addItem(f"{printable(info.name)}   {info.type} {shape_text(info.shape)}", info.name)
            box.setCurrentIndex(box.findData(chosen.get(spec.name)))
            box.setPlaceholderText("Choose an array" if spec.name else "The input's name, else the first")
            box.activated.connect(lambda _place: self.changed.emit())
            if len(specs) > 1:
                name = label(printable(spec.name), "dim", MONO, mono=True)
                self._grid.addWidget(name, row, 0)
            self._grid.addWidget(box, row, 1)

    @property
    def boxes(self) -> dict[str, QComboBox]:
        return self._boxes


class SampleFields(QWidget):
    """How many samples, of how many, drawn with which seed."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.count, self.seed = _number(100, "Samples", 84), _number(0, "Seed", 68)
        self.count.setSpecialValueText("all")
        self.count.setToolTip("0 takes all; 100 to 500 usually show the ranges of the activations")
        self.seed.setToolTip("Fewer samples than there are, are drawn at random with this seed")
        self.total = label("", "dim", SECONDARY)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.count)
        row.addWidget(self.total)
        row.addSpacing(4)
        self._seed_words = label("seed", "dim", SECONDARY)
        row.addWidget(self._seed_words)
        row.addWidget(self.seed)
        row.addStretch(1)
        self.setFocusProxy(self.count)
        for box in (self.count, self.seed):
            box.valueChanged.connect(lambda _value: self.changed.emit())

    def hide_seed(self) -> None:
        """Something else decides it."""
        self._seed_words.hide()
        self.seed.hide()

    def show_total(self, total: int | None) -> None:
        self.total.setText("" if total is None else f"of {total:,}")


class FactorFields(QWidget):
    """pixel x scale + offset; an empty field is decided by the model's input."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.scale, self.offset = QLineEdit(), QLineEdit()
        for field, before, name in ((self.scale, "pixel ×", "Scale"), (self.offset, "+", "Offset")):
            field.setAccessibleName(f"{name} of pixels")
            field.setPlaceholderText("auto")
            field.setFont(mono_font(MONO))
            field.setToolTip("Automatic: as the model's input asks, such as 1/255 for values from 0 to 1")
            field.textChanged.connect(lambda _text: self.changed.emit())
            row.addWidget(label(before, "dim", SECONDARY))
            row.addWidget(field, 1)
        self.setFocusProxy(self.scale)

    @property
    def values(self) -> tuple[float | None, float | None]:
        """(scale, offset). Raises ValueError with a sentence for what is no number."""
        return _factor(self.scale.text(), "scale"), _factor(self.offset.text(), "offset")


def _factor(text: str, name: str) -> float | None:
    if not (typed := text.strip()):
        return None
    top, slash, below = typed.partition("/")
    try:
        return float(top) / float(below) if slash else float(top)
    except (ValueError, ZeroDivisionError):
        raise ValueError(f'The {name} "{typed}" is no number. Write 0.0039 or 1/255, or leave it empty.') from None


def _number(value: int, name: str, width: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(0, _MOST)
    box.setValue(value)
    box.setGroupSeparatorShown(True)
    box.setAccessibleName(name)
    box.setFixedWidth(width)
    box.lineEdit().setTextMargins(6, 0, 0, 0)
    return box
