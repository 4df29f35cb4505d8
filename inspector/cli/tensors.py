"""`tflite-inspector tensors`: every tensor, grouped by type with subtotals, or as the Analyzer lists them."""

import argparse
from functools import partial
from typing import TYPE_CHECKING

from inspector.analysis.measurements import Measurements
from inspector.cli.arguments import add_all, add_files, add_formats
from inspector.cli.progress import ProgressLine
from inspector.cli.views import TableColumns, Views, run_views
from inspector.export.tensor_table import tensor_table
from inspector.model.model import Model

if TYPE_CHECKING:
    from inspector.cli.page import Page

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


def _page(model: Model, optimizer: bool) -> "Page":
    from inspector.cli.tensor_pages import tensor_page  # scripts that ask for JSON start sooner without it

    return tensor_page(model, _measured(model, optimizer).zero_fractions, optimizer)


def _analyzer_page(model: Model, optimizer: bool) -> "Page":
    from inspector.cli.tensor_pages import analyzer_page

    return analyzer_page(model, optimizer)


def _columns(model: Model, optimizer: bool) -> TableColumns:
    return tensor_table(model, _measured(model, optimizer).zero_fractions, optimizer)


def _measured(model: Model, optimizer: bool) -> Measurements:
    measurements = Measurements(model)
    with ProgressLine() as progress:
        measurements.compute_zero_fractions(model.tensors(True) if optimizer else None, progress)
    return measurements
