"""The quantization parameters of all tensors of a subgraph, in columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from inspector.formats.flatbuffer_table import FlatBytes, Ragged, Tables
from inspector.formats.tflite_schema import QuantizationSlot
from inspector.model import Quantization, QuantizationTable

Array = np.ndarray[Any, np.dtype[Any]]

_DETAILS = {1: "custom", 2: "blockwise", 3: "multi-axis"}


@dataclass(frozen=True, eq=False)
class QuantizationRows:
    """What the checks need as arrays: row i belongs to tensor `tensors[i]`."""

    tables: Tables
    tensors: Array
    scale: Ragged
    zero_point: Ragged
    dimension: Array
    details: dict[int, str]


class _Rare(Mapping[int, Quantization]):
    """The tensors with minimum, maximum or details, made when asked for."""

    def __init__(self, rows: QuantizationRows, minimum: Ragged, maximum: Ragged) -> None:
        self._rows, self._minimum, self._maximum = rows, minimum, maximum
        special = (minimum.lengths > 0) | (maximum.lengths > 0)
        special[list(rows.details)] = True
        chosen = np.flatnonzero(special)
        self._row_of = dict(zip(rows.tensors[chosen].tolist(), chosen.tolist(), strict=True))

    def __getitem__(self, tensor: int) -> Quantization:
        row, rows = self._row_of[tensor], self._rows
        return Quantization(
            rows.scale.row(row),
            rows.zero_point.row(row),
            int(rows.dimension[row]),
            self._minimum.row(row),
            self._maximum.row(row),
            rows.details.get(row, ""),
        )

    def __iter__(self) -> Iterator[int]:
        return iter(self._row_of)

    def __len__(self) -> int:
        return len(self._row_of)


def read_quantization(flat: FlatBytes, targets: Array) -> tuple[QuantizationTable, QuantizationRows]:
    """From where each tensor's quantization table is (-1: none)."""
    tensors = np.flatnonzero(targets >= 0)
    tables = Tables(flat, targets[tensors])
    scale = tables.ragged(QuantizationSlot.SCALE, "<f4", "scale")
    zero_point = tables.ragged(QuantizationSlot.ZERO_POINT, "<i8", "zero_point")
    dimension = tables.scalar(QuantizationSlot.DIMENSION, "<i4", 0, "quantized_dimension")
    rows = QuantizationRows(tables, tensors, scale, zero_point, dimension, _details(flat, tables))
    minimum = tables.ragged(QuantizationSlot.MINIMUM, "<f4", "min")
    maximum = tables.ragged(QuantizationSlot.MAXIMUM, "<f4", "max")
    count = len(targets)
    dimensions = np.zeros(count, np.int32)
    dimensions[tensors] = dimension
    table = QuantizationTable(
        scale=_frozen(scale.values),
        scale_starts=_spread(scale, tensors, count),
        zero_point=_frozen(zero_point.values),
        zero_point_starts=_spread(zero_point, tensors, count),
        dimension=dimensions,
        rare=_Rare(rows, minimum, maximum),
    )
    return table, rows


def _spread(rows: Ragged, tensors: Array, count: int) -> Array:
    """The starts of `rows` for every tensor, those without a row empty."""
    lengths = np.zeros(count, np.int64)
    lengths[tensors] = rows.lengths
    starts = np.zeros(count + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def _frozen(values: Array) -> Array:
    values.flags.writeable = False
    return values


def _details(flat: FlatBytes, tables: Tables) -> dict[int, str]:
    """Row -> the details in words, where the schema holds more than scales."""
    kinds = tables.scalar(QuantizationSlot.DETAILS_TYPE, "u1", 0, "details_type")
    rows = np.flatnonzero(kinds)
    if not rows.size:
        return {}
    targets = tables.target(QuantizationSlot.DETAILS, "details")[rows]
    kinds = kinds[rows]
    details = Tables(flat, np.where(kinds == 1, -1, targets))
    block_size = details.scalar(2, "<i4").tolist()
    scales, zero_points = details.scalar(0, "<i4").tolist(), details.scalar(1, "<i4").tolist()
    fourth = details.ragged(3, "<i4", longest=64).tuples()
    custom = Tables(flat, np.where(kinds == 1, targets, -1)).vector(0, 1)[1].tolist()
    return {
        int(row): _words(kind, custom[i], scales[i], zero_points[i], block_size[i], fourth[i])
        for i, (row, kind) in enumerate(zip(rows.tolist(), kinds.tolist(), strict=True))
    }


def _words(kind: int, custom: int, scales: int, zero_points: int, block: int, numbers: tuple[int, ...]) -> str:
    """`numbers`: the block shape of blockwise, the quantized dimensions of multi-axis quantization."""
    if kind == 1:
        return f"custom, {custom:,} bytes"
    if kind not in _DETAILS:
        return f"details of type {kind}"
    words = f"{_DETAILS[kind]}, {block:,} elements a block" if block else _DETAILS[kind]
    if numbers:
        words += f", {'block shape' if kind == 2 else 'dimensions'} {list(numbers)}"
    words += f", scales in T#{scales}"
    return words + (f", zero points in T#{zero_points}" if zero_points > 0 else "")
