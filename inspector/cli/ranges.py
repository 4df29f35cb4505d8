"""`tflite-inspector ranges`: what the activations hold over samples, and what clipping the weights costs."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from inspector.analysis.activation_range import RANGE_COLUMNS, ActivationRange, activation_ranges, clipping_columns
from inspector.analysis.weight_clipping import CLIPPING_COLUMNS, weight_clippings
from inspector.cli.arguments import add_formats, add_strict
from inspector.cli.job_run import run_shown
from inspector.cli.opening import Files, say
from inspector.cli.output import output_path, write_output
from inspector.cli.page import Page, text_table
from inspector.cli.repair_arguments import SOURCE_HELP, add_common, common_options
from inspector.cli.views import show_page
from inspector.jobs.repair_options import RangesOptions
from inspector.model.columns import Column
from inspector.model.text import plural

NAME = "ranges"
HELP = "what each activation holds over samples; what clipping the weights costs"
DESCRIPTION = """Runs the float model on samples and measures every activation: min, max, mean, sigma, the share
outside of 3 sigma, INT8's step for the whole range, and what range and step would be for mean -/+ N sigma (--sigma)
or the middle P percent of the values (--percentile), with the share that is clipped then. Few "levels in 3 sigma" mean
that rare values make the range wide: most values then share those few of INT8's 255 steps.

With --evaluate the weights are clipped at mean -/+ N sigma of their tensor (--weight-sigma), quantized and dequantized,
and the model is scored each time; all else stays float.

--json: source, model, samples, activations (the table's columns, histogram, clippings), weights (kind, samples, bits,
rows), notes. --csv: the table of activations."""
EXAMPLES = """  tflite-inspector ranges model.h5 --calibration data.npz:x_train
  tflite-inspector ranges float.tflite --calibration data.npz:x_train --sigma 2 --sigma 3 --percentile 99.9 --csv
  tflite-inspector ranges model.h5 --calibration data.npz:x_train --evaluate data.npz:x_test --labels y_test"""
_SHOWN = ("operator", "op_name", "min", "max", "mean", "sigma", "outside_3_sigma", "scale", "levels_3_sigma")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=SOURCE_HELP)
    tried = parser.add_argument_group("ranges that are tried")
    for flag, metavar, text in (
        ("--sigma", "N", "mean -/+ N sigma of each activation (default: 3)"),
        ("--percentile", "P", "the middle P percent of the values of each activation (default: 99.9 and 99.99)"),
        ("--weight-sigma", "N", "with --evaluate: weights clipped at N sigma (default: 3, 2 and 1)"),
    ):
        tried.add_argument(flag, type=float, action="append", metavar=metavar, help=f"{text}; several at once")
    tried.add_argument("--weight-bits", type=int, default=8, metavar="N", help="bits of a weight, 2 to 8 (default: 8)")
    add_formats(parser)
    add_common(parser, "the samples the activations are measured with")
    add_strict(parser)


def run(arguments: argparse.Namespace) -> int:
    path = output_path(arguments)
    files = Files(arguments.strict)
    options = _options(arguments)
    if not Path(options.source).is_dir():
        files.open(options.source)  # says where it is damaged, before TensorFlow is started
    result = run_shown(options, arguments.traceback)
    if arguments.format == "text" and path is None:
        show_page(_page(result))
    else:
        write_output(path, _report(options, result, arguments.format))
    for note in result["notes"] if arguments.format != "json" else ():
        say(note)
    return files.exit_code


def _options(arguments: argparse.Namespace) -> RangesOptions:
    given: dict[str, Any] = {
        name: tuple(values)
        for name, values in (("sigmas", arguments.sigma), ("percentiles", arguments.percentile),
                             ("weight_sigmas", arguments.weight_sigma))
        if values
    }  # fmt: skip
    return RangesOptions(
        weight_bits=arguments.weight_bits,
        **given,
        **common_options(arguments),
    )


def _report(options: RangesOptions, result: dict[str, Any], form: str) -> Iterator[str]:
    found = activation_ranges(result)
    if form == "json":
        from inspector.export.json_table import json_text

        activations = [
            {**{column.key: column.value(each) for column in RANGE_COLUMNS}, "tensor": plain["tensor"],
             "not_finite": plain["not_finite"], "histogram": plain["histogram"], "clippings": plain["clippings"]}
            for each, plain in zip(found, result["activations"], strict=True)
        ]  # fmt: skip
        yield json_text({"source": options.source, **result, "activations": activations}, indent=2) + "\n"
    elif form == "csv":
        from inspector.export.csv_table import csv_rows

        yield from csv_rows([*RANGE_COLUMNS, *clipping_columns(found)], found)
    else:
        yield from _page(result).plain()


def _page(result: dict[str, Any]) -> Page:
    page = Page()
    found = activation_ranges(result)
    page.line(f"{result['model']}: {_headline(found)}", "title")
    page.line(f"{plural(result['samples'], 'sample')}; scale is INT8's step for the whole range", "dim")
    page.line()
    page.table(text_table(_columns(found), [(None, found)]))
    weights = weight_clippings(result)
    if weights:
        page.line()
        page.line(_weights_line(result), "title")
        page.table(text_table(CLIPPING_COLUMNS, [(None, weights)]))
    return page


def _columns(found: Sequence[ActivationRange]) -> list[Column[ActivationRange]]:
    """What fits a terminal: of the ranges tried only the share that is clipped; names last."""
    by_key = {column.key: column for column in RANGE_COLUMNS}
    shares = [column for column in clipping_columns(found) if column.key.endswith("_clipped")]
    return [*(by_key[key] for key in _SHOWN), *shares, by_key["tensor_name"]]


def _headline(found: Sequence[ActivationRange]) -> str:
    worst = min(found, key=lambda each: each.levels_3_sigma, default=None)
    if worst is None:
        return "no activation held a finite value."
    place = "the input" if worst.operator is None else f"#{worst.operator} {worst.op_name}"
    return (
        f"{plural(len(found), 'activation')}; {place} has the widest range for what it holds: "
        f"{worst.levels_3_sigma:.0f} of 255 steps for the values within 3 sigma."
    )


def _weights_line(result: dict[str, Any]) -> str:
    told = {"accuracy": "the share of right answers", "agreement": "how often the float model's class is chosen",
            "fit": "R2 to the float model's outputs"}[result["weights"]["kind"]]  # fmt: skip
    return f"Weights: {told}, {plural(result['weights']['samples'], 'sample')}"
