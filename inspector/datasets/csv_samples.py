"""Lines of a text file become samples: which columns feed which input."""

from collections.abc import Sequence
from math import prod
from pathlib import Path

import numpy as np

from inspector.datasets.assembling import Values, assemble
from inspector.datasets.choice import DataChoice
from inspector.datasets.csv_file import CsvLayout, read_layout, read_rows
from inspector.datasets.fitting import check_type
from inspector.datasets.input_spec import InputSpec
from inspector.datasets.label_columns import label_columns, likely_columns
from inspector.datasets.notice import Notice
from inspector.datasets.samples import Samples
from inspector.datasets.selection import chosen_rows
from inspector.datasets.sources import Array, Progress
from inspector.errors import DataError
from inspector.model.finding import Level
from inspector.model.text import plural, printable, shape_text

_INDEX = {"", "unnamed: 0", "index", "id"}


def csv_samples(path: Path, choice: DataChoice, specs: Sequence[InputSpec], progress: Progress) -> Samples:
    """One sample a line. Columns go by the input's name (x, x_0, x[0], x.0) where the first line has such names, else
    in order. Raises DataError."""
    layout = read_layout(path, progress)
    for spec in specs:
        check_type(layout.info, np.dtype(np.float64), spec, whole_numbers=True)
    columns, left_out = input_columns(layout, specs, choice.labels)
    fed = {column for each in columns.values() for column in each.tolist()}
    rows = chosen_rows(layout.rows, choice.samples, choice.seed, choice.only)
    read = read_rows(layout, rows, progress, [each for each in range(layout.columns) if each not in fed])
    values = {}
    for spec in specs:
        shape = _filled(spec, len(columns[spec.name]), layout)
        values[spec.name] = Values(read[:, columns[spec.name]].reshape(len(rows), *shape), path.name, rows)
    text = f"{len(rows):,} of {plural(layout.rows, 'row')} of {path.name}"
    return assemble(specs, values, layout.rows, text, [Notice(Level.NOTE, left_out)] if left_out else [])


def input_columns(layout: CsvLayout, specs: Sequence[InputSpec], labels: str = "") -> tuple[dict[str, Array], str]:
    """Input name -> its columns in order, and a sentence about columns that are left out; those of `labels` always,
    columns of words, and a number of the row where there is one."""
    named = {spec.name: _named_columns(layout, spec) for spec in specs}
    if all(len(named[spec.name]) == prod(_filled(spec, layout.columns, layout, len(specs) == 1)) for spec in specs):
        return {name: np.array(columns) for name, columns in named.items()}, ""
    chosen, likely = set(label_columns(layout.header, labels)), set(likely_columns(layout.header))
    apart = chosen | set(layout.texts)
    for extra in (apart, chosen, apart | likely, apart | _row_number(layout), apart | likely | _row_number(layout)):
        columns = [each for each in range(layout.columns) if each not in extra]
        sizes = [prod(_filled(spec, len(columns), layout, len(specs) == 1)) for spec in specs]
        if len(columns) == sum(sizes):
            parts = np.split(np.array(columns), np.cumsum(sizes)[:-1])
            return {spec.name: part for spec, part in zip(specs, parts, strict=True)}, _left_out(layout, extra)
    raise _wrong_width(layout, specs, [prod(_filled(spec, layout.columns, layout)) for spec in specs])


def _row_number(layout: CsvLayout) -> set[int]:
    return {0} if layout.header and layout.header[0].lower() in _INDEX else set()


def _left_out(layout: CsvLayout, extra: set[int]) -> str:
    names = [f'"{printable(layout.header[each])}"' for each in sorted(extra)]
    if not names:
        return ""
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")
    return f"The column {shown} is left out." if len(names) == 1 else f"The columns {shown} are left out."


def _filled(spec: InputSpec, columns: int, layout: CsvLayout, alone: bool = True) -> tuple[int, ...]:
    """The sample shape; one open size of a model's only input is as large as so many columns make it."""
    shape = spec.sample_shape
    fixed = prod(size for size in shape if size > 0)
    if -1 not in shape:
        return shape
    if alone and shape.count(-1) == 1 and columns % fixed == 0:
        return tuple(columns // fixed if size < 0 else size for size in shape)
    raise DataError(
        f"The input {spec.name} has an open shape, {shape_text(spec.shape)}, which lines of {layout.path.name} "
        "can't fill. Use a .npz."
    )


def _named_columns(layout: CsvLayout, spec: InputSpec) -> list[int]:
    starts = tuple(f"{name}{mark}" for name in spec.names for mark in "_[.")
    return [at for at, column in enumerate(layout.header) if column in spec.names or column.startswith(starts)]


def _wrong_width(layout: CsvLayout, specs: Sequence[InputSpec], sizes: Sequence[int]) -> DataError:
    inputs = ", ".join(f"{spec.name} {shape_text(spec.sample_shape)} {spec.type}" for spec in specs)
    one_more = layout.columns == sum(sizes) + 1
    hint = ' Is one of them the label? Leave it out, or call it "label" in the first line.' if one_more else ""
    return DataError(
        f"{layout.path.name} has {plural(layout.columns, 'column')}; the model takes {plural(sum(sizes), 'value')} a "
        f"sample: {inputs}.{hint}"
    )
