"""The smallest and largest value that each activation of a float .tflite takes over calibration samples."""

import os
from collections.abc import Container, Iterator, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from inspector.analysis.progress import Progress
from inspector.errors import DataError, JobError
from inspector.jobs.evaluate_options import BUILTIN, XNNPACK
from inspector.jobs.interpreter_run import opened, reason

_NAME = "The float model"

Ranges = dict[str, tuple[float, float]]
"""Tensor name -> (smallest, largest)."""


class SampleSource(Protocol):
    """What `datasets` gives: iterating yields one sample at a time, an array (1, ...) for each input's name."""

    @property
    def count(self) -> int: ...

    def __iter__(self) -> Iterator[Mapping[str, NDArray[Any]]]: ...


def activation_ranges(
    float_model: bytes, samples: SampleSource, progress: Progress, activations: Container[str]
) -> Ranges:
    """Runs the model on every sample and looks at the FLOAT32 tensors of its first subgraph with these names.

    What nobody computes must not be among them: such a tensor holds whatever was in memory.
    Raises JobError for a model that can't be run, DataError for samples that don't fit or lead to NaN or infinity.
    """
    interpreter = _interpreter(float_model)
    inputs = _inputs(interpreter)
    lowest: dict[str, float] = {}
    highest: dict[str, float] = {}
    tensors: list[tuple[int, str]] = []
    count = 0
    for count, sample in enumerate(samples, 1):
        progress((count - 1) / max(samples.count, 1), f"Calibrating {count:,} of {samples.count:,}")
        if _set_inputs(interpreter, inputs, sample) or not tensors:
            tensors = _float_tensors(interpreter, activations)
        try:
            interpreter.invoke()
        except (RuntimeError, ValueError) as error:
            raise JobError(f"{_NAME} can't be run on sample {count:,}: {reason(error)}.") from error
        for index, name in tensors:
            values: NDArray[np.float32] = interpreter.get_tensor(index)
            if values.size:
                lowest[name] = float(np.minimum(lowest.get(name, np.inf), values.min()))  # keeps NaN, as min() does not
                highest[name] = float(np.maximum(highest.get(name, -np.inf), values.max()))
    if not count:
        raise DataError("There are no calibration samples. Choose data with at least one.")
    ranges = {name: (low, highest[name]) for name, low in lowest.items()}
    _check_finite(ranges)
    return ranges


def _interpreter(float_model: bytes) -> Any:
    """Without XNNPACK, as TensorFlow calibrates; with it where an operator runs only there."""
    threads = os.cpu_count() or 1
    try:
        return opened(float_model, _NAME, BUILTIN, keep_all=True, threads=threads)
    except JobError:
        return opened(float_model, _NAME, XNNPACK, keep_all=True, threads=threads)


def _inputs(interpreter: Any) -> dict[str, dict[str, Any]]:
    """Details of each input by every name it goes by: its tensor's and those of signatures."""
    details = interpreter.get_input_details()
    found = {each["name"]: each for each in details}
    if len(details) == 1:
        found[""] = details[0]
    signatures = interpreter.get_signature_list()
    if len(signatures) == 1:
        runner = interpreter.get_signature_runner(next(iter(signatures)))
        for name, detail in runner.get_input_details().items():
            found.setdefault(name, found.get(detail["name"], detail))
    return found


def _set_inputs(interpreter: Any, inputs: dict[str, dict[str, Any]], sample: Mapping[str, NDArray[Any]]) -> bool:
    """Gives a sample to the model; True if an input had to be resized. Raises DataError where names don't fit."""
    only = inputs.get("")
    chosen = {}
    for name, array in sample.items():
        detail = inputs.get(name, only if len(sample) == 1 else None)
        if detail is None:
            known = ", ".join(sorted(key for key in inputs if key))
            raise DataError(f'The model has no input "{name}". Its inputs: {known}.')
        chosen[detail["index"]] = (detail, np.ascontiguousarray(array, dtype=detail["dtype"]))
    resized = False
    for index, (detail, array) in chosen.items():
        if tuple(detail["shape"]) != array.shape:
            interpreter.resize_tensor_input(index, array.shape)
            detail["shape"] = np.array(array.shape)
            resized = True
    try:
        if resized:
            interpreter.allocate_tensors()
        for index, (_, array) in chosen.items():
            interpreter.set_tensor(index, array)
    except (RuntimeError, ValueError) as error:
        raise DataError(f"A sample does not fit the model's inputs: {reason(error)}.") from error
    return resized


def _float_tensors(interpreter: Any, names: Container[str]) -> list[tuple[int, str]]:
    """(index, name) of the FLOAT32 tensors among `names`."""
    details = interpreter.get_tensor_details()
    return [(each["index"], each["name"]) for each in details if each["dtype"] == np.float32 and each["name"] in names]


def _check_finite(ranges: Ranges) -> None:
    wrong = [name for name, limits in ranges.items() if not np.isfinite(limits).all()]
    if wrong:
        others = f" and {len(wrong) - 1:,} more" if len(wrong) > 1 else ""
        raise DataError(
            f"The samples lead to NaN or infinity in {wrong[0]}{others}, so no range can be measured. "
            "Look at the data, and at the float model on them."
        )
