"""Calibration data: where samples come from, which and how many; checked in the background while they are chosen."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from inspector.datasets.choice import RANDOM, DataChoice
from inspector.datasets.input_spec import InputSpec
from inspector.datasets.notice import Notice
from inspector.gui.background import Progress
from inspector.gui.dialogs.data_check import DataCheck, check_data, specs_of
from inspector.gui.dialogs.data_fields import ArrayRows, FactorFields, PathField, SampleFields
from inspector.gui.dialogs.data_kinds import KIND_BY_ID, KINDS, form_kind
from inspector.gui.dialogs.form_parts import Section
from inspector.gui.tables.latest_task import LatestTask
from inspector.gui.widgets import SegmentedGroup
from inspector.model import Model
from inspector.model.finding import Level

_UNKNOWN = InputSpec("", (), "")  # the only input of a SavedModel: an array can be chosen for it, not checked
_REST_MS = 250  # after the last key, before the data are looked at


class DataForm(QWidget):
    """`choice` is what is chosen, None while a file is missing; `problem` why it can't be used yet."""

    changed = Signal()
    checked = Signal()  # the data were looked at: `check` has what was found
    real = False  # whether quantized inputs are given real values, as they are where models are run

    def __init__(self, title: str = "Calibration data") -> None:
        super().__init__()
        self._title = title
        self.missing = "Choose calibration data, or untick the recipes that need them."
        """What is said while no data are chosen."""
        self._model: Model | None = None
        self._needed = True
        self._given: DataChoice | None = None  # arrays that were remembered, until the file was looked at
        self._offered: tuple[object, ...] = ()
        self.check: DataCheck | None = None
        self._checking = LatestTask(self)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._look)
        self.section = Section(title)
        self.kind = QComboBox()
        for kind in KINDS:
            self.kind.addItem(kind.title, kind.id)
        self.kind.activated.connect(lambda _place: self._kind_chosen())
        self.file = PathField(title)
        self.arrays, self.samples, self.factors = ArrayRows(), SampleFields(), FactorFields()
        self.colour = SegmentedGroup((("auto", "Automatic"), ("grey", "Grey"), ("rgb", "RGB")), "Colour")
        self.consent = QCheckBox("Run this file, in the worker")
        self.consent.setToolTip("Its code can do whatever you can: agree only if you trust it")
        self.colour.chosen.connect(lambda _choice: self._edited())
        self.consent.toggled.connect(lambda _on: self._edited())
        for field in (self.file, self.arrays, self.samples, self.factors):
            field.changed.connect(self._edited)
        for caption, widget, fills in (
            ("From", self.kind, True), ("F&ile", self.file, True), ("&Array", self.arrays, True),
            ("Co&lour", self.colour, False), ("Values", self.factors, True), ("&Samples", self.samples, True),
        ):  # fmt: skip
            self.section.add_row(caption, widget, fills)
        self.section.add_wide(self.consent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.section)
        self._kind_chosen()

    # what is chosen

    @property
    def choice(self) -> DataChoice | None:
        kind = KIND_BY_ID[self.kind.currentData()]
        path = self.file.path
        if "file" in kind.fields and path is None:
            return None
        factors = self._factors if "factors" in kind.fields else (None, None)
        remembered = self._given.arrays if self._given is not None and self.check is None else None
        arrays = (self.arrays.pairs if remembered is None else remembered) if "array" in kind.fields else ()
        return DataChoice(
            str(path) if "file" in kind.fields else RANDOM,
            arrays,
            samples=self.samples.count.value() if "samples" in kind.fields else 0,
            seed=self.samples.seed.value() if "samples" in kind.fields else 0,
            colour=self.colour.current if "colour" in kind.fields else "auto",
            scale=factors[0],
            offset=factors[1],
            allow_code="code" in kind.fields and self.consent.isChecked(),
        )

    def choose(self, choice: DataChoice | None) -> None:
        """Shows a choice that was remembered."""
        if choice is None:
            return
        self._given = choice
        kind = RANDOM if choice.path == RANDOM else _kind_of(choice.path)
        self.kind.setCurrentIndex(self.kind.findData(kind))
        self.file.set_path(None if choice.path == RANDOM else Path(choice.path))
        self.samples.count.setValue(choice.samples)
        self.samples.seed.setValue(choice.seed)
        self.colour.set_current(choice.colour)
        for field, value in ((self.factors.scale, choice.scale), (self.factors.offset, choice.offset)):
            field.setText("" if value is None else repr(value))
        self._kind_chosen()

    @property
    def problem(self) -> str:
        """Why the data can't be used, "" if nothing speaks against them as far as they were looked at."""
        kind = KIND_BY_ID[self.kind.currentData()]
        if self._factor_problem:
            return self._factor_problem
        if self.choice is None:
            return self.missing
        if "code" in kind.fields and not self.consent.isChecked():
            return "Agree to run the Python file, or choose other data."
        if self.check is not None and not self.check.usable:
            return f"The {self._title.lower()} can't be used."
        return ""

    def set_needed(self, needed: int, of: int) -> None:
        """How many of the chosen recipes are calibrated."""
        self._needed = bool(needed)
        if not of:
            self.section.side.setText("")
        elif not needed:
            self.section.side.setText("not needed by what is chosen")
        else:
            self.section.side.setText(f"one calibration for {f'{needed} of the {of}' if needed < of else f'all {of}'}")
        self._show_notices()

    def set_model(self, model: Model | None) -> None:
        """The model whose inputs the data are for; None where they are not known."""
        self._model = model
        self._offered = ()
        self._edited()

    # following what is edited

    @property
    def _specs(self) -> tuple[InputSpec, ...]:
        return specs_of(self._model, self.real) if self._model is not None else (_UNKNOWN,)

    @property
    def _factors(self) -> tuple[float | None, float | None]:
        try:
            return self.factors.values
        except ValueError:
            return None, None

    @property
    def _factor_problem(self) -> str:
        if "factors" not in KIND_BY_ID[self.kind.currentData()].fields:
            return ""
        try:
            self.factors.values  # noqa: B018 - asked for its error
        except ValueError as error:
            return str(error)
        return ""

    def _kind_chosen(self) -> None:
        kind = KIND_BY_ID[self.kind.currentData()]
        for name, widget in (
            ("file", self.file), ("array", self.arrays), ("colour", self.colour), ("factors", self.factors),
            ("samples", self.samples), ("code", self.consent),
        ):  # fmt: skip
            self.section.show_row(widget, name in kind.fields)
        self.section.show_row(self.arrays, "array" in kind.fields and bool(self.arrays.boxes))
        self.section.set_caption(self.file, "F&ile" if kind.files else "&Folder")
        self.file.pattern = kind.files
        self._edited()

    def _edited(self) -> None:
        self.check = None
        self._checking.cancel()
        self._rest.start()
        self._show_notices()

    def _look(self) -> None:
        choice, model = self.choice, self._model
        if choice is None or self._factor_problem:
            self._show_notices()
            return
        if "array" in KIND_BY_ID[self.kind.currentData()].fields and self._offered[:1] != (choice.path,):
            choice = replace(choice, arrays=self._given.arrays if self._given is not None else ())

        def work(progress: Progress) -> DataCheck:
            return check_data(choice, model, progress, self.real)

        self._checking.run(work, self._looked, self._failed)
        self._show_notices()

    def _failed(self, sentence: str) -> None:
        if (choice := self.choice) is not None:
            self.check = DataCheck(choice, None, (Notice(Level.DAMAGE, sentence),), False)
            self._show_notices()
            self.checked.emit()

    def _looked(self, check: DataCheck) -> None:
        self.check = check
        self._given = None
        arrays = check.description.arrays if check.description is not None else ()
        offered = (check.choice.path, arrays, self._specs)
        if offered != self._offered:
            self._offered = offered
            chosen = dict(check.choice.arrays) or _only(arrays, self._specs)
            if "" in chosen and len(self._specs) == 1:  # it stands for a model's only input
                chosen = {self._specs[0].name: chosen[""]}
            self.arrays.offer(arrays, self._specs, chosen)
            before: QWidget = self.file.browse_button
            for box in self.arrays.boxes.values():  # made last, or the Tab key would come to them last
                QWidget.setTabOrder(before, box)
                before = box
        used = {name for _input, name in self.arrays.pairs}
        counts = {info.shape[0] for info in arrays if info.name in used and info.shape}
        count = check.description.count if check.description is not None else None
        self.samples.show_total(counts.pop() if len(counts) == 1 else count)
        kind = KIND_BY_ID[self.kind.currentData()]
        self.section.show_row(self.arrays, "array" in kind.fields and bool(arrays))
        self._show_notices()
        self.checked.emit()

    def _show_notices(self) -> None:
        """What was found, or what is missing; a problem of data that nobody needs is none."""
        kind = KIND_BY_ID[self.kind.currentData()]
        if self._factor_problem:
            notices: tuple[Notice, ...] = (Notice(Level.DAMAGE, self._factor_problem),)
        elif self.choice is None:
            notices = (Notice(Level.WARNING, f"No {self._title.lower()}. {kind.empty}"),) if self._needed else ()
        elif self.check is not None:
            notices = self.check.notices
        else:
            notices = (Notice(Level.NOTE, "Checking the data..."),)
        self.section.lines.show_notices(notices)
        self.changed.emit()


def _only(arrays: tuple[object, ...], specs: tuple[InputSpec, ...]) -> dict[str, str]:
    """The array of a file that has one, for a model that takes one."""
    return {specs[0].name: arrays[0].name} if len(arrays) == len(specs) == 1 else {}  # type: ignore[attr-defined]


def _kind_of(path: str) -> str:
    place = Path(path).expanduser()
    if place.is_dir():
        return "images"
    return {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".py": "python"}.get(place.suffix.lower(), form_kind("npz"))
