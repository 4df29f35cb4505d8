"""Rows in groups: which record belongs to which group, and what the bold row of a group says."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from inspector.gui.tables.filtering import IntArray, numbered

LARGE_GROUP = 5_000  # groups with more rows start folded


@dataclass(frozen=True, slots=True)
class Summary:
    """A bold row. `cells`: column key -> text; `shares`: column key -> share (0..1) of a bar; `chip`: a type's name;
    `note`: a dim word behind the text of the column `note_key`; `quiet`: columns whose text is neither bold nor dark;
    `across`: the title, with the note behind it, goes on over the columns that say nothing;
    `short`: what `cells` say where room is short."""

    title: str = ""
    chip: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    shares: Mapping[str, float | None] = field(default_factory=dict)
    note: str = ""
    note_key: str = "name"
    quiet: frozenset[str] = frozenset()
    across: bool = False
    short: Mapping[str, str] = field(default_factory=dict)

    def text(self, key: str, compact: bool = False) -> str:
        """What the row says in a column."""
        return (self.short.get(key) if compact else None) or self.cells.get(key, "")


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """`codes`: the group of each record, groups stand in the order of their codes. `keys`: what a group is called by
    the program, by code. `summarise(code, records)` makes the group's row for the records (indices) that are shown;
    None: no such row. A group folds unless its row stands `below` it, as a total does. `first`: the order of records
    while the user sorts by nothing; default: the file's."""

    codes: IntArray
    keys: Sequence[Hashable]
    summarise: Callable[[int, IntArray], Summary | None]
    below: bool = False
    first: IntArray | None = None

    def split(self, order: IntArray) -> list[tuple[int, IntArray]]:
        """The records of `order` by group, in the same order within each; groups without any are left out."""
        if not order.size:
            return []
        codes = self.codes[order]
        by_group = np.argsort(codes, kind="stable")
        codes, order = codes[by_group], order[by_group]
        starts = np.flatnonzero(np.diff(codes, prepend=codes[0] - 1))
        return list(zip(codes[starts].tolist(), np.split(order, starts[1:]), strict=True))


def no_groups(count: int) -> Grouping:
    """All records in one group without a row of its own: a flat table."""
    return Grouping(np.zeros(count, np.int64), ("all",), lambda _code, _records: None, below=True)


def group_by(
    values: Sequence[Any], order: Callable[[Any], Any], summarise: Callable[[Any, IntArray], Summary | None]
) -> Grouping:
    """Groups of equal values, sorted by `order(value)`; `summarise(value, records)` makes the rows."""
    numbers, found = numbered(values)
    keys = sorted(found, key=order)
    place_of = {key: place for place, key in enumerate(keys)}
    codes = np.array([place_of[key] for key in found], np.int64)[numbers]
    return Grouping(codes, keys, lambda code, records: summarise(keys[code], records))


__all__ = ["LARGE_GROUP", "Grouping", "IntArray", "Summary", "group_by", "no_groups"]
