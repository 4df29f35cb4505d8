"""The data of the model that is looked at, or of all that have none of their own: calibration, evaluation, scoring."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from inspector.datasets.choice import RANDOM, DataChoice
from inspector.datasets.labelled import NO_LABELS
from inspector.errors import ModelFileError
from inspector.formats import open_model
from inspector.gui.background import Progress
from inspector.gui.dialogs.data_form import DataForm
from inspector.gui.dialogs.evaluation_form import EvaluationForm
from inspector.gui.dialogs.form_parts import form_column
from inspector.gui.sweep.plan_count import PlanCount
from inspector.gui.sweep.plan_edit import PlanEdit
from inspector.gui.sweep.scoring import ScoringForm
from inspector.gui.tables.latest_task import LatestTask
from inspector.gui.theme import SECONDARY
from inspector.gui.widgets import label, line
from inspector.jobs.recipes import recipe
from inspector.model import Model
from inspector.model.text import printable

ALL = "All models"


class DataSide(QWidget):
    """`look_at(place)` shows a model's data, None those of all; forms are made when they are first looked at."""

    def __init__(self, edit: PlanEdit, counts: PlanCount) -> None:
        super().__init__()
        self._edit, self._counts = edit, counts
        self._pages: dict[str | None, DataPage] = {}
        self._place: int | None = None
        self.owner = QComboBox()
        self.owner.setAccessibleName("Whose data")
        self.owner.setToolTip("A model, or all that have no data of their own")
        self.owner.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.owner.setMinimumContentsLength(14)
        self.owner.activated.connect(lambda row: self.look_at(row - 1 if row else None))
        self.stack = QStackedWidget()
        head = QHBoxLayout()
        head.setContentsMargins(20, 8, 20, 8)
        head.setSpacing(12)
        words = label("&Data of", "dim")
        words.setTextFormat(Qt.TextFormat.AutoText)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        words.setBuddy(self.owner)
        head.addWidget(words)
        head.addWidget(self.owner, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(line())
        column.addWidget(self.stack, 1)
        edit.replaced.connect(self._forget)
        edit.changed.connect(self._changed)
        counts.changed.connect(self._give_model)
        self._changed()

    @property
    def page(self) -> "DataPage":
        page = self.stack.currentWidget()
        assert isinstance(page, DataPage)
        return page

    def look_at(self, place: int | None) -> None:
        """The data of the model at `place` in the plan; None, or a place that there is not: of all."""
        models = self._edit.plan.models
        self._place = place if place is not None and 0 <= place < len(models) else None
        key = models[self._place].path if self._place is not None else None
        if key not in self._pages:
            self._pages[key] = DataPage(self._edit, key)
            self.stack.addWidget(self._pages[key])
        self.stack.setCurrentWidget(self._pages[key])
        self.owner.setCurrentIndex(0 if self._place is None else self._place + 1)
        self._give_model()

    def _forget(self) -> None:
        """Another plan: its forms begin with what it says."""
        for page in self._pages.values():
            page.gone = True
            self.stack.removeWidget(page)
            page.deleteLater()
        self._pages = {}
        self._place = None

    def _changed(self) -> None:
        names = [ALL, *(printable(model.path) for model in self._edit.plan.models)]
        if [self.owner.itemText(row) for row in range(self.owner.count())] != names:
            with QSignalBlocker(self.owner):
                self.owner.clear()
                self.owner.addItems(names)
        place = self._place
        if place is not None and place >= len(self._edit.plan.models):
            place = None
        self.look_at(place)
        self.page.refresh()

    def _give_model(self) -> None:
        """The forms check data against the first file of the model; of all, against the first that uses them."""
        plan = self._edit.plan
        for model in [plan.models[self._place]] if self._place is not None else plan.models:
            files = self._counts.files_of(model.path)
            if files and (self._place is not None or model.calibration is None or model.evaluation is None):
                self.page.give_model(files[0])
                return


class DataPage(QWidget):
    """The forms of one model, by its path in the plan, or with None of all."""

    def __init__(self, edit: PlanEdit, key: str | None) -> None:
        super().__init__()
        self._edit, self._key = edit, key
        self.gone = False  # of another plan: it may still hear of data that it asked for
        self._file: Path | None = None
        self._reading = LatestTask(self)
        calibration, evaluation = DataForm("Calibration data"), EvaluationForm("Evaluation data")
        calibration.missing, evaluation.missing = "Choose calibration data.", "Choose evaluation data."
        self.parts = {"calibration": DataPart(self, calibration, "calibration"),
                      "evaluation": DataPart(self, evaluation, "evaluation")}  # fmt: skip
        self.scoring = ScoringForm(edit, self.place, for_all=key is None)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(form_column((*self.parts.values(), self.scoring), 12, lines=True))

    @property
    def edit(self) -> PlanEdit:
        return self._edit

    @property
    def for_all(self) -> bool:
        return self._key is None

    def place(self) -> int | None:
        """Where its model stands in the plan now."""
        return next((place for place, each in enumerate(self._edit.plan.models) if each.path == self._key), None)

    def give_model(self, path: Path) -> None:
        """Reads the model in the background; a SavedModel's inputs are not known."""
        if path == self._file:
            return
        self._file = path

        def work(_progress: Progress) -> Model | None:
            try:
                return open_model(path) if path.is_file() else None
            except ModelFileError:
                return None  # the count says what is wrong with it

        self._reading.run(work, self._take_model)

    def _take_model(self, model: Model | None) -> None:
        for part in self.parts.values():
            part.give_model(model)

    def refresh(self) -> None:
        """After a change of the plan that was not made here."""
        chosen = self._edit.plan.recipes
        self.parts["calibration"].form.set_needed(sum(recipe(each).calibrated for each in chosen), len(chosen))
        for part in self.parts.values():
            part.refresh()
        self.scoring.refresh()


class DataPart(QWidget):
    """A form and, for one model, the box that gives it data of its own. What the form fills in by itself is taken into
    the plan with the first change that is made by hand: looking at a plan does not change it."""

    def __init__(self, page: DataPage, form: DataForm, kind: str) -> None:
        super().__init__()
        self._page, self._kind, self.form = page, kind, form
        known = self._known
        self._touched = known is None  # whether all that the form shows is for the plan
        self.own = QCheckBox(f"Own {kind} data for this model")
        self.own.setVisible(not page.for_all)
        self.own.setChecked(known is not None)
        self.usual = label("", "dim", SECONDARY, wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.own, self.usual, form):
            column.addWidget(widget)
        if kind == "evaluation":
            form.samples.count.setValue(0)
        else:
            form.samples.hide_seed()  # those of the plan draw the samples
        if isinstance(form, EvaluationForm):
            form.labels.activated.connect(lambda _place: self._take())
            form.labels.editTextChanged.connect(lambda _text: self._labels_typed())
        self._show(known)
        self.own.toggled.connect(self._own_toggled)
        form.changed.connect(self._changed)
        form.arrays.changed.connect(self._take)
        self.refresh()

    @property
    def _known(self) -> DataChoice | None:
        place = self._page.place()
        return None if place is None and not self._page.for_all else self._page.edit.data(self._kind, place)

    def refresh(self) -> None:
        """What holds for a model without its own is said."""
        own = self._page.for_all or self.own.isChecked()
        self.form.setVisible(own)
        self.usual.setVisible(not own)
        self.usual.setText(_usual_text(self._kind, self._page.edit.data(self._kind, None)))

    def give_model(self, model: Model | None) -> None:
        """What was chosen stays, though the model may call its input otherwise."""
        self._show(self._choice if self._touched else self._known)
        self.form.set_model(model)

    def _show(self, choice: DataChoice | None) -> None:
        if choice is not None and isinstance(self.form, EvaluationForm):
            without = choice.labels == NO_LABELS
            self.form.choose(replace(choice, labels="" if without else choice.labels), exact=without)
        else:
            self.form.choose(choice)

    def _labels_typed(self) -> None:
        """Columns of a table, by hand."""
        field = self.form.labels.lineEdit() if isinstance(self.form, EvaluationForm) else None
        if field is not None and field.hasFocus():
            self._take()

    @property
    def _choice(self) -> DataChoice | None:
        """As a plan says it: labels that were offered and not chosen are not looked for."""
        choice = self.form.choice
        if choice is not None and len(choice.arrays) == 1 and len(self.form.arrays.boxes) == 1:
            choice = replace(choice, arrays=(("", choice.arrays[0][1]),))  # other models call their input otherwise
        if choice is None or choice.labels or not isinstance(self.form, EvaluationForm):
            return choice
        return replace(choice, labels=NO_LABELS) if self.form.labels.count() > 1 else choice

    def _own_toggled(self, on: bool) -> None:
        usual = self._page.edit.data(self._kind, None)
        if on and self.form.choice is None and usual is not None:
            self._show(usual)
        self._take()
        self.refresh()

    def _changed(self) -> None:
        choice, known = self._choice, self._known
        offered = choice is not None and known is not None and _but_for_arrays(choice, known) == known
        if self._touched or not offered:
            self._take()

    def _take(self) -> None:
        place = self._page.place()
        if self._page.gone or (place is None and not self._page.for_all):
            return
        self._touched = True
        own = self._page.for_all or self.own.isChecked()
        self._page.edit.set_data(self._kind, place, self._choice if own else None)


def _but_for_arrays(choice: DataChoice, known: DataChoice) -> DataChoice:
    return replace(choice, arrays=known.arrays, labels=known.labels)


def _usual_text(kind: str, usual: DataChoice | None) -> str:
    if usual is None:
        return f"There are no {kind} data for all models. Give this model its own, or choose them for {ALL.lower()}."
    name = "random values" if usual.path == RANDOM else printable(Path(usual.path).name)
    labels = f"labels {usual.labels}" if usual.labels not in ("", NO_LABELS) else ""
    parts = [name, *(array for _input, array in usual.arrays), *([labels] if labels else [])]
    return f"As all models: {', '.join(parts)}."
