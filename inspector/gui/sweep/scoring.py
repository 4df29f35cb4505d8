"""How outputs are read and scored: task and average of one model, or of all; other options of a plan stay."""

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox

from inspector.gui.dialogs.form_parts import Section
from inspector.gui.dialogs.scoring_form import AVERAGES, TASKS
from inspector.gui.sweep.plan_edit import PlanEdit
from inspector.jobs.evaluate_options import AUTO, EvaluateOptions
from inspector.jobs.options import help_of

_AS_ALL = "As all models"


class ScoringForm(Section):
    """`place()`: the model in the plan, None for the plan's own options."""

    def __init__(self, edit: PlanEdit, place: Callable[[], int | None], for_all: bool) -> None:
        super().__init__("Scoring")
        self._edit, self._place, self._for_all = edit, place, for_all
        self.boxes = {
            "task": self._box(TASKS, "task"),
            "average": self._box(AVERAGES, "average"),
        }
        self.add_row("&Task", self.boxes["task"])
        self.add_row("A&verage", self.boxes["average"])
        self.refresh()

    def _box(self, choices: tuple[tuple[str, str], ...], name: str) -> QComboBox:
        made = QComboBox()
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(12)
        made.setToolTip(help_of(EvaluateOptions, name))
        if not self._for_all:
            made.addItem(_AS_ALL, None)
        for value, text in choices:
            made.addItem(text, value)
        made.activated.connect(lambda _place: self._chosen(name))
        return made

    def refresh(self) -> None:
        """Shows what the plan says, and what it says besides."""
        options = self._options()
        if options is None:
            return
        for name, box in self.boxes.items():
            usual = None if not self._for_all else AUTO if name == "task" else AVERAGES[0][0]
            box.setCurrentIndex(max(0, box.findData(options.get(name, usual))))
        others = [f"{name} = {value}" for name, value in options.items() if name not in self.boxes]
        self.side.setText(", ".join(others))
        self.side.setToolTip("Options of the plan that are not shown here; they stay" if others else "")

    def _options(self) -> dict[str, object] | None:
        place = self._place()
        if self._for_all:
            return dict(self._edit.plan.options)
        return None if place is None else dict(self._edit.plan.models[place].options)

    def _chosen(self, name: str) -> None:
        options, place, value = self._options(), self._place(), self.boxes[name].currentData()
        if options is None:
            return
        if value is None or (self._for_all and value == (AUTO if name == "task" else AVERAGES[0][0])):
            options.pop(name, None)
        else:
            options[name] = value
        if place is None:
            self._edit.set(options=options)
        else:
            self._edit.set_model(place, options=options)
