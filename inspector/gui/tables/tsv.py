"""Rows as tab-separated text with a header, exact values, as spreadsheets paste them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from inspector.export.csv_table import csv_cell
from inspector.model.columns import Column
from inspector.printable import printable

_CALLS = set("(|!=@")  # what a formula needs to do more than reckon with numbers; a cell may begin with a minus

Exact = Mapping[str, Callable[[Any], str]]


def tsv_text(columns: Sequence[Column[Any]], records: Iterable[Any], exact: Exact | None = None) -> str:
    """One line a record under a line of titles. `exact`: column key -> text, where value and shown text are not."""
    writers = [(exact or {}).get(column.key) or _cell_writer(column) for column in columns]
    titles = [csv_cell(column.title) for column in columns]
    return tsv_lines(chain([titles], ([write(record) for write in writers] for record in records)))


def tsv_lines(rows: Iterable[Iterable[str]]) -> str:
    """Each row on a line; no text from a file becomes a formula or another cell."""
    return "".join("\t".join(map(_one_line, cells)) + "\n" for cells in rows)


def _cell_writer(column: Column[Any]) -> Callable[[Any], str]:
    def write(record: Any) -> str:
        value = column.value(record)
        if isinstance(value, dict):  # a layer's options: their names are the file's
            return str(csv_cell(column.display(record)))
        if value is None or isinstance(value, (list, tuple)) or not column.interface:
            return column.display(record)
        cell = csv_cell(value)
        return "" if cell is None else str(cell)

    return write


def _one_line(text: str) -> str:
    line = printable(text.replace("\t", " ").replace("\r", " ").replace("\n", " "))
    return "'" + line if line[:1] in ("=", "@", "＝", "＠") or (line[:1] in ("+", "-") and set(line) & _CALLS) else line
