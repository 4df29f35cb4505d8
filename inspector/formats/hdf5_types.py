"""Datatypes and dataspaces of HDF5 messages -> element types and shapes."""

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from inspector.formats.hdf5_bytes import Bytes, align, broken
from inspector.model import TYPE_BY_NAME, TensorType

_FIXED, _FLOAT, _STRING, _OPAQUE, _COMPOUND, _ENUM, _VARIABLE = 0, 1, 3, 5, 6, 8, 9
_FLOATS = {(2, 5, 10): "FLOAT16", (4, 8, 23): "FLOAT32", (8, 11, 52): "FLOAT64", (2, 8, 7): "BFLOAT16"}
_MAX_ELEMENTS = 1 << 59  # numpy counts bytes in 63 bits
_CLASSES = (
    "integer",
    "float",
    "time",
    "text",
    "bits",
    "bytes",
    "compound",
    "reference",
    "enumeration",
    "list",
    "array",
)


@dataclass(frozen=True, slots=True)
class DataType:
    """How one element is stored: `size` bytes, `stored` their numpy type where they are numbers; `text` is "fixed" or
    "variable" for strings, else ""."""

    type: TensorType
    size: int
    stored: np.dtype[Any] | None
    text: str = ""


def shape_at(file: Bytes, place: int) -> tuple[int, ...] | None:
    """A dataspace's sizes, () for a scalar, None for one without elements. Raises DamagedFileError."""
    version, rank, _flags = file.number(place, 1), file.number(place + 1, 1), file.number(place + 2, 1)
    if version not in (1, 2) or rank > 32:
        raise broken("a shape", place)
    if version == 2 and file.number(place + 3, 1) == 2:
        return None
    start = place + (8 if version == 1 else 4)
    shape = tuple(file.length(start + index * file.length_size) for index in range(rank))
    if prod(max(size, 1) for size in shape) >= _MAX_ELEMENTS:
        raise broken("a shape of a sensible size", place)
    return shape


def datatype_at(file: Bytes, place: int, shared: bool = False) -> DataType:
    """Raises DamagedFileError; a type that is kept elsewhere in the file is not followed (Keras writes none)."""
    if shared:
        raise broken("a type of its own", place)
    head = file.number(place, 1)
    kind, version = head & 15, head >> 4
    if not 1 <= version <= 4 or kind > 10:
        raise broken("a type", place)
    bits, size = file.number(place + 1, 3), file.number(place + 4, 4)
    if kind == _FIXED:
        return _integer(bits, size)
    if kind == _FLOAT:
        return _float(file, place, bits, size)
    if kind == _STRING:
        return DataType(TYPE_BY_NAME["STRING"], size, None, "fixed")
    if kind == _VARIABLE and bits & 15 == 1:
        return DataType(TYPE_BY_NAME["STRING"], size, None, "variable")
    if kind == _OPAQUE and size == 2:  # Keras writes bfloat16 so
        return DataType(TYPE_BY_NAME["BFLOAT16"], 2, np.dtype("<u2"))
    if kind == _ENUM:
        return _enumeration(file, place, bits, version)
    if kind == _COMPOUND:
        return _complex(bits, size)
    return unknown_type(_CLASSES[kind], size)


def unknown_type(label: str, size: int) -> DataType:
    """A type without numbers to read, called by its kind and bits ("compound96")."""
    return DataType(TensorType(-1, f"{label}{size * 8}", size * 8, None), size, None)


def _integer(bits: int, size: int) -> DataType:
    name = f"{'INT' if bits & 8 else 'UINT'}{size * 8}"
    if name not in TYPE_BY_NAME or size < 1:
        return unknown_type("integer", size)
    return DataType(TYPE_BY_NAME[name], size, np.dtype(f"{_order(bits)}{'i' if bits & 8 else 'u'}{size}"))


def _float(file: Bytes, place: int, bits: int, size: int) -> DataType:
    exponent, mantissa = file.number(place + 13, 1), file.number(place + 15, 1)
    name = _FLOATS.get((size, exponent, mantissa))
    if name is None or bits & 0x40:
        return unknown_type("float", size)
    return DataType(TYPE_BY_NAME[name], size, np.dtype(f"{_order(bits)}{'u' if name == 'BFLOAT16' else 'f'}{size}"))


def _order(bits: int) -> str:
    return ">" if bits & 1 else "<"


def _enumeration(file: Bytes, place: int, bits: int, version: int) -> DataType:
    """h5py keeps booleans as FALSE and TRUE; others count as their integers."""
    base = datatype_at(file, place + 8)
    names = place + 8 + 12
    if bits & 0xFFFF == 2 and base.size == 1:
        first = file.text(names, 64)
        second = file.text(names + (align(len(first) + 1) if version < 3 else len(first) + 1), 64)
        if (first, second) == (b"FALSE", b"TRUE"):
            return DataType(TYPE_BY_NAME["BOOL"], 1, np.dtype("?"))
    return base


def _complex(bits: int, size: int) -> DataType:
    """Two floats are how h5py keeps complex numbers."""
    if bits & 0xFFFF == 2 and size in (8, 16):
        return DataType(TYPE_BY_NAME[f"COMPLEX{size * 8}"], size, np.dtype(f"<c{size}"))
    return unknown_type("compound", size)
