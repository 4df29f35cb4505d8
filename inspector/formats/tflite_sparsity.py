"""The sparsity of tensors that are stored sparsely: checked lengths at once, the index arrays when asked for."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from inspector.formats.flatbuffer_table import FlatBytes, Ragged, Tables
from inspector.formats.tflite_schema import DimensionSlot, SparsitySlot
from inspector.model import SparseDimension, Sparsity

Array = np.ndarray[Any, np.dtype[Any]]

_WIDTHS = {1: "<i4", 2: "<u2", 3: "u1"}  # the union SparseIndexVector


class SparsityRows(Mapping[int, Sparsity]):
    """Tensor index -> its Sparsity, made when asked for.

    `damaged` lists the rows of the tensors (positions in `tensors`) whose description points outside the file.
    """

    def __init__(self, flat: FlatBytes, targets: Array, sizes: Array, bits: Array) -> None:
        """`targets`: where each tensor's sparsity table is (-1: it is dense); `sizes`: bytes of its buffer;
        `bits`: of one element (0: unknown)."""
        self._flat = flat
        self.tensors = np.flatnonzero(targets >= 0)
        self._row_of = {tensor: row for row, tensor in enumerate(self.tensors.tolist())}
        self._sizes, self._bits = sizes, bits
        tables = Tables(flat, targets[self.tensors])
        self._order = tables.ragged(SparsitySlot.TRAVERSAL_ORDER, "<i4", "traversal_order", 64)
        self._block_map = tables.ragged(SparsitySlot.BLOCK_MAP, "<i4", "block_map", 64)
        self._children = tables.children(SparsitySlot.DIMENSIONS, "dim_metadata")
        dimensions = Tables(flat, self._children.values)
        self._compressed = dimensions.scalar(DimensionSlot.FORMAT, "i1") != 0
        self._dense_size = dimensions.scalar(DimensionSlot.DENSE_SIZE, "<i4")
        self._segments = _Vectors(flat, dimensions, DimensionSlot.SEGMENTS_TYPE, DimensionSlot.SEGMENTS)
        self._indices = _Vectors(flat, dimensions, DimensionSlot.INDICES_TYPE, DimensionSlot.INDICES)
        owners = np.repeat(np.arange(len(self.tensors)), self._children.lengths)
        parts = [rows for _, rows in tables.damaged] + [owners[rows] for _, rows in dimensions.damaged]
        parts += [owners[vectors.damaged] for vectors in (self._segments, self._indices)]
        damaged = np.concatenate(parts)
        self.damaged = np.unique(damaged) if damaged.size else damaged

    def __getitem__(self, tensor: int) -> Sparsity:
        row = self._row_of[tensor]
        first, last = int(self._children.starts[row]), int(self._children.starts[row + 1])
        return Sparsity(
            traversal_order=tuple(self._order.row(row).tolist()),
            block_map=tuple(self._block_map.row(row).tolist()),
            dimensions=tuple(self._dimension(child) for child in range(first, last)),
            stored_elements=self._stored(tensor, range(first, last)),
        )

    def contradictions(self, shape: Ragged) -> Array:
        """The tensors whose description can't be right, as far as the lengths of its lists tell."""
        wrong = set(self.damaged.tolist())
        orders, maps, shapes = self._order.tuples(), self._block_map.tuples(), shape.lengths[self.tensors].tolist()
        bounds = self._children.starts.tolist()
        for row, (order, block_map, rank) in enumerate(zip(orders, maps, shapes, strict=True)):
            levels = range(bounds[row], bounds[row + 1])
            sound = sorted(order) == list(range(rank + len(block_map))) and len(levels) == len(order)
            sound = sound and all(0 <= dimension < rank for dimension in block_map)
            if not sound or self._stored(int(self.tensors[row]), levels) != self._places(levels):
                wrong.add(row)
        found: Array = self.tensors[sorted(wrong)]
        return found

    def _stored(self, tensor: int, levels: range) -> int:
        """How many elements the buffer holds; those that only fill its last byte don't count."""
        bits = int(self._bits[tensor])
        held = int(self._sizes[tensor]) * 8 // bits if bits else 0
        places = self._places(levels)
        return places if places >= 0 and bits < 8 and 0 <= held - places < 8 // max(bits, 1) else held

    def _places(self, levels: range) -> int:
        """How many elements the levels name, -1 if their lists don't fit each other."""
        count = 1
        for level in levels:
            if self._compressed[level]:
                if self._segments.counts[level] <= count:
                    return -1
                count = int(self._indices.counts[level])
            else:
                count *= int(self._dense_size[level])
        return count

    def __iter__(self) -> Iterator[int]:
        return iter(self._row_of)

    def __len__(self) -> int:
        return len(self._row_of)

    def _dimension(self, child: int) -> SparseDimension:
        return SparseDimension(
            compressed=bool(self._compressed[child]),
            dense_size=int(self._dense_size[child]),
            segments=self._segments.read(child),
            indices=self._indices.read(child),
        )


class _Vectors:
    """One union field of many dimensions: a vector of int32, uint16 or uint8."""

    def __init__(self, flat: FlatBytes, dimensions: Tables, type_slot: int, slot: int) -> None:
        self._data = flat.data
        self._types = dimensions.scalar(type_slot, "u1")
        targets = dimensions.target(slot)
        self._starts = np.full(len(targets), -1, np.int64)
        self.counts = np.zeros(len(targets), np.int64)
        damaged = []
        for code, dtype in _WIDTHS.items():
            tables = Tables(flat, np.where(self._types == code, targets, -1))
            starts, counts = tables.vector(0, np.dtype(dtype).itemsize)
            chosen = starts >= 0
            self._starts[chosen], self.counts[chosen] = starts[chosen], counts[chosen]
            damaged += [rows for _, rows in tables.damaged]
        self.damaged = np.concatenate(damaged) if damaged else np.zeros(0, np.int64)

    def read(self, child: int) -> Array:
        start = int(self._starts[child])
        dtype = np.dtype(_WIDTHS.get(int(self._types[child]), "u1"))
        if start < 0:
            return np.zeros(0, dtype)
        return self._data[start : start + int(self.counts[child]) * dtype.itemsize].view(dtype)
