"""`tflite-inspector sweep`: many models x recipes, each made and evaluated, with one table of results."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from inspector.analysis.pipeline_columns import RESULT_COLUMNS, SCORE_TITLES, score_text
from inspector.analysis.pipelines import PipelineResult
from inspector.analysis.variants import RECIPE_LABELS
from inspector.cli.arguments import add_strict
from inspector.cli.job_run import run_shown
from inspector.cli.opening import Files, say
from inspector.cli.progress import ProgressLine
from inspector.cli.sweep_page import compared_rows, sweep_page
from inspector.cli.views import show_page
from inspector.errors import Cancelled, ModelFileError, WorkerError
from inspector.jobs.options import JobOptions, help_of
from inspector.jobs.pipeline_news import DONE, FAILED, PipelineNews
from inspector.jobs.sweep_options import SweepOptions
from inspector.jobs.sweep_plan import read_plan, results_folder
from inspector.jobs.sweep_store import read_results
from inspector.model.text import plural, printable

NAME = "sweep"
HELP = "quantize and evaluate many models by every scheme; a stopped one goes on"
DESCRIPTION = """Makes each recipe of each model of a plan and evaluates it: one pipeline each, several side by side,
each alone in a worker process, so that a crash is one failed row. A finished pipeline is kept at once, under a hash of
model, data, recipe, options and versions: a sweep that was stopped or killed goes on where it was, and one whose plan
has a new model runs only that one.

The plan is a TOML file:

  name = "Digits"
  recipes = ["float32", "dynamic_range", "int8_float_io", "int8", "uint8"]
  seeds = [0]                     # of the choice of calibration samples: a pipeline a seed
  metrics = ["accuracy", "f1"]    # shown first; all are kept
  reference = "float32"           # what the others of a model are compared with
  debug = false                   # the quantization debugger for full integer recipes, too
  [calibration]                   # for every model without its own: path, arrays, samples, ...
  path = "digits.npz"
  arrays = "x_calibration"
  [evaluation]                    # labels by name (y_test for x_test), labels = "none" for agreement only
  path = "digits.npz"
  [options]                       # as of `evaluate`: task, average, threshold, latency_samples, ...
  [[models]]
  path = "digits_*.h5"            # relative to the plan; a pattern may give several
  groups = {family = "digits", pruning = "before"}

Paths, models and data are looked at before anything runs. Side by side means that latencies are measured while others
work; --workers 1 measures them alone. With --dask the pipelines run on a Dask cluster, whose workers see the same
files.
--json: folder, done, failed, kept and pipelines, whose fields are the columns of --csv."""
EXAMPLES = """  tflite-inspector sweep plan.toml
  tflite-inspector sweep plan.toml -o results --workers 1
  tflite-inspector sweep plan.toml --retry-failed --csv | tee results.csv
  tflite-inspector sweep plan.toml --dask tcp://host:8786"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("plan", metavar="PLAN", help="a TOML file")
    parser.add_argument("-o", "--output", metavar="FOLDER", default="",
                        help="where the results are kept (default: PLAN.results beside the plan)")  # fmt: skip
    parser.add_argument("--workers", type=int, default=0, metavar="N", help=help_of(SweepOptions, "workers"))
    parser.add_argument("--dask", default="", metavar="ADDRESS", help=help_of(SweepOptions, "dask"))
    parser.add_argument("--retry-failed", action="store_true", help=help_of(SweepOptions, "retry_failed"))
    parser.add_argument("--force", action="store_true", help="run pipelines again that are done, too")
    parser.add_argument("--time-limit", type=int, default=0, metavar="SECONDS", dest="time_limit_s",
                        help=help_of(JobOptions, "time_limit_s"))  # fmt: skip
    formats = parser.add_mutually_exclusive_group()
    formats.add_argument("--json", action="store_const", const="json", dest="format", help="the results as JSON")
    formats.add_argument("--csv", action="store_const", const="csv", dest="format", help="the results as CSV")
    parser.set_defaults(format="text")
    add_strict(parser)


def run(arguments: argparse.Namespace) -> int:
    options = SweepOptions(
        plan=str(Path(arguments.plan).expanduser()), folder=arguments.output, workers=arguments.workers,
        dask=arguments.dask, retry_failed=arguments.retry_failed, again=arguments.force,
        time_limit_s=arguments.time_limit_s,
    )  # fmt: skip
    files = Files(arguments.strict)
    _look_at_models(options.plan, files)
    lines = _Lines(arguments.format == "text")
    try:
        result = run_shown(options, arguments.traceback, lines)
    except (KeyboardInterrupt, Cancelled):
        say(f"Stopped. {_kept(options)}")
        return 130
    except WorkerError as error:
        raise WorkerError(f"{str(error).partition(' Nothing was kept')[0]} {_kept(options)}", error.log) from error
    results = read_results(result["folder"])
    if arguments.format == "text":
        show_page(sweep_page(results, result["summary"]))
    else:
        sys.stdout.writelines(_report(result, results, arguments.format))
    sys.stdout.flush()
    if results.failed:
        say(f"{plural(len(results.failed), 'pipeline')} failed; --retry-failed tries again.")
    return 1 if results.failed else files.exit_code


def _kept(options: SweepOptions) -> str:
    folder = printable(str(options.folder or results_folder(options.plan)))
    return f"What was done is kept in {folder}: the same command goes on there."


def _look_at_models(plan: str, files: Files) -> None:
    """Says which are damaged; those that can't be read at all are told by the sweep, with all else that is wrong."""
    for each in dict.fromkeys(each.model for each in read_plan(plan).pipelines()):
        with suppress(ModelFileError):
            if not Path(each).is_dir():
                files.open(each)


class _Lines:
    """A line for each pipeline that ends."""

    def __init__(self, shown: bool) -> None:
        self._shown = shown

    def __call__(self, values: dict[str, Any], progress: ProgressLine) -> None:
        news = PipelineNews.from_dict(values)
        name = f"{printable(Path(news.model).name)}  {RECIPE_LABELS.get(news.recipe, news.recipe)}"
        if news.state == FAILED:
            progress.above("", f"{name}: {printable(news.sentence)}")
        elif news.state == DONE and self._shown:
            score = f"{SCORE_TITLES[news.metric]} {score_text(news.metric, news.score)}" if news.metric else "done"
            progress.above(f"{name}: {score}, {news.seconds:,.1f} s")


def _report(result: dict[str, Any], results: Any, form: str) -> Iterator[str]:
    columns = [each for each in RESULT_COLUMNS if each.interface]
    rows = compared_rows(results)[0]
    groups = results.labels
    if form == "csv":
        from inspector.export.csv_table import csv_text

        yield from csv_text(
            [*(each.key for each in columns), *groups],
            [[*(each.value(row) for each in columns), *(row.result.groups.get(label) for label in groups)]
             for row in rows],
        )  # fmt: skip
        return
    from inspector.export.json_table import json_text

    told = {name: result[name] for name in ("folder", "done", "failed", "kept")}
    told["pipelines"] = [
        {**{each.key: each.value(row) for each in columns}, "groups": row.result.groups, **_paths(row.result)}
        for row in rows
    ]
    yield json_text(told, indent=2) + "\n"


def _paths(result: PipelineResult) -> dict[str, Any]:
    return {"path": result.model, "variant": result.variant, "notes": list(result.notes)}
