"""A 2-D plane through a tensor's values: two of its axes, the others held at an index. Numbers are made when asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from inspector.model import Quantization

Array = np.ndarray[Any, np.dtype[Any]]

PAGE = 20_000_000  # rows or columns at a time: more have no place in a scroll bar's pixels
_BLOCK = 64
_KEPT_BLOCKS = 256


def default_axes(shape: Sequence[int]) -> tuple[int | None, int | None]:
    """Rows and columns of the plane shown first: the last two dimensions longer than one, else the last ones.

    A vector stands in one column (its columns' axis is None), a scalar in one cell.
    """
    long = [axis for axis, size in enumerate(shape) if size > 1]
    if len(shape) < 2:
        return (0 if shape else None), None
    if len(long) >= 2:
        return long[-2], long[-1]
    if len(long) == 1:
        other = next(axis for axis in reversed(range(len(shape))) if axis != long[0])
        return (long[0], other) if long[0] < other else (other, long[0])
    return len(shape) - 2, len(shape) - 1


@dataclass(frozen=True, slots=True)
class PlaneChoice:
    """Which plane: axes of rows and columns (None: the tensor has no such axis), an index for every axis (those of
    rows and columns are ignored), and the first row and column of the page."""

    row_axis: int | None
    column_axis: int | None
    indices: tuple[int, ...]
    first_row: int = 0
    first_column: int = 0


class ArrayPlane:
    """`stored` in the tensor's shape; `quantization` turns levels into real values, None shows them as they are."""

    def __init__(self, stored: Array, choice: PlaneChoice, quantization: Quantization | None = None) -> None:
        self._choice, self._quantization = choice, quantization
        self._dimension = quantization.quantized_dimension if quantization is not None else 0
        order: list[slice | int] = [slice(None)] * stored.ndim
        for axis, index in enumerate(choice.indices):
            if axis not in (choice.row_axis, choice.column_axis):
                order[axis] = index
        plane = stored[tuple(order)]
        if choice.row_axis is not None and choice.column_axis is not None and choice.row_axis > choice.column_axis:
            plane = plane.T
        if plane.ndim < 2:
            plane = plane.reshape(-1, 1)
        self._plane = plane
        self._blocks: dict[tuple[int, int], Array] = {}

    @property
    def rows(self) -> int:
        return max(0, min(PAGE, self.whole_shape[0] - self._choice.first_row))

    @property
    def columns(self) -> int:
        return max(0, min(PAGE, self.whole_shape[1] - self._choice.first_column))

    @property
    def whole_shape(self) -> tuple[int, int]:
        """Of the plane, not of the page."""
        rows, columns = self._plane.shape
        return rows, columns

    @property
    def choice(self) -> PlaneChoice:
        return self._choice

    def value(self, row: int, column: int) -> Any:
        """One number of the page as Python has it."""
        key = row // _BLOCK, column // _BLOCK
        block = self._blocks.get(key)
        if block is None:
            if len(self._blocks) >= _KEPT_BLOCKS:
                self._blocks.clear()
            block = self._blocks[key] = self.part(key[0] * _BLOCK, (key[0] + 1) * _BLOCK,
                                                  key[1] * _BLOCK, (key[1] + 1) * _BLOCK)  # fmt: skip
        return block[row % _BLOCK, column % _BLOCK].item()

    def part(self, first_row: int, end_row: int, first_column: int, end_column: int) -> Array:
        """A rectangle of the page, dequantized where the plane is."""
        top, left = first_row + self._choice.first_row, first_column + self._choice.first_column
        bottom, right = end_row + self._choice.first_row, end_column + self._choice.first_column
        stored: Array = self._plane[top:bottom, left:right]
        if self._quantization is None:
            return stored
        scale = self._along(self._quantization.scale, top, bottom, left, right)
        zero_point = self._along(self._quantization.zero_point, top, bottom, left, right)
        real: Array = (stored.astype(np.float32) - zero_point.astype(np.float32)) * scale.astype(np.float32)
        return real

    def _along(self, values: Array, top: int, bottom: int, left: int, right: int) -> Array:
        """The scales (or zero points) of a rectangle, in a shape that multiplies with it."""
        if values.size == 0:
            return np.zeros(1, np.int64)
        if values.size == 1:
            return values
        if self._dimension == self._choice.row_axis:
            return values[top:bottom, np.newaxis]
        if self._dimension == self._choice.column_axis:
            return values[np.newaxis, left:right]
        index = self._choice.indices[self._dimension]
        return values[index : index + 1]

    def whole(self) -> Array:
        """All numbers of the plane."""
        rows, columns = self.whole_shape
        first_row, first_column = self._choice.first_row, self._choice.first_column
        return self.part(-first_row, rows - first_row, -first_column, columns - first_column)
