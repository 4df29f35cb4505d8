"""The arguments that name a job's samples and say how they are read, the DataChoice they stand for, and limits."""

import argparse
import re
from pathlib import Path
from typing import Any

from inspector.datasets.choice import COLOURS, RANDOM, DataChoice
from inspector.errors import UsageError
from inspector.jobs.options import JobOptions, help_of

_ARRAYS = re.compile(r"(.*?\.npz):(.*)", re.IGNORECASE | re.DOTALL)
_FLAGS = ("samples", "seed", "colour", "scale", "offset", "allow_data_code")
_LIMITS = {"memory_limit_mb": "MIB", "time_limit_s": "SECONDS"}


def add_reading(group: "argparse._ArgumentGroup") -> None:
    """How many samples, and how files become samples; these are only in the arguments when they were given."""
    add, given, default = group.add_argument, argparse.SUPPRESS, DataChoice(RANDOM)
    add("--samples", type=int, metavar="N", default=given, help=f"how many; 0: all (default: {default.samples})")
    add("--seed", type=int, metavar="N", default=given, help=f"draws the samples (default: {default.seed})")
    add("--colour", choices=COLOURS, default=given, help="of images (default: auto, as the input asks)")
    add("--scale", type=float, metavar="X", default=given, help="of images: pixel x scale + offset")
    add("--offset", type=float, metavar="X", default=given, help="of images (default: both as the input asks)")
    add("--allow-data-code", action="store_true", default=given, help="run the Python file that gives the data")


def data_choice(arguments: argparse.Namespace) -> DataChoice | None:
    """None where no data are named. Raises UsageError for options of data without data."""
    given = {name: getattr(arguments, name) for name in _FLAGS if name in arguments}
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


def add_limits(group: "argparse._ArgumentGroup") -> None:
    """Of the worker's memory and time."""
    for name, metavar in _LIMITS.items():
        group.add_argument(_flag(name), type=int, metavar=metavar, default=0, dest=name, help=help_of(JobOptions, name))


def limits(arguments: argparse.Namespace) -> dict[str, Any]:
    """Fields of JobOptions. Raises UsageError for a negative one."""
    found: dict[str, int] = {name: getattr(arguments, name) for name in _LIMITS}
    for name, value in found.items():
        if value < 0:
            raise UsageError(f"{_flag(name)} {value} has to be 0 (no limit set) or more.")
    return found


def _flag(name: str) -> str:
    return f"--{name.rsplit('_', 1)[0].replace('_', '-')}"
