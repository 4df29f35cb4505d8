"""The groups of the Compare tables: what became of weights and biases; how many tensors of a type a variant has."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inspector.analysis.comparison import Comparison
from inspector.gui.tables.compare_rows import CompareRow
from inspector.gui.tables.filtering import IntArray
from inspector.gui.tables.grouping import Grouping, Summary, group_by
from inspector.gui.tables.pair_source import cell_key, others
from inspector.gui.tables.tensor_source import type_order
from inspector.model import TensorType
from inspector.model.text import plural


@dataclass(frozen=True, slots=True, eq=False)
class TypeGrid:
    """The types of all cells as numbers, so that groups of 100,000 rows are counted at each key press. `codes` (rows,
    variants): the place of each cell's type in `types`, -1 where there is no cell."""

    types: dict[str, TensorType]
    codes: IntArray

    def chosen(self, places: IntArray) -> "TypeGrid":
        """Of some rows only."""
        return TypeGrid(self.types, self.codes[places])

    def changed(self, reference: int) -> IntArray:
        """The rows in which a variant has another type than the reference."""
        before = self.codes[:, reference : reference + 1]
        return np.flatnonzero(((self.codes >= 0) & (before >= 0) & (self.codes != before)).any(axis=1))

    def change_words(self, places: IntArray, reference: int, variant: int) -> str:
        """`4 of 6 to INT8`, "unchanged"; how many there are where nothing pairs."""
        before, after = self.codes[places, reference], self.codes[places, variant]
        paired = (before >= 0) & (after >= 0)
        if not paired.any():
            there = int((after >= 0).sum())
            return plural(there, "tensor") if there else "none"
        changed = after[paired & (before != after)]
        if not changed.size:
            return "unchanged"
        names, (codes, counts) = list(self.types), np.unique(changed, return_counts=True)
        order = np.argsort(-counts, kind="stable")
        parts = [(int(counts[place]), names[int(codes[place])]) for place in order]
        first, *more = parts
        words = f"{first[0]:,} of {int(paired.sum()):,} to {first[1]}"
        return words + "".join(f", {count:,} to {name}" for count, name in more)

    def held(self, name: str, places: IntArray, variant: int) -> str:
        """How many of these rows a variant has as type `name`."""
        count = int((self.codes[places, variant] == list(self.types).index(name)).sum())
        return plural(count, "tensor") if count else "none"


def type_grid(rows: Sequence[CompareRow]) -> TypeGrid:
    """The grid of `rows`."""
    places: dict[str, int] = {}
    types: dict[str, TensorType] = {}
    codes = np.full((len(rows), len(rows[0].cells) if rows else 0), -1, np.int64)
    for number, row in enumerate(rows):
        for variant, cell in enumerate(row.cells):
            if cell is not None:
                name = cell.type_name
                if name not in places:
                    places[name], types[name] = len(places), cell.tensor.type
                codes[number, variant] = places[name]
    return TypeGrid(types, codes)


def group_by_role(comparison: Comparison, rows: Sequence[CompareRow], grid: TypeGrid) -> Grouping:
    """Weights, biases, ...: in the order in which the comparison lists them; each says what became of its tensors."""
    groups = [row.compared.group for row in rows]
    order = {group: place for place, group in enumerate(dict.fromkeys(groups))}

    def summarise(group: str, places: IntArray) -> Summary:
        words = {cell_key(p): grid.change_words(places, comparison.reference, p) for p in others(comparison)}
        quiet = frozenset(key for key, text in words.items() if " to " not in text)
        counts = {key: _counts_alone(text) for key, text in words.items() if key not in quiet}
        return Summary(group, cells=words, note=plural(len(places), "tensor"), quiet=quiet, across=True, short=counts)

    return group_by(groups, order.__getitem__, summarise)


def _counts_alone(words: str) -> str:
    """`8 of 8` for "6 of 8 to INT8, 2 to UINT8": the cells below name the types."""
    first, *more = words.split(", ")
    count, _, rest = first.partition(" of ")
    whole = sum(int(part.partition(" ")[0].replace(",", "")) for part in (count, *more))
    return f"{whole:,} of {rest.partition(' ')[0]}"


def group_by_one_type(comparison: Comparison, rows: Sequence[CompareRow], grid: TypeGrid) -> Grouping:
    """Narrow types first; each says how many tensors of it every variant has."""

    def summarise(name: str, places: IntArray) -> Summary:
        words = {cell_key(p): grid.held(name, places, p) for p in range(len(comparison.variants))}
        return Summary(chip=name, cells=words, quiet=frozenset(key for key, text in words.items() if text == "none"))

    return group_by([row.only_type for row in rows], lambda name: type_order(grid.types[name]), summarise)


__all__ = ["TypeGrid", "group_by_one_type", "group_by_role", "type_grid"]
