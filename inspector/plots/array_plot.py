"""One sample or activation drawn as an image, as channels side by side, as curves, or by its distribution."""

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from inspector.analysis.histogram import bin_edges, count_between
from inspector.model.text import number_text
from inspector.palette import Palette
from inspector.plots.histogram_plot import HistogramPlot
from inspector.plots.style import SMALL, style_axes, write_message

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = np.ndarray[Any, np.dtype[Any]]

IMAGE, CURVES, HISTOGRAM = "image", "curves", "histogram"
_MOST_CHANNELS, _MOST_CURVES, _MOST_POINTS = 24, 8, 4000
_COLOUR_CHANNELS = (3, 4)
_FEW = 16
"""A table with no more columns than this, and far more rows, is curves over time rather than an image."""


@dataclass(frozen=True, slots=True, eq=False)
class ArrayPlot:
    """`values` of one sample, without the batch; `type_name` gives the colour; `pixels`: it is the input's image, whose
    colours are its own."""

    values: Array
    type_name: str
    name: str = ""
    pixels: bool = False

    @property
    def views(self) -> tuple[str, ...]:
        """How it can be drawn, the most telling first."""
        shape = [size for size in self.values.shape if size != 1]
        if self.values.dtype.kind not in "fiub" or self.values.size < 2:
            return ()
        if len(shape) == 1:
            return CURVES, HISTOGRAM
        if len(shape) == 2 and shape[1] <= _FEW and shape[0] >= 3 * shape[1]:
            return CURVES, IMAGE, HISTOGRAM
        if len(shape) == 2:
            return IMAGE, CURVES, HISTOGRAM
        return (IMAGE, HISTOGRAM) if len(shape) == 3 else (HISTOGRAM,)

    @property
    def planes(self) -> Array:
        """(channels, height, width), or (1, height, width, 3) of a colour image."""
        values = np.asarray(self.values)
        if values.ndim == 3 and self.pixels and values.shape[2] in _COLOUR_CHANNELS:
            return values[None]
        if values.ndim == 3 and values.shape[2] != 1 and min(values.shape[:2]) > 1:
            return np.moveaxis(values, 2, 0)
        squeezed = values.squeeze()
        return squeezed if squeezed.ndim == 3 else squeezed[None]

    @property
    def curves(self) -> Array:
        """(points, curves)."""
        squeezed = np.atleast_1d(np.asarray(self.values).squeeze())
        return squeezed[:, None] if squeezed.ndim == 1 else squeezed

    @property
    def step(self) -> int:
        """Every how many points of a curve are drawn."""
        return max(1, len(self.curves) // _MOST_POINTS)

    def shown(self, view: str) -> str:
        """What is left out, and the range of the colours."""
        low, high = _ends(self.values)
        if view == IMAGE:
            count = len(self.planes)
            part = f"first {_MOST_CHANNELS} of {count:,} channels, " if count > _MOST_CHANNELS else ""
            part = part or (f"{count:,} channels, " if count > 1 else "")
            return f"{part}{number_text(low)} to {number_text(high)}"
        parts = [f"{number_text(low)} to {number_text(high)}"]
        if view == CURVES and self.curves.shape[1] > _MOST_CURVES:
            parts = [f"first {_MOST_CURVES} of {self.curves.shape[1]:,} columns"]
        if view == CURVES and self.step > 1:
            parts.append(f"one of {self.step:,} points")
        return ", ".join(parts)


def draw_array(figure: "Figure", plot: ArrayPlot, view: str, palette: Palette) -> None:
    """Fills an empty figure. Values that are not finite are left blank."""
    if view == IMAGE:
        _draw_planes(figure, plot, palette)
    elif view == CURVES:
        _draw_curves(figure, plot, palette)
    else:
        from inspector.plots.weights import draw_histogram

        found = histogram_of(plot)
        axes = figure.add_subplot()
        if found is None:
            write_message(axes, palette, "No finite values to show.")
        else:
            draw_histogram(axes, found, palette)


def histogram_of(plot: ArrayPlot) -> HistogramPlot | None:
    """None where no value is finite."""
    finite = np.asarray(plot.values, np.float64).ravel()
    finite = finite[np.isfinite(finite)]
    if not finite.size:
        return None
    edges = bin_edges(finite.min(), finite.max(), finite.dtype)
    counts = count_between(edges, finite)
    return HistogramPlot(plot.name, plot.type_name, edges, counts, float(finite.mean()), float(finite.std()), None)


def _draw_planes(figure: "Figure", plot: ArrayPlot, palette: Palette) -> None:
    """One picture of all channels: as many axes would take ten times as long to draw."""
    planes = plot.planes[:_MOST_CHANNELS]
    low, high = _ends(plot.values)
    span = high - low or 1.0
    axes = figure.add_subplot()
    axes.set_axis_off()
    if planes.ndim == 4:
        axes.imshow(((planes[0] - low) / span).clip(0, 1), interpolation="nearest")
        return
    width, height = figure.get_size_inches()
    picture = tiled(planes, width / height)
    colors = "gray" if plot.pixels and len(planes) == 1 else _colors(palette, plot.type_name)
    axes.imshow(picture, cmap=colors, vmin=low, vmax=low + span, interpolation="nearest")


def tiled(planes: Array, room: float) -> Array:
    """(channels, height, width) side by side in rows, with gaps of NaN between them, for a `room` of this shape (width
    / height)."""
    count, height, width = planes.shape
    gap = max(1, round(max(height, width) / 12)) if count > 1 else 0
    rows = _rows(count, room, (width + gap) / (height + gap))
    columns = ceil(count / rows)
    picture = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap), np.nan, np.float32)
    for place, plane in enumerate(planes):
        top, left = place // columns * (height + gap), place % columns * (width + gap)
        picture[top : top + height, left : left + width] = plane
    return picture


def _rows(count: int, room: float, shape: float) -> int:
    """How many rows make cells of `shape` (width / height) largest in a `room` of such a shape."""

    def size(rows: int) -> float:
        return min(room / ceil(count / rows), shape / rows)

    return max(range(1, count + 1), key=size)


def _colors(palette: Palette, type_name: str) -> Any:
    """From the ground to the type's colour, and on to the text's for the largest values."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("values", [palette.sunken, palette.type_color(type_name), palette.text])


def _draw_curves(figure: "Figure", plot: ArrayPlot, palette: Palette) -> None:
    axes = figure.add_subplot()
    curves = plot.curves
    style_axes(axes, palette, "index", "")
    step = plot.step
    x = np.arange(0, len(curves), step)
    colors = _line_colors(palette, plot.type_name, min(curves.shape[1], _MOST_CURVES))
    for place, color in enumerate(colors):
        name = f"{place}" if curves.shape[1] > 1 else None
        marker = "." if len(x) <= 64 and len(colors) == 1 else ""
        axes.plot(x, curves[::step, place].astype(np.float64), color=color, linewidth=1.2, marker=marker, label=name)
    low, high = _ends(curves[:, :_MOST_CURVES])
    room = (high - low) * 0.06 or 0.5
    axes.set_ylim(low - room, high + room * (5 if len(colors) > 1 else 1))  # the names stand above the curves
    axes.set_xlim(-0.5, max(len(curves) - 0.5, 0.5))
    if len(colors) > 1:
        axes.legend(
            ncols=len(colors), loc="upper right", fontsize=SMALL, labelcolor=palette.dim, handlelength=1,
            columnspacing=1, borderaxespad=0, frameon=False,
        )  # fmt: skip


def _line_colors(palette: Palette, type_name: str, count: int) -> list[str]:
    """The type's colour for one; for several those of all types, which stay apart."""
    if count == 1:
        return [palette.type_color(type_name)]
    colors = list(dict.fromkeys(palette.types.values()))
    return [colors[place % len(colors)] for place in range(count)]


def _ends(values: Array) -> tuple[float, float]:
    finite = np.asarray(values, np.float64)
    finite = finite[np.isfinite(finite)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
