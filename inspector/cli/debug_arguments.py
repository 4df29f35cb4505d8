"""The arguments of `debug`, and the options of the jobs that they stand for."""

import argparse
from pathlib import Path

from inspector.cli.arguments import add_output, add_strict
from inspector.cli.data_arguments import add_limits, add_reading, data_choice, limits, split_data
from inspector.datasets.choice import RANDOM, DataChoice
from inspector.errors import UsageError
from inspector.jobs.options import CompareActivationsOptions, DebugOptions, help_of

ERRORS = {"local": ("local",), "cumulative": ("cumulative",), "both": ("local", "cumulative")}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        metavar="FILE",
        help="a .h5, .hdf5, .keras or float .tflite file, a SavedModel folder, or a .csv of the debugger's",
    )
    parser.add_argument("--pair", metavar="CANDIDATE", help="compare the activations of FILE and this .tflite instead")
    parser.add_argument("--of", metavar="MODEL", help="the quantized .tflite that a .csv is about: gives its operators")
    parser.add_argument(
        "--error", choices=tuple(ERRORS), default="both", help=help_of(DebugOptions, "errors") + " Default: both."
    )
    add_output(parser, "write TensorFlow's CSV: local error to FILE, cumulative to FILE's name with .cumulative")
    parser.add_argument("--keep", metavar="FOLDER", help="keep the quantized model there (float inputs and outputs)")
    report = parser.add_mutually_exclusive_group()
    report.add_argument("--json", action="store_true", help="all numbers as JSON; a stable interface")
    report.add_argument("--csv", action="store_true", help="the table as CSV, with operator, rmse_over_scale and more")
    _add_data(parser.add_argument_group("data"))
    _add_options(parser.add_argument_group("how it is made"))
    add_strict(parser)


def _add_data(group: "argparse._ArgumentGroup") -> None:
    add = group.add_argument
    add(
        "--calibration", metavar="DATA[:ARRAY]", help=f"a .npz, .npy, .csv or .py file, a folder of images, or {RANDOM}"
    )
    add("--data", metavar="DATA[:ARRAY]", help="samples whose errors are measured (default: --calibration's)")
    add_reading(group)


def _add_options(group: "argparse._ArgumentGroup") -> None:
    add = group.add_argument
    add("--float-op", action="append", default=[], metavar="OP_NAME", help="operators of this type stay float")
    add("--float-tensor", action="append", default=[], metavar="NAME", help="the operator with this output stays float")
    add("--batch", choices=("fixed", "dynamic"), default="fixed", help=help_of(DebugOptions, "batch"))
    add("--allow-code", action="store_true", help=help_of(DebugOptions, "allow_code"))
    add_limits(group)


def debug_options(arguments: argparse.Namespace, overwrite: bool) -> DebugOptions:
    """Raises UsageError for arguments that don't go together."""
    data = data_choice(arguments)
    if data is None:
        raise UsageError(
            f"The debugger quantizes the model itself and needs samples of its input: add --calibration DATA[:ARRAY]. "
            f"--calibration {RANDOM} is enough to try it."
        )
    return DebugOptions(
        source=str(Path(arguments.file).expanduser()),
        data=data,
        debug_data=_other(data, arguments.data),
        errors=ERRORS[arguments.error],
        float_operators=tuple(arguments.float_op),
        float_tensors=tuple(arguments.float_tensor),
        output=str(Path(arguments.output).expanduser()) if arguments.output else "",
        output_folder=str(Path(arguments.keep).expanduser()) if arguments.keep else "",
        batch=arguments.batch,
        allow_code=arguments.allow_code,
        overwrite=overwrite,
        **limits(arguments),
    )


def pair_options(arguments: argparse.Namespace, overwrite: bool) -> CompareActivationsOptions:
    """Raises UsageError for arguments that don't go together."""
    if arguments.data and not arguments.calibration:
        arguments.calibration = arguments.data
    data = data_choice(arguments)
    if data is None:
        raise UsageError("Both files are run on samples: add --data DATA[:ARRAY].")
    for flag, given in (("--keep", arguments.keep), ("--float-op", arguments.float_op),
                        ("--float-tensor", arguments.float_tensor)):  # fmt: skip
        if given:
            raise UsageError(f"{flag} changes nothing with --pair, which quantizes nothing. Leave it out.")
    return CompareActivationsOptions(
        reference=str(Path(arguments.file).expanduser()),
        candidate=str(Path(arguments.pair).expanduser()),
        data=_other(data, arguments.data) or data,
        output=str(Path(arguments.output).expanduser()) if arguments.output else "",
        overwrite=overwrite,
        **limits(arguments),
    )


def _other(data: DataChoice, text: str | None) -> DataChoice | None:
    """The debug samples: another file, read as the calibration data are."""
    if not text:
        return None
    from dataclasses import replace

    path, arrays = split_data(text)
    return replace(data, path=path, arrays=arrays)
