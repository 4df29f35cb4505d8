"""Types of a byte and narrower in one pass: how often each channel holds each of 256 levels says everything."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from inspector.analysis.blocks import Cut
from inspector.analysis.layout import Layout
from inspector.analysis.moments import Summary
from inspector.analysis.real_values import RealValues
from inspector.analysis.sparsity import SparsityCount, ZeroBlocks, zero_blocks
from inspector.model import Tensor
from inspector.model.model import Array

LEVELS = 256
BLOCK = 1 << 16  # elements; their 64-bit table places take 512 KB
_LONG = 1 << 15  # from this length on, elements of one channel are counted in pairs
_MOST_CHANNELS = 1 << 15  # 32 MB of counts
_SLAB = 512  # channels that are evaluated at a time


def counts_by_level(tensor: Tensor, layout: Layout) -> bool:
    """Whether one pass that counts levels is possible and worth it: a byte or less each, enough elements a channel."""
    dtype, channels = tensor.type.dtype, layout.channels
    if dtype is None or dtype.kind not in "iub" or dtype.itemsize != 1 or channels > _MOST_CHANNELS:
        return False
    if layout.by_columns and channels > 4096:
        return False
    return channels == 1 or layout.elements >= 64 * channels


@dataclass(frozen=True, slots=True, eq=False)
class BlockLevels:
    """`counts` (channels of the cut, 256) by the byte's pattern; zero blocks where the tensor is a matrix."""

    counts: Array
    blocks: ZeroBlocks | None


class LevelsWorker:
    """Counts one block at a time; owns the memory it works in."""

    def __init__(self, values: RealValues, layout: Layout) -> None:
        self._values, self._layout = values, layout
        self._places = np.empty(0, np.int64)
        self._flags = np.empty(0, bool)
        self._starts = np.arange(layout.channels, dtype=np.int64) * LEVELS

    def __call__(self, cut: Cut, stored: Array) -> BlockLevels:
        blocks = None
        if self._layout.is_matrix:
            if len(self._flags) < cut.elements:
                self._flags = np.empty(cut.elements, bool)
            flags = self._values.nonzero(stored, cut, self._flags)
            blocks = zero_blocks(flags, cut, self._layout, cut.elements - int(np.count_nonzero(flags)))
        return BlockLevels(self._count(cut, stored.view(np.uint8)), blocks)

    def _count(self, cut: Cut, patterns: Array) -> Array:
        if cut.rows == 1:
            if len(patterns) < _LONG:
                return np.bincount(patterns, minlength=LEVELS)[None]
            return _count_pairs(patterns)[None]
        if len(self._places) < cut.elements:
            self._places = np.empty(cut.elements, np.int64)
        places = self._places[: cut.elements]
        np.copyto(places, patterns)
        shaped = places.reshape(cut.groups, cut.rows, cut.length)
        np.add(shaped, self._starts[: cut.rows, None], out=shaped)
        return np.bincount(places, minlength=cut.rows * LEVELS).reshape(cut.rows, LEVELS)


def _count_pairs(patterns: Array) -> Array:
    """Two elements at a time, then split: half the counting."""
    even = len(patterns) // 2 * 2
    if patterns.ctypes.data % 2:
        patterns = patterns.copy()
    pairs = np.bincount(patterns[:even].view(np.uint16), minlength=1 << 16).reshape(LEVELS, LEVELS)
    found: Array = pairs.sum(0) + pairs.sum(1)
    if len(patterns) > even:
        found[patterns[-1]] += 1
    return found


class LevelCounts:
    """The counts of a whole tensor, added up in order of the cuts, and what follows from them."""

    def __init__(self, tensor: Tensor, layout: Layout, values: RealValues) -> None:
        self._layout, self._values = layout, values
        assert tensor.type.dtype is not None
        wide = layout.elements >= 1 << 32
        self.counts = np.zeros((layout.channels, LEVELS), np.int64 if wide else np.uint32)
        self.patterns = np.arange(LEVELS, dtype=np.uint8).view(tensor.type.dtype)
        self.sparsity = SparsityCount(layout)

    def add(self, cut: Cut, block: BlockLevels) -> None:
        part = self.counts[cut.first : cut.first + cut.rows]
        np.add(part, block.counts, out=part, casting="unsafe")
        if block.blocks is not None:
            self.sparsity.add(cut, block.blocks)

    def totals(self) -> tuple[int, Array]:
        """The lowest level there can be, and the count of each level from there on."""
        order = np.argsort(self.patterns, kind="stable")
        return int(self.patterns[order[0]]), self.counts.sum(axis=0, dtype=np.int64)[order]

    def zeros(self) -> tuple[int, int]:
        """Elements whose real value is 0, and elements stored as 0."""
        zeros = raw_zeros = 0
        for cut, counts, _ in self._slabs():
            flags = np.empty(counts.size, bool)
            self._values.nonzero(np.tile(self.patterns, cut.rows), cut, flags)
            zeros += int(counts.reshape(-1)[~flags].sum())
            raw_zeros += int(counts[:, 0].sum())
        return zeros, raw_zeros

    def by_channel(self) -> tuple[Array, Array, Array, Array]:
        """Minimum, maximum, mean and standard deviation of each channel (float64)."""
        channels = self._layout.channels
        low, high, mean, std = (np.full(channels, np.nan) for _ in range(4))
        for cut, counts, real in self._slabs():
            part = slice(cut.first, cut.first + cut.rows)
            there = counts > 0
            total = counts.sum(axis=1)
            low[part] = np.where(there, real, np.inf).min(axis=1)
            high[part] = np.where(there, real, -np.inf).max(axis=1)
            mean[part] = np.einsum("ij,ij->i", real, counts) / total
            away = (real - mean[part, None]) ** 2
            std[part] = np.sqrt(np.einsum("ij,ij->i", away, counts) / total)
        equal = low == high
        return low, high, np.where(equal, low, np.clip(mean, low, high)), np.where(equal, 0.0, std)

    def overall(self, low: Array, high: Array, mean: Array, std: Array) -> Summary:
        """All channels together, from what `by_channel` gave; every channel holds as many elements."""
        lowest, highest = float(low.min()), float(high.max())
        if lowest == highest:
            return Summary(self._layout.elements, lowest, highest, lowest, 0.0)
        middle = float(mean.mean())
        variance = float((std**2 + (mean - middle) ** 2).mean())
        return Summary(self._layout.elements, lowest, highest, middle, variance**0.5)

    def distinct(self) -> Iterator[tuple[Array, Array]]:
        """The real values (in the dtype of RealValues) and how often each occurs, some channels at a time."""
        for cut, counts, _ in self._slabs():
            there = counts.reshape(-1) > 0
            real = self._values.real(np.tile(self.patterns, cut.rows), cut)
            yield real[there], counts.reshape(-1)[there]

    def _slabs(self) -> Iterator[tuple[Cut, Array, Array]]:
        """(cut, counts, real values), both (channels, 256) in float64; exact up to 2^53 elements."""
        for first in range(0, self._layout.channels, _SLAB):
            rows = min(_SLAB, self._layout.channels - first)
            cut = Cut(1, rows, LEVELS, first)
            real = self._values.real(np.tile(self.patterns, rows), cut).reshape(rows, LEVELS)
            yield cut, self.counts[first : first + rows].astype(np.float64), real.astype(np.float64)
