"""What follows from the debugger's rows, and which operator each is about."""

import json
from math import inf, isclose, log10, sqrt
from pathlib import Path

import pytest

from inspector.analysis.quantization_debug import (
    DEBUG_COLUMNS,
    IDEAL,
    METRICS,
    SUSPICIOUS,
    DebugLayer,
    debug_layers,
    debug_result,
    layer_table,
    map_to_operators,
)
from inspector.formats import open_model
from inspector.model import Model
from inspector.model.layer_table import LayerRow, LayerTable
from tests.builders import ModelBuilder


def row(op_name: str, name: str, square: float = 0.0, scale: float | None = 0.5) -> LayerRow:
    return LayerRow(op_name, 7, 10, sqrt(square), 0.0, 1.0, square, scale, 3, name)


def model(path: Path, *steps: tuple[str, str]) -> Model:
    """A chain of operators with named outputs, from a float input; quantized as its converters say."""
    b = ModelBuilder()
    last = first = b.tensor("input", [1, 4])
    kind = "FLOAT32"
    for op_name, name in steps:
        kind = {"QUANTIZE": "INT8", "DEQUANTIZE": "FLOAT32"}.get(op_name, kind)
        made = b.tensor(name, [1, 4], kind, **({"scale": 0.5} if kind == "INT8" else {}))
        b.operator(op_name, [last], [made])
        last = made
    return open_model(b.inputs(first).outputs(last).write(path))


@pytest.fixture
def delivered(tmp_path: Path) -> Model:
    """As TensorFlow makes it: the output's name belongs to what DEQUANTIZE gives."""
    return model(
        tmp_path / "m.tflite", ("QUANTIZE", "input_q"), ("RELU", "a"), ("LOGISTIC", "b"), ("SOFTMAX", "out1"),
        ("DEQUANTIZE", "out"),
    )  # fmt: skip


def test_the_output_behind_dequantize_is_its_producer_s(delivered: Model) -> None:
    rows = [row("RELU", "a"), row("LOGISTIC", "b"), row("SOFTMAX", "out")]
    assert map_to_operators(rows, delivered) == (1, 2, 3)


def test_a_name_that_tensorflow_cut_a_digit_off_is_found(tmp_path: Path) -> None:
    made = model(tmp_path / "m.tflite", ("QUANTIZE", "q"), ("RELU", "conv1"), ("RELU", "conv2"), ("TANH", "x"))
    assert map_to_operators([row("RELU", "conv"), row("RELU", "conv2"), row("TANH", "x1")], made) == (1, 2, 3)


def test_names_that_mean_nothing_are_placed_by_the_order_of_operators(delivered: Model) -> None:
    rows = [row("RELU", "a"), row("LOGISTIC", "other"), row("SOFTMAX", "out")]
    assert map_to_operators(rows, delivered) == (1, 2, 3)
    rows = [row("RELU", "a"), row("TANH", "other"), row("SOFTMAX", "out")]
    assert map_to_operators(rows, delivered) == (1, None, 3)


@pytest.mark.parametrize("name", ["activation", "activation;conv"])
def test_an_activation_function_that_was_fused_is_at_its_operator(tmp_path: Path, name: str) -> None:
    """The debug model keeps RELU apart; the delivered one has it inside CONV_2D, whose sum before it is not there."""
    b = ModelBuilder()
    x, y = b.tensor("x", [1, 2, 2, 1], "INT8", scale=0.5), b.tensor(name, [1, 2, 2, 1], "INT8", scale=0.5)
    b.operator("CONV_2D", [x], [y], b.options("Conv2DOptions", fusedActivationFunction=1))
    made = open_model(b.inputs(x).outputs(y).write(tmp_path / "m.tflite"))
    assert map_to_operators([row("CONV_2D", "conv"), row("RELU", "activation")], made) == (None, 0)
    assert map_to_operators([row("TANH", "activation")], made) == (None,)


def test_in_a_repaired_model_the_index_stays_that_of_the_first_step(delivered: Model) -> None:
    rows = [row("RELU", "a"), row("SOFTMAX", "out")]  # LOGISTIC is left float: it has no row
    assert map_to_operators(rows, delivered) == (1, 3)
    told = {"local": {"rows": LayerTable(tuple(rows)).records(), "operators": [1, 5], "tensors": ["a", "out"]},
            "left_float": ["b"], "samples": 4, "calibration_key": "k"}  # fmt: skip
    result = debug_result("step 1", json.loads(json.dumps(told)), delivered)
    assert [layer.operator for layer in result.local] == [1, 3]
    assert result.float_operators == (2,)
    assert result.left_float == ("b",)
    assert (result.samples, result.calibration_key, result.kinds) == (4, "k", ("local",))


def test_a_pair_s_operators_are_the_candidate_s_own(delivered: Model) -> None:
    told = {"pair": {"rows": LayerTable((row("RELU", "a"),)).records(), "operators": [9], "tensors": ["a"]}}
    assert debug_result("pair", told, delivered).pair[0].operator == 9


def test_an_empty_model_has_no_operators_for_rows(tmp_path: Path) -> None:
    assert map_to_operators([row("RELU", "a")], model(tmp_path / "m.tflite")) == (None,)


def test_derived_numbers_are_those_of_the_guide() -> None:
    layer = DebugLayer(row("RELU", "a", square=0.09, scale=0.5), levels=255, signal=9.0)
    assert isclose(layer.rmse_over_scale or 0, 0.6)
    assert layer.range == 127.5
    assert isclose(layer.sqnr_db or 0, 10 * log10(9.0 / 0.09))
    assert not layer.suspicious
    assert isclose(IDEAL, 0.288675, abs_tol=1e-6) and SUSPICIOUS == 0.7


def test_a_layer_without_error_is_exact_and_one_without_scale_has_no_steps() -> None:
    exact = DebugLayer(row("RESHAPE", "a"), signal=1.0)
    assert exact.sqnr_db == inf and exact.rmse_over_scale == 0.0
    plain = DebugLayer(row("ADD", "a", 1.0, scale=None))
    assert plain.rmse_over_scale is None and plain.range is None and plain.sqnr_db is None
    assert not plain.suspicious
    for layer in (exact, plain):
        assert all(isinstance(column.display(layer), str) for column in DEBUG_COLUMNS)


def test_int16_has_65535_steps_in_its_range() -> None:
    records = LayerTable((row("ADD", "a"),), {"bits": (16.0,), "mean_squared_value": (4.0,), "mine": (1.0,)}).records()
    layer = debug_layers(LayerTable.from_records(records))[0]
    assert (layer.levels, layer.signal, dict(layer.extra)) == (65_535, 4.0, {"mine": 1.0})
    table = layer_table([layer], extra=True)
    assert {name: tuple(values) for name, values in table.extra.items()} == {
        "mine": (1.0,), "mean_squared_value": (4.0,), "bits": (16.0,),
    }  # fmt: skip
    assert list(layer_table([layer]).extra) == ["mine"]


def test_the_worst_layer_is_the_one_with_most_steps() -> None:
    told = {
        "local": {
            "rows": LayerTable((row("ADD", "a", 1.0), row("ADD", "b", 4.0), row("ADD", "c", 99.0, None))).records()
        }
    }
    worst = debug_result("m", told).worst("local")
    assert worst is not None and worst.row.tensor_name == "b"


def test_the_ten_metrics_are_there_with_a_sentence_each() -> None:
    assert [metric.key for metric in METRICS] == [
        "rmse_over_scale", "num_elements", "stddev", "mean_error", "max_abs_error", "mean_squared_error", "scale",
        "zero_point", "range", "sqnr_db",
    ]  # fmt: skip
    assert all(metric.tip.endswith(".") for metric in METRICS)
    averaged = [metric for metric in METRICS if metric.key in ("stddev", "mean_error", "mean_squared_error")]
    assert all("averaged over the samples" in metric.tip for metric in averaged)
