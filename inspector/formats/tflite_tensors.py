"""The tensors of a subgraph as columns: names, types, shapes, kinds, sizes, buffers."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from inspector.formats.flatbuffer_table import FlatBytes, Ragged, Tables
from inspector.formats.tflite_buffers import BufferTable
from inspector.formats.tflite_schema import TensorSlot
from inspector.model import KINDS, TensorType, tensor_type

Array = np.ndarray[Any, np.dtype[Any]]

LONGEST_SHAPE = 32
"""Dimensions a shape may have; numpy's arrays have at most 32 or 64."""
_COUNTABLE = float(1 << 53)

NEGATIVE, TOO_MANY = -1, -2
"""Instead of an element count: a size below 0, or a product no file could hold."""


@dataclass(frozen=True, eq=False)
class TensorTable:
    """What the checks need as arrays, one entry a tensor."""

    tables: Tables
    names: list[str]
    shape: Ragged
    shape_signature: Ragged
    type_codes: Array
    bits: Array
    elements: Array
    buffer: Array
    """Row of the BufferTable; -1 where the file names one that does not exist."""
    names_buffer: Array
    """Buffer 0 is no buffer, whatever the file holds there."""
    size: Array
    is_variable: Array

    @property
    def constant(self) -> Array:
        return self.size > 0

    @property
    def dense_bytes(self) -> Array:
        """Bytes of all elements stored densely; -1 where unknown or impossible."""
        known = (self.elements >= 0) & (self.bits > 0)
        return np.where(known, (self.elements * self.bits + 7) // 8, -1)

    def types(self) -> list[TensorType]:
        return _look_up(self.type_codes, tensor_type)

    def kinds(self, inputs: tuple[int, ...], outputs: tuple[int, ...]) -> list[str]:
        """What each tensor is; one with data is a constant whatever else is said of it."""
        codes = np.full(len(self.names), KINDS.index("activation"), np.int8)
        for kind, rows in (("output", outputs), ("input", inputs)):
            inside = [row for row in rows if 0 <= row < len(codes)]
            codes[inside] = KINDS.index(kind)
        codes[self.is_variable] = KINDS.index("variable")
        codes[self.constant] = KINDS.index("constant")
        chosen: list[str] = np.array(KINDS, object)[codes].tolist()
        return chosen

    def stored_bytes(self) -> list[int | None]:
        return _none_below_zero(np.where(self.constant, self.size, self.dense_bytes))

    def buffers(self) -> list[int | None]:
        return _none_below_zero(self.buffer)

    def shape_signatures(self) -> list[tuple[int, ...] | None]:
        if not self.shape_signature.present.any():
            return [None] * len(self.names)
        rows = self.shape_signature.shared_tuples()
        return [row if there else None for row, there in zip(rows, self.shape_signature.present.tolist(), strict=True)]


def read_tensors(flat: FlatBytes, places: Array, buffers: BufferTable) -> TensorTable:
    """The tensors whose tables are at `places`."""
    tables = Tables(flat, places)
    shape = tables.ragged(TensorSlot.SHAPE, "<i4", "shape", LONGEST_SHAPE)
    codes = tables.scalar(TensorSlot.TYPE, "i1", 0, "type")
    bits = np.array(_look_up(codes, lambda code: tensor_type(code).bits), np.int64)
    buffer = tables.scalar(TensorSlot.BUFFER, "<u4", 0, "buffer").astype(np.int64)
    external = tables.scalar(TensorSlot.EXTERNAL_BUFFER, "<u4", 0, "external_buffer").astype(np.int64)
    rows, names_buffer = buffers.rows(buffer, external), (buffer > 0) | (external > 0)
    return TensorTable(
        tables=tables,
        names=tables.texts(TensorSlot.NAME, "name"),
        shape=shape,
        shape_signature=tables.ragged(TensorSlot.SHAPE_SIGNATURE, "<i4", "shape_signature", LONGEST_SHAPE),
        type_codes=codes,
        bits=bits,
        elements=element_counts(shape),
        buffer=rows,
        names_buffer=names_buffer,
        size=np.where(names_buffer & (rows >= 0), buffers.buffers.size[rows], 0) if buffers.count else 0 * rows,
        is_variable=tables.scalar(TensorSlot.IS_VARIABLE, "u1", 0, "is_variable") != 0,
    )


def element_counts(shape: Ragged) -> Array:
    """The product of each shape (1 for a scalar), or NEGATIVE, or TOO_MANY."""
    lengths = shape.lengths
    counts = np.ones(len(lengths), np.int64)
    for rank in np.flatnonzero(np.bincount(lengths)).tolist():  # np.unique would import numpy.ma, 10 ms
        if rank == 0:
            continue
        rows = np.flatnonzero(lengths == rank)
        sizes = shape.values[shape.starts[rows][:, None] + np.arange(rank)]
        about = np.multiply.reduce(sizes, axis=1, dtype=np.float64)
        with np.errstate(over="ignore"):
            exact = np.multiply.reduce(sizes, axis=1, dtype=np.int64)
        exact = np.where(np.abs(about) < _COUNTABLE, exact, TOO_MANY)
        counts[rows] = np.where((sizes < 0).any(axis=1), NEGATIVE, exact)
    return counts


def _look_up(codes: Array, meaning: Any) -> list[Any]:
    """`meaning` of every code (int8), asked once a code."""
    places = codes.view(np.uint8)
    answers = np.empty(256, object)
    for place in np.flatnonzero(np.bincount(places, minlength=256)).tolist():
        answers[place] = meaning(place - 256 if place > 127 else place)
    found: list[Any] = answers[places].tolist()
    return found


def _none_below_zero(numbers: Array) -> list[int | None]:
    if (numbers >= 0).all():
        listed: list[int | None] = numbers.tolist()
        return listed
    return [None if number < 0 else number for number in numbers.tolist()]
