"""A plan as TOML, both ways; what is wrong in a file is told all at once, each with the key it is about."""

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from inspector.analysis.evaluation_scores import SCORES
from inspector.analysis.pipelines import UNQUANTIZED
from inspector.datasets.choice import RANDOM, DataChoice
from inspector.errors import UsageError
from inspector.jobs.evaluate_options import EvaluateOptions
from inspector.jobs.options import from_dict, to_dict
from inspector.jobs.recipes import BY_ID, CLASSIC_FIVE
from inspector.jobs.sweep_plan import METRICS, Plan, PlanError, PlanModel
from inspector.model.text import printable

_LARGEST = 4 << 20
_KEYS = ("name", "recipes", "seeds", "metrics", "reference", "debug", "models", "calibration", "evaluation", "options")
_MODEL_KEYS = ("path", "groups", "calibration", "evaluation", "options")
_DATA_KEYS = tuple(each.name for each in fields(DataChoice))
_NOT_OPTIONS = ("models", "data", "reference")
OPTION_KEYS = tuple(each.name for each in fields(EvaluateOptions) if each.name not in _NOT_OPTIONS)
"""The fields of EvaluateOptions that a plan may set."""


def plan_of_file(path: Path) -> Plan:
    """Raises PlanError with all that is wrong, UsageError for a file that can't be read or is no TOML."""
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(f"{path} is too large for a plan.")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"The plan {path} can't be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise UsageError(f"{path} is no plan: it is no UTF-8 text.") from error
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{path} is no plan: {str(error)[:200].rstrip('.')}.") from error
    return _Reading(path.absolute()).plan(values)


class _Reading:
    """Reads what it can and collects a sentence for all else."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._wrong: list[str] = []

    def plan(self, values: Mapping[str, Any]) -> Plan:
        self._known(values, _KEYS, "")
        recipes = self._texts(values, "recipes", CLASSIC_FIVE, tuple(BY_ID), "recipe")
        reference = self._of(values, "reference", str, "", "")
        if reference and reference not in recipes:
            self._wrong.append(f"reference: {printable(reference)} is none of the plan's recipes.")
        plan = Plan(
            name=self._of(values, "name", str, self._path.stem, ""),
            folder=self._path.parent,
            recipes=recipes,
            seeds=self._seeds(values),
            metrics=self._texts(values, "metrics", METRICS, SCORES, "score"),
            reference=reference or (UNQUANTIZED if UNQUANTIZED in recipes else recipes[0]),
            debug=self._of(values, "debug", bool, False, ""),
            calibration=self._data(values, "calibration", "", 100),
            evaluation=self._data(values, "evaluation", "", 0),
            options=self._options(values, ""),
            models=tuple(self._models(values)),
        )
        if self._wrong:
            raise PlanError(tuple(f"{self._path.name}: {each}" for each in self._wrong))
        return plan

    def _models(self, values: Mapping[str, Any]) -> list[PlanModel]:
        given = self._of(values, "models", list, [], "")
        if not given:
            self._wrong.append("models: there are none. Add [[models]] with the path of one.")
        found = []
        for number, each in enumerate(given, 1):
            where = f"models {number}: "
            if not isinstance(each, dict):
                self._wrong.append(f"{where}this is no table. Write [[models]] with a path.")
                continue
            self._known(each, _MODEL_KEYS, where)
            path = self._of(each, "path", str, "", where)
            if not path and "path" not in each:
                self._wrong.append(f"{where}path is missing: name a model file, or a pattern.")
            found.append(
                PlanModel(
                    path=path, groups=self._groups(each, where),
                    calibration=self._data(each, "calibration", where, 100),
                    evaluation=self._data(each, "evaluation", where, 0), options=self._options(each, where),
                )
            )  # fmt: skip
        return found

    def _data(self, values: Mapping[str, Any], key: str, where: str, samples: int) -> DataChoice | None:
        if key not in values:
            return None
        given, where = self._of(values, key, dict, {}, where), f"{where}{key}: "
        given = {"samples": samples, **given}
        arrays = given.get("arrays", ())
        given["arrays"] = [["", arrays]] if isinstance(arrays, str) else _pairs(arrays)
        if not self._known(given, _DATA_KEYS, where):
            return None
        if not given.get("path"):
            self._wrong.append(f"{where}path is missing: name the file or folder with the samples.")
            return None
        made: DataChoice | None = self._made(DataChoice, given, where)
        return made

    def _options(self, values: Mapping[str, Any], where: str) -> dict[str, Any]:
        given: dict[str, Any] = self._of(values, "options", dict, {}, where)
        where = f"{where}options: "
        if not self._known(given, OPTION_KEYS, where):
            return {}
        made = self._made(EvaluateOptions, {"models": [], "data": DataChoice(RANDOM), **given}, where)
        return {} if made is None else {key: getattr(made, key) for key in given}

    def _groups(self, values: Mapping[str, Any], where: str) -> dict[str, str]:
        given = self._of(values, "groups", dict, {}, where)
        for label, each in given.items():
            if not isinstance(each, str | int | float):
                self._wrong.append(f'{where}groups: {printable(label)} wants a word, such as "lean".')
        return {label: str(each) for label, each in given.items()}

    def _seeds(self, values: Mapping[str, Any]) -> tuple[int, ...]:
        given = self._of(values, "seeds", list, [0], "")
        if not given or not all(type(each) is int and each >= 0 for each in given):
            self._wrong.append("seeds: these are whole numbers, 0 or more, at least one.")
            return (0,)
        return tuple(dict.fromkeys(given))

    def _texts(
        self, values: Mapping[str, Any], key: str, usual: tuple[str, ...], every: tuple[str, ...], what: str
    ) -> tuple[str, ...]:
        given = self._of(values, key, list, list(usual), "")
        for each in given:
            if each not in every:
                near = get_close_matches(str(each), every, 1)
                hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(every)}."
                self._wrong.append(f"{key}: there is no {what} {printable(str(each))}. {hint}")
        if not given:
            self._wrong.append(f"{key}: the list is empty. Name at least one {what}, or leave it out.")
        return tuple(dict.fromkeys(each for each in given if each in every)) or usual

    def _of(self, values: Mapping[str, Any], key: str, kind: type, usual: Any, where: str) -> Any:
        value = values.get(key, usual)
        if type(value) is kind:
            return value
        wanted = {str: "text", bool: "true or false", list: "a list", dict: "a table"}[kind]
        self._wrong.append(f"{where}{key} wants {wanted}, not {printable(str(value))[:60]}.")
        return usual

    def _made(self, kind: Any, values: dict[str, Any], where: str) -> Any:
        try:
            return from_dict(kind, values)
        except UsageError as error:
            self._wrong.append(f"{where}{error}")
            return None

    def _known(self, values: Mapping[str, Any], every: Sequence[str], where: str) -> bool:
        unknown = [each for each in values if each not in every]
        for each in unknown:
            near = get_close_matches(each, every, 1)
            hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(every)}."
            self._wrong.append(f"{where}there is no key {printable(each)}. {hint}")
        return not unknown


def _pairs(arrays: Any) -> Any:
    return [[name, array] for name, array in arrays.items()] if isinstance(arrays, dict) else arrays


def plan_text(plan: Plan, folder: Path) -> str:
    """The file's text; relative paths lead to the same files from `folder`."""
    import tomli_w

    values: dict[str, Any] = {
        "name": plan.name, "recipes": list(plan.recipes), "seeds": list(plan.seeds), "metrics": list(plan.metrics),
        "reference": plan.reference, "debug": plan.debug,
    }  # fmt: skip
    values |= _tables(plan, plan, folder)
    values["models"] = [
        {"path": _moved(plan, model.path, folder), **({"groups": dict(model.groups)} if model.groups else {}),
         **_tables(plan, model, folder)}
        for model in plan.models
    ]  # fmt: skip
    return tomli_w.dumps(values)


def _tables(plan: Plan, place: Plan | PlanModel, folder: Path) -> dict[str, Any]:
    """The data and options of a plan or of one of its models, as far as it has some."""
    found: dict[str, Any] = {}
    for key, data, samples in (("calibration", place.calibration, 100), ("evaluation", place.evaluation, 0)):
        if data is not None:
            usual = {**to_dict(DataChoice("")), "samples": samples, "path": None}
            told = {name: value for name, value in to_dict(data).items() if value != usual[name]}
            if data.path != RANDOM:
                told["path"] = _moved(plan, data.path, folder)
            if data.arrays:
                told["arrays"] = dict(data.arrays)
            found[key] = told
    if place.options:
        options = {name: value for name, value in place.options.items() if value is not None}
        if options.get("label_names"):
            options["label_names"] = _moved(plan, options["label_names"], folder)
        found["options"] = options
    return found


def _moved(plan: Plan, path: str, folder: Path) -> str:
    """A path of the plan as a plan in `folder` writes it."""
    if os.path.isabs(Path(path).expanduser()) or os.path.abspath(plan.folder) == str(folder):
        return path
    try:
        return Path(os.path.relpath(os.path.abspath(plan.folder / path), folder)).as_posix()
    except ValueError:  # another drive
        return str(plan.absolute(path))
