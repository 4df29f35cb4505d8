"""Samples from a Python file with `calibration_data()`: the user's code, run only after consent and in the worker."""

import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from inspector.datasets.assembling import Values, assemble
from inspector.datasets.choice import DataChoice
from inspector.datasets.fitting import check_type, fit_shape
from inspector.datasets.input_spec import InputSpec
from inspector.datasets.samples import Samples
from inspector.datasets.sources import MOST_BYTES, Array, ArrayInfo, Progress
from inspector.errors import DataError, InspectorError
from inspector.model.text import bytes_text, plural, printable

FUNCTION = "calibration_data"


def python_samples(path: Path, choice: DataChoice, specs: Sequence[InputSpec], progress: Progress) -> Samples:
    """The first `choice.samples` samples that the function yields: each a dict by input name, a list in the order of
    the inputs, or an array for a single input, with or without the batch dimension. Raises DataError."""
    if not choice.allow_code:
        raise DataError(f"{path.name} runs code. Look at it, then agree to run it (--allow-data-code).")
    parts: dict[str, list[Array]] = {spec.name: [] for spec in specs}
    count = size = 0
    for item in _items(path):
        progress(count / choice.samples if choice.samples else None, f"Sample {count + 1:,} of {path.name}")
        taken = {spec.name: _array(value, spec) for spec, value in zip(specs, _in_order(item, specs), strict=True)}
        counts = {len(array) for array in taken.values()}
        if len(counts) > 1:
            raise DataError(f"{FUNCTION} in {path.name} gave the inputs different numbers of samples.")
        for name, array in taken.items():
            parts[name].append(array)
        count += counts.pop()
        size += sum(array.nbytes for array in taken.values())
        if choice.samples and count >= choice.samples:
            break
        if size > MOST_BYTES:
            raise DataError(f"{path.name} gave more than {bytes_text(MOST_BYTES)}. Choose a number of samples.")
    if not count:
        raise DataError(f"{FUNCTION} in {path.name} gave no samples.")
    wanted = min(count, choice.samples) if choice.samples else count
    values = {name: Values(_joined(arrays, name)[:wanted], FUNCTION) for name, arrays in parts.items()}
    return assemble(specs, values, count, f"{plural(wanted, 'sample')} of {FUNCTION}() in {path.name}")


def _in_order(item: Any, specs: Sequence[InputSpec]) -> list[Any]:
    """The values of one item in the order of the inputs."""
    if isinstance(item, Mapping):
        found = []
        for spec in specs:
            name = next((name for name in spec.names if name in item), None)
            if name is None:
                given = ", ".join(map(str, item))
                raise DataError(f"{FUNCTION} gave {printable(given[:100])}; the input {spec.name} is missing.")
            found.append(item[name])
        return found
    if not isinstance(item, list | tuple):
        item = [item]
    if len(item) != len(specs):
        raise DataError(
            f"{FUNCTION} gave {plural(len(item), 'array')} a sample; the model has {plural(len(specs), 'input')}."
        )
    return list(item)


def _array(value: Any, spec: InputSpec) -> Array:
    """(samples, *sample shape) of what was given for one input. Raises DataError."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError) as error:
        raise DataError(f"{FUNCTION} gave something for {spec.name} that is no array of numbers.") from error
    info = ArrayInfo(f"What {FUNCTION} gave", array.dtype.name, array.shape)
    check_type(info, array.dtype, spec)
    fit = fit_shape(info, spec)
    rows = array if fit.single else array[: fit.count * fit.group]
    return np.array(rows).reshape(fit.count, *fit.shape)  # a copy: a generator may fill the same array again


def _joined(arrays: list[Array], name: str) -> Array:
    try:
        return np.concatenate(arrays)
    except ValueError as error:
        raise DataError(f"The samples of {FUNCTION} have several shapes for {name}; they have to be alike.") from error


def _items(path: Path) -> Iterator[Any]:
    """What the file's function yields; whatever its code raises becomes a DataError."""
    folder = str(path.resolve().parent)
    sys.path.insert(0, folder)  # so that it can import what lies beside it
    try:
        items = _run(path, lambda: iter(_function(path)()))
        end = object()
        while (item := _run(path, lambda: next(items, end))) is not end:
            yield item
    finally:
        if folder in sys.path:
            sys.path.remove(folder)


def _function(path: Path) -> Any:
    module = ModuleType(FUNCTION + "_file")
    module.__file__ = str(path)
    exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)
    function = getattr(module, FUNCTION, None)
    if not callable(function):
        raise DataError(f"{path.name} has no function {FUNCTION}().")
    return function


def _run(path: Path, step: Any) -> Any:
    """Foreign code can raise anything, SystemExit too: the user gets a sentence, the log the whole trace."""
    try:
        return step()
    except InspectorError:
        raise
    except (Exception, SystemExit) as error:
        traceback.print_exc()
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        where = (
            f" in line {lines[-1]:,}" if lines else f" in line {error.lineno}" if isinstance(error, SyntaxError) else ""
        )
        what = printable(str(error))[:200]
        raise DataError(f"{path.name} stopped{where}: {type(error).__name__}{': ' + what if what else ''}.") from error
