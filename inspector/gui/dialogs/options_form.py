"""How variants are made: what may stay float, integer inputs and outputs, who quantizes, limits of the worker."""

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from inspector.gui.dialogs.form_parts import Section
from inspector.jobs.options import QuantizeOptions, help_of
from inspector.jobs.recipes import BY_ID

_BACKENDS = (("auto", "Automatic"), ("tensorflow", "TensorFlow"), ("litert", "LiteRT quantizer"))


class OptionsForm(QWidget):
    """`values` are the fields of QuantizeOptions that stand here."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.section = Section("Options")
        self.fallback = self._switch("Operators without int8 may stay float", "float_fallback")
        self.integer_io = self._switch("int16x8: INT16 inputs and outputs", "integer_io")
        self.backend = QComboBox()
        for id_, title in _BACKENDS:
            self.backend.addItem(title, id_)
        self.backend.setToolTip(help_of(QuantizeOptions, "backend"))
        self.backend.activated.connect(lambda _place: self.changed.emit())
        self.memory = _limit("MiB", "by the machine", 64, 1 << 24, help_of(QuantizeOptions, "memory_limit_mb"))
        self.time = _limit("s", "none", 30, 1 << 24, help_of(QuantizeOptions, "time_limit_s"))
        self.section.add_wide(self.fallback)
        self.section.add_wide(self.integer_io)
        self.section.add_row("&Back end", self.backend)
        self.section.add_row("Memor&y limit", self.memory, fills=False)
        self.section.add_row("&Time limit", self.time, fills=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.section)

    @property
    def values(self) -> dict[str, Any]:
        return {
            "float_fallback": self.fallback.isEnabled() and self.fallback.isChecked(),
            "integer_io": self.integer_io.isEnabled() and self.integer_io.isChecked(),
            "backend": self.backend.currentData(),
            "memory_limit_mb": self.memory.value(),
            "time_limit_s": self.time.value(),
        }

    def set_recipes(self, chosen: Iterable[str]) -> None:
        """Only what counts for a chosen recipe can be ticked."""
        recipes = [BY_ID[each] for each in chosen]
        self.fallback.setEnabled(any(each.calibrated for each in recipes))
        self.integer_io.setEnabled(any(each.id == "int16x8" for each in recipes))

    def _switch(self, text: str, option: str) -> QCheckBox:
        made = QCheckBox(text)
        made.setAccessibleName(text)
        made.setToolTip(help_of(QuantizeOptions, option))
        made.toggled.connect(lambda _on: self.changed.emit())
        return made


class _limit(QWidget):  # noqa: N801 - reads as a function
    """A number with its unit; 0 is said in words."""

    def __init__(self, unit: str, none: str, step: int, most: int, tip: str) -> None:
        super().__init__()
        self.box = QSpinBox()
        self.box.setRange(0, most)
        self.box.setSingleStep(step)
        self.box.setGroupSeparatorShown(True)
        self.box.setSuffix(f" {unit}")
        self.box.setSpecialValueText(none)
        self.box.setToolTip(tip)
        self.box.setFixedWidth(150)
        self.box.lineEdit().setTextMargins(6, 0, 0, 0)
        self.setFocusProxy(self.box)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box)

    def value(self) -> int:
        return self.box.value()
