"""LiteRT's quantizer: true ranges, TensorFlow's scales, and sentences for what it can't do."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.errors import Cancelled, DataError, JobError
from inspector.formats import open_model
from inspector.jobs.activation_ranges import activation_ranges
from inspector.jobs.litert_backend import litert_ranges, quantize_with_litert
from inspector.jobs.litert_recipes import litert_rules
from inspector.jobs.recipes import RECIPES
from tests.builders import ModelBuilder
from tests.conftest import SAMPLES

pytest.importorskip("litert_quantizer", reason="LiteRT's quantizer is not installed")

MADE = [each for each in RECIPES if "litert" in each.from_tflite]


class Given:
    """Samples of one input, or of several."""

    def __init__(self, **arrays: np.ndarray) -> None:
        self.arrays = arrays

    @property
    def count(self) -> int:
        return len(next(iter(self.arrays.values())))

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        for row in range(self.count):
            yield {name: array[row : row + 1] for name, array in self.arrays.items()}


def quiet(_fraction: float | None, _message: str) -> None:
    """Progress that nobody follows."""


@pytest.fixture(scope="module")
def digits() -> dict[str, np.ndarray]:
    with np.load(SAMPLES / "digits.npz") as stored:
        return dict(stored)


@pytest.fixture(scope="module")
def content() -> bytes:
    return (SAMPLES / "digits_cnn.float32.tflite").read_bytes()


def dense(weights: np.ndarray, *, names: tuple[str, str] = ("x", "y"), **fields: Any) -> bytes:
    """y = x . weights^T, without a signature."""
    b = ModelBuilder()
    rows, columns = weights.shape
    x, w = b.tensor(names[0], [1, columns], **fields), b.tensor("w", [rows, columns], data=weights)
    y = b.tensor(names[1], [1, rows])
    b.operator("FULLY_CONNECTED", [x, w, -1], [y], b.options("FullyConnectedOptions"))
    return b.inputs(x).outputs(y).finish()


def accuracy(path: Path, x: np.ndarray, y: np.ndarray) -> float:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    source, result = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    hits = 0
    for sample, label in zip(x, y, strict=True):
        values = sample[None]
        if source["dtype"] != np.float32:
            scale, zero_point = source["quantization"]
            limits = np.iinfo(source["dtype"])
            values = np.clip(np.round(values / scale + zero_point), limits.min, limits.max)
        interpreter.set_tensor(source["index"], values.astype(source["dtype"]))
        interpreter.invoke()
        hits += int(interpreter.get_tensor(result["index"]).argmax() == label)
    return hits / len(y)


def test_ranges_are_the_true_minima_and_maxima():
    weights = np.random.default_rng(0).normal(size=(3, 8)).astype(np.float32)
    x = np.random.default_rng(1).normal(size=(50, 8)).astype(np.float32)
    ranges = activation_ranges(dense(weights), Given(x=x), quiet, {"x", "y"})
    y = x @ weights.T
    assert set(ranges) == {"x", "y"}
    assert ranges["x"] == (x.min(), x.max())
    assert np.allclose(ranges["y"], (y.min(), y.max()), rtol=1e-6)


@pytest.mark.filterwarnings("ignore:.*experimental_preserve_all_tensors:UserWarning")
def test_the_library_by_itself_would_clip(content, digits):
    """Its moving average never reaches the maximum; should that change, our own run is not needed any more."""
    from litert_quantizer.quantizer import Quantizer

    samples = digits["x_calibration"][:100]
    quantizer = Quantizer(content)
    quantizer.load_quantization_recipe(litert_rules("int8"))
    own = quantizer.calibrate({"serving_default": [{"image": sample[None]} for sample in samples]})
    ours = litert_ranges(content, Given(image=samples), quiet)
    wide = next(name for name in ours if "wide" in name)
    assert float(np.max(own[wide]["max"])) < 0.9 * ours[wide][1]


@pytest.mark.parametrize("recipe", MADE, ids=[each.id for each in MADE])
def test_every_recipe_makes_what_it_says(content, digits, tmp_path, recipe):
    samples = Given(image=digits["x_calibration"]) if recipe.calibrated else None
    path = tmp_path / "made.tflite"
    path.write_bytes(quantize_with_litert(content, recipe.id, samples, quiet))
    model = open_model(path)
    assert [each.type.name for each in (*model.inputs(), *model.outputs())] == [recipe.io, recipe.io]
    assert recipe.weights in {each.type.name for each in model.tensors() if each.role == "weights"}
    assert recipe.activations in {each.type.name for each in model.tensors() if not each.has_data}
    lost = 0.14 if recipe.activations == "INT8" else 0.05  # the sample's loud units cost int8 activations that much
    assert accuracy(path, digits["x_test"], digits["y_test"]) > 0.98 - lost


def test_int16_inputs_where_asked_for(content, digits, tmp_path):
    samples = Given(image=digits["x_calibration"][:10])
    path = tmp_path / "made.tflite"
    path.write_bytes(quantize_with_litert(content, "int16x8", samples, quiet, integer_io=True))
    model = open_model(path)
    assert [each.type.name for each in (*model.inputs(), *model.outputs())] == ["INT16", "INT16"]


def test_one_calibration_serves_all_recipes(content, digits):
    samples = Given(image=digits["x_calibration"][:20])
    ranges = litert_ranges(content, samples, quiet)
    for recipe_id in ("int8", "int16x8"):
        shared = quantize_with_litert(content, recipe_id, None, quiet, ranges=ranges)
        assert shared == quantize_with_litert(content, recipe_id, samples, quiet)


@pytest.mark.tensorflow
@pytest.mark.parametrize("recipe_id", ["int8", "int8_float_io", "uint8", "int16x8"])
def test_scales_are_tensorflows(content, digits, tmp_path, recipe_id):
    from inspector.jobs.tflite_backend import Calibrated

    samples = digits["x_calibration"][:100]
    calibrated = Calibrated(content, lambda: ([sample[None]] for sample in samples))
    io = {"int8": "INT8", "uint8": "UINT8"}.get(recipe_id, "FLOAT32")
    made = calibrated.int16x8("FLOAT32", False) if recipe_id == "int16x8" else calibrated.int8(io)
    (tmp_path / "tf.tflite").write_bytes(made)
    (tmp_path / "litert.tflite").write_bytes(quantize_with_litert(content, recipe_id, Given(image=samples), quiet))
    theirs, ours = open_model(tmp_path / "tf.tflite"), open_model(tmp_path / "litert.tflite")
    assert [each.op_name for each in ours.operators()] == [each.op_name for each in theirs.operators()]
    for one, other in zip(ours.operators(), theirs.operators(), strict=True):
        for mine, their in zip((*one.inputs, *one.outputs), (*other.inputs, *other.outputs), strict=True):
            mine, their = ours.subgraphs[0].tensors[mine], theirs.subgraphs[0].tensors[their]
            assert (mine.type.name, mine.shape) == (their.type.name, their.shape)
            if mine.quantization is not None and their.quantization is not None:
                assert np.allclose(mine.quantization.scale, their.quantization.scale, rtol=1e-6)
                assert np.array_equal(mine.quantization.zero_point, their.quantization.zero_point)
            if mine.has_data and mine.type.is_integer:
                assert np.abs(ours.values(mine).astype(int) - theirs.values(their).astype(int)).max() <= 1
    x, y = digits["x_test"], digits["y_test"]
    accuracies = [accuracy(tmp_path / f"{name}.tflite", x, y) for name in ("tf", "litert")]
    assert abs(accuracies[0] - accuracies[1]) <= 0.005


def test_small_weights_stay_float_in_dynamic_range_as_with_tensorflow(tmp_path):
    for rows, expected in ((15, "FLOAT32"), (16, "INT8")):
        weights = np.random.default_rng(0).normal(size=(rows, 64)).astype(np.float32)
        path = tmp_path / "made.tflite"
        path.write_bytes(quantize_with_litert(dense(weights), "dynamic_range", None, quiet))
        assert next(each for each in open_model(path).tensors() if each.name == "w").type.name == expected


def test_tensors_of_the_same_name_get_names_of_their_own(tmp_path):
    weights = np.random.default_rng(0).normal(size=(32, 64)).astype(np.float32)
    samples = Given(x=np.random.default_rng(1).random((4, 64)).astype(np.float32))
    path = tmp_path / "made.tflite"
    path.write_bytes(quantize_with_litert(dense(weights, names=("w", "w")), "int8", samples, quiet))
    assert sorted(each.name for each in open_model(path).tensors()) == ["w", "w_1", "w_2"]


def test_an_open_batch_is_run_with_the_samples_batch(tmp_path):
    weights = np.ones((32, 64), np.float32)
    content = dense(weights, shapeSignature=np.array([-1, 64], np.int32))
    ranges = activation_ranges(content, Given(x=np.ones((3, 64), np.float32)), quiet, {"x", "y"})
    assert ranges == {"x": (1.0, 1.0), "y": (64.0, 64.0)}


def test_several_inputs_go_by_name():
    b = ModelBuilder()
    left, right, total = (b.tensor(name, [1, 4]) for name in ("left", "right", "total"))
    b.operator("SUB", [left, right], [total], b.options("SubOptions"))
    content = b.inputs(left, right).outputs(total).finish()
    three, one = np.full((2, 4), 3, np.float32), np.ones((2, 4), np.float32)
    assert activation_ranges(content, Given(right=one, left=three), quiet, {"total"})["total"] == (2.0, 2.0)
    with pytest.raises(DataError, match=r'no input "middle"\. Its inputs: left, right'):
        activation_ranges(content, Given(middle=one, left=three), quiet, set())


def test_the_calibration_says_how_far_it_is_and_stops_when_told(content, digits):
    said: list[tuple[float | None, str]] = []

    def progress(fraction: float | None, message: str) -> None:
        said.append((fraction, message))
        if len(said) == 3:
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        litert_ranges(content, Given(image=digits["x_calibration"][:10]), progress)
    assert said == [(0.0, "Calibrating 1 of 10"), (0.1, "Calibrating 2 of 10"), (0.2, "Calibrating 3 of 10")]


def test_what_nobody_computes_has_no_range(tmp_path):
    """Its memory holds anything, NaN too."""
    b = ModelBuilder()
    x, w = b.tensor("x", [1, 64]), b.tensor("w", [32, 64], data=np.ones((32, 64), np.float32))
    y, _nobody = b.tensor("y", [1, 32]), b.tensor("nobody", [1, 4])
    b.operator("FULLY_CONNECTED", [x, w, -1], [y], b.options("FullyConnectedOptions"))
    content = b.inputs(x).outputs(y).finish()
    assert set(litert_ranges(content, Given(x=np.ones((2, 64), np.float32)), quiet)) == {"x", "y"}


def test_ranges_inside_branches_are_not_guessed():
    b = ModelBuilder()
    chosen, x, y = b.tensor("chosen", [1], "BOOL"), b.tensor("x", [1, 4]), b.tensor("y", [1, 4])
    b.operator("IF", [chosen, x], [y], b.options("IfOptions", thenSubgraphIndex=1, elseSubgraphIndex=1))
    b.inputs(chosen, x).outputs(y)
    b.subgraph("same")
    inner, outer = b.tensor("inner", [1, 4]), b.tensor("outer", [1, 4])
    b.operator("RELU", [inner], [outer])
    content = b.inputs(inner).outputs(outer).finish()
    with pytest.raises(JobError, match="operator IF, which runs other subgraphs"):
        litert_ranges(content, Given(chosen=np.ones(1, bool), x=np.ones((1, 4), np.float32)), quiet)


def test_what_it_cannot_do_is_a_sentence(content, digits, tmp_path):
    image = digits["x_calibration"][:2]
    with pytest.raises(JobError, match="LiteRT's quantizer does not make sparse"):
        quantize_with_litert(content, "sparse", None, quiet)
    with pytest.raises(DataError, match="int8 needs calibration data"):
        quantize_with_litert(content, "int8", None, quiet)
    with pytest.raises(DataError, match="no calibration samples"):
        quantize_with_litert(content, "int8", Given(image=image[:0]), quiet)
    with pytest.raises(DataError, match="does not fit the model's inputs"):
        quantize_with_litert(content, "int8", Given(image=np.ones((2, 9, 7, 1), np.float32)), quiet)
    with pytest.raises(DataError, match="lead to NaN or infinity"):
        quantize_with_litert(content, "int8", Given(image=image * np.float32("nan")), quiet)
    quantized = quantize_with_litert(content, "int8", Given(image=image), quiet)
    with pytest.raises(JobError, match="quantized already"):
        quantize_with_litert(quantized, "dynamic_range", None, quiet)
    with pytest.raises(JobError, match="FLOAT16 weights"):
        quantize_with_litert(quantize_with_litert(content, "float16", None, quiet), "int8", Given(image=image), quiet)


@pytest.mark.parametrize(
    ("recipe_id", "theirs"),
    [
        ("dynamic_range", "dynamic_legacy_wi8_afp32"),
        ("dynamic_int4", "dynamic_wi4_afp32"),
        ("weight_only_int8", "weight_only_wi8_afp32"),
        ("int8", "static_wi8_ai8"),
        ("int16x8", "static_wi8_ai16"),
    ],
)
def test_our_rules_are_the_librarys_own_recipes(recipe_id, theirs):
    from litert_quantizer import recipe as recipes

    (expected,) = getattr(recipes, theirs)()
    expected["op_config"]["weight_tensor_config"].pop("block_size", None)
    assert litert_rules(recipe_id, integer_io=True) == [expected]
