"""Ranges per channel: how far the channels of one tensor differ, and whether equalisation would help."""

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class ChannelStatistics:
    """Real values by channel: one entry per index of `dimension`; NaN where a channel has no finite value."""

    dimension: int
    min: Array
    max: Array
    mean: Array
    std: Array
