"""Plots of weights and the numbers behind them as files; the suffix says which: .png, .svg, .pdf or .csv."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from inspector.analysis.progress import Progress
from inspector.errors import UsageError
from inspector.export.atomic_file import atomic_files, write_file
from inspector.export.csv_table import csv_text
from inspector.palette import Palette
from inspector.plots.channel_plot import CHANNEL_HEADER, ChannelPlot
from inspector.plots.histogram_plot import ALL_HEADER, HistogramPlot, all_rows
from inspector.plots.small_multiples import draw_small_multiples, pages
from inspector.plots.weight_figure import WeightFigure

PICTURES = ("png", "svg", "pdf")


def kind_of(path: Path) -> str:
    """The suffix without its dot. Raises UsageError for one that can't be written."""
    suffix = path.suffix[1:].lower()
    if suffix not in (*PICTURES, "csv"):
        raise UsageError(f'"{path.name}" has to end in .png, .svg, .pdf or .csv.')
    return suffix


def write_tensor_plot(path: Path, figure: WeightFigure, palette: Palette, overwrite: bool = False) -> Path:
    """One tensor's plots, or the CSV of its histogram. Raises ExportError, UsageError."""
    suffix = kind_of(path)
    if suffix == "csv":
        return write_text(path, histogram_csv(figure.histogram), overwrite)
    from inspector.plots.style import figure_bytes

    return write_file(path, figure_bytes(figure.draw(palette), suffix), overwrite)


def write_all_plots(
    path: Path,
    plots: Sequence[HistogramPlot],
    palette: Palette,
    log: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> list[Path]:
    """All histograms in one go, into `all_paths(path, ...)`. Raises ExportError, UsageError."""
    if kind_of(path) == "csv":
        return [write_text(path, csv_text(ALL_HEADER, all_rows(plots)), overwrite)]
    from inspector.plots.style import figure_bytes, new_figure

    paths = all_paths(path, len(plots))
    with atomic_files(paths, overwrite) as files:
        for number, (file, page) in enumerate(zip(files, pages(plots), strict=True)):
            if progress is not None:
                progress(number / len(paths), f"Drawing page {number + 1} of {len(paths)}")
            figure = new_figure(palette, page.width, page.height)
            draw_small_multiples(figure, page, palette, log)
            file.write(figure_bytes(figure, kind_of(path)))
    return paths


def all_paths(path: Path, count: int) -> list[Path]:
    """Where `count` histograms go: `path`, or STEM-1, STEM-2, ... where one picture would be too tall to open."""
    made = 1 if kind_of(path) == "csv" else len(pages(range(count)))
    return [path] if made == 1 else [path.with_stem(f"{path.stem}-{number}") for number in range(1, made + 1)]


def histogram_csv(plot: HistogramPlot) -> Iterator[str]:
    """One line a bin, or one a level."""
    return csv_text(plot.header, plot.rows())


def channel_csv(plot: ChannelPlot) -> Iterator[str]:
    """One line a channel."""
    return csv_text(CHANNEL_HEADER, plot.rows())


def write_text(path: Path, text: Iterable[str], overwrite: bool = False) -> Path:
    """Text as UTF-8; what UTF-8 can't say of a damaged name is written as \\x.."""
    return write_file(path, (piece.encode("utf-8", "backslashreplace") for piece in text), overwrite)
