"""The arguments of `evaluate`, and the EvaluateOptions they stand for."""

import argparse
from pathlib import Path

from inspector.analysis.evaluation_scores import AVERAGES
from inspector.analysis.evaluation_task import TASKS
from inspector.cli.arguments import add_formats, add_strict
from inspector.cli.data_arguments import add_limits, limits, split_data
from inspector.datasets.choice import COLOURS, DataChoice
from inspector.jobs.evaluate_options import AUTO, BUILTIN, NEAREST, TRUNCATE, XNNPACK, EvaluateOptions
from inspector.jobs.options import help_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "models", nargs="+", metavar="MODEL", help="a .tflite, .h5, .hdf5 or .keras file; several at once"
    )
    parser.add_argument("--reference", default="", metavar="MODEL", help=_help("reference"))
    _add_data(parser)
    _add_scores(parser)
    add_formats(parser)
    add_strict(parser)


def _add_data(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("data").add_argument
    add("--data", required=True, metavar="DATA[:ARRAY]",
        help="a .npz (with the array's name, or INPUT=ARRAY,INPUT=ARRAY), a .csv, or a folder with a folder of images "
        "for each class")  # fmt: skip
    add(
        "--labels",
        default="",
        metavar="NAME",
        help="the array of the .npz or the column of the .csv with the right answers, numbers or words; several "
        "columns as walk,run, or y for y_0, y_1, ...; none: leave them out (default: by name, as y_test for x_test)",
    )
    add("--label-names", default="", metavar="FILE", help=f"{_help('label_names')} (default: of the model's metadata)")
    add("--samples", type=int, default=0, metavar="N", help="how many, drawn with --seed (default: all)")
    add("--seed", type=int, default=0, metavar="N", help="draws the samples and the replicates (default: 0)")
    add("--colour", choices=COLOURS, default="auto", help="of images (default: auto)")
    add("--scale", type=float, metavar="X", help="of images: pixel x scale + offset")
    add("--offset", type=float, metavar="X", help="of images (default: both as the input asks)")


def _add_scores(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how it is scored")
    add = group.add_argument
    add("--task", choices=(AUTO, *TASKS), default=AUTO, help=_help("task"))
    add("--average", choices=AVERAGES, default="macro", help=_help("average"))
    add("--input-rounding", choices=(NEAREST, TRUNCATE), default=NEAREST, help=_help("input_rounding"))
    add("--threshold", type=float, metavar="X", help=_help("threshold"))
    add("--raw-threshold", action="store_true", help=_help("raw_threshold"))
    add("--kernels", choices=(XNNPACK, BUILTIN), default=XNNPACK, help=_help("kernels"))
    add("--resamples", type=int, default=1000, metavar="N", help=_help("resamples"))
    add("--latency-samples", type=int, default=100, metavar="N", help=_help("latency_samples"))
    add("--allow-code", action="store_true", help=_help("allow_code"))
    add_limits(group)


def evaluate_options(arguments: argparse.Namespace) -> EvaluateOptions:
    """Raises UsageError."""
    path, arrays = split_data(arguments.data)
    same = ("task", "average", "input_rounding", "threshold", "raw_threshold", "kernels", "resamples", "seed",
            "latency_samples", "allow_code")  # fmt: skip
    return EvaluateOptions(
        models=tuple(str(Path(each).expanduser()) for each in arguments.models),
        reference=str(Path(arguments.reference).expanduser()) if arguments.reference else "",
        data=DataChoice(
            path, arrays, samples=arguments.samples, seed=arguments.seed, colour=arguments.colour,
            scale=arguments.scale, offset=arguments.offset, labels=arguments.labels,
        ),
        label_names=str(Path(arguments.label_names).expanduser()) if arguments.label_names else "",
        **{name: getattr(arguments, name) for name in same},
        **limits(arguments),
    )  # fmt: skip


def _help(name: str) -> str:
    return help_of(EvaluateOptions, name)
