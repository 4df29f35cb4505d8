"""`tflite-inspector evaluate`: models run over labelled samples, their scores, and how sure those are."""

import argparse
import sys
from collections.abc import Iterator
from typing import Any

from inspector.cli.evaluate_arguments import add_arguments, evaluate_options
from inspector.cli.evaluate_page import evaluation_page
from inspector.cli.job_run import run_shown
from inspector.cli.opening import Files, say
from inspector.cli.output import output_path, write_output
from inspector.cli.views import show_page

__all__ = ["DESCRIPTION", "EXAMPLES", "HELP", "NAME", "add_arguments", "run"]

NAME = "evaluate"
HELP = "score models on labelled samples: accuracy, F1, agreement with the float model"
DESCRIPTION = """Runs .tflite and Keras files over labelled samples and scores them with scikit-learn: accuracy,
precision, recall, F1, balanced accuracy, Cohen's kappa, log loss and the confusion matrix; for several labels a sample
also Hamming loss and Jaccard (accuracy is then the share of all labels that are right); for numbers MAE, RMSE and R2.

The task is told by the labels and the size of the output; --task says another. Labels of a .npz are y_test for x_test
and the like, those of a .csv a column called label, those of a folder of images the folders in it.

Intervals are 95 %, by bootstrap over the samples. --reference names the model that the others are compared with: better
or worse is only said where a paired bootstrap of the difference leaves 0 out. Agreement with it needs no labels.

Inputs are quantized as q = round(r / scale + zero_point), clipped to their type; outputs are dequantized.
--input-rounding truncate casts instead, as naive loops do, and says how many decisions that changes. --raw-threshold
decides on stored outputs: float 0.5, int8 0, uint8 128.

--json, for each model: model, task, samples, accuracy, precision, recall, f1, balanced_accuracy, kappa, hamming_loss,
jaccard, log_loss, confusion_matrix, per_class, agreement, intervals, latency_ms, mae, rmse, r2, differences,
size_bytes, input_type, output_type, run, notes; null where a score does not apply. One model is an object, several are
a list. The latency is this machine's: milliseconds of one sample at a time on one thread."""
EXAMPLES = """  tflite-inspector evaluate model.int8.tflite --data digits.npz
  tflite-inspector evaluate *.tflite --data eval.npz:x_test --labels y_test --reference model.float32.tflite
  tflite-inspector evaluate model.h5 model.int8.tflite --data photos/ --json"""


def run(arguments: argparse.Namespace) -> int:
    path = output_path(arguments)
    files = Files(arguments.strict)
    options = evaluate_options(arguments)
    for each in dict.fromkeys([*options.models, *filter(None, [options.reference])]):
        files.open(each)  # says where it is damaged, before anything is started
    result = run_shown(options, arguments.traceback)
    if arguments.format == "text" and path is None:
        show_page(evaluation_page(result))
    else:
        write_output(path, _report(result, arguments.format))
    if arguments.format != "json":
        for note in [*result["notes"], *(note for row in result["models"] for note in row["notes"])]:
            say(note)
    sys.stdout.flush()
    return files.exit_code


def _report(result: dict[str, Any], form: str) -> Iterator[str]:
    rows = result["models"]
    if form == "json":
        from inspector.export.json_table import json_text

        rows = [{**row, "notes": [*result["notes"], *row["notes"]]} for row in rows]
        yield json_text(rows[0] if len(rows) == 1 else rows, indent=2) + "\n"
    elif form == "csv":
        yield from _csv(rows)
    else:
        yield from evaluation_page(result).plain()


def _csv(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Plain scores; a column each for the bounds of their intervals."""
    from inspector.export.csv_table import csv_text

    plain = [name for name, value in rows[0].items() if not isinstance(value, dict | list)]
    plain = [name for name in plain if any(row[name] is not None for row in rows)]
    bounded = [name for name in plain if any((row["intervals"] or {}).get(name) for row in rows)]
    titles = [*plain, *(f"{name}_{end}" for name in bounded for end in ("low", "high")), "agreement", "latency_ms"]
    values = []
    for row in rows:
        ends = [bound for name in bounded for bound in (row["intervals"] or {}).get(name) or (None, None)]
        same = (row["agreement"] or {}).get("decisions")
        values.append([*(row[name] for name in plain), *ends, same, (row["latency_ms"] or {}).get("median")])
    yield from csv_text(titles, values)
