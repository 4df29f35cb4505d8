"""`tflite-inspector histogram`: how values are distributed, as text, picture, CSV or JSON."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inspector.analysis.statistics import TensorStatistics, tensor_statistics
from inspector.cli.arguments import add_file, add_formats
from inspector.cli.opening import Files
from inspector.cli.output import confirm_overwrite, output_path, write_output
from inspector.cli.page import Page, Section, TextTable
from inspector.cli.progress import ProgressLine
from inspector.cli.tensor_choice import choose_tensor
from inspector.cli.views import show_page
from inspector.errors import UsageError, ValuesError
from inspector.export.csv_table import csv_text
from inspector.export.json_table import json_text
from inspector.export.plot_file import (
    PICTURES,
    all_paths,
    channel_csv,
    histogram_csv,
    write_all_plots,
    write_tensor_plot,
)
from inspector.model.columns import tensor_label
from inspector.model.tensor import Tensor
from inspector.model.text import number_text, plural, shape_text
from inspector.palette import palette
from inspector.plots.channel_plot import CHANNEL_HEADER, ChannelPlot, channel_plot
from inspector.plots.histogram_plot import (
    ALL_HEADER,
    HistogramPlot,
    all_rows,
    real_values_plot,
    sigma_summary,
    stored_levels_plot,
)
from inspector.plots.weight_figure import WeightFigure

NAME = "histogram"
HELP = "how a tensor's values are distributed: text, PNG, SVG, CSV"
DESCRIPTION = """Counts the real values of one tensor in equal bins, exactly as np.histogram does, or one bin a level
where one scale serves all of an integer tensor; with --stored its stored levels, one bin a level. The picture shows
1, 2 and 3 sigma around the mean and the range that the quantization can hold.

--channels adds the range of each channel (beside --stored: its scale); with --csv it gives their numbers instead.
--all takes all weights instead of one TENSOR: small multiples on one page, or their bins in one CSV.

-o chooses the form by its suffix: .png, .svg, .pdf, .csv or .json; without -o it is drawn as text.
CSV: low, high, count, share of each bin (with --stored: level, count, share).
JSON: subgraph, index, name, type, stored, edges (n + 1), counts (n), mean, std, limits."""
EXAMPLES = """  tflite-inspector histogram model.tflite T#9
  tflite-inspector histogram model.tflite conv2d_1/kernel --channels -o kernel.png
  tflite-inspector histogram model.tflite T#9 --stored -o levels.csv
  tflite-inspector histogram model.tflite --all --log -o all.svg"""

_TABLES = {".csv": "csv", ".json": "json"}
_TEXT_ROWS, _BAR = 32, 50
_MOST_BINS = 100_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_file(parser)
    parser.add_argument(
        "tensor", metavar="TENSOR", nargs="?", help="T#9 or 9 (in subgraph 1: T#1_9), its name, or a part of its name"
    )
    add_formats(parser)
    parser.add_argument("--all", action="store_true", help="all weights instead of one tensor; needs -o")
    parser.add_argument("--stored", action="store_true", help="stored levels instead of real values")
    parser.add_argument("--bins", type=int, metavar="N", help="count real values in N equal bins")
    parser.add_argument("--channels", action="store_true", help="the range or the scale of each channel too")
    parser.add_argument("--log", action="store_true", help="a logarithmic count axis in the picture")
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="the picture's colours")


def run(arguments: argparse.Namespace) -> int:
    _check(arguments)
    if arguments.all:
        return _run_all(arguments)
    path = output_path(arguments)
    files = Files(arguments.strict)
    model = files.open(arguments.file)
    tensor = choose_tensor(model, arguments.tensor)
    with ProgressLine() as progress:
        statistics = tensor_statistics(model, tensor, progress, arguments.bins)
    plot = stored_levels_plot(tensor, statistics) if arguments.stored else real_values_plot(tensor, statistics)
    if plot is None:
        raise ValuesError(f"{tensor_label(tensor)} is {tensor.type.name}: it has no stored levels, leave --stored out.")
    channels = channel_plot(tensor, statistics) if arguments.channels else None
    if arguments.channels and channels is None:
        raise ValuesError(f"{tensor_label(tensor)} has no channels to compare, leave --channels out.")
    form = _form(arguments)
    if form == "csv":
        write_output(path, histogram_csv(plot) if channels is None else channel_csv(channels))
    elif form == "json":
        write_output(path, _json(tensor, plot))
    elif path is not None:
        note = plot.summary() if plot.stored else sigma_summary(statistics)
        figure = WeightFigure(plot, note, channels, arguments.log)
        write_tensor_plot(path, figure, palette(arguments.theme), overwrite=True)
    else:
        page = _page(tensor, plot, statistics)
        if channels is not None:
            _add_channels(page, channels)
        show_page(page)
    return files.exit_code


def _check(arguments: argparse.Namespace) -> None:
    """Raises UsageError for what does not go together, before any work."""
    suffix = Path(arguments.output or "").suffix.lower()
    if arguments.output and suffix[1:] not in PICTURES and suffix not in _TABLES and arguments.format == "text":
        raise UsageError(f'"{arguments.output}" has to end in .png, .svg, .pdf, .csv or .json.')
    if arguments.bins is not None and not 1 <= arguments.bins <= _MOST_BINS:
        raise UsageError(f"--bins {arguments.bins} has to be from 1 to {_MOST_BINS:,}.")
    if arguments.all == (arguments.tensor is not None):
        raise UsageError("Name one TENSOR, or ask for all weights with --all.")
    if arguments.all and _form(arguments) not in ("csv", *PICTURES):
        raise UsageError("--all makes a picture or a CSV: add -o all.png, -o all.svg or --csv.")


def _form(arguments: argparse.Namespace) -> str:
    """csv, json, text, or a picture's suffix."""
    suffix = Path(arguments.output or "").suffix.lower()
    form: str = arguments.format
    return form if form != "text" else _TABLES.get(suffix, suffix[1:] or "text")


def _run_all(arguments: argparse.Namespace) -> int:
    files = Files(arguments.strict)
    model = files.open(arguments.file)
    tensors = [tensor for tensor in model.tensors() if tensor.has_data and tensor.role == "weights"]
    csv = _form(arguments) == "csv"
    path = Path(arguments.output) if arguments.output else None
    paths = [] if path is None else [path] if csv else all_paths(path, len(tensors))
    confirm_overwrite(paths, arguments.force)
    plots = []
    with ProgressLine() as progress:
        for tensor in tensors:
            statistics = tensor_statistics(model, tensor, progress, arguments.bins)
            levels = stored_levels_plot(tensor, statistics) if arguments.stored else None
            plots.append(levels or real_values_plot(tensor, statistics))
    if not plots:
        raise ValuesError(f"{model.path.name} has no weights to draw.")
    if csv or path is None:
        write_output(path, csv_text(ALL_HEADER, all_rows(plots)))
    else:
        write_all_plots(path, plots, palette(arguments.theme), arguments.log, overwrite=True)
    return files.exit_code


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


def _add_channels(page: Page, plot: ChannelPlot) -> None:
    """A row a channel; without the columns that only a quantized tensor has."""
    page.line()
    if plot.spread is not None:
        page.line(plot.spread.sentence)
    count = len(CHANNEL_HEADER) if plot.scale is not None else CHANNEL_HEADER.index("scale")
    rows = [(str(row[0]), *(number_text(value) for value in row[1:count])) for row in plot.rows()]
    page.table(TextTable(CHANNEL_HEADER[:count], ("number",) * count, (Section(rows),)))


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
