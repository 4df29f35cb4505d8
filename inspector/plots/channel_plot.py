"""What the per-channel plots show, as plain numbers: range, mean, standard deviation and scale of each channel."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from inspector.analysis.ranges import ChannelSpread, channel_spread
from inspector.model import Tensor
from inspector.model.text import number_text
from inspector.plots.histogram_plot import channel_ranges

if TYPE_CHECKING:
    from inspector.analysis.statistics import TensorStatistics

Array = np.ndarray[Any, np.dtype[Any]]

CHANNEL_HEADER = ("channel", "min", "max", "mean", "std", "scale", "zero_point", "lowest", "highest")


@dataclass(frozen=True, slots=True, eq=False)
class ChannelPlot:
    """One number a channel in each array. `lowest` and `highest` are what its levels can stand for; they, `scale` and
    `zero_point` are None for a tensor that is not quantized."""

    name: str
    type_name: str
    dimension: int
    min: Array
    max: Array
    mean: Array
    std: Array
    scale: Array | None = None
    zero_point: Array | None = None
    lowest: Array | None = None
    highest: Array | None = None
    range_title: str = ""
    """The grey bars' name in the legend: "127 × scale", or "INT8 range" where zero_point moves it."""
    spread: ChannelSpread | None = None

    @property
    def channels(self) -> int:
        return int(self.min.size)

    def rows(self) -> Iterator[tuple[float | None, ...]]:
        """The CSV, one row a channel; None where the tensor is not quantized."""
        given = (self.scale, self.zero_point, self.lowest, self.highest)
        columns = [self.min, self.max, self.mean, self.std]
        shared = [[None] * self.channels if array is None else self._each(array).tolist() for array in given]
        yield from zip(range(self.channels), *(c.tolist() for c in columns), *shared, strict=True)

    def describe(self, x: float) -> str:
        """The channel at `x`, for a tooltip, one line a number; "" outside."""
        channel = round(x)
        if not 0 <= channel < self.channels:
            return ""
        lines = [
            f"channel {channel}",
            f"min … max  {number_text(float(self.min[channel]))} … {number_text(float(self.max[channel]))}",
            f"mean ± 1σ  {number_text(float(self.mean[channel]))} ± {number_text(float(self.std[channel]))}",
        ]
        if self.scale is not None and self.zero_point is not None:
            scale, zero_point = float(self._each(self.scale)[channel]), int(self._each(self.zero_point)[channel])
            lines.append(f"scale {number_text(scale)}, zero_point {zero_point}")
        return "\n".join(lines)

    def _each(self, array: Array) -> Array:
        return np.broadcast_to(array, (self.channels,))


def channel_plot(tensor: Tensor, statistics: "TensorStatistics") -> ChannelPlot | None:
    """The per-channel numbers of a tensor; None where it has no channels (a scalar, a bias, a shape)."""
    channels = statistics.channels
    if channels is None or len(channels.min) < 2:
        return None
    low, high, mean, std = (
        np.asarray(array, np.float64) for array in (channels.min, channels.max, channels.mean, channels.std)
    )
    quantization, ranges = tensor.quantization, channel_ranges(tensor)
    spread = channel_spread(channels, None if ranges is None or quantization is None else quantization.scale)
    plain = ChannelPlot(tensor.name, tensor.type.name, channels.dimension, low, high, mean, std, spread=spread)
    if quantization is None or ranges is None or quantization.scale.size not in (1, plain.channels):
        return plain
    zero_point = quantization.zero_point if quantization.zero_point.size else np.zeros(1, np.int64)
    highest = tensor.type.level_range[1]
    return replace(
        plain,
        scale=quantization.scale.astype(np.float64),
        zero_point=zero_point,
        lowest=ranges[0],
        highest=ranges[1],
        range_title=f"{tensor.type.name} range" if np.any(zero_point) else f"{highest} × scale",
    )
