"""What the tests of plots draw, and how they ask what was drawn."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from inspector.model import Quantization, QuantizationTable, Subgraph, Tensor, TensorColumns
from inspector.model.graph import OperatorColumns
from inspector.model.tensor_types import TYPE_BY_NAME
from inspector.palette import Palette, palette
from inspector.plots.channel_plot import ChannelPlot
from inspector.plots.histogram_plot import HistogramPlot
from inspector.plots.style import new_figure

LIGHT, DARK = palette("light"), palette("dark")


def histogram(**fields: Any) -> HistogramPlot:
    """Four bins of an INT8 tensor: 1, 4, 3, 2 elements from -1 to 1."""
    given: dict[str, Any] = {
        "name": "conv/kernel", "type_name": "INT8", "edges": np.array([-1, -0.5, 0, 0.5, 1.0]),
        "counts": np.array([1, 4, 3, 2]), "mean": 0.1, "std": 0.25, "limits": (-1.28, 1.27), "label": "T#3",
    }  # fmt: skip
    return HistogramPlot(**(given | fields))


def channels(count: int = 3, **fields: Any) -> ChannelPlot:
    """`count` channels whose levels stand for -128 x scale to 127 x scale; scale 0.01, 0.02, ..."""
    scale = np.arange(1, count + 1) / 100
    given: dict[str, Any] = {
        "name": "conv/kernel", "type_name": "INT8", "dimension": 0, "min": -100 * scale, "max": 90 * scale,
        "mean": 0 * scale, "std": 30 * scale, "scale": scale, "zero_point": np.zeros(1, int), "lowest": -128 * scale,
        "highest": 127 * scale, "range_title": "127 × scale",
    }  # fmt: skip
    return ChannelPlot(**(given | fields))


def drawn(draw: Callable[[Axes], object], colors: Palette = LIGHT, width: int = 620, height: int = 260) -> Axes:
    """Axes on which `draw` drew, rendered once so that everything has its place."""
    figure = new_figure(colors, width, height)
    axes = figure.add_subplot()
    draw(axes)
    render(figure)
    return axes


def render(figure: Figure) -> None:
    FigureCanvasAgg(figure).draw()


def texts(axes: Axes) -> list[str]:
    """What is written into the axes."""
    return [text.get_text() for text in axes.texts]


def tick_labels(axis: Any) -> list[str]:
    """The labels of the ticks in sight."""
    low, high = sorted(axis.get_view_interval())
    return [label.get_text() for label in axis.get_majorticklabels() if low <= _place(label, axis) <= high]


def _place(label: Any, axis: Any) -> float:
    return float(label.get_position()[0 if axis.axis_name == "x" else 1])


def lines_at(axes: Axes) -> list[float]:
    """Where vertical lines stand."""
    return [float(line.get_xdata()[0]) for line in axes.lines if len(set(line.get_xdata())) == 1]


def dashed_at(axes: Axes) -> list[float]:
    return [float(line.get_xdata()[0]) for line in axes.lines if line.get_linestyle() == "--"]


def tensor(type_name: str, shape: tuple[int, ...], quantization: Quantization | None = None, name: str = "w") -> Tensor:
    """A tensor without values."""
    table = QuantizationTable.empty(1) if quantization is None else QuantizationTable(
        quantization.scale, np.array([0, quantization.scale.size]), quantization.zero_point,
        np.array([0, quantization.zero_point.size]), np.array([quantization.quantized_dimension], np.int32),
    )  # fmt: skip
    columns = TensorColumns([name], [TYPE_BY_NAME[type_name]], [shape], [None], ["constant"], [1], [1], table)
    return Subgraph(0, "", columns, OperatorColumns([], [], [])).tensors[0]


def quantized(scale: Any, zero_point: Any = 0, dimension: int = 0) -> Quantization:
    return Quantization(
        np.atleast_1d(np.asarray(scale, np.float32)), np.atleast_1d(np.asarray(zero_point, np.int64)), dimension
    )
