"""Size against score: a point a pipeline, the front that nothing beats joined; a panel for each evaluation data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np

from inspector.analysis.pareto import fronts
from inspector.analysis.pipeline_columns import score_text, score_title
from inspector.analysis.pipeline_rows import ResultRow
from inspector.model.text import bytes_text
from inspector.palette import Palette
from inspector.plots.results_style import (
    add_scheme_legend,
    columns_for,
    limits,
    scheme_color,
    scheme_marker,
    score_axis,
)
from inspector.plots.style import DPI, SMALL, axes_height, axes_width, elide, new_figure, style_axes, write_message
from inspector.plots.weight_figure import write_titles

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEADER = ("data", "model", "recipe", "size_bytes", "value", "on_front")
_LEGEND = 26  # pixels
_LEAST_HEIGHT = 90  # pixels of axes in which models are named
_LINE = 18  # pixels from one name to the next
_FAR = 20  # times: sizes that differ by more stand on a logarithmic axis


@dataclass(frozen=True, slots=True)
class SizePoint:
    key: str
    model: str
    recipe: str
    scheme: str
    size_bytes: int
    value: float
    on_front: bool = False


@dataclass(frozen=True, slots=True)
class SizePanel:
    """The pipelines that were evaluated on the same data; `front` joins those that nothing beats."""

    data: str
    points: tuple[SizePoint, ...]

    @property
    def front(self) -> tuple[SizePoint, ...]:
        return tuple(sorted((each for each in self.points if each.on_front), key=lambda each: each.size_bytes))

    @property
    def logarithmic(self) -> bool:
        sizes = [each.size_bytes for each in self.points]
        return max(sizes) > _FAR * max(min(sizes), 1)

    @property
    def ends(self) -> tuple[float, float]:
        """The smallest and largest size on the axis, with some room."""
        sizes = [each.size_bytes for each in self.points]
        low, high = max(min(sizes), 1), max(sizes)
        if self.logarithmic:
            return low / 1.6, high * 1.6
        room = max(0.12 * (high - low), 0.02 * high)
        return max(low - room, 0.0), high + room


@dataclass(frozen=True, slots=True)
class SizePlot:
    """`selected`: keys of points that stand out."""

    metric: str
    panels: tuple[SizePanel, ...]
    selected: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        return f"Bytes and {score_title(self.metric, within=True)}"

    @property
    def recipes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.recipe for panel in self.panels for each in panel.points))

    @property
    def header(self) -> tuple[str, ...]:
        return HEADER

    def rows(self) -> Iterator[tuple[str, str, str, int, float, bool]]:
        """The CSV: a line a point."""
        for panel in self.panels:
            for each in panel.points:
                yield panel.data, each.model, each.recipe, each.size_bytes, each.value, each.on_front

    @property
    def description(self) -> str:
        """In words, for screen readers."""
        return "; ".join(
            f"{self.title} on {panel.data}: {', '.join(f'{p.model} {p.scheme}' for p in panel.front)} on the front"
            for panel in self.panels
        )

    def at(self, place: int, x: float, y: float) -> SizePoint | None:
        """The point nearest to (bytes, score) in a panel; None far from all."""
        if not 0 <= place < len(self.panels):
            return None
        panel = self.panels[place]
        sizes = np.array([each.size_bytes for each in panel.points], np.float64)
        values, (left, right) = np.array([each.value for each in panel.points]), panel.ends
        low, high = limits(self.metric, values.tolist())
        across = (
            (np.log(sizes) - np.log(max(x, 1.0))) / np.log(right / left)
            if panel.logarithmic
            else (sizes - x) / (right - left)
        )
        distance = np.hypot(across, (values - y) / (high - low))
        nearest = int(np.argmin(distance))
        return panel.points[nearest] if distance[nearest] < 0.05 else None

    def describe(self, place: int, x: float, y: float) -> str:
        """For a tooltip."""
        point = self.at(place, x, y)
        if point is None:
            return ""
        front = "\nnothing is smaller and at least as good" if point.on_front else ""
        score = f"{score_title(self.metric)} {score_text(self.metric, point.value)}"
        return f"{point.model}, {point.scheme}\n{score}, {bytes_text(point.size_bytes)}{front}"


def size_plot(rows: Sequence[ResultRow], metric: str) -> SizePlot:
    """The rows that have bytes and the score, by the data they were evaluated on."""
    on_front = {row.result.key for front in fronts(rows, metric) for row in front}
    panels: dict[str, list[SizePoint]] = {}
    for row in rows:
        size, value = row.result.size_bytes, row.value(metric)
        if size is not None and value is not None:
            point = SizePoint(row.result.key, row.model, row.result.recipe, row.result.scheme, size, value,
                              row.result.key in on_front)  # fmt: skip
            panels.setdefault(row.result.data, []).append(point)
    return SizePlot(metric, tuple(SizePanel(PurePath(data).name, tuple(held)) for data, held in panels.items()))


def draw_sizes(axes: "Axes", plot: SizePlot, panel: SizePanel, palette: Palette) -> None:
    """One panel: points by scheme, a ring and a line for the front, models named at their largest point."""
    style_axes(axes, palette)
    _size_axis(axes, panel)
    values = [each.value for each in panel.points]
    axes.set_ylim(*limits(plot.metric, values))
    score_axis(axes.yaxis, plot.metric)
    front = panel.front
    axes.plot([each.size_bytes for each in front], [each.value for each in front], color=palette.accent, linewidth=1.2,
              drawstyle="steps-post", zorder=2)  # fmt: skip
    axes.scatter([each.size_bytes for each in front], [each.value for each in front], s=95, facecolors="none",
                 edgecolors=palette.accent, linewidths=1.2, zorder=4)  # fmt: skip
    chosen = [each for each in panel.points if each.key in plot.selected]
    axes.scatter([each.size_bytes for each in chosen], [each.value for each in chosen], s=320, color=palette.selection,
                 linewidths=0, zorder=1)  # fmt: skip
    for each in panel.points:
        axes.plot([each.size_bytes], [each.value], marker=scheme_marker(each.recipe), linestyle="none",
                  color=scheme_color(each.recipe, palette), markersize=6.5, zorder=3,
                  markeredgecolor=palette.surface, markeredgewidth=0.6)  # fmt: skip
    if axes_height(axes) >= _LEAST_HEIGHT:
        _name_models(axes, panel, palette)


def _name_models(axes: "Axes", panel: SizePanel, palette: Palette) -> None:
    """Each model's name beside its largest point, to the side that has room; under each other where points are near."""
    left, right = axes.get_xlim()
    low, high = axes.get_ylim()
    line = _LINE * (high - low) / axes_height(axes)
    largest = {each.model: each for each in sorted(panel.points, key=lambda each: each.size_bytes)}
    place = high + line / 2
    for model, point in sorted(largest.items(), key=lambda item: -item[1].value):
        place = min(place - line, point.value)
        at_right = point.size_bytes > (np.sqrt(left * right) if panel.logarithmic else (left + right) / 2)
        axes.annotate(
            elide(model, 0.6 * axes_width(axes), SMALL), (point.size_bytes, place),
            xytext=(-10 if at_right else 10, 0), textcoords="offset points", ha="right" if at_right else "left",
            va="center", color=palette.dim, fontsize=SMALL, parse_math=False, zorder=5,
            bbox={"facecolor": palette.surface, "edgecolor": "none", "pad": 1},
        )  # fmt: skip


def _size_axis(axes: "Axes", panel: SizePanel) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

    left, right = panel.ends
    axes.set_xscale("log" if panel.logarithmic else "linear")
    axes.set_xlim(left, right)
    count = max(2, int(axes_width(axes) / 70))
    if panel.logarithmic:
        powers = [2.0**power for power in range(int(np.ceil(np.log2(left))), int(np.log2(right)) + 1)]
        ticks = powers[:: ceil(len(powers) / count)]
    else:
        ticks = [1024 * each for each in MaxNLocator(min(count, 6)).tick_values(left / 1024, right / 1024)]
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in ticks if left <= tick <= right]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _at: _tick(value)))


def _tick(size: float) -> str:
    """`64 KB`: without the decimal that tables write."""
    return bytes_text(round(size)).replace(".0 ", " ").replace(".00 ", " ") if size >= 0 else ""


def add_sizes(figure: "Figure", plot: SizePlot, palette: Palette) -> None:
    """The panels in rows, each under the name of its data, with one legend."""
    if not plot.panels:
        write_message(figure.add_subplot(), palette, f"No pipeline has the score {score_title(plot.metric)}.")
        return
    if len(plot.panels) == 1:
        axes = figure.add_subplot()
        draw_sizes(axes, plot, plot.panels[0], palette)
        write_titles(axes, palette, plot.title)
        add_scheme_legend(axes, plot.recipes, palette)
        return
    width, height = (float(each) * DPI for each in figure.get_size_inches())
    columns = columns_for(len(plot.panels), width, height - _LEGEND)
    rows = ceil(len(plot.panels) / columns)
    each_row = (height - _LEGEND) / rows
    grid = figure.add_gridspec(rows + 1, columns, height_ratios=[_LEGEND, *[each_row] * rows])
    for place, panel in enumerate(plot.panels):
        axes = figure.add_subplot(grid[1 + place // columns, place % columns])
        draw_sizes(axes, plot, panel, palette)
        write_titles(axes, palette, panel.data)
    head = figure.add_subplot(grid[0, :])
    head.set_axis_off()
    head.set_position((0, 1 - _LEGEND / height, 1 - 12 / width, 0.05 * _LEGEND / height))
    add_scheme_legend(head, plot.recipes, palette)


def size_figure(plot: SizePlot, palette: Palette, width: float = 960, height: float = 340) -> "Figure":
    """For files and reports."""
    figure = new_figure(palette, width, height)
    add_sizes(figure, plot, palette)
    return figure
