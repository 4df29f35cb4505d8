"""`tflite-inspector operators`: every operator with its tensors and options, or a Keras model's layers."""

import argparse
from collections import Counter

from inspector.cli.arguments import add_files, add_formats
from inspector.cli.page import Page, text_table
from inspector.cli.views import TableColumns, Views, run_views
from inspector.model.columns import LAYER_COLUMNS, OPERATOR_COLUMNS
from inspector.model.model import Model
from inspector.model.text import plural

NAME = "operators"
HELP = "every operator: index, op_name, inputs, outputs, options"
DESCRIPTION = """Lists every operator in the order of execution. The index is the operator's index in its subgraph,
the same everywhere in this program; T#9 is the tensor with index 9; an optional input that is left
out is "none". Of a Keras file it lists the layers; their inputs are their weights.

--json gives a list of objects with the keys subgraph, index, op_name, inputs, outputs, options (and
for Keras name, output_shape, parameters, inbound). These keys stay. An optional input that is left
out is -1. Several files: a list of {"path", "rows"}, with "error" too for a file that was refused."""
EXAMPLES = """  tflite-inspector operators model.tflite
  tflite-inspector operators --json model.tflite | jq -r '.[].op_name' | sort | uniq -c
  tflite-inspector operators --csv model.tflite -o operators.csv"""

OPERATOR_KEYS = ("subgraph", "index", "op_name", "inputs", "outputs", "options")
LAYER_KEYS = ("subgraph", "index", "name", "op_name", "inputs", "outputs", "options", "output_shape", "parameters",
              "inbound")  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_files(parser)
    add_formats(parser)


def run(arguments: argparse.Namespace) -> int:
    return run_views(arguments, Views(_page, _columns))


def _columns(model: Model) -> TableColumns:
    columns = {column.key: column for column in (LAYER_COLUMNS if model.is_keras else OPERATOR_COLUMNS)}
    operators = list(model.operators())
    keys = LAYER_KEYS if model.is_keras else OPERATOR_KEYS
    return {key: [columns[key].value(operator) for operator in operators] for key in keys}


def _page(model: Model) -> Page:
    columns = LAYER_COLUMNS if model.is_keras else OPERATOR_COLUMNS
    page = Page()
    for subgraph in model.subgraphs:
        if len(model.subgraphs) > 1:
            page.line(f"Subgraph {subgraph.index} {subgraph.name}", "title")
        page.table(text_table(columns, [(None, subgraph.operators)]))
        page.line()
    counts = Counter(operator.op_name for operator in model.operators())
    listed = ", ".join(f"{count:,} {name}" for name, count in counts.most_common())
    what = plural(counts.total(), "layer" if model.is_keras else "operator")
    page.line(f"{what} in all: {listed}" if counts else f"{what} in all", "title")
    return page
