"""Sources of every kind: SavedModel folders, Keras files with code or custom classes, models that can't be made."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.datasets.choice import DataChoice
from inspector.errors import JobError, ModelFileError
from inspector.formats import open_model
from inspector.jobs.provenance import read_provenance, sha256_of
from tests import keras_builders
from tests.conftest import SAMPLES
from tests.jobs.test_quantize import DIGITS, make

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]
RANDOM = DataChoice("random", samples=10)


def saved_model(folder: Path, function: Any, *shape: int | None, signature: str = "serving_default") -> Path:
    """`function` of one float32 input `x` as a SavedModel."""
    import tensorflow as tf

    module = tf.Module()
    module.weights = tf.Variable(np.random.default_rng(0).normal(size=(64, 32)).astype(np.float32))
    spec = tf.TensorSpec(list(shape), tf.float32, name="x")
    module.call = tf.function(lambda x: {"y": function(x, module.weights)}, input_signature=[spec])
    tf.saved_model.save(module, str(folder), signatures={signature: module.call})
    return folder


def test_a_saved_model_folder_gives_the_same_variants(tmp_path: Path) -> None:
    import keras

    folder = tmp_path / "digits_cnn"
    keras.models.load_model(SAMPLES / "digits_cnn.h5", compile=False).export(str(folder), verbose=False)
    recipes = ("float32", "dynamic_range", "float16", "int8", "int16x8")
    result = make(folder, tmp_path / "saved", *recipes, data=DIGITS)
    make(SAMPLES / "digits_cnn.h5", tmp_path / "keras", *recipes, data=DIGITS)
    assert result["failed"] == []
    for each in result["variants"]:
        ours, other = open_model(each["path"]), open_model(tmp_path / "keras" / Path(each["path"]).name)
        assert [t.type.name for t in ours.tensors()] == [t.type.name for t in other.tensors()]
        assert [o.op_name for o in ours.operators()] == [o.op_name for o in other.operators()]
        assert ours.inputs()[0].shape == (1, 8, 8, 1)
        told = read_provenance(each["path"])
        assert told is not None and told.source == str(folder) and told.source_sha256 == sha256_of(folder)


@pytest.mark.parametrize("batch", ["fixed", "dynamic"])
def test_the_batch_of_a_saved_model_is_fixed_or_stays_open(batch: str, tmp_path: Path) -> None:
    source = saved_model(tmp_path / "source", lambda x, w: x @ w, None, 64, signature="predict")
    result = make(source, tmp_path / "out", "float32", "int8", data=RANDOM, batch=batch)
    for each in result["variants"]:
        tensor = open_model(each["path"]).inputs()[0]
        assert (tensor.shape_signature or tensor.shape)[0] == (1 if batch == "fixed" else -1)


def test_a_folder_that_is_no_saved_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"without saved_model\.pb"):
        make(tmp_path, tmp_path / "out", "float32")


def test_a_damaged_saved_model_and_one_without_a_clear_signature_are_named(tmp_path: Path) -> None:
    import tensorflow as tf

    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "saved_model.pb").write_bytes(b"no protocol buffer")
    with pytest.raises(ModelFileError, match="broken is damaged, or no SavedModel"):
        make(broken, tmp_path / "out", "float32")
    module = tf.Module()
    spec = tf.TensorSpec([None, 4], tf.float32, name="x")
    module.one = tf.function(lambda x: {"y": x + 1}, input_signature=[spec])
    module.two = tf.function(lambda x: {"y": x + 2}, input_signature=[spec])
    tf.saved_model.save(module, str(tmp_path / "none"))
    tf.saved_model.save(module, str(tmp_path / "two"), signatures={"one": module.one, "two": module.two})
    with pytest.raises(JobError, match="none has no signature"):
        make(tmp_path / "none", tmp_path / "out", "float32")
    with pytest.raises(JobError, match=r"two has 2 signatures \(one, two\)"):
        make(tmp_path / "two", tmp_path / "out", "float32")


def test_mixed_precision_is_told_apart_from_missing_operators(tmp_path: Path) -> None:
    import keras

    layers = [keras.layers.Dense(8, dtype="mixed_float16"), keras.layers.Dense(2, dtype="mixed_float16")]
    keras.Sequential([keras.Input((4,)), *layers]).save(tmp_path / "mixed.keras")
    with pytest.raises(JobError, match="computes with FLOAT16"):
        make(tmp_path / "mixed.keras", tmp_path / "out", "float32")


def test_operators_that_the_format_does_not_have_are_named(tmp_path: Path) -> None:
    import tensorflow as tf

    source = saved_model(tmp_path / "source", lambda x, w: tf.linalg.det(tf.reshape(x, (1, 8, 8))), 1, 64)
    with pytest.raises(JobError, match="TensorFlow Lite does not have: MatrixDeterminant"):
        make(source, tmp_path / "out", "float32", "dynamic_range")
    assert not (tmp_path / "out").exists()


def test_full_integer_is_strict_unless_float_fallback_is_allowed(tmp_path: Path) -> None:
    import tensorflow as tf

    source = saved_model(tmp_path / "source", lambda x, w: tf.sin(x @ w), 1, 64)
    with pytest.raises(JobError, match="have no integer form and stay float: SIN"):
        make(source, tmp_path / "out", "int8", data=RANDOM)
    with pytest.raises(JobError, match="16-bit activations are not possible with SIN"):
        make(source, tmp_path / "out", "int16x8", data=RANDOM)
    result = make(source, tmp_path / "out", "int8", "int16x8", data=RANDOM, float_fallback=True)
    assert all("Stays float: SIN" in " ".join(each["notes"]) for each in result["variants"])


@pytest.mark.parametrize("layer", ["LSTM", "GRU"])
def test_loops_are_refused_before_they_take_the_worker_down(layer: str, tmp_path: Path) -> None:
    import keras

    model = keras.Sequential([keras.layers.Input((7, 5)), getattr(keras.layers, layer)(8), keras.layers.Dense(2)])
    model.save(tmp_path / "loop.keras")
    result = make(tmp_path / "loop.keras", tmp_path / "out", "float32", "dynamic_range", "int8", "int16x8", data=RANDOM)
    assert [each["recipe"] for each in result["variants"]] == ["float32", "dynamic_range"]
    assert all("has loops (WHILE)" in each["sentence"] for each in result["failed"]) and len(result["failed"]) == 2


def test_a_recurrent_layer_with_an_open_batch_asks_for_a_fixed_one(tmp_path: Path) -> None:
    import keras

    model = keras.Sequential([keras.layers.Input((7, 5)), keras.layers.LSTM(8), keras.layers.Dense(2)])
    model.save(tmp_path / "loop.keras")
    with pytest.raises(JobError, match="Choose batch size 1"):
        make(tmp_path / "loop.keras", tmp_path / "out", "float32", batch="dynamic")


def _with_lambda(path: Path, where: str) -> Path:
    import keras

    if where == "activation":
        layer = keras.layers.Dense(4, activation=lambda value: value * 2, name="double")
    else:
        layer = keras.layers.Lambda(lambda value: value * 2, output_shape=(4,), name="double")
    inner = keras.Sequential([keras.Input((4,)), layer]) if where == "inside" else layer
    keras.Sequential([keras.Input((4,)), inner, keras.layers.Dense(3)]).save(path)
    return path


@pytest.mark.parametrize("suffix", [".h5", ".keras"])
@pytest.mark.parametrize("where", ["layer", "inside", "activation"])
def test_code_in_the_file_runs_only_after_consent(where: str, suffix: str, tmp_path: Path) -> None:
    source = _with_lambda(tmp_path / f"code{suffix}", where)
    with pytest.raises(JobError, match="has code in it"):
        make(source, tmp_path / "out", "float32")
    if where != "activation":  # Keras itself can't read those back
        assert len(make(source, tmp_path / "out", "float32", allow_code=True)["variants"]) == 1


def test_a_file_that_names_functions_outside_keras_is_not_loaded(tmp_path: Path) -> None:
    evil = {"module": "os", "class_name": "function", "config": "getcwd", "registered_name": "function"}
    config = keras_builders.sequential(
        keras_builders.layer("InputLayer", "input_1", batch_input_shape=[None, 8], dtype="float32"),
        keras_builders.layer("Dense", "dense", units=6, activation=evil, use_bias=True),
    )
    weights = {"dense": {"dense/kernel:0": np.zeros((8, 6), np.float32), "dense/bias:0": np.zeros(6, np.float32)}}
    source = keras_builders.write_h5(tmp_path / "evil.h5", config, weights)
    assert [each.title for each in open_model(source).findings] == ["Names code outside Keras: os.getcwd"]
    with pytest.raises(JobError, match=r"has code in it \(dense\)"):
        make(source, tmp_path / "out", "float32")


@pytest.mark.parametrize("suffix", [".h5", ".keras"])
def test_a_custom_class_is_named_with_the_way_out(suffix: str, tmp_path: Path) -> None:
    import keras

    class Doubling(keras.layers.Layer):
        def call(self, value: Any) -> Any:
            return value * 2

    model = keras.Sequential([keras.Input((4,)), Doubling(), keras.layers.Dense(3)])
    model.save(tmp_path / f"custom{suffix}")
    with pytest.raises(JobError, match=r"uses Doubling, which Keras doesn't know.*SavedModel"):
        make(tmp_path / f"custom{suffix}", tmp_path / "out", "float32")


def test_a_file_with_an_unusual_suffix_is_loaded_for_what_it_is(tmp_path: Path) -> None:
    source = tmp_path / "digits.model"
    source.write_bytes((SAMPLES / "digits_cnn.h5").read_bytes())
    result = make(source, tmp_path / "out", "float32")
    assert Path(result["variants"][0]["path"]).name == "digits.float32.tflite"


def test_weights_alone_are_refused_with_a_way_out(tmp_path: Path) -> None:
    import keras

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    model.save_weights(tmp_path / "only.weights.h5")
    with pytest.raises(JobError, match="holds only weights"):
        make(tmp_path / "only.weights.h5", tmp_path / "out", "float32")


@pytest.mark.parametrize("batch", ["fixed", "dynamic"])
def test_a_model_with_a_dict_of_inputs_is_converted(batch: str, tmp_path: Path) -> None:
    import keras

    first, second = keras.Input((6,), name="zebra"), keras.Input((3,), name="apple")
    output = keras.layers.Concatenate()([keras.layers.Dense(4)(first), keras.layers.Dense(4)(second)])
    keras.Model({"zebra": first, "apple": second}, {"both": output}).save(tmp_path / "dict.keras")
    result = make(tmp_path / "dict.keras", tmp_path / "out", "float32", "int8", data=RANDOM, batch=batch)
    assert [len(open_model(each["path"]).inputs()) for each in result["variants"]] == [2, 2]


def test_a_batch_size_that_cannot_be_fixed_is_left_open_by_choice(tmp_path: Path) -> None:
    import keras

    first, second = keras.Input((6,)), keras.Input((6,))
    keras.Model([first, second], [keras.layers.Dense(4)(first), second]).save(tmp_path / "through.keras")
    with pytest.raises(JobError, match="Choose the open batch size"):
        make(tmp_path / "through.keras", tmp_path / "out", "float32")
    assert len(make(tmp_path / "through.keras", tmp_path / "out", "float32", batch="dynamic")["variants"]) == 1


def test_a_model_that_keeps_state_in_variables_is_made(tmp_path: Path) -> None:
    import tensorflow as tf

    def remember(x: Any, weights: Any) -> Any:
        module.state.assign(tf.nn.relu(x @ weights) + module.state * 0.5)
        return module.state + 0.0

    module = tf.Module()
    module.state = tf.Variable(tf.zeros((1, 32)))
    module.inner = tf.Variable(np.random.default_rng(0).normal(size=(64, 32)).astype(np.float32))
    spec = tf.TensorSpec([1, 64], tf.float32, name="x")
    module.call = tf.function(lambda x: {"y": remember(x, module.inner)}, input_signature=[spec])
    tf.saved_model.save(module, str(tmp_path / "state"), signatures={"serving_default": module.call})
    result = make(tmp_path / "state", tmp_path / "out", "float32", "dynamic_range")
    assert all(
        {"VAR_HANDLE", "ASSIGN_VARIABLE"} <= {each.op_name for each in open_model(variant["path"]).operators()}
        for variant in result["variants"]
    )


def test_the_trap_of_a_converter_that_loses_the_weights_is_seen(tmp_path: Path) -> None:
    """from_concrete_functions with a Keras 3 model gives a .tflite without weights, and no error."""
    import keras
    import tensorflow as tf

    from inspector.jobs.options import QuantizeOptions
    from inspector.jobs.recipes import recipe
    from inspector.jobs.variant_check import check_variant

    model = keras.models.load_model(SAMPLES / "digits_cnn.h5", compile=False)
    function = tf.function(lambda x: model(x, training=False))
    concrete = function.get_concrete_function(tf.TensorSpec([1, 8, 8, 1], tf.float32))
    path = tmp_path / "lost.tflite"
    path.write_bytes(tf.lite.TFLiteConverter.from_concrete_functions([concrete], model).convert())
    options = QuantizeOptions(source="digits_cnn.h5", recipes=("float32",), output_folder=str(tmp_path))
    with pytest.raises(JobError, match="left the weights out"):
        check_variant(path, recipe("float32"), options, None)
