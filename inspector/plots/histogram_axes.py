"""The axes under a histogram: ticks that fit, room above the highest bar, bars that can be seen."""

from typing import TYPE_CHECKING, Any

import numpy as np

from inspector.plots.style import axes_height, make_logarithmic, tick_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = np.ndarray[Any, np.dtype[Any]]

EMPTY = 0.5
"""Where a bar of no elements ends on a logarithmic axis: below 1."""

_LINE = 22  # pixels of a line of text above the highest bar


def x_ticks(axes: "Axes", low: float, high: float, pixels: float, integer: bool) -> None:
    """At most nine ticks, fewer where their numbers are long."""
    from matplotlib.ticker import MaxNLocator

    for most in range(9, 1, -1):
        locator = MaxNLocator(most, integer=integer, steps=[1, 2, 2.5, 5, 10])
        ticks = list(locator.tick_values(low, high))
        if pixels / most > 16 + 6.5 * max(len(tick_text(tick, ticks)) for tick in ticks):
            break
    axes.xaxis.set_major_locator(locator)


def visible_edges(edges: Array, pixel: float) -> Array:
    """Bars of a single value keep a width of three pixels."""
    if edges[-1] - edges[0] >= 3 * pixel:
        return edges
    middle = float(edges[0] + edges[-1]) / 2
    return np.linspace(middle - 1.5 * pixel, middle + 1.5 * pixel, edges.size)


def count_axis(axes: "Axes", largest: int, log: bool) -> None:
    """The axis of counts, with room for labels above the highest bar."""
    from matplotlib.ticker import MaxNLocator

    head = 1 / (1 - _LINE / max(axes_height(axes), 3 * _LINE))
    if log:
        make_logarithmic(axes, EMPTY, EMPTY * (max(float(largest), 2.0) / EMPTY) ** head)
    else:
        axes.yaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 2.5, 5, 10]))
        axes.set_ylim(0, largest * head)
