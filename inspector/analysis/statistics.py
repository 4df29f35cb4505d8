"""What one tensor's values are like: range, mean, spread, zeros, sparsity, histogram. Always of real values."""

from dataclasses import dataclass

import numpy as np

from inspector.analysis.histogram import BINS, Histogram, level_histogram, value_histogram
from inspector.analysis.progress import Progress
from inspector.analysis.ranges import ChannelStatistics
from inspector.errors import ValuesError
from inspector.model import Model, Tensor
from inspector.model.columns import stored_sparsity, tensor_label


@dataclass(frozen=True, slots=True, eq=False)
class TensorStatistics:
    """Statistics of the finite real values of one tensor; None where a number has no meaning.

    Shares run from 0 to 1. `not_finite` counts NaN and infinities, which are left out of everything else.
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
    model: Model, tensor: Tensor, progress: Progress | None = None, bins: int = BINS
) -> TensorStatistics:
    """Measures a constant. Raises ValuesError where it has no numbers, FileChangedError, and what `progress` raises."""
    if tensor.type.dtype is None or tensor.type.dtype.kind == "c":
        raise ValuesError(f"{tensor_label(tensor)} {tensor.name} holds {tensor.type.name}, which has no statistics.")
    if progress is not None:
        progress(0.0, f"Measuring {tensor_label(tensor)}")
    stored = model.values(tensor)
    real = model.values(tensor, dequantized=True).reshape(-1)
    finite = real[np.isfinite(real)] if real.dtype.kind == "f" else real
    wide = finite.astype(np.float64)
    count = wide.size
    mean = float(wide.mean()) if count else None
    std = float(wide.std()) if count else None
    outside: list[float | None] = [None, None, None]
    if mean is not None and std is not None:
        outside = [float((np.abs(wide - mean) > k * std).mean()) for k in (1, 2, 3)]
    levels = None
    if tensor.type.is_integer and count and int(stored.max()) - int(stored.min()) < 1 << 16:
        lowest = int(stored.min())
        levels = level_histogram(lowest, np.bincount(stored.reshape(-1).astype(np.int64) - lowest))
    zero_point = tensor.quantization.zero_point if tensor.quantization is not None else None
    differs = tensor.type.is_integer and zero_point is not None and bool(zero_point.any())
    return TensorStatistics(
        real.size,
        float(finite.min()) if count else None,
        float(finite.max()) if count else None,
        mean,
        std,
        mean - 3 * std if mean is not None and std is not None else None,
        mean + 3 * std if mean is not None and std is not None else None,
        *outside,
        float((real == 0).mean()) if real.size else None,
        float((stored == 0).mean()) if differs and real.size else None,
        stored_sparsity(tensor),
        None, None, None, None, None, None,
        value_histogram(finite, bins) if count else None,
        levels,
        real.size - count,
    )  # fmt: skip
