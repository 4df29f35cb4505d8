"""The header of the NumPy format, read without ever building an object from it."""

import ast
import re
from dataclasses import dataclass
from math import prod
from typing import IO, Any

import numpy as np

from inspector.errors import DataError

MAGIC = b"\x93NUMPY"
_MOST_HEADER = 10_000
"""Bytes; numpy's own limit too. The header of a plain array has 128."""
_PLAIN_TYPE = re.compile(r"[<>=|]?[biufc]\d{1,2}|[<>=|]?\?")
_TEXT_TYPE = re.compile(r"[<>=|]?[US][1-9]\d{0,5}")
TEXT = "text"
"""What arrays of words hold."""
_WHAT = {"O": "Python objects (pickled), which are never loaded", "U": TEXT, "S": TEXT, "a": TEXT,
         "M": "dates", "m": "time spans", "V": "records or a type of its own"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NumpyHeader:
    """`offset` is where the values begin. `problem` says what they are where they are no numbers; `dtype` is None
    then, but for text, which can be labels."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any] | None
    fortran_order: bool
    offset: int
    problem: str = ""

    @property
    def size_bytes(self) -> int:
        return prod(self.shape) * (self.dtype.itemsize if self.dtype is not None else 0)


def read_header(file: IO[bytes], title: str) -> NumpyHeader:
    """`title` names the array in messages. Raises DataError where the header is cut, too long or none."""
    start = file.read(8)
    if start[:6] != MAGIC:
        raise DataError(f"{title} is no NumPy array: its mark is missing.")
    width = {1: 2, 2: 4, 3: 4}.get(start[6] if len(start) > 6 else 0)
    if width is None:
        raise DataError(f"{title} is written in version {start[6:7].hex() or '?'} of NumPy's format, which is unknown.")
    length = int.from_bytes(file.read(width), "little")
    if length > _MOST_HEADER:
        raise DataError(f"{title} has a header of {length:,} bytes; arrays of numbers need less than {_MOST_HEADER:,}.")
    text = file.read(length)
    if len(text) < length:
        raise DataError(f"{title} is cut short inside its header.")
    return _parse(text, 8 + width + length, title)


def _parse(text: bytes, offset: int, title: str) -> NumpyHeader:
    try:
        values = ast.literal_eval(text.decode("latin-1").strip())
        shape, fortran_order, kind = values["shape"], values["fortran_order"], values["descr"]
    except (ValueError, SyntaxError, TypeError, KeyError, MemoryError, RecursionError) as error:
        raise DataError(f"{title} has a damaged header.") from error
    if not isinstance(shape, tuple) or not all(type(size) is int and 0 <= size < 1 << 48 for size in shape):
        raise DataError(f"{title} has a damaged header: its shape is {str(shape)[:60]}.")
    if len(shape) > 32 or not isinstance(fortran_order, bool):
        raise DataError(f"{title} has a damaged header.")
    dtype, problem = _dtype(kind)
    return NumpyHeader(shape, dtype, fortran_order, offset, problem)


def _dtype(kind: Any) -> tuple[np.dtype[Any] | None, str]:
    """The type of plain numbers, or what the array holds instead."""
    if not isinstance(kind, str):
        return None, _WHAT["V"]
    if _TEXT_TYPE.fullmatch(kind):
        return np.dtype(kind), TEXT
    if not _PLAIN_TYPE.fullmatch(kind):
        return None, _WHAT.get(kind.lstrip("<>=|")[:1], "values of an unknown type")
    try:
        return np.dtype(kind), ""
    except TypeError:
        return None, "values of an unknown type"
