"""A sweep's plan: models x recipes x seeds, each pipeline with its data; read from and written to a TOML file."""

import glob
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from inspector.analysis.pipelines import UNQUANTIZED
from inspector.datasets.choice import RANDOM, DataChoice
from inspector.errors import UsageError
from inspector.jobs.recipes import CLASSIC_FIVE, recipe
from inspector.model.text import printable

METRICS = ("accuracy", "f1", "kappa")
"""Shown first where a plan names none."""
_SUFFIXES = (".h5", ".hdf5", ".keras", ".tflite")


class PlanError(UsageError):
    """What is wrong in a plan, all of it at once, a line each."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        many = f"{len(sentences)} things are wrong:\n- " if len(sentences) > 1 else ""
        super().__init__(many + "\n- ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanModel:
    """`path` is as written: relative to the plan, or a pattern such as models/*.h5 that may give several files.

    `groups` label -> value. `calibration` and `evaluation` None take the plan's; `options`, fields of EvaluateOptions,
    are added to the plan's.
    """

    path: str
    groups: Mapping[str, str] = field(default_factory=dict)
    calibration: DataChoice | None = None
    evaluation: DataChoice | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """One model made by one recipe and evaluated; paths are absolute. `evaluation` with `options`, fields of
    EvaluateOptions; `debug`: the quantization debugger runs, too."""

    model: str
    recipe: str
    seed: int
    groups: Mapping[str, str]
    calibration: DataChoice | None
    evaluation: DataChoice
    options: Mapping[str, Any]
    debug: bool = False

    @property
    def name(self) -> str:
        return Path(self.model).name


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`folder` is where relative paths start. `seeds` draw the calibration samples: a pipeline a seed for recipes that
    are calibrated. `metrics` are shown first; `reference` is the recipe that the others of a model are compared with.
    `debug`: the quantization debugger runs for full integer recipes. `calibration`, `evaluation` and `options` are
    those of models without their own."""

    name: str
    models: tuple[PlanModel, ...]
    folder: Path = Path()
    recipes: tuple[str, ...] = CLASSIC_FIVE
    seeds: tuple[int, ...] = (0,)
    metrics: tuple[str, ...] = METRICS
    reference: str = UNQUANTIZED
    debug: bool = False
    calibration: DataChoice | None = None
    evaluation: DataChoice | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def pipelines(self) -> tuple[Pipeline, ...]:
        """Model by model, recipe by recipe. Raises PlanError where a path leads nowhere or data are missing."""
        wrong: list[str] = []
        found: list[Pipeline] = []
        seen: set[str] = set()
        if not self.models:
            wrong.append("The plan has no models: add one with its path.")
        for number, model in enumerate(self.models, 1):
            paths = self.paths_of(model)
            if not paths:
                wrong.append(_nowhere(model, self.folder))
            lacking = self._lacking(model, number)
            wrong += lacking
            for path in paths:
                if str(path) in seen:
                    wrong.append(f"{printable(path.name)} stands twice in the plan: {printable(str(path))}.")
                seen.add(str(path))
                if not lacking:
                    found += self._pipelines_of(model, path)
        if wrong:
            raise PlanError(tuple(dict.fromkeys(wrong)))
        return tuple(found)

    def paths_of(self, model: PlanModel) -> list[Path]:
        """The files that a model's path or pattern gives, in the order of their names; [] for none."""
        text = str(self.absolute(model.path))
        if os.path.exists(text):  # Path's raises for a name that is too long
            return [Path(text)]
        found = map(Path, sorted(glob.glob(text, recursive=True)))
        return [each for each in found if each.suffix.lower() in _SUFFIXES or (each / "saved_model.pb").exists()]

    def absolute(self, path: str) -> Path:
        """A path of the plan, from where its relative ones start."""
        return Path(os.path.abspath(self.folder / os.path.expanduser(path)))

    def placed(self, data: DataChoice) -> DataChoice:
        """Data with an absolute path."""
        return data if data.path == RANDOM else replace(data, path=str(self.absolute(data.path)))

    def options_of(self, model: PlanModel) -> dict[str, Any]:
        """Fields of EvaluateOptions for a model; paths are absolute."""
        options = {**self.options, **model.options}
        if options.get("label_names"):
            options["label_names"] = str(self.absolute(options["label_names"]))
        return options

    def _lacking(self, model: PlanModel, number: int) -> list[str]:
        """A sentence for each data that the model needs and nobody names."""
        name, wrong = f"Model {number} ({printable(model.path)})", []
        needy = next((each for each in self.recipes if recipe(each).calibrated), None)
        if needy and not (model.calibration or self.calibration):
            wrong.append(f"{name} has no calibration data, which {needy} needs: add calibration with its path.")
        if not (model.evaluation or self.evaluation):
            wrong.append(f"{name} has no evaluation data: add evaluation with its path.")
        return wrong

    def _pipelines_of(self, model: PlanModel, path: Path) -> Iterator[Pipeline]:
        calibration, evaluation = model.calibration or self.calibration, model.evaluation or self.evaluation
        assert evaluation is not None
        options = self.options_of(model)
        debugged: set[int] = set()
        for each in dict.fromkeys(self.recipes):
            calibrated = recipe(each).calibrated
            for seed in dict.fromkeys(self.seeds if calibrated else self.seeds[:1]):
                debug = self.debug and calibrated and recipe(each).activations == "INT8" and seed not in debugged
                debugged |= {seed} if debug else set()  # the layers of the three full integer recipes are the same
                data = None
                if calibrated and calibration is not None:
                    data = replace(self.placed(calibration), seed=seed)
                yield Pipeline(
                    model=str(path), recipe=each, seed=seed, groups=dict(model.groups), calibration=data,
                    evaluation=self.placed(evaluation), options=options, debug=debug,
                )  # fmt: skip


def _nowhere(model: PlanModel, folder: Path) -> str:
    if glob.has_magic(model.path):
        return f"The pattern {printable(model.path)} finds no model in {printable(str(folder))}: check it."
    return f"There is no model {printable(model.path)} in {printable(str(folder))}: check its path."


def read_plan(path: str | Path) -> Plan:
    """Raises PlanError with a sentence for each thing that is wrong in the file, UsageError where it can't be read."""
    from inspector.jobs.sweep_plan_file import plan_of_file

    return plan_of_file(Path(path).expanduser())


def write_plan(plan: Plan, path: str | Path) -> Path:
    """Writes it whole; relative paths lead to the same files from there. Raises ExportError."""
    from inspector.export.atomic_file import write_file
    from inspector.jobs.sweep_plan_file import plan_text

    target = Path(path).expanduser().absolute()
    return write_file(target, plan_text(plan, target.parent).encode(), overwrite=True)


def results_folder(path: str | Path) -> Path:
    """Where a plan's results go when nobody names another place: digits.results beside digits.toml."""
    place = Path(path).expanduser().absolute()
    return place.with_name(f"{place.stem}.results")
