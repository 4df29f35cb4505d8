"""Keras' HDF5 files, as a user sees them: layers, weights, totals, facts, findings."""

import json
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np

from inspector.formats import open_model
from inspector.model import Level, Model
from tests.conftest import ROOT
from tests.keras_builders import (
    DENSE_MODEL,
    DENSE_WEIGHTS,
    functional,
    layer,
    random,
    sequential,
    store_bytes,
    write_h5,
    write_weights,
)


def codes(model: Model) -> list[str]:
    return [finding.code for finding in model.findings]


def test_a_whole_model_shows_layers_weights_and_totals(tmp_path: Path) -> None:
    training = {
        "optimizer_config": {"class_name": "Custom>Adam", "config": {"learning_rate": 0.001}},
        "loss": {"class_name": "MeanSquaredError", "config": {"reduction": "auto"}},
        "metrics": [["accuracy", {"class_name": "AUC", "config": {}}]],
    }
    optimizer = {"iteration:0": np.int64(4), "Adam/m/dense/kernel:0": random(8, 6, seed=9)}
    model = open_model(write_h5(tmp_path / "x.h5", training=training, optimizer=optimizer))
    assert model.format == "keras_h5"
    assert dict(model.facts) == {
        "Keras version": "2.13.1", "backend": "tensorflow", "model": "Sequential sequential",
        "optimizer": "Adam, learning_rate 0.001", "loss": "MeanSquaredError(reduction=auto)",
        "metrics": "accuracy, AUC",
    }  # fmt: skip
    assert [(o.name, o.op_name, o.output_shape, o.parameters, o.inbound) for o in model.operators()] == [
        ("dense", "Dense", (None, 6), 54, ()),
        ("norm", "BatchNormalization", (None, 6), 24, (0,)),
        ("logits", "Dense", (None, 3), 21, (1,)),
    ]
    tensors = list(model.tensors())
    assert [(t.name, t.type.name, t.shape, t.kind, t.role, t.bytes) for t in tensors] == [
        ("dense/kernel", "FLOAT32", (8, 6), "constant", "weights", 192),
        ("dense/bias", "FLOAT32", (6,), "constant", "bias", 24),
        ("norm/gamma", "FLOAT32", (6,), "constant", "constant", 24),
        ("norm/beta", "FLOAT32", (6,), "constant", "bias", 24),
        ("norm/moving_mean", "FLOAT32", (6,), "constant", "constant", 24),
        ("norm/moving_variance", "FLOAT32", (6,), "constant", "constant", 24),
        ("logits/kernel", "FLOAT32", (6, 3), "constant", "weights", 72),
        ("logits/bias", "FLOAT32", (3,), "constant", "bias", 12),
        ("input_1", "FLOAT32", (1, 8), "input", "", 32),
        ("logits", "FLOAT32", (1, 3), "output", "", 12),
    ]
    assert tensors[8].shape_signature == (-1, 8)
    assert [t.name for t in model.inputs()] == ["input_1"] and [t.name for t in model.outputs()] == ["logits"]
    assert [[tensor.index for tensor in tensors[0].consumers][:1], tensors[9].producer] == [
        [0],
        model.subgraphs[0].operators[2],
    ]
    totals = model.parameters
    assert totals is not None
    assert (totals.total, totals.trainable, totals.non_trainable, totals.optimizer) == (99, 87, 12, 49)
    assert codes(model) == []


def test_the_optimizer_shows_only_when_asked_for(tmp_path: Path) -> None:
    model = open_model(write_h5(tmp_path / "x.h5", optimizer={"m:0": random(3)}))
    assert "optimizer" not in {tensor.kind for tensor in model.tensors()}
    last = list(model.tensors(optimizer=True))[-1]
    assert (last.kind, last.name, last.role) == ("optimizer", "optimizer/m:0", "")
    assert np.array_equal(model.values(last), random(3))


def test_values_are_those_of_the_file(tmp_path: Path) -> None:
    model = open_model(write_h5(tmp_path / "x.h5"))
    stored = [values for arrays in DENSE_WEIGHTS.values() for values in arrays.values()]
    for tensor, expected in zip(model.tensors(), stored, strict=False):
        values = model.values(tensor)
        assert np.array_equal(values, expected) and not values.flags.writeable
        assert model.storage.raw(tensor) == expected.tobytes()


def test_frozen_layers_count_as_non_trainable(tmp_path: Path) -> None:
    config = json.loads(json.dumps(DENSE_MODEL))
    config["config"]["layers"][1]["config"]["trainable"] = False
    totals = open_model(write_h5(tmp_path / "x.h5", config)).parameters
    assert totals is not None and (totals.trainable, totals.non_trainable) == (33, 66)


def test_a_functional_model_shows_its_connections(tmp_path: Path) -> None:
    config = functional(
        layer("InputLayer", "a", [], batch_input_shape=[None, 4, 4, 3], dtype="float32"),
        layer("Conv2D", "conv", ["a"], filters=3, kernel_size=[3, 3], padding="same"),
        layer("Add", "add", ["conv", "a"]),
        layer("GlobalAveragePooling2D", "pool", ["add"]),
        layer("Dense", "left", ["pool"], units=2),
        layer("Dense", "right", ["pool"], units=5),
        inputs=["a"], outputs=["right", "left"],
    )  # fmt: skip
    model = open_model(write_h5(tmp_path / "x.h5", config, {}))
    rows = {
        o.name: (o.output_shape, [model.subgraphs[0].operators[i].name for i in o.inbound]) for o in model.operators()
    }
    assert rows == {
        "a": ((None, 4, 4, 3), []), "conv": ((None, 4, 4, 3), ["a"]), "add": ((None, 4, 4, 3), ["conv", "a"]),
        "pool": ((None, 3), ["add"]), "left": ((None, 2), ["pool"]), "right": ((None, 5), ["pool"]),
    }  # fmt: skip
    assert [t.name for t in model.outputs()] == ["right", "left"]


def test_a_model_within_a_model_is_listed_by_path(tmp_path: Path) -> None:
    inner = functional(
        layer("InputLayer", "inner_in", [], batch_input_shape=[None, 6]),
        layer("Dense", "dense", ["inner_in"], units=4),
        layer("BatchNormalization", "norm", ["dense"]),
        inputs=["inner_in"], outputs=["norm"], name="encoder", inbound=["outer"],
    )  # fmt: skip
    config = functional(
        layer("InputLayer", "outer", [], batch_input_shape=[None, 6]), inner,
        layer("Dense", "dense", ["encoder"], units=2), inputs=["outer"], outputs=["dense"],
    )  # fmt: skip
    weights = {
        "encoder": {  # trained ones of all layers first, as Keras writes them
            "dense/kernel:0": random(6, 4), "dense/bias:0": random(4), "norm/gamma:0": random(4, seed=1),
            "norm/beta:0": random(4, seed=2), "norm/moving_mean:0": random(4, seed=3),
            "norm/moving_variance:0": random(4),
        },
        "dense": {"dense/kernel:0": random(4, 2), "dense/bias:0": random(2)},
    }  # fmt: skip
    model = open_model(write_h5(tmp_path / "x.h5", config, weights))
    assert [(o.name, o.op_name, o.parameters, len(o.inputs)) for o in model.operators()] == [
        ("outer", "InputLayer", 0, 0), ("encoder", "Functional", 44, 0), ("encoder/inner_in", "InputLayer", 0, 0),
        ("encoder/dense", "Dense", 28, 2), ("encoder/norm", "BatchNormalization", 16, 4), ("dense", "Dense", 10, 2),
    ]  # fmt: skip
    names = [t.name for t in model.tensors()]
    assert names[:2] == ["encoder/dense/kernel", "encoder/dense/bias"] and names[6:8] == ["dense/kernel", "dense/bias"]
    assert model.parameters is not None and model.parameters.total == 54


def test_a_layer_in_a_frozen_model_counts_as_frozen(tmp_path: Path) -> None:
    inner = sequential(layer("Dense", "dense", units=4), name="base", trainable=False)
    config = sequential(inner, layer("Dense", "head", units=2))
    weights = {"base": {"dense/kernel:0": random(3, 4)}, "head": {"head/kernel:0": random(4, 2)}}
    totals = open_model(write_h5(tmp_path / "x.h5", config, weights)).parameters
    assert totals is not None and (totals.trainable, totals.non_trainable) == (8, 12)


def test_pruning_wrappers_show_what_they_wrap_and_what_they_add(tmp_path: Path) -> None:
    wrapped = layer("PruneLowMagnitude", "prune_low_magnitude_dense", layer=layer("Dense", "dense", units=5))
    weights = {
        "prune_low_magnitude_dense": {
            "dense/kernel:0": random(8, 5), "dense/bias:0": random(5),
            "prune_low_magnitude_dense/mask:0": np.ones((8, 5), np.float32),
            "prune_low_magnitude_dense/threshold:0": np.float32(0),
            "prune_low_magnitude_dense/pruning_step:0": np.int64(7),
        },
    }  # fmt: skip
    model = open_model(write_h5(tmp_path / "x.h5", sequential(wrapped, build_input_shape=[None, 8]), weights))
    (row,) = model.operators()
    assert (row.op_name, row.output_shape, row.parameters) == ("PruneLowMagnitude(Dense)", (None, 5), 87)
    assert row.options["layer"] == "Dense dense" and row.options["layer.units"] == 5
    assert [t.name.rpartition("/")[2] for t in model.tensors()][:5] == [
        "kernel",
        "bias",
        "mask",
        "threshold",
        "pruning_step",
    ]
    totals = model.parameters
    assert totals is not None and (totals.trainable, totals.non_trainable) == (45, 42)
    (finding,) = model.findings
    assert (finding.code, finding.level) == ("pruning_wrappers", Level.NOTE)
    assert "42 of the parameters" in finding.title and "mask" in finding.detail


def test_a_lambda_layer_is_shown_with_a_warning_and_not_its_code(tmp_path: Path) -> None:
    code = ["4wEAAAAAAAAAAAAAAAEAAAADAAAA" * 50, None, None]
    config = sequential(
        layer(
            "Lambda",
            "payload",
            function={"class_name": "__lambda__", "config": {"code": code[0]}},
            function_type="lambda",
        )
    )
    model = open_model(write_h5(tmp_path / "x.h5", config, {}))
    (row,) = model.operators()
    assert row.op_name == "Lambda" and code[0][:20] not in json.dumps(dict(row.options))
    (finding,) = model.findings
    assert (finding.code, finding.level, finding.operators) == ("lambda_layer", Level.WARNING, ((0, 0),))


def test_a_lambda_inside_a_wrapper_is_warned_of_too(tmp_path: Path) -> None:
    config = sequential(layer("TimeDistributed", "each", layer=layer("Lambda", "payload")))
    assert codes(open_model(write_h5(tmp_path / "x.h5", config, {}))) == ["lambda_layer"]


def test_keras_1_models_open(tmp_path: Path) -> None:
    config = {
        "class_name": "Sequential",
        "config": [
            {"class_name": "Convolution2D", "config": {
                "name": "convolution2d_1", "batch_input_shape": [None, 3, 12, 10], "nb_filter": 8, "nb_row": 3,
                "nb_col": 3, "border_mode": "valid", "subsample": [2, 1], "dim_ordering": "th"}},
            {"class_name": "Flatten", "config": {"name": "flatten_1"}},
            {"class_name": "Dense", "config": {"name": "dense_1", "output_dim": 4, "activation": "softmax"}},
        ],
    }  # fmt: skip
    weights = {
        "convolution2d_1": {"convolution2d_1_W": random(8, 3, 3, 3), "convolution2d_1_b": random(8)},
        "flatten_1": {},
        "dense_1": {"dense_1_W": random(320, 4), "dense_1_b": random(4)},
    }
    model = open_model(write_h5(tmp_path / "x.h5", config, weights, version="1.2.2"))
    assert [(o.name, o.output_shape, o.parameters) for o in model.operators()] == [
        ("convolution2d_1", (None, 8, 5, 8), 224), ("flatten_1", (None, 320), 0), ("dense_1", (None, 4), 1284),
    ]  # fmt: skip
    assert [(t.name, t.role) for t in model.tensors() if t.has_data] == [
        ("convolution2d_1/W", "weights"), ("convolution2d_1/b", "bias"), ("dense_1/W", "weights"),
        ("dense_1/b", "bias"),
    ]  # fmt: skip


def test_weights_alone_list_each_group_as_a_layer(tmp_path: Path) -> None:
    model = open_model(write_weights(tmp_path / "x.hdf5"))
    assert model.format == "keras_weights" and dict(model.facts) == {"Keras version": "2.1.5", "backend": "tensorflow"}
    assert [(o.name, o.op_name, o.parameters, o.output_shape, o.inbound) for o in model.operators()] == [
        ("dense", "Layer", 54, None, ()), ("norm", "Layer", 24, None, ()), ("logits", "Layer", 21, None, ()),
    ]  # fmt: skip
    assert [t.name for t in model.tensors()][:3] == ["dense/kernel", "dense/bias", "norm/gamma"]
    assert model.parameters is not None and model.parameters.total == 99
    assert codes(model) == ["weights_only"]


def test_a_weights_store_shows_classes_by_its_groups(tmp_path: Path) -> None:
    path = tmp_path / "x.weights.h5"
    path.write_bytes(store_bytes(names={"layers/dense": "first", "layers/dense_1": "logits"}))
    model = open_model(path)
    assert model.format == "keras_weights"
    assert [(o.name, o.op_name, o.parameters) for o in model.operators()] == [
        ("first", "Dense", 54), ("batch_normalization", "BatchNormalization", 24), ("logits", "Dense", 21),
    ]  # fmt: skip
    assert [t.name for t in model.tensors()][:4] == ["first/kernel", "first/bias", "batch_normalization/gamma",
                                                     "batch_normalization/beta"]  # fmt: skip
    totals = model.parameters
    assert totals is not None and (totals.total, totals.trainable, totals.optimizer) == (99, 87, 97)


def test_a_store_of_tf_keras_2_12_is_found_under_its_other_name(tmp_path: Path) -> None:
    path = tmp_path / "x.weights.h5"
    path.write_bytes(store_bytes({"_layer_checkpoint_dependencies/dense": [random(3, 4), random(4)]}))
    model = open_model(path)
    assert [(o.name, o.op_name, o.parameters) for o in model.operators()] == [("dense", "Dense", 16)]


def test_a_store_of_models_within_models_is_listed_by_path(tmp_path: Path) -> None:
    path = tmp_path / "x.weights.h5"
    path.write_bytes(store_bytes({"layers/functional/layers/conv2d": [random(3, 3, 1, 4), random(4)],
                                  "layers/my_block/inner": [random(2, 2)]}))  # fmt: skip
    model = open_model(path)
    assert [(o.name, o.op_name, o.parameters) for o in model.operators()] == [
        ("functional", "Functional", 40), ("functional/conv2d", "Conv2D", 40), ("my_block", "Layer", 4),
    ]  # fmt: skip
    assert [t.name for t in model.tensors()] == [
        "functional/conv2d/kernel",
        "functional/conv2d/bias",
        "my_block/inner/0",
    ]


def test_layer_names_cut_into_parts_are_put_together(tmp_path: Path) -> None:
    path = write_h5(tmp_path / "x.h5")
    with h5py.File(path, "a") as file:
        group = file["model_weights"]
        del group.attrs["layer_names"]
        group.attrs["layer_names0"], group.attrs["layer_names1"] = [b"dense", b"norm"], [b"logits"]
    assert open_model(path).parameters == open_model(write_h5(tmp_path / "y.h5")).parameters


def test_names_that_are_not_ascii_are_kept(tmp_path: Path) -> None:
    config = sequential(layer("Dense", "größe/層", units=2), build_input_shape=[None, 3])
    model = open_model(write_h5(tmp_path / "x.h5", config, {"größe/層": {"größe/層/kernel:0": random(3, 2)}}))
    assert next(model.tensors()).name == "größe/層/kernel"


def test_layers_without_weights_open(tmp_path: Path) -> None:
    model = open_model(write_h5(tmp_path / "x.h5", weights=None))
    assert [o.parameters for o in model.operators()] == [0, 0, 0]
    assert codes(model) == ["no_weights"]


def test_a_keras_file_opens_without_loading_h5py(sample_h5: Path) -> None:
    """A shorter start, and no C library in the way of a damaged file."""
    code = (
        "import sys; from inspector.formats import open_model; open_model(sys.argv[1]); sys.exit('h5py' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(sample_h5)], cwd=ROOT).returncode == 0
