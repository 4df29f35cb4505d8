"""What a plan measures besides its recipes: scores shown first, seeds, reference, debugger."""

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QMenu

from inspector.analysis.evaluation_scores import SCORES
from inspector.analysis.pipeline_columns import SCORE_TIPS, SCORE_TITLES
from inspector.datasets.notice import Notice
from inspector.gui.dialogs.form_parts import Section
from inspector.gui.sweep.plan_edit import PlanEdit
from inspector.gui.widgets import Button
from inspector.jobs.recipes import BY_ID, recipe
from inspector.model.finding import Level


class MeasureSide(Section):
    """Follows the plan and changes it; `problem` is a sentence while what is typed can't be taken."""

    def __init__(self, edit: PlanEdit) -> None:
        super().__init__("What is measured")
        self._edit = edit
        self.problem = ""
        self.metrics = Button("")
        self.metrics.setAutoDefault(False)
        self.metrics.setProperty("list", True)
        self.metrics.setToolTip("Scores that tables show first; all of them are kept")
        self.menu = QMenu(self.metrics)
        self.menu.setToolTipsVisible(True)
        self.choices = {name: self._choice(name) for name in SCORES}
        self.metrics.setMenu(self.menu)
        self.seeds = QLineEdit()
        self.seeds.setToolTip("Each draws other calibration samples: with 0, 1, 2 one sees how much they matter")
        self.seeds.textEdited.connect(self._seeds_typed)
        self.reference = QComboBox()
        self.reference.setToolTip("The recipe that the other recipes of the same model are compared with")
        self.reference.activated.connect(lambda _row: edit.set(reference=self.reference.currentData()))
        self.debug = QCheckBox("Measure the error of each layer, too")
        self.debug.setToolTip("Runs the quantization debugger, once for the full integer recipes of a model")
        self.debug.toggled.connect(self._debug_toggled)
        self.add_row("Scores &first", self.metrics)
        self.add_row("S&eeds", self.seeds)
        self.add_row("Re&ference", self.reference)
        self.add_wide(self.debug)
        edit.changed.connect(self.refresh)
        self.refresh()

    def _choice(self, name: str) -> QAction:
        made = self.menu.addAction(SCORE_TITLES[name])
        made.setCheckable(True)
        made.setToolTip(SCORE_TIPS[name])
        made.triggered.connect(lambda _on: self._metrics_chosen())
        return made

    def refresh(self) -> None:
        plan = self._edit.plan
        for name, action in self.choices.items():
            action.setChecked(name in plan.metrics)
        text = ", ".join(SCORE_TITLES[name] for name in plan.metrics)
        self.metrics.setText(text)
        self.metrics.setAccessibleName(f"Scores shown first: {text}")
        if not self.problem:
            typed = ", ".join(map(str, plan.seeds))
            if self.seeds.text().replace(" ", "") != typed.replace(" ", ""):
                self.seeds.setText(typed)
        with QSignalBlocker(self.reference):
            self.reference.clear()
            for each in plan.recipes:
                self.reference.addItem(BY_ID[each].title, each)
            self.reference.setCurrentIndex(self.reference.findData(plan.reference))
        with QSignalBlocker(self.debug):
            self.debug.setChecked(plan.debug)
        self.debug.setEnabled(any(recipe(each).calibrated for each in plan.recipes))

    def _metrics_chosen(self) -> None:
        """In the order of the plan, new ones behind; the last one can't be taken away."""
        ticked = [name for name, action in self.choices.items() if action.isChecked()]
        kept = [name for name in self._edit.plan.metrics if name in ticked]
        metrics = tuple(dict.fromkeys([*kept, *ticked]))
        self._edit.set(metrics=metrics or self._edit.plan.metrics)

    def _seeds_typed(self, text: str) -> None:
        words = text.replace(",", " ").split()
        wrong = [word for word in words if not (word.isascii() and word.isdecimal() and len(word) < 10)]
        self.problem = ""
        if wrong or not words:
            self.problem = (
                f'"{wrong[0]}" is no seed. Write whole numbers: 0, 1, 2.' if wrong else "Write a seed, such as 0."
            )
        self.lines.show_notices([Notice(Level.DAMAGE, self.problem)] if self.problem else [])
        if self.problem:
            self._edit.changed.emit()
        else:
            self._edit.set(seeds=tuple(dict.fromkeys(map(int, words))))

    def _debug_toggled(self, on: bool) -> None:
        self._edit.set(debug=on)
