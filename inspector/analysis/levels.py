"""Types of a byte and narrower in one pass: how often each channel holds each of 256 levels says everything.

A channel's real values rise with its levels, so that "how many lie below x" is one look into its summed counts.
"""

from collections.abc import Iterator, Sequence
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
BLOCK = 1 << 19  # elements
_LONG = 1 << 15  # from this length on, elements of one channel are counted in pairs
_WORTH = 512  # elements a channel from which counting levels is quicker than two passes
_MOST_BYTES = 48 << 20  # of counts
_SLAB = 512  # channels that are evaluated at a time


def counts_by_level(tensor: Tensor, layout: Layout, values: RealValues) -> bool:
    """Whether one pass that counts levels is possible and worth it: a byte or less each, enough elements a channel."""
    dtype, channels = tensor.type.dtype, layout.channels
    if dtype is None or dtype.kind not in "iub" or dtype.itemsize != 1:
        return False
    if values.scale is not None and not (np.isfinite(values.scale) & (values.scale > 0)).all():
        return False
    if layout.by_columns and channels > 4096:
        return False
    size = channels * LEVELS * _counter(layout).itemsize
    return size <= _MOST_BYTES and (channels == 1 or layout.elements >= _WORTH * channels)


def _counter(layout: Layout) -> "np.dtype[np.unsignedinteger]":
    each = layout.before * layout.after
    return np.dtype(np.uint16 if each < 1 << 16 else np.uint32 if each < 1 << 32 else np.uint64)


@dataclass(frozen=True, slots=True, eq=False)
class BlockLevels:
    """`counts` (channels of the cut, 256) from the lowest level on; zero blocks where the tensor is a matrix."""

    counts: Array
    blocks: ZeroBlocks | None


class LevelsWorker:
    """Counts one block at a time; owns the memory it works in."""

    def __init__(self, values: RealValues, layout: Layout, lowest: int) -> None:
        self._values, self._layout, self._lowest = values, layout, lowest
        self._places = np.empty(0, np.int64)
        self._flags = np.empty(0, bool)
        self._starts = np.arange(layout.channels, dtype=np.int64) * LEVELS - lowest

    def __call__(self, cut: Cut, stored: Array) -> BlockLevels:
        blocks = None
        if self._layout.is_matrix:
            if len(self._flags) < cut.elements:
                self._flags = np.empty(cut.elements, bool)
            flags = self._values.nonzero(stored, cut, self._flags)
            blocks = zero_blocks(flags, cut, self._layout, cut.elements - int(np.count_nonzero(flags)))
        return BlockLevels(self._count(cut, stored), blocks)

    def _count(self, cut: Cut, stored: Array) -> Array:
        if len(self._places) < cut.elements:
            self._places = np.empty(cut.elements, np.int64)
        if cut.rows == 1 and cut.elements >= _LONG:
            return self._count_pairs(stored.view(np.uint8))[None]
        places = self._places[: cut.elements]
        np.copyto(places, stored)
        shaped = places.reshape(cut.groups, cut.rows, cut.length)
        np.add(shaped, self._starts[: cut.rows, None], out=shaped)
        return _count(places, cut.rows * LEVELS).reshape(cut.rows, LEVELS)

    def _count_pairs(self, patterns: Array) -> Array:
        """Two elements at a time, then split: half the counting."""
        half = len(patterns) // 2
        places = self._places[:half]
        np.copyto(places, patterns[: 2 * half].view(np.uint16))
        pairs = _count(places, LEVELS * LEVELS).reshape(LEVELS, LEVELS)
        found: Array = pairs.sum(0) + pairs.sum(1)
        if len(patterns) % 2:
            found[patterns[-1]] += 1
        return np.roll(found, -self._lowest)


def _count(places: Array, size: int) -> Array:
    """np.bincount, which looks for minimum and maximum first, takes half as long again."""
    counts = np.zeros(size, np.int64)
    np.add.at(counts, places, 1)
    return counts


class LevelCounts:
    """The counts of a whole tensor, added up in order of the cuts, and what follows from them."""

    def __init__(self, tensor: Tensor, layout: Layout, values: RealValues) -> None:
        assert tensor.type.dtype is not None
        self.lowest = -128 if tensor.type.dtype.kind == "i" else 0
        self._layout, self._values = layout, values
        self._each = layout.before * layout.after
        self._counts = np.zeros((layout.channels, LEVELS), _counter(layout))
        self.sparsity = SparsityCount(layout)
        one, none = np.ones(1, np.float32), np.zeros(1, np.int64)
        self._scale = one if values.scale is None else values.scale
        self._zero_point = none if values.zero_point is None else values.zero_point

    def add(self, cut: Cut, block: BlockLevels) -> None:
        part = self._counts[cut.first : cut.first + cut.rows]
        if cut.groups * cut.length == self._each:
            part[...] = block.counts
        else:
            np.add(part, block.counts, out=part, casting="unsafe")
        if block.blocks is not None:
            self.sparsity.add(cut, block.blocks)

    def totals(self) -> Array:
        """The count of each level of all channels together, from the lowest on."""
        found: Array = self._counts.sum(axis=0, dtype=np.int64)
        return found

    def zeros(self) -> tuple[int, int]:
        """Elements whose real value is 0, and elements stored as 0."""
        channels = np.arange(self._layout.channels)
        places = np.broadcast_to(self._zero_point - self.lowest, channels.shape)
        there = (places >= 0) & (places < LEVELS)
        zeros = int(self._counts[channels[there], places[there]].sum(dtype=np.int64))
        return zeros, int(self._counts[:, -self.lowest].sum(dtype=np.int64))

    def by_channel(self) -> tuple[Array, Array, Array, Array]:
        """Minimum, maximum, mean and standard deviation of each channel (float64)."""
        channels, each = self._layout.channels, self._each
        low, high = np.empty(channels, np.int64), np.empty(channels, np.int64)
        total, squares = np.empty(channels), np.empty(channels)
        levels = np.arange(LEVELS, dtype=np.float64) + self.lowest
        for part in self._slabs():
            counts = self._counts[part].astype(np.float64)
            low[part] = np.argmax(counts > 0, axis=1)
            high[part] = LEVELS - 1 - np.argmax(counts[:, ::-1] > 0, axis=1)
            total[part] = np.einsum("ij,j->i", counts, levels)
            squares[part] = np.einsum("ij,j->i", counts, levels**2)
        scale, zero_point = self._scale.astype(np.float64), self._zero_point.astype(np.float64)
        mean = (total / each - zero_point) * scale
        std = np.sqrt(np.maximum(squares - total / each * total, 0) / each) * scale
        least, most = self._real(low, slice(None)), self._real(high, slice(None))
        return least, most, np.clip(mean, least, most), np.where(low == high, 0.0, std)

    def overall(self, low: Array, high: Array, mean: Array, std: Array) -> Summary:
        """All channels together, from what `by_channel` gave; every channel holds as many elements."""
        lowest, highest = float(low.min()), float(high.max())
        if lowest == highest:
            return Summary(self._layout.elements, lowest, highest, lowest, 0.0)
        middle = float(mean.mean())
        variance = float((std**2 + (mean - middle) ** 2).mean())
        return Summary(self._layout.elements, lowest, highest, middle, variance**0.5)

    def below(self, limits: Sequence[float] | Array) -> Array:
        """How many elements (int64) are smaller than each of the limits."""
        wanted = np.asarray(limits, np.float64)
        found = np.zeros(len(wanted))
        whole = self._scale.size == 1 and self._zero_point.size == 1
        for part in [slice(0, 1)] if whole else self._slabs():
            counts = self.totals()[None] if whole else self._counts[part]
            summed = np.zeros((len(counts), LEVELS + 1))
            np.cumsum(counts, axis=1, out=summed[:, 1:], dtype=np.float64)
            found += np.take_along_axis(summed, self._first_from(wanted, part, len(counts)), axis=1).sum(axis=0)
        return found.astype(np.int64)

    def _first_from(self, wanted: Array, part: slice, channels: int) -> Array:
        """(channels, limits): the first place whose real value is not below the limit; 256 where all are."""
        scale, zero_point = self._of(self._scale, part), self._of(self._zero_point, part)
        guess = np.ceil(wanted / scale.astype(np.float64) + (zero_point - self.lowest))
        place = np.broadcast_to(np.clip(guess, 0, LEVELS), (channels, len(wanted))).astype(np.int64)
        while np.any(step := (place > 0) & (self._real(place - 1, part) >= wanted)):
            place -= step
        while np.any(step := (place < LEVELS) & (self._real(place, part) < wanted)):
            place += step
        return place

    def _real(self, places: Array, part: slice) -> Array:
        """The real values (float64) of levels by place; `places` has a row a channel, or is one place a channel."""
        scale, zero_point = self._scale, self._zero_point
        if places.ndim == 2:
            scale, zero_point = self._of(scale, part), self._of(zero_point, part)
        if self._values.scale is None:
            return places + float(self.lowest)
        real: Array = ((places + self.lowest).astype(np.float32) - zero_point.astype(np.float32)) * scale
        return real.astype(np.float64)

    @staticmethod
    def _of(by_channel: Array, part: slice) -> Array:
        return by_channel[part, None] if by_channel.size > 1 else by_channel

    def _slabs(self) -> Iterator[slice]:
        for first in range(0, self._layout.channels, _SLAB):
            yield slice(first, min(first + _SLAB, self._layout.channels))
