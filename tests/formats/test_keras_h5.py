"""Keras' HDF5 files, as a user sees them: layers, weights, totals, facts, findings."""

import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from inspector.errors import DamagedFileError, ModelFileError, NotAModelError, ValuesError
from inspector.formats import open_model
from inspector.formats.keras_h5 import read_keras_h5
from inspector.model import Level, Model
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


def test_hdf5_without_keras_is_a_sentence(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["measurements"] = np.arange(10)
        file.create_group("runs")["first"] = np.arange(3)
    with pytest.raises(NotAModelError, match=r"x\.h5 is an HDF5 file, but holds no Keras model"):
        open_model(tmp_path / "x.h5")


def test_what_can_not_be_opened_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.h5").write_bytes(b"")
    (tmp_path / "noise.h5").write_bytes(bytes(range(256)) * 9)
    for name, error in (("absent.h5", ModelFileError), (".", NotAModelError), ("empty.h5", NotAModelError),
                        ("noise.h5", DamagedFileError)):  # fmt: skip
        with pytest.raises(error):
            read_keras_h5(tmp_path / name)


def test_a_file_cut_in_its_values_is_shown_and_marked(tmp_path: Path) -> None:
    weights = {"dense": {"dense/kernel:0": random(300, 200)}}
    path = write_h5(tmp_path / "x.h5", sequential(layer("Dense", "dense", units=200)), weights)
    path.write_bytes(path.read_bytes()[: -300 * 100 * 4])
    model = open_model(path)
    (finding,) = [finding for finding in model.findings if finding.level == Level.DAMAGE]
    assert finding.code == "weights_unreadable" and finding.tensors == ((0, 0),)
    with pytest.raises(ValuesError, match="dense/kernel can't be read"):
        model.values(model.subgraphs[0].tensors[0])


def test_a_weight_that_is_listed_and_missing_is_marked(tmp_path: Path) -> None:
    path = write_h5(tmp_path / "x.h5")
    with h5py.File(path, "a") as file:
        del file["model_weights/norm/norm/gamma:0"]
        del file["model_weights/logits"]
    model = open_model(path)
    (finding,) = model.findings
    assert (finding.code, finding.level) == ("weights_missing", Level.DAMAGE)
    assert "norm/norm/gamma:0" in finding.detail and "logits" in finding.detail
    assert [o.parameters for o in model.operators()] == [54, 18, 0]


def test_a_broken_configuration_leaves_the_weights(tmp_path: Path) -> None:
    model = open_model(write_h5(tmp_path / "x.h5", '{"class_name": "Sequential", "config": {'))
    assert [o.parameters for o in model.operators()] == [54, 24, 21]
    assert codes(model) == ["config_damaged", "weights_only"]
    with pytest.raises(DamagedFileError, match="no valid JSON"):
        open_model(write_h5(tmp_path / "y.h5", "{", None))


def test_a_broken_training_configuration_is_marked(tmp_path: Path) -> None:
    path = write_h5(tmp_path / "x.h5")
    with h5py.File(path, "a") as file:
        file.attrs["training_config"] = "[1, 2"
    assert codes(open_model(path)) == ["config_damaged"]


def test_links_out_of_the_file_are_left_alone(tmp_path: Path) -> None:
    write_h5(tmp_path / "secret.h5")
    path = write_h5(tmp_path / "x.h5")
    with h5py.File(path, "a") as file:
        del file["model_weights/logits"]
        file["model_weights/logits"] = h5py.ExternalLink("secret.h5", "/model_weights/logits")
    model = open_model(path)
    assert sorted(codes(model)) == ["links", "weights_missing"]
    assert "logits" not in {t.name.partition("/")[0] for t in model.tensors() if t.has_data}


def test_values_in_another_file_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.bin").write_bytes(b"secret" * 100)
    path = write_h5(tmp_path / "x.h5")
    with h5py.File(path, "a") as file:
        group = file["model_weights/dense/dense"]
        del group["kernel:0"]
        group.create_dataset("kernel:0", (8, 6), "<f4", external=[(str(tmp_path / "secret.bin"), 0, 192)])
    model = open_model(path)
    assert codes(model) == ["weights_unreadable"]
    with pytest.raises(ValuesError, match="other files"):
        model.values(model.subgraphs[0].tensors[0])


def test_a_dataset_that_claims_terabytes_is_not_read(tmp_path: Path) -> None:
    path = write_h5(tmp_path / "x.h5")
    with h5py.File(path, "a") as file:
        group = file["model_weights/dense/dense"]
        del group["kernel:0"]
        group.create_dataset("kernel:0", (1 << 20, 1 << 20), "<f4", chunks=(1 << 10, 1 << 10), compression="gzip")
    model = open_model(path)
    assert codes(model) == ["weights_unreadable"]
    with pytest.raises(ValuesError, match="they claim"):
        model.values(model.subgraphs[0].tensors[0])
    with pytest.raises(ValuesError):
        next(model.storage.chunks(model.subgraphs[0].tensors[0], 1000))


def test_an_attribute_that_claims_too_much_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_h5(tmp_path / "x.h5")
    monkeypatch.setattr("inspector.formats.hdf5_attributes._MAX_BYTES", 100)
    model = open_model(path)
    assert codes(model) == ["config_damaged", "weights_only"]
    assert 'The attribute "model_config"' in model.findings[0].detail


def test_a_configuration_nested_without_end_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DamagedFileError, match="nested too deep"):
        open_model(write_h5(tmp_path / "x.h5", "[" * 100_000 + "]" * 100_000, None))
    deep = layer("Dense", "dense", units=1)
    for number in range(60):
        deep = sequential(deep, name=f"model_{number}")
    with pytest.raises(DamagedFileError, match="models within models"):
        open_model(write_h5(tmp_path / "y.h5", deep, None))


def test_a_group_within_itself_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "x.weights.h5"
    path.write_bytes(store_bytes())
    with h5py.File(path, "a") as file:
        file["layers/dense/layers"] = file["layers"]
        file["layers/dense/again"] = file["layers/dense"]
    names = [tensor.name for tensor in open_model(path).tensors()]
    assert 0 < len(names) <= 8 and len(set(names)) == len(names)


def test_a_model_wired_in_a_circle_ends(tmp_path: Path) -> None:
    config = functional(
        layer("Dense", "a", ["b"], units=3), layer("Dense", "b", ["a"], units=3), inputs=["a"], outputs=["b"]
    )
    model = open_model(write_h5(tmp_path / "x.h5", config, {}))
    assert [(o.inbound, o.output_shape) for o in model.operators()] == [((1,), None), ((0,), None)]


def test_the_file_is_opened_without_a_lock_and_left_alone(tmp_path: Path) -> None:
    path = write_h5(tmp_path / "x.h5")
    before = path.read_bytes()
    model = open_model(path)
    with h5py.File(path, "a"):  # another program may write to it
        pass
    path.write_bytes(before)
    assert model.format == "keras_h5"
