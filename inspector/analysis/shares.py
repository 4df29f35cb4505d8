"""The second pass over real values: shares outside 1, 2, 3 sigma, and the histogram."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from inspector.analysis.blocks import BLOCK, Cut
from inspector.analysis.histogram import count_between, fast_bins
from inspector.analysis.real_values import RealValues
from inspector.model.model import Array

_FEW = 1 << 14  # elements; below, searching each bin is as quick as the fast bins

Limits = tuple[tuple[float, float], ...]


def sigma_limits(mean: float, std: float) -> Limits:
    """mean -+ 1, 2, 3 standard deviations."""
    return tuple((mean - k * std, mean + k * std) for k in (1, 2, 3))


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What the second pass counts: elements outside `limits`, in the bins between `edges`, and on each stored level
    from `levels[0]` to `levels[1]` (None: not wanted). `finite`: there is neither NaN nor infinity."""

    limits: Limits
    edges: Array
    levels: tuple[int, int] | None
    finite: bool


class SharesWorker:
    """Counts one block at a time. Each thread has its own; `add_to` adds what it counted in all."""

    def __init__(self, values: RealValues, wanted: Wanted, elements: int) -> None:
        self._values, self._wanted = values, wanted
        self._limits = [_exact(low, high, values.dtype) for low, high in wanted.limits]
        self._fast = fast_bins(wanted.edges) if elements >= _FEW else None
        self._counts = np.zeros(len(wanted.edges) - 1, np.int64)
        self._levels = np.zeros(wanted.levels[1] - wanted.levels[0] + 1, np.int64) if wanted.levels else None
        self._reserve(min(BLOCK, elements))

    def _reserve(self, size: int) -> None:
        size += size % 2
        self._flags, self._number, self._spare = np.empty(size, bool), np.empty(size, np.float32), np.empty(size, "u4")

    def __call__(self, cut: Cut, stored: Array) -> tuple[int, ...]:
        """How many elements lie outside each of the limits."""
        if self._levels is not None and self._wanted.levels is not None:
            places = stored.astype(np.int64) - self._wanted.levels[0]
            self._levels += np.bincount(places, minlength=len(self._levels))
        real = self._values.real(stored, cut)
        if not self._wanted.finite:
            real = real[np.isfinite(real)]
        if len(self._flags) < len(real):
            self._reserve(len(real))
        outside = tuple(self._outside(real, low, high) for low, high in self._limits)
        if self._fast is None:
            self._counts += count_between(self._wanted.edges, real)
        elif len(real):
            self._fast.add(real, self._number, self._spare, self._flags)
        return outside

    def _outside(self, real: Array, low: Any, high: Any) -> int:
        flags, count = self._flags[: len(real)], 0
        if self._wanted.edges[0] < low:
            count += int(np.count_nonzero(np.less(real, low, out=flags)))
        if self._wanted.edges[-1] > high:
            count += int(np.count_nonzero(np.greater(real, high, out=flags)))
        return count

    def add_to(self, counts: Array, levels: Array | None) -> None:
        counts += self._counts if self._fast is None else self._fast.counts()
        if levels is not None and self._levels is not None:
            levels += self._levels


def _exact(low: float, high: float, dtype: np.dtype[np.generic]) -> tuple[Any, Any]:
    """Limits in `dtype` that every number of it lies beyond exactly when it lies beyond the float64 ones."""
    if dtype != np.float32:
        return low, high
    with np.errstate(all="ignore"):
        narrow_low, narrow_high = np.float32(low), np.float32(high)
    if float(narrow_low) < low:
        narrow_low = np.nextafter(narrow_low, np.float32(np.inf))
    if float(narrow_high) > high:
        narrow_high = np.nextafter(narrow_high, np.float32(-np.inf))
    return narrow_low, narrow_high
