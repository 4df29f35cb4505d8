"""The arguments of `quantize`, and the QuantizeOptions and DataChoice they stand for."""

import argparse
import re
from pathlib import Path

from inspector.cli.arguments import add_strict
from inspector.datasets.choice import RANDOM, DataChoice
from inspector.errors import UsageError
from inspector.jobs.options import JobOptions, QuantizeOptions, help_of
from inspector.jobs.recipe_file import RecipeFile, is_recipe_file, read_recipe_file
from inspector.jobs.recipes import BY_ID, CLASSIC_FIVE, recipe

_ARRAYS = re.compile(r"(.*?\.npz):(.*)", re.IGNORECASE | re.DOTALL)
_DATA_FLAGS = ("samples", "seed", "colour", "scale", "offset", "allow_data_code")


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
    default = DataChoice(RANDOM)
    add = group.add_argument
    add(
        "--calibration",
        metavar="DATA[:ARRAY]",
        help="a .npz (with the array's name, or INPUT=ARRAY,INPUT=ARRAY), .npy, .csv or .py file, a folder of images, "
        f"or {RANDOM}: values in the input's shape, which say nothing about accuracy",
    )
    _given = argparse.SUPPRESS  # these are only in the arguments when they were given
    add("--samples", type=int, metavar="N", default=_given, help=f"how many; 0: all (default: {default.samples})")
    add("--seed", type=int, metavar="N", default=_given, help=f"draws the samples (default: {default.seed})")
    add(
        "--colour", choices=("auto", "grey", "rgb"), default=_given, help="of images (default: auto, as the input asks)"
    )
    add("--scale", type=float, metavar="X", default=_given, help="of images: pixel x scale + offset")
    add("--offset", type=float, metavar="X", default=_given, help="of images (default: both as the input asks)")
    add("--allow-data-code", action="store_true", default=_given, help="run the Python file that gives the data")


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
    for name, metavar in (("memory_limit_mb", "MIB"), ("time_limit_s", "SECONDS")):
        add(f"--{name.rsplit('_', 1)[0].replace('_', '-')}", type=int, metavar=metavar, default=0, dest=name,
            help=help_of(JobOptions, name))  # fmt: skip


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
        memory_limit_mb=_not_negative(arguments, "memory_limit_mb"),
        time_limit_s=_not_negative(arguments, "time_limit_s"),
    )


def recipe_file(arguments: argparse.Namespace) -> RecipeFile | None:
    """None where only ids are named. Raises UsageError for a file that is none, or that is not alone."""
    files = [each for each in arguments.recipes if is_recipe_file(each)]
    if not files:
        return None
    if len(arguments.recipes) > 1 or arguments.all:
        raise UsageError(f"{files[0]} says all that is to be made: leave the other recipes out, or run twice.")
    return read_recipe_file(files[0])


def data_choice(arguments: argparse.Namespace) -> DataChoice | None:
    """None where no data are named. Raises UsageError for options of data without data."""
    given = {name: getattr(arguments, name) for name in _DATA_FLAGS if name in arguments}
    if not arguments.calibration:
        if given:
            flag = next(iter(given)).replace("_", "-")
            raise UsageError(f"--{flag} changes nothing without --calibration DATA. Leave it out, or name the data.")
        return None
    if given.get("samples", 0) < 0:
        raise UsageError(f"--samples {given['samples']} has to be 0 (all) or more.")
    path, arrays = split_data(arguments.calibration)
    given["allow_code"] = given.pop("allow_data_code", False)
    return DataChoice(path, arrays, **given)


def split_data(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """`data.npz:x` and `data.npz:left=a,right=b` as path and (input, array) pairs; the only input's name is ""."""
    found = _ARRAYS.fullmatch(text)
    if found is None or Path(text).expanduser().exists():
        return (text if text == RANDOM else str(Path(text).expanduser())), ()
    path, names = found.groups()
    pairs = []
    for each in names.split(","):
        name, _, array = each.rpartition("=")
        pairs.append((name, array))
    if not all(array for _, array in pairs) or (len(pairs) > 1 and not all(name for name, _ in pairs)):
        raise UsageError(f'"{names}" names no arrays: write data.npz:ARRAY, or data.npz:INPUT=ARRAY,INPUT=ARRAY.')
    return str(Path(path).expanduser()), tuple(pairs)


def _not_negative(arguments: argparse.Namespace, name: str) -> int:
    value: int = getattr(arguments, name)
    if value < 0:
        raise UsageError(f"--{name.rsplit('_', 1)[0].replace('_', '-')} {value} has to be 0 (no limit set) or more.")
    return value
