"""`tflite-inspector weights`: the statistics of every constant."""

import argparse
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from inspector.analysis.measurements import Measurements
from inspector.analysis.statistics import tensor_statistics
from inspector.analysis.statistics_columns import STATISTICS_COLUMNS, WeightRow, WeightsTotal, weights_total
from inspector.cli.arguments import add_all, add_files, add_formats
from inspector.cli.page import Line, Page, name_last, text_table
from inspector.cli.progress import ProgressLine
from inspector.cli.views import TableColumns, Views, run_views
from inspector.errors import ValuesError
from inspector.model.model import Model
from inspector.model.text import bytes_text, percent_text, plural

NAME = "weights"
HELP = "statistics of every constant: range, mean, spread, zeros, sparsity"
DESCRIPTION = """Measures every constant tensor, on real values (dequantized where the file is quantized): minimum,
maximum, mean, standard deviation, the share outside 1, 2 and 3 sigma, zero fraction, sparsity of
blocks, output channels that are all zero. --gzip adds what each takes as a gzip file: what pruning
saves in a download. Biases, shapes and the like stand below the weights and are no part of their
total.

--json and --csv give all statistics by name, shares from 0 to 1, null where a number has no meaning;
gzip_bytes is null without --gzip. Several files: a list of {"path", "rows"}, with "error" too for a
file that was refused."""
EXAMPLES = """  tflite-inspector weights model.tflite
  tflite-inspector weights --gzip pruned.tflite
  tflite-inspector weights --json model.tflite | jq '.[] | select(.dead_channels > 0) | .name'
  tflite-inspector weights --csv float.tflite int8.tflite -o weights.csv"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_files(parser)
    add_formats(parser)
    parser.add_argument("--gzip", action="store_true", help="compress every constant too, and say its size")
    add_all(parser)


def run(arguments: argparse.Namespace) -> int:
    options = {"gzip": arguments.gzip, "optimizer": arguments.all}
    return run_views(arguments, Views(partial(_page, **options), partial(_columns, **options)))


def _columns(model: Model, gzip: bool, optimizer: bool) -> TableColumns:
    columns = [column for column in STATISTICS_COLUMNS if column.interface]
    table: dict[str, list[Any]] = {column.key: [] for column in columns}
    for row in _rows(model, gzip, optimizer):  # a row's histogram is forgotten with it
        for column in columns:
            table[column.key].append(column.value(row))
    return table


def _rows(model: Model, gzip: bool, optimizer: bool) -> Iterator[WeightRow]:
    """A row for every constant; without statistics where it holds no numbers."""
    measurements = Measurements(model)
    with ProgressLine() as progress:
        for tensor in model.tensors(optimizer):
            if not tensor.has_data:
                continue
            statistics = packed = None
            with suppress(ValuesError):
                statistics = tensor_statistics(model, tensor, progress)
            with suppress(ValuesError):
                packed = measurements.gzip_bytes(tensor, progress) if gzip else None
            yield WeightRow(tensor, statistics, packed)


def _page(model: Model, gzip: bool, optimizer: bool) -> Page:
    rows = list(_rows(model, gzip, optimizer))
    columns = [column for column in STATISTICS_COLUMNS if column.key != "gzip_bytes" or gzip]
    weights = [row for row in rows if row.is_weight]
    others = [row for row in rows if not row.is_weight]
    page = Page()
    if not rows:
        page.line(f"{model.path.name} has no constants.")
        return page
    sections = [
        (Line(_total_text(weights_total(rows)), "title"), weights),
        (Line(f"{plural(len(others), 'other constant')}: biases, shapes, tables", "dim"), others),
    ]
    page.table(text_table(name_last(columns), [section for section in sections if section[1]]))
    return page


def _total_text(total: WeightsTotal) -> str:
    parts = [plural(total.tensors, "weight tensor"), plural(total.elements, "element")]
    if total.zero_fraction is not None:
        parts.append(f"{percent_text(total.zero_fraction)} zeros")
    if total.stored_sparsity is not None:
        parts.append(f"stored sparsity {percent_text(total.stored_sparsity)}")
    if total.dead_channels:
        parts.append(plural(total.dead_channels, "dead channel"))
    if total.gzip_bytes is not None:
        parts.append(f"{bytes_text(total.gzip_bytes)} as gzip")
    return ", ".join(parts)
