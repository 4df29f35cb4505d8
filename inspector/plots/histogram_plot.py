"""What a histogram shows, as plain numbers: the drawing, its tooltips and its CSV all come from here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from inspector.model import Tensor
from inspector.model.columns import tensor_label
from inspector.model.text import number_text, percent_text

if TYPE_CHECKING:
    from inspector.analysis.histogram import Histogram
    from inspector.analysis.statistics import TensorStatistics

Array = np.ndarray[Any, np.dtype[Any]]

ALL_HEADER = ("tensor", "name", "low", "high", "count", "share")
HISTOGRAM_HEADER = ("low", "high", "count", "share")
LEVELS_HEADER = ("level", "count", "share")


@dataclass(frozen=True, slots=True, eq=False)
class HistogramPlot:
    """One tensor's histogram. `edges` (n + 1) ascend, `counts` (n); `mean` and `std` are None where there is nothing
    to average. `limits` is what the quantization can represent, in the unit of the x axis (None for float types).

    `stored`: x is the stored level, one bin a level, instead of the real value.
    """

    name: str
    type_name: str
    edges: Array
    counts: Array
    mean: float | None = None
    std: float | None = None
    limits: tuple[float, float] | None = None
    stored: bool = False
    label: str = ""
    """Where the tensor is, such as "T#43"."""

    @property
    def title(self) -> str:
        """Its name, or where it is if it has none."""
        return self.name or self.label

    @property
    def total(self) -> int:
        return int(self.counts.sum())

    @property
    def x_label(self) -> str:
        return "stored level" if self.stored else "real value"

    @property
    def header(self) -> tuple[str, ...]:
        return LEVELS_HEADER if self.one_bin_a_level else HISTOGRAM_HEADER

    @property
    def one_bin_a_level(self) -> bool:
        return self.stored and bool(np.all(np.diff(self.edges) == 1))

    def rows(self) -> Iterator[tuple[float, ...]]:
        """The CSV: low, high, count, share of each bin; or level, count, share."""
        total = max(self.total, 1)
        for low, high, count in zip(
            self.edges[:-1].tolist(), self.edges[1:].tolist(), self.counts.tolist(), strict=True
        ):
            if self.one_bin_a_level:
                yield round(low + 0.5), count, count / total
            else:
                yield low, high, count, count / total

    def describe(self, x: float) -> str:
        """What stands at `x`, for a tooltip: "-0.25 … -0.23: 120 elements (1.9 %)"; "" outside."""
        if not self.counts.size or not self.edges[0] <= x <= self.edges[-1]:
            return ""
        place = min(int(np.searchsorted(self.edges, x, side="right")) - 1, self.counts.size - 1)
        count = int(self.counts[place])
        share = percent_text(count / max(self.total, 1))
        low, high = float(self.edges[place]), float(self.edges[place + 1])
        where = f"level {round(low + 0.5)}" if self.one_bin_a_level else f"{number_text(low)} … {number_text(high)}"
        return f"{where}: {count:,} {'element' if count == 1 else 'elements'} ({share})"

    def summary(self) -> str:
        """How many levels are used, for the header: "251 of 256 levels used"; "" for real values."""
        if not self.one_bin_a_level:
            return ""
        used = int(np.count_nonzero(self.counts))
        if self.limits is None:
            return f"{used:,} levels used"
        return f"{used:,} of {round(self.limits[1] - self.limits[0]) + 1:,} levels used"


def all_rows(plots: Sequence[HistogramPlot]) -> Iterator[tuple[str | float, ...]]:
    """The CSV of many histograms under ALL_HEADER, one behind the other; a level's low and high are the level."""
    for plot in plots:
        for row in plot.rows():
            ends = (row[0], row[0]) if plot.one_bin_a_level else row[:2]
            yield plot.label, plot.name, *ends, *row[-2:]


def real_values_plot(tensor: Tensor, statistics: "TensorStatistics") -> HistogramPlot:
    """The real values of a tensor, with the range its quantization can represent."""
    edges, counts = _bins(statistics.histogram)
    return HistogramPlot(
        tensor.name, tensor.type.name, edges, counts, _finite(statistics.mean), _finite(statistics.std),
        real_range(tensor), label=tensor_label(tensor),
    )  # fmt: skip


def stored_levels_plot(tensor: Tensor, statistics: "TensorStatistics") -> HistogramPlot | None:
    """The stored levels of an integer tensor, one bin a level; None where there are none to show."""
    if statistics.levels is None:
        return None
    edges, counts = _bins(statistics.levels)
    middles, total = (edges[:-1] + edges[1:]) / 2, counts.sum()
    mean = float(middles @ counts / total) if total else None
    std = float(np.sqrt((middles - mean) ** 2 @ counts / total)) if mean is not None else None
    lowest, highest = tensor.type.level_range
    limits = (float(lowest), float(highest)) if tensor.type.bits <= 8 else None
    return HistogramPlot(tensor.name, tensor.type.name, edges, counts, mean, std, limits, True, tensor_label(tensor))


def real_range(tensor: Tensor) -> tuple[float, float] | None:
    """The smallest and the largest real value that the tensor's levels can stand for, over all channels.

    None for float types, unquantized ones and 32 and 64 bit accumulators, whose range no value comes near.
    """
    ranges = channel_ranges(tensor)
    return None if ranges is None else (float(ranges[0].min()), float(ranges[1].max()))


def channel_ranges(tensor: Tensor) -> tuple[Array, Array] | None:
    """What each channel's levels can stand for: scale x (lowest - zero_point), scale x (highest - zero_point)."""
    quantization = tensor.quantization
    type_ = tensor.type
    if quantization is None or not quantization.scale.size or not type_.is_integer or not 0 < type_.bits <= 16:
        return None
    lowest, highest = type_.level_range
    scale = quantization.scale.astype(np.float64)
    zero_point = quantization.zero_point if quantization.zero_point.size else np.zeros(1, np.int64)
    if zero_point.size not in (1, scale.size) or not np.all(np.isfinite(scale)):
        return None
    return scale * (lowest - zero_point), scale * (highest - zero_point)


def sigma_summary(statistics: "TensorStatistics") -> str:
    """`inside 1σ 71.0 %  ·  2σ 94.8 %  ·  3σ 99.3 %`; "" for an empty tensor."""
    outside = (statistics.outside_1_sigma, statistics.outside_2_sigma, statistics.outside_3_sigma)
    inside = [f"{k}σ {percent_text(1 - share)}" for k, share in enumerate(outside, 1) if share is not None]
    return "inside " + "  ·  ".join(inside) if inside else ""


def _bins(histogram: "Histogram | None") -> tuple[Array, Array]:
    if histogram is None:
        return np.zeros(1), np.zeros(0, np.int64)
    return np.asarray(histogram.edges, np.float64), np.asarray(histogram.counts)


def _finite(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(value)
