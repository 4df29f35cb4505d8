"""`tflite-inspector report`: the results of a sweep as one HTML file, or its tables as Markdown, CSV or JSON."""

import argparse
import sys
from pathlib import Path

from inspector.analysis.pipeline_comparison import RECIPE, Reference, references
from inspector.analysis.pipelines import ResultSet
from inspector.cli.opening import say
from inspector.cli.output import output_path, write_output
from inspector.cli.progress import ProgressLine
from inspector.errors import UsageError
from inspector.export.html_report import kind_of, report_text
from inspector.jobs.sweep_plan import results_folder
from inspector.jobs.sweep_store import read_results
from inspector.model.text import bytes_text, plural, printable

NAME = "report"
HELP = "the results of a sweep as one HTML file, Markdown, CSV or JSON"
DESCRIPTION = """Writes what a sweep found. The suffix of -o says how:

  .html  one file with everything inside, to open without a network, to send and to print: scores with intervals and
         arrows, charts, confusion matrices, and for each model its operators by index, its tensors by type side by
         side, and the debugger's charts where it was run
  .md    the same tables as Markdown; printed where there is no -o
  .csv   a line a pipeline, with exact values
  .json  name, reference, rows (as the CSV), pipelines (all that is kept of each), models, failures, facts

Scores are compared with the plan's reference, by a paired bootstrap over the kept outputs; --reference takes another
recipe, or LABEL=VALUE for the same scheme in another group of the plan. What failed is listed with its sentence.
Large models are listed up to 400 operators and tensors each."""
EXAMPLES = """  tflite-inspector report plan.toml -o report.html
  tflite-inspector report plan.results -o report.html --reference pruning=before
  tflite-inspector report plan.results --csv | head"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("results", metavar="RESULTS", help="a folder that `sweep` wrote, or its plan")
    formats = parser.add_mutually_exclusive_group()
    formats.add_argument("--json", action="store_const", const="json", dest="format", help="JSON for scripts")
    formats.add_argument("--csv", action="store_const", const="csv", dest="format", help="CSV for spreadsheets")
    parser.set_defaults(format="")
    parser.add_argument(
        "--reference", metavar="WHAT", help="a recipe, or LABEL=VALUE of the plan's groups (default: the plan's)"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write to FILE: .html, .md, .csv or .json")
    parser.add_argument("--force", action="store_true", help="overwrite without asking")
    parser.add_argument("--strict", action="store_true", help="exit with 1 where a pipeline failed")


def run(arguments: argparse.Namespace) -> int:
    path = output_path(arguments)
    kind = arguments.format or ("md" if path is None else kind_of(path))
    given = Path(arguments.results).expanduser()
    folder = results_folder(given) if given.suffix == ".toml" else given
    results = read_results(folder)
    if not results.pipelines:
        raise UsageError(f"{printable(str(folder))} has no finished pipeline yet. Let the sweep run on.")
    reference = _reference(results, arguments.reference) if arguments.reference else None
    with ProgressLine() as progress:
        text = report_text(results, kind, reference, progress=progress)
    write_output(path, [text])
    if path is not None:
        size = bytes_text(len(text.encode("utf-8", "backslashreplace")))
        sys.stdout.write(f"Wrote {printable(str(path))}: {plural(len(results.pipelines), 'pipeline')}, {size}.\n")
    if results.failed:
        say(f"{plural(len(results.failed), 'pipeline')} failed; the report says why.")
    return 1 if results.failed and arguments.strict else 0


def _reference(results: ResultSet, wanted: str) -> Reference:
    """Raises UsageError for one that nothing can be compared with."""
    known = references(results)
    words = [each.recipe if each.kind == RECIPE else f"{each.label}={each.value}" for each in known]
    for each, word in zip(known, words, strict=True):
        if word == wanted:
            return each
    listed = ", ".join(map(printable, words)) or "nothing in these results"
    raise UsageError(f'There is no reference "{printable(wanted)}". There is {listed}.')
