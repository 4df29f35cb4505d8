"""How each pipeline differs from a chosen reference: a paired bootstrap over stored outputs, and their agreement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import numpy as np

from inspector.analysis.evaluation_scores import SCORES, agreement, averages_of
from inspector.analysis.evaluation_task import REGRESSION, decisions
from inspector.analysis.pipelines import UNQUANTIZED, PipelineResult, ResultSet
from inspector.analysis.progress import Progress
from inspector.analysis.resampling import Difference, Replicates, difference, replicates
from inspector.analysis.variants import RECIPE_LABELS
from inspector.errors import DataError
from inspector.model.model import Array

RESAMPLES = 1000
RECIPE, GROUP, RUN = "recipe", "group", "run"


@dataclass(frozen=True, slots=True)
class Reference:
    """What pipelines are compared with. Kind "recipe": the row of the same model that `recipe` made. "group": the row
    of the same recipe and data whose group `label` is `value`, all its other labels equal. "run": what they were
    compared with when they were evaluated; `value` is its name.
    """

    kind: str = RECIPE
    recipe: str = UNQUANTIZED
    label: str = ""
    value: str = ""

    @property
    def text(self) -> str:
        """ "float32 of the same model", "pruning: before, same scheme"."""
        if self.kind == GROUP:
            return f"{self.label}: {self.value}, same scheme"
        return self.value if self.kind == RUN else f"{RECIPE_LABELS.get(self.recipe, self.recipe)} of the same model"


@dataclass(frozen=True, slots=True)
class Against:
    """One pipeline beside its reference, whose `key` is "" where there is none. `differences`: score -> Difference;
    `agreement`: share of equal "decisions", "mean_difference" and "max_difference" of the outputs; {} where the outputs
    were not stored."""

    key: str = ""
    differences: Mapping[str, Difference] = field(default_factory=dict)
    agreement: Mapping[str, float | None] = field(default_factory=dict)


def references(results: ResultSet) -> tuple[Reference, ...]:
    """What can be chosen, the usual one first; empty where nothing can be compared, as no outputs were stored."""
    if results.fixed:
        return (Reference(RUN, "", "", results.reference),)
    recipes = list(dict.fromkeys([results.reference, *(each.recipe for each in results.pipelines)]))
    found = [Reference(recipe=recipe) for recipe in recipes]
    for label in results.labels:
        found += [Reference(GROUP, "", label, value) for value in results.values(label)]
    return tuple(each for each in found if any(_comparable(results, result, each) for result in results.done))


def _comparable(results: ResultSet, result: PipelineResult, reference: Reference) -> bool:
    other = reference_of(results, result, reference)
    return other is not None and bool(result.outputs and other.outputs)


def reference_of(results: ResultSet, result: PipelineResult, reference: Reference) -> PipelineResult | None:
    """The pipeline that `result` is compared with; None for itself, and where none or several fit."""
    if reference.kind == RUN:
        found = [each for each in results.done if PurePath(each.key).name == reference.value]
        return found[0] if found and found[0] is not result else None
    wanted = _group_wanted(result, reference) if reference.kind == GROUP else dict(result.groups)
    recipe = result.recipe if reference.kind == GROUP else reference.recipe
    found = [
        each for each in results.done
        if each.recipe == recipe and each.groups == wanted and each.data == result.data
        and (reference.kind == GROUP or each.model == result.model)
    ]  # fmt: skip
    if any(each is result for each in found):
        return None
    if len(found) > 1:
        found = [each for each in found if each.seed == result.seed] or found
    return found[0] if len(found) == 1 or (found and len({each.model for each in found}) == 1) else None


def _group_wanted(result: PipelineResult, reference: Reference) -> dict[str, str] | None:
    return result.groups | {reference.label: reference.value} if reference.label in result.groups else None


def compared(
    results: ResultSet, reference: Reference, progress: Progress | None = None
) -> dict[str, Mapping[str, Difference]]:
    """Key of a pipeline -> score -> its Difference from the reference; nothing of what has none.

    Raises DataError for stored outputs that can't be read, Cancelled from `progress`.
    """
    found = PipelineComparison(results).against(reference, progress)
    return {key: each.differences for key, each in found.items() if each.differences}


class PipelineComparison:
    """Remembers what was read and drawn of each pipeline: choosing another reference then takes a moment."""

    def __init__(self, results: ResultSet) -> None:
        self.results = results
        self._stored: dict[str, _Stored | None] = {}

    def against(self, reference: Reference, progress: Progress | None = None) -> dict[str, Against]:
        """Key -> what of a pipeline differs; those without a reference are left out. Raises DataError, Cancelled."""
        found: dict[str, Against] = {}
        done = self.results.done
        for number, result in enumerate(done):
            if progress is not None:
                progress(number / len(done), f"Comparing {result.name} {result.scheme}")
            other = reference_of(self.results, result, reference)
            if other is not None:
                found[result.key] = self._pair(result, other, reference.kind == RUN)
        return found

    def _pair(self, result: PipelineResult, other: PipelineResult, fixed: bool) -> Against:
        if fixed:
            return Against(other.key, _told(result.row.get("differences")), result.row.get("agreement") or {})
        mine, theirs = self._read(result), self._read(other)
        if mine is None or theirs is None or mine.outputs.shape != theirs.outputs.shape:
            return Against(other.key)
        same = agreement(theirs.outputs, mine.outputs, theirs.decided, mine.decided)
        return Against(other.key, _differences(result, other, mine, theirs), same)

    def _read(self, result: PipelineResult) -> "_Stored | None":
        if result.key not in self._stored:
            self._stored[result.key] = _read(self.results, result)
        return self._stored[result.key]


@dataclass(frozen=True, slots=True, eq=False)
class _Stored:
    """What the outputs of a pipeline were, and its scores drawn again and again."""

    outputs: Array
    decided: Array | None
    labels: Array | None
    drawn: Replicates


def _read(results: ResultSet, result: PipelineResult) -> _Stored | None:
    if not result.outputs:
        return None
    outputs = _array(results, result, result.outputs)
    labels = _array(results, result, result.labels) if result.labels else None
    if labels is not None and len(labels) != len(outputs):
        raise DataError(f"{result.name} {result.scheme}: {len(outputs):,} outputs are stored, {len(labels):,} labels.")
    told, task = result.scoring, result.task
    decided = _array(results, result, result.decided) if result.decided else _decided(outputs, task, told)
    if labels is None:
        return _Stored(outputs, decided, None, {})
    if decided is not None and decided.shape != labels.shape:
        raise DataError(f"{result.name} {result.scheme}: its labels are none of {task}. Run it again.")
    average = averages_of(task, told.get("average", "macro"))
    count, seed = int(told.get("resamples", RESAMPLES)), int(told.get("seed", 0))
    return _Stored(outputs, decided, labels, replicates(task, labels, outputs, decided, average, count, seed))


def _decided(outputs: Array, task: str, told: Mapping[str, Any]) -> Array | None:
    return None if task == REGRESSION else decisions(outputs, task, told.get("threshold"))


def _array(results: ResultSet, result: PipelineResult, text: str) -> Array:
    path = results.path(text)
    try:
        found: Array = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DataError(f"{path.name} of {result.name} {result.scheme} can't be read: {error}. Run it again.") from None
    return found


def _differences(
    result: PipelineResult, other: PipelineResult, mine: _Stored, theirs: _Stored
) -> dict[str, Difference]:
    """Paired: only where both were drawn by the same seed from the same labels."""
    alike = mine.labels is not None and theirs.labels is not None and np.array_equal(mine.labels, theirs.labels)
    if not alike or (result.task, result.scoring) != (other.task, other.scoring):
        return {}
    found: dict[str, Difference] = {}
    for name in SCORES:
        value, base = result.score(name), other.score(name)
        if value is None or base is None or name not in mine.drawn or name not in theirs.drawn:
            continue
        each = difference(name, value - base, mine.drawn[name], theirs.drawn[name])
        if each is not None:
            found[name] = each
    return found


def _told(rows: Mapping[str, Any] | None) -> dict[str, Difference]:
    return {
        name: Difference(float(each["value"]), float(each["low"]), float(each["high"]), str(each["verdict"]))
        for name, each in (rows or {}).items()
    }
