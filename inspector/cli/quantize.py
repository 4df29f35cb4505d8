"""`tflite-inspector quantize`: quantized variants of one model, made in a process of their own."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from inspector.cli.job_run import run_shown
from inspector.cli.opening import Files, say
from inspector.cli.output import confirm_overwrite
from inspector.cli.quantize_arguments import add_arguments as add_arguments
from inspector.cli.quantize_arguments import quantize_options, recipe_file
from inspector.errors import JobError, MissingPackageError, UsageError
from inspector.export.atomic_file import existing_files
from inspector.jobs.availability import backend_for, install_line, install_text, installed
from inspector.jobs.keras_loading import check_code
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.provenance import provenance_path
from inspector.jobs.recipe_file import other_source
from inspector.jobs.recipes import RECIPES, recipe
from inspector.jobs.sources import open_source, variant_paths
from inspector.model.text import printable

NAME = "quantize"
HELP = "variants of a model: float16, dynamic range, full integer, ..."
_LINES = "\n".join(f"  {each.id:<21}{each.title}; needs {each.needs}" for each in RECIPES)
DESCRIPTION = f"""Makes quantized .tflite variants of a Keras file, a SavedModel folder or a float .tflite file.

recipes (--recipe ID, several at once; --all makes the five of the classic comparison):
{_LINES}

Calibration data are samples of the model's input: the ranges of the activations are measured with them, once for all
recipes. Each variant is named FOLDER/STEM.RECIPE.tflite; it is read, allocated and run on one sample before it appears,
with a .json beside it that says how it was made. Ctrl+C stops the work and leaves nothing.

A calibration file of Python has a generator calibration_data() that gives one sample at a time.
TensorFlow does the work where it is installed; a bare float .tflite needs only the extra `litert` for most recipes.
--json: source, variants (recipe, path, size_bytes, notes, provenance) and failed (recipe, sentence)."""
EXAMPLES = """  tflite-inspector quantize model.h5 --recipe int8 --calibration data.npz:x_train -o variants
  tflite-inspector quantize model.keras --all --calibration images/ --scale 0.00392157 -o variants
  tflite-inspector quantize float.tflite --recipe dynamic_range --recipe float16 -o variants --json
  tflite-inspector quantize model.h5 --recipe my.json --calibration data.npz:x_train -o variants
  tflite-inspector quantize model.h5 --recipe uint8 --calibration data.npz --python | tee quantize_model.py"""


def run(arguments: argparse.Namespace) -> int:
    options = quantize_options(arguments)
    files = Files(arguments.strict)
    from_tflite = _check_source(options, files)
    if arguments.python:
        from inspector.jobs.python_script import python_script

        sys.stdout.write(python_script(replace(options, overwrite=arguments.force)))
        return files.exit_code
    _check_backends(options, from_tflite)
    file = recipe_file(arguments)
    if file is not None and (sentence := other_source(file, Path(options.source))):
        say(sentence)
    variants = variant_paths(options)
    places = [*variants, *map(provenance_path, variants)]
    confirm_overwrite(places, arguments.force)
    options = replace(options, overwrite=arguments.force or bool(existing_files(places)))
    result = run_shown(options, arguments.traceback)
    sys.stdout.writelines(_report(options, result, arguments))
    if not arguments.json:
        for failed in result["failed"]:
            known = recipe(failed["recipe"])
            say(f"{known.id}: {failed['sentence'].removeprefix(f'{known.title}: ')}")
    return 1 if result["failed"] else files.exit_code


def _check_source(options: QuantizeOptions, files: Files) -> bool:
    """Whether the source is a .tflite file. Raises ModelFileError or JobError where nothing can be made of it, before
    anything is started."""
    if not Path(options.source).is_dir():
        files.open(options.source)  # says where it is damaged
    source = open_source(options.source)
    if source.model is not None and source.model.is_keras:
        try:
            check_code(source.model, options.allow_code)
        except JobError as error:
            raise JobError(f"{error} --allow-code does.") from error
    return source.from_tflite


def _check_backends(options: QuantizeOptions, from_tflite: bool) -> None:
    """Raises UsageError or MissingPackageError for a recipe that can't be made here."""
    for each in map(recipe, options.recipes):
        if backend_for(each, from_tflite, options.backend) is not None:
            continue
        line = install_line(each, from_tflite)
        if options.backend != "auto" and not installed(options.backend):
            line = install_text(options.backend)
        if line:
            raise MissingPackageError(f"{each.id} needs what is not installed: {line}")
        raise UsageError(
            f"{each.id} can't be made of this source by --backend {options.backend}. Leave --backend out, "
            f"or take {', '.join(each.from_tflite if from_tflite else each.from_keras)}."
        )


def _report(options: QuantizeOptions, result: dict[str, Any], arguments: argparse.Namespace) -> Iterator[str]:
    variants: Sequence[dict[str, Any]] = result["variants"]
    if arguments.json:
        from inspector.export.json_table import json_text

        told = {"source": options.source, "variants": variants, "failed": result["failed"]}
        yield json_text(told, indent=2) + "\n"
    elif arguments.csv:
        from inspector.export.csv_table import csv_text

        header = ("recipe", "path", "size_bytes", "notes", "provenance")
        yield from csv_text(header, [[row.get(key) for key in header] for row in variants])
    else:
        for row in variants:
            yield f"Wrote {printable(str(row['path']))}: {row['size_bytes']:,} bytes.\n"
            yield from (f"  {note}\n" for note in row["notes"])
