"""Runs a .tflite on samples and gives its outputs: only in a worker, as a bad model can take it down."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from inspector.analysis.progress import Progress
from inspector.datasets.input_spec import InputSpec, input_specs
from inspector.errors import DataError, JobError
from inspector.jobs.calibration import OrderedSamples
from inspector.jobs.variant_run import stored
from inspector.model import Model

Array = np.ndarray[Any, np.dtype[Any]]


def outputs_of(content: bytes, samples: OrderedSamples, name: str, tell: Progress | None = None) -> list[Array]:
    """One array an output, (samples, *output shape), real values where the output is quantized.

    With XNNPACK, as most programs run models; without it where that is not possible. `tell` is called now and then with
    the share that is done, and may raise Cancelled. Raises JobError for a model that can't be run, DataError for
    samples that don't fit it.
    """
    from ai_edge_litert.interpreter import OpResolverType

    try:
        return _outputs(content, samples, name, tell, OpResolverType.BUILTIN)
    except JobError:
        return _outputs(content, samples, name, tell, OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)


def real_specs(model: Model) -> tuple[InputSpec, ...]:
    """The inputs, FLOAT32 where they are quantized: samples are given as real values and quantized as they are set."""
    from dataclasses import replace

    quantized = [each.type.name != "FLOAT32" and isinstance(each.scale, float) for each in model.inputs()]
    specs = zip(input_specs(model), quantized, strict=True)
    return tuple(replace(spec, type="FLOAT32") if real else spec for spec, real in specs)


def _outputs(content: bytes, samples: OrderedSamples, name: str, tell: Progress | None, resolver: Any) -> list[Array]:
    interpreter = _allocated(content, samples.first, name, resolver)
    inputs, outputs = interpreter.get_input_details(), interpreter.get_output_details()
    setters = [_setter(interpreter, detail) for detail in inputs]
    found: list[list[Array]] = [[] for _each in outputs]
    for number, sample in enumerate(samples):
        if tell is not None and number % 16 == 0:
            tell(number / samples.count, f"Running {name}: {number:,} of {samples.count:,}")
        try:
            for setter, values in zip(setters, sample.values(), strict=True):
                setter(values)
        except (RuntimeError, ValueError) as error:
            raise DataError(f"Sample {number + 1:,} does not fit the inputs of {name}: {_reason(error)}.") from error
        try:
            interpreter.invoke()
        except (RuntimeError, ValueError) as error:
            raise JobError(f"{name} can't be run on sample {number + 1:,}: {_reason(error)}.") from error
        for kept, detail in zip(found, outputs, strict=True):
            kept.append(_without_batch(interpreter.get_tensor(detail["index"])))
    return [_real(np.stack(values), detail) for values, detail in zip(found, outputs, strict=True)]


def _allocated(content: bytes, first: Sequence[Array], name: str, resolver: Any) -> Any:
    from ai_edge_litert.interpreter import Interpreter

    try:
        interpreter = Interpreter(model_content=content, num_threads=1, experimental_op_resolver_type=resolver)
        details = interpreter.get_input_details()
        if len(details) != len(first):
            raise DataError(f"{name} has {len(details)} inputs, the samples have {len(first)}.")
        for detail, values in zip(details, first, strict=True):
            if tuple(detail["shape"]) != values.shape:
                interpreter.resize_tensor_input(detail["index"], list(values.shape))
        interpreter.allocate_tensors()
    except (RuntimeError, ValueError) as error:
        raise JobError(f"{name} can't be run here: {_reason(error)}.") from error
    return interpreter


def _setter(interpreter: Any, detail: dict[str, Any]) -> Callable[[Array], None]:
    return lambda values: interpreter.set_tensor(detail["index"], stored(values, detail))


def _without_batch(values: Array) -> Array:
    return values[0] if values.ndim and values.shape[0] == 1 else values


def _real(values: Array, detail: dict[str, Any]) -> Array:
    scale, zero_point = detail["quantization"]
    if scale and np.issubdtype(values.dtype, np.integer):
        return (values.astype(np.float32) - np.float32(zero_point)) * np.float32(scale)
    return values


def _reason(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[-1].rstrip(". ") if lines else type(error).__name__
