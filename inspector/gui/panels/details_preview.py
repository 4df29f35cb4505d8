"""The corner of a tensor's values that Details shows: its last two dimensions that are longer than one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from inspector.model import Model, Tensor

Array = np.ndarray[Any, np.dtype[Any]]

ROWS = 6
_MOST_COLUMNS = 16


@dataclass(frozen=True, slots=True, eq=False)
class Corner:
    """The first rows and columns (`values`, 2-D) of a plane of `rows` x `columns`; `place` says which plane."""

    values: Array
    rows: int
    columns: int
    place: str


def corner(model: Model, tensor: Tensor) -> Corner | None:
    """The stored values' corner; None for a tensor of no elements. Raises ValuesError, FileChangedError."""
    if not tensor.elements:
        return None
    stored = model.values(tensor)
    long = [axis for axis, size in enumerate(stored.shape) if size > 1]
    if len(long) < 2:
        flat = stored.reshape(-1)
        count = min(flat.size, ROWS * _MOST_COLUMNS)
        return Corner(np.array(flat[:count]).reshape(1, -1), 1, flat.size, "")
    row_axis, column_axis = long[-2], long[-1]
    if len(long) == 2 or stored.ndim == 2:
        place = ""
    else:
        place = ", ".join(":" if axis in (row_axis, column_axis) else "0" for axis in range(stored.ndim))
    plane = stored[tuple(slice(None) if axis in (row_axis, column_axis) else 0 for axis in range(stored.ndim))]
    return Corner(np.array(plane[:ROWS, :_MOST_COLUMNS]), plane.shape[0], plane.shape[1], place)


def corner_cells(found: Corner, columns_for: Callable[[int], int]) -> tuple[list[list[str]], str]:
    """The texts that fit, and the line that says what part they are. `columns_for(characters)`: how many fit."""
    cells = [[value_text(value) for value in row] for row in found.values.tolist()]
    fit = columns_for(max(len(cell) for row in cells for cell in row))
    if found.rows == 1:
        flat = cells[0][: ROWS * fit]
        side = f"all {len(flat):,}" if len(flat) == found.columns else f"first {len(flat):,} of {found.columns:,}"
        return [flat[start : start + fit] for start in range(0, len(flat), fit)], side
    columns = min(fit, len(cells[0]))
    whole = len(cells) == found.rows and columns == found.columns
    side = f"{len(cells)} × {columns}"
    side = f"all {side}" if whole else f"first {side} of {found.rows:,} × {found.columns:,}"
    return [row[:columns] for row in cells], side + (f" at [{found.place}]" if found.place else "")


def value_text(value: Any) -> str:
    """One stored value, short: floats with four decimals or four digits that count."""
    if not isinstance(value, float):
        return str(value)
    return f"{value:.4f}" if value == 0 or 1e-3 <= abs(value) < 1e4 else f"{value:.3g}"
