"""The groups of the Compare tables: what became of weights and biases; how many tensors of a type a variant has."""

from collections import Counter
from collections.abc import Sequence

from inspector.analysis.comparison import Comparison
from inspector.gui.tables.compare_rows import CompareRow
from inspector.gui.tables.filtering import IntArray
from inspector.gui.tables.grouping import Grouping, Summary, group_by
from inspector.gui.tables.pair_source import cell_key, others
from inspector.gui.tables.tensor_source import type_order
from inspector.model import TensorType
from inspector.model.text import plural


def group_by_role(comparison: Comparison, rows: Sequence[CompareRow]) -> Grouping:
    """Weights, biases, ...: in the order in which the comparison lists them; each says what became of its tensors."""
    groups = [row.compared.group for row in rows]
    order = {group: place for place, group in enumerate(dict.fromkeys(groups))}

    def summarise(group: str, places: IntArray) -> Summary:
        chosen = [rows[place] for place in places.tolist()]
        words = {cell_key(place): change_words(chosen, place) for place in others(comparison)}
        quiet = frozenset(key for key, text in words.items() if " to " not in text)
        return Summary(group, cells=words, note=plural(len(chosen), "tensor"), quiet=quiet, across=True)

    return group_by(groups, order.__getitem__, summarise)


def change_words(rows: Sequence[CompareRow], place: int) -> str:
    """`4 of 6 to INT8`, "unchanged"; how many there are where nothing pairs."""
    cells = [row.cells[place] for row in rows]
    paired = [cell for cell, row in zip(cells, rows, strict=True) if cell is not None and row.original is not None]
    if not paired:
        there = sum(cell is not None for cell in cells)
        return plural(there, "tensor") if there else "none"
    types = Counter(cell.type_name for cell in paired if cell.changed)
    if not types:
        return "unchanged"
    (first, count), *more = types.most_common()
    words = f"{count:,} of {len(paired):,} to {first}"
    return words + "".join(f", {count:,} to {name}" for name, count in more)


def group_by_one_type(comparison: Comparison, rows: Sequence[CompareRow]) -> Grouping:
    """Narrow types first; each says how many tensors of it every variant has, and their bytes."""
    types: dict[str, TensorType] = {}
    for row in rows:
        for cell in row.cells:
            if cell is not None:
                types[cell.type_name] = cell.tensor.type

    def summarise(name: str, places: IntArray) -> Summary:
        chosen = [rows[place] for place in places.tolist()]
        words = {cell_key(place): _held(chosen, place) for place in range(len(comparison.variants))}
        return Summary(chip=name, cells=words, quiet=frozenset(key for key, text in words.items() if text == "none"))

    names = [row.only_type for row in rows]
    return group_by(names, lambda name: type_order(types[name]), summarise)


def _held(rows: Sequence[CompareRow], place: int) -> str:
    cells = [cell for row in rows if (cell := row.shown(place)) is not None]
    if not cells:
        return "none"
    return plural(len(cells), "tensor")
