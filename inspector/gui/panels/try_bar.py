"""The row above a tried sample: which one, of which data, which models run, how long they took."""

import random
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSpinBox, QWidget

from inspector.gui.dialogs.model_ticks import usual_reference
from inspector.gui.session import OpenModel
from inspector.gui.theme import SECONDARY
from inspector.gui.widgets import Button, ElidedLabel, label, link
from inspector.model.text import printable

_MOST_AT_FIRST = 4
_REST_MS = 30  # several steps of a wheel are one
_MOST = 1_000_000_000


class TryBar(QWidget):
    """`number` is the sample's, from 0; `chosen` the models that run."""

    sample_chosen = Signal(int)
    data_asked = Signal()
    models_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._models: list[OpenModel] = []
        self._ticked: set[Path] = set()
        self._own_choice = False
        self.previous, self.next = Button("Previous", small=True), Button("Next", small=True)
        self.random = Button("Random", small=True)
        self.previous.setToolTip("The sample before (Page Up)")
        self.next.setToolTip("The sample after it (Page Down)")
        self.random.setToolTip("Another sample, drawn at random")
        self.number = QSpinBox()
        self.number.setAccessibleName("Sample")
        self.number.setToolTip("Samples count from 0, in the order of the file")
        self.number.setGroupSeparatorShown(True)
        self.number.setKeyboardTracking(False)
        self.number.lineEdit().setTextMargins(4, 0, 0, 0)
        self.total, self.facts = label("", "dim", SECONDARY), ElidedLabel("", Qt.TextElideMode.ElideRight)
        self.data = link("Choose samples...", self.data_asked.emit, "Other samples, or other labels")
        self.models = QPushButton("Models")
        self.models.setProperty("small", True)
        self.models.setToolTip("Which models of this family run beside the one looked at")
        self.menu = QMenu(self.models)
        self.models.setMenu(self.menu)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(lambda: self.sample_chosen.emit(self.number.value()))
        self.number.valueChanged.connect(lambda _value: self._rest.start())
        self.previous.clicked.connect(lambda: self.step(-1))
        self.next.clicked.connect(lambda: self.step(1))
        self.random.clicked.connect(self.go_random)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        row.addWidget(label("Sample", "dim"))
        for part in (self.number, self.total, self.previous, self.next, self.random):
            row.addWidget(part)
        row.addSpacing(8)
        row.addWidget(self.models)
        row.addWidget(self.facts, 1)
        row.addWidget(self.data)
        self.begin()

    @property
    def chosen(self) -> list[OpenModel]:
        """The float one first, which the others are looked at beside."""
        found = [each for each in self._models if each.path in self._ticked]
        first = usual_reference(found)
        return sorted(found, key=lambda each: each is not first)

    def begin(self) -> None:
        """Other samples: from the first one on; how many there are is told by the first answer."""
        self.number.blockSignals(True)
        self.number.setRange(0, _MOST)
        self.number.setValue(0)
        self.number.blockSignals(False)
        self.total.setText("")
        self._enable()

    def step(self, by: int) -> None:
        """Past the last sample comes the first."""
        count = self.number.maximum() + 1
        self.number.setValue((self.number.value() + by) % count)

    def go_random(self) -> None:
        if self.number.maximum() < _MOST:
            others = random.randrange(max(1, self.number.maximum()))
            self.number.setValue(others + (others >= self.number.value()))

    def show_models(self, models: list[OpenModel], current: OpenModel) -> None:
        """Until the user ticks others it is the .tflite files, as they need no TensorFlow, or a Keras file alone."""
        self._models = models
        if self._own_choice:
            self._ticked &= {each.path for each in models}
        else:
            self._ticked = {each.path for each in [each for each in models if not each.model.is_keras][:_MOST_AT_FIRST]}
        if not self._ticked or not (current.model.is_keras or self._own_choice):
            self._ticked.add(current.path)
        self.menu.clear()
        for each in models:
            action = self.menu.addAction(f"{printable(each.path.name)}  ({each.scheme.badge})".replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(each.path in self._ticked)
            action.toggled.connect(lambda on, path=each.path: self._tick(path, on))
        self._name_models()

    def _tick(self, path: Path, on: bool) -> None:
        self._ticked = self._ticked | {path} if on else self._ticked - {path}
        self._own_choice = True
        self._name_models()
        self.models_changed.emit()

    def _name_models(self) -> None:
        self.models.setText(f"Models: {len(self.chosen):,} of {len(self._models):,}")

    def show_result(self, result: dict[str, Any]) -> None:
        self.number.blockSignals(True)
        self.number.setRange(0, max(0, result["total"] - 1))
        self.number.setValue(result["sample"])
        self.number.blockSignals(False)
        self.total.setText(f"of {result['total']:,}")
        self._enable()
        labels = f", labels {printable(result['labels'])}" if result["labels"] else ", no labels"
        origin = f", {printable(Path(result['origin']).name)}" if result["origin"] else ""
        self.say(printable(Path(result["data"]).name) + labels + origin)
        for note in result["notes"]:
            self.say(note, bad=True)

    def say(self, sentence: str, bad: bool = False) -> None:
        """What data these are, what is done, or what is wrong."""
        self.facts.setProperty("tone", "bad" if bad else "dim")
        self.facts.style().unpolish(self.facts)
        self.facts.style().polish(self.facts)
        self.facts.setText(sentence)
        self.facts.setAccessibleName(sentence)

    def _enable(self) -> None:
        several = 0 < self.number.maximum() < _MOST
        for button in (self.previous, self.next, self.random):
            button.setEnabled(several)
