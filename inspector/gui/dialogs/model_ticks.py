"""Which open models take part, and which of them the others are compared with."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QGridLayout, QWidget

from inspector.gui.compared import family, relatives
from inspector.gui.dialogs.form_parts import Section
from inspector.gui.origin import family_tree
from inspector.gui.session import OpenModel, Session
from inspector.gui.theme import SECONDARY
from inspector.gui.tooltips import plain_tip
from inspector.gui.widgets import label, link
from inspector.model.text import bytes_text, printable

_FLOATS = ("float32", "float16")
_LONGEST = 40  # characters of a name


class ModelTicks(Section):
    """`chosen` in the order of the Models list; `reference` is None for none. `changed` comes with every change."""

    changed = Signal()

    def __init__(self, session: Session, current: OpenModel) -> None:
        super().__init__("Models")
        self._session = session
        self._ticked = {each.path for each in relatives(current, session.models) if _can_run(each)}
        self._area = QWidget()
        self._ticks = QGridLayout(self._area)
        self._ticks.setContentsMargins(0, 0, 0, 0)
        self._ticks.setColumnStretch(0, 1)
        self._ticks.setHorizontalSpacing(12)
        self.boxes: dict[Path, QCheckBox] = {}
        self.compare = QComboBox()
        self.compare.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.compare.setMinimumContentsLength(12)
        self.compare.setToolTip("Better and worse, and how often two models decide alike, are told beside this one")
        self.compare.activated.connect(lambda _place: self.changed.emit())
        self.add_wide(self._area)
        more = link("Another file...", self._browse, "Open a model that is evaluated too")
        more.setAutoDefault(False)
        self.add_row("", more, fills=False)
        self.add_row("&Reference", self.compare)
        for signal in (session.model_opened, session.model_closed, session.model_reloaded):
            signal.connect(self._models_changed)
        self._current = current
        self._fill()

    @property
    def chosen(self) -> list[OpenModel]:
        return [each for each in self._listed() if each.path in self._ticked]

    @property
    def reference(self) -> OpenModel | None:
        path = self.compare.currentData()
        return next((each for each in self.chosen if each.path == path), None)

    def choose_reference(self, path: Path | None) -> None:
        """One of the chosen models, or None."""
        self.compare.setCurrentIndex(max(self.compare.findData(path), 0))
        self.changed.emit()

    def _listed(self) -> list[OpenModel]:
        return [each for each, _depth in family_tree(self._session.models) if _can_run(each)]

    def _models_changed(self, first: OpenModel, second: OpenModel | None = None) -> None:
        """One that belongs to those that are ticked is ticked when it is opened."""
        if second is not None and first.path in self._ticked:  # saved under another name, perhaps
            self._ticked = self._ticked - {first.path} | {second.path}
        elif first in self._session.models and self._current in self._session.models and _can_run(first):
            self._ticked |= {first.path} & {each.path for each in family(self._current, self._session.models)}
        if self._current is first and second is not None:
            self._current = second
        self._fill()

    def _fill(self) -> None:
        while (item := self._ticks.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.boxes = {}
        for row, opened in enumerate(self._listed()):
            name = printable(opened.path.name)
            box = self.boxes[opened.path] = QCheckBox(_short(name).replace("&", "&&"))
            box.setAccessibleName(name)
            box.setToolTip(plain_tip(str(opened.path)))
            box.setChecked(opened.path in self._ticked)
            box.toggled.connect(lambda on, path=opened.path: self._tick(path, on))
            self._ticks.addWidget(box, row, 0)
            facts = f"{opened.scheme.badge}, {bytes_text(opened.model.size_bytes)}"
            self._ticks.addWidget(label(facts, "dim", SECONDARY), row, 1)
        self._fill_references()

    def _tick(self, path: Path, on: bool) -> None:
        self._ticked = self._ticked | {path} if on else self._ticked - {path}
        self._fill_references()

    def _fill_references(self) -> None:
        """The one chosen before stays; at first it is the float32 variant."""
        before, first = self.compare.currentData(), not self.compare.count()
        self.compare.clear()
        self.compare.addItem("none", None)
        chosen = self.chosen
        for opened in chosen:
            self.compare.addItem(printable(opened.path.name), opened.path)
        if before is None and (first or len(chosen) == 2):
            usual = usual_reference(chosen)
            before = usual.path if usual is not None and len(chosen) > 1 else None
        self.compare.setCurrentIndex(max(self.compare.findData(before), 0))
        self.side.setText(f"{len(chosen):,} of {len(self.boxes):,}")
        self.changed.emit()

    def _browse(self) -> None:
        kinds = "Models (*.keras *.h5 *.hdf5 *.tflite *.lite);;All files (*)"
        paths, _ = QFileDialog.getOpenFileNames(self, "Evaluate", str(self._current.path.parent), kinds)
        if paths:
            self._ticked |= {Path(each).absolute() for each in paths}
            self._session.open_later(paths)


def usual_reference(models: list[OpenModel]) -> OpenModel | None:
    """The float .tflite, the one that is called so first, else the Keras file that others come from, else none."""
    floats = [each for scheme in _FLOATS for each in models if each.scheme.id == scheme and not each.model.is_keras]
    floats.sort(key=lambda each: each.recipe not in _FLOATS)
    return next(iter(floats or [each for each in models if each.model.is_keras]), None)


def _can_run(opened: OpenModel) -> bool:
    """Whether it is a whole model, not only weights."""
    return bool(opened.model.inputs()) and bool(opened.model.outputs())


def _short(name: str) -> str:
    """Left out in the middle: a name's end tells the variant."""
    half = _LONGEST // 2
    return name if len(name) <= _LONGEST else f"{name[: half - 1]}…{name[-half:]}"
