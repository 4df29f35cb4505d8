"""Ranges per channel: how far the channels of one tensor differ, and whether equalisation would help."""

from dataclasses import dataclass

import numpy as np

from inspector.model import Tensor
from inspector.model.model import Array

_UNEVEN = 10.0  # one scale for channels that differ this much leaves the smallest fewer than 4 of 8 bits
_VERY_UNEVEN = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class ChannelStatistics:
    """Real values by channel: one entry per index of `dimension`; NaN where a channel has no finite value."""

    dimension: int
    min: Array
    max: Array
    mean: Array
    std: Array

    @property
    def extent(self) -> Array:
        """The largest size of a value in each channel: what a symmetric scale must reach."""
        return np.fmax(np.abs(self.min), np.abs(self.max))


def scale_ratio(scale: Array) -> float:
    """Largest / smallest of the positive numbers (scales, or extents of channels); 1 where there are fewer than two."""
    positive = scale[scale > 0]
    return float(positive.max()) / float(positive.min()) if positive.size else 1.0


@dataclass(frozen=True, slots=True)
class Unevenness:
    """`ratio`: the largest channel's scale (without scales: extent) over the smallest's, all-zero channels left out;
    `smallest` and `largest` are their indices. `hint` is advice in a sentence, "" where none is needed."""

    ratio: float
    smallest: int
    largest: int
    hint: str


def unevenness(tensor: Tensor, channels: ChannelStatistics | None) -> Unevenness | None:
    """How unevenly the channels use their range. None where the tensor has less than two channels with values."""
    quantization = tensor.quantization
    per_channel = quantization is not None and quantization.per_channel and tensor.type.is_integer
    if per_channel and quantization is not None:
        sizes = quantization.scale.astype(np.float64)
        if channels is not None and channels.extent.size == sizes.size:
            sizes = np.where(channels.extent > 0, sizes, 0.0)  # a dead channel's scale says nothing
    elif channels is not None:
        sizes = channels.extent
    else:
        return None
    there = np.flatnonzero(sizes > 0)
    if there.size < 2:
        return None
    smallest, largest = int(there[np.argmin(sizes[there])]), int(there[np.argmax(sizes[there])])
    ratio = float(sizes[largest] / sizes[smallest])
    return Unevenness(ratio, smallest, largest, _hint(ratio, per_channel, tensor.type.is_integer))


def _hint(ratio: float, per_channel: bool, is_integer: bool) -> str:
    if per_channel:
        if ratio < _VERY_UNEVEN:
            return ""
        return (
            "The smallest channels hardly count beside the largest; look for dead ones, or equalise before converting."
        )
    if ratio < _UNEVEN:
        return ""
    if is_integer:
        return (
            "One scale serves channels of very different range: equalise them, or quantize with one scale per channel."
        )
    return "With one scale for all, small channels would lose most levels: quantize per channel, or equalise first."
