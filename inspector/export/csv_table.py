"""CSV of tables: a line of keys, then one line a row, as spreadsheets and pandas read it.

Lists and objects are written as JSON, nothing as an empty cell. Text that a spreadsheet would run as a formula (it
begins with = + - @, full width too) gets an apostrophe in front and control characters are written out (\\x1b), as
names come from files of others.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from inspector.export.json_table import finite, json_text
from inspector.model.columns import Column, Row
from inspector.model.text import printable

_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # full width too: Excel takes them alike
_LINES = 20_000


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The table in pieces of text; without a header where that is empty."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    if header:
        writer.writerow([csv_cell(key) for key in header])  # a plan's labels are columns too
    for count, row in enumerate(rows, 1):
        writer.writerow([csv_cell(value) for value in row])
        if count % _LINES == 0:
            yield stream.getvalue()
            stream.seek(0)
            stream.truncate()
    yield stream.getvalue()


def csv_columns(columns: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """As `csv_text`, of key -> values."""
    return csv_text(list(columns), zip(*columns.values(), strict=True))


def csv_rows(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> Iterator[str]:
    """As `csv_text`, of records: the columns that are part of the interface, with their exact values."""
    chosen = [column for column in columns if column.interface]
    return csv_text([column.key for column in chosen], ([column.value(row) for column in chosen] for row in rows))


def csv_cell(value: Any) -> Any:
    """One value as the csv module shall write it."""
    kind = type(value)
    if kind is str:
        return "'" + printable(value) if value.startswith(_FORMULA) else printable(value)
    if kind is int or value is None:
        return value
    if kind is bool:
        return "true" if value else "false"
    if kind is float:
        return finite(value)
    return json_text(value) if not hasattr(value, "item") or getattr(value, "size", 0) != 1 else finite(value.item())
