"""What a sweep, or an evaluation of several models, gave: one frozen result a pipeline, and the set of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path, PurePath
from typing import Any

from inspector.analysis.pipeline_form import wrong_field
from inspector.analysis.variants import RECIPE_LABELS
from inspector.errors import DataError
from inspector.model.text import printable

DONE, FAILED = "done", "failed"
UNQUANTIZED = "float32"
"""The recipe that the others of the same model are compared with, unless a plan names another."""
_KERAS = (".h5", ".hdf5", ".keras")
FILES = ("variant", "outputs", "decided", "labels", "debug")
"""The fields of a result that are paths of its files."""
_TEXTS = ("key", "model", "name", "recipe", "state", "sentence", "data", *FILES)


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineResult:
    """One model made by one recipe, evaluated on one choice of data. Plain values, so that it travels as JSON.

    `model` is the source's path, `name` what it is called; `groups` label -> value ("pruning" -> "after"). `row` is
    what evaluation_row.Judge.row gives, {} where `state` is "failed" and `sentence` says why. `data` is the evaluation
    data. `outputs` (float32, (samples, ...)), `decided` and `labels` (as the task counts them) are .npy files,
    `variant` a model, `debug` a layer table: paths relative to the results' folder, "" where there is none; without
    `decided` the decisions follow from the outputs. `scoring`: what of EvaluateOptions the scores were made with:
    average, threshold, resamples, seed. `source_bytes`: size of the source's file.
    """

    key: str
    model: str
    name: str
    recipe: str
    groups: dict[str, str] = field(default_factory=dict)
    seed: int = 0
    state: str = DONE
    sentence: str = ""
    row: dict[str, Any] = field(default_factory=dict)
    source_bytes: int = 0
    data: str = ""
    outputs: str = ""
    decided: str = ""
    labels: str = ""
    variant: str = ""
    debug: str = ""
    scoring: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    versions: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        return self.state == DONE

    @property
    def scheme(self) -> str:
        """ "DRQ", "FIQ int8": the recipe as tables and charts call it; "Keras" and "as it is" where none was used."""
        if not self.recipe:
            return "Keras" if PurePath(self.variant).suffix.lower() in _KERAS else "as it is"
        return RECIPE_LABELS.get(self.recipe, self.recipe)

    @property
    def task(self) -> str:
        return str(self.row.get("task") or "")

    @property
    def size_bytes(self) -> int | None:
        size = self.row.get("size_bytes")
        return None if size is None else int(size)

    @property
    def latency_ms(self) -> float | None:
        """The median, on the machine that ran it."""
        timed = self.row.get("latency_ms")
        return float(timed["median"]) if isinstance(timed, dict) and timed.get("median") is not None else None

    def score(self, name: str) -> float | None:
        value = self.row.get(name)
        return None if value is None else float(value)

    def interval(self, name: str) -> tuple[float, float] | None:
        """95 %, by bootstrap; None where nothing was resampled."""
        ends = (self.row.get("intervals") or {}).get(name)
        return None if not ends else (float(ends[0]), float(ends[1]))


@dataclass(frozen=True, slots=True)
class ResultSet:
    """The pipelines in the order of their plan. `metrics` are shown first; `folder` is where the paths of the results
    start, None where they are absolute; `reference`: the recipe that the others are compared with at first, or with
    `fixed` the name of the model that they were compared with when they were evaluated, once and for all."""

    name: str
    pipelines: tuple[PipelineResult, ...]
    metrics: tuple[str, ...] = ()
    folder: Path | None = None
    reference: str = UNQUANTIZED
    fixed: bool = False

    @property
    def done(self) -> tuple[PipelineResult, ...]:
        return tuple(each for each in self.pipelines if each.done)

    @property
    def failed(self) -> tuple[PipelineResult, ...]:
        return tuple(each for each in self.pipelines if not each.done)

    @property
    def labels(self) -> tuple[str, ...]:
        """The group labels that occur, in the order in which they do."""
        return tuple(dict.fromkeys(label for each in self.pipelines for label in each.groups))

    def values(self, label: str) -> tuple[str, ...]:
        """What a group label says of the pipelines, in the order in which it does."""
        return tuple(dict.fromkeys(each.groups[label] for each in self.pipelines if label in each.groups))

    def find(self, key: str) -> PipelineResult | None:
        return next((each for each in self.pipelines if each.key == key), None)

    def path(self, text: str) -> Path:
        """Where a result's file is, such as `outputs` or `variant`."""
        return Path(text) if self.folder is None else self.folder / text


def to_dict(result: PipelineResult) -> dict[str, Any]:
    """For JSON; `from_dict` reads it back."""
    return asdict(result) | {"notes": list(result.notes)}


def from_dict(told: Mapping[str, Any]) -> PipelineResult:
    """Unknown fields are left out: a later version may know more. Raises DataError for what is no result."""
    known = {each.name for each in fields(PipelineResult)}
    given = {name: value for name, value in told.items() if name in known}
    missing = [name for name in ("key", "model", "name", "recipe") if not isinstance(given.get(name), str)]
    if missing:
        raise DataError(f"This is no result of a pipeline: {', '.join(missing)} is missing.")
    if wrong := wrong_field(given):
        raise DataError(f"The result {given['key']} is damaged: its {wrong} is none.")
    made = PipelineResult(**given | {"notes": tuple(given.get("notes", ()))})
    if any(not isinstance(getattr(made, name), str) for name in _TEXTS) or made.state not in (DONE, FAILED):
        raise DataError(f"The result {made.key} is damaged: a text in it is none.")
    return made


def from_evaluation(result: Mapping[str, Any], sources: Mapping[str, tuple[str, str]] | None = None) -> ResultSet:
    """What the job "evaluate" returned, as results without stored outputs: a row a model, the reference first.

    `sources`: a model's path -> (path of the file it was made from, recipe), where that is known; else a name such as
    digits.int8.tflite tells, and a Keras file digits.h5 among them is what it was made from.
    """
    rows = [*([result["reference_row"]] if result.get("reference_row") else []), *result["models"]]
    data = str(result.get("data") or "")
    keras = {str(path.with_suffix("")): str(path) for row in rows if (path := PurePath(row["model"])).suffix in _KERAS}
    pipelines = tuple(_evaluated(row, data, (sources or {}).get(row["model"]), keras) for row in rows)
    reference = result.get("reference")
    return ResultSet(
        f"Evaluation on {PurePath(data).name}" if data else "Evaluation", pipelines,
        reference=PurePath(reference).name if reference else UNQUANTIZED, fixed=bool(reference),
    )  # fmt: skip


def _evaluated(
    row: Mapping[str, Any], data: str, source: tuple[str, str] | None, keras: Mapping[str, str]
) -> PipelineResult:
    path = PurePath(row["model"])
    model, recipe = source or _told_by_name(path)
    model = keras.get(model, model)
    return PipelineResult(
        key=str(path), model=model, name=PurePath(model).name, recipe=recipe, row=dict(row), data=data,
        variant=str(path), seconds=float((row.get("run") or {}).get("seconds") or 0.0), notes=tuple(row["notes"]),
    )  # fmt: skip


def _told_by_name(path: PurePath) -> tuple[str, str]:
    """(the model's path without the recipe, the recipe); the path and "" where the name tells none."""
    parts = path.name.split(".")
    recipe = next((part for part in reversed(parts[1:-1]) if part in RECIPE_LABELS), "")
    if path.suffix.lower() != ".tflite" or not recipe:
        return str(path), ""
    return str(path.with_name(".".join(parts[: parts.index(recipe, 1)]))), recipe


def model_names(pipelines: Iterable[PipelineResult]) -> dict[str, str]:
    """Model path -> its file's name; with as many folders before it as it takes to tell two of one name apart."""
    paths = list(dict.fromkeys(each.model for each in pipelines))
    names = {each.model: each.name for each in pipelines}
    return {path: printable(_unique(PurePath(path).parts, names[path], paths, names)) for path in paths}


def _unique(parts: Sequence[str], name: str, paths: Sequence[str], names: Mapping[str, str]) -> str:
    others = [PurePath(each).parts for each in paths if names[each] == name and PurePath(each).parts != tuple(parts)]
    for length in range(1, len(parts) + 1):
        if all(other[-length:] != tuple(parts[-length:]) for other in others):
            return name if length == 1 or not others else str(PurePath(*parts[-length:]))
    return name
