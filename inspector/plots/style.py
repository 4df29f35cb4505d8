"""How every plot looks: colours from the palette, flat bars, pale grid; figures without pyplot, laid out in points."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, filterwarnings

from inspector.palette import Palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

DPI = 96
"""Dots an inch on a screen of ordinary density: what Qt counts points by."""

SMALL, TITLE = 8.5, 10.0
"""Font sizes in points."""


def use_font(family: str) -> None:
    """Writes plots in the window's font where matplotlib can find it, else in its own DejaVu Sans."""
    from matplotlib import font_manager, rcParams

    if family in font_manager.get_font_names():
        rcParams["font.family"] = [family, "DejaVu Sans"]


def new_figure(palette: Palette, width: float, height: float, dpi: float = DPI) -> "Figure":
    """An empty figure of width x height pixels at `dpi`, on the surface colour."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / dpi, height / dpi), dpi=dpi, facecolor=palette.surface, edgecolor="none")
    figure.set_layout_engine(_margins()())
    return figure


def style_axes(axes: "Axes", palette: Palette, x_label: str = "", y_label: str = "", y_grid: bool = True) -> None:
    """Gives axes the look: only the lower spine, horizontal grid lines, dim labels, numbers with a hyphen-minus."""
    axes.set_facecolor(palette.surface)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(palette.border)
    axes.spines["bottom"].set_linewidth(1.0)
    axes.tick_params(axis="both", color=palette.border, labelcolor=palette.dim, labelsize=SMALL, width=0.8)
    axes.tick_params(axis="y", length=0, which="both")
    axes.tick_params(axis="x", length=4)
    axes.set_axisbelow(True)
    if y_grid:
        axes.grid(True, axis="y", color=palette.row_line, linewidth=0.8)
    axes.set_xlabel(x_label, color=palette.dim, fontsize=SMALL)
    axes.set_ylabel(y_label, color=palette.dim, fontsize=SMALL)
    axes.margins(0)
    plain_numbers(axes.xaxis)
    plain_numbers(axes.yaxis)


def plain_numbers(axis: Any) -> None:
    """Tick labels as this program writes numbers, see `tick_text`."""
    from matplotlib.ticker import NullFormatter

    axis.set_major_formatter(_plain_formatter()())
    axis.set_minor_formatter(NullFormatter())


def make_logarithmic(axes: "Axes", low: float, high: float) -> None:
    """A logarithmic y axis from `low` to `high`, with plain numbers at powers of ten, and between where it is short."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axes.set_yscale("log")
    axes.set_ylim(low, high)
    between = (1.0,) if high / low > 50 else (1.0, 2.0, 5.0)
    axes.yaxis.set_major_locator(LogLocator(10, subs=between, numticks=7))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: tick_text(value, [value])))


@cache
def _plain_formatter() -> type:
    from matplotlib.ticker import Formatter

    class PlainNumbers(Formatter):
        def __call__(self, x: float, _pos: int | None = None) -> str:
            return tick_text(x, [x])

        def format_ticks(self, values: Any) -> list[str]:
            return [tick_text(value, values) for value in values]

    return PlainNumbers


def tick_text(value: float, ticks: Sequence[float]) -> str:
    """`value` with as many decimals as `ticks` need to differ: -0.25, 1,000; 2e-06 where that would be too long."""
    finite = sorted(tick for tick in ticks if isfinite(tick))
    largest = max((abs(tick) for tick in finite), default=abs(value))
    if value == 0:
        value = 0.0  # no "-0"
    if largest and (largest < 1e-4 or largest >= 1e7):
        return f"{value:.3g}"
    step = min((high - low for low, high in pairwise(finite) if high > low), default=largest or 1.0)
    for decimals in range(10):
        if all(abs(round(tick, decimals) - tick) <= step / 100 for tick in finite):
            return f"{value:,.{decimals}f}"
    return f"{value:.3g}"


def write(
    axes: "Axes", x: float, y: float, text: str, color: str, *, size: float = SMALL, transform: Any = None, **place: Any
) -> "Text":
    """Text as it stands: a "$" in a tensor's name starts no formula."""
    written = axes.text(
        x, y, text, color=color, fontsize=size, parse_math=False, transform=transform or axes.transData, **place
    )
    return written


def write_message(axes: "Axes", palette: Palette, message: str) -> None:
    """A sentence in the middle of empty axes: why nothing is drawn."""
    axes.set_axis_off()
    write(axes, 0.5, 0.5, message, palette.dim, size=9.5, transform=axes.transAxes, ha="center", va="center")


def mix(color: str, other: str, share: float) -> str:
    """`share` of `color`, the rest `other`, both "#RRGGBB"."""
    pairs = ((int(color[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02X}" for a, b in pairs)


def text_width(text: str, size: float) -> float:
    """The pixels (of an ordinary screen) of one line in `size` points."""
    from matplotlib import rcParams

    family = tuple(rcParams["font.family"])
    return sum(_letter_width(letter, family) for letter in text) * size / 72 * DPI


@cache
def _letter_width(letter: str, family: tuple[str, ...]) -> float:
    """The width of a letter as a share of the font's size."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    font = get_font(findfont(FontProperties(family=family)))
    font.set_size(100, 72)
    with no_glyph_warnings():
        return float(font.load_char(ord(letter)).linearHoriAdvance / 65536 / 100)


def elide(text: str, room: float, size: float) -> str:
    """`text` with "…" in its middle where it is wider than `room` pixels in `size` points."""
    if text_width(text, size) <= room:
        return text
    for kept in range(len(text) - 1, 1, -1):
        shorter = text[: (kept + 1) // 2] + "…" + text[len(text) - kept // 2 :]
        if text_width(shorter, size) <= room:
            return shorter
    return "…"


def figure_bytes(figure: "Figure", suffix: str) -> bytes:
    """The figure as the bytes of a "png", "svg" or "pdf" file; PNG at twice the screen's density.

    The same figure gives the same bytes: no date, no random ids.
    """
    from matplotlib import rc_context

    target = BytesIO()
    metadata: dict[str, Any] = {"Date": None} if suffix == "svg" else {"CreationDate": None} if suffix == "pdf" else {}
    with rc_context({"svg.hashsalt": "tflite-inspector", "svg.fonttype": "path"}), no_glyph_warnings():
        figure.savefig(
            target, format=suffix, dpi=2 * DPI if suffix == "png" else DPI, metadata=metadata,
            facecolor=figure.get_facecolor(),
        )  # fmt: skip
    return target.getvalue()


@contextmanager
def no_glyph_warnings() -> Iterator[None]:
    """In here a name in a script that no font here can write is drawn as boxes, without a warning."""
    with catch_warnings():
        filterwarnings("ignore", message="Glyph .* missing from")
        yield


@cache
def _margins() -> type:
    """A layout engine: axes fill the figure but for what their labels need; one pass, about 10 ms."""
    from matplotlib.layout_engine import LayoutEngine

    class Margins(LayoutEngine):
        _adjust_compatible = True
        _colorbar_gridspec = False

        def execute(self, fig: Any) -> None:
            for axes in fig.axes:
                if axes.axison and axes.get_subplotspec() is not None:
                    _fill(fig, axes)

    return Margins


def axes_width(axes: "Axes") -> float:
    """About how many pixels (of an ordinary screen) axes are wide between their tick labels and their right end."""
    width = _cell(axes)[2] * axes.get_figure(root=True).get_figwidth() * DPI  # type: ignore[union-attr]
    return max(width - 75, 50)


def axes_height(axes: "Axes") -> float:
    """About how many pixels (of an ordinary screen) axes are high above their tick labels."""
    height = _cell(axes)[3] * axes.get_figure(root=True).get_figheight() * DPI  # type: ignore[union-attr]
    return max(height - 60, 30)


def _cell(axes: Any) -> tuple[float, float, float, float]:
    """The part of the figure that axes share with their labels: left, bottom, width, height, from 0 to 1."""
    spec = axes.get_subplotspec()
    grid = spec.get_gridspec()
    widths, heights = grid.get_width_ratios(), grid.get_height_ratios()
    left, right = (sum(widths[:end]) / sum(widths) for end in (spec.colspan.start, spec.colspan.stop))
    top, bottom = (sum(heights[:end]) / sum(heights) for end in (spec.rowspan.start, spec.rowspan.stop))
    return left, 1 - bottom, right - left, bottom - top


def _fill(figure: Any, axes: Any) -> None:
    """Places axes in their cell so that tick labels, axis labels and title just fit."""
    cell = _cell(axes)
    width, height = figure.bbox.width, figure.bbox.height
    point = figure.dpi / 72
    left, bottom, right = 40 * point, 34 * point, 12 * point
    top = (30 if axes.get_title(loc="left") else 8) * point

    def place() -> None:
        inner_width, inner_height = cell[2] * width - left - right, cell[3] * height - top - bottom
        if inner_width > 10 and inner_height > 10:
            x, y = cell[0] * width + left, cell[1] * height + bottom
            axes.set_position((x / width, y / height, inner_width / width, inner_height / height))

    place()
    beside, below = axes.yaxis.get_tightbbox(None), axes.xaxis.get_tightbbox(None)
    if beside is not None:
        left = axes.bbox.x0 - beside.x0 + 6 * point
    if below is not None:
        bottom = axes.bbox.y0 - below.y0 + 5 * point
    place()
