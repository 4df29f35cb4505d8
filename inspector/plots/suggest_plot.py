"""What a search for layers to keep float tried: size against score, the sets it kept joined by a line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from inspector.model.text import bytes_text, percent_text
from inspector.palette import Palette
from inspector.plots.style import SMALL, new_figure, style_axes, write, write_message
from inspector.plots.weight_figure import HEIGHT, WIDTH, write_titles

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEADER = ("stage", "round", "kept", "left_float", "operators", "size_bytes", "score")


@dataclass(frozen=True, slots=True)
class Tried:
    """One set: `operators` are indices in the all-integer model, `score` is from 0 to 1."""

    stage: str
    round: int
    kept: bool
    operators: tuple[int, ...]
    float_tensors: tuple[str, ...]
    size_bytes: int
    score: float

    @property
    def name(self) -> str:
        """ "#5 #6", "nothing"."""
        return " ".join(f"#{place}" for place in self.operators) or "nothing"


@dataclass(frozen=True, slots=True)
class SuggestPlot:
    """`goal` is the score that was asked for: the float model's less the distance. `found` is the set proposed."""

    title: str
    tried: tuple[Tried, ...]
    float_score: float
    float_size_bytes: int
    goal: float
    found: tuple[str, ...] = ()

    @property
    def header(self) -> tuple[str, ...]:
        return HEADER

    def rows(self) -> Iterator[tuple[str, int, bool, int, str, int, float]]:
        """The CSV: a line a set."""
        for each in self.tried:
            yield (each.stage, each.round, each.kept, len(each.float_tensors), " ".join(map(str, each.operators)),
                   each.size_bytes, each.score)  # fmt: skip

    def nearest(self, x: float, y: float, width: float, height: float) -> Tried | None:
        """The set nearest to a point (bytes, score), in shares of the axes' `width` and `height`; None if far off."""
        if not self.tried:
            return None
        sizes = np.array([each.size_bytes for each in self.tried], np.float64)
        scores = np.array([each.score for each in self.tried])
        distance = np.hypot((sizes - x) / max(width, 1e-9), (scores - y) / max(height, 1e-9))
        place = int(np.argmin(distance))
        return self.tried[place] if distance[place] < 0.04 else None

    def describe(self, each: Tried) -> str:
        """For a tooltip."""
        return f"Float: {each.name}\nscore {percent_text(each.score)}, {bytes_text(each.size_bytes)}"


def suggest_plot(title: str, told: Mapping[str, Any]) -> SuggestPlot:
    """From what the task "suggest" returned."""
    tried = tuple(
        Tried(each["stage"], int(each["round"]), bool(each["kept"]),
              tuple(sorted(place for place in each["operators"] if place is not None)), tuple(each["float_tensors"]),
              int(each["size_bytes"]), float(each["score"]))
        for each in told["tried"]
    )  # fmt: skip
    score = float(told["float_score"])
    return SuggestPlot(
        title,
        tried,
        score,
        int(told["float_size_bytes"]),
        score - float(told["distance"]),
        tuple(told["float_tensors"]),
    )


def limits(plot: SuggestPlot) -> tuple[tuple[float, float], tuple[float, float]]:
    """((lowest, highest bytes), (lowest, highest score)) with some room."""
    sizes = [each.size_bytes for each in plot.tried]
    scores = [each.score for each in plot.tried] + [plot.float_score, plot.goal]
    wide, high = max(max(sizes) - min(sizes), 1_000), max(max(scores) - min(scores), 0.02)
    return (
        (min(sizes) - 0.06 * wide, max(sizes) + 0.10 * wide),
        (min(scores) - 0.10 * high, max(scores) + 0.12 * high),
    )


def draw_suggest(axes: "Axes", plot: SuggestPlot, palette: Palette) -> None:
    """Each set as a dot, those kept joined in the order they came, the proposed one ringed."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

    if not plot.tried:
        write_message(axes, palette, "Nothing was tried.")
        return
    style_axes(axes, palette, "bytes of the model", "score")
    (left, right), (low, high) = limits(plot)
    axes.set_xlim(left, right)
    axes.set_ylim(low, high)
    kilobytes = MaxNLocator(5).tick_values(left / 1024, right / 1024)
    axes.xaxis.set_major_locator(FixedLocator([1024 * tick for tick in kilobytes if left <= 1024 * tick <= right]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _place: bytes_text(round(value)) if value >= 0 else ""))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: percent_text(value) if 0 <= value <= 1 else ""))
    for value, words, color in ((plot.float_score, "float32", palette.dim), (plot.goal, "near enough", palette.good)):
        axes.axhline(value, color=color, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
        top = words == "float32"
        write(axes, 0.995 if top else 0.005, value, words, color, transform=axes.get_yaxis_transform(),
              ha="right" if top else "left", va="bottom" if top else "top", zorder=5)  # fmt: skip
    kept = [each for each in plot.tried if each.kept]
    rest = [each for each in plot.tried if not each.kept]
    axes.scatter([each.size_bytes for each in rest], [each.score for each in rest], s=18, color=palette.faint,
                 linewidths=0, zorder=2)  # fmt: skip
    axes.plot([each.size_bytes for each in kept], [each.score for each in kept], color=palette.accent, linewidth=1.2,
              marker="o", markersize=5, zorder=3)  # fmt: skip
    _ring(axes, plot, palette)


def _ring(axes: "Axes", plot: SuggestPlot, palette: Palette) -> None:
    found = next((each for each in plot.tried if set(each.float_tensors) == set(plot.found)), None)
    if found is None:
        return
    axes.scatter([found.size_bytes], [found.score], s=110, facecolors="none", edgecolors=palette.accent, zorder=4)
    at_right = found.size_bytes > sum(limits(plot)[0]) / 2
    name = found.name if len(found.operators) <= 4 else f"{len(found.operators)} layers"
    axes.annotate(f"{name}, {percent_text(found.score)}", (found.size_bytes, found.score),
                  xytext=(-8 if at_right else 8, -16), ha="right" if at_right else "left",
                  textcoords="offset points", color=palette.text, fontsize=SMALL, zorder=5,
                  bbox={"facecolor": palette.surface, "edgecolor": "none", "pad": 1})  # fmt: skip


def suggest_figure(plot: SuggestPlot, palette: Palette) -> "Figure":
    """The plot with its title, for files."""
    figure = new_figure(palette, WIDTH, HEIGHT)
    axes = figure.add_subplot()
    draw_suggest(axes, plot, palette)
    write_titles(axes, palette, f"{plot.title}: size and score of {len(plot.tried):,} sets")
    return figure
