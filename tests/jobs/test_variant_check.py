"""Variants are looked at before they are delivered: weights lost, float left over, not to be run, not finite."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.errors import JobError
from inspector.formats import open_model
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.recipes import recipe
from inspector.jobs.variant_check import check_variant
from inspector.jobs.variant_run import run_once, stored
from inspector.jobs.variant_verdict import float_operators
from tests.builders import ModelBuilder
from tests.conftest import SAMPLES


def dense(path: Path, weights: np.ndarray, *operators: str) -> Path:
    """A dense layer, then operators of one input."""
    b = ModelBuilder()
    x = b.tensor("x", [1, weights.shape[1]])
    w = b.tensor("w", weights.shape, data=weights)
    y = b.tensor("y", [1, weights.shape[0]])
    b.operator("FULLY_CONNECTED", [x, w, -1], [y], b.options("FullyConnectedOptions"))
    for name in operators:
        source, y = y, b.tensor(name.lower(), [1, weights.shape[0]])
        b.operator(name, [source], [y])
    path.write_bytes(b.inputs(x).outputs(y).finish())
    return path


def check(path: Path, recipe_id: str, sample: Any = None, **options: Any) -> list[str]:
    chosen = QuantizeOptions(source="m.h5", recipes=(recipe_id,), output_folder=".", **options)
    return check_variant(path, recipe(recipe_id), chosen, sample)


def test_a_sound_variant_has_nothing_to_tell() -> None:
    assert check(SAMPLES / "digits_cnn.float32.tflite", "float32") == []


def test_a_variant_that_kept_its_float_weights_says_how_many(tmp_path: Path) -> None:
    small = dense(tmp_path / "small.tflite", np.ones((4, 8), np.float32))
    assert check(small, "dynamic_range") == ["0 of 1 weight tensor quantized: all are smaller than 1,024 elements."]
    assert check(small, "weight_only_int8") == [
        "0 of 1 weight tensor quantized; the others stay as they are: 1 FLOAT32."
    ]
    assert check(small, "float16") == [
        "0 of 1 weight tensor stored as FLOAT16; the others stay as they are: 1 FLOAT32."
    ]
    large = dense(tmp_path / "large.tflite", np.ones((40, 80), np.float32))
    assert check(large, "dynamic_range") == ["0 of 1 weight tensor quantized; the others stay as they are: 1 FLOAT32."]


def test_a_sparse_variant_without_zeros_left_out_says_so(tmp_path: Path) -> None:
    path = dense(tmp_path / "dense.tflite", np.ones((40, 80), np.float32))
    assert check(path, "sparse") == ["0 of 1 weight tensor stored without zeros: the model is not pruned enough."]


def test_weights_that_the_converter_lost_are_noticed(tmp_path: Path) -> None:
    b = ModelBuilder()
    x, handle, y = b.tensor("x", [1, 4]), b.tensor("handle", [], "RESOURCE"), b.tensor("y", [1, 4])
    b.operator("VAR_HANDLE", [], [handle], b.options("VarHandleOptions"))
    b.operator("READ_VARIABLE", [handle], [y])
    path = tmp_path / "lost.tflite"
    path.write_bytes(b.inputs(x).outputs(y).finish())
    with pytest.raises(JobError, match="left the weights out"):
        check(path, "float32")


def test_operators_that_stay_float_fail_a_full_integer_recipe_unless_allowed(tmp_path: Path) -> None:
    path = dense(tmp_path / "float.tflite", np.ones((4, 8), np.float32), "SIN", "SIN")
    assert dict(float_operators(open_model(path))) == {"FULLY_CONNECTED": 1, "SIN": 2}
    with pytest.raises(JobError, match=r"stay float: FULLY_CONNECTED, SIN \(2\)\. Allow float fallback"):
        check(path, "int8_float_io")
    notes = check(path, "int8_float_io", float_fallback=True)
    assert notes[0] == "Stays float: FULLY_CONNECTED, SIN (2). Integer-only devices can't run this variant."


def test_weights_that_are_not_finite_are_named_as_the_reason(tmp_path: Path) -> None:
    weights = np.ones((4, 8), np.float32)
    weights[1, 2] = np.nan
    path = dense(tmp_path / "nan.tflite", weights)
    with pytest.raises(JobError, match="the weights w hold NaN or infinity"):
        check(path, "int8_float_io")


def test_a_variant_that_cannot_be_run_is_not_delivered(tmp_path: Path) -> None:
    b = ModelBuilder()
    x, y = b.tensor("x", [1, 4]), b.tensor("y", [1, 4])
    b.operator("MyOwnOperator", [x], [y])
    path = tmp_path / "custom.tflite"
    path.write_bytes(b.inputs(x).outputs(y).finish())
    with pytest.raises(JobError, match=r"was made, but can't be run: .*MyOwnOperator"):
        check(path, "float32")


def test_a_variant_whose_result_is_not_finite_is_not_delivered(tmp_path: Path) -> None:
    path = dense(tmp_path / "nan.tflite", np.full((4, 8), np.nan, np.float32))
    with pytest.raises(JobError, match="the output y is not finite"):
        check(path, "float32")


def test_a_file_that_is_cut_short_is_not_delivered(tmp_path: Path) -> None:
    path = tmp_path / "cut.tflite"
    path.write_bytes((SAMPLES / "digits_cnn.float32.tflite").read_bytes()[:9000])
    with pytest.raises(JobError, match="what was made can't be read"):
        check(path, "float32")


def test_a_sample_of_the_users_is_what_the_variant_is_run_on(tmp_path: Path) -> None:
    path = dense(tmp_path / "sum.tflite", np.ones((2, 3), np.float32))
    run = run_once(path, [np.float32([[1, 2, 4]])])
    assert run.outputs["y"].tolist() == [[7, 7]] and run.note == ""
    infinite = [np.float32([[np.inf, 1, 1]])]
    with pytest.raises(JobError, match="not finite"):
        check(path, "float32", infinite)


def test_real_values_are_stored_as_the_input_takes_them() -> None:
    detail = {"dtype": np.int8, "quantization": (0.5, -3)}
    assert stored(np.float32([0, 1, 1000, -1000]), detail).tolist() == [-3, -1, 127, -128]
    assert stored(np.int32([5]), {"dtype": np.int32, "quantization": (0.0, 0)}).tolist() == [5]
