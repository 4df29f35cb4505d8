"""Writes what the Weights panel shows: pictures and the numbers behind them, by the suffix of the file's name."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from inspector.errors import UsageError
from inspector.export.atomic_file import atomic_files, write_file
from inspector.export.csv_table import csv_text
from inspector.gui.settings import Settings
from inspector.palette import Palette
from inspector.plots.channel_plot import CHANNEL_HEADER, ChannelPlot
from inspector.plots.histogram_plot import ALL_HEADER, HistogramPlot, all_rows
from inspector.plots.small_multiples import draw_small_multiples, pages
from inspector.plots.weight_figure import WeightFigure

PICTURES = ("png", "svg", "pdf")
FILTERS = "Picture (*.png);;Vector picture (*.svg);;Vector picture (*.pdf);;Numbers (*.csv)"


def ask_where(parent: QWidget, title: str, name: str, filters: str) -> Path | None:
    """Where the user wants it, after asking before a file is replaced; None for Cancel. Remembers the folder."""
    settings = Settings()
    start = str(Path(settings.folder("export") or Path.home()) / name)
    chosen, kind = QFileDialog.getSaveFileName(parent, title, start, filters)
    if not chosen:
        return None
    path = Path(chosen)
    if not path.suffix and "*." in kind:
        path = path.with_suffix("." + kind.split("*.")[1].rstrip(")").split()[0])
    settings.put("folders/export", str(path.parent))
    return path


def file_stem(name: str) -> str:
    """A tensor's name as a file's: no slashes, colons or semicolons, and not too long."""
    kept = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name)
    return kept.strip("._")[:60] or "tensor"


def write_tensor(path: Path, figure: WeightFigure, palette: Palette) -> list[Path]:
    """One tensor's plots; the CSV has the histogram, and the channels' numbers beside it as STEM.channels.csv."""
    suffix = kind_of(path)
    if suffix != "csv":
        return [write_file(path, _picture(figure, palette, suffix), overwrite=True)]
    histogram = figure.histogram
    tables = [(path, csv_text(histogram.header, histogram.rows()))]
    if figure.channels is not None:
        tables.append((path.with_suffix(".channels.csv"), channel_csv(figure.channels)))
    with atomic_files([place for place, _ in tables], overwrite=True) as files:
        for file, (_, text) in zip(files, tables, strict=True):
            file.writelines(_utf8(text))
    return [place for place, _ in tables]


def write_all(path: Path, plots: Sequence[HistogramPlot], palette: Palette, log: bool) -> list[Path]:
    """All histograms in one go: one tall picture, or STEM-1, STEM-2, ... where one would be too tall to open."""
    from inspector.plots.style import figure_bytes, new_figure

    suffix = kind_of(path)
    if suffix == "csv":
        return [write_file(path, _utf8(csv_text(ALL_HEADER, all_rows(plots))), overwrite=True)]
    made = pages(plots)
    paths = [path] if len(made) == 1 else [path.with_stem(f"{path.stem}-{n}") for n in range(1, len(made) + 1)]
    with atomic_files(paths, overwrite=True) as files:
        for file, page in zip(files, made, strict=True):
            figure = new_figure(palette, page.width, page.height)
            draw_small_multiples(figure, page, palette, log)
            file.write(figure_bytes(figure, suffix))
    return paths


def channel_csv(plot: ChannelPlot) -> Iterator[str]:
    """One line a channel."""
    return csv_text(CHANNEL_HEADER, plot.rows())


def kind_of(path: Path) -> str:
    """The suffix without its dot. Raises UsageError for one that can't be written."""
    suffix = path.suffix[1:].lower()
    if suffix not in (*PICTURES, "csv"):
        raise UsageError(f'"{path.name}" has to end in .png, .svg, .pdf or .csv.')
    return suffix


def _picture(figure: WeightFigure, palette: Palette, suffix: str) -> bytes:
    from inspector.plots.style import figure_bytes

    return figure_bytes(figure.draw(palette), suffix)


def _utf8(text: Iterable[str]) -> Iterable[bytes]:
    return (piece.encode("utf-8", "backslashreplace") for piece in text)
