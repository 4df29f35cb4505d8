"""The values of a tensor as a .npy or .csv file.

CSV, as numpy.savetxt lays it out: a scalar is one number, a vector one number a line, a matrix one line a row. With
more dimensions there is one line for each index of all dimensions but the last: these indices first, then the values;
a line with # in front says so. numpy.loadtxt reads all of them. Floats have as many digits as they need to read back as
the same number; truth values are 0 and 1.
"""

from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import repeat
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from inspector.errors import ExportError
from inspector.export.atomic_file import write_file

Array = np.ndarray[Any, np.dtype[Any]]
Progress = Callable[[float | None, str], None]

ARRAY_SUFFIXES = (".npy", ".csv")
_STEP = 1 << 22  # elements of a .npy between two reports of progress
_CSV_STEP = 1 << 16  # elements of a .csv


def save_array(path: Path, array: Array, overwrite: bool = False, progress: Progress | None = None) -> Path:
    """Writes `array` in the form the suffix of `path` asks for. Raises ExportError, and Cancelled from `progress`."""
    suffix = path.suffix.lower()
    if suffix not in ARRAY_SUFFIXES:
        raise ExportError(f"{path.name} has to end in .npy or .csv.")
    if array.dtype.hasobject:
        raise ExportError(f"{path.name} can't hold values that are no numbers.")
    pieces = npy_pieces(array, progress) if suffix == ".npy" else csv_pieces(array, progress)
    return write_file(path, pieces, overwrite)


def npy_pieces(array: Array, progress: Progress | None = None) -> Iterator[bytes]:
    """The bytes of a .npy file, in C order."""
    flat = np.ascontiguousarray(array).reshape(-1)
    header = BytesIO()
    description = {"descr": np.lib.format.dtype_to_descr(array.dtype), "fortran_order": False, "shape": array.shape}
    np.lib.format.write_array_header_1_0(header, description)
    yield header.getvalue()
    for start in range(0, flat.size, _STEP):
        _report(progress, start, flat.size)
        yield flat[start : start + _STEP].tobytes()


def csv_pieces(array: Array, progress: Progress | None = None) -> Iterator[bytes]:
    """The lines of a .csv file."""
    values = array.view(np.uint8) if array.dtype == np.bool_ else array
    shape = values.shape if values.ndim > 1 else (values.size, 1)
    indices: Iterator[tuple[int, ...]] = repeat(())
    if values.ndim > 2:
        indices = iter(np.ndindex(shape[:-1]))
        names = ",".join(f"dim_{dimension}" for dimension in range(values.ndim - 1))
        size = "x".join(map(str, shape))
        yield f"# shape {size}: {names}, then the {shape[-1]} values of the last dimension\n".encode("ascii")
    rows = values.reshape(prod(shape[:-1]), shape[-1])
    step = max(_CSV_STEP // max(shape[-1], 1), 1)  # rows
    for start in range(0, len(rows), step):
        _report(progress, start * shape[-1], values.size)
        block = rows[start : start + step]
        lines = (",".join([*map(str, next(indices)), *_words(row)]) for row in block)
        yield "".join(f"{line}\n" for line in lines).encode("ascii")


def _words(row: Array) -> Iterator[str]:
    """The shortest text of each value that reads back as the same one: a float32's is shorter than its float64's."""
    return map(str, row) if row.dtype.kind in "fc" and row.dtype != np.float64 else map(str, row.tolist())


def _report(progress: Progress | None, done: int, count: int) -> None:
    if progress is not None:
        progress(done / count if count else None, f"Writing {done:,} of {count:,} values")
