"""One activation's histogram with the ranges that could be chosen for it as dashed lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from inspector.analysis.activation_range import ActivationRange, Clipping, share_text
from inspector.model.text import number_text, percent_text
from inspector.palette import Palette
from inspector.plots.histogram_axes import EMPTY, count_axis, visible_edges, x_ticks
from inspector.plots.style import SMALL, axes_width, new_figure, style_axes, text_width, write, write_message
from inspector.plots.weight_figure import HEIGHT, WIDTH, write_titles

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True, eq=False)
class RangePlot:
    """The values of one activation over the samples."""

    activation: ActivationRange

    @property
    def title(self) -> str:
        return self.activation.name.split(";")[0]

    @property
    def header(self) -> tuple[str, ...]:
        """The CSV's first line."""
        return ("low", "high", "count")

    def rows(self) -> Iterator[tuple[float, float, int]]:
        """The CSV: a line a bin."""
        histogram = self.activation.histogram
        edges = histogram.edges.tolist()
        yield from zip(edges[:-1], edges[1:], histogram.counts.tolist(), strict=True)

    @property
    def clippings(self) -> tuple[Clipping, ...]:
        """Those narrower than the values."""
        row = self.activation
        return tuple(each for each in row.clippings if each.low > row.min or each.high < row.max)

    def describe(self, x: float) -> str:
        """What stands at `x`, for a tooltip; "" outside."""
        histogram = self.activation.histogram
        edges = histogram.edges
        if not edges[0] <= x <= edges[-1]:
            return ""
        place = min(int(np.searchsorted(edges, x, side="right")) - 1, len(edges) - 2)
        count = int(histogram.counts[place])
        share = percent_text(count / max(int(histogram.counts.sum()), 1))
        return f"{number_text(float(edges[place]))} … {number_text(float(edges[place + 1]))}\n{count:,} ({share})"


def draw_range(axes: "Axes", plot: RangePlot, palette: Palette, log: bool = False) -> None:
    """Bars in FLOAT32's colour; each range is labelled at its upper end, in a row of its own."""
    histogram = plot.activation.histogram
    if not histogram.counts.sum():
        write_message(axes, palette, "No finite values to show.")
        return
    style_axes(axes, palette, "real value", "")
    pixels = axes_width(axes)
    low, high = float(histogram.edges[0]), float(histogram.edges[-1])
    if low == high:
        low, high = low - 0.5, high + 0.5
    pad = (high - low) * 0.03
    axes.set_xlim(low - pad, high + pad)
    x_ticks(axes, low, high, pixels, False)
    count_axis(axes, int(histogram.counts.max()), log)
    counts = np.maximum(histogram.counts, EMPTY) if log else histogram.counts
    shown = visible_edges(histogram.edges, (high - low) / pixels)
    axes.stairs(counts, shown, baseline=EMPTY if log else 0, fill=True, color=palette.type_color("FLOAT32"),
                linewidth=0, zorder=2)  # fmt: skip
    for number, each in enumerate(plot.clippings):
        _range(axes, each, palette, 0.94 - 0.11 * number, (low - pad, high + pad), pixels)


def _range(
    axes: "Axes", clipping: Clipping, palette: Palette, height: float, ends: tuple[float, float], pixels: float
) -> None:
    low, high = ends
    for value in (clipping.low, clipping.high):
        if low < value < high:
            axes.axvline(value, color=palette.accent, linewidth=1, linestyle=(0, (4, 3)), zorder=3)
    words = f"{clipping.title}: {share_text(clipping.clipped)} clipped"
    at = min(max(clipping.high, low), high)
    right = (high - at) / (high - low) * pixels > text_width(words, SMALL) + 8
    offset = 5 * (high - low) / pixels
    write(axes, at + offset if right else at - offset, height, words, palette.dim,
          transform=axes.get_xaxis_transform(), ha="left" if right else "right", va="center", zorder=5,
          bbox={"facecolor": palette.surface, "edgecolor": "none", "pad": 1})  # fmt: skip


def range_figure(plot: RangePlot, palette: Palette, log: bool = False) -> "Figure":
    """The plot with its title, for files."""
    figure = new_figure(palette, WIDTH, HEIGHT)
    axes = figure.add_subplot()
    draw_range(axes, plot, palette, log)
    row = plot.activation
    write_titles(axes, palette, plot.title, f"mean {number_text(row.mean)}, sigma {number_text(row.sigma)}")
    return figure
