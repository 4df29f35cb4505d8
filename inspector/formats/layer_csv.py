"""The quantization debugger's CSV, both ways: ours, and what TensorFlow's `layer_statistics_dump` writes."""

import csv
import io
import os
from collections.abc import Iterator, Sequence
from math import isfinite
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from inspector.errors import DataError, ExportError
from inspector.formats.file_bytes import check_ordinary
from inspector.model.layer_table import LAYER_FIELDS, LayerRow, LayerTable
from inspector.model.text import printable

_TEXTS = ("op_name", "tensor_name")
_WHOLE = ("tensor_idx", "num_elements", "zero_point")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_MOST_BYTES = 64 << 20


def read_layer_csv(path: str | Path) -> LayerTable:
    """Raises DataError for what is no such table, ModelFileError for what is no readable file."""
    path = Path(path).expanduser()
    check_ordinary(path)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DataError(f"{path.name} is larger than {_MOST_BYTES >> 20} MiB: no table of a model's layers.")
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} is no text file, so it is no CSV of the quantization debugger.") from error
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror or error}.") from error
    return parse_layer_csv(text, path.name)


def parse_layer_csv(text: str, name: str = "The table") -> LayerTable:
    """As `read_layer_csv`, of its text; messages call it `name`. Raises DataError."""
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise DataError(f"{name} is no sound CSV: {error}.") from error
    header = lines[0] if lines else []
    missing = [each for each in LAYER_FIELDS if each not in header]
    if missing:
        raise DataError(
            f"{name} is no table of the quantization debugger: it has no column {missing[0]}. "
            f"Its columns should be {', '.join(LAYER_FIELDS)}."
        )
    if len(set(header)) < len(header):
        twice = next(each for each in header if header.count(each) > 1)
        raise DataError(f'{name} has the column "{printable(twice)}" twice.')
    return _table(header, [(number, cells) for number, cells in enumerate(lines[1:], 2) if cells], name)


def kind_of_csv(path: str | Path) -> str:
    """ "local", "cumulative" or "pair", by the name: layers.csv, layers.cumulative.csv; the content doesn't tell."""
    word = Path(Path(path).stem).suffix[1:].lower()
    return word if word in ("cumulative", "pair") else "local"


def layer_csv_lines(table: LayerTable) -> Iterator[str]:
    """The CSV in lines, as TensorFlow writes it. Floats are written so that they read back the same."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    for cells in (table.header, *([_cell(name, value) for name, value in each.items()] for each in table.records())):
        writer.writerow(cells)
        yield stream.getvalue()
        stream.seek(0)
        stream.truncate()


def write_layer_csv(table: LayerTable, target: str | Path | TextIO) -> None:
    """To a stream, or to a file that appears whole or not at all. Raises ExportError."""
    if not isinstance(target, (str, Path)):
        target.writelines(layer_csv_lines(table))
        return
    path = Path(target).expanduser()
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with draft.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(layer_csv_lines(table))
        os.replace(draft, path)
    except OSError as error:
        raise ExportError(f"{path} can't be written: {error.strerror or error}.") from error
    finally:
        draft.unlink(missing_ok=True)


def _table(header: Sequence[str], lines: Sequence[tuple[int, list[str]]], name: str) -> LayerTable:
    rows, extra = [], {each: list[float | None]() for each in header if each not in LAYER_FIELDS}
    for number, cells in lines:
        if len(cells) != len(header):
            raise DataError(f"{name} is damaged: line {number:,} has {len(cells)} cells, the header {len(header)}.")
        values = {}
        for column, cell in zip(header, cells, strict=True):
            try:
                values[column] = _value(column, cell)
            except ValueError as error:
                where = f"line {number:,}, column {printable(column)}"
                raise DataError(f'{name} is damaged: {where} holds "{printable(cell)[:40]}", no number.') from error
        for column, found in extra.items():
            found.append(values[column])
        rows.append(LayerRow(**{column: values[column] for column in LAYER_FIELDS}))
    if not rows:
        raise DataError(f"{name} has no layers: only the line with the column names is there.")
    return LayerTable(tuple(rows), {column: tuple(found) for column, found in extra.items()})


def _value(column: str, cell: str) -> Any:
    """A cell as its column wants it; an empty one is None where a value may be missing. Raises ValueError."""
    if column in _TEXTS:
        return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA else cell
    if not cell and column not in LAYER_FIELDS[1:-3]:
        return None
    number = float(cell)
    if column in _WHOLE:
        if not isfinite(number):
            raise ValueError(cell)
        return round(number)
    return float(np.float32(number)) if column == "scale" else number


def _cell(column: str, value: Any) -> str:
    """A spreadsheet would run a name that begins with = + - @ as a formula: an apostrophe stands before it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return "'" + value if value.startswith(_FORMULA) else value
    if column == "scale" and float(np.float32(value)) == value:
        return str(np.float32(value))  # as short as TensorFlow writes it
    return repr(value)


__all__ = [
    "LAYER_FIELDS",
    "LayerRow",
    "LayerTable",
    "kind_of_csv",
    "layer_csv_lines",
    "parse_layer_csv",
    "read_layer_csv",
    "write_layer_csv",
]
