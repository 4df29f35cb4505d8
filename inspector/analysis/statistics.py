"""What one tensor's values are like: range, mean, spread, zeros, sparsity, histogram. Always of real values."""

from dataclasses import dataclass

import numpy as np

from inspector.analysis.histogram import Histogram
from inspector.analysis.layout import Layout, layout_of
from inspector.analysis.levels import counts_by_level
from inspector.analysis.measure import Measured, Subject, by_levels, by_passes
from inspector.analysis.progress import Progress
from inspector.analysis.ranges import ChannelStatistics
from inspector.analysis.real_values import RealValues, check_numeric
from inspector.errors import ValuesError
from inspector.model import Model, Tensor
from inspector.model.columns import stored_sparsity, tensor_label
from inspector.model.text import shape_text


@dataclass(frozen=True, slots=True, eq=False)
class TensorStatistics:
    """Statistics of the finite real values of one tensor; None where a number has no meaning.

    Shares run from 0 to 1. `count` is all elements; `not_finite` of them are NaN or infinite and left out of
    everything else but the zero fractions, which divide by all. `std` divides by n. `raw_zero_fraction`, the share of
    stored zeros, is None where a stored 0 is a real 0. Block sparsities, 2:4 and dead channels are of weight matrices,
    see sparsity.py. `histogram` is of real values: one bin a level where one scale serves a whole integer tensor, else
    equal bins as np.histogram makes them. `levels` is of stored integers, one bin a level.
    """

    count: int
    min: float | None
    max: float | None
    mean: float | None
    std: float | None
    mean_minus_3_sigma: float | None
    mean_plus_3_sigma: float | None
    outside_1_sigma: float | None
    outside_2_sigma: float | None
    outside_3_sigma: float | None
    zero_fraction: float | None
    raw_zero_fraction: float | None
    stored_sparsity: float | None
    block_sparsity_1x4: float | None
    block_sparsity_1x16: float | None
    block_sparsity_2x2: float | None
    two_four_compliance: float | None
    dead_channels: int | None
    channels: ChannelStatistics | None
    histogram: Histogram | None
    levels: Histogram | None
    not_finite: int = 0


def tensor_statistics(
    model: Model, tensor: Tensor, progress: Progress | None = None, bins: int | None = None
) -> TensorStatistics:
    """Measures a constant; `bins` asks for that many equal bins.

    Raises ValuesError where it has no numbers, FileChangedError, and what `progress` raises to stop the work.
    """
    check_numeric(tensor)
    if min(tensor.shape, default=0) < 0:
        raise ValuesError(f"{tensor_label(tensor)} has the impossible shape {shape_text(tensor.shape)}.")
    layout = layout_of(tensor)
    values = RealValues(tensor, layout)
    if not layout.elements:
        return TensorStatistics(0, *(None,) * 20)
    subject = Subject(model, tensor, layout, values, progress, bins)
    with np.errstate(all="ignore"):
        measured = by_levels(subject) if counts_by_level(tensor, layout, values) else by_passes(subject)
    return _statistics(tensor, layout, measured, values.raw_zero_differs)


def _statistics(tensor: Tensor, layout: Layout, measured: Measured, raw_differs: bool) -> TensorStatistics:
    count, summary = layout.elements, measured.summary
    mean, std, finite = summary.mean, summary.std, summary.finite
    known = mean is not None and std is not None
    outside = [share / finite if known and finite else None for share in measured.outside]
    quads, sixteens, squares, compliant = measured.sparsity.shares()
    channels = None
    if layout.dimension is not None and count > layout.channels:
        for array in measured.by_channel:
            array.flags.writeable = False
        channels = ChannelStatistics(layout.dimension, *measured.by_channel)
    return TensorStatistics(
        count=count,
        min=summary.low,
        max=summary.high,
        mean=mean,
        std=std,
        mean_minus_3_sigma=mean - 3 * std if mean is not None and std is not None else None,
        mean_plus_3_sigma=mean + 3 * std if mean is not None and std is not None else None,
        outside_1_sigma=outside[0],
        outside_2_sigma=outside[1],
        outside_3_sigma=outside[2],
        zero_fraction=measured.zeros / count,
        raw_zero_fraction=measured.raw_zeros / count if raw_differs else None,
        stored_sparsity=stored_sparsity(tensor),
        block_sparsity_1x4=quads,
        block_sparsity_1x16=sixteens,
        block_sparsity_2x2=squares,
        two_four_compliance=compliant,
        dead_channels=measured.dead if layout.is_matrix else None,
        channels=channels,
        histogram=measured.histogram,
        levels=measured.levels,
        not_finite=count - finite,
    )
