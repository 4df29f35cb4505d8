"""Histograms of one debugged layer: its error, and its float values beside the dequantized ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from inspector.analysis.histogram import Histogram
from inspector.analysis.quantization_debug import DebugLayer
from inspector.model.text import number_text, percent_text
from inspector.palette import Palette
from inspector.plots.histogram_axes import EMPTY, count_axis, visible_edges, x_ticks
from inspector.plots.overlay import FILLED
from inspector.plots.style import axes_height, axes_width, mix, new_figure, style_axes, write_message
from inspector.plots.weight_figure import HEIGHT, WIDTH, write_titles

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ERROR, VALUES = "error", "values"
_LOW = 60  # pixels of axes that have no room for words below them


@dataclass(frozen=True, slots=True, eq=False)
class LayerPlot:
    """`parts`: (name, histogram) of what is drawn over the same bins, the first filled, the second as a line."""

    kind: str
    title: str
    op_name: str
    parts: tuple[tuple[str, Histogram], ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The CSV's first line."""
        return ("low", "high", *(name for name, _ in self.parts))

    def rows(self) -> Iterator[tuple[float | int, ...]]:
        """The CSV: low, high, the counts."""
        edges = self.parts[0][1].edges.tolist()
        counts = [histogram.counts.tolist() for _, histogram in self.parts]
        yield from zip(edges[:-1], edges[1:], *counts, strict=True)

    def describe(self, x: float) -> str:
        """What stands at `x`, for a tooltip; "" outside."""
        edges = self.parts[0][1].edges
        if not edges[0] <= x <= edges[-1]:
            return ""
        place = min(int(np.searchsorted(edges, x, side="right")) - 1, len(edges) - 2)
        lines = [f"{number_text(float(edges[place]))} … {number_text(float(edges[place + 1]))}"]
        for name, histogram in self.parts:
            count = int(histogram.counts[place])
            lines.append(f"{name}: {count:,} ({percent_text(count / max(int(histogram.counts.sum()), 1))})")
        return "\n".join(lines)


def layer_plots(layer: DebugLayer) -> tuple[LayerPlot, ...]:
    """The error's, then the values'; () where nothing was counted."""
    found = layer.histograms
    if found is None:
        return ()
    name = layer.row.tensor_name.split(";")[0]
    error = _cropped((("error", found.error),))
    values = _cropped((("float", found.reference), ("dequantized", found.candidate)))
    return (
        LayerPlot(ERROR, name, layer.row.op_name, error),
        LayerPlot(VALUES, name, layer.row.op_name, values),
    )


def _cropped(parts: tuple[tuple[str, Histogram], ...]) -> tuple[tuple[str, Histogram], ...]:
    """Without the empty bins at both ends, a fortieth of what is left beside them."""
    used = np.flatnonzero(np.sum([histogram.counts for _, histogram in parts], axis=0))
    if not used.size:
        return parts
    spare = max(int(used[-1] - used[0]) // 40, 1)
    low, high = max(int(used[0]) - spare, 0), int(used[-1]) + spare + 1
    return tuple((name, Histogram(each.edges[low : high + 1], each.counts[low:high])) for name, each in parts)


def draw_layer(axes: "Axes", plot: LayerPlot, palette: Palette, log: bool = False) -> None:
    """The first part as bars, the second as a stepped line."""
    counts = [histogram.counts for _, histogram in plot.parts]
    if not any(each.sum() for each in counts):
        write_message(axes, palette, "No finite values to show.")
        return
    words = "dequantized - float" if plot.kind == ERROR else "real value"
    style_axes(axes, palette, words if axes_height(axes) > _LOW else "")
    pixels = axes_width(axes)
    edges = plot.parts[0][1].edges
    low, high = float(edges[0]), float(edges[-1])
    axes.set_xlim(low, high)
    x_ticks(axes, low, high, pixels, False)
    _count_axis(axes, max(int(each.max()) for each in counts), log)
    shown = visible_edges(edges, (high - low) / pixels)
    base = EMPTY if log else 0
    colors = part_colors(plot, palette)
    for place, (each, color) in enumerate(zip(counts, colors, strict=True)):
        heights = np.maximum(each, EMPTY) if log else each
        if place:
            axes.stairs(heights, shown, baseline=base, color=color, linewidth=1.3, zorder=3)
        else:
            axes.stairs(heights, shown, baseline=base, fill=True, color=color, linewidth=0, zorder=2)
    if low < 0 < high and plot.kind == ERROR:
        axes.axvline(0, color=palette.dim, linewidth=1, linestyle=(0, (4, 3)), zorder=4)


def _count_axis(axes: "Axes", largest: int, log: bool) -> None:
    """As many ticks as a low plot has room for."""
    from matplotlib.ticker import MaxNLocator

    if log:
        count_axis(axes, largest, True)
        return
    axes.yaxis.set_major_locator(MaxNLocator(max(min(int(axes_height(axes) / 24), 6), 1), integer=True))
    axes.set_ylim(0, largest * 1.06)


def part_colors(plot: LayerPlot, palette: Palette) -> list[str]:
    """The error in its operator's colour, values in their types'."""
    if plot.kind == ERROR:
        return [palette.operator_color(plot.op_name)]
    return [mix(palette.type_color("FLOAT32"), palette.surface, FILLED), palette.type_color("INT8")]


def layer_figure(plot: LayerPlot, palette: Palette, log: bool = False) -> "Figure":
    """The plot with its title, for files."""
    figure = new_figure(palette, WIDTH, HEIGHT)
    axes = figure.add_subplot()
    draw_layer(axes, plot, palette, log)
    ways = ("filled", "line")
    names = [f"{name}, {way}" if len(plot.parts) > 1 else name
             for (name, _), way in zip(plot.parts, ways, strict=False)]  # fmt: skip
    write_titles(axes, palette, plot.title, ";  ".join(names))
    return figure


__all__ = ["ERROR", "VALUES", "LayerPlot", "draw_layer", "layer_figure", "layer_plots", "part_colors"]
