"""The first pass over real values: range, sums and zeros, by channel, in double precision."""

from dataclasses import dataclass, field
from math import isfinite, sqrt

import numpy as np

from inspector.analysis.blocks import BLOCK, Cut
from inspector.analysis.layout import Layout
from inspector.analysis.real_values import RealValues
from inspector.analysis.sparsity import SparsityCount, ZeroBlocks, zero_blocks
from inspector.model.model import Array

_NARROW = 32  # lines shorter than this are turned before they are reduced


@dataclass(frozen=True, slots=True, eq=False)
class BlockMoments:
    """One entry a channel of the cut; the sums are of x - shift and (x - shift)². `counts` None: all are finite.

    `levels`: lowest and highest stored integer.
    """

    low: Array
    high: Array
    total: Array
    squares: Array
    counts: Array | None
    zeros: int
    raw_zeros: int
    blocks: ZeroBlocks | None
    levels: tuple[int, int] | None


class MomentsWorker:
    """Measures one block at a time; owns the memory it works in."""

    def __init__(self, values: RealValues, layout: Layout, shift: float, size: int = BLOCK) -> None:
        self._values, self._layout, self._shift = values, layout, shift
        self._wide = np.empty(size, np.float64)
        self._flags = np.empty(size, bool)

    def __call__(self, cut: Cut, stored: Array) -> BlockMoments:
        real = self._values.real(stored, cut)
        if len(self._wide) < cut.elements:
            self._wide, self._flags = np.empty(cut.elements), np.empty(cut.elements, bool)
        flags = self._values.nonzero(stored, cut, self._flags)
        zeros = cut.elements - int(np.count_nonzero(flags))
        raw_zeros = cut.elements - int(np.count_nonzero(stored)) if self._values.raw_zero_differs else zeros
        blocks = zero_blocks(flags, cut, self._layout, zeros) if self._layout.is_matrix else None
        levels = (int(stored.min()), int(stored.max())) if stored.dtype.kind in "iu" else None
        lines = _Lines(cut)
        low, high = lines.reduce(np.minimum, real), lines.reduce(np.maximum, real)
        counts = finite = None
        if not (np.isfinite(low).all() and np.isfinite(high).all()):
            finite = np.isfinite(real)
            low = lines.reduce(np.minimum, np.where(finite, real, np.inf))
            high = lines.reduce(np.maximum, np.where(finite, real, -np.inf))
            counts = lines.reduce(np.add, finite.astype(np.int64))
        wide = self._wide[: cut.elements]
        np.copyto(wide, real)
        if self._shift:
            np.subtract(wide, self._shift, out=wide)
        if finite is not None:
            wide[~finite] = 0.0
        return BlockMoments(
            low, high, lines.reduce(np.add, wide), lines.squares(wide), counts, zeros, raw_zeros, blocks, levels
        )


class _Lines:
    """Reduces flat blocks to one number a channel, along memory wherever lines are long enough for that."""

    def __init__(self, cut: Cut) -> None:
        by_columns = cut.length == 1
        self._shape = (cut.groups, cut.rows) if by_columns else (cut.groups * cut.rows, cut.length)
        self._groups = 1 if by_columns else cut.groups
        self._turned = self._shape[1] < _NARROW and self._shape[0] > 1
        self._axis = int(by_columns == self._turned)

    def _lines(self, flat: Array) -> Array:
        shaped = flat.reshape(self._shape)
        return np.ascontiguousarray(shaped.T) if self._turned else shaped

    def reduce(self, operation: "np.ufunc", flat: Array) -> Array:
        found: Array = operation.reduce(self._lines(flat), axis=self._axis)
        if self._groups > 1:
            found = operation.reduce(found.reshape(self._groups, -1), axis=0)
        return found

    def squares(self, flat: Array) -> Array:
        lines = self._lines(flat)
        found: Array = np.einsum("ij,ij->i" if self._axis else "ij,ij->j", lines, lines)
        return found if self._groups == 1 else found.reshape(self._groups, -1).sum(axis=0)


@dataclass(slots=True, eq=False)
class Moments:
    """Adds up BlockMoments in order. One entry a channel; NaN where a channel has no finite value."""

    layout: Layout
    shift: float
    low: Array = field(init=False)
    high: Array = field(init=False)
    total: Array = field(init=False)
    squares: Array = field(init=False)
    counts: Array = field(init=False)
    zeros: int = 0
    raw_zeros: int = 0
    levels: tuple[int, int] | None = None
    sparsity: SparsityCount = field(init=False)

    def __post_init__(self) -> None:
        channels = self.layout.channels
        self.low, self.high = np.full(channels, np.inf), np.full(channels, -np.inf)
        self.total, self.squares = np.zeros(channels), np.zeros(channels)
        self.counts = np.zeros(channels, np.int64)
        self.sparsity = SparsityCount(self.layout)

    def add(self, cut: Cut, block: BlockMoments) -> None:
        part = slice(cut.first, cut.first + cut.rows)
        np.minimum(self.low[part], block.low, out=self.low[part])
        np.maximum(self.high[part], block.high, out=self.high[part])
        self.total[part] += block.total
        self.squares[part] += block.squares
        self.counts[part] += cut.groups * cut.length if block.counts is None else block.counts
        self.zeros += block.zeros
        self.raw_zeros += block.raw_zeros
        if block.levels is not None:
            seen = self.levels or block.levels
            self.levels = min(seen[0], block.levels[0]), max(seen[1], block.levels[1])
        if block.blocks is not None:
            self.sparsity.add(cut, block.blocks)

    @property
    def finite(self) -> int:
        return int(self.counts.sum())

    def overall(self) -> "Summary":
        """Range, mean and standard deviation of all channels together."""
        count = self.finite
        if not count:
            return Summary(0, None, None, None, None)
        low, high = float(self.low.min()), float(self.high.max())
        if low == high:
            return Summary(count, low, high, low, 0.0)
        with np.errstate(all="ignore"):
            total, squares = float(self.total.sum()), float(self.squares.sum())
            variance = max(squares - total / count * total, 0.0) / count
        if not (isfinite(total) and isfinite(variance)):  # float64 values whose squares leave its range
            return Summary(count, low, high, None, None)
        return Summary(count, low, high, min(max(self.shift + total / count, low), high), sqrt(variance))

    def by_channel(self) -> tuple[Array, Array, Array, Array]:
        """Minimum, maximum, mean and standard deviation of each channel."""
        with np.errstate(all="ignore"):
            mean = self.total / self.counts
            std = np.sqrt(np.maximum(self.squares - mean * self.total, 0) / self.counts)
        none, equal = self.counts == 0, self.low == self.high
        low, high = np.where(none, np.nan, self.low), np.where(none, np.nan, self.high)
        mean = np.where(equal, low, np.clip(mean + self.shift, low, high))
        return low, high, mean, np.where(equal, 0.0, std)


@dataclass(frozen=True, slots=True)
class Summary:
    """Of the finite values; None where there are none, or where they are too large for a sum of squares."""

    finite: int
    low: float | None
    high: float | None
    mean: float | None
    std: float | None


def shift_of(sample: Array) -> float:
    """A number near the mean, taken off before squaring where it is far larger than the spread; else 0."""
    finite = sample[np.isfinite(sample)].astype(np.float64)
    if not finite.size:
        return 0.0
    with np.errstate(all="ignore"):
        mean, std = float(finite.mean()), float(finite.std())
    return mean if isfinite(mean) and abs(mean) > 4 * std else 0.0
