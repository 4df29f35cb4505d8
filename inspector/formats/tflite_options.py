"""The builtin options of operators by name: one column a field, read for all operators of a kind at once."""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from inspector.formats.flatbuffer_table import FlatBytes, Tables
from inspector.formats.tflite_option_schema import ENUMS, OPTIONS, OPTIONS_2
from inspector.model import Options, tensor_type

Array = np.ndarray[Any, np.dtype[Any]]

_LONGEST = 4096
"""Items of a list that are shown; the longest sensible one (bucket boundaries) is far shorter."""
_DTYPES = {"?": "u1", "b": "i1", "B": "u1", "i": "<i4", "I": "<u4", "q": "<i8", "f": "<f4"}


class Field(NamedTuple):
    """`letter` is the struct letter, "S" for a string; `words` what the numbers of an enumeration mean."""

    name: str
    slot: int
    letter: str
    vector: bool
    default: int
    words: tuple[str, ...] | None


@cache
def fields_of(union: int, code: int) -> tuple[Field, ...] | None:
    """The fields of an options table: `union` 1 for BuiltinOptions, 2 for BuiltinOptions2; None if unknown."""
    table = OPTIONS if union == 1 else OPTIONS_2
    if not 1 <= code <= len(table):
        return None
    return tuple(_field(index, text) for index, text in enumerate(table[code - 1][1].split()))


def _field(index: int, text: str) -> Field:
    name, kind = text.split(":")
    kind, _, slot = kind.partition("@")
    kind, _, default = kind.partition("=")
    vector, kind = kind.startswith("*"), kind.removeprefix("*")
    words: tuple[str, ...] | None = None
    if kind == "TensorType":
        kind, words = "b", ()
    elif kind in ENUMS:
        kind, listed = ENUMS[kind]
        words = tuple(listed.split())
    return Field(name, int(slot or index), kind, vector, int(default or 0), words)


class OptionsOfKind:
    """The options of all operators of one kind: `rows` are their indices, in order.

    `numbers` holds the plain number fields by name; `damaged` as in Tables, its rows counted in `rows`.
    """

    def __init__(self, flat: FlatBytes, rows: Array, places: Array, fields: tuple[Field, ...]) -> None:
        tables = Tables(flat, places)
        self.rows = rows
        self.sound = tables.sound
        self.numbers: dict[str, Array] = {}
        self._cells = [(field.name, self._cell(tables, field)) for field in fields]
        self.damaged = tables.damaged

    def _cell(self, tables: Tables, field: Field) -> Callable[[int], Any]:
        """A function that gives the field of the operator at a position."""
        if field.letter == "S":
            return tables.texts(field.slot, field.name).__getitem__
        dtype, words = _DTYPES[field.letter], field.words
        if field.vector and field.letter == "B":
            counts = tables.vector(field.slot, 1, field.name)[1]
            return lambda row: f"{int(counts[row]):,} bytes"
        if field.vector:
            lists = tables.ragged(field.slot, dtype, field.name)
            return lambda row: [_shown(number, words) for number in lists.row(row)[:_LONGEST].tolist()]
        numbers = self.numbers[field.name] = tables.scalar(field.slot, dtype, field.default, field.name)
        if field.letter == "?":
            return lambda row: bool(numbers[row])
        return lambda row: _shown(numbers[row].item(), words)

    def of(self, index: int) -> dict[str, Any]:
        """The options of the operator `index`, which is one of `rows`."""
        row = int(np.searchsorted(self.rows, index))
        return {name: cell(row) for name, cell in self._cells} if self.sound[row] else {}


def _shown(number: Any, words: tuple[str, ...] | None) -> Any:
    """An enumeration's word; the empty tuple stands for the types of tensors."""
    if words is None:
        return number
    if not words:
        return tensor_type(number).name
    return words[number] if 0 <= number < len(words) else f"value {number}"


class OptionColumns:
    """The options of all operators of a subgraph, read at once: a file that changes later does not matter.

    `unions`: for BuiltinOptions and BuiltinOptions2 the type and the place (-1: none) of each operator's options.
    `kinds` holds what was read by union and type.
    """

    def __init__(self, flat: FlatBytes, unions: tuple[tuple[Array, Array], tuple[Array, Array]]) -> None:
        self._unions = unions
        self.kinds: dict[tuple[int, int], OptionsOfKind] = {}
        for union, (types, places) in enumerate(unions, 1):
            for code in np.flatnonzero(np.bincount(types[places >= 0], minlength=1)).tolist():
                fields = fields_of(union, code)
                if fields is not None:
                    rows = np.flatnonzero((types == code) & (places >= 0))
                    self.kinds[union, code] = OptionsOfKind(flat, rows, places[rows], fields)

    def __call__(self, index: int) -> Options:
        """The options of an operator by name; empty where it has none or they can't be read."""
        for union, (types, places) in enumerate(self._unions, 1):
            code = int(types[index])
            if code and fields_of(union, code) is None:
                return {"builtin_options_type": code}
            if code and places[index] >= 0:
                return self.kinds[union, code].of(index)
        return {}
