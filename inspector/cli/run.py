"""`tflite-inspector run`: one sample through models: what each answers, and what an activation held."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from inspector.cli.arguments import add_formats, add_strict
from inspector.cli.data_arguments import add_limits, limits, split_data
from inspector.cli.job_run import run_shown
from inspector.cli.opening import Files, say
from inspector.cli.output import output_path, write_output
from inspector.cli.run_page import run_page, run_rows
from inspector.cli.tensor_choice import choose_tensor
from inspector.cli.views import show_page
from inspector.datasets.choice import COLOURS, RANDOM, DataChoice
from inspector.errors import UsageError
from inspector.jobs.options import help_of
from inspector.jobs.try_options import TryOptions
from inspector.model import Model
from inspector.model.text import printable

NAME = "run"
HELP = "run models on one sample: their outputs side by side, any activation"
DESCRIPTION = """Runs .tflite and Keras files on one sample and shows what each of them answers, side by side, and the
right answer where the data have labels. Samples count from 0, in the order of the file.

Inputs are given as real values and quantized as each model asks; outputs and activations are dequantized.
--activation names a tensor of the first model (T#12, 12, or a part of its name), of a Keras file a layer: its values
are summed up, --json has them all.

--csv is a row an output: its place, its class, whether it is right, and what each model gives.

--json: sample, total, data, labels, origin (the file of an image), label, names, task, inputs, models (model, outputs,
classes, ms, kernels, failed), activation, notes; arrays are lists, null above four million values."""
EXAMPLES = """  tflite-inspector run model.float32.tflite model.int8.tflite --data digits.npz --sample 3
  tflite-inspector run model.tflite --data eval.npz:x_test --labels y_test --activation T#12
  tflite-inspector run model.h5 --data photos/ --sample 7 --json"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("models", nargs="+", metavar="MODEL", help="a .tflite, .h5, .hdf5 or .keras file; several at once")
    add("--data", default=RANDOM, metavar="DATA[:ARRAY]",
        help="a .npz (with the array's name), .npy, .csv, a folder of images, or random (default: random)")  # fmt: skip
    add("--sample", type=int, default=0, metavar="N", help="its number, from 0 (default: 0)")
    add("--labels", default="", metavar="NAME",
        help="the array or column with the right answers; none: leave them out (default: by name)")  # fmt: skip
    add("--label-names", default="", metavar="FILE", help=_help("label_names"))
    add("--activation", default="", metavar="NAME", help="a tensor of the first model, or a Keras layer")
    add("--colour", choices=COLOURS, default="auto", help="of images (default: auto)")
    add("--scale", type=float, metavar="X", help="of images: pixel x scale + offset")
    add("--offset", type=float, metavar="X", help="of images (default: both as the input asks)")
    add("--allow-code", action="store_true", help=_help("allow_code"))
    add_limits(parser.add_argument_group("limits of the worker"))
    add_formats(parser)
    add_strict(parser)


def run(arguments: argparse.Namespace) -> int:
    path = output_path(arguments)
    files = Files(arguments.strict)
    options = _options(arguments)
    opened = [files.open(each) for each in options.models]  # says where one is damaged, before anything is started
    if arguments.activation:
        options = replace(options, activation=activation_of(opened[0], arguments.activation))
    result = run_shown(options, arguments.traceback)
    if arguments.format == "text" and path is None:
        show_page(run_page(result))
    else:
        write_output(path, _report(result, arguments.format))
    failed = [row["failed"] for row in result["models"] if row["failed"]]
    if result["activation"] and result["activation"]["failed"]:
        failed.append(result["activation"]["failed"])
    for each in [*failed, *([] if arguments.format == "json" else result["notes"])]:
        say(each)
    sys.stdout.flush()
    return 1 if failed else files.exit_code


def _report(result: dict[str, Any], form: str) -> Iterator[str]:
    if form == "json":
        from inspector.export.json_table import json_text

        yield json_text(plain(result), indent=2) + "\n"
    elif form == "csv":
        from inspector.export.csv_table import csv_text

        yield from csv_text(*run_rows(result))
    else:
        yield from run_page(result).plain()


def _options(arguments: argparse.Namespace) -> TryOptions:
    path, arrays = split_data(arguments.data)
    if arguments.sample < 0:
        raise UsageError(f"--sample {arguments.sample} has to be 0 or more.")
    return TryOptions(
        models=tuple(str(Path(each).expanduser()) for each in arguments.models),
        data=DataChoice(
            path, arrays, samples=0, colour=arguments.colour, scale=arguments.scale, offset=arguments.offset,
            labels=arguments.labels,
        ),
        sample=arguments.sample,
        label_names=str(Path(arguments.label_names).expanduser()) if arguments.label_names else "",
        allow_code=arguments.allow_code,
        **limits(arguments),
    )  # fmt: skip


def activation_of(model: Model, wanted: str) -> str:
    """What the job calls a tensor, or a layer. Raises UsageError for none, or several."""
    if not model.is_keras:
        return str(choose_tensor(model, wanted).index)
    layers = [each.name for each in model.operators()]
    ends = [name for name in layers if wanted in (name, name.rpartition("/")[2])]
    found = ends or [name for name in layers if wanted.casefold() in name.casefold()]
    if len(found) != 1:
        listed: Sequence[str] = found or layers
        shown = ", ".join(map(printable, listed[:8])) + (" ..." if len(listed) > 8 else "")
        raise UsageError(f'{model.path.name} has {len(found)} layers "{printable(wanted)}". Layers: {shown}.')
    return found[0]


def plain(result: dict[str, Any]) -> dict[str, Any]:
    """With lists for arrays."""
    from inspector.jobs.packed_array import unpacked

    def listed(row: dict[str, Any]) -> dict[str, Any]:
        values = unpacked(row["values"])
        return row | {"values": None if values is None else values.tolist()}

    return result | {
        "inputs": [listed(each) for each in result["inputs"]],
        "models": [row | {"outputs": [listed(each) for each in row["outputs"]]} for row in result["models"]],
        "activation": None if result["activation"] is None else listed(result["activation"]),
    }


def _help(name: str) -> str:
    return help_of(TryOptions, name)
