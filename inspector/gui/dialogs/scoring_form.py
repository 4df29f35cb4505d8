"""How models are scored: the task, averages, thresholds, how inputs are rounded, intervals, latency."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSpinBox, QWidget

from inspector.analysis.evaluation_task import BINARY, MULTICLASS, MULTILABEL, REGRESSION
from inspector.gui.dialogs.form_parts import Section
from inspector.gui.theme import MONO, SECONDARY, mono_font
from inspector.gui.widgets import SegmentedGroup, label
from inspector.jobs.evaluate_options import AUTO, BUILTIN, NEAREST, TRUNCATE, XNNPACK, EvaluateOptions
from inspector.jobs.options import help_of

TASKS = (
    (AUTO, "Automatic, by labels and output"), (MULTICLASS, "One class of several"), (BINARY, "Yes or no, one sigmoid"),
    (MULTILABEL, "Several labels a sample"), (REGRESSION, "Numbers (regression)"),
)  # fmt: skip
AVERAGES = (("macro", "Macro: each class counts alike"), ("weighted", "Weighted by the classes' samples"),
             ("micro", "Micro: each sample counts alike"), ("binary", "Of class 1 alone"))  # fmt: skip
_VALUE, _RAW = "value", "raw"


class ScoringForm(Section):
    """`values` are the fields of EvaluateOptions that stand here; `problem` says why one can't be used."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__("Scores")
        self.task, self.average = self._list(TASKS, "task"), self._list(AVERAGES, "average")
        self.limit = SegmentedGroup(((AUTO, "Automatic"), (_RAW, "Raw middle"), (_VALUE, "Value")), "Threshold")
        self.limit.button(AUTO).setToolTip("0.5, or 0 for outputs that leave 0 to 1")
        self.limit.button(_RAW).setToolTip(help_of(EvaluateOptions, "raw_threshold"))
        self.limit_value = QLineEdit("0.5")
        self.limit_value.setFont(mono_font(MONO))
        self.limit_value.setFixedWidth(72)
        self.limit_value.setAccessibleName("Threshold value")
        self.rounding = SegmentedGroup(((NEAREST, "Nearest"), (TRUNCATE, "Truncate")), "Input rounding")
        self.rounding.setToolTip(help_of(EvaluateOptions, "input_rounding"))
        self.kernels = SegmentedGroup(((XNNPACK, "XNNPACK"), (BUILTIN, "Built-in")), "Kernels")
        self.kernels.setToolTip(help_of(EvaluateOptions, "kernels"))
        self.resamples = _count(1000, "no intervals", help_of(EvaluateOptions, "resamples"))
        self.latency = _count(100, "not timed", help_of(EvaluateOptions, "latency_samples"))
        self._place()
        for group in (self.limit, self.rounding, self.kernels):
            group.chosen.connect(lambda _choice: self._show())
        self.limit_value.textChanged.connect(lambda _text: self.changed.emit())
        for box in (self.resamples, self.latency):
            box.valueChanged.connect(lambda _value: self.changed.emit())
        self._show()

    def _place(self) -> None:
        threshold = QWidget()
        row = QHBoxLayout(threshold)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.limit)
        row.addWidget(self.limit_value)
        row.addStretch(1)
        self.threshold = threshold
        self.add_row("&Task", self.task)
        self.add_row("A&verage", self.average)
        self.add_row("Threshold", threshold)
        self.add_row("Input rounding", self.rounding, fills=False)
        self.add_row("Kernels", self.kernels, fills=False)
        self.add_row("&Intervals", _with_unit(self.resamples, "bootstrap replicates"))
        self.add_row("Latenc&y", _with_unit(self.latency, "samples, one at a time"))

    @property
    def values(self) -> dict[str, Any]:
        limit = self.limit.current if self.asks_threshold else AUTO
        return {
            "task": self.task.currentData(), "average": self.average.currentData(),
            "input_rounding": self.rounding.current, "kernels": self.kernels.current,
            "threshold": self._number() if limit == _VALUE else None, "raw_threshold": limit == _RAW,
            "resamples": self.resamples.value(), "latency_samples": self.latency.value(),
        }  # fmt: skip

    @property
    def asks_threshold(self) -> bool:
        """One class of several, and numbers, have none."""
        return self.task.currentData() in (AUTO, BINARY, MULTILABEL)

    @property
    def problem(self) -> str:
        if self.asks_threshold and self.limit.current == _VALUE and self._number() is None:
            return f'The threshold "{self.limit_value.text().strip()}" is no number.'
        return ""

    def _number(self) -> float | None:
        try:
            return float(self.limit_value.text())
        except ValueError:
            return None

    def _list(self, choices: tuple[tuple[str, str], ...], option: str) -> QComboBox:
        box = QComboBox()
        for id_, text in choices:
            box.addItem(text, id_)
        box.setToolTip(help_of(EvaluateOptions, option))
        box.activated.connect(lambda _place: self._show())
        return box

    def _show(self) -> None:
        self.show_row(self.threshold, self.asks_threshold)
        self.show_row(self.average, self.task.currentData() != REGRESSION)
        self.limit_value.setVisible(self.limit.current == _VALUE)
        self.changed.emit()


def _count(value: int, none: str, tip: str) -> QSpinBox:
    box = QSpinBox()
    box.setRange(0, 100_000)
    box.setValue(value)
    box.setGroupSeparatorShown(True)
    box.setSpecialValueText(none)
    box.setToolTip(tip)
    box.setFixedWidth(120)
    box.lineEdit().setTextMargins(6, 0, 0, 0)
    return box


def _with_unit(box: QSpinBox, unit: str) -> QWidget:
    made = QWidget()
    made.setFocusProxy(box)
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(box)
    row.addWidget(label(unit, "dim", SECONDARY))
    row.addStretch(1)
    return made
