"""A histogram: equal bins over the values, exactly as numpy counts them, or one bin a level for stored integers."""

from dataclasses import dataclass

import numpy as np

from inspector.model.model import Array

BINS = 64
CHANNEL_BINS = 128  # of integers with a scale per channel, whose real values lie close


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """`counts` (n, int64) of the elements in [edges[i], edges[i + 1]); the last bin holds its right edge too."""

    edges: Array
    counts: Array


def bin_edges(lowest: object, highest: object, dtype: np.dtype[np.generic], bins: int = BINS) -> Array:
    """The edges np.histogram gives values of `dtype` with this range; float64 ones, or fewer, where numpy finds that
    the range holds too few numbers for so many bins."""
    ends = np.array([lowest, highest], dtype)
    with np.errstate(all="ignore"):
        for attempt in (ends, ends.astype(np.float64)):
            try:
                edges: Array = np.histogram_bin_edges(attempt, bins)
            except ValueError:  # "Too many bins for data range"
                continue
            if np.isfinite(edges).all() and (edges[1:] > edges[:-1]).all():
                return edges
    low, high = float(ends[0]), float(ends[1])
    return np.array([low, high if high > low else np.nextafter(low, np.inf)])


def count_between(edges: Array, values: Array) -> Array:
    """Counts (int64) per bin of values that lie within the edges, as np.histogram does with these edges."""
    flat = values.reshape(-1).astype(edges.dtype, copy=False)
    return np.bincount(np.searchsorted(edges[1:-1], flat, side="right"), minlength=len(edges) - 1)


def level_histogram(lowest: int, counts: Array) -> Histogram:
    """One bin a level: counts[i] elements are stored as lowest + i; bins without elements at the ends are left out."""
    used = np.flatnonzero(counts)
    first, last = (int(used[0]), int(used[-1])) if used.size else (0, -1)
    edges = np.arange(first, last + 2, dtype=np.float64) + (lowest - 0.5)
    return Histogram(edges, counts[first : last + 1].astype(np.int64))


class FastBins:
    """Counts float32 values per bin about five times as fast as np.histogram, and exactly the same.

    A value becomes a fixed-point number of `bits` before the point and 23 - bits behind it, with two roundings; since
    both only ever keep the order of values, a value can be in the wrong bin only if its fraction is next to that of the
    edge. Those few are looked at again; all others are counted in pairs, which halves the counting.
    Raises ValueError where the range is too narrow or too wide for that (see `fast_bins`).
    """

    def __init__(self, edges: Array) -> None:
        bins = len(edges) - 1
        self._bits = max(6, (bins - 1).bit_length())
        if edges.dtype != np.float32 or self._bits > 8:
            raise ValueError("no float32 edges, or too many")
        self._edges, self._bins = edges, bins
        self._fraction = 23 - self._bits
        self._scale, self._shift, self._window = self._fit()
        low, high = np.uint64((1 << self._bits) - 1), np.uint64(self._fraction)
        self._index_mask = (low << high) | (low << (high + np.uint64(32)))
        self._gather = np.uint64((1 << 9) + (1 << 41 - self._bits))
        self._take = np.uint64(64 - 2 * self._bits)
        self._pairs = np.zeros(1 << 2 * self._bits, np.int64)
        self._fixes = np.zeros(1 << self._bits, np.int64)

    def _fit(self) -> tuple[np.float32, np.float32, np.uint32]:
        """Scale, shift, and how far above a whole number an edge lands at most (never below one)."""
        edges, bins, unit = self._edges, self._bins, 1 << self._fraction
        base = float(1 << self._bits)
        with np.errstate(all="ignore"):
            scale = np.float32(bins / (float(edges[-1]) - float(edges[0])))
            offset = 0.0
            for _ in range(4):
                shift = np.float32(base - float(edges[0]) * float(scale) + offset / unit)
                placed = (edges * scale + shift).view(np.uint32).astype(np.int64) - int(
                    np.float32(base).view(np.uint32)
                )
                # above twice the base a step of the number is twice as large
                over = placed - (1 << 23)
                placed = np.where(over > 0, (1 << 23) + 2 * over, placed)
                above = placed - np.arange(bins + 1) * unit
                if above.min() >= 0:
                    break
                offset += 1.0 - float(above.min())
        window = int(above.max())
        if not np.isfinite(scale) or above.min() < 0 or window > unit // 16:
            raise ValueError("the range has too few float32 numbers for this")
        return scale, shift, np.uint32(window)

    def add(self, values: Array, number: Array, spare: Array, flags: Array) -> None:
        """Counts `values` (finite float32, within the edges). The rest is memory to work in, of even length and at
        least as long: `number` and `spare` are float32 and uint32, `flags` bool."""
        count = len(values)
        even = count // 2 * 2
        placed, fraction, near = number[:count], spare[:count], flags[:count]
        np.multiply(values, self._scale, out=placed)
        np.add(placed, self._shift, out=placed)
        fixed = placed.view(np.uint32)
        np.bitwise_and(fixed, np.uint32((1 << self._fraction) - 1), out=fraction)
        np.less_equal(fraction, self._window, out=near)
        doubtful = np.flatnonzero(near)
        if len(doubtful):
            self._look_again(values[doubtful], fixed[doubtful])
        if count > even:
            self._fixes[int(fixed[-1] >> np.uint32(self._fraction)) & (len(self._fixes) - 1)] += 1
        pairs = fixed[:even].view(np.uint64)
        np.bitwise_and(pairs, self._index_mask, out=pairs)
        np.multiply(pairs, self._gather, out=pairs)
        np.right_shift(pairs, self._take, out=pairs)
        np.add.at(self._pairs, pairs.view(np.int64), 1)  # quicker than np.bincount, which looks at the range first

    def _look_again(self, values: Array, fixed: Array) -> None:
        """Moves values that lie below their bin's edge into the bin before, and the highest ones into the last bin."""
        counted = (fixed >> np.uint32(self._fraction)).astype(np.int64) & (len(self._fixes) - 1)
        right = counted.copy()
        right[values >= self._edges[-2]] = self._bins - 1
        right -= values < self._edges[right]
        moved = np.flatnonzero(right != counted)
        if len(moved):
            size = len(self._fixes)
            self._fixes += np.bincount(right[moved], minlength=size) - np.bincount(counted[moved], minlength=size)

    def counts(self) -> Array:
        both = self._pairs.reshape(len(self._fixes), -1)
        found: Array = both.sum(0) + both.sum(1) + self._fixes
        return found[: self._bins]


def fast_bins(edges: Array) -> FastBins | None:
    """None where only count_between can count: other types, more than 256 bins, or hardly a number in a bin."""
    try:
        return FastBins(edges)
    except ValueError:
        return None
