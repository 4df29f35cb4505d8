"""Any two .tflite files of a model, activation by activation: of each quantization, and what can't be compared."""

from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.analysis.quantization_debug import DebugLayer, debug_result
from inspector.datasets.choice import DataChoice
from inspector.errors import DataError, JobError, UsageError
from inspector.formats import open_model
from inspector.formats.layer_csv import read_layer_csv
from inspector.jobs.activation_errors import compare_activations
from inspector.jobs.activation_runner import ActivationRunner
from inspector.jobs.options import CompareActivationsOptions, QuantizeOptions, from_dict, to_dict
from inspector.jobs.quantize import quantize
from inspector.jobs.scratch import Scratch
from tests.builders import ModelBuilder
from tests.conftest import SAMPLES

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]
DIGITS = DataChoice(str(SAMPLES / "digits.npz"), arrays=(("", "x_test"),), samples=20)
CALIBRATION = DataChoice(str(SAMPLES / "digits.npz"), arrays=(("", "x_calibration"),), samples=40)
FLOAT = SAMPLES / "digits_cnn.float32.tflite"
RECIPES = ("dynamic_range", "float16", "int8_float_io", "int8", "uint8", "int16x8")
STEPS = ["CONV_2D", "CONV_2D", "MAX_POOL_2D", "RESHAPE", "FULLY_CONNECTED", "FULLY_CONNECTED", "SOFTMAX"]


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("variants")
    options = QuantizeOptions(source=str(FLOAT), recipes=RECIPES, output_folder=str(folder), data=CALIBRATION)
    scratch = Scratch(folder, "test")
    assert quantize(options, lambda fraction, message: None, scratch.make())["failed"] == []
    return folder


def compare(reference: Path, candidate: Path, data: DataChoice = DIGITS, **options: Any) -> dict[str, Any]:
    chosen = CompareActivationsOptions(reference=str(reference), candidate=str(candidate), data=data, **options)
    assert from_dict(CompareActivationsOptions, to_dict(chosen)) == chosen
    return compare_activations(chosen, lambda fraction, message: None, Path())


def layers(variants: Path, recipe: str) -> tuple[DebugLayer, ...]:
    path = variants / f"digits_cnn.float32.{recipe}.tflite"
    return debug_result(recipe, compare(FLOAT, path), open_model(path)).pair


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_layer_of_every_variant_has_its_row_and_its_own_operator(variants: Path, recipe: str) -> None:
    found = layers(variants, recipe)
    assert [layer.row.op_name for layer in found] == STEPS
    model = open_model(variants / f"digits_cnn.float32.{recipe}.tflite")
    for layer in found:
        assert layer.operator is not None
        operator = model.subgraphs[0].operators[layer.operator]
        assert operator.op_name == layer.row.op_name and layer.row.tensor_idx == operator.outputs[0]
    floats = open_model(FLOAT).subgraphs[0]
    assert [layer.row.tensor_name for layer in found] == [floats.tensors[o.outputs[0]].name for o in floats.operators]


def test_a_dynamic_range_model_has_errors_but_no_scales(variants: Path) -> None:
    found = layers(variants, "dynamic_range")
    assert all(layer.row.scale is None and layer.rmse_over_scale is None for layer in found)
    assert found[-1].row.mean_squared_error > 0 and (found[-1].sqnr_db or 0) > 10


def test_int16_activations_have_65535_steps_and_less_error(variants: Path) -> None:
    fine, coarse = layers(variants, "int16x8"), layers(variants, "int8_float_io")
    assert {layer.levels for layer in fine} == {65_535} and {layer.levels for layer in coarse} == {255}
    assert fine[4].range == pytest.approx(65_535 * (fine[4].row.scale or 0))
    assert (fine[-1].sqnr_db or 0) > (coarse[-1].sqnr_db or 0) + 10


@pytest.mark.parametrize("recipe", ["int8", "uint8"])
def test_integer_inputs_are_given_the_same_samples(variants: Path, recipe: str) -> None:
    with_float_io = {layer.row.tensor_name: layer.rmse for layer in layers(variants, "int8_float_io")}
    for layer in layers(variants, recipe):
        assert layer.rmse == pytest.approx(with_float_io[layer.row.tensor_name], rel=1e-6)


def test_a_model_compared_with_itself_is_exact() -> None:
    told = compare(FLOAT, FLOAT)
    assert [row["mean_squared_error"] for row in told["pair"]["rows"]] == [0.0] * 7


def test_errors_are_those_of_plain_interpreters(variants: Path) -> None:
    """The last layer's, by hand: mean over samples of the sample's mean squared error, candidate minus reference."""
    from ai_edge_litert.interpreter import Interpreter

    path = variants / "digits_cnn.float32.int8_float_io.tflite"
    with np.load(SAMPLES / "digits.npz") as data:
        images = data["x_test"].astype(np.float32)
    outputs = []
    for each in (FLOAT, path):
        interpreter = Interpreter(str(each), num_threads=1)
        interpreter.allocate_tensors()
        found = []
        for image in images:
            interpreter.set_tensor(interpreter.get_input_details()[0]["index"], image[None])
            interpreter.invoke()
            found.append(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]).astype(np.float64))
        outputs.append(np.array(found))
    errors = (outputs[1] - outputs[0]).reshape(len(images), -1)
    row = compare(FLOAT, path, DataChoice(DIGITS.path, DIGITS.arrays, samples=0))["pair"]["rows"][-1]
    assert sqrt(row["mean_squared_error"]) == pytest.approx(sqrt(np.mean(errors**2)), rel=1e-5)
    assert row["mean_error"] == pytest.approx(errors.mean(), rel=1e-4, abs=1e-9)
    assert row["max_abs_error"] == pytest.approx(np.abs(errors).max(axis=1).mean(), rel=1e-5)


def test_the_csv_is_written_and_not_replaced_without_consent(variants: Path, tmp_path: Path) -> None:
    path = tmp_path / "pair.csv"
    told = compare(FLOAT, variants / "digits_cnn.float32.int8.tflite", output=str(path))
    assert told["csv"] == {"pair": str(path)} and len(read_layer_csv(path)) == 7
    with pytest.raises(UsageError, match="exists"):
        compare(FLOAT, variants / "digits_cnn.float32.int8.tflite", output=str(path))


def chain(path: Path, *names: str, inputs: int = 1, size: int = 2) -> Path:
    b = ModelBuilder()
    given = [b.tensor(f"in{number}", [1, size]) for number in range(inputs)]
    last = given[0]
    for name in names:
        made = b.tensor(name, [1, size])
        b.operator("RELU", [last], [made])
        last = made
    return b.inputs(*given).outputs(last).write(path)


def test_what_can_t_be_compared_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(JobError, match=r"Keras file: only \.tflite files have activations"):
        compare(FLOAT, SAMPLES / "digits_cnn.h5")
    two = chain(tmp_path / "two.tflite", "a", inputs=2)
    with pytest.raises(JobError, match="has other inputs than"):
        compare(chain(tmp_path / "one.tflite", "a"), two)
    with pytest.raises(JobError, match="has other inputs than"):
        compare(FLOAT, chain(tmp_path / "other.tflite", size=7))
    b = ModelBuilder()
    x, y = b.tensor("x", [1, 8, 8, 1]), b.tensor("y", [4], "INT32")
    b.operator("SHAPE", [x], [y], b.options("ShapeOptions"))
    with pytest.raises(JobError, match="no activation in common"):
        compare(FLOAT, b.inputs(x).outputs(y).write(tmp_path / "shape.tflite"))


def test_samples_that_don_t_fit_are_a_sentence(tmp_path: Path) -> None:
    np.save(tmp_path / "wrong.npy", np.zeros((3, 5), np.float32))
    with pytest.raises(DataError):
        compare(FLOAT, FLOAT, DataChoice(str(tmp_path / "wrong.npy")))


def test_a_model_that_can_t_be_run_is_a_sentence() -> None:
    with pytest.raises(JobError, match=r"odd\.tflite can't be run here"):
        ActivationRunner(b"no model", "odd.tflite")


def test_with_xnnpack_every_activation_is_what_it_is_without() -> None:
    """XNNPACK may compute several operators at once: their values between must be there all the same."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    with np.load(SAMPLES / "digits.npz") as data:
        image = data["x_test"][:1].astype(np.float32)
    runner = ActivationRunner(FLOAT.read_bytes(), FLOAT.name)
    runner.run([image])
    plain = Interpreter(
        str(FLOAT), experimental_preserve_all_tensors=True,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )  # fmt: skip
    plain.allocate_tensors()
    plain.set_tensor(plain.get_input_details()[0]["index"], image)
    plain.invoke()
    for operator in open_model(FLOAT).operators():
        ours, theirs = runner.values(operator.outputs[0]), plain.get_tensor(operator.outputs[0])
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5 * float(np.abs(theirs).max()))
