"""`tflite-inspector debug`: which layers lose most when a model is quantized."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from inspector.analysis.quantization_debug import DEBUG_COLUMNS, KINDS, DebugResult, debug_layers, debug_result
from inspector.cli.debug_arguments import add_arguments as add_arguments
from inspector.cli.debug_arguments import debug_options, pair_options
from inspector.cli.job_run import run_shown
from inspector.cli.opening import Files, say
from inspector.cli.output import confirm_overwrite
from inspector.cli.views import show_page
from inspector.errors import UsageError
from inspector.export.atomic_file import existing_files
from inspector.jobs.options import CompareActivationsOptions, DebugOptions
from inspector.model import Model

NAME = "debug"
HELP = "which layers lose most when a model is quantized, and by how much"
DESCRIPTION = """Quantizes a model to full integer and measures the error of every layer's output, dequantized minus
float, with TensorFlow's own debugger. A Keras file, a SavedModel folder or a float .tflite is calibrated with
--calibration; the errors are measured on --data, or on the same samples.

local error: each layer fed with the quantized outputs before it (TensorFlow's default): what this layer does.
cumulative error: a float run of the whole model beside the quantized run: what has gathered until there.
rmse/scale is the error in steps of the layer's scale: 0.2887 is pure rounding, above 0.7 look closer. A layer that is
above it is often the victim of the wide range before it: leave both float.

-o FILE writes TensorFlow's CSV with TensorFlow's columns; `debug FILE.csv` shows one again, TensorFlow's own too, and
--of MODEL.tflite finds its rows' operators. # is the operator's index in the quantized model with float inputs and
outputs. --pair CANDIDATE compares any two .tflite files of a model, activation by activation: int16x8, uint8, dynamic
range, or what another tool made.

--json: source, samples, model, left_float, notes and errors: {local, cumulative, pair} with a list of layers
(operator, op_name, tensor_name, float_tensor, TensorFlow's columns, rmse_over_scale, range, sqnr_db, doubt)."""
EXAMPLES = """  tflite-inspector debug model.h5 --calibration data.npz:x_train --data data.npz:x_test -o layers.csv
  tflite-inspector debug layers.csv --of model.int8_float_io.tflite
  tflite-inspector debug model.h5 --calibration data.npz:x_train --float-op SOFTMAX --keep variants
  tflite-inspector debug float.tflite --pair int16x8.tflite --data data.npz:x_test --json"""


def run(arguments: argparse.Namespace) -> int:
    files = Files(arguments.strict)
    if arguments.file.lower().endswith(".csv"):
        result = _from_csv(arguments, files)
    elif arguments.of:
        raise UsageError("--of MODEL goes with a .csv: it says which model the table is about.")
    else:
        if not Path(arguments.file).is_dir():
            files.open(arguments.file)  # says where it is damaged, before TensorFlow is started
        result = _measured(arguments)
    sys.stdout.writelines(_report(result, arguments))
    if not (arguments.json or arguments.csv):
        from inspector.cli.debug_page import debug_page

        show_page(debug_page(result))
    for note in result.notes if not arguments.json else ():
        say(note)
    return files.exit_code


def _from_csv(arguments: argparse.Namespace, files: Files) -> DebugResult:
    """A table of an earlier run, ours or TensorFlow's."""
    from inspector.formats.layer_csv import kind_of_csv, read_layer_csv

    for flag, given in (("-o", arguments.output), ("--pair", arguments.pair), ("--calibration", arguments.calibration)):
        if given:
            raise UsageError(f"{flag} changes nothing with a .csv, which is only shown. Leave it out.")
    path = Path(arguments.file)
    kind = kind_of_csv(path)
    model: Model | None = files.open(arguments.of) if arguments.of else None
    return DebugResult(path.name, model=model).with_layers(kind, debug_layers(read_layer_csv(path), kind, model))


def _measured(arguments: argparse.Namespace) -> DebugResult:
    options = _options(arguments)
    told = run_shown(options, arguments.traceback)
    if isinstance(options, DebugOptions):
        return _with_operators(debug_result(Path(options.source).name, told), told)
    return debug_result(Path(options.candidate).name, told)


def _with_operators(result: DebugResult, told: dict[str, Any]) -> DebugResult:
    """The worker has looked them up in the model it made."""
    for kind in result.kinds:
        pairs = zip(result.layers(kind), told[kind]["operators"], strict=True)
        result = result.with_layers(kind, tuple(replace(layer, operator=place) for layer, place in pairs))
    return result


def _options(arguments: argparse.Namespace) -> DebugOptions | CompareActivationsOptions:
    from inspector.jobs.debug_files import csv_paths, model_path

    make = pair_options if arguments.pair else debug_options
    options = make(arguments, False)
    if isinstance(options, DebugOptions):
        target = model_path(options)
        places = [*csv_paths(options.output, options.errors).values(), *([target] if target else [])]
    else:
        places = [Path(options.output)] if options.output else []
    confirm_overwrite(places, arguments.force)
    return replace(options, overwrite=arguments.force or bool(existing_files(places)))


def _report(result: DebugResult, arguments: argparse.Namespace) -> Iterator[str]:
    """JSON or CSV; nothing for people, whose page comes after it."""
    if arguments.json:
        from inspector.export.json_table import json_text

        errors = {
            kind: [
                {**{column.key: column.value(each) for column in DEBUG_COLUMNS},
                 "float_tensor": each.float_tensor, "doubt": each.doubt}
                for each in result.layers(kind)
            ]
            for kind in result.kinds
        }  # fmt: skip
        told = {
            "source": arguments.file, "samples": result.samples, "model": result.model_file,
            "left_float": list(result.left_float), "notes": list(result.notes), "errors": errors,
        }  # fmt: skip
        yield json_text(told, indent=2) + "\n"
    elif arguments.csv:
        from inspector.export.csv_table import csv_rows

        yield from csv_rows(DEBUG_COLUMNS, [each for kind in KINDS for each in result.layers(kind)])
