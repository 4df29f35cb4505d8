"""Measures one tensor: integers of a byte by counting levels, all others in two passes over real values."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from inspector.analysis.blocks import BLOCK, Cut, cuts, tensor_blocks
from inspector.analysis.histogram import BINS, CHANNEL_BINS, Histogram, bin_edges, level_histogram
from inspector.analysis.layout import Layout
from inspector.analysis.levels import BLOCK as LEVELS_BLOCK
from inspector.analysis.levels import LEVELS, BlockLevels, LevelCounts, LevelsWorker
from inspector.analysis.moments import BlockMoments, Moments, MomentsWorker, Summary, shift_of
from inspector.analysis.progress import Progress
from inspector.analysis.real_values import RealValues
from inspector.analysis.shares import Limits, SharesWorker, Wanted, sigma_limits
from inspector.analysis.sparsity import SparsityCount
from inspector.analysis.walk import Walk
from inspector.model import Model, Tensor
from inspector.model.columns import tensor_label
from inspector.model.model import Array

_MOST_LEVELS = 1 << 16  # a histogram of stored levels with more bins than this says nothing
_SAMPLE = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What was counted: `outside` are the elements beyond 1, 2, 3 sigma, `by_channel` minimum, maximum, mean, std.

    `dead` channels hold nothing but zeros.
    """

    summary: Summary
    by_channel: tuple[Array, Array, Array, Array]
    outside: tuple[int, ...]
    zeros: int
    raw_zeros: int
    dead: int
    sparsity: SparsityCount
    histogram: Histogram | None
    levels: Histogram | None


@dataclass(frozen=True, slots=True)
class Subject:
    """One tensor and how to read it; `bins` asks for that many equal bins."""

    model: Model
    tensor: Tensor
    layout: Layout
    values: RealValues
    progress: Progress | None
    bins: int | None

    def report(self, start: float, width: float) -> Callable[[float], None] | None:
        """Progress of a part of the work that begins at `start` of 1."""
        progress = self.progress
        if progress is None:
            return None
        message = f"Measuring {tensor_label(self.tensor)}"
        return lambda share: progress(start + width * share, message)

    def edges(self, summary: Summary) -> Array:
        many = self.values.scale is not None and self.values.scale.size > 1
        bins = self.bins or (CHANNEL_BINS if many else BINS)
        return bin_edges(summary.low, summary.high, self.values.dtype, bins)

    def histogram(self, edges: Array, counts: Array, levels: Histogram | None) -> Histogram:
        """One bin a level, in real units, where one scale serves all; the equal bins else."""
        scale, zero_point = self.values.scale, self.values.zero_point
        one_scale = scale is None or (scale.size == 1 and zero_point is not None and zero_point.size == 1)
        if self.bins is None and levels is not None and one_scale and 0 < len(levels.counts) <= LEVELS:
            if scale is None or zero_point is None:
                return levels
            real = (levels.edges - float(zero_point[0])) * float(scale[0])
            if np.all(np.diff(real) > 0):
                return Histogram(real, levels.counts)
        return Histogram(edges, counts)


def by_levels(subject: Subject) -> Measured:
    """One pass; everything follows from the counts of 256 levels a channel, exactly."""
    layout, values = subject.layout, subject.values
    found = LevelCounts(subject.tensor, layout, values)
    walk: Walk[BlockLevels] = Walk(
        lambda: LevelsWorker(values, layout, found.lowest), found.add, subject.report(0.0, 1.0)
    )
    plan = cuts(layout, max(LEVELS_BLOCK, LEVELS * layout.channels) if layout.by_columns else LEVELS_BLOCK)
    # nearly all of it is counting, which holds Python's lock: a second thread would only take turns
    walk.run(tensor_blocks(subject.model, subject.tensor, plan), layout.elements, parallel=False)
    by_channel = found.by_channel()
    summary = found.overall(*by_channel)
    levels = level_histogram(found.lowest, found.totals()) if subject.tensor.type.is_integer else None
    edges = subject.edges(summary)
    bounds = [bound for low, high in _limits(summary) for bound in (low, np.nextafter(high, np.inf))]
    below = found.below([*edges[1:-1].tolist(), *bounds]).tolist()
    inner, ends = below[: len(edges) - 2], below[len(edges) - 2 :]
    counts = np.diff([0, *inner, layout.elements])
    outside = tuple(low + layout.elements - high for low, high in zip(ends[0::2], ends[1::2], strict=True))
    histogram = subject.histogram(edges, counts, levels)
    dead = _dead(*by_channel[:2])
    return Measured(summary, by_channel, outside, *found.zeros(), dead, found.sparsity, histogram, levels)


def by_passes(subject: Subject) -> Measured:
    """Range, sums and zeros first; shares and histogram, which need them, second."""
    layout, values = subject.layout, subject.values
    source = _Source(subject)
    moments = Moments(layout, source.shift())
    first: Walk[BlockMoments] = Walk(
        lambda: MomentsWorker(values, layout, moments.shift, min(BLOCK, layout.elements)),
        moments.add, subject.report(0.0, 0.5),
    )  # fmt: skip
    first.run(source.blocks(), layout.elements)
    summary, by_channel = moments.overall(), moments.by_channel()
    dead = _dead(*by_channel[:2], moments.counts == layout.before * layout.after)
    zeros = moments.zeros, moments.raw_zeros, dead
    if summary.low is None:
        return Measured(summary, by_channel, (0, 0, 0), *zeros, moments.sparsity, None, None)
    span = moments.levels
    if span is not None and (not subject.tensor.type.is_integer or span[1] - span[0] >= _MOST_LEVELS):
        span = None
    wanted = Wanted(_limits(summary), subject.edges(summary), span, summary.finite == layout.elements)
    workers: list[SharesWorker] = []

    def make_worker() -> SharesWorker:
        workers.append(SharesWorker(values, wanted, layout.elements))
        return workers[-1]

    outside = np.zeros(3, np.int64)

    def add(_cut: Cut, found: tuple[int, ...]) -> None:
        outside[: len(found)] += np.array(found, np.int64)

    second: Walk[tuple[int, ...]] = Walk(make_worker, add, subject.report(0.5, 0.5))
    second.run(source.blocks(), layout.elements)
    counts = np.zeros(len(wanted.edges) - 1, np.int64)
    on_level = np.zeros(span[1] - span[0] + 1, np.int64) if span is not None else None
    for worker in workers:
        worker.add_to(counts, on_level)
    levels = level_histogram(span[0], on_level) if span is not None and on_level is not None else None
    histogram = subject.histogram(wanted.edges, counts, levels)
    return Measured(summary, moments.by_channel(), tuple(outside.tolist()), *zeros, moments.sparsity, histogram, levels)


class _Source:
    """The tensor's blocks, once for each pass; one that is a single block is read only once."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        plan = list(cuts(subject.layout)) if subject.layout.elements <= BLOCK else []
        self._held = [(cut, block.copy()) for cut, block in self._read(plan)] if len(plan) == 1 else None

    def _read(self, plan: list[Cut] | Iterator[Cut]) -> Iterator[tuple[Cut, Array]]:
        return tensor_blocks(self._subject.model, self._subject.tensor, plan)

    def blocks(self) -> Iterator[tuple[Cut, Array]]:
        return iter(self._held) if self._held is not None else self._read(cuts(self._subject.layout))

    def shift(self) -> float:
        """A number near the mean of the first elements, see `shift_of`."""
        for cut, block in self.blocks():
            return shift_of(self._subject.values.real(block, cut)[:_SAMPLE])
        return 0.0


def _dead(low: Array, high: Array, complete: Array | bool = True) -> int:
    return int(np.count_nonzero((low == 0) & (high == 0) & complete))


def _limits(summary: Summary) -> Limits:
    return sigma_limits(summary.mean, summary.std) if summary.mean is not None and summary.std is not None else ()


__all__ = ["Measured", "Subject", "by_levels", "by_passes"]
