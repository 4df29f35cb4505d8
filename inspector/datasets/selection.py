"""Which samples are taken when there are more than wanted."""

from typing import Any

import numpy as np

IntArray = np.ndarray[Any, np.dtype[np.int64]]


def chosen_rows(count: int, samples: int, seed: int) -> IntArray:
    """`samples` of `count` row numbers in rising order, drawn without repeats; all of them for 0 or too many.

    The same as `np.sort(np.random.default_rng(seed).choice(count, samples, replace=False))`.
    """
    if samples <= 0 or samples >= count:
        return np.arange(count, dtype=np.int64)
    return np.sort(np.random.default_rng(seed).choice(count, samples, replace=False)).astype(np.int64)
