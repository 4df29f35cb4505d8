"""`tflite-inspector tensors`: every tensor, grouped by type with subtotals, or as the Analyzer lists them."""

import argparse
from collections.abc import Iterable
from functools import partial

from inspector.analysis.measurements import Measurements
from inspector.cli.arguments import add_all, add_files, add_formats
from inspector.cli.page import Line, Page, name_last, text_table
from inspector.cli.progress import ProgressLine
from inspector.cli.views import TableColumns, Views, run_views
from inspector.export.analyzer_text import analyzer_sections
from inspector.export.tensor_table import tensor_table
from inspector.model.columns import TENSOR_COLUMNS, zero_fraction_column
from inspector.model.model import Model
from inspector.model.tensor import Tensor
from inspector.model.tensor_types import TensorType
from inspector.model.text import bytes_text, percent_text, plural

NAME = "tensors"
HELP = "every tensor: type, shape, bytes, buffer, quantization, zeros"
DESCRIPTION = """Lists every tensor, grouped by type with what each type stores.

A constant's bytes are what the file stores for it; an activation's are elements x item size. The
zero fraction is the share of elements whose real value is 0 (q == zero_point, per channel).

--json gives a list of objects with the keys subgraph, index, name, type, shape, shape_signature,
kind, bytes, buffer, scale, zero_point, quantized_dimension, zero_fraction, stored_sparsity: lists
where per-channel, null where there is none. These keys stay. Several files: a list of
{"path", "rows"}, with "error" too for a file that was refused. --csv has the same keys as columns."""
EXAMPLES = """  tflite-inspector tensors model.tflite
  tflite-inspector tensors --analyzer model.tflite | grep 'type:INT8 RO'
  tflite-inspector tensors --json model.tflite | jq '.[] | select(.kind == "constant") | .bytes'
  tflite-inspector tensors --csv float.tflite int8.tflite -o tensors.csv"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_files(parser)
    add_formats(parser)
    parser.add_argument(
        "--analyzer", action="store_true", help="the lines of TensorFlow Lite's Analyzer, under one heading a type"
    )
    add_all(parser)


def run(arguments: argparse.Namespace) -> int:
    page = _analyzer_page if arguments.analyzer else _page
    return run_views(
        arguments, Views(partial(page, optimizer=arguments.all), partial(_columns, optimizer=arguments.all))
    )


def _columns(model: Model, optimizer: bool) -> TableColumns:
    return tensor_table(model, _measured(model, optimizer).zero_fractions, optimizer)


def _measured(model: Model, optimizer: bool) -> Measurements:
    measurements = Measurements(model)
    with ProgressLine() as progress:
        measurements.compute_zero_fractions(model.tensors(True) if optimizer else None, progress)
    return measurements


def _page(model: Model, optimizer: bool) -> Page:
    columns = [*TENSOR_COLUMNS]
    columns.insert(-1, zero_fraction_column(_measured(model, optimizer).zero_fractions))
    shown = name_last([column for column in columns if column.key != "type"])  # the heading says it
    groups = tensors_by_type(model.tensors(optimizer))
    stored = sum(stored_bytes(tensors) for tensors in groups.values())
    page = Page()
    page.table(text_table(shown, [(_heading(type_, tensors, stored), tensors) for type_, tensors in groups.items()]))
    page.line()
    total = plural(sum(map(len, groups.values())), "tensor")
    page.line(f"{total} in all, {stored:,} bytes stored in a file of {model.size_bytes:,} bytes", "title")
    return page


def tensors_by_type(tensors: Iterable[Tensor]) -> dict[TensorType, list[Tensor]]:
    """Groups in the order of TensorType.order."""
    groups: dict[TensorType, list[Tensor]] = {}
    for tensor in tensors:
        groups.setdefault(tensor.type, []).append(tensor)
    return dict(sorted(groups.items(), key=lambda group: group[0].order))


def stored_bytes(tensors: Iterable[Tensor]) -> int:
    """What the file stores for these tensors; a buffer that several share counts once."""
    sizes = {
        (-1, tensor.buffer) if tensor.buffer is not None else (tensor.subgraph, tensor.index): tensor.bytes or 0
        for tensor in tensors
        if tensor.has_data
    }
    return sum(sizes.values())


def _heading(type_: TensorType, tensors: list[Tensor], stored: int) -> Line:
    size = stored_bytes(tensors)
    share = f", {percent_text(size / stored)} of what is stored" if size else ""
    exact = f" ({size:,} bytes)" if size >= 10_000 else ""
    return Line(f"{plural(len(tensors), 'tensor')}, {bytes_text(size)}{exact}{share}", "title", type_.name)


def _analyzer_page(model: Model, optimizer: bool) -> Page:
    page = Page()
    for number, (type_, lines) in enumerate(analyzer_sections(model, optimizer)):
        if number:
            page.line()
        page.line(f"{type_.name} tensors:", "title")
        for line in lines:
            page.line(line)
    return page
