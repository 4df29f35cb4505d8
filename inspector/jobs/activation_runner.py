"""Runs a .tflite and keeps what every activation held: only in a worker, as a bad model can take it down."""

from collections.abc import Sequence

from inspector.errors import DataError, JobError
from inspector.jobs.evaluate_options import BUILTIN, XNNPACK
from inspector.jobs.interpreter_run import Array, opened, reason
from inspector.jobs.variant_run import stored


class ActivationRunner:
    """A .tflite that keeps the values of all its activations.

    It runs with XNNPACK, as TensorFlow's debugger and most programs run models, and without where that is not possible.
    What XNNPACK computes ahead can't be seen then; that is constants that are dequantized, no operator's own output.
    """

    def __init__(self, content: bytes, name: str) -> None:
        """`name` is what messages call it. Raises JobError."""
        self._name = name
        try:
            self._interpreter = opened(content, name, XNNPACK, keep_all=True)
        except JobError as first:
            try:
                self._interpreter = opened(content, name, BUILTIN, keep_all=True)
            except JobError:
                raise first from None

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
            raise DataError(f"A sample does not fit the inputs of {self._name}: {reason(error)}.") from error
        try:
            self._interpreter.invoke()
        except (RuntimeError, ValueError) as error:
            raise JobError(f"{self._name} can't be run on the data: {reason(error)}.") from error

    def forget(self) -> None:
        """Variables go back to their start: samples have nothing in common."""
        self._interpreter.reset_all_variables()

    def values(self, tensor: int) -> Array:
        """What this tensor of the main subgraph held last, as it is stored."""
        found: Array = self._interpreter.get_tensor(tensor)
        return found
