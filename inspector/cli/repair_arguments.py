"""The arguments that `suggest` and `ranges` share: calibration data, samples to score on, how the source is read."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from inspector.cli.data_arguments import add_limits, add_reading, data_choice, limits, split_data
from inspector.datasets.choice import RANDOM, DataChoice
from inspector.errors import UsageError
from inspector.jobs.options import help_of
from inspector.jobs.repair_options import SuggestOptions

SOURCE_HELP = "a .h5, .hdf5, .keras or float .tflite file, or a SavedModel folder"


def add_common(parser: argparse.ArgumentParser, calibration_help: str) -> None:
    """`--calibration` and how it is read, `--evaluate` and `--labels`; how the source is read, the worker's limits."""
    group = parser.add_argument_group("data")
    add = group.add_argument
    add("--calibration", metavar="DATA[:ARRAY]", help=f"{calibration_help}: as in `quantize`")
    add_reading(group)
    add("--evaluate", metavar="DATA[:ARRAY]", help="samples that models are scored on")
    add("--labels", metavar="NAME", help="the array of the .npz, or the column of the .csv, with their right answers")
    add("--evaluate-samples", type=int, metavar="N", help="how many of them (default: all)")
    group = parser.add_argument_group("how it is made")
    group.add_argument("--batch", choices=("fixed", "dynamic"), default="fixed", help=help_of(SuggestOptions, "batch"))
    group.add_argument("--allow-code", action="store_true", help=help_of(SuggestOptions, "allow_code"))
    add_limits(group)


def common_options(arguments: argparse.Namespace) -> dict[str, Any]:
    """Source, data, evaluation, batch, consent and limits. Raises UsageError."""
    data = _calibration(arguments)
    return {
        "source": str(Path(arguments.file).expanduser()),
        "data": data,
        "evaluation": _evaluation(arguments, data),
        "batch": arguments.batch,
        "allow_code": arguments.allow_code,
        **limits(arguments),
    }


def _calibration(arguments: argparse.Namespace) -> DataChoice:
    """Raises UsageError without data."""
    data = data_choice(arguments)
    if data is None:
        raise UsageError(
            "The ranges of the activations are measured with samples of the model's input: add --calibration "
            f"DATA[:ARRAY]. --calibration {RANDOM} is enough to try it."
        )
    return data


def _evaluation(arguments: argparse.Namespace, data: DataChoice) -> DataChoice | None:
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
