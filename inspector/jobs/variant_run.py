"""Runs a .tflite once, in this process: only in a worker, as a bad model can take the interpreter down."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
_SEED = 0


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """`outputs` by tensor name, as the model gives them; `note` says what was needed to run it, "" if nothing."""

    outputs: dict[str, Array]
    note: str = ""


def run_once(path: Path, sample: Sequence[Array] | None) -> Run:
    """Allocates and invokes the model on `sample`, or on values made up. Raises ValueError or RuntimeError."""
    from ai_edge_litert.interpreter import OpResolverType

    try:
        return Run(_outputs(path, sample, OpResolverType.AUTO))
    except (ValueError, RuntimeError) as error:
        first = error
    try:
        outputs = _outputs(path, sample, OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
    except (ValueError, RuntimeError):
        raise first from None
    return Run(outputs, "Runs only without the XNNPACK delegate (OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES).")


def _outputs(path: Path, sample: Sequence[Array] | None, resolver: Any) -> dict[str, Array]:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(path), num_threads=1, experimental_op_resolver_type=resolver)
    inputs = interpreter.get_input_details()
    for place, detail in enumerate(inputs):
        if sample is not None:
            shape = sample[place].shape
            if shape != tuple(detail["shape"]):
                interpreter.resize_tensor_input(detail["index"], list(shape))
    interpreter.allocate_tensors()
    for place, detail in enumerate(interpreter.get_input_details()):
        values = sample[place] if sample is not None else _made_up(detail)
        interpreter.set_tensor(detail["index"], stored(values, detail))
    interpreter.invoke()
    return {each["name"]: interpreter.get_tensor(each["index"]) for each in interpreter.get_output_details()}


def _made_up(detail: dict[str, Any]) -> Array:
    """Real values from 0 to 1, as images have them; 0 for indices, which is valid in every vocabulary."""
    shape, dtype = tuple(detail["shape"]), np.dtype(detail["dtype"])
    if np.issubdtype(dtype, np.floating) or detail["quantization"][0]:
        return np.random.default_rng(_SEED).random(shape, np.float32)
    return np.zeros(shape, dtype)


def stored(values: Array, detail: dict[str, Any]) -> Array:
    """Real values as the input takes them: quantized where it has a scale."""
    dtype, (scale, zero_point) = np.dtype(detail["dtype"]), detail["quantization"]
    if scale and np.issubdtype(dtype, np.integer) and np.issubdtype(values.dtype, np.floating):
        limits = np.iinfo(dtype)
        levels = np.clip(np.round(values / scale + zero_point), limits.min, limits.max)
        return np.asarray(levels, dtype)
    return np.ascontiguousarray(values, dtype)
