"""Ranges per channel: how far the channels of one tensor differ, and whether equalisation would help."""

from dataclasses import dataclass

import numpy as np

from inspector.model.model import Array


@dataclass(frozen=True, slots=True, eq=False)
class ChannelStatistics:
    """Real values by channel: one entry per index of `dimension`; NaN where a channel has no finite value."""

    dimension: int
    min: Array
    max: Array
    mean: Array
    std: Array


UNEVEN_SCALES = 100.0
"""Scales of one tensor that are further apart than this deserve a word; what the Overview's findings use too."""

FEW_LEVELS = 16
"""A channel that uses fewer of a byte's 255 levels than this has no more than 4 bits left."""


@dataclass(frozen=True, slots=True)
class ChannelSpread:
    """How far the channels of a tensor are apart; channels that are all zero are left out.

    `by_scale`: `ratio` is the largest scale over the smallest, else the largest range (largest magnitude of a value)
    over the smallest. `levels` of 255 are what one scale for all channels leaves the narrowest; None where each channel
    has its own. `helps`: equalising across layers (Nagel et al. 2019, section 4.1) or one scale a channel would help.
    """

    ratio: float
    by_scale: bool
    widest: int
    narrowest: int
    levels: int | None
    one_scale: bool
    helps: bool

    @property
    def text(self) -> str:
        """For a header: `scales 1 : 1.9`."""
        return f"{'scales' if self.by_scale else 'ranges'} 1 : {self.ratio:,.1f}"

    @property
    def sentence(self) -> str:
        """The ratio in words, and what to do where that helps."""
        what = "scale" if self.by_scale else "range"
        ratio = f"The largest {what} (channel {self.widest}) is {self.ratio:,.1f} × the smallest ({self.narrowest})."
        if not self.helps:
            return ratio
        if self.by_scale:
            return f"{ratio} Look for channels that do nothing, or equalise across layers before converting."
        left = f"{self.levels} of 255 levels"
        if self.one_scale:
            return f"{ratio} With one scale for all it has {left}: quantize per channel, or equalise across layers."
        return f"{ratio} One scale for all would leave it {left}: quantize per channel, or equalise across layers."


def channel_spread(channels: ChannelStatistics, scale: Array | None) -> ChannelSpread | None:
    """None with fewer than two channels to compare. `scale`: the tensor's scales, None for one that has none."""
    reach = np.maximum(np.abs(channels.min), np.abs(channels.max)).astype(np.float64)
    by_scale = scale is not None and scale.size == reach.size > 1
    sizes = scale.astype(np.float64) if by_scale and scale is not None else reach
    counted = np.flatnonzero(np.isfinite(reach) & (reach > 0) & (sizes > 0))
    if counted.size < 2:
        return None
    widest, narrowest = (int(counted[find(sizes[counted])]) for find in (np.argmax, np.argmin))
    ratio = float(sizes[widest] / sizes[narrowest])
    levels = None if by_scale else max(round(255 / ratio), 1)
    helps = ratio >= UNEVEN_SCALES if levels is None else levels < FEW_LEVELS
    return ChannelSpread(ratio, by_scale, widest, narrowest, levels, scale is not None and scale.size == 1, helps)


def scale_ratio(scale: Array) -> float:
    """Largest over smallest of the positive scales; 1 where there are fewer than two."""
    positive = scale[scale > 0]
    return float(positive.max()) / float(positive.min()) if positive.size else 1.0
