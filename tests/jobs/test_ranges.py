"""The task ranges: activations beside a plain interpreter's, scores with clipped weights beside hand-made ones."""

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.analysis.activation_range import activation_ranges
from inspector.analysis.weight_clipping import weight_clippings
from inspector.datasets.choice import DataChoice
from inspector.errors import JobError, UsageError
from inspector.jobs.ranges import ranges
from inspector.jobs.repair_options import RangesOptions
from tests.builders import ModelBuilder
from tests.conftest import SAMPLES

FLOAT = SAMPLES / "digits_cnn.float32.tflite"
DATA = DataChoice(str(SAMPLES / "digits.npz"), arrays=(("", "x_calibration"),), samples=30)
TEST = DataChoice(str(SAMPLES / "digits.npz"), arrays=(("", "x_test"),), samples=0, labels="y_test")


def measured(folder: Path, source: Path = FLOAT, **options: Any) -> dict[str, Any]:
    options = {"data": DATA, **options}
    result = ranges(RangesOptions(source=str(source), **options), lambda _share, _message: None, folder)
    return json.loads(json.dumps(result))  # type: ignore[no-any-return]


def plain_activations() -> dict[int, np.ndarray]:
    """Every tensor of every sample, by an interpreter without XNNPACK."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        interpreter = Interpreter(
            str(FLOAT), experimental_preserve_all_tensors=True,
            experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        )  # fmt: skip
    interpreter.allocate_tensors()
    with np.load(SAMPLES / "digits.npz") as data:
        rows = np.sort(np.random.default_rng(0).choice(len(data["x_calibration"]), 30, replace=False))
        samples = data["x_calibration"][rows].reshape(30, 1, 8, 8, 1).astype(np.float32)
    found: dict[int, list[np.ndarray]] = {}
    for sample in samples:
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], sample)
        interpreter.invoke()
        for each in interpreter.get_tensor_details():
            if each["dtype"] == np.float32:
                found.setdefault(each["index"], []).append(interpreter.get_tensor(each["index"]).ravel())
    return {index: np.concatenate(values).astype(np.float64) for index, values in found.items()}


def test_each_activation_has_the_numbers_of_a_plain_interpreter(tmp_path: Path) -> None:
    result = measured(tmp_path)
    found, plain = activation_ranges(result), plain_activations()
    assert result["samples"] == 30 and result["weights"] is None and result["model"] == FLOAT.name
    assert [each.op_name for each in found] == [
        "", "CONV_2D", "CONV_2D", "MAX_POOL_2D", "RESHAPE", "FULLY_CONNECTED", "FULLY_CONNECTED", "SOFTMAX",
    ]  # fmt: skip
    assert [each.operator for each in found] == [None, 0, 1, 2, 3, 4, 5, 6]
    for each in found:
        values = plain[each.tensor]
        assert each.elements * 30 == values.size
        told = (each.min, each.max, each.mean, each.sigma)
        assert told == pytest.approx((values.min(), values.max(), values.mean(), values.std()), rel=1e-4, abs=1e-6)
        assert each.histogram.counts.sum() == values.size
        assert [clipping.kind for clipping in each.clippings] == ["minmax", "sigma", "percentile", "percentile"]
    loud = min(found, key=lambda each: each.levels_3_sigma)
    assert (loud.operator, loud.op_name) in ((1, "CONV_2D"), (4, "FULLY_CONNECTED"))


def test_clipping_the_weights_is_scored_by_fake_quantization(tmp_path: Path) -> None:
    result = measured(tmp_path, evaluation=TEST, weight_sigmas=(3.0, 1.0, 0.1))
    rows = weight_clippings(result)
    assert [row.title for row in rows] == ["float", "int8", "int8, 3 sigma", "int8, 1 sigma", "int8, 0.1 sigma"]
    assert result["weights"]["kind"] == "accuracy" and result["weights"]["samples"] == 500
    assert rows[0].score == 0.98 and rows[0].rmse == 0 and rows[0].closeness == 1.0
    assert rows[1].score >= 0.97 and rows[1].clipped == 0 and rows[1].rmse > 0
    assert rows[1].rmse < rows[2].rmse < rows[3].rmse < rows[4].rmse
    assert rows[2].clipped < rows[3].clipped < rows[4].clipped and rows[4].score < 0.9
    coarse = weight_clippings(measured(tmp_path, evaluation=TEST, weight_sigmas=(), weight_bits=2))
    assert [row.title for row in coarse] == ["float", "int2"] and coarse[1].score < rows[1].score


def test_what_has_no_float_activations_is_told(tmp_path: Path) -> None:
    builder = ModelBuilder()
    source, made = builder.tensor("in", [1, 4], "INT32"), builder.tensor("out", [1, 4], "INT32")
    builder.operator("ABS", [source], [made])
    path = builder.inputs(source).outputs(made).write(tmp_path / "whole.tflite")
    with pytest.raises(JobError, match="has no float activations"):
        measured(tmp_path, path, data=DataChoice("random", samples=2))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"sigmas": (0.0,)}, "0 sigma is no range"),
        ({"weight_sigmas": (-1.0,)}, "-1 sigma is no range"),
        ({"percentiles": (20.0,)}, "20 % is no range"),
        ({"weight_bits": 9}, "can't have 9 bits"),
    ],
)
def test_ranges_that_are_none_are_told(options: Any, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        RangesOptions(source="a", data=DATA, **options)
