"""Which samples are taken when there are more than wanted."""

from typing import Any

import numpy as np

from inspector.errors import DataError
from inspector.model.text import plural

IntArray = np.ndarray[Any, np.dtype[np.int64]]


def chosen_rows(count: int, samples: int, seed: int, only: int | None = None) -> IntArray:
    """`samples` of `count` row numbers in rising order, drawn without repeats; all of them for 0 or too many; the row
    `only` alone where it is told. Raises DataError where there is no such row.

    The same as `np.sort(np.random.default_rng(seed).choice(count, samples, replace=False))`.
    """
    if only is not None:
        if not 0 <= only < count:
            raise DataError(f"There is no sample {only:,}: the data have {plural(count, 'sample')}, counted from 0.")
        return np.array([only], np.int64)
    if samples <= 0 or samples >= count:
        return np.arange(count, dtype=np.int64)
    return np.sort(np.random.default_rng(seed).choice(count, samples, replace=False)).astype(np.int64)
