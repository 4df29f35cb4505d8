"""What a chart of the quantization debugger shows: one number of each layer over the operators, a panel a model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from inspector.analysis.debug_columns import METRIC_BY_KEY, Metric, metric_text
from inspector.analysis.quantization_debug import SUSPICIOUS, DebugLayer
from inspector.model.model import Array

HEADER = ("model", "series", "error", "operator", "op_name", "tensor_name")
"""The CSV's first columns; the metric's key follows."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerSeries:
    """The same metric of some layers; `places` are their x: operator indices, or positions where those are unknown."""

    name: str
    layers: tuple[DebugLayer, ...]

    @property
    def points(self) -> list[tuple[int, DebugLayer]]:
        """(x, layer); a layer without an operator has no place among others that have one."""
        unknown = all(layer.operator is None for layer in self.layers)
        if unknown:
            return list(enumerate(self.layers))
        return [(layer.operator, layer) for layer in self.layers if layer.operator is not None]

    @property
    def places(self) -> Array:
        """float64, one a point."""
        return np.array([place for place, _ in self.points], np.float64)

    def values(self, metric: Metric) -> Array:
        """float64, one a point; NaN where there is no number."""
        return np.array([_number(metric, layer) for _, layer in self.points], np.float64)

    def at(self, x: float) -> DebugLayer | None:
        """The layer that stands there."""
        return next((layer for place, layer in self.points if place == round(x)), None)


@dataclass(frozen=True, slots=True, eq=False)
class DebugPanel:
    """One model's part of the chart.

    `bars` are drawn as such, `behind` paler and wider behind them (the cumulative error behind the local one), `marks`
    as short lines over them (step 0, other models). `left_float`: operators that were left float; `count`: how many
    operators the axis has, at least. `by_operator`: x is an operator's index, else the position in the table.
    """

    title: str
    bars: LayerSeries
    behind: LayerSeries | None = None
    marks: tuple[LayerSeries, ...] = ()
    left_float: tuple[int, ...] = ()
    count: int = 0
    by_operator: bool = True

    @property
    def series(self) -> tuple[LayerSeries, ...]:
        return (self.bars, *((self.behind,) if self.behind is not None else ()), *self.marks)

    @property
    def last(self) -> int:
        """The largest x."""
        largest = max((int(each.places.max()) for each in self.series if each.layers), default=0)
        return max(largest, self.count - 1, *self.left_float, 0)

    @property
    def first(self) -> int:
        """The smallest x."""
        return min((int(each.places.min()) for each in self.series if each.layers), default=0)


@dataclass(frozen=True, slots=True, eq=False)
class DebugPlot:
    """`selected`: (panel, x) of what is highlighted."""

    metric: Metric
    panels: tuple[DebugPanel, ...]
    log: bool = False
    selected: tuple[int, int] | None = None

    @property
    def title(self) -> str:
        """ "rmse / scale by operator"."""
        by_operator = all(panel.by_operator for panel in self.panels)
        return f"{self.metric.title} by {'operator' if by_operator else 'layer'}"

    @property
    def op_names(self) -> tuple[str, ...]:
        """Those that have bars, most frequent first."""
        names = [layer.row.op_name for panel in self.panels for layer in panel.bars.layers]
        return tuple(sorted(dict.fromkeys(names), key=lambda name: -names.count(name)))

    @property
    def mark_names(self) -> tuple[str, ...]:
        """What the short lines are called, each once."""
        return tuple(dict.fromkeys(each.name for panel in self.panels for each in panel.marks))

    @property
    def header(self) -> tuple[str, ...]:
        return (*HEADER, self.metric.key)

    def rows(self) -> Iterator[tuple[str, str, str, int | None, str, str, float | int | None]]:
        """The CSV: every number that is drawn."""
        for panel in self.panels:
            for series in panel.series:
                for layer in series.layers:
                    yield (panel.title, series.name, layer.kind, layer.operator, layer.row.op_name,
                           layer.row.tensor_name, self.metric.value(layer))  # fmt: skip

    def layer_at(self, panel: int, x: float) -> DebugLayer | None:
        """The layer whose bar stands at `x`, or the one that a mark stands for where it was left float."""
        if not 0 <= panel < len(self.panels):
            return None
        return next((found for series in self.panels[panel].series if (found := series.at(x)) is not None), None)

    def describe(self, panel: int, x: float) -> str:
        """What stands at `x`, for a tooltip; "" where there is nothing."""
        layer = self.layer_at(panel, x)
        if layer is None:
            return ""
        shown = self.panels[panel]
        head = f"#{layer.operator} {layer.row.op_name}" if layer.operator is not None else layer.row.op_name
        lines = [head, layer.row.tensor_name.split(";")[0][:120]]
        for series in shown.series:
            if (found := series.at(x)) is not None:
                text = metric_text(self.metric.value(found)) or "none"
                lines.append(f"{series.name}: {self.metric.title} {text}{f' {self.metric.unit}'.rstrip()}")
        if round(x) in shown.left_float:
            lines.append("left float")
        if layer.doubt:
            lines.append(layer.doubt)
        return "\n".join(lines)

    @property
    def description(self) -> str:
        """The chart in words, for screen readers."""
        parts = []
        for panel in self.panels:
            values = panel.bars.values(self.metric)
            known = np.flatnonzero(np.isfinite(values))
            if not known.size:
                parts.append(f"{panel.title}: no numbers")
                continue
            top = int(known[np.argmax(values[known])])
            place, layer = panel.bars.points[top]
            largest = metric_text(self.metric.value(layer))
            parts.append(f"{panel.title}: {len(known)} layers, largest {largest} at #{place} {layer.row.op_name}")
        return f"{self.title}. " + "; ".join(parts) + "."


def debug_plot(panels: Sequence[DebugPanel], metric: str, log: bool = False) -> DebugPlot:
    """A plot of the metric with this key."""
    return DebugPlot(METRIC_BY_KEY[metric], tuple(panels), log)


def is_high(metric: Metric, value: float) -> bool:
    """Whether a value is suspicious: only rmse / scale has such a limit."""
    return any(limit == SUSPICIOUS and value > limit for limit, _ in metric.guides)


def _number(metric: Metric, layer: DebugLayer) -> float:
    value = metric.value(layer)
    return nan if value is None else float(value)
