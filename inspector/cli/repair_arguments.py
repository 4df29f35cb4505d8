"""The arguments that `suggest` and `ranges` share: calibration data, samples to score on, how the source is read."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from inspector.cli.quantize_arguments import data_choice, split_data
from inspector.datasets.choice import RANDOM, DataChoice
from inspector.errors import UsageError
from inspector.jobs.options import JobOptions, help_of
from inspector.jobs.repair_options import SuggestOptions

SOURCE_HELP = "a .h5, .hdf5, .keras or float .tflite file, or a SavedModel folder"


def add_data(parser: argparse.ArgumentParser, calibration_help: str) -> None:
    """`--calibration` and how it is read, `--evaluate` and `--labels`."""
    add, given, default = parser.add_argument_group("data").add_argument, argparse.SUPPRESS, DataChoice(RANDOM)
    add("--calibration", metavar="DATA[:ARRAY]", help=f"{calibration_help}: as in `quantize`")
    add("--samples", type=int, metavar="N", default=given, help=f"how many; 0: all (default: {default.samples})")
    add("--seed", type=int, metavar="N", default=given, help=f"draws the samples (default: {default.seed})")
    add("--colour", choices=("auto", "grey", "rgb"), default=given, help="of images (default: auto)")
    add("--scale", type=float, metavar="X", default=given, help="of images: pixel x scale + offset")
    add("--offset", type=float, metavar="X", default=given, help="of images (default: both as the input asks)")
    add("--allow-data-code", action="store_true", default=given, help="run the Python file that gives the data")
    add("--evaluate", metavar="DATA[:ARRAY]", help="samples that models are scored on")
    add("--labels", metavar="NAME", help="the array of the .npz, or the column of the .csv, with their right answers")
    add("--evaluate-samples", type=int, metavar="N", help="how many of them (default: all)")


def add_options(parser: argparse.ArgumentParser) -> None:
    """How the source is read, and the worker's limits."""
    add = parser.add_argument_group("how it is made").add_argument
    add("--batch", choices=("fixed", "dynamic"), default="fixed", help=help_of(SuggestOptions, "batch"))
    add("--allow-code", action="store_true", help=help_of(SuggestOptions, "allow_code"))
    for name, metavar in (("memory_limit_mb", "MIB"), ("time_limit_s", "SECONDS")):
        add(f"--{name.rsplit('_', 1)[0].replace('_', '-')}", type=int, metavar=metavar, default=0, dest=name,
            help=help_of(JobOptions, name))  # fmt: skip


def calibration_choice(arguments: argparse.Namespace) -> DataChoice:
    """Raises UsageError without data."""
    data = data_choice(arguments)
    if data is None:
        raise UsageError(
            "The ranges of the activations are measured with samples of the model's input: add --calibration "
            f"DATA[:ARRAY]. --calibration {RANDOM} is enough to try it."
        )
    return data


def evaluation_choice(arguments: argparse.Namespace, data: DataChoice) -> DataChoice | None:
    """The samples to score on, read as the calibration data are; None where none are named. Raises UsageError."""
    if not arguments.evaluate:
        if arguments.labels or arguments.evaluate_samples is not None:
            raise UsageError("--labels and --evaluate-samples belong to --evaluate DATA[:ARRAY]: name the samples.")
        return None
    count = arguments.evaluate_samples or 0
    if count < 0:
        raise UsageError(f"--evaluate-samples {count} has to be 0 (all) or more.")
    path, arrays = split_data(arguments.evaluate)
    return replace(data, path=path, arrays=arrays, samples=count, labels=arguments.labels or "")


def common_options(arguments: argparse.Namespace) -> dict[str, Any]:
    """Source, batch, consent and limits. Raises UsageError."""
    found = {
        "source": str(Path(arguments.file).expanduser()), "batch": arguments.batch, "allow_code": arguments.allow_code,
    }  # fmt: skip
    for name in ("memory_limit_mb", "time_limit_s"):
        found[name] = getattr(arguments, name)
        if found[name] < 0:
            raise UsageError(f"--{name.rsplit('_', 1)[0].replace('_', '-')} has to be 0 (no limit set) or more.")
    return found
