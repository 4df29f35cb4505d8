"""`tflite-inspector values`: the values of one tensor, on the screen or as .npy, .csv or .json."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from inspector.cli.arguments import add_file, add_formats, add_tensor
from inspector.cli.opening import Files, say
from inspector.cli.output import output_path, write_output
from inspector.cli.progress import ProgressLine
from inspector.cli.tensor_choice import choose_tensor
from inspector.errors import UsageError
from inspector.export.array_file import ARRAY_SUFFIXES, Array, csv_pieces, save_array
from inspector.export.json_table import json_text
from inspector.model.columns import tensor_label
from inspector.model.tensor import Tensor
from inspector.model.text import plural, printable, quantization_text, shape_text

NAME = "values"
HELP = "one tensor's values as .npy, .csv or text, stored or dequantized"
DESCRIPTION = """Gives the values of one tensor as the file stores them, or with --dequantized as real numbers
(scale x (q - zero_point), per channel). int4 is unpacked, sparse tensors are made dense.

-o chooses the form by its suffix: .npy, .csv or .json; without -o the values are printed, long ones shortened.
CSV, as numpy.loadtxt reads it: a vector has one number a line, a matrix one line a row; with more dimensions each line
begins with the indices of all dimensions but the last.
JSON: subgraph, index, name, type, shape, dequantized, values (nested lists; null for NaN and infinity)."""
EXAMPLES = """  tflite-inspector values model.tflite T#9 -o kernel.npy
  tflite-inspector values model.tflite conv2d_1/kernel --dequantized -o kernel.csv
  tflite-inspector values model.tflite 9 --json | jq '.values | flatten | max'"""

_FORMS = {".csv": "csv", ".json": "json", ".npy": "npy"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_file(parser)
    add_tensor(parser)
    add_formats(parser)
    parser.add_argument("--dequantized", action="store_true", help="real values instead of stored ones")


def run(arguments: argparse.Namespace) -> int:
    form = arguments.format
    suffix = Path(arguments.output or "").suffix.lower()
    if arguments.output and form == "text":
        if suffix not in _FORMS:
            raise UsageError(f'"{arguments.output}" has to end in .npy, .csv or .json.')
        form = _FORMS[suffix]
    path = output_path(arguments)
    files = Files(arguments.strict)
    model = files.open(arguments.file)
    tensor = choose_tensor(model, arguments.tensor)
    values = model.values(tensor, arguments.dequantized)
    if arguments.dequantized and tensor.type.is_integer and tensor.scale is None:
        say(f"{tensor_label(tensor)} {printable(tensor.name)} has no scale: these are its stored values.")
    if form == "json":
        write_output(path, [_json(tensor, values, arguments.dequantized)])
    elif form == "text":
        write_output(None, _text(tensor, values))
    elif path is not None and suffix in ARRAY_SUFFIXES and form == _FORMS[suffix]:
        with ProgressLine() as progress:
            save_array(path, values, overwrite=True, progress=progress)
    else:
        write_output(path, (piece.decode("ascii") for piece in csv_pieces(values)))
    return files.exit_code


def _json(tensor: Tensor, values: Array, dequantized: bool) -> str:
    fields: dict[str, Any] = {
        "subgraph": tensor.subgraph,
        "index": tensor.index,
        "name": tensor.name,
        "type": tensor.type.name,
        "shape": tensor.shape,
        "dequantized": dequantized,
        "values": values.tolist() if values.dtype.kind != "c" else [values.real.tolist(), values.imag.tolist()],
    }
    return json_text(fields) + "\n"


def _text(tensor: Tensor, values: Array) -> Iterator[str]:
    shown = f"{tensor_label(tensor)} {printable(tensor.name)}  {tensor.type.name} {shape_text(tensor.shape)}"
    yield f"{shown}, {plural(values.size, 'element')}, quantization {quantization_text(tensor.quantization)}\n"
    yield np.array2string(values, threshold=1000, edgeitems=3, max_line_width=110) + "\n"
    if values.size > 1000:
        yield "(shortened; --csv prints all, -o x.npy or x.csv saves all)\n"
