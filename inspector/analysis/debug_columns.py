"""The debugger's numbers as data: what a chart can show over the operators, and the columns of its table."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

from inspector.analysis.debug_layer import IDEAL, SUSPICIOUS, DebugLayer
from inspector.model.columns import Column
from inspector.model.text import number_text

_MEAN = "Computed for each debug sample, then averaged over the samples."


@dataclass(frozen=True, slots=True)
class Metric:
    """A number of a layer that a chart shows; `guides` are reference lines as (value, words). `log`: it is positive and
    spans decades, so that a logarithmic axis suits it."""

    key: str
    title: str
    value: Callable[[DebugLayer], float | None]
    tip: str
    unit: str = ""
    guides: tuple[tuple[float, str], ...] = ()
    log: bool = True


METRICS: tuple[Metric, ...] = (
    Metric("rmse_over_scale", "rmse / scale", lambda layer: layer.rmse_over_scale,
           "The root of mean_squared_error, in steps of the output's scale. Rounding alone gives 0.2887 (1/√12); above "
           "0.7 a layer is worth a look. 0 by construction where a layer only moves values (local error of pools and "
           "reshapes).", "steps", ((IDEAL, "0.2887 ideal"), (SUSPICIOUS, "0.7 suspicious"))),
    Metric("num_elements", "num_elements", lambda layer: layer.row.num_elements,
           "Elements of the layer's output for one sample."),
    Metric("stddev", "stddev", lambda layer: layer.row.stddev,
           f"Standard deviation of the error over the output's elements. {_MEAN}", "real units"),
    Metric("mean_error", "mean_error", lambda layer: layer.row.mean_error,
           f"Mean of the error, dequantized minus float: away from 0, the layer is shifted. {_MEAN}", "real units",
           ((0.0, ""),), False),
    Metric("max_abs_error", "max_abs_error", lambda layer: layer.row.max_abs_error,
           "Mean over the samples of each sample's largest absolute error: not the largest of all samples.",
           "real units"),
    Metric("mean_squared_error", "mean_squared_error", lambda layer: layer.row.mean_squared_error,
           f"Mean of the squared error. {_MEAN}", "real units²"),
    Metric("scale", "scale", lambda layer: layer.row.scale,
           "The output's scale: one step of its integers, in real units. Not the weights' scales.", "real units"),
    Metric("zero_point", "zero_point", lambda layer: layer.row.zero_point,
           "The integer that stands for 0 in the output.", "", (), False),
    Metric("range", "range", lambda layer: layer.range,
           "From the lowest to the highest value the output can hold: 255 x scale for INT8, 65,535 x scale for INT16. "
           "A layer with a far larger range than the others is hard to quantize.", "real units"),
    Metric("sqnr_db", "SQNR", lambda layer: layer.sqnr_db,
           "10 log10 of the mean squared float value over mean_squared_error: 20 dB is an error of a tenth. Both are "
           "means over the samples. Not in TensorFlow's CSV.", "dB", (), False),
)  # fmt: skip
METRIC_BY_KEY = {metric.key: metric for metric in METRICS}


def metric_text(value: float | int | None) -> str:
    """As a table shows it: `0.3187`, `1.66e-02`, `12,544`, `exact` for infinite SQNR."""
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value:,}"
    if not isfinite(value):
        return "exact" if value > 0 else str(value)
    size = abs(value)
    if size and (size < 1e-2 or size >= 1e5):
        return f"{value:.2e}"
    return f"{value:.4f}"


def _metric_column(key: str, shown: bool = True) -> Column[DebugLayer]:
    metric = METRIC_BY_KEY[key]
    text = _steps_text if key == "rmse_over_scale" else metric_text
    return Column(key, metric.title, metric.value, lambda layer: text(metric.value(layer)), "number", metric.tip,
                  shown=shown)  # fmt: skip


def _steps_text(value: float | None) -> str:
    return "" if value is None else f"{value:,.4f}"


DEBUG_COLUMNS: tuple[Column[DebugLayer], ...] = (
    Column("operator", "#", lambda layer: layer.operator, style="number",
           tip="Index of the operator in the delivered model, the same as in Operators; in a history of repairs, in "
           "the model of step 0."),
    Column("op_name", "op_name", lambda layer: layer.row.op_name, style="mono",
           tip="The operator that computes the quantized output."),
    Column("tensor_name", "Tensor", lambda layer: layer.row.tensor_name, style="mono",
           tip="The output's name: what selective quantization is told to leave float."),
    Column("kind", "Error", lambda layer: layer.kind, shown=False,
           tip="local: the layer in float and in integers, both from the quantized outputs before it. cumulative: a "
           "float run of the whole model beside the quantized run. pair: two files, tensor by tensor."),
    _metric_column("rmse_over_scale"),
    _metric_column("max_abs_error"),
    _metric_column("mean_error", False),
    _metric_column("stddev", False),
    _metric_column("mean_squared_error", False),
    Column("scale", "scale", lambda layer: layer.row.scale, lambda layer: number_text(layer.row.scale), "number",
           METRIC_BY_KEY["scale"].tip),
    Column("zero_point", "zero_point", lambda layer: layer.row.zero_point, style="number",
           tip=METRIC_BY_KEY["zero_point"].tip),
    _metric_column("range", False),
    _metric_column("sqnr_db", False),
    _metric_column("num_elements", False),
    Column("tensor_idx", "tensor_idx", lambda layer: layer.row.tensor_idx, style="number", shown=False,
           tip="The output's index in the model with the debugger's operators, not in the delivered one."),
)  # fmt: skip
