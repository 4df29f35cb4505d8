"""Rows as tab-separated text with a header, exact values, as spreadsheets paste them."""

from collections.abc import Iterable, Sequence
from typing import Any

from inspector.export.csv_table import csv_cell
from inspector.model.columns import Column


def tsv_text(columns: Sequence[Column[Any]], records: Iterable[Any]) -> str:
    """One line a record under a line of titles."""
    lines = ["\t".join(column.title for column in columns)]
    lines += ["\t".join(_cell(column, record) for column in columns) for record in records]
    return "\n".join(lines) + "\n"


def _cell(column: Column[Any], record: Any) -> str:
    value = column.value(record)
    if value is None or isinstance(value, (list, tuple, dict)) or not column.interface:
        text = column.display(record)
    else:
        cell = csv_cell(value)
        text = "" if cell is None else str(cell)
    return text.replace("\t", " ").replace("\n", " ")
