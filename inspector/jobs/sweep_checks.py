"""Whether models and data of a sweep fit together, looked at before anything runs; all that is wrong at once."""

from collections.abc import Sequence

from inspector.analysis.progress import Progress
from inspector.datasets.input_spec import input_specs
from inspector.datasets.kinds import kind_of
from inspector.datasets.opening import open_samples
from inspector.errors import Cancelled, DataError, InspectorError
from inspector.jobs.evaluate import prepared
from inspector.jobs.evaluate_options import EvaluateOptions
from inspector.jobs.keras_loading import check_code
from inspector.jobs.sources import open_source
from inspector.jobs.sweep_plan import Pipeline, PlanError


def check_data(pipelines: Sequence[Pipeline], progress: Progress) -> None:
    """Reads each model with each of its data once. Raises PlanError with a sentence for each that don't fit, Cancelled
    from `progress`. What only TensorFlow or a Python file could tell is left to the pipelines."""
    wrong: list[str] = []
    seen: set[object] = set()
    for each in pipelines:
        for data, kind in ((each.evaluation, "evaluation"), (each.calibration, "calibration")):
            mark = (each.model, kind, data)
            if data is None or mark in seen:
                continue
            seen.add(mark)
            progress(None, f"Looking at {each.name} and its {kind} data")
            try:
                check_pipeline(each, kind)
            except Cancelled:
                raise
            except InspectorError as error:
                wrong.append(f"{each.name}, {kind} data: {error}" if isinstance(error, DataError) else str(error))
    if wrong:
        raise PlanError(tuple(dict.fromkeys(wrong)))


def check_pipeline(pipeline: Pipeline, kind: str) -> None:
    """Looks at a pipeline's "evaluation" or "calibration" data. Raises InspectorError."""
    source = open_source(pipeline.model)
    if source.model is None:  # a SavedModel: TensorFlow alone reads it
        return
    options = EvaluateOptions(models=(pipeline.model,), data=pipeline.evaluation, **pipeline.options)
    if source.model.is_keras:
        check_code(source.model, options.allow_code)
    data = pipeline.evaluation if kind == "evaluation" else pipeline.calibration
    assert data is not None
    if kind_of(data.path) == "python":
        return
    if kind == "evaluation":
        prepared(options, _quiet, alone=True)
    else:
        open_samples(data, input_specs(source.model))


def _quiet(_fraction: float | None, _message: str) -> None:
    pass
