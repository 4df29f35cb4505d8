"""All layers' histograms on one page: small multiples, drawn as one collection so that hundreds stay quick."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from inspector.model.text import number_text
from inspector.palette import Palette
from inspector.plots.histogram_plot import HistogramPlot
from inspector.plots.style import elide, mix, text_width, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = np.ndarray[Any, np.dtype[Any]]

CELL_WIDTH, CELL_HEIGHT = 224, 152
"""Pixels of one histogram with its title and numbers; in the window cells widen to fill it."""

MARGIN, GAP = 12, 16
_TITLE, _FOOT = 22, 20  # pixels above and below the bars
_TEXT = 8.0
_LARGEST = 30_000  # pixels: beyond 32,767 many programs can't show a picture


@dataclass(frozen=True, slots=True, eq=False)
class SmallMultiples:
    """A page of histograms, `columns` to a row, in pixels from the upper left corner."""

    plots: tuple[HistogramPlot, ...]
    columns: int
    cell_width: int = CELL_WIDTH

    @classmethod
    def for_width(cls, plots: Sequence[HistogramPlot], width: int) -> "SmallMultiples":
        """As many columns as fit into `width` pixels, at least one, and as wide as they can be there."""
        columns = max(1, (width - 2 * MARGIN + GAP) // (CELL_WIDTH + GAP))
        return cls(tuple(plots), columns, max((width - 2 * MARGIN + GAP) // columns - GAP, CELL_WIDTH // 2))

    @property
    def width(self) -> int:
        return 2 * MARGIN + self.columns * (self.cell_width + GAP) - GAP

    @property
    def height(self) -> int:
        rows = ceil(len(self.plots) / self.columns)
        return 2 * MARGIN + max(rows, 1) * (CELL_HEIGHT + GAP) - GAP

    def corner(self, place: int) -> tuple[int, int]:
        """The upper left corner of cell `place`."""
        row, column = divmod(place, self.columns)
        return MARGIN + column * (self.cell_width + GAP), MARGIN + row * (CELL_HEIGHT + GAP)

    def cell_at(self, x: float, y: float) -> int | None:
        """The cell under a point; None between cells and behind the last."""
        column, x_inside = divmod(x - MARGIN, self.cell_width + GAP)
        row, y_inside = divmod(y - MARGIN, CELL_HEIGHT + GAP)
        place = int(row * self.columns + column)
        hit = 0 <= column < self.columns and x_inside <= self.cell_width and y_inside <= CELL_HEIGHT
        return place if hit and 0 <= place < len(self.plots) else None


def pages(plots: Sequence[Any], columns: int = 4) -> list[SmallMultiples]:
    """All plots on as few pages as picture files allow; nearly always one."""
    rows = (_LARGEST // 2 - 2 * MARGIN) // (CELL_HEIGHT + GAP)  # a PNG has two dots a pixel
    a_page = rows * columns
    starts = range(0, max(len(plots), 1), a_page)
    return [SmallMultiples(tuple(plots[start : start + a_page]), columns) for start in starts]


def draw_small_multiples(figure: "Figure", page: SmallMultiples, palette: Palette, log: bool = False) -> "Axes":
    """Fills a figure of page.width x page.height pixels; returns its axes, whose unit is a pixel, y downwards."""
    from matplotlib.collections import LineCollection, PolyCollection

    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, page.width)
    axes.set_ylim(page.height, 0)
    bars, colors, base_lines, zero_lines = [], [], [], []
    for place, plot in enumerate(page.plots):
        x, y = page.corner(place)
        floor = y + CELL_HEIGHT - _FOOT
        base_lines.append([(x, floor), (x + page.cell_width, floor)])
        _write_cell(axes, plot, x, y, page.cell_width, palette)
        if plot.total == 0:
            continue
        low, high = plot_range(plot)
        if low < 0 < high:
            zero = x - low / (high - low) * page.cell_width
            zero_lines.append([(zero, y + _TITLE), (zero, floor)])
        bars.append(_outline(plot, x, floor, page.cell_width, log))
        colors.append(palette.type_color(plot.type_name))
    axes.add_collection(LineCollection(base_lines, colors=palette.border, linewidths=0.8, zorder=2))
    axes.add_collection(LineCollection(zero_lines, colors=palette.border, linewidths=0.8, zorder=0))
    axes.add_collection(PolyCollection(bars, facecolors=colors, linewidths=0, zorder=1, label="histograms"))
    return axes


def plot_range(plot: HistogramPlot) -> tuple[float, float]:
    """The values at the left and the right end of a cell: those of the bars, widened where they are all equal."""
    low, high = float(plot.edges[0]), float(plot.edges[-1])
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _outline(plot: HistogramPlot, x: float, floor: float, width: int, log: bool) -> Array:
    """The outline of a cell's bars as one polygon (n, 2)."""
    low, high = plot_range(plot)
    height = CELL_HEIGHT - _FOOT - _TITLE
    heights = np.log1p(plot.counts) if log else plot.counts.astype(np.float64)
    tops = floor - heights / max(float(heights.max()), 1e-300) * height
    across = x + (np.asarray(plot.edges, np.float64) - low) / (high - low) * width
    if across[-1] - across[0] < 3:
        across = np.linspace(x + width / 2 - 1.5, x + width / 2 + 1.5, across.size)
    steps = np.column_stack([np.repeat(across, 2)[1:-1], np.repeat(tops, 2)])
    return np.concatenate([[(across[0], floor)], steps, [(across[-1], floor)]])


def _write_cell(axes: "Axes", plot: HistogramPlot, x: float, y: float, width: int, palette: Palette) -> None:
    count = f"{plot.total:,}"
    room = width - 10 - text_width(count, _TEXT)
    write(axes, x, y, elide(plot.title, room, _TEXT), palette.text, size=_TEXT, va="top")
    write(axes, x + width, y, count, palette.dim, size=_TEXT, va="top", ha="right")
    if plot.total == 0:
        message = mix(palette.dim, palette.surface, 0.8)
        write(axes, x + width / 2, y + CELL_HEIGHT / 2, "no finite values", message, size=_TEXT, ha="center")
        return
    foot = y + CELL_HEIGHT - _FOOT + 4
    for value, at, side in ((plot.edges[0], x, "left"), (plot.edges[-1], x + width, "right")):
        text = f"{value:.0f}" if plot.one_bin_a_level else number_text(float(f"{value:.3g}"))
        write(axes, at, foot, text, palette.dim, size=_TEXT, va="top", ha=side)
