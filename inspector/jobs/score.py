"""The task "score": how good .tflite files are on samples, and the float form of their source beside them."""

from pathlib import Path
from typing import Any

from inspector.analysis.progress import Progress
from inspector.datasets.input_spec import real_specs
from inspector.datasets.labels import read_labels
from inspector.datasets.opening import open_samples
from inspector.datasets.samples import Samples
from inspector.errors import JobError, UsageError
from inspector.formats import open_model
from inspector.jobs.calibrated_model import STEPS, cached_float_model, read_content
from inspector.jobs.calibration import ordered
from inspector.jobs.keras_loading import models_forgotten
from inspector.jobs.repair_options import ScoreOptions
from inspector.jobs.scoring import Score, Scorer
from inspector.jobs.sources import open_source
from inspector.jobs.steps import Steps
from inspector.model import Model
from inspector.model.finding import Level
from inspector.model.text import percent_text


def score(options: ScoreOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    """Returns {"kind": "accuracy", "agreement" or "fit", "samples", "float": score or None, "models": [score, ...],
    "notes"}; a score is {"model": path, "score", "correct", "closeness", "size_bytes"}.

    Raises UsageError, ModelFileError, DataError, JobError.
    """
    with models_forgotten():
        return _score(options, progress, scratch)


def _score(options: ScoreOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    if not options.source and not options.evaluation.labels:
        raise UsageError(
            "Without labels models are scored by how far they agree with the float model: name the source."
        )
    if not options.models and not options.source:
        raise UsageError("There is no model to score.")
    models = [_tflite(each) for each in options.models]
    source = open_source(options.source) if options.source else None
    steps = Steps(progress, len(models) + (STEPS[source.kind] if source is not None else 0))
    content = None
    if source is not None:
        content = cached_float_model(source, options.data, steps, scratch, options.batch, options.allow_code)
    first = models[0] if content is None else read_content(content, scratch)
    samples = open_samples(options.evaluation, real_specs(first), steps.within)
    labels = read_labels(options.evaluation, samples, steps.within)
    scorer = Scorer(content, ordered(samples, real_specs(first)), labels, steps.within)
    scores = []
    for model in models:
        steps(f"Scoring {model.path.name} with {samples.count:,} samples")
        found = scorer.of(model.path.read_bytes(), model.path.name, steps.within, ordered(samples, real_specs(model)))
        scores.append(plain(found, str(model.path), model.path.stat().st_size))
    return {
        "kind": scorer.kind, "samples": samples.count,
        "float": None if content is None else plain(scorer.of_float(), str(options.source), len(content)),
        "models": scores, "summary": _summary(scores, samples.count), "notes": [*scorer.notes, *sample_notes(samples)],
    }  # fmt: skip


def _summary(scores: list[dict[str, Any]], samples: int) -> str:
    """`98.0 % on 500 samples.`"""
    found = ", ".join(percent_text(each["score"]) for each in scores)
    return f"{found} on {samples:,} samples." if found else ""


def plain(score: Score, model: str, size_bytes: int) -> dict[str, Any]:
    """As the task's result has it."""
    return {
        "model": model, "score": score.score, "correct": score.correct, "closeness": score.closeness,
        "size_bytes": size_bytes,
    }  # fmt: skip


def sample_notes(samples: Samples) -> list[str]:
    """What is to be said of the samples a score comes from."""
    return [each.text for each in samples.notices if each.level is Level.WARNING]


def _tflite(path: str) -> Model:
    model = open_model(Path(path).expanduser())
    if model.is_keras:
        raise JobError(f"{model.path.name} is a Keras file: only .tflite files are run here. Give it as the source.")
    return model
