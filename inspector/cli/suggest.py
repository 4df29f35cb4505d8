"""`tflite-inspector suggest`: which few operators to keep float, so that an integer model scores near its float one."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from inspector.cli.arguments import add_output, add_strict
from inspector.cli.job_run import run_shown
from inspector.cli.opening import Files, say
from inspector.cli.output import confirm_overwrite
from inspector.cli.page import Page, Section, TextTable
from inspector.cli.repair_arguments import SOURCE_HELP, add_common, common_options
from inspector.cli.views import show_page
from inspector.errors import UsageError
from inspector.export.atomic_file import existing_files
from inspector.jobs.options import help_of
from inspector.jobs.repair_options import SuggestOptions
from inspector.model.text import percent_text, plural, printable

NAME = "suggest"
HELP = "which few operators to keep float, so that full integer scores near float"
DESCRIPTION = """Searches a small set of operators to keep float while the rest of a model becomes full integer: the
most helpful one is added until the score is near the float model's, then each that turns out not to be needed is taken
out again. The model is calibrated once; each try takes a fraction of a second.

Models are scored on --evaluate: by the share of right answers where --labels names them, else by how often they choose
the float model's class (or, for other outputs, by R2 to the float model's). Without --evaluate the calibration samples
serve for that.

-o writes what was found as a recipe file, for `quantize FILE --recipe my.json`. Operators that stay float read and
write through QUANTIZE and DEQUANTIZE, and do not run on integer-only devices.

--json: source, kind, samples, float_score, float_size_bytes, distance, reached, float_tensors, operators, score,
closeness, size_bytes, tried (stage, round, float_tensors, operators, score, closeness, size_bytes, kept), recipe_file,
notes. Scores are shares, 0 to 1. --csv: what was tried."""
EXAMPLES = """  tflite-inspector suggest model.h5 --calibration d.npz:x --evaluate d.npz:xt --labels yt -o my.json
  tflite-inspector suggest float.tflite --calibration data.npz:x_train --distance 0.5 --most 3"""
_COLUMNS = ("stage", "round", "float_tensors", "operators", "score", "closeness", "size_bytes", "kept")
_STAGES = {"none": "all integer", "add": "added", "drop": "left out again"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=SOURCE_HELP)
    near = "how many percentage points below the float model are near enough (default: 1)"
    parser.add_argument("--distance", type=float, default=1.0, metavar="POINTS", help=near)
    parser.add_argument("--most", type=int, default=0, metavar="N", help=help_of(SuggestOptions, "most"))
    add_output(parser, "write the recipe file (.json)")
    report = parser.add_mutually_exclusive_group()
    report.add_argument("--json", action="store_true", help="what was found and tried as JSON; a stable interface")
    report.add_argument("--csv", action="store_true", help="what was tried as CSV")
    add_common(parser, "calibration data")
    add_strict(parser)


def run(arguments: argparse.Namespace) -> int:
    files = Files(arguments.strict)
    options = _options(arguments)
    if not Path(options.source).is_dir():
        files.open(options.source)  # says where it is damaged, before TensorFlow is started
    places = [Path(options.output)] if options.output else []
    confirm_overwrite(places, arguments.force)
    options = replace(options, overwrite=arguments.force or bool(existing_files(places)))
    result = run_shown(options, arguments.traceback)
    if arguments.json or arguments.csv:
        sys.stdout.writelines(_report(options, result, arguments.json))
    else:
        show_page(_page(options, result))
        for note in result["notes"]:
            say(note)
    return files.exit_code


def _options(arguments: argparse.Namespace) -> SuggestOptions:
    if not 0 <= arguments.distance < 100:
        raise UsageError(f"--distance {arguments.distance:g} has to be from 0 to below 100 percentage points.")
    return SuggestOptions(
        distance=arguments.distance / 100,
        most=arguments.most,
        output=str(Path(arguments.output).expanduser()) if arguments.output else "",
        **common_options(arguments),
    )


def _report(options: SuggestOptions, result: dict[str, Any], as_json: bool) -> Iterator[str]:
    if as_json:
        from inspector.export.json_table import json_text

        yield json_text({"source": options.source, **result}, indent=2) + "\n"
        return
    from inspector.export.csv_table import csv_text

    yield from csv_text(_COLUMNS, [[_cell(each[key]) for key in _COLUMNS] for each in result["tried"]])


def _cell(value: Any) -> Any:
    return " ".join(str(each) for each in value) if isinstance(value, list) else value


def _page(options: SuggestOptions, result: dict[str, Any]) -> Page:
    page = Page()
    page.line(f"{Path(options.source).name}: {_headline(result)}", "title")
    first = result["tried"][0]
    page.line(
        f"{result['size_bytes']:,} bytes; all integer {first['size_bytes']:,}, float {result['float_size_bytes']:,}. "
        f"Scored on {plural(result['samples'], 'sample')}.",
        "dim",
    )
    if result["recipe_file"]:
        page.line(f"Wrote {printable(result['recipe_file'])}.")
    page.line()
    rows = [
        (
            _STAGES[each["stage"]] if each["stage"] != "add" else f"round {each['round']}",
            " ".join("-" if place is None else f"#{place}" for place in each["operators"]),
            percent_text(each["score"]),
            f"{each['closeness']:.4f}",
            f"{each['size_bytes']:,}",
            "found" if each["float_tensors"] == result["float_tensors"] else "",
        )
        for each in result["tried"]
    ]
    titles = ("", "Stay float", "score", "closeness", "bytes", "")
    page.table(TextTable(titles, ("text", "mono", "number", "number", "bytes", "text"), (Section(rows),)))
    return page


def _headline(result: dict[str, Any]) -> str:
    told = {"accuracy": "{} right", "agreement": "{} as float", "fit": "R2 {}"}[result["kind"]]
    scores = (result["tried"][0]["score"], result["score"], result["float_score"])
    before, now, reference = map(percent_text, scores)
    now = told.format(now)
    if not result["float_tensors"]:
        return (
            f"nothing needs to stay float: {now} all integer, {reference} float."
            if result["reached"]
            else (f"no operators were found that help: {before} all integer, {reference} float.")
        )
    names = ", ".join("?" if each is None else f"#{each}" for each in result["operators"])
    return f"keep {names} float: {now} instead of {before}; float has {reference}."
