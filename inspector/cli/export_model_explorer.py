"""`tflite-inspector export-model-explorer`: numbers of each operator for Model Explorer's picture of the graph."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from inspector.analysis.quantization_debug import DebugLayer, debug_layers
from inspector.cli.arguments import add_strict
from inspector.cli.opening import Files, say
from inspector.cli.output import confirm_overwrite
from inspector.cli.progress import ProgressLine
from inspector.errors import ExportError, UsageError
from inspector.export.model_explorer import (
    NODE_NUMBERS,
    node_data,
    node_data_paths,
    opening_command,
    write_node_data,
)
from inspector.formats.layer_csv import kind_of_csv, read_layer_csv
from inspector.model import Model
from inspector.model.text import plural

NAME = "export-model-explorer"
HELP = "bytes, zeros, MACs and errors of each operator for Model Explorer"
DESCRIPTION = """Writes numbers of each operator as node data for Model Explorer (ai-edge-model-explorer), which draws
the graph of a .tflite file and colours its nodes by them. Each number is a file of its own, NAME.NUMBER.json:

  bytes              stored constants that the operator is the first to read
  zero_fraction      share of 0 among the elements of its weights
  macs               multiply-accumulates of one run
  rmse_over_scale    with --layers: the error of its output, in steps of the output's scale (0.7: look closer)
  max_abs_error      with --layers: the largest error of its output, mean over the samples
  sqnr_db            with --layers: signal to quantization noise, where the table has it

--layers is a table that `debug -o` or TensorFlow's debugger wrote; layers.cumulative.csv holds cumulative errors. Its
rows are found in the model by the names of their outputs. Open the files with the command line that is printed, or
drop them on Model Explorer's window. --json says what was written: model, files (number, graphs, nodes, path) and
command."""
EXAMPLES = """  tflite-inspector export-model-explorer model.tflite -o nodes
  tflite-inspector export-model-explorer model.int8.tflite --layers layers.csv --layers layers.cumulative.csv
  tflite-inspector export-model-explorer model.tflite --only bytes --only macs --json"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a .tflite file")
    parser.add_argument(
        "--layers", action="append", default=[], metavar="CSV", help="a table of errors by layer; several times"
    )
    parser.add_argument(
        "--only", action="append", choices=[number.key for number in NODE_NUMBERS], metavar="NUMBER",
        help=f"only this number; several times: {', '.join(number.key for number in NODE_NUMBERS)}",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--output", metavar="STEM_OR_FOLDER", default=".",
        help="an existing folder, or folder and name that the files begin with (default: the folder you are in)",
    )  # fmt: skip
    parser.add_argument("--force", action="store_true", help="overwrite without asking")
    report = parser.add_mutually_exclusive_group()
    report.add_argument("--json", action="store_true", help="say what was written as JSON")
    report.add_argument("--csv", action="store_true", help="say what was written as CSV")
    add_strict(parser)


def run(arguments: argparse.Namespace) -> int:
    files = Files(arguments.strict)
    model = files.open(arguments.file)
    layers = [layer for table in arguments.layers for layer in _layers(Path(table), model)]
    with ProgressLine() as progress:
        data = node_data(model, layers, progress=progress)
    if arguments.only:
        data = {key: content for key, content in data.items() if key.split(".")[0] in arguments.only}
        for key in arguments.only:
            if not any(each.split(".")[0] == key for each in data):
                needs = any(number.key == key and number.of_layers for number in NODE_NUMBERS) and not layers
                raise UsageError(f"No operator of {model.path.name} has the number {key}."
                                 + (" It comes from a table: add --layers layers.csv." if needs else ""))  # fmt: skip
    if not data:
        raise ExportError(f"{model.path.name} has no operators to tell anything of.")
    folder, stem = _target(arguments.output, model.path.stem)
    confirm_overwrite(node_data_paths(folder, stem, data), arguments.force)
    paths = write_node_data(folder, stem, data, overwrite=True)
    sys.stdout.writelines(_report(model.path, data, paths, arguments))
    return files.exit_code


def _layers(path: Path, model: Model) -> Sequence[DebugLayer]:
    """The table's rows that the model has; says how many it has not. Raises DataError where it has none."""
    kind = kind_of_csv(path)
    layers = debug_layers(read_layer_csv(path), kind, model)
    found = [layer for layer in layers if layer.operator is not None]
    if not found:
        raise ExportError(f"{path.name} is about another model: {model.path.name} has none of its layers.")
    if len(found) < len(layers):
        say(f"{path.name}: {len(found):,} of {plural(len(layers), 'layer')} are in {model.path.name}.")
    return found


def _target(output: str, stem: str) -> tuple[Path, str]:
    """The folder, and what the files' names begin with. Raises ExportError for a folder that there is not."""
    if os.path.isdir(output):
        return Path(output), stem
    if output.endswith(("/", os.sep)):
        raise ExportError(f"The folder {output} does not exist. Make it, or choose another.")
    path = Path(output)
    return path.parent, path.stem if path.suffix == ".json" else path.name


def _report(
    model: Path, data: dict[str, dict[str, Any]], paths: Sequence[Path], arguments: argparse.Namespace
) -> Iterator[str]:
    rows: list[dict[str, Any]] = [
        {
            "number": key,
            "graphs": list(content),
            "nodes": sum(len(graph["results"]) for graph in content.values()),
            "path": str(path),
        }
        for (key, content), path in zip(data.items(), paths, strict=True)
    ]
    if arguments.json:
        from inspector.export.json_table import json_text

        yield json_text({"model": str(model), "files": rows, "command": opening_command(model, paths)}, indent=2) + "\n"
    elif arguments.csv:
        from inspector.export.csv_table import csv_text

        yield from csv_text(list(rows[0]), (list(row.values()) for row in rows))
    else:
        for row in rows:
            yield f"Wrote {row['path']}: {row['number']} of {plural(row['nodes'], 'operator')}.\n"
        yield f"Open them with: {opening_command(model, paths)}\n"
