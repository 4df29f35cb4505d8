"""Rows of different lengths in one array, and many texts of one file: turned into tuples and strings all at once."""

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

_MANY_TEXTS, _ONE_TEXT_BYTES = 10_000, 64 << 20


class Ragged:
    """Rows of different lengths: row i is values[starts[i] : starts[i + 1]]; `present[i]` tells empty from absent."""

    def __init__(self, values: Array, starts: Array, present: Array) -> None:
        self.values = values
        self.starts = starts
        self.present = present

    @property
    def lengths(self) -> Array:
        return np.diff(self.starts)

    def row(self, index: int) -> Array:
        """One row, read-only."""
        found = self.values[self.starts[index] : self.starts[index + 1]]
        found.flags.writeable = False
        return found

    def tuples(self) -> list[tuple[Any, ...]]:
        """Every row as a tuple."""
        return self._by_length(_rows_as_tuples)

    def shared_tuples(self) -> list[tuple[Any, ...]]:
        """Every row as a tuple; equal rows are one object, which for shapes saves most of the memory."""
        return self._by_length(_shared_rows)

    def _by_length(self, tuples_of: Callable[[Array], Array]) -> list[tuple[Any, ...]]:
        lengths = self.lengths
        made = np.empty(len(lengths), object)
        made.fill(())
        for length in np.flatnonzero(np.bincount(lengths)).tolist():  # np.unique would import numpy.ma, 10 ms
            rows = np.flatnonzero(lengths == length) if length else ()
            if len(rows):
                made[rows] = tuples_of(self.values[self.starts[rows][:, None] + np.arange(length)])
        found: list[tuple[Any, ...]] = made.tolist()
        return found


def _rows_as_tuples(matrix: Array) -> Array:
    """The rows of a matrix as an array of tuples."""
    made = np.empty(len(matrix), object)
    made[:] = list(zip(*matrix.T.tolist(), strict=True))
    return made


def _shared_rows(matrix: Array) -> Array:
    """The same with one tuple for all equal rows; they are found by a number made of each row."""
    keys = matrix[:, 0].astype(np.int64)
    for column in range(1, matrix.shape[1]):
        keys = keys * 1_000_003 + matrix[:, column]
    order = np.argsort(keys, kind="stable")
    begins = np.diff(keys[order], prepend=keys[order[0]] - 1) != 0
    which = np.empty(len(keys), np.int64)
    which[order] = np.cumsum(begins) - 1
    kept = matrix[order[begins]]
    if not np.array_equal(kept[which], matrix):
        return _rows_as_tuples(matrix)  # two different rows made the same number
    shared: Array = _rows_as_tuples(kept)[which]
    return shared


def decode_texts(data: Array, starts: Array, counts: Array) -> list[str]:
    """The UTF-8 text at each start (-1: ""), of so many bytes."""
    ends = np.where(starts >= 0, starts + counts, 0).tolist()
    view = data.data
    if len(starts) > _MANY_TEXTS and data.nbytes <= _ONE_TEXT_BYTES:  # slices of one text are made more quickly
        whole = str(view, "latin-1")
        return [
            text if (text := whole[start:end]).isascii() else str(view[start:end], "utf-8", "replace")
            for start, end in zip(starts.tolist(), ends, strict=True)
        ]
    return [
        str(view[start:end], "utf-8", "replace") if start >= 0 else ""
        for start, end in zip(starts.tolist(), ends, strict=True)
    ]
