"""A histogram: equal bins over the values, or one bin a level for stored integers."""

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

BINS = 64


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """`counts` (n, int64) of the elements in [edges[i], edges[i + 1]); the last bin holds its right edge too."""

    edges: Array
    counts: Array


def value_histogram(values: Array, bins: int = BINS) -> Histogram:
    """Exactly np.histogram(values, bins); with float64 edges where numpy finds too little room for float32 ones."""
    with np.errstate(all="ignore"):
        try:
            counts, edges = np.histogram(values, bins)
        except ValueError:
            counts, edges = np.histogram(values.astype(np.float64), bins)
    return Histogram(edges, counts.astype(np.int64))


def level_histogram(lowest: int, counts: Array) -> Histogram:
    """One bin a level: counts[i] elements are stored as lowest + i; bins without elements at the ends are left out."""
    used = np.flatnonzero(counts)
    first, last = (int(used[0]), int(used[-1])) if used.size else (0, -1)
    edges = np.arange(first, last + 2, dtype=np.float64) + (lowest - 0.5)
    return Histogram(edges, counts[first : last + 1].astype(np.int64))
