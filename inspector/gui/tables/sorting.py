"""The order of a column's values: stable, and whatever is missing comes last in both directions."""

from collections.abc import Hashable, Sequence
from math import isnan
from typing import Any

import numpy as np

IntArray = np.ndarray[Any, np.dtype[np.int64]]

_NUMBERS = {int, float, bool, type(None)}


def sort_order(values: Sequence[Any], descending: bool = False) -> IntArray:
    """The indices of `values` in order. None, NaN and empty texts and lists stand last either way."""
    ranks = _numbers(values) if set(map(type, values)) <= _NUMBERS else _ranks(values)
    order = np.argsort(-ranks if descending else ranks, kind="stable")  # NaN sorts last
    return order.astype(np.int64, copy=False)


def _numbers(values: Sequence[Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array(values, dtype=np.float64)  # None becomes NaN


def _ranks(values: Sequence[Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The place of each value among the different ones; equal values share it."""
    keys = values if set(map(type, values)) <= {str} else [_sort_key(value) for value in values]
    different = set(keys)
    ranks: dict[Hashable, float] = {key: float(rank) for rank, key in enumerate(sorted(different))}
    for missing in ("", _MISSING):
        if missing in ranks:
            ranks[missing] = float("nan")
    return np.fromiter(map(ranks.__getitem__, keys), np.float64, len(keys))


_MISSING = (9,)


def _sort_key(value: Any) -> tuple[Any, ...]:
    """Numbers before texts before lists; a list by its items."""
    if value is None or value == "" or (isinstance(value, float) and isnan(value)):
        return _MISSING
    if isinstance(value, (bool, int, float)):
        return (0, value)
    if isinstance(value, str):
        return (1, value)
    if isinstance(value, dict):
        return (2, str(value))
    items = tuple(value)
    return (2, tuple(-1 if item is None else item for item in items)) if items else (2, ())
