"""A whole figure of one tensor's weights with titles and legend, for files; on screen the cards carry those."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from inspector.palette import Palette
from inspector.plots.channel_plot import ChannelPlot
from inspector.plots.histogram_plot import HistogramPlot
from inspector.plots.style import SMALL, TITLE, axes_width, elide, new_figure, text_width
from inspector.plots.weights import draw_channel_ranges, draw_channel_scales, draw_histogram

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 640, 320
"""Pixels of one plot in a file."""


@dataclass(frozen=True, slots=True)
class WeightFigure:
    """What to draw of one tensor. `channels` adds the plot per channel: ranges, or scales beside stored levels."""

    histogram: HistogramPlot
    note: str = ""
    channels: ChannelPlot | None = None
    log: bool = False

    def draw(self, palette: Palette) -> "Figure":
        """The figure, each plot under its title."""
        if self.channels is None:
            figure = new_figure(palette, WIDTH, HEIGHT)
            self._draw_histogram(figure.add_subplot(), palette)
            return figure
        figure = new_figure(palette, 2 * WIDTH, HEIGHT)
        left, right = figure.subplots(1, 2)
        self._draw_histogram(left, palette)
        if self.histogram.stored:
            draw_channel_scales(right, self.channels, palette, self.log)
            write_titles(right, palette, "Scale per channel")
        else:
            draw_channel_ranges(right, self.channels, palette)
            write_titles(right, palette, "Range per channel")
            _add_legend(right, self.channels, palette)
        return figure

    def _draw_histogram(self, axes: "Axes", palette: Palette) -> None:
        draw_histogram(axes, self.histogram, palette, self.log)
        write_titles(axes, palette, self.histogram.title, self.note)


def write_titles(axes: "Axes", palette: Palette, title: str, note: str = "") -> None:
    """A title at the left, elided where it has no room beside the note at the right."""
    room = axes_width(axes) - text_width(note, SMALL) - 16
    place: dict[str, Any] = {"pad": 12, "parse_math": False}
    axes.set_title(elide(title, room, TITLE), loc="left", color=palette.text, fontsize=TITLE, **place)
    if note:
        axes.set_title(note, loc="right", color=palette.dim, fontsize=SMALL, **place)


def _add_legend(axes: "Axes", plot: ChannelPlot, palette: Palette) -> None:
    handles, names = axes.get_legend_handles_labels()
    names = [plot.range_title if name == "range" else name for name in names]
    axes.legend(
        handles, names, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, frameon=False, fontsize=SMALL,
        labelcolor=palette.dim, handlelength=0.9, handleheight=0.9, handletextpad=0.5, columnspacing=1.4,
        borderaxespad=1.1,
    )  # fmt: skip
