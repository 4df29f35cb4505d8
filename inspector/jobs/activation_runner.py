"""Runs a .tflite and keeps what every activation held: only in a worker, as a bad model can take it down."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from inspector.errors import DataError, JobError
from inspector.jobs.variant_run import stored

Array = np.ndarray[Any, np.dtype[Any]]


class ActivationRunner:
    """A .tflite that keeps the values of all its activations.

    It runs with XNNPACK, as TensorFlow's debugger and most programs run models, and without where that is not possible.
    What XNNPACK computes ahead can't be seen then; that is constants that are dequantized, no operator's own output.
    """

    def __init__(self, content: bytes, name: str) -> None:
        """`name` is what messages call it. Raises JobError."""
        from ai_edge_litert.interpreter import Interpreter, OpResolverType

        self._name = name
        failure: Exception | None = None
        for resolver in (OpResolverType.BUILTIN, OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # that all tensors are kept, which is what this is for
                    self._interpreter = Interpreter(
                        model_content=content,
                        experimental_preserve_all_tensors=True,
                        experimental_op_resolver_type=resolver,
                        num_threads=1,
                    )
                self._interpreter.allocate_tensors()
                return
            except (RuntimeError, ValueError) as error:
                failure = failure or error
        raise JobError(f"{self._name} can't be run here: {_reason(failure)}.") from failure

    def run(self, values: Sequence[Array]) -> None:
        """`values` in the order of the inputs, real where the input is quantized. Raises DataError, JobError."""
        try:
            details = self._interpreter.get_input_details()
            changed = [(each, array) for each, array in zip(details, values, strict=True)
                       if tuple(each["shape"]) != array.shape]  # fmt: skip
            for detail, array in changed:
                self._interpreter.resize_tensor_input(detail["index"], list(array.shape))
            if changed:
                self._interpreter.allocate_tensors()
            for detail, array in zip(details, values, strict=True):
                self._interpreter.set_tensor(detail["index"], stored(array, detail))
        except (RuntimeError, ValueError) as error:
            raise DataError(f"A sample does not fit the inputs of {self._name}: {_reason(error)}.") from error
        try:
            self._interpreter.invoke()
        except (RuntimeError, ValueError) as error:
            raise JobError(f"{self._name} can't be run on the data: {_reason(error)}.") from error

    def values(self, tensor: int) -> Array:
        """What this tensor of the main subgraph held last, as it is stored."""
        found: Array = self._interpreter.get_tensor(tensor)
        return found


def _reason(error: Exception | None) -> str:
    lines = str(error).strip().splitlines()
    return lines[-1].rstrip(". ") if lines else type(error).__name__
