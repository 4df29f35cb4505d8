"""Samples in text files of numbers: one sample a line, the columns in the order of the input's elements."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

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
    """`header` are the column names, () where the first line holds numbers already; `rows` counts lines of values.
    `texts` are the columns that hold words in the first of these: labels, or what is no input."""

    path: Path
    delimiter: str
    header: tuple[str, ...]
    columns: int
    rows: int
    texts: tuple[int, ...] = ()

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
    header = () if all(is_number(field, delimiter) for field in fields) else tuple(each.strip() for each in fields)
    second = _fields(next(lines, ""), delimiter) if header else []
    rows = sum(1 for _ in lines) + bool(second) + (not header)
    if not rows:
        raise DataError(f"{path.name} has a line of column names, but no values below it.")
    texts = tuple(at for at, field in enumerate(second) if field.strip() and not is_number(field, delimiter))
    return CsvLayout(path, delimiter, header, len(fields), rows, texts)


def _fields(line: str, delimiter: str) -> list[str]:
    text = line.strip() if delimiter == " " else line
    return next(csv.reader([text], delimiter=delimiter, skipinitialspace=True), [])


def is_number(field: str, delimiter: str) -> bool:
    """Whether a field is a number; an empty one counts as a missing number."""
    try:
        number_of(field or "nan", delimiter)
    except ValueError:
        return False
    return True


def number_of(field: str, delimiter: str) -> float:
    """Between ";" numbers may have decimal commas. Raises ValueError for what is no number."""
    return float(field.replace(",", ".") if delimiter == ";" else field)


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


def read_texts(layout: CsvLayout, columns: Sequence[int], progress: Progress) -> Iterator[tuple[str, ...]]:
    """What stands in these columns of each row, as it is written. Raises DataError for a row of another length."""
    lines = islice(_lines(layout.path, progress), 1 if layout.header else 0, None)
    for number, line in enumerate(lines):
        fields = _fields(line, layout.delimiter)
        if len(fields) != layout.columns:
            raise DataError(_length_problem(layout, number, fields))
        yield tuple(fields[each].strip() for each in columns)


def read_rows(layout: CsvLayout, wanted: Array, progress: Progress, left_out: Sequence[int] = ()) -> Array:
    """The lines of these rising row numbers as (rows, columns) float64; the columns `left_out`, which may hold words,
    are 0 there. Raises DataError with row and column."""
    if len(wanted) * layout.columns * 8 > MOST_BYTES:
        raise DataError(
            f"{plural(len(wanted), 'row')} of {layout.path.name} take more than {bytes_text(MOST_BYTES)}. Choose fewer."
        )
    found = np.empty((len(wanted), layout.columns))
    filled = 0
    for block in _blocks(layout, wanted, progress):
        rows = wanted[filled : filled + len(block)]
        found[filled : filled + len(block)] = _parse(layout, block, rows, left_out)
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


def _parse(layout: CsvLayout, lines: Sequence[str], rows: Array, left_out: Sequence[int]) -> Array:
    separator = None if layout.delimiter == " " else layout.delimiter
    nothing: dict[int | str, Callable[[str], Any]] = {each: lambda _field: 0.0 for each in left_out}
    try:
        values = np.loadtxt(
            lines, np.float64, comments=None, delimiter=separator, ndmin=2, quotechar='"', converters=nothing or None,
            encoding=None,
        )  # fmt: skip
    except ValueError as error:
        raise DataError(_cell_problem(layout, lines, rows, left_out) or f"{layout.path.name}: {error}.") from error
    if values.shape != (len(lines), layout.columns):
        what = _cell_problem(layout, lines, rows, left_out)
        raise DataError(what or f"{layout.path.name} has lines of several lengths.")
    return values


def _length_problem(layout: CsvLayout, row: int, fields: Sequence[str]) -> str:
    return (
        f"Row {row + 1:,} of {layout.path.name} has {plural(len(fields), 'column')}; the first line has "
        f"{layout.columns:,}."
    )


def _cell_problem(layout: CsvLayout, lines: Sequence[str], rows: Array, left_out: Sequence[int]) -> str:
    """What is wrong with the first bad line, in words; `rows` are the row numbers of the lines."""
    for line, row in zip(lines, rows.tolist(), strict=True):
        place = f"Row {row + 1:,} of {layout.path.name}"
        fields = _fields(line, layout.delimiter)
        if len(fields) != layout.columns:
            return _length_problem(layout, row, fields)
        for column, field in enumerate(fields, start=1):
            if column - 1 in left_out:
                continue
            if not field.strip():
                return f"{place} has nothing in column {column:,}."
            if not is_number(field, layout.delimiter):
                return f'{place} has "{printable(field[:40])}" in column {column:,}, which is no number.'
    return ""
