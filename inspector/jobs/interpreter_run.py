"""One LiteRT interpreter of a .tflite, for one sample or a batch: only in a worker, as a bad model can take it down."""

import time
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from inspector.errors import DataError, JobError
from inspector.jobs.evaluate_options import TRUNCATE, XNNPACK
from inspector.jobs.variant_run import stored

Array = np.ndarray[Any, np.dtype[Any]]


def opened(
    content: bytes,
    name: str,
    kernels: str,
    shapes: Sequence[tuple[int, ...]] | None = None,
    *,
    keep_all: bool = False,
    threads: int = 1,
) -> Any:
    """An allocated Interpreter; `shapes` of the inputs with the batch, None as they are in the file.

    `kernels` is XNNPACK or BUILTIN; with `keep_all` the values of activations can be read after a run. Raises JobError
    where the model can't be run so, DataError for another number of shapes than inputs.
    """
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    builtin = kernels != XNNPACK
    kind = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES if builtin else OpResolverType.BUILTIN
    try:
        with warnings.catch_warnings():
            if keep_all:
                warnings.simplefilter("ignore")  # it warns that all tensors are kept, which is what was asked for
            made = Interpreter(
                model_content=content,
                num_threads=threads,
                experimental_op_resolver_type=kind,
                experimental_preserve_all_tensors=keep_all,
            )
        details = made.get_input_details()
        if shapes is not None and len(details) != len(shapes):
            raise DataError(f"{name} has {len(details)} inputs, the samples have {len(shapes)}.")
        for detail, shape in zip(details, shapes or [], strict=False):
            if tuple(detail["shape"]) != shape:
                made.resize_tensor_input(detail["index"], list(shape))
        made.allocate_tensors()
    except (RuntimeError, ValueError) as error:
        raise JobError(f"{name} can't be run here: {reason(error)}.") from error
    return made


class InterpreterRun:
    """Gives the outputs for each row of samples. One interpreter serves one thread."""

    def __init__(self, content: bytes, name: str, shapes: Sequence[tuple[int, ...]], kernels: str) -> None:
        """`shapes` are those of the inputs, with the batch. Raises JobError where the model can't be run so, DataError
        for another number of shapes than inputs."""
        self._content, self._name, self._shapes, self._kernels = content, name, shapes, kernels
        self._made = opened(content, name, kernels, shapes)
        self.inputs, self.outputs = self._made.get_input_details(), self._made.get_output_details()
        self.output = self.outputs[0]
        self.seconds = 0.0
        """What the last `invoke` alone took."""

    def feed(self, values: Sequence[Array]) -> None:
        """`values` as the inputs store them, each in its input's shape. Raises ValueError, RuntimeError for others."""
        for detail, each in zip(self.inputs, values, strict=True):
            self._made.set_tensor(detail["index"], each)

    def invoke(self) -> None:
        """Runs the model on what it was fed. Raises ValueError or RuntimeError."""
        started = time.perf_counter()
        self._made.invoke()
        self.seconds = time.perf_counter() - started

    def found(self, output: dict[str, Any]) -> Array:
        """What this one of `outputs` holds, with its batch, as it is stored: a copy."""
        values: Array = self._made.get_tensor(output["index"])
        return values

    def __call__(self, values: Sequence[Array]) -> Array:
        """Feeds and invokes. The first output with its batch, a copy. Raises JobError."""
        try:
            self.feed(values)
            self.invoke()
        except (RuntimeError, ValueError) as error:
            raise JobError(f"{self._name} can't be run on these samples: {reason(error)}.") from error
        return self.found(self.output)

    def forget(self, resources: bool) -> None:
        """States that a model keeps from sample to sample go back to their start: samples have nothing in common.
        `resources`: it has VAR_HANDLE, whose values TensorFlow Lite puts back only in an interpreter made anew."""
        if resources:
            self._made = opened(self._content, self._name, self._kernels, self._shapes)
        else:
            self._made.reset_all_variables()

    @property
    def delegated(self) -> bool:
        """Whether XNNPACK runs any operator of it."""
        listed = getattr(self._made, "_get_ops_details", None)
        return listed is not None and any(each["op_name"] == "DELEGATE" for each in listed())


def as_stored(values: Array, detail: dict[str, Any], rounding: str) -> Array:
    """Real values as the input takes them: q = round(r / scale + zero_point), clipped; "truncate" only casts."""
    dtype, (scale, zero_point) = np.dtype(detail["dtype"]), detail["quantization"]
    if rounding != TRUNCATE or not scale or not np.issubdtype(dtype, np.integer) or values.dtype.kind != "f":
        return stored(values, detail)
    with np.errstate(invalid="ignore"):
        return np.ascontiguousarray((values / scale + zero_point).astype(np.int64).astype(dtype))


def real_values(values: Array, detail: dict[str, Any]) -> Array:
    """An output as real numbers: scale x (q - zero_point) where it is quantized."""
    scale, zero_point = detail["quantization"]
    if scale and np.issubdtype(values.dtype, np.integer):
        return (values.astype(np.float32) - np.float32(zero_point)) * np.float32(scale)
    return values


def reason(error: Exception) -> str:
    """The last line of what TensorFlow Lite says."""
    lines = str(error).strip().splitlines()
    return lines[-1].rstrip(". ") if lines else type(error).__name__
