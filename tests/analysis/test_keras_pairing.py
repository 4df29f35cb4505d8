"""Keras weights and a .tflite's constants: by layer name, by order, with their dimensions turned; what is folded."""

from pathlib import Path

import numpy as np
import pytest

from inspector.analysis.comparison import compare_models
from inspector.analysis.keras_pairing import FOLDED, pair_keras
from inspector.formats import open_model
from inspector.model import Model
from tests.analysis.memory_model import Stored, memory_model


def test_the_samples_weights_are_found_in_its_tflite_and_are_exactly_the_same(
    sample_h5: Path, sample_tflite: Path
) -> None:
    keras, tflite = open_model(sample_h5), open_model(sample_tflite)
    rows = compare_models([keras, tflite]).measure().rows
    stored = {row.name: row for row in rows if row.group in ("Weights", "Biases")}
    assert set(stored) == {
        f"{layer}/{kind}" for layer in ("conv_1", "conv_2", "wide", "digit") for kind in ("kernel", "bias")
    }
    for row in stored.values():
        pairing, error, tensor = row.pairings[1], row.errors[1], row.tensors[1]
        assert pairing is not None and pairing.how == "layer" and error is not None and error.exact, row.name
        assert tensor is not None and f"/{row.name.split('/')[0]}_1/" in tensor.name


def test_it_is_the_same_the_other_way_round(sample_h5: Path, sample_tflite: Path) -> None:
    keras, tflite = open_model(sample_h5), open_model(sample_tflite)
    there = {(key, partner.index) for (_, key), (partner, _) in pair_keras(keras, tflite).items()}
    back = {(partner.index, key) for (_, key), (partner, _) in pair_keras(tflite, keras).items()}
    assert there == back and len(there) == 10
    rows = compare_models([tflite, keras]).measure().rows
    assert all(row.errors[1] is not None and row.errors[1].exact for row in rows if row.group == "Weights")


FORMS = {
    "Conv2D": ((3, 2, 4, 5), (3, 0, 1, 2), (5, 3, 2, 4), "CONV_2D", "kernel"),
    "Conv1D": ((3, 4, 5), (2, 0, 1), (5, 1, 3, 4), "CONV_2D", "kernel"),
    "Conv2DTranspose": ((3, 2, 5, 4), (2, 0, 1, 3), (5, 3, 2, 4), "TRANSPOSE_CONV", "kernel"),
    "DepthwiseConv2D": ((3, 2, 4, 2), (0, 1, 2, 3), (1, 3, 2, 8), "DEPTHWISE_CONV_2D", "depthwise_kernel"),
    "Dense": ((4, 5), (1, 0), (5, 4), "FULLY_CONNECTED", "kernel"),
    "Embedding": ((9, 4), (0, 1), (9, 4), "GATHER", "embeddings"),
}


@pytest.fixture
def no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Models in memory have no file to compress."""
    monkeypatch.setattr("inspector.analysis.comparison_measure.compressed_file_bytes", lambda *_: 0)


def keras_model(class_name: str, shape: tuple[int, ...], leaf: str, count: int = 1, normalized: bool = False) -> Model:
    random = np.random.default_rng(3)
    tensors, operators, layers = [], [], []
    for place in range(count):
        values = random.normal(size=shape).astype(np.float32)
        tensors.append(Stored(values, name=f"layer_{place}/{leaf}", role="weights"))
        operators.append((class_name, (place,), ()))
        layers.append({"name": f"layer_{place}"})
    if normalized:
        operators.append(("BatchNormalization", (), ()))
        layers.append({"name": "norm", "inbound": (0,)})
    return memory_model(tensors, operators, layers=layers)


def tflite_model(values: list[np.ndarray], op_name: str, names: list[str]) -> Model:
    tensors = [Stored(shape=(1, 4))]
    operators = []
    for array, name in zip(values, names, strict=True):
        tensors += [Stored(array, name=name), Stored(shape=(1, 4))]
        order = (0, len(tensors) - 2) if op_name != "GATHER" else (len(tensors) - 2, 0)
        operators.append((op_name, order, (len(tensors) - 1,)))
    return memory_model(tensors, operators)


@pytest.mark.usefixtures("no_files")
@pytest.mark.parametrize("class_name", FORMS)
def test_each_layers_kernel_is_turned_as_the_converter_turns_it(class_name: str) -> None:
    shape, axes, stored, op_name, leaf = FORMS[class_name]
    keras = keras_model(class_name, shape, leaf)
    values = keras.values(keras.subgraphs[0].tensors[0]).transpose(axes).reshape(stored)
    tflite = tflite_model([np.ascontiguousarray(values)], op_name, ["m/layer_0/op"])
    (row,) = [row for row in compare_models([keras, tflite]).measure().rows if row.pairings[1] is not None]
    assert row.errors[1] is not None and row.errors[1].exact and row.shape == shape


def test_numbered_layer_names_are_not_mistaken_for_the_converters_number() -> None:
    """Keras 3 calls layer_1 "layer_1_1" when it exports, and layer "layer_1"."""
    keras = keras_model("Dense", (4, 4), "kernel", 3)
    values = [np.full((4, 4), place, np.float32) for place in range(3)]
    shuffled = tflite_model(
        values, "FULLY_CONNECTED", ["m/layer_1_1/MatMul", "m/layer_0_1/MatMul", "m/layer_2_1/MatMul"]
    )
    found = {key: (partner.name, pairing.how) for (_, key), (partner, pairing) in pair_keras(keras, shuffled).items()}
    assert found == {
        0: ("m/layer_0_1/MatMul", "layer"), 1: ("m/layer_1_1/MatMul", "layer"), 2: ("m/layer_2_1/MatMul", "layer"),
    }  # fmt: skip


def test_layers_that_were_numbered_apart_are_found_by_what_is_left_over() -> None:
    """Keras 3 makes "conv2d_1" of "conv2d", and then "conv2d_1_2" of "conv2d_1"."""
    keras = keras_model("Dense", (4, 4), "kernel", 2)
    layers = keras.subgraphs[0].operator_columns.names
    assert isinstance(layers, list)
    layers[:] = ["dense", "dense_1"]
    values = [np.full((4, 4), place, np.float32) for place in range(2)]
    shuffled = tflite_model(values, "FULLY_CONNECTED", ["m/dense_1_2/MatMul", "m/dense_1/MatMul"])
    found = {key: (partner.name, pairing.how) for (_, key), (partner, pairing) in pair_keras(keras, shuffled).items()}
    assert found == {0: ("m/dense_1/MatMul", "layer"), 1: ("m/dense_1_2/MatMul", "layer")}


def test_two_kernels_of_one_layer_and_shape_are_not_guessed() -> None:
    """The kernel and the recurrent kernel of a cell with as many units as inputs look the same."""
    random = np.random.default_rng(4)
    tensors = [
        Stored(random.normal(size=(4, 16)).astype(np.float32), name=f"lstm/cell/{leaf}", role="weights")
        for leaf in ("kernel", "recurrent_kernel")
    ]
    keras = memory_model(tensors, [("LSTM", (0, 1), ())], layers=[{"name": "lstm"}])
    values = [np.ascontiguousarray(tensor.values.T) for tensor in tensors if tensor.values is not None]
    both = tflite_model(values, "FULLY_CONNECTED", ["m/lstm_1/while/MatMul", "m/lstm_1/while/MatMul_1"])
    assert pair_keras(keras, both) == {}
    apart = [Stored(np.zeros((3, 16), np.float32), name="lstm/cell/kernel", role="weights"), tensors[1]]
    keras = memory_model(apart, [("LSTM", (0, 1), ())], layers=[{"name": "lstm"}])
    stored = tflite_model([values[1], np.zeros((16, 3), np.float32)], "FULLY_CONNECTED", ["lstm_1/a", "lstm_1/b"])
    found = {key: partner.name for (_, key), (partner, _) in pair_keras(keras, stored).items()}
    assert found == {0: "lstm_1/b", 1: "lstm_1/a"}


def test_without_names_kernels_of_a_shape_are_taken_in_order_if_there_are_as_many() -> None:
    keras = keras_model("Dense", (4, 5), "kernel", 2)
    values = [np.zeros((5, 4), np.float32)] * 2
    tflite = tflite_model(values, "FULLY_CONNECTED", ["arith.constant", "arith.constant1"])
    found = {key: (partner.name, pairing.how) for (_, key), (partner, pairing) in pair_keras(keras, tflite).items()}
    assert found == {0: ("arith.constant", "order"), 1: ("arith.constant1", "order")}
    more = tflite_model([*values, values[0]], "FULLY_CONNECTED", ["a", "b", "c"])
    assert pair_keras(keras, more) == {}


@pytest.mark.usefixtures("no_files")
def test_a_kernel_with_batch_normalization_behind_it_is_paired_but_not_measured() -> None:
    keras = keras_model("Dense", (4, 5), "kernel", normalized=True)
    tflite = tflite_model([np.zeros((5, 4), np.float32)], "FULLY_CONNECTED", ["m/layer_0/MatMul"])
    (row,) = [row for row in compare_models([keras, tflite]).measure().rows if row.pairings[1] is not None]
    assert row.pairings[1] is not None and row.pairings[1].note == FOLDED
    assert row.errors[1] is None


def test_the_weights_of_fer_are_found_by_their_layers(shared_models: Path) -> None:
    keras = open_model(shared_models / "fer__emotion_model.hdf5")
    tflite = open_model(shared_models / "fer__emotion_model_quantized.tflite")
    rows = [row for row in compare_models([keras, tflite]).measure().rows if row.group == "Weights"]
    assert len(rows) == 23
    assert all(row.pairings[1] is not None and row.pairings[1].how == "layer" for row in rows)
    measured = {row.name: row.errors[1] for row in rows if row.errors[1] is not None}
    depthwise = [error for name, error in measured.items() if name.endswith("depthwise_kernel") and error.exact]
    assert len(depthwise) == 7  # the eighth is quantized
    assert measured["separable_conv2d_8/depthwise_kernel"].sqnr_db == pytest.approx(48.1, abs=0.1)
    folded = [row for row in rows if row.pairings[1] is not None and row.pairings[1].note == FOLDED]
    assert len(folded) == 14
