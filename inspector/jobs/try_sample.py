"""The task "try": models run on one sample, what they answer, and what an activation held."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from inspector.analysis.evaluation_task import MULTICLASS, MULTILABEL, REGRESSION, decisions, rows_of, task_of
from inspector.analysis.progress import Progress
from inspector.datasets.class_names import class_names
from inspector.datasets.input_spec import real_specs
from inspector.datasets.labelled import labelled_choice
from inspector.datasets.labels import Labels, find_labels
from inspector.datasets.opening import open_samples
from inspector.datasets.samples import Samples
from inspector.errors import Cancelled, DataError, InspectorError, JobError, UsageError
from inspector.jobs.calibration import ordered
from inspector.jobs.evaluate import check_inputs
from inspector.jobs.interpreter_run import Array
from inspector.jobs.packed_array import MOST_VALUES, packed
from inspector.jobs.try_models import KEPT, TriedModel
from inspector.jobs.try_options import TryOptions
from inspector.model import Model


def try_sample(options: TryOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    """Returns {"sample", "total", "data", "labels", "origin", "label", "names", "task", "inputs", "models",
    "activation", "notes"}.

    "label" is {"values": [...], "classes": [...]} or None; "inputs" [{"name", "type", "values"}] and the "outputs" of
    each of "models" have arrays as `packed` makes them, real values without the batch; a model that can't be run has
    a sentence under "failed". "activation" is {"model", "tensor", "name", "type", "values"} or None.

    Raises UsageError, ModelFileError, DataError, JobError, MissingPackageError.
    """
    if not options.models:
        raise UsageError("There is no model to try.")
    models = [KEPT.model(Path(each).expanduser().absolute()) for each in options.models]
    for model in models[1:]:
        check_inputs(model, models[0])
    specs = real_specs(models[0])
    data = replace(labelled_choice(options.data, specs), only=options.sample)
    samples = open_samples(data, specs, progress)
    label, notes = None, list[str]()
    try:
        names = class_names(models, options.label_names, data)
        label = find_labels(data, samples, progress, numbers=True, names=names)
    except DataError as error:  # the models can be run all the same
        names, notes = (), [str(error)]
    runs = [_run(model, samples, options, scratch, progress) for model in models]
    outputs = next((found[1] for found in runs if found[1]), [])
    task = _task(label, outputs)
    return {
        "sample": options.sample, "total": samples.total, "data": data.path, "labels": data.labels,
        "origin": samples.origins[0] if samples.origins else "", "label": _label(label, task),
        "names": list(label.names if label is not None else names), "task": task,
        "inputs": [{"name": spec.name, "type": spec.type, "values": packed(samples.arrays[spec.name][0])}
                   for spec in samples.specs],
        "models": [_row(model, *run, task) for model, run in zip(models, runs, strict=True)],
        "activation": _activation(options, models, [found for found, _outputs in runs]),
        "notes": notes,
    }  # fmt: skip


def _run(
    model: Model, samples: Samples, options: TryOptions, scratch: Path, progress: Progress
) -> tuple[TriedModel | str, list[Array]]:
    """The model and its outputs, or the sentence why it can't be run."""
    arrays = [samples.sample(0)[given] for _name, given in ordered(samples, real_specs(model)).names]
    try:
        tried = KEPT.tried(model, options.allow_code, scratch, progress)
        return tried, tried.run(arrays)
    except Cancelled:
        raise
    except InspectorError as error:
        if len(options.models) == 1:
            raise
        return str(error), []


def _task(label: Labels | None, outputs: Sequence[Array]) -> str:
    """By the label's shape and the output's; "" for a model without outputs, or labels that fit no task."""
    if not outputs:
        return ""
    try:
        return task_of(label.values if label is not None else None, outputs[0][None])
    except DataError:
        return ""


def _label(label: Labels | None, task: str) -> dict[str, Any] | None:
    if label is None:
        return None
    values = rows_of(np.asarray(label.values))[0]
    several = task == MULTILABEL or values.size > 1
    whole = bool(np.isin(values, (0, 1)).all()) if several else float(values[0]).is_integer()
    classes = [] if task in (REGRESSION, "") or not whole else np.flatnonzero(values) if several else values
    return {"values": values.tolist(), "classes": [int(each) for each in classes]}


def _row(model: Model, found: TriedModel | str, outputs: Sequence[Array], task: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "model": str(model.path),
        "outputs": [],
        "classes": [],
        "ms": None,
        "kernels": "",
        "failed": "",
    }
    if isinstance(found, str):
        return row | {"failed": found}
    named = zip(model.outputs(), outputs, strict=False)
    return row | {
        "outputs": [{"name": tensor.name, "type": tensor.type.name, "values": packed(values)}
                    for tensor, values in named],
        "classes": _answer(outputs[0], task) if outputs else [], "ms": 1000 * found.seconds, "kernels": found.kernels,
    }  # fmt: skip


def _answer(output: Array, task: str) -> list[int]:
    """The class, or the classes that are above the threshold; none for numbers."""
    decided = decisions(output[None], task) if task else None
    if decided is None:
        return []
    return [int(decided[0])] if task == MULTICLASS else np.flatnonzero(decided[0]).tolist()


def _activation(
    options: TryOptions, models: Sequence[Model], found: Sequence[TriedModel | str]
) -> dict[str, Any] | None:
    if not options.activation:
        return None
    wanted = Path(options.activation_of or options.models[0]).expanduser().absolute()
    tried = next((each for model, each in zip(models, found, strict=True) if model.path == wanted), None)
    if tried is None or isinstance(tried, str):
        raise UsageError(tried or f"{wanted.name} is none of the models that are tried.")
    row = {"model": str(wanted), "tensor": options.activation, "name": "", "type": "", "values": None, "failed": ""}
    try:
        values, name, kind = tried.activation(options.activation)
    except (DataError, JobError) as error:
        return row | {"failed": str(error)}
    failed = "" if values.size <= MOST_VALUES else f"It has {values.size:,} values: too many to be shown."
    return row | {"name": name, "type": kind, "values": packed(values), "failed": failed}
