"""Draws a chart of the quantization debugger: flat bars coloured by operator, reference lines with their words."""

from typing import TYPE_CHECKING, Any

import numpy as np

from inspector.analysis.quantization_debug import SUSPICIOUS
from inspector.model.model import Array
from inspector.palette import Palette
from inspector.plots.debug_plot import DebugPanel, DebugPlot, LayerSeries, is_high
from inspector.plots.style import (
    SMALL,
    TITLE,
    axes_height,
    axes_width,
    elide,
    make_logarithmic,
    mix,
    new_figure,
    plain_numbers,
    style_axes,
    text_width,
    write,
    write_message,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BAR, _PALE_BAR, _MARK = 0.62, 0.86, 0.72  # widths, of the distance between two operators
PALE = 0.35
"""How much of its operator's colour the cumulative error's bar has."""
_LABELLED = 6  # bars above the limit that get their number
_LINE = 19  # pixels between two lines of text, as `axes_height` is an estimate
MARK_STYLES: tuple[Any, ...] = ("-", (0, (3, 1.5)), (0, (1, 1)), (0, (5, 1, 1, 1)))
"""The lines of step 0 and of other models laid over."""
WIDTH, HEIGHT = 760, 320
"""Pixels of one panel in a file."""
_HEAD = 52  # pixels of title and legend above the panels
_LOW = 190  # pixels of a figure that has no room for the words below its axes


def draw_debug(figure: "Figure", plot: DebugPlot, palette: Palette) -> None:
    """All panels side by side on one y axis."""
    _draw_on(list(figure.subplots(1, max(len(plot.panels), 1), squeeze=False)[0]), plot, palette)


def _draw_on(axes: "list[Axes]", plot: DebugPlot, palette: Palette) -> None:
    if not plot.panels:
        write_message(axes[0], palette, "Nothing to show.")
        return
    limits = _limits(plot, axes_height(axes[0]))
    if limits is None:
        for each in axes:
            write_message(each, palette, _why_nothing(plot))
        return
    titled = len(plot.panels) > 1 or bool(plot.panels[0].title)
    for place, (each, panel) in enumerate(zip(axes, plot.panels, strict=True)):
        _draw_panel(each, plot, place, panel, palette, limits, titled)


def debug_figure(plot: DebugPlot, palette: Palette) -> "Figure":
    """The chart with its title and legend, for files."""
    count = max(len(plot.panels), 1)
    figure = new_figure(palette, WIDTH * count, HEIGHT + _HEAD)
    grid = figure.add_gridspec(2, count, height_ratios=[_HEAD, HEIGHT])
    _draw_on([figure.add_subplot(grid[1, place]) for place in range(count)], plot, palette)
    figure.text(12 / (WIDTH * count), 1 - 24 / (HEIGHT + _HEAD), plot.title, color=palette.text, fontsize=TITLE,
                weight="bold", parse_math=False)  # fmt: skip
    _add_legend(figure, plot, palette)
    return figure


def legend_entries(plot: DebugPlot, palette: Palette) -> list[tuple[str, str]]:
    """(words, colour) of each group of operators that share a colour."""
    by_color: dict[str, list[str]] = {}
    for name in plot.op_names:
        by_color.setdefault(palette.operator_color(name), []).append(name)
    return [(_names(names), color) for color, names in by_color.items()]


def _names(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= 3 else f"{', '.join(names[:2])}, {len(names) - 2} others"


def _draw_panel(
    axes: "Axes", plot: DebugPlot, place: int, panel: DebugPanel, palette: Palette, limits: tuple[float, float],
    titled: bool,
) -> None:  # fmt: skip
    low_figure = axes_height(axes) < _LOW - 60
    words = "operator index" if panel.by_operator else "layer"
    style_axes(axes, palette, "" if low_figure else words, "")
    if place:
        axes.tick_params(axis="y", labelleft=False)
    low, high = limits
    axes.set_xlim(panel.first - 0.7, panel.last + 0.7)
    if plot.log:
        make_logarithmic(axes, low, high)
    else:
        axes.set_ylim(low, high)
        plain_numbers(axes.yaxis)
    if titled:
        room = axes_width(axes)
        axes.set_title(elide(panel.title, room, TITLE), loc="left", color=palette.text, fontsize=TITLE,
                       parse_math=False, pad=8)  # fmt: skip
    _ground(axes, plot, place, palette, limits)
    if panel.behind is not None:
        _bars(axes, plot, panel.behind, palette, low, _PALE_BAR, PALE)
    _bars(axes, plot, panel.bars, palette, low, _BAR, 1.0)
    for number, marks in enumerate(panel.marks):
        _marks(axes, plot, marks, palette, MARK_STYLES[plot.mark_names.index(marks.name) % len(MARK_STYLES)], number)
    _guides(axes, plot, panel, palette, limits)
    _numbers(axes, plot, panel, palette, limits)
    _x_ticks(axes, panel, any(each.left_float for each in plot.panels))


def _bars(
    axes: "Axes", plot: DebugPlot, series: LayerSeries, palette: Palette, low: float, width: float, share: float
) -> None:
    """All of them as one collection: 300 bars cost as much as 10."""
    from matplotlib.collections import PolyCollection

    places, values = series.places, series.values(plot.metric)
    shown = np.isfinite(values) & ((values > 0) if plot.log else (values != 0))
    if not shown.any():
        return
    x, top = places[shown], values[shown]
    base = np.full(x.size, low if plot.log else 0.0)
    left, right = x - width / 2, x + width / 2
    corners = np.stack(
        [np.stack([left, base], 1), np.stack([left, top], 1), np.stack([right, top], 1), np.stack([right, base], 1)], 1
    )
    names = [layer.row.op_name for (_, layer), keep in zip(series.points, shown.tolist(), strict=True) if keep]
    colors = [mix(palette.operator_color(name), palette.surface, share) for name in names]
    axes.add_collection(PolyCollection(list(corners), facecolors=colors, linewidths=0, zorder=2), autolim=False)


def _marks(axes: "Axes", plot: DebugPlot, series: LayerSeries, palette: Palette, style: Any, number: int) -> None:
    places, values = series.places, series.values(plot.metric)
    shown = np.isfinite(values) & (values > 0 if plot.log else np.ones(values.size, np.bool_))
    axes.hlines(
        values[shown], places[shown] - _MARK / 2, places[shown] + _MARK / 2, colors=palette.text, linewidth=1.6,
        linestyles=style, zorder=4 + 0.1 * number,
    )  # fmt: skip


def _ground(axes: "Axes", plot: DebugPlot, place: int, palette: Palette, limits: tuple[float, float]) -> None:
    """Pale red above the suspicious, the selection's colour behind what is selected."""
    low, high = limits
    if any(value == SUSPICIOUS for value, _ in plot.metric.guides) and high > SUSPICIOUS:
        axes.axhspan(max(SUSPICIOUS, low), high, color=mix(palette.bad, palette.surface, 0.06), linewidth=0, zorder=0)
    if plot.selected is not None and plot.selected[0] == place:
        x = plot.selected[1]
        axes.axvspan(x - 0.5, x + 0.5, color=palette.selection, linewidth=0, zorder=0.5)


def _guides(axes: "Axes", plot: DebugPlot, panel: DebugPanel, palette: Palette, limits: tuple[float, float]) -> None:
    """Dashed lines with their words, at the end where the bars are lower; lines too close for words above each have
    them all in one row."""
    height, width = axes_height(axes), axes_width(axes)
    at_left = _lower_at_left(plot, panel)
    last, used = 2.0, 0.0
    for value, words in sorted(plot.metric.guides, reverse=True):
        if not limits[0] <= value <= limits[1]:
            continue
        color = palette.bad if value == SUSPICIOUS else palette.dim
        axes.axhline(value, color=color, linewidth=1, linestyle=(0, (4, 3)), zorder=3)
        if not words:
            continue
        share = _share(value, limits, plot.log)
        close = (last - share) * height < _LINE
        share, used = (last, used) if close else (share, 0.0)
        x = (6 + used) / width
        write(axes, x if at_left else 1 - x, share + 3 / height, words, color, transform=axes.transAxes,
              ha="left" if at_left else "right", va="bottom", zorder=5)  # fmt: skip
        last, used = share, used + text_width(words, SMALL) + 12


def _lower_at_left(plot: DebugPlot, panel: DebugPanel) -> bool:
    """Whether the first sixth of the operators has lower bars than the last."""
    x, y = panel.bars.places, np.nan_to_num(panel.bars.values(plot.metric))
    span = max(panel.last - panel.first, 1) / 6
    first, last = y[x <= panel.first + span], y[x >= panel.last - span]
    return float(first.max(initial=0.0)) <= float(last.max(initial=0.0))


def _numbers(axes: "Axes", plot: DebugPlot, panel: DebugPanel, palette: Palette, limits: tuple[float, float]) -> None:
    """The highest of the suspicious bars say how high, where there is room beside their neighbours."""
    points, values = panel.bars.points, panel.bars.values(plot.metric)
    high = [place for place in np.argsort(-values).tolist() if is_high(plot.metric, float(values[place]))]
    pixel = axes_width(axes) / max(panel.last - panel.first + 1.4, 1)
    written: list[int] = []
    for place in high[:_LABELLED]:
        x, _layer = points[place]
        text = f"{values[place]:.3g}"
        room = (text_width(text, SMALL) + 4) / max(pixel, 0.1)
        if all(abs(x - other) > room for other in written):
            written.append(x)
            share = min(_share(float(values[place]), limits, plot.log), 1.0)
            write(axes, x, share + 3 / axes_height(axes), text, palette.bad,
                  transform=axes.get_xaxis_transform(), ha="center", va="bottom", zorder=5)  # fmt: skip


def _share(value: float, limits: tuple[float, float], log: bool) -> float:
    """How far up the axis a value is, from 0 to 1."""
    low, high = (float(np.log(each)) for each in limits) if log else limits
    return ((float(np.log(value)) if log else value) - low) / (high - low)


def _x_ticks(axes: "Axes", panel: DebugPanel, two_lines: bool) -> None:
    """Every operator where there is room, else every second, fifth, tenth...; "float" below those left float.
    `two_lines`: keeps room for that word, so that panels side by side are equally high."""
    count = panel.last - panel.first + 1
    room = axes_width(axes) / count
    each = 7.0 * len(str(panel.last)) + 8
    step = next((n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000) if n * room >= each), 10_000)
    places = list(range(-(-panel.first // step) * step, panel.last + 1, step))
    says_float = room * step >= text_width("float", SMALL) + 2
    left = set(panel.left_float)
    axes.set_xticks(places)
    below = "\n " if two_lines else ""
    axes.set_xticklabels(
        [f"{place:,}\nfloat" if says_float and place in left else f"{place:,}{below}" for place in places]
    )


def _limits(plot: DebugPlot, height: float) -> tuple[float, float] | None:
    """From the lowest to the highest of all panels, with room for a line of text; None where nothing is finite."""
    values: Array = np.concatenate([each.values(plot.metric) for panel in plot.panels for each in panel.series])
    values = values[np.isfinite(values)]
    guides = np.array([value for value, _ in plot.metric.guides], np.float64)
    head = 1 / (1 - 20 / max(height, 60))
    if plot.log:
        values, guides = values[values > 0], guides[guides > 0]
        if not values.size:
            return None
        both = np.concatenate([values, guides])
        low, high = float(both.min()) / 1.6, float(both.max())
        return low, low * (high / low) ** head
    if not values.size:
        return None
    both = np.concatenate([values, guides, [0.0]])
    low, high = float(both.min()), float(both.max())
    if low == high:
        return low, low + 1.0
    spare = (high - low) * (head - 1)
    return (low - spare if low < 0 else low), (high + spare if high > 0 else high)


def _why_nothing(plot: DebugPlot) -> str:
    if plot.log:
        return f"No {plot.metric.title} is above 0: a logarithmic axis has nothing to show."
    if plot.metric.key == "sqnr_db":
        return "SQNR needs the float values' power, which TensorFlow's CSV does not have. Debug the model here."
    return f"No layer has a {plot.metric.title}."


def _add_legend(figure: "Figure", plot: DebugPlot, palette: Palette) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = [Patch(facecolor=color, label=words) for words, color in legend_entries(plot, palette)]
    if any(panel.behind is not None for panel in plot.panels):
        names = {panel.behind.name for panel in plot.panels if panel.behind is not None}
        pale = mix(palette.dim, palette.surface, PALE)
        handles.append(Patch(facecolor=pale, label=f"{', '.join(sorted(names))}, pale"))
    for place, name in enumerate(plot.mark_names):
        style = MARK_STYLES[place % len(MARK_STYLES)]
        handles.append(Line2D([], [], color=palette.text, linewidth=1.6, linestyle=style, label=name))
    made = figure.legend(
        handles=handles, loc="upper right", ncols=min(len(handles), 4), frameon=False, fontsize=SMALL,
        labelcolor=palette.dim, handlelength=1.2, handleheight=0.9, handletextpad=0.5, columnspacing=1.4,
    )  # fmt: skip
    made.set_in_layout(False)


__all__ = ["MARK_STYLES", "PALE", "debug_figure", "draw_debug", "legend_entries"]
