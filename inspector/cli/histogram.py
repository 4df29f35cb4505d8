"""`tflite-inspector histogram`: the distribution of one tensor's values, as text, picture, CSV or JSON."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inspector.analysis.measurements import Measurements
from inspector.analysis.statistics import TensorStatistics
from inspector.cli.arguments import add_file, add_formats, add_tensor
from inspector.cli.opening import Files
from inspector.cli.output import output_path, write_output
from inspector.cli.page import Page, Section, TextTable
from inspector.cli.progress import ProgressLine
from inspector.cli.tensor_choice import choose_tensor
from inspector.cli.views import show_page
from inspector.errors import UsageError, ValuesError
from inspector.export.atomic_file import write_file
from inspector.export.csv_table import csv_text
from inspector.export.json_table import json_text
from inspector.model.columns import tensor_label
from inspector.model.tensor import Tensor
from inspector.model.text import number_text, plural, shape_text
from inspector.plots.histogram_plot import HistogramPlot, real_values_plot, sigma_summary, stored_levels_plot

NAME = "histogram"
HELP = "how one tensor's values are distributed: text, PNG, SVG, CSV"
DESCRIPTION = """Counts the real values of one tensor in 64 equal bins (exactly np.histogram's), or with --stored
its stored levels, one bin a level. The picture shows 1, 2 and 3 sigma around the mean and the range
that the quantization can hold.

-o chooses the form by its suffix: .png, .svg, .pdf, .csv or .json; without -o it is drawn as text.
CSV: low, high, count, share of each bin (with --stored: level, count, share).
JSON: subgraph, index, name, type, stored, edges (n + 1), counts (n), mean, std, limits."""
EXAMPLES = """  tflite-inspector histogram model.tflite T#9
  tflite-inspector histogram model.tflite conv2d_1/kernel -o kernel.png
  tflite-inspector histogram model.tflite T#9 --stored -o levels.csv"""

_PICTURES = (".png", ".svg", ".pdf")
_TABLES = {".csv": "csv", ".json": "json"}
_TEXT_ROWS, _BAR = 32, 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_file(parser)
    add_tensor(parser)
    add_formats(parser)
    parser.add_argument("--stored", action="store_true", help="stored levels instead of real values")
    parser.add_argument("--log", action="store_true", help="a logarithmic count axis in the picture")
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="the picture's colours")


def run(arguments: argparse.Namespace) -> int:
    suffix = Path(arguments.output or "").suffix.lower()
    if arguments.output and suffix not in _PICTURES and suffix not in _TABLES and arguments.format == "text":
        raise UsageError(f'"{arguments.output}" has to end in .png, .svg, .pdf, .csv or .json.')
    path = output_path(arguments)
    files = Files(arguments.strict)
    model = files.open(arguments.file)
    tensor = choose_tensor(model, arguments.tensor)
    with ProgressLine() as progress:
        statistics = Measurements(model).statistics(tensor, progress)
    plot = stored_levels_plot(tensor, statistics) if arguments.stored else real_values_plot(tensor, statistics)
    if plot is None:
        raise ValuesError(f"{tensor_label(tensor)} is {tensor.type.name}: it has no stored levels, leave --stored out.")
    form = arguments.format if arguments.format != "text" else _TABLES.get(suffix, "text")
    if form == "csv":
        write_output(path, csv_text(plot.header, plot.rows()))
    elif form == "json":
        write_output(path, _json(tensor, plot))
    elif path is not None:
        write_file(path, _picture(plot, statistics, suffix, arguments), overwrite=True)
    else:
        show_page(_page(tensor, plot, statistics))
    return files.exit_code


def _picture(plot: HistogramPlot, statistics: TensorStatistics, suffix: str, arguments: argparse.Namespace) -> bytes:
    from inspector.palette import palette
    from inspector.plots.style import figure_bytes
    from inspector.plots.weight_figure import WeightFigure

    note = plot.summary() if plot.stored else sigma_summary(statistics)
    figure = WeightFigure(plot, note, log=arguments.log).draw(palette(arguments.theme))
    return figure_bytes(figure, suffix[1:])


def _json(tensor: Tensor, plot: HistogramPlot) -> Iterator[str]:
    fields: dict[str, Any] = {
        "subgraph": tensor.subgraph,
        "index": tensor.index,
        "name": tensor.name,
        "type": tensor.type.name,
        "stored": plot.stored,
        "edges": plot.edges,
        "counts": plot.counts,
        "mean": plot.mean,
        "std": plot.std,
        "limits": plot.limits,
    }
    yield json_text(fields) + "\n"


def _page(tensor: Tensor, plot: HistogramPlot, statistics: TensorStatistics) -> Page:
    page = Page()
    elements = plural(statistics.count, "element")
    shape = shape_text(tensor.shape)
    page.line(f"{tensor_label(tensor)} {tensor.name}  {shape}, {elements}", "title", tensor.type.name)
    if plot.mean is not None and plot.std is not None:
        spread = f"mean {number_text(plot.mean)}, standard deviation {number_text(plot.std)}"
        page.line(f"{plot.x_label}s: {spread}")
    if plot.limits is not None:
        page.line(f"the quantization can hold {number_text(plot.limits[0])} to {number_text(plot.limits[1])}")
    if statistics.not_finite:
        page.line(f"{plural(statistics.not_finite, 'element')} left out: NaN or infinite", "warning")
    page.line()
    rows = _bars(plot)
    if not rows:
        page.line("No finite values to show.")
    else:
        page.table(TextTable(("from", "to", "count", ""), ("number", "number", "number", "mono"), (Section(rows),)))
    return page


def _bars(plot: HistogramPlot) -> list[tuple[str, str, str, str]]:
    """At most 32 rows: so many bins are joined."""
    joined = -(-len(plot.counts) // _TEXT_ROWS)
    rows = []
    for start in range(0, len(plot.counts), max(joined, 1)):
        end = min(start + joined, len(plot.counts))
        low, high = float(plot.edges[start]), float(plot.edges[end])
        if plot.one_bin_a_level:
            low, high = low + 0.5, high - 0.5
        rows.append((low, high, int(plot.counts[start:end].sum())))
    most = max((count for _, _, count in rows), default=0) or 1
    return [
        (number_text(low), number_text(high), f"{count:,}", "#" * round(count / most * _BAR))
        for low, high, count in rows
    ]
