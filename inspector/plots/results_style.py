"""How results charts tell schemes apart: a colour from the types a scheme stores, and a shape, for eyes without it."""

from collections.abc import Iterable, Sequence
from math import ceil
from typing import TYPE_CHECKING, Any

from inspector.analysis.pipeline_rows import SHARES
from inspector.analysis.resampling import BETTER, WORSE
from inspector.analysis.variants import RECIPE_LABELS
from inspector.model.text import percent_text
from inspector.palette import Palette
from inspector.plots.style import SMALL, mix, tick_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLORS = {
    "float32": ("FLOAT32", 1.0), "float16": ("FLOAT16", 1.0), "dynamic_range": ("INT32", 1.0),
    "int8_float_io": ("FLOAT16", 0.75), "int8": ("INT8", 1.0), "uint8": ("UINT8", 1.0), "int16x8": ("INT16", 1.0),
    "weight_only_int8": ("INT8", 0.55), "dynamic_int4": ("INT4", 1.0), "sparse": ("FLOAT32", 0.6),
    "sparse_dynamic_range": ("INT32", 0.6),
}  # fmt: skip
"""Recipe -> (type, how much of its colour; the rest is the ground's)."""
_MARKERS = ("o", "s", "D", "p", "h", "X", "P", "*", "<", ">", "d")


def scheme_color(recipe: str, palette: Palette) -> str:
    name, share = _COLORS.get(recipe, ("other", 1.0))
    return mix(palette.type_color(name), palette.surface, share)


def scheme_marker(recipe: str) -> str:
    """matplotlib's name of a shape; no arrow heads, which say better and worse."""
    order = list(RECIPE_LABELS)
    return _MARKERS[order.index(recipe) % len(_MARKERS)] if recipe in order else "."


def score_axis(axis: Any, metric: str) -> None:
    """Ticks as the tables write the score: percent for a share."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    if metric in SHARES:
        axis.set_major_formatter(FuncFormatter(lambda value, _at: percent_text(value).replace(".0 %", " %")))
    else:
        axis.set_major_formatter(FuncFormatter(lambda value, _at: tick_text(value, axis.get_majorticklocs())))


def limits(metric: str, values: Sequence[float]) -> tuple[float, float]:
    """The lowest and highest score on an axis, with some room, a share within 0 and 1."""
    low, high = min(values), max(values)
    room = max(0.08 * (high - low), 0.005 if metric in SHARES else 1e-3 * max(abs(high), 1e-6))
    low, high = low - room, high + room
    return (max(low, -room), min(high, 1 + room)) if metric in SHARES else (low, high)


def add_scheme_legend(axes: "Axes", recipes: Sequence[str], palette: Palette, verdicts: Iterable[str] = ()) -> None:
    """A row of shapes above the axes, at the right; and what the arrows of `verdicts` say."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], marker=scheme_marker(each), color=scheme_color(each, palette), linestyle="none", markersize=6,
               label=RECIPE_LABELS.get(each, each) or "as it is")
        for each in recipes
    ]  # fmt: skip
    said = set(verdicts)
    handles += [
        Line2D([], [], marker=shape, color=color, linestyle="none", markersize=5.5, label=word)
        for word, shape, color in ((BETTER, "^", palette.good), (WORSE, "v", palette.bad)) if word in said
    ]  # fmt: skip
    axes.legend(
        handles=handles, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(handles), frameon=False,
        fontsize=SMALL, labelcolor=palette.dim, handletextpad=0.2, columnspacing=1.1, borderaxespad=0.4,
    )  # fmt: skip


def columns_for(count: int, width: float, height: float) -> int:
    """How many columns give each of `count` panels in width x height pixels the most of a square."""

    def side(columns: int) -> float:
        return min(width / columns - 80, height / ceil(count / columns) - 60)

    return max(range(1, count + 1), key=side)
