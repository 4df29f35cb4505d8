"""What a kind of data file offers: its arrays by name, shape and type, and some rows of one when asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Progress = Callable[[float | None, str], None]
MOST_BYTES = 1 << 30
"""Of samples that are held in memory at once."""


def no_progress(_fraction: float | None, _message: str) -> None:
    """For callers that need none."""


@dataclass(frozen=True, slots=True)
class ArrayInfo:
    """One array: `shape` with the samples first; `problem` says why it can't be fed, "" if it can."""

    name: str
    type: str
    shape: tuple[int, ...]
    problem: str = ""


class StoredArray(Protocol):
    """An array in a file that is read when its rows are asked for."""

    @property
    def info(self) -> ArrayInfo: ...

    @property
    def dtype(self) -> np.dtype[Any]: ...

    def whole(self) -> Array | None:
        """All of it, mapped; None where only rows can be read."""

    def take(self, rows: Sequence[int] | Array, progress: Progress) -> Array:
        """The rows of these rising numbers. Raises DataError where the file is damaged."""
