"""Finding the rows that match a filter text, over keys that are cheap to build for 120,000 rows."""

import re
from collections.abc import Callable, Sequence
from itertools import repeat
from operator import contains
from typing import Any, Protocol

import numpy as np

BoolArray = np.ndarray[Any, np.dtype[np.bool_]]
IntArray = np.ndarray[Any, np.dtype[np.int64]]


class Facet(Protocol):
    """One thing a row can be found by, such as its name or its type."""

    def matches(self, word: str) -> BoolArray:
        """One flag a row: does the row have `word` (lower case) in it?"""


class TextFacet:
    """A text for each row. The texts are asked for, and lower-cased, when the first filter is typed."""

    def __init__(self, texts: Callable[[], Sequence[str]]) -> None:
        self._texts = texts
        self._keys: list[str] | None = None

    def matches(self, word: str) -> BoolArray:
        if self._keys is None:
            self._keys = list(map(str.lower, self._texts()))
        return containing(self._keys, word)


def containing(keys: Sequence[str], word: str) -> BoolArray:
    """Which of `keys` have `word` in them; every step in C, as 120,000 of them are asked on each key press."""
    return np.fromiter(map(contains, keys, repeat(word)), np.bool_, len(keys))


def numbered(values: Sequence[Any]) -> tuple[IntArray, list[Any]]:
    """For each value the number of its kind, and the kinds (values that differ) in the order they come first."""
    number_of = {value: number for number, value in enumerate(dict.fromkeys(values))}
    return np.fromiter(map(number_of.__getitem__, values), np.int64, len(values)), list(number_of)


class ChoiceFacet:
    """A text that many rows share (a type, a shape): each different one is looked at once."""

    def __init__(self, values: Callable[[], Sequence[Any]], text: Callable[[Any], str] = str) -> None:
        self._values, self._text = values, text
        self._codes: IntArray | None = None
        self._keys: list[str] = []

    def matches(self, word: str) -> BoolArray:
        if self._codes is None:
            self._codes, different = numbered(self._values())
            self._keys = [self._text(value).lower() for value in different]
        return containing(self._keys, word)[self._codes]


def filter_words(text: str) -> list[str]:
    """The words of a filter text, lower case. A space behind a comma does not part words, so that a shape is one."""
    return [word for word in re.split(r"(?<!,)\s+", text.lower().strip()) if word]


def matching(text: str, facets: Sequence[Facet], count: int) -> BoolArray:
    """One flag for each of `count` rows: every word of `text` stands in some facet of the row."""
    found = np.ones(count, np.bool_)
    for word in filter_words(text):
        hit = np.zeros(count, np.bool_)
        for facet in facets:
            hit |= facet.matches(word)
        found &= hit
    return found
