"""The task "suggest": which few operators to keep float, so that the integer model scores near the float one."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from inspector.analysis.float_search import FloatSearch, Names, Outcome, Trial, moves_of, ordered_names
from inspector.analysis.layer_mapping import operators_of_outputs
from inspector.analysis.progress import Progress
from inspector.datasets.input_spec import real_specs
from inspector.datasets.labels import read_labels
from inspector.datasets.opening import open_samples
from inspector.errors import JobError
from inspector.export.atomic_file import atomic_files
from inspector.jobs.calibrated_model import STEPS, calibrated_model, read_content
from inspector.jobs.calibration import ordered
from inspector.jobs.calibration_cache import CalibratedModel
from inspector.jobs.conversion_failures import conversion
from inspector.jobs.debug_files import RECIPE
from inspector.jobs.debug_refusals import nothing_quantized, open_debug_source
from inspector.jobs.keras_loading import models_forgotten
from inspector.jobs.provenance import sha256_of
from inspector.jobs.recipe_file import RecipeFile
from inspector.jobs.repair_options import SuggestOptions
from inspector.jobs.score import sample_notes
from inspector.jobs.scoring import Score, Scorer
from inspector.jobs.scratch import DELIVERY
from inspector.jobs.sources import Source, check_targets
from inspector.jobs.steps import Steps
from inspector.jobs.tflite_backend import quantized
from inspector.model import Model
from inspector.model.text import percent_text, plural

_ISLANDS = (
    "Operators that stay float read and write through QUANTIZE and DEQUANTIZE, and do not run on integer-only devices."
)


def suggest(options: SuggestOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    """Returns {"kind", "samples", "float_score", "float_size_bytes", "distance", "reached", "float_tensors",
    "operators", "score", "size_bytes", "tried", "recipe_file", "notes"}.

    `operators` are indices in the all-integer model with float inputs and outputs, None for what has none there; each
    of `tried` is {"stage", "round", "float_tensors", "operators", "score", "closeness", "size_bytes", "kept"}.
    Raises UsageError, ModelFileError, DataError, JobError.
    """
    with models_forgotten():
        return _suggest(options, progress, scratch)


def _suggest(options: SuggestOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    source = open_debug_source(options.source)
    target = Path(options.output).expanduser().absolute() if options.output else None
    check_targets([target] if target else [], options.overwrite)
    steps = Steps(progress, STEPS[source.kind] + 2 + _SEARCH)
    calibrated = calibrated_model(source, options.data, steps, scratch, options.batch, options.allow_code)
    steps("Scoring the float model")
    model = read_content(calibrated.content, scratch)
    choice = options.evaluation or options.data
    samples = open_samples(choice, real_specs(model))
    scorer = Scorer(calibrated.content, ordered(samples, real_specs(model)), read_labels(choice, samples), steps.within)
    reference = scorer.of_float()
    maker = _Maker(calibrated, scorer, source.path.name)
    integer = read_content(maker.content(frozenset()), scratch)
    if not any(tensor.quantization is not None for tensor in integer.tensors()):
        raise nothing_quantized(source.path.name, model, False)
    search = FloatSearch(moves_of(model), maker, reference.score - options.distance, options.most, _search(steps))
    search.run()
    written = _write_recipe(target, search, source, model, options.overwrite)
    notes = [*scorer.notes, *calibrated.notes, *sample_notes(samples)]
    notes = _notes(search, options, reference, list(dict.fromkeys(notes)))
    kept = next(each for each in search.trials if each.names == search.found)
    return {
        "kind": scorer.kind, "samples": samples.count, "float_score": reference.score,
        "float_size_bytes": len(calibrated.content), "distance": options.distance, "reached": search.reached,
        **_told(kept, model, integer), "tried": [_trial(each, model, integer) for each in search.trials],
        "recipe_file": written, "notes": notes,
        "summary": f"{len(search.trials):,} sets tried; {percent_text(kept.outcome.score)} with "
        f"{plural(len(kept.names), 'operator')} float.",
    }  # fmt: skip


_SEARCH = 12
"""How many steps of progress the search counts as."""


def _search(steps: Steps) -> Any:
    """Progress of the search: a share of what is left of the job."""
    steps("Searching")
    return lambda share, message: steps.within(share * _SEARCH, message)


class _Maker:
    """Makes and scores the model in which these operators stay float."""

    def __init__(self, calibrated: CalibratedModel, scorer: Scorer, title: str) -> None:
        self._calibrated, self._scorer, self._title = calibrated, scorer, title

    def content(self, names: Names) -> bytes:
        with conversion(self._title):
            return quantized(self._calibrated.ranges, self._calibrated.content, (), sorted(names))

    def __call__(self, names: Names) -> Outcome:
        content = self.content(names)
        found = self._scorer.of(content, "the quantized model")
        assert found.closeness is not None
        return Outcome(found.score, found.closeness, len(content))


def _told(trial: Trial, model: Model, integer: Model) -> dict[str, Any]:
    names = ordered_names(trial.names, model)
    return {
        "float_tensors": names, "operators": _operators(names, integer), "score": trial.outcome.score,
        "closeness": trial.outcome.closeness, "size_bytes": trial.outcome.size_bytes,
    }  # fmt: skip


def _trial(trial: Trial, model: Model, integer: Model) -> dict[str, Any]:
    return {"stage": trial.stage, "round": trial.round, "kept": trial.kept, **_told(trial, model, integer)}


def _operators(names: Iterable[str], integer: Model) -> list[int | None]:
    return [next(iter(operators_of_outputs([name], integer)), None) for name in names]


def _notes(search: FloatSearch, options: SuggestOptions, reference: Score, notes: list[str]) -> list[str]:
    found = []
    if search.reached and not search.found:
        found.append("The all-integer model is near enough: nothing needs to stay float.")
    if not search.reached:
        best = next(each for each in search.trials if each.names == search.found).outcome
        within = f" with at most {options.most} operators" if options.most else ""
        found.append(
            f"No set was found{within} that scores within {options.distance:g} of the float model's "
            f"{reference.score:.3g}; the best of {len(search.trials):,} that were tried scores {best.score:.3g}."
        )
    if search.found:
        found.append(_ISLANDS)
    return [*found, *notes]


def _write_recipe(target: Path | None, search: FloatSearch, source: Source, model: Model, overwrite: bool) -> str:
    """The recipe file's path, "" where none is wanted. Raises JobError."""
    if target is None:
        return ""
    names = tuple(ordered_names(search.found, model))
    text = RecipeFile(RECIPE, (), names, source.path.name, sha256_of(source.path)).text
    try:
        with DELIVERY, atomic_files([target], overwrite) as streams:
            streams[0].write(text.encode())
    except OSError as error:
        raise JobError(f"{target} can't be written: {error.strerror or error}.") from error
    return str(target)
