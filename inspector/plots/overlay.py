"""Two variants of a tensor in one histogram: the reference filled, the other as a line over it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from inspector.model.text import number_text, percent_text
from inspector.palette import Palette
from inspector.plots.histogram_axes import EMPTY, count_axis, visible_edges, x_ticks
from inspector.plots.style import axes_width, mix, new_figure, style_axes, write_message
from inspector.plots.weight_figure import HEIGHT, WIDTH, write_titles

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from inspector.analysis.comparison import ComparedTensor, Comparison, PairError
    from inspector.analysis.pair_histogram import PairHistogram

Array = np.ndarray[Any, np.dtype[Any]]

FILLED = 0.45
"""How much of its type's colour the reference's bars have, so that a line of the same type stands out."""


@dataclass(frozen=True, slots=True, eq=False)
class OverlayPlot:
    """`labels` and `type_names` are of (reference, other): ("ORG", "DRQ"), ("FLOAT32", "INT8")."""

    name: str
    labels: tuple[str, str]
    type_names: tuple[str, str]
    histogram: "PairHistogram"
    note: str = ""
    """What stands at the right above a plot in a file: "SQNR 48.4 dB"."""

    @property
    def header(self) -> tuple[str, ...]:
        """The CSV's first line."""
        return ("low", "high", *self.labels)

    @property
    def legend(self) -> tuple[str, str]:
        """ "ORG FLOAT32, filled", "DRQ INT8, line": for the header of a card."""
        ways = zip(self.labels, self.type_names, ("filled", "line"), strict=True)
        first, second = (f"{label} {type_name}, {way}" for label, type_name, way in ways)
        return first, second

    def rows(self) -> Iterator[tuple[float, float, int, int]]:
        """The CSV: low, high, count of the reference, count of the other."""
        edges, shown = self.histogram.edges.tolist(), self.histogram
        yield from zip(edges[:-1], edges[1:], shown.counts.tolist(), shown.other_counts.tolist(), strict=True)

    def describe(self, x: float) -> str:
        """What stands at `x`, for a tooltip; "" outside."""
        edges = self.histogram.edges
        if not edges[0] <= x <= edges[-1]:
            return ""
        place = min(int(np.searchsorted(edges, x, side="right")) - 1, len(edges) - 2)
        lines = [f"{number_text(float(edges[place]))} … {number_text(float(edges[place + 1]))}"]
        for label, counts in zip(self.labels, (self.histogram.counts, self.histogram.other_counts), strict=True):
            share = percent_text(float(counts[place]) / max(int(counts.sum()), 1))
            lines.append(f"{label}: {int(counts[place]):,} ({share})")
        return "\n".join(lines)


def overlay_plot(
    comparison: "Comparison",
    row: "ComparedTensor",
    place: int,
    histogram: "PairHistogram",
    error: "PairError | None" = None,
) -> OverlayPlot:
    """The plot of a row's tensor in the reference and in variant `place`, which both must have; `error` is the row's
    own where it is measured."""
    before, after = row.tensors[comparison.reference], row.tensors[place]
    assert before is not None
    assert after is not None
    error = error or row.errors[place]
    note = "" if error is None else "exact" if error.exact else f"SQNR {error.sqnr_db:.1f} dB"
    labels = comparison.variants[comparison.reference].label, comparison.variants[place].label
    return OverlayPlot(row.name, labels, (before.type.name, after.type.name), histogram, note)


def draw_overlay(axes: "Axes", plot: OverlayPlot, palette: Palette, log: bool = False) -> None:
    """Bars of the reference, a stepped line of the other, each in its type's colour."""
    histogram = plot.histogram
    if not histogram.counts.sum() and not histogram.other_counts.sum():
        write_message(axes, palette, "No finite values to show.")
        return
    style_axes(axes, palette, "real value", "elements")
    pixels = axes_width(axes)
    low, high = float(histogram.edges[0]), float(histogram.edges[-1])
    if low == high:
        low, high = low - 0.5, high + 0.5
    pad = (high - low) * 12 / max(pixels - 24, 50)
    low, high = low - pad, high + pad
    axes.set_xlim(low, high)
    x_ticks(axes, low, high, pixels, False)
    count_axis(axes, int(max(histogram.counts.max(), histogram.other_counts.max())), log)
    edges = visible_edges(histogram.edges, (high - low) / pixels)
    before, after = (palette.type_color(name) for name in plot.type_names)
    counts, others = (np.maximum(c, EMPTY) if log else c for c in (histogram.counts, histogram.other_counts))
    base = EMPTY if log else 0
    axes.stairs(
        counts, edges, baseline=base, fill=True, color=mix(before, palette.surface, FILLED), linewidth=0, zorder=2,
        label=plot.legend[0],
    )  # fmt: skip
    line = after if after != before else mix(after, palette.text, 0.55)
    axes.stairs(others, edges, baseline=base, color=line, linewidth=1.4, zorder=3, label=plot.legend[1])


def overlay_figure(plot: OverlayPlot, palette: Palette, log: bool = False) -> "Figure":
    """The plot with its title and legend, for files."""
    figure = new_figure(palette, WIDTH, HEIGHT)
    axes = figure.add_subplot()
    draw_overlay(axes, plot, palette, log)
    write_titles(
        axes, palette, plot.name, ";  ".join((*plot.legend, plot.note)) if plot.note else ";  ".join(plot.legend)
    )
    return figure
