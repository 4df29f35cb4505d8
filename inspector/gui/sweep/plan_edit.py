"""The plan that is edited in the Sweep window: its file, what was changed since, and every way to change it."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from inspector.datasets.choice import RANDOM, DataChoice
from inspector.jobs.sweep_plan import Plan, PlanModel, read_plan, write_plan

UNTITLED = "Untitled"


class PlanEdit(QObject):
    """`plan` is as shown; `path` its file, None for one that was never saved. `changed` comes with every change,
    `replaced` where it is another plan altogether.

    `labels` are the group labels in their order: those of the models, and new ones that no model has a word for yet.
    """

    changed = Signal()
    replaced = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.plan = Plan(name="", models=(), folder=Path.cwd())
        self.path: Path | None = None
        self._saved = self.plan
        self._labels: list[str] = []

    @property
    def dirty(self) -> bool:
        """Whether something would be lost: a plan as it was read, written or begun is not."""
        return self.plan != self._saved

    @property
    def title(self) -> str:
        """The name of its file."""
        return self.path.name if self.path is not None else UNTITLED

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(self._labels)

    # another plan

    def begin(self, models: Iterable[Path] = ()) -> None:
        """A new plan with these models."""
        rows = tuple(PlanModel(path=str(path)) for path in models)
        self._take(Plan(name="", models=rows, folder=Path.cwd()), None)

    def open(self, path: Path) -> None:
        """Raises UsageError, PlanError with all that is wrong."""
        target = path.expanduser().absolute()
        self._take(read_plan(target), target)

    def save(self, path: Path) -> None:
        """Writes the file; models and data in its folder are named relative to it. Raises ExportError, UsageError."""
        target = path.expanduser().absolute()
        named = replace(self.plan, name=self.plan.name or target.stem)
        write_plan(_nearby(named, target.parent), target)
        self.plan = self._saved = read_plan(target)
        self.path = target
        self.changed.emit()

    def _take(self, plan: Plan, path: Path | None) -> None:
        self.plan = self._saved = plan
        self.path = path
        self._labels = list(dict.fromkeys(label for model in plan.models for label in model.groups))
        self.replaced.emit()
        self.changed.emit()

    # changes

    def set(self, **values: Any) -> None:
        """Other values for fields of the plan."""
        self._change(replace(self.plan, **values))

    def set_model(self, place: int, **values: Any) -> None:
        """Other values for fields of one model."""
        models = list(self.plan.models)
        models[place] = replace(models[place], **values)
        self.set(models=tuple(models))

    def add_models(self, paths: Iterable[str]) -> None:
        """Files or patterns; those that are there already stay once."""
        known = {str(self.plan.absolute(model.path)) for model in self.plan.models}
        new = [path for path in dict.fromkeys(paths) if str(self.plan.absolute(path)) not in known]
        if new:
            self.set(models=(*self.plan.models, *(PlanModel(path=path) for path in new)))

    def remove_models(self, places: Iterable[int]) -> None:
        gone = frozenset(places)
        self.set(models=tuple(model for place, model in enumerate(self.plan.models) if place not in gone))

    def set_group(self, place: int, label: str, word: str) -> None:
        """What a model's `label` says; "" takes the label from it."""
        groups = {**self.plan.models[place].groups, label: word.strip()}
        self.set_model(place, groups={name: groups[name] for name in self._labels if groups.get(name)})

    def add_label(self, label: str) -> None:
        """A new column of words; one that is there stays."""
        if label.strip() and label.strip() not in self._labels:
            self._labels.append(label.strip())
            self.changed.emit()

    def rename_label(self, label: str, name: str) -> None:
        """Nothing where the name is taken or none."""
        if not name.strip() or name.strip() in self._labels:
            return
        self._labels = [name.strip() if each == label else each for each in self._labels]
        self._with_groups(lambda groups: {name.strip() if each == label else each: groups[each] for each in groups})

    def remove_label(self, label: str) -> None:
        self._labels = [each for each in self._labels if each != label]
        self._with_groups(lambda groups: {each: groups[each] for each in groups if each != label})

    def _with_groups(self, become: Callable[[dict[str, str]], dict[str, str]]) -> None:
        models = tuple(replace(model, groups=become(dict(model.groups))) for model in self.plan.models)
        self._change(replace(self.plan, models=models))

    def _change(self, plan: Plan) -> None:
        self.plan = plan
        self.changed.emit()

    # data

    def data(self, kind: str, place: int | None) -> DataChoice | None:
        """`kind` "calibration" or "evaluation" of one model, or with None of all that have none of their own; with an
        absolute path."""
        owner = self.plan if place is None else self.plan.models[place]
        found: DataChoice | None = getattr(owner, kind)
        return self.plan.placed(found) if found is not None else None

    def set_data(self, kind: str, place: int | None, choice: DataChoice | None) -> None:
        """Nothing where it is the choice there was."""
        if choice == self.data(kind, place):
            return
        if place is None:
            self.set(**{kind: choice})
        else:
            self.set_model(place, **{kind: choice})


def _nearby(plan: Plan, folder: Path) -> Plan:
    """The same for a file in `folder`: paths that lead into it, or were relative before, are relative to it."""

    def near(path: str) -> str:
        place = plan.absolute(path)
        if Path(path).expanduser().is_absolute() and not place.is_relative_to(folder):
            return path
        try:
            return Path(os.path.relpath(place, folder)).as_posix()
        except ValueError:  # another drive
            return str(place)

    def data(choice: DataChoice | None) -> DataChoice | None:
        return choice if choice is None or choice.path == RANDOM else replace(choice, path=near(choice.path))

    def options(values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: near(value) if name == "label_names" and value else value for name, value in values.items()}

    def parts(owner: Plan | PlanModel) -> dict[str, Any]:
        return {"calibration": data(owner.calibration), "evaluation": data(owner.evaluation),
                "options": options(owner.options)}  # fmt: skip

    models = tuple(replace(each, path=near(each.path), **parts(each)) for each in plan.models)
    return replace(plan, models=models, folder=folder, **parts(plan))
