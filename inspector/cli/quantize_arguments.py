"""The arguments of `quantize`, and the QuantizeOptions and DataChoice they stand for."""

import argparse
from pathlib import Path

from inspector.cli.arguments import add_strict
from inspector.cli.data_arguments import add_limits, add_reading, data_choice, limits
from inspector.datasets.choice import RANDOM
from inspector.errors import UsageError
from inspector.jobs.options import QuantizeOptions, help_of
from inspector.jobs.recipe_file import RecipeFile, is_recipe_file, read_recipe_file
from inspector.jobs.recipes import BY_ID, CLASSIC_FIVE, recipe


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", help="a .h5, .hdf5, .keras or float .tflite file, or a SavedModel folder"
    )
    parser.add_argument(
        "--recipe",
        action="append",
        default=[],
        metavar="ID",
        dest="recipes",
        help="a recipe to make; several at once. Or a recipe file (.json) that the Debugger or `suggest` wrote",
    )
    parser.add_argument("--all", action="store_true", help=f"the classic comparison: {', '.join(CLASSIC_FIVE)}")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FOLDER",
        default=".",
        help="where the variants appear; made if it is missing (default: the folder you are in)",
    )
    parser.add_argument("--force", action="store_true", help="overwrite without asking")
    report = parser.add_mutually_exclusive_group()
    report.add_argument("--json", action="store_true", help="say what was made as JSON")
    report.add_argument("--csv", action="store_true", help="say what was made as CSV")
    report.add_argument(
        "--python", action="store_true", help="make nothing: print the plain TensorFlow script that does the same"
    )
    _add_data(parser.add_argument_group("calibration data"))
    _add_options(parser.add_argument_group("how it is made"))
    add_strict(parser)


def _add_data(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--calibration",
        metavar="DATA[:ARRAY]",
        help="a .npz (with the array's name, or INPUT=ARRAY,INPUT=ARRAY), .npy, .csv or .py file, a folder of images, "
        f"or {RANDOM}: values in the input's shape, which say nothing about accuracy",
    )
    add_reading(group)


def _add_options(group: "argparse._ArgumentGroup") -> None:
    add = group.add_argument
    add("--batch", choices=("fixed", "dynamic"), default="fixed", help=_help("batch") + " Default: fixed.")
    add("--float-fallback", action="store_true", help=_help("float_fallback"))
    add(
        "--float-op",
        action="append",
        default=[],
        metavar="OP_NAME",
        help="operators of this type stay float: int8_float_io, int8, uint8",
    )
    add("--float-tensor", action="append", default=[], metavar="NAME", help="the operator with this output stays float")
    add("--suffix", metavar="TEXT", default="", help=_help("suffix"))
    add("--integer-io", action="store_true", help=_help("integer_io"))
    add("--backend", choices=("auto", "tensorflow", "litert"), default="auto", help=_help("backend"))
    add("--allow-code", action="store_true", help=_help("allow_code"))
    add_limits(group)


def _help(name: str) -> str:
    return help_of(QuantizeOptions, name)


def quantize_options(arguments: argparse.Namespace) -> QuantizeOptions:
    """Raises UsageError for recipes, data and options that don't go together."""
    file = recipe_file(arguments)
    named = [file.recipe] if file is not None else arguments.recipes
    ids = list(dict.fromkeys((*(CLASSIC_FIVE if arguments.all else ()), *named)))
    if not ids:
        raise UsageError(f"Say what to make: --recipe ID, or --all. Recipes: {', '.join(BY_ID)}.")
    recipes = [recipe(each) for each in ids]
    data = data_choice(arguments)
    if data is None and (needy := next((each for each in recipes if each.calibrated), None)):
        raise UsageError(
            f"{needy.id} quantizes activations, whose ranges are measured: add --calibration DATA[:ARRAY]. "
            f"--calibration {RANDOM} is enough to try it."
        )
    return QuantizeOptions(
        source=str(Path(arguments.file).expanduser()),
        recipes=tuple(ids),
        output_folder=str(Path(arguments.output).expanduser()),
        data=data,
        batch=arguments.batch,
        float_fallback=arguments.float_fallback,
        float_operators=(*(file.float_operators if file else ()), *arguments.float_op),
        float_tensors=(*(file.float_tensors if file else ()), *arguments.float_tensor),
        suffix=arguments.suffix or (Path(arguments.recipes[0]).stem if file else ""),
        integer_io=arguments.integer_io,
        backend=arguments.backend,
        allow_code=arguments.allow_code,
        **limits(arguments),
    )


def recipe_file(arguments: argparse.Namespace) -> RecipeFile | None:
    """None where only ids are named. Raises UsageError for a file that is none, or that is not alone."""
    files = [each for each in arguments.recipes if is_recipe_file(each)]
    if not files:
        return None
    if len(arguments.recipes) > 1 or arguments.all:
        raise UsageError(f"{files[0]} says all that is to be made: leave the other recipes out, or run twice.")
    return read_recipe_file(files[0])
