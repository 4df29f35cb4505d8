"""Runs a .tflite on samples and gives its outputs: only in a worker, as a bad model can take it down."""

import numpy as np

from inspector.analysis.progress import Progress
from inspector.errors import DataError, JobError
from inspector.jobs.calibration import OrderedSamples
from inspector.jobs.evaluate_options import BUILTIN, XNNPACK
from inspector.jobs.interpreter_run import Array, InterpreterRun, real_values, reason
from inspector.jobs.variant_run import stored


def outputs_of(content: bytes, samples: OrderedSamples, name: str, tell: Progress | None = None) -> list[Array]:
    """One array an output, (samples, *output shape), real values where the output is quantized.

    With XNNPACK, as most programs run models; without it where that is not possible. `tell` is called now and then with
    the share that is done, and may raise Cancelled. Raises JobError for a model that can't be run, DataError for
    samples that don't fit it.
    """
    try:
        return _outputs(content, samples, name, tell, XNNPACK)
    except JobError:
        return _outputs(content, samples, name, tell, BUILTIN)


def _outputs(content: bytes, samples: OrderedSamples, name: str, tell: Progress | None, kernels: str) -> list[Array]:
    run = InterpreterRun(content, name, [each.shape for each in samples.first], kernels)
    found: list[list[Array]] = [[] for _each in run.outputs]
    for number, sample in enumerate(samples):
        if tell is not None and number % 16 == 0:
            tell(number / samples.count, f"Running {name}: {number:,} of {samples.count:,}")
        try:
            run.feed([stored(values, detail) for values, detail in zip(sample.values(), run.inputs, strict=True)])
        except (RuntimeError, ValueError) as error:
            raise DataError(f"Sample {number + 1:,} does not fit the inputs of {name}: {reason(error)}.") from error
        try:
            run.invoke()
        except (RuntimeError, ValueError) as error:
            raise JobError(f"{name} can't be run on sample {number + 1:,}: {reason(error)}.") from error
        for kept, detail in zip(found, run.outputs, strict=True):
            kept.append(_without_batch(run.found(detail)))
    return [real_values(np.stack(values), detail) for values, detail in zip(found, run.outputs, strict=True)]


def _without_batch(values: Array) -> Array:
    return values[0] if values.ndim and values.shape[0] == 1 else values
