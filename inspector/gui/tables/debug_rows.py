"""The Debugger's table: a row an operator, its error now and in step 0, and whether it is ticked to stay float."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from inspector.analysis.debug_columns import METRIC_BY_KEY, Metric, metric_text
from inspector.analysis.quantization_debug import CUMULATIVE, DEBUG_COLUMNS, DebugLayer
from inspector.gui.repairs import Repairs
from inspector.gui.tables.row_source import RowSource
from inspector.model.columns import Column

TICK, OPERATOR = "tick", "operator"
"""Styles of cells: a box to tick, an operator's type as a chip."""

_COLUMNS = {column.key: column for column in DEBUG_COLUMNS}
OPTIONAL = ("scale", "max_abs_error", "zero_point", "first", "cumulative")
"""What is shown only where there is room, the most wanted first."""


@dataclass(frozen=True, slots=True, eq=False)
class DebugRow:
    """`layer` is None where the operator was left float; `first` is step 0's, `other` the other error's."""

    place: int
    layer: DebugLayer | None
    first: DebugLayer | None = None
    other: DebugLayer | None = None
    left_float: bool = False

    @property
    def known(self) -> DebugLayer:
        """What says the operator's type and name."""
        found = self.layer or self.first or self.other
        assert found is not None
        return found


def debug_rows(repairs: Repairs, kind: str) -> list[DebugRow]:
    """The shown step's rows, those that step 0 has and it has not, too."""
    step = repairs.shown
    now, first = repairs.layers(step, kind), repairs.layers(0, kind)
    other = repairs.layers(step, CUMULATIVE) if kind != CUMULATIVE else {}
    left = set(repairs.step.left)
    return [
        DebugRow(place, now.get(place), first.get(place), other.get(place), place in left or place not in now)
        for place in sorted(now | first)
    ]


def debug_source(
    rows: Sequence[DebugRow], metric: str, ticked: set[int], can_tick: bool, steps: bool
) -> RowSource[DebugRow]:
    """`ticked` is looked at whenever a cell is painted; `steps`: step 0 has a column of its own."""
    chosen = METRIC_BY_KEY[metric]
    columns: list[Column[DebugRow]] = []
    if can_tick:
        columns.append(Column("tick", "Float", lambda row: row.place in ticked,
                              lambda row: "float" if row.place in ticked else "", style=TICK,
                              tip="Ticked: stays float when it is quantized again (Space)."))  # fmt: skip
    columns += [
        Column("operator", "#", lambda row: row.known.operator if row.known.operator is not None else row.place,
               style="number", tip="Index of the operator in step 0's quantized model."),
        Column("op_name", "op_name", lambda row: row.known.row.op_name, style=OPERATOR),
        Column("name", "Tensor", lambda row: row.known.row.tensor_name, style="mono",
               tip="The operator's output, which selective quantization goes by."),
        Column("metric", chosen.title, lambda row: _value(chosen, row.layer),
               lambda row: "float" if row.left_float else _shown(chosen, row.layer),
               style="number", tip=chosen.tip),
    ]  # fmt: skip
    if steps:
        columns.append(_other_column("first", "step 0", chosen, lambda row: row.first, "In step 0"))
    columns.append(_other_column("cumulative", "cumulative", chosen, lambda row: row.other, "The cumulative error's"))
    columns += [_layer_column(column) for column in DEBUG_COLUMNS if column.style == "number"
                and column.key not in (metric, "operator")]  # fmt: skip
    return RowSource(rows, columns, identity=lambda row: row.place, tips={"metric": _tip(chosen)})


def _value(metric: Metric, layer: DebugLayer | None) -> float | int | None:
    return None if layer is None else metric.value(layer)


def _shown(metric: Metric, layer: DebugLayer | None) -> str:
    """As the metric's own column writes it."""
    return "" if layer is None else _COLUMNS[metric.key].display(layer)


def _other_column(
    key: str, title: str, metric: Metric, layer_of: Callable[[DebugRow], DebugLayer | None], words: str
) -> Column[DebugRow]:
    return Column(key, title, lambda row: _value(metric, layer_of(row)),
                  lambda row: _shown(metric, layer_of(row)), style="number",
                  tip=f"{words} {metric.title}. {metric.tip}", shown=key == "first")  # fmt: skip


def _layer_column(column: Column[DebugLayer]) -> Column[DebugRow]:
    """The same of a row's layer; what quantization chose (scale, zero_point) is step 0's where it was left float."""
    stays = column.key in ("scale", "zero_point")

    def layer_of(row: DebugRow) -> DebugLayer | None:
        return row.layer or (row.first if stays else None)

    return Column(
        column.key, column.title.replace("_", " ") if column.key == "max_abs_error" else column.title,
        lambda row: None if (layer := layer_of(row)) is None else column.value(layer),
        lambda row: "" if (layer := layer_of(row)) is None else column.display(layer),
        style=column.style, tip=column.tip, shown=column.shown and column.key != "rmse_over_scale",
    )  # fmt: skip


def _tip(metric: Metric) -> Callable[[DebugRow], str]:
    def tip(row: DebugRow) -> str:
        if row.left_float:
            return "Left float: nothing was quantized here."
        layer = row.known
        return "\n".join(part for part in (f"{metric.title} {metric_text(_value(metric, layer))} {metric.unit}".strip(),
                                           layer.doubt) if part)  # fmt: skip

    return tip


def largest(rows: Sequence[DebugRow], metric: str) -> float:
    """What fills a cell's bar."""
    chosen = METRIC_BY_KEY[metric]
    values = (_value(chosen, row.layer) for row in rows)
    return max((abs(value) for value in values if value is not None and abs(value) < float("inf")), default=0.0)


def op_names(layers: Mapping[int, DebugLayer]) -> list[str]:
    """The types of operators, in the order they come."""
    return list(dict.fromkeys(layer.row.op_name for layer in layers.values()))
