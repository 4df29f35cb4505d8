"""How stored integers stand for real numbers: real = scale x (q - zero_point)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Quantization:
    """The quantization parameters of one tensor.

    `scale` (float32) and `zero_point` (int64) have one element (per-tensor) or one per index of
    `quantized_dimension` (per-channel). `minimum` and `maximum` are what the converter left, often empty.
    `details` says it in words where the schema holds something else too ("blockwise, 32 elements a block").
    """

    scale: Array
    zero_point: Array
    quantized_dimension: int = 0
    minimum: Array = field(default_factory=lambda: np.zeros(0, np.float32))
    maximum: Array = field(default_factory=lambda: np.zeros(0, np.float32))
    details: str = ""

    @property
    def per_channel(self) -> bool:
        return self.scale.size > 1

    def dequantize(self, stored: Array) -> Array:
        """Real values (float32) of `stored`, same shape: scale x (q - zero_point), along quantized_dimension."""
        scale, zero_point = self._broadcast(stored.ndim)
        with np.errstate(over="ignore", invalid="ignore"):  # a damaged scale gives infinities, not warnings
            return ((stored.astype(np.float32) - zero_point) * scale).astype(np.float32, copy=False)

    def quantize(
        self, real: Array, dtype: Any = np.int8, lowest: int | None = None, highest: int | None = None
    ) -> Array:
        """The nearest levels of `real` (halves away from zero, as TensorFlow rounds), clipped to the type's range."""
        info = np.iinfo(dtype)
        scale, zero_point = self._broadcast(real.ndim)
        level = real / scale
        level = np.trunc(level + np.copysign(0.5, level)) + zero_point
        low = info.min if lowest is None else lowest
        high = info.max if highest is None else highest
        return np.clip(level, low, high).astype(dtype)

    def _broadcast(self, rank: int) -> tuple[Array, Array]:
        scale = self.scale.astype(np.float32)
        zero_point = self.zero_point if self.zero_point.size else np.zeros(1, np.int64)
        shape = [1] * rank
        if self.per_channel:
            shape[self.quantized_dimension] = scale.size
            scale = scale.reshape(shape)
        if zero_point.size > 1:
            shape[self.quantized_dimension] = zero_point.size
            zero_point = zero_point.reshape(shape)
        return scale, zero_point.astype(np.float32)


@dataclass(frozen=True, eq=False)
class QuantizationTable:
    """The quantization of all tensors of a subgraph, in columns.

    Tensor i owns scale[scale_starts[i] : scale_starts[i + 1]], and zero_point likewise.

    `rare` holds, by tensor index, what few tensors have: minimum and maximum, details.
    """

    scale: Array
    scale_starts: Array
    zero_point: Array
    zero_point_starts: Array
    dimension: Array
    rare: Mapping[int, Quantization] = field(default_factory=dict)

    @classmethod
    def empty(cls, count: int) -> "QuantizationTable":
        none = np.zeros(count + 1, np.int64)
        return cls(np.zeros(0, np.float32), none, np.zeros(0, np.int64), none, np.zeros(count, np.int32))

    def __getitem__(self, index: int) -> Quantization | None:
        if (found := self.rare.get(index)) is not None:
            return found
        start, end = int(self.scale_starts[index]), int(self.scale_starts[index + 1])
        if start == end:
            return None
        zero = slice(int(self.zero_point_starts[index]), int(self.zero_point_starts[index + 1]))
        return Quantization(self.scale[start:end], self.zero_point[zero], int(self.dimension[index]))

    @cached_property
    def scales(self) -> list[float | list[float] | None]:
        """One entry a tensor: a number where per-tensor, a list where per-channel, None where there is none."""
        return _cells(self.scale, self.scale_starts)

    @cached_property
    def zero_points(self) -> list[int | list[int] | None]:
        """As `scales`."""
        return _cells(self.zero_point, self.zero_point_starts)


def _cells(values: Array, starts: Array) -> list[Any]:
    lengths = np.diff(starts)
    cells = np.full(len(lengths), None, object)
    single = lengths == 1
    cells[single] = values[starts[:-1][single]].tolist()
    for row in np.flatnonzero(lengths > 1).tolist():
        cells[row] = values[starts[row] : starts[row + 1]].tolist()
    found: list[Any] = cells.tolist()
    return found
