"""Draws one tensor's weights: histogram with sigma bands and quantization range, range and scale of each channel."""

from typing import TYPE_CHECKING, Any

import numpy as np

from inspector.model.text import number_text
from inspector.palette import Palette
from inspector.plots.channel_plot import ChannelPlot
from inspector.plots.histogram_axes import EMPTY, count_axis, visible_edges, x_ticks
from inspector.plots.histogram_plot import HistogramPlot
from inspector.plots.style import (
    SMALL,
    axes_height,
    axes_width,
    make_logarithmic,
    mix,
    style_axes,
    write,
    write_message,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = np.ndarray[Any, np.dtype[Any]]

BAND = 0.07
"""Opacity of one sigma band; three lie over each other."""

BAR = 6
"""Pixels a channel: where there is less room all channels are one stepped shape, as bars would blur into a pattern."""

_LINES_OF_LIMIT = 50  # pixels of the three lines beside the end of the quantization range

_THIN = 0.012  # the least height of a channel's bar as a share of the axis


def draw_histogram(axes: "Axes", plot: HistogramPlot, palette: Palette, log: bool = False) -> None:
    """Bars in the type's colour over the sigma bands; dashed lines where the quantization range ends."""
    if plot.total == 0:
        write_message(axes, palette, "No finite values to show.")
        return
    style_axes(axes, palette, plot.x_label, "elements")
    pixels = axes_width(axes)
    low, high = _x_limits(plot, pixels)
    axes.set_xlim(low, high)
    x_ticks(axes, low, high, pixels, plot.stored)
    count_axis(axes, int(plot.counts.max()), log)
    _draw_sigma(axes, plot, palette, pixels / (high - low))
    edges = visible_edges(plot.edges, (high - low) / pixels)
    axes.stairs(
        np.maximum(plot.counts, EMPTY) if log else plot.counts, edges, baseline=EMPTY if log else 0, fill=True,
        color=palette.type_color(plot.type_name), linewidth=0, zorder=2, label="elements",
    )  # fmt: skip
    if plot.limits is not None:
        _draw_limits(axes, plot, palette)


def _x_limits(plot: HistogramPlot, pixels: float) -> tuple[float, float]:
    """The bars, the sigma bands' labels and the quantization range, with room for what is written beside its ends."""
    low, high = float(plot.edges[0]), float(plot.edges[-1])
    beside = 12.0
    if plot.limits is not None:
        low, high = min(low, plot.limits[0]), max(high, plot.limits[1])
        beside = 8 + 6.5 * max(len(_limit_text(limit, plot)) for limit in plot.limits)
    if plot.mean is not None and plot.std is not None:
        low, high = min(low, plot.mean - 3 * plot.std), max(high, plot.mean + 3 * plot.std)
    if low == high:
        low, high = low - 0.5, high + 0.5
    pad = (high - low) * beside / max(pixels - 2 * beside, 50)
    return low - pad, high + pad


def _draw_sigma(axes: "Axes", plot: HistogramPlot, palette: Palette, pixels_a_unit: float) -> None:
    """Three bands around the mean, each with its lines and name; only the outermost is named where they are narrow."""
    if plot.mean is None or not plot.std:
        return
    room = plot.std * pixels_a_unit
    above_axis = axes.get_xaxis_transform()
    for k in (1, 2, 3):
        low, high = plot.mean - k * plot.std, plot.mean + k * plot.std
        axes.axvspan(low, high, color=palette.accent, alpha=BAND, linewidth=0, zorder=1)
        if room >= 3:
            for x in (low, high):
                axes.axvline(x, color=palette.accent, alpha=0.45, linewidth=0.8, zorder=3)
        if room >= 22 or (k == 3 and room >= 3):
            inside = room >= 22
            left = high - (3 + 18 if inside else -3) / pixels_a_unit
            height = 0.975
            if _under_limit(plot, left, left + 18 / pixels_a_unit, pixels_a_unit):
                height -= _LINES_OF_LIMIT / axes_height(axes)
            if height > 0.15:
                write(
                    axes, high - (3 if inside else -3) / pixels_a_unit, height, f"{k}σ", palette.accent,
                    transform=above_axis, ha="right" if inside else "left", va="top", zorder=4,
                )  # fmt: skip


def _under_limit(plot: HistogramPlot, left: float, right: float, pixels_a_unit: float) -> bool:
    """Whether what is written from `left` to `right` would meet what is written beside the range's ends."""
    if plot.limits is None:
        return False
    room = (8 + 7 * max(5, *(len(_limit_text(limit, plot)) for limit in plot.limits))) / pixels_a_unit
    low, high = plot.limits
    return (left < low and right > low - room) or (right > high and left < high + room)


def _draw_limits(axes: "Axes", plot: HistogramPlot, palette: Palette) -> None:
    """The ends of what the levels can stand for, dashed, each with its number."""
    assert plot.limits is not None
    beyond = 0.5 if plot.stored else 0.0  # half a bin: the line stands behind the last level's bar
    for limit, side in zip(plot.limits, ("right", "left"), strict=True):
        line = limit - beyond if side == "right" else limit + beyond
        axes.axvline(line, color=palette.text, linewidth=1.2, linestyle=(0, (4, 3)), zorder=3)
        text = _limit_text(limit, plot)
        if side == "left":
            text += f"\n{plot.type_name}\nrange"
        away = -3 if side == "right" else 3
        axes.annotate(
            text, (line, 0.975), xycoords=("data", "axes fraction"), xytext=(away, 0), textcoords="offset points",
            color=palette.text, fontsize=SMALL, ha=side, va="top", zorder=4,
        )  # fmt: skip


def _limit_text(limit: float, plot: HistogramPlot) -> str:
    if plot.stored:
        return f"{limit:.0f}"
    return f"{limit:.3f}" if 0.01 <= abs(limit) < 1 else number_text(float(f"{limit:.4g}"))


def draw_channel_ranges(axes: "Axes", plot: ChannelPlot, palette: Palette) -> None:
    """min … max of each channel over what its levels can stand for, and mean ± 1σ within."""
    if not np.isfinite(plot.min).any():
        write_message(axes, palette, "No finite values to show.")
        return
    style_axes(axes, palette, f"channel (dimension {plot.dimension})", "real value")
    color = palette.type_color(plot.type_name)
    if plot.lowest is not None and plot.highest is not None:
        _draw_bars(axes, plot, plot.lowest, plot.highest, 0.74, range_color(palette), "range")
    given = (plot.min, plot.max, plot.lowest, plot.highest)
    ends = np.concatenate([[0.0], *(array[np.isfinite(array)] for array in given if array is not None)])
    span = float(np.ptp(ends)) or 1.0
    thin = np.maximum(span * _THIN - (plot.max - plot.min), 0) / 2  # a channel of one value is a line, not nothing
    _draw_bars(axes, plot, plot.min - thin, plot.max + thin, 0.34, color, "min … max")
    _draw_bars(axes, plot, plot.mean - plot.std, plot.mean + plot.std, 0.34, mean_color(color, palette), "mean ± 1σ")
    axes.axhline(0, color=palette.dim, linewidth=0.8, zorder=3)
    _channel_axis(axes, plot.channels)
    axes.set_ylim(float(ends.min()) - span * 0.04, float(ends.max()) + span * 0.04)


def draw_channel_scales(axes: "Axes", plot: ChannelPlot, palette: Palette, log: bool = False) -> None:
    """The scale of each channel as a step line; a sentence where there are none."""
    if plot.scale is None:
        write_message(axes, palette, "Not quantized: no scales to show.")
        return
    style_axes(axes, palette, f"channel (dimension {plot.dimension})", "scale")
    color = palette.type_color(plot.type_name)
    scales = np.broadcast_to(plot.scale, (plot.channels,))
    edges = np.arange(plot.channels + 1) - 0.5
    smallest, largest = float(scales.min()), float(scales.max())
    floor = smallest / 1.5 if log and smallest > 0 else 0.0
    axes.stairs(
        scales, edges, baseline=floor, fill=True, color=mix(color, palette.surface, 0.35), linewidth=0, zorder=2
    )
    axes.stairs(scales, edges, baseline=None, color=color, linewidth=1.2, zorder=3, label="scale")
    _channel_axis(axes, plot.channels)
    if log and smallest > 0:
        make_logarithmic(axes, floor, largest * 1.5)
    else:
        axes.set_ylim(0, largest * 1.1 or 1.0)


def _channel_axis(axes: "Axes", channels: int) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(9, integer=True, steps=[1, 2, 4, 5, 8, 10]))
    axes.set_xlim(-0.75, channels - 0.25)


def _draw_bars(axes: "Axes", plot: ChannelPlot, low: Array, high: Array, width: float, color: str, name: str) -> None:
    """One vertical bar a channel from `low` to `high`, all in one collection; without a number none."""
    from matplotlib.collections import PolyCollection

    low, high = (np.broadcast_to(np.asarray(array, np.float64), (plot.channels,)) for array in (low, high))
    if axes_width(axes) < BAR * plot.channels:
        low, high = (np.nan_to_num(array, posinf=0, neginf=0) for array in (low, high))
        across = np.repeat(np.arange(plot.channels + 1) - 0.5, 2)[1:-1]
        upper, lower = np.column_stack([across, high.repeat(2)]), np.column_stack([across, low.repeat(2)])
        shapes = np.concatenate([upper, lower[::-1]])[None]
    else:
        shown = np.flatnonzero(np.isfinite(low) & np.isfinite(high))
        x = shown[:, None] + np.array([-width, -width, width, width]) / 2
        shapes = np.stack([x, np.stack([low[shown], high[shown], high[shown], low[shown]], axis=1)], axis=2)
    axes.add_collection(
        PolyCollection(list(shapes), facecolors=color, linewidths=0, zorder=2, label=name), autolim=False
    )


def range_color(palette: Palette) -> str:
    """The grey of what the levels can stand for."""
    return mix(palette.border, palette.surface, 0.85) if palette.name == "light" else palette.border


def mean_color(color: str, palette: Palette) -> str:
    """The type's colour towards the text's, to stand out from it."""
    return mix(color, palette.text, 0.35)
