"""Samples in text files of numbers: one sample a line, the columns in the order of the input's elements."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from inspector.datasets.sources import MOST_BYTES, Array, ArrayInfo, Progress
from inspector.errors import DataError
from inspector.model.text import bytes_text, plural, printable

_LONGEST_LINE = 1 << 26
_BLOCK = 2000
_TOLD = 1 << 20
_DELIMITERS = ("\t", ";", ",", " ")  # the first that occurs; "1,5;2,5" has decimal commas


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """`header` are the column names, () where the first line holds numbers already; `rows` counts lines of values."""

    path: Path
    delimiter: str
    header: tuple[str, ...]
    columns: int
    rows: int

    @property
    def info(self) -> ArrayInfo:
        return ArrayInfo(self.path.name, "float64", (self.rows, self.columns))


def read_layout(path: Path, progress: Progress) -> CsvLayout:
    """Looks at the first line and counts the others. Raises DataError where it is no text of numbers."""
    lines = _lines(path, progress)
    first = next(lines, None)
    if first is None:
        raise DataError(f"{path.name} holds no lines.")
    delimiter = next((each for each in _DELIMITERS if each in first.strip()), ",")
    fields = _fields(first, delimiter)
    header = () if all(_is_number(field, delimiter) for field in fields) else tuple(each.strip() for each in fields)
    rows = sum(1 for _ in lines) + (not header)
    if not rows:
        raise DataError(f"{path.name} has a line of column names, but no values below it.")
    return CsvLayout(path, delimiter, header, len(fields), rows)


def _fields(line: str, delimiter: str) -> list[str]:
    text = line.strip() if delimiter == " " else line
    return next(csv.reader([text], delimiter=delimiter, skipinitialspace=True))


def _is_number(field: str, delimiter: str) -> bool:
    try:
        float(field.replace(",", ".") if delimiter == ";" else field or "nan")
    except ValueError:
        return False
    return True


def _lines(path: Path, progress: Progress) -> Iterator[str]:
    """The lines that are not blank. Raises DataError."""
    try:
        with path.open("rb") as file:
            size = max(1, path.stat().st_size)
            yield from (line for line in _text_lines(file, path, size, progress) if line.strip())
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror or error}.") from error


def _text_lines(file: IO[bytes], path: Path, size: int, progress: Progress) -> Iterator[str]:
    number = read = told = 0
    while line := file.readline(_LONGEST_LINE):
        number += 1
        if len(line) >= _LONGEST_LINE:
            raise DataError(f"Line {number:,} of {path.name} is longer than {bytes_text(_LONGEST_LINE)}.")
        if b"\0" in line:
            raise DataError(f"{path.name} is no text of numbers: save it as CSV in UTF-8.")
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise DataError(f"Line {number:,} of {path.name} is no UTF-8 text.") from error
        read += len(line)
        if read - told > _TOLD:
            told = read
            progress(min(read / size, 1.0), f"Reading {path.name}")


def read_rows(layout: CsvLayout, wanted: Array, progress: Progress) -> Array:
    """The lines of these rising row numbers as (rows, columns) float64. Raises DataError with row and column."""
    if len(wanted) * layout.columns * 8 > MOST_BYTES:
        raise DataError(
            f"{plural(len(wanted), 'row')} of {layout.path.name} take more than {bytes_text(MOST_BYTES)}. Choose fewer."
        )
    found = np.empty((len(wanted), layout.columns))
    filled = 0
    for block in _blocks(layout, wanted, progress):
        found[filled : filled + len(block)] = _parse(layout, block, wanted[filled : filled + len(block)])
        filled += len(block)
    if filled < len(wanted):
        raise DataError(f"{layout.path.name} changed while it was read. Choose it again.")
    return found


def _blocks(layout: CsvLayout, wanted: Array, progress: Progress) -> Iterator[list[str]]:
    """The wanted lines, some at a time."""
    lines = _lines(layout.path, progress)
    if layout.header:
        next(lines, None)
    block: list[str] = []
    following = iter(wanted.tolist())
    row = next(following, None)
    for number, line in enumerate(lines):
        if number == row:
            block.append(line.replace(",", ".") if layout.delimiter == ";" else line)
            row = next(following, None)
            if len(block) == _BLOCK or row is None:
                yield block
                block = []
        if row is None:
            return


def _parse(layout: CsvLayout, lines: Sequence[str], rows: Array) -> Array:
    separator = None if layout.delimiter == " " else layout.delimiter
    try:
        values = np.loadtxt(lines, np.float64, comments=None, delimiter=separator, ndmin=2, quotechar='"')
    except ValueError as error:
        raise DataError(_cell_problem(layout, lines, rows) or f"{layout.path.name}: {error}.") from error
    if values.shape != (len(lines), layout.columns):
        raise DataError(_cell_problem(layout, lines, rows) or f"{layout.path.name} has lines of several lengths.")
    return values


def _cell_problem(layout: CsvLayout, lines: Sequence[str], rows: Array) -> str:
    """What is wrong with the first bad line, in words; `rows` are the row numbers of the lines."""
    for line, row in zip(lines, rows.tolist(), strict=True):
        place = f"Row {row + 1:,} of {layout.path.name}"
        fields = _fields(line, layout.delimiter)
        if len(fields) != layout.columns:
            return f"{place} has {plural(len(fields), 'column')}; the first line has {layout.columns:,}."
        for column, field in enumerate(fields, start=1):
            if not field.strip():
                return f"{place} has nothing in column {column:,}."
            if not _is_number(field, layout.delimiter):
                return f'{place} has "{printable(field[:40])}" in column {column:,}, which is no number.'
    return ""
