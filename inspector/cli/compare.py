"""`tflite-inspector compare`: variants of a model side by side, tensor by tensor."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.analysis.comparison import Comparison, compare_models
from inspector.cli.arguments import add_formats, add_strict
from inspector.cli.opening import Files
from inspector.cli.output import output_path, write_output
from inspector.cli.progress import ProgressLine
from inspector.cli.tensor_choice import choose_tensor
from inspector.cli.variant_origin import origins
from inspector.cli.views import show_page
from inspector.errors import UsageError
from inspector.export.comparison_report import comparison_csv, comparison_json
from inspector.model.text import printable

if TYPE_CHECKING:
    from inspector.plots.overlay import OverlayPlot

NAME = "compare"
HELP = "variants side by side: bytes, types, and the error of every tensor"
DESCRIPTION = """Compares each further file with the first, the reference (or with the one of --reference): what each
variant stores and saves, and which tensor became what. Tensors are matched by name, then by operator
position and shape; a Keras file's weights by the layer's name and shape. Errors are reference minus
variant on real values (dequantized), SQNR is 10 log10(sum of reference^2 / sum of error^2) in dB.
Labels: ORG is a float32 or Keras reference, DRQ dynamic range, FIQ full integer.

--by-type lists for each type the tensors that each variant holds in it, side by side.
--histogram TENSOR counts one tensor's real values in both: text, or by the suffix of -o a picture
(.png, .svg, .pdf) or .csv.

--json gives {headline, reference, variants, pairs, unmatched}. A variant: label, path, recipe,
size_bytes, saved_bytes, ratio (to the float32 variant, else the reference), source_ratio (to the Keras
file, else to the source that a variant's provenance file names), gzip_bytes, tensors_by_type ({type:
{tensors, constants, bytes}}, bytes as stored), operators, inputs, outputs. A pair: variant, name,
type_before, type_after, bytes_before, bytes_after, rmse, max_abs_error, sqnr_db and more; errors are
null for what is computed, and sqnr_db is null where exact is true. These keys stay. --csv has a line
a pair with the same keys."""
EXAMPLES = """  tflite-inspector compare digits.float32.tflite digits.dynamic_range.tflite digits.int8.tflite
  tflite-inspector compare --by-type float32.tflite drq.tflite int8.tflite
  tflite-inspector compare model.h5 model.int8.tflite --csv -o pairs.csv
  tflite-inspector compare a.tflite b.tflite --json | jq '.pairs[] | select(.rmse > 0 and .sqnr_db < 30) | .name'
  tflite-inspector compare float32.tflite int8.tflite --histogram T#9 -o t9.png"""

_PICTURES = ("png", "svg", "pdf")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="two or more files; the first is the reference")
    add_strict(parser)
    add_formats(parser)
    parser.add_argument(
        "--reference", metavar="VARIANT", help="compare with this one: its label (DRQ), its name, or its place from 1"
    )
    parser.add_argument("--by-type", action="store_true", help="for each type, the tensors of every variant")
    parser.add_argument("--only-changed", action="store_true", help="only tensors whose type changed")
    parser.add_argument("--histogram", metavar="TENSOR", help="one tensor's values in the reference and a variant")
    parser.add_argument("--variant", metavar="VARIANT", help="which variant --histogram shows (default: the next one)")
    parser.add_argument("--bins", type=int, default=64, metavar="N", help="bins of --histogram")
    parser.add_argument("--log", action="store_true", help="a logarithmic count axis in the picture")
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="the picture's colours")


def run(arguments: argparse.Namespace) -> int:
    suffix = _check(arguments)
    path = output_path(arguments)
    files = Files(arguments.strict)
    models = [files.open(name) for name in arguments.files]
    recipes, source_bytes = origins(models)
    comparison = compare_models(models, 0, recipes, source_bytes)
    if arguments.reference is not None:
        comparison = compare_models(models, _place(comparison, arguments.reference), recipes, source_bytes)
    if arguments.histogram is not None:
        _write_histogram(arguments, comparison, path, suffix)
        return files.exit_code
    with ProgressLine() as progress:
        comparison = comparison.measure(progress)
    match arguments.format:
        case "json":
            write_output(path, [comparison_json(comparison)])
        case "csv":
            write_output(path, comparison_csv(comparison))
        case _:
            _write_page(arguments, comparison, path)
    return files.exit_code


def _check(arguments: argparse.Namespace) -> str:
    """Raises UsageError for what does not go together, before any work; the suffix of the output."""
    if len(arguments.files) < 2:
        raise UsageError("Comparing needs at least two files.")
    suffix = Path(arguments.output or "").suffix[1:].lower()
    if arguments.histogram is None:
        if suffix in _PICTURES:
            raise UsageError(f'"{arguments.output}" is a picture: name the tensor to draw with --histogram.')
        return suffix
    if arguments.format == "json":
        raise UsageError("--histogram writes text, a picture or CSV, no JSON.")
    if suffix and suffix not in (*_PICTURES, "csv") and arguments.format == "text":
        raise UsageError(f'"{arguments.output}" has to end in .png, .svg, .pdf or .csv.')
    if not 1 <= arguments.bins <= 100_000:
        raise UsageError(f"--bins {arguments.bins} has to be from 1 to 100,000.")
    return "csv" if arguments.format == "csv" else suffix


def _write_page(arguments: argparse.Namespace, comparison: Comparison, path: Path | None) -> None:
    from inspector.cli.compare_pages import by_type_page, comparison_page

    page = by_type_page(comparison) if arguments.by_type else comparison_page(comparison, arguments.only_changed)
    if path is None:
        show_page(page)
    else:
        write_output(path, page.plain())


def _place(comparison: Comparison, wanted: str) -> int:
    """The variant that the user means: by label, file name, path, or place from 1."""
    for place, variant in enumerate(comparison.variants):
        if wanted in (variant.label, variant.name, str(variant.model.path), variant.recipe):
            return place
    if wanted.isdecimal() and 1 <= int(wanted) <= len(comparison.variants):
        return int(wanted) - 1
    labels = ", ".join(variant.label for variant in comparison.variants)
    raise UsageError(f'There is no variant "{printable(wanted)}". There are {labels}.')


def _write_histogram(arguments: argparse.Namespace, comparison: Comparison, path: Path | None, suffix: str) -> None:
    from inspector.export.csv_table import csv_text

    plot = _overlay(arguments, comparison)
    if suffix == "csv":
        write_output(path, csv_text(plot.header, plot.rows()))
    elif suffix in _PICTURES and path is not None:
        from inspector.export.atomic_file import write_file
        from inspector.palette import palette
        from inspector.plots.overlay import overlay_figure
        from inspector.plots.style import figure_bytes

        figure = overlay_figure(plot, palette(arguments.theme), arguments.log)
        write_file(path, figure_bytes(figure, suffix), overwrite=True)
    else:
        from inspector.cli.compare_pages import histogram_page

        show_page(histogram_page(plot))


def _overlay(arguments: argparse.Namespace, comparison: Comparison) -> "OverlayPlot":
    """Raises UsageError where the tensor has no partner, ValuesError where it is computed."""
    from inspector.analysis.error_metrics import pair_error
    from inspector.analysis.pair_histogram import pair_histogram
    from inspector.plots.overlay import overlay_plot

    reference = comparison.variants[comparison.reference]
    tensor = choose_tensor(reference.model, arguments.histogram)
    row = next(row for row in comparison.rows if row.tensors[comparison.reference] == tensor)
    if arguments.variant is not None:
        place = _place(comparison, arguments.variant)
    else:
        place = next(p for p in range(len(comparison.variants)) if p != comparison.reference)
    partner = row.tensors[place]
    if partner is None or place == comparison.reference:
        raise UsageError(f'{comparison.variants[place].label} has no partner of "{printable(tensor.name)}" to show.')
    other, pairing = comparison.variants[place].model, row.pairings[place]
    with ProgressLine() as progress:
        histogram = pair_histogram(reference.model, tensor, other, partner, arguments.bins, progress=progress)
    if pairing is None or pairing.note:
        return overlay_plot(comparison, row, place, histogram)
    with ProgressLine() as progress:
        error = pair_error(reference.model, tensor, other, partner, pairing.axes, progress)
    return overlay_plot(comparison, row, place, histogram, error)
