"""The configuration of a Keras model: classes, names, references, and options that are safe to print."""

import json
from typing import Any

import pytest

from inspector.formats.keras_config import Layer, Reference, read_model, references
from inspector.formats.keras_options import layer_options
from inspector.formats.keras_variables import class_of_group, is_trained, role, snake_case, variable_names
from inspector.formats.keras_weights import local_name
from tests.keras_builders import layer, sequential


def test_references_of_every_generation_are_found() -> None:
    tensor = {"class_name": "__keras_tensor__", "config": {"shape": [None, 4], "keras_history": ["c", 0, 1]}}
    assert list(references([["a", 0, 0], ["b", 1, 2, {"mask": ["m", 0, 0]}]])) == [
        Reference("a", 0, 0), Reference("b", 1, 2), Reference("m", 0, 0),
    ]  # fmt: skip
    assert list(references({"args": [[tensor, 3.0], "text"], "kwargs": {"other": tensor}})) == [
        Reference("c", 0, 1, (None, 4))
    ] * 2  # fmt: skip
    assert list(references(["_CONSTANT_VALUE", -1, 2.0, {}])) == []
    assert list(references({"query": ["q", 0, 0, {}], "value": ["v", 0, 0, {}]})) == [
        Reference("q", 0, 0),
        Reference("v", 0, 0),
    ]


def test_packages_are_left_out_of_class_names() -> None:
    model = read_model(sequential(layer("Addons>WeightNormalization", "w", layer=layer("mine>Own", "o"))))
    assert model.layers[0].label == "WeightNormalization(Own)"


def test_layers_without_a_name_get_one() -> None:
    model = read_model({"class_name": "Sequential", "config": [{"class_name": "Dense", "config": {"output_dim": 3}}]})
    assert [inner.path for inner in model.walk()] == ["dense_1"]


@pytest.mark.parametrize(
    "value", (None, 3, "x", [], {}, {"class_name": 5}, {"class_name": "Sequential", "config": {"layers": [1, None]}})
)
def test_a_configuration_of_another_kind_is_no_crash(value: Any) -> None:
    from inspector.errors import DamagedFileError

    try:
        model = read_model(value)
    except DamagedFileError as error:
        assert "damaged" in str(error)
    else:
        assert list(model.walk()) == []


def option_layer(**config: Any) -> dict[str, Any]:
    return layer_options(Layer("Dense", "d", "d", config))


def test_options_are_short_flat_and_safe_to_print() -> None:
    options = option_layer(
        name="d", units=5, use_bias=True, trainable=True, bias_constraint=None, rate=float("nan"), big=1 << 80,
        kernel_initializer={"class_name": "GlorotUniform", "config": {"seed": None}},
        kernel_regularizer={"class_name": "L2", "config": {"l2": 0.01}},
        dtype={"class_name": "DTypePolicy", "config": {"name": "mixed_float16"}},
        activation={"module": "builtins", "class_name": "function", "config": "my_activation", "registered_name": "f"},
        vocabulary=["word"] * 5000, text="x" * 5000, nested=[[1, 2], {"a": [3]}],
    )  # fmt: skip
    assert options == {
        "units": 5, "use_bias": True, "rate": "nan", "big": str(1 << 80), "kernel_regularizer": "L2(l2=0.01)",
        "dtype": "mixed_float16", "activation": "my_activation", "vocabulary": "5,000 entries",
        "text": "x" * 117 + "...", "nested": '[[1, 2], {"a": [3]}]',
    }  # fmt: skip
    json.dumps(options, allow_nan=False)


def test_a_frozen_layer_says_so() -> None:
    assert layer_options(Layer("Dense", "d", "d", {"trainable": False}, trainable=False)) == {"trainable": False}


@pytest.mark.parametrize(("stored", "owners", "expected"), (
    ("dense/kernel:0", ("dense",), "kernel"),
    ("model/dense/kernel", ("dense",), "kernel"),
    ("dense_1/dense/kernel:0", ("dense",), "kernel"),
    ("batch_normalization_1_1/gamma:0", ("batch_normalization_1",), "gamma"),
    ("dense_1_W", ("dense_1",), "W"),
    ("lstm/lstm_cell/recurrent_kernel:0", ("lstm",), "lstm_cell/recurrent_kernel"),
    ("prune_conv/mask:0", ("prune_conv", "conv"), "mask"),
    ("conv/kernel:0", ("prune_conv", "conv"), "kernel"),
    ("block/conv/kernel:0", ("block/conv",), "kernel"),
    ("Variable:0", ("dense",), "Variable"),
))  # fmt: skip
def test_weights_are_called_by_their_name_in_the_layer(stored: str, owners: tuple[str, ...], expected: str) -> None:
    assert local_name(stored, owners) == expected


@pytest.mark.parametrize(("class_name", "config", "count", "expected"), (
    ("Dense", {}, 2, ["kernel", "bias"]),
    ("Dense", {"use_bias": False}, 1, ["kernel"]),
    ("BatchNormalization", {"scale": False}, 3, ["beta", "moving_mean", "moving_variance"]),
    ("SeparableConv2D", {}, 3, ["depthwise_kernel", "pointwise_kernel", "bias"]),
    ("GRUCell", {"use_bias": False}, 2, ["kernel", "recurrent_kernel"]),
    ("Dense", {"dtype": {"class_name": "QuantizedDTypePolicy", "config": {"mode": "int8"}}}, 3,
     ["kernel", "bias", "kernel_scale"]),
    ("MyLayer", {}, 2, ["0", "1"]),
    ("Dense", {}, 4, ["kernel", "bias", "2", "3"]),
))  # fmt: skip
def test_variables_by_number_get_their_names(class_name: str, config: Any, count: int, expected: list[str]) -> None:
    assert variable_names(class_name, config, count) == expected


def test_roles_and_training_follow_the_name() -> None:
    rows = {
        "kernel": ("weights", True), "depthwise_kernel": ("weights", True), "recurrent_kernel": ("weights", True),
        "embeddings": ("weights", True), "bias": ("bias", True), "beta": ("bias", True), "gamma": ("constant", True),
        "moving_mean": ("constant", False), "moving_variance": ("constant", False), "mask": ("constant", False),
        "pruning_step": ("constant", False), "kernel_min": ("constant", False), "kernel_scale": ("constant", False),
        "W": ("weights", True), "b": ("bias", True), "running_std": ("constant", False),
    }  # fmt: skip
    assert {name: (role(f"layer/{name}", (3, 3)), is_trained(name)) for name in rows} == rows
    assert not is_trained("kernel", "INT8")
    assert role("layer/0", (3, 4)) == "weights" and role("layer/1", (3,)) == "constant"


CLASSES = ("Dense", "Conv2D", "SeparableConv2D", "ReLU", "PReLU", "BatchNormalization", "LSTM", "MultiHeadAttention",
           "QuantizeWrapperV2", "GlobalAveragePooling2D")  # fmt: skip


@pytest.mark.parametrize("class_name", CLASSES)
def test_groups_are_named_after_classes_and_back(class_name: str) -> None:
    group = snake_case(class_name)
    assert class_of_group(group) == class_of_group(f"{group}_12") == class_name
    assert class_of_group(f"my_{group}") == ""
