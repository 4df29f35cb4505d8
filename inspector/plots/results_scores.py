"""Scores by scheme, grouped by model: a point each with its 95 % interval, and an arrow where it is no noise."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inspector.analysis.pipeline_columns import ARROWS, score_text, score_title
from inspector.analysis.pipeline_rows import ResultRow
from inspector.analysis.resampling import BETTER, EQUAL
from inspector.palette import Palette
from inspector.plots.results_style import (
    add_scheme_legend,
    limits,
    scheme_color,
    scheme_marker,
    score_axis,
)
from inspector.plots.style import SMALL, TITLE, axes_width, elide, new_figure, style_axes, write, write_message
from inspector.plots.weight_figure import write_titles

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEADER = ("model", "recipe", "value", "low", "high", "verdict")
_BAND = 0.8  # of a model's room, that its points take


@dataclass(frozen=True, slots=True)
class ScorePoint:
    """`low` and `high` are None where nothing was resampled; `verdict` is "" without a reference."""

    key: str
    model: str
    recipe: str
    scheme: str
    value: float
    low: float | None = None
    high: float | None = None
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class ScorePlot:
    """`reference`: what better and worse are said of, in words; `selected`: keys of points that stand out."""

    metric: str
    points: tuple[ScorePoint, ...]
    reference: str = ""
    selected: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        return f"{score_title(self.metric)} by scheme"

    @property
    def models(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.model for each in self.points))

    @property
    def recipes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.recipe for each in self.points))

    @property
    def header(self) -> tuple[str, ...]:
        return HEADER

    def rows(self) -> Iterator[tuple[str, str, float, float | None, float | None, str]]:
        """The CSV: a line a point."""
        for each in self.points:
            yield each.model, each.recipe, each.value, each.low, each.high, each.verdict

    @property
    def description(self) -> str:
        """In words, for screen readers."""
        return f"{self.title} of {len(self.models)} models in {len(self.recipes)} schemes"

    def x(self, point: ScorePoint) -> float:
        """A model's points stand around its number."""
        recipes = self.recipes
        step = _BAND / max(len(recipes), 1)
        return self.models.index(point.model) + (recipes.index(point.recipe) - (len(recipes) - 1) / 2) * step

    def at(self, x: float, _y: float = 0.0) -> ScorePoint | None:
        """The point in the column at `x`; None beside all."""
        if not self.points:
            return None
        nearest = min(self.points, key=lambda each: abs(self.x(each) - x))
        return nearest if abs(self.x(nearest) - x) <= 0.5 * _BAND / max(len(self.recipes), 1) else None

    def describe(self, x: float, y: float = 0.0) -> str:
        """What stands at `x`, for a tooltip."""
        point = self.at(x, y)
        if point is None:
            return ""
        text = f"{point.model}, {point.scheme}\n{score_title(self.metric)} {score_text(self.metric, point.value)}"
        if point.low is not None and point.high is not None:
            text += f"\n95 % {score_text(self.metric, point.low)} to {score_text(self.metric, point.high)}"
        if point.verdict:
            text += f"\n{point.verdict} {'to' if point.verdict == EQUAL else 'than'} {self.reference}"
        return text


def score_plot(rows: Sequence[ResultRow], metric: str, reference: str = "") -> ScorePlot:
    """The rows that have a score; a model's in one place, in the order in which they come. Of several seeds the
    first."""
    points: dict[tuple[str, str], ScorePoint] = {}
    for row in rows:
        value = row.value(metric)
        if value is None:
            continue
        low, high = row.result.interval(metric) or (None, None)
        apart = row.difference(metric)
        place = row.model, row.result.recipe
        made = ScorePoint(row.result.key, *place, row.result.scheme, value, low, high, apart.verdict if apart else "")
        points.setdefault(place, made)
    return ScorePlot(metric, tuple(points.values()), reference)


def draw_scores(axes: "Axes", plot: ScorePlot, palette: Palette) -> None:
    """Bands for models, the points of each in the order of the schemes."""
    if not plot.points:
        write_message(axes, palette, f"No pipeline has the score {score_title(plot.metric)}.")
        return
    style_axes(axes, palette)
    models = plot.models
    axes.set_xlim(-0.5, len(models) - 0.5)
    ends = [end for each in plot.points for end in (each.value, each.low, each.high) if end is not None]
    axes.set_ylim(*limits(plot.metric, ends))
    score_axis(axes.yaxis, plot.metric)
    for place in range(0, len(models), 2):
        axes.axvspan(place - 0.5, place + 0.5, color=palette.sunken, linewidth=0, zorder=0)
    room = axes_width(axes) / len(models) - 8
    axes.set_xticks(range(len(models)), [elide(name, room, SMALL) for name in models], parse_math=False)
    axes.tick_params(axis="x", length=0)
    for each in plot.points:
        _draw_point(axes, plot, each, palette)


def _draw_point(axes: "Axes", plot: ScorePlot, point: ScorePoint, palette: Palette) -> None:
    x, color = plot.x(point), scheme_color(point.recipe, palette)
    if point.key in plot.selected:
        wide = 0.5 * _BAND / max(len(plot.recipes), 1)
        axes.axvspan(x - wide, x + wide, color=palette.selection, linewidth=0, zorder=1)
    if point.low is not None and point.high is not None:
        axes.plot([x, x], [point.low, point.high], color=color, linewidth=1.4, solid_capstyle="butt", zorder=2)
    axes.plot([x], [point.value], marker=scheme_marker(point.recipe), color=color, markersize=6.5, zorder=3,
              markeredgecolor=palette.surface, markeredgewidth=0.6)  # fmt: skip
    if point.verdict and point.verdict != EQUAL:
        color = palette.good if point.verdict == BETTER else palette.bad
        top = point.value if point.high is None else point.high
        write(axes, x, top, ARROWS[point.verdict], color, size=TITLE - 2, ha="center", va="bottom", zorder=4)


def score_figure(plot: ScorePlot, palette: Palette, width: float = 960, height: float = 340) -> "Figure":
    """With title and legend; the same on screen and in files."""
    figure = new_figure(palette, width, height)
    add_scores(figure, plot, palette)
    return figure


def add_scores(figure: "Figure", plot: ScorePlot, palette: Palette) -> None:
    axes = figure.add_subplot()
    draw_scores(axes, plot, palette)
    if plot.points:
        write_titles(axes, palette, plot.title)
        add_scheme_legend(axes, plot.recipes, palette, [each.verdict for each in plot.points])
