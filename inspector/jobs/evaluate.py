"""The task "evaluate": models run over labelled samples, their scores, and how sure those are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from inspector.analysis.evaluation_task import BINARY, MULTICLASS, REGRESSION, checked_labels, task_of
from inspector.analysis.progress import Progress
from inspector.datasets.choice import DataChoice
from inspector.datasets.class_names import class_names
from inspector.datasets.input_spec import InputSpec, real_specs
from inspector.datasets.labelled import labelled_choice
from inspector.datasets.labels import Labels, find_labels
from inspector.datasets.opening import open_samples
from inspector.datasets.samples import Samples
from inspector.errors import DataError, MissingPackageError, UsageError
from inspector.formats import open_model
from inspector.jobs.availability import install_text
from inspector.jobs.calibration import ordered
from inspector.jobs.evaluate_options import AUTO, NEAREST, TRUNCATE, EvaluateOptions
from inspector.jobs.evaluation_row import Judge, Scored
from inspector.jobs.evaluation_run import Outputs, run_tflite
from inspector.jobs.interpreter_run import Array
from inspector.jobs.job_python import has_module
from inspector.jobs.score import sample_notes
from inspector.jobs.steps import Steps
from inspector.model import Model
from inspector.model.text import percent_text, plural, printable, shape_text


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """What is known before anything runs. `task` is "" where only outputs can tell; `labels` as the task counts."""

    options: EvaluateOptions
    models: list[Model]
    samples: Samples
    labels: Array | None
    task: str
    names: tuple[str, ...]
    data: DataChoice
    label_note: str = ""


def evaluate(options: EvaluateOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    """Returns {"task", "samples", "data", "labels", "reference", "reference_row", "models": [row, ...], "notes",
    "summary"}; the rows are Judge.row's, "reference_row" that of a reference that is not among the models.

    Raises UsageError, ModelFileError, DataError, JobError, MissingPackageError.
    """
    work = prepared(options, progress)
    judge, scored = scored_models(work, progress, scratch)
    reference = scored[_path(options.reference)] if options.reference else None
    rows = {path: judge.row(each, reference) for path, each in scored.items()}
    for given in (options.reference, *options.models):
        if given:
            rows[_path(given)]["model"] = given
    wanted = [_path(each) for each in options.models]
    return {
        "task": judge.task, "samples": work.samples.count, "data": work.data.path, "labels": work.data.labels,
        "reference": options.reference or None,
        "reference_row": rows[reference.model.path] if reference and reference.model.path not in wanted else None,
        "models": [rows[each] for each in wanted], "notes": notes(work, judge),
        "summary": _summary([rows[each] for each in wanted]),
    }  # fmt: skip


def scored_models(work: Work, progress: Progress, scratch: Path) -> tuple[Judge, dict[Path, Scored]]:
    """Runs and scores each model; by their paths. Raises DataError, JobError, MissingPackageError."""
    steps = Steps(progress, 2 * len(work.models))
    judge: Judge | None = None
    scored: dict[Path, Scored] = {}
    for model in work.models:
        steps(f"Running {model.path.name}")
        outputs = _outputs(model, work, work.options.input_rounding, scratch, steps)
        judge = judge or Judge(work.task or task_of(None, outputs.real), work.labels, work.names, work.options)
        steps(f"Scoring {model.path.name}")
        found = judge.scored(model, outputs)
        scored[model.path] = _with_rounding_note(work, judge, found, scratch) if _truncated(work, found) else found
    assert judge is not None
    return judge, scored


def prepared(options: EvaluateOptions, progress: Progress, alone: bool = False) -> Work:
    """Reads models, samples and labels and checks that they fit, before anything runs. `alone`: a model without labels
    needs no other. Raises UsageError, ModelFileError, DataError, MissingPackageError."""
    if not options.models:
        raise UsageError("There is no model to evaluate.")
    wanted = [*([options.reference] if options.reference else []), *options.models]
    models = [open_model(path) for path in dict.fromkeys(map(_path, wanted))]
    specs = real_specs(models[0])
    data = labelled_choice(options.data, specs)
    for model in models[1:]:
        check_inputs(model, models[0])
    samples = open_samples(data, specs, progress)
    names = class_names(models, options.label_names, data)
    found = find_labels(data, samples, progress, numbers=True, names=names)
    labels = found.values if found is not None else None
    if labels is None and not options.reference and not alone:
        raise UsageError(
            "Without labels a model can only be compared with another: name the labels, or a reference model."
        )
    if labels is not None and not has_module("sklearn"):
        raise MissingPackageError(f"Scores need scikit-learn: {install_text('tensorflow')}")
    task = "" if options.task == AUTO else options.task
    if labels is not None:
        shapes = [_output_shape(model) for model in models]
        task = task or task_of(labels, np.zeros((1, *shapes[0]), np.float32))
        checked = [checked_labels(labels, task, int(np.prod(shape))) for shape in shapes]
        labels = checked[0]
    if found is not None:
        names = found.names
        _check_order(found, task, int(np.prod(_output_shape(models[0]))))
    return Work(options, models, samples, labels, task, names, data, found.note if found is not None else "")


def _check_order(labels: Labels, task: str, size: int) -> None:
    """Words that were sorted can't be numbered where some classes never occur. Raises DataError."""
    classes = {MULTICLASS: size, BINARY: 2}.get(task, 0)
    if labels.sorted_names and classes and len(labels.names) != classes:
        raise DataError(
            f"The labels are {plural(len(labels.names), 'word')}, the model's output has {classes:,} classes: which "
            "word is which class can't be told. Name a file with the names of all, one a line: --label-names FILE."
        )


def check_inputs(model: Model, first: Model) -> None:
    """Raises DataError for models that can't be given the same samples."""
    mine, others = (sorted(spec.sample_shape for spec in real_specs(each)) for each in (model, first))
    if mine != others:
        raise DataError(
            f"{model.path.name} takes samples of {', '.join(map(shape_text, mine))}, {first.path.name} of "
            f"{', '.join(map(shape_text, others))}: they can't be evaluated with the same data."
        )


def _output_shape(model: Model) -> tuple[int, ...]:
    """Of the first output, without the batch. Raises DataError."""
    outputs = model.outputs()
    if not outputs:
        raise DataError(f"{model.path.name} has no outputs: nothing can be scored.")
    shape = outputs[0].shape
    return shape[1:] if shape[:1] == (1,) else shape


def _outputs(model: Model, work: Work, rounding: str, scratch: Path, steps: Steps) -> Outputs:
    arrays = _arrays(work.samples, real_specs(model))
    if model.is_keras:
        from inspector.jobs.keras_run import run_keras

        return run_keras(model, arrays, work.options, scratch, steps.within)
    return run_tflite(model.path.read_bytes(), model, arrays, work.options, rounding, steps.within)


def _arrays(samples: Samples, specs: Sequence[InputSpec]) -> list[Array]:
    """The samples of each input in a model's order."""
    return [samples.arrays[given] for _name, given in ordered(samples, specs).names]


def _truncated(work: Work, scored: Scored) -> bool:
    integers = not scored.outputs.input_type.startswith("FLOAT")
    return work.options.input_rounding == TRUNCATE and integers and scored.decided is not None


def _with_rounding_note(work: Work, judge: Judge, scored: Scored, scratch: Path) -> Scored:
    """What casting the inputs without rounding or clipping cost, in a sentence."""
    model = scored.model
    quiet = Steps(lambda _share, _message: None, 1)
    right = judge.scored(model, _outputs(model, work, NEAREST, scratch, quiet))
    changed = int(np.count_nonzero(scored.decided != right.decided))
    text = f"{model.path.name}: inputs cast without rounding or clipping change {plural(changed, 'decision')}"
    mine, other = scored.values["accuracy"], right.values["accuracy"]
    text += "." if mine is None else f"; accuracy {percent_text(mine)} instead of {percent_text(other)}."
    return replace(scored, outputs=replace(scored.outputs, notes=(*scored.outputs.notes, text)))


def notes(work: Work, judge: Judge) -> list[str]:
    """What is to be said of the data and of all models."""
    found = [*sample_notes(work.samples), *([work.label_note] if work.label_note else [])]
    if work.data != work.options.data and work.data.path:
        parts = [array for _name, array in work.data.arrays]
        chosen = f"labels {printable(work.data.labels)}" if work.data.labels else "no labels"
        found.append(f"Chosen by name: {', '.join([*map(printable, parts), chosen])}.")
    for model in work.models:
        if len(outputs := model.outputs()) > 1:
            name = printable(outputs[0].name)
            found.append(f"{model.path.name}: the first of its {len(outputs)} outputs is scored, {name}.")
    if judge.task != REGRESSION and judge.labels is not None and work.samples.count < 100:
        found.append(
            f"With {plural(work.samples.count, 'sample')} each of them is {percent_text(1 / work.samples.count)}: "
            "look at the intervals."
        )
    return found


def _summary(rows: Sequence[dict[str, Any]]) -> str:
    """For the Jobs panel: the score of a single model."""
    if len(rows) > 1:
        return f"{len(rows):,} models evaluated"
    row = rows[0]
    if row["accuracy"] is not None:
        return f"Accuracy {percent_text(row['accuracy'])}"
    return f"RMSE {row['rmse']:.4g}" if row["rmse"] is not None else "Agreement measured"


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()
