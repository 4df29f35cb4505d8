"""A plan to read and edit: models and recipes left; right their data, what is measured and where it runs."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QSizePolicy, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from inspector.gui.dialogs.form_parts import form_column
from inspector.gui.dialogs.recipe_delegate import ROW
from inspector.gui.dialogs.recipe_table import RecipeTable
from inspector.gui.settings import Settings
from inspector.gui.sweep.data_side import DataSide
from inspector.gui.sweep.measure_side import MeasureSide
from inspector.gui.sweep.models_table import ModelsTable
from inspector.gui.sweep.place_side import PlaceSide
from inspector.gui.sweep.plan_count import PlanCount
from inspector.gui.sweep.plan_edit import PlanEdit
from inspector.gui.theme import SECONDARY
from inspector.gui.widgets import SegmentedGroup, label, line, link
from inspector.jobs.recipes import BY_ID, CLASSIC_FIVE, RECIPES
from inspector.model.text import plural

DATA, RUN = "data", "run"
_SIDES = ((DATA, "Data"), (RUN, "Scores and run"))
_MODELS_HEIGHT, _MODELS_LEAST = 250, 124
_RUNS_ON = 3  # a column of the recipes that there is no room for; the tooltips have it


class PlanPage(QWidget):
    """`changed` comes with every change of what Run would do; `problem` is why it can't be done yet."""

    changed = Signal()

    def __init__(self, edit: PlanEdit, counts: PlanCount, settings: Settings) -> None:
        super().__init__()
        self._edit = edit
        self.models = ModelsTable(edit, counts, settings)
        self.recipes = RecipeTable()
        self.recipes.setColumnHidden(_RUNS_ON, True)
        self.recipes.header().setSectionResizeMode(_RUNS_ON - 1, QHeaderView.ResizeMode.Stretch)
        self.data, self.measure, self.place = DataSide(edit, counts), MeasureSide(edit), PlaceSide(edit)
        self.side = SegmentedGroup(_SIDES, "What is shown")
        self._arrange()
        self._taking = False
        self.models.looked_at.connect(self._look_at)
        self.recipes.changed.connect(self._recipes_chosen)
        self.side.chosen.connect(lambda which: self.sides.setCurrentIndex([id_ for id_, _text in _SIDES].index(which)))
        self.place.changed.connect(self.changed)
        edit.changed.connect(self._show)
        self._show()

    @property
    def problem(self) -> str:
        """What the forms say, before anything is counted."""
        if not self.recipes.chosen:
            return "Tick at least one recipe."
        if self.measure.problem:
            return self.measure.problem
        return self.place.problem

    def show_side(self, which: str) -> None:
        self.side.set_current(which)
        self.sides.setCurrentIndex([id_ for id_, _text in _SIDES].index(which))

    def _look_at(self, place: int) -> None:
        """Data of a row that is looked at, by hand or because it has its own; else those of all."""
        models = self._edit.plan.models
        own = 0 <= place < len(models) and (models[place].calibration or models[place].evaluation)
        self.data.look_at(place if own or self.models.view.hasFocus() else None)

    def _recipes_chosen(self) -> None:
        """The reference stays among what is chosen."""
        chosen = self.recipes.chosen
        if self._taking or not chosen:
            self.changed.emit()
            return
        reference = self._edit.plan.reference
        self._edit.set(recipes=chosen, reference=reference if reference in chosen else chosen[0])

    def _show(self) -> None:
        plan = self._edit.plan
        if frozenset(plan.recipes) != frozenset(self.recipes.chosen):
            self._taking = True
            self.recipes.choose(plan.recipes)
            self._taking = False
        self.count.setText(f"{len(self.recipes.chosen)} of {len(RECIPES)} chosen")
        self.models.side.setText(plural(len(plan.models), "row") if plan.models else "")
        self.changed.emit()

    # arranging

    def _arrange(self) -> None:
        left = QSplitter(Qt.Orientation.Vertical)
        left.setChildrenCollapsible(False)
        left.setHandleWidth(1)
        left.addWidget(self.models)
        left.addWidget(self._recipe_part())
        left.setSizes([_MODELS_HEIGHT, 2 * _MODELS_HEIGHT])
        left.setStretchFactor(0, 1)
        left.setStretchFactor(1, 1)
        self.models.setMinimumHeight(_MODELS_LEAST)
        self.recipes.setMinimumHeight(3 * ROW)
        self.sides = QStackedWidget()
        self.sides.addWidget(self.data)
        self.sides.addWidget(form_column((self.measure, self.place), 14, lines=True))
        head = QHBoxLayout()
        head.setContentsMargins(20, 6, 20, 6)
        head.addWidget(self.side)
        head.addStretch(1)
        holder = QWidget()
        holder.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        right = QVBoxLayout(holder)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addLayout(head)
        right.addWidget(line())
        right.addWidget(self.sides, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(left, 1)
        whole.addWidget(line(vertical=True))
        whole.addWidget(holder)

    def _recipe_part(self) -> QWidget:
        self.count = label("", "dim", SECONDARY)
        head = QHBoxLayout()
        head.setContentsMargins(20, 6, 12, 6)
        head.setSpacing(8)
        head.addWidget(label("Recipes", bold=True))
        head.addWidget(self.count)
        head.addStretch(1)
        for text, ids in (("Classic five", CLASSIC_FIVE), ("All", tuple(BY_ID)), ("None", ())):
            head.addWidget(link(text, partial(self.recipes.choose, ids)))
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(line())
        column.addWidget(self.recipes, 1)
        return holder
