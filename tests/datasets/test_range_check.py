"""Values of a wrong range are warned of, values of the right one are not: on trained models and on built ones."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.datasets import DataChoice, InputSpec, check_choice, input_specs, open_samples
from inspector.datasets.first_layer import FirstLayer, first_layer
from inspector.datasets.first_outputs import outputs_of
from inspector.formats import open_model
from inspector.model.finding import Level
from tests.builders import ModelBuilder
from tests.keras_builders import layer, random, sequential, write_h5

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"
DIGITS = np.load(SAMPLES / "digits.npz")["x_test"]


def warnings_of(folder: Path, model: Path, values: Any) -> list[str]:
    np.save(folder / "values.npy", np.asarray(values, np.float32))
    notices = check_choice(DataChoice(str(folder / "values.npy")), open_model(model))
    return [each.text for each in notices if each.level == Level.WARNING]


@pytest.mark.parametrize("name", ["digits_cnn.h5", "digits_cnn_pruned.h5", "digits_cnn.float32.tflite"])
def test_pixels_of_0_to_255_for_a_model_of_0_to_1_are_warned_of(tmp_path: Path, name: str):
    assert warnings_of(tmp_path, SAMPLES / name, DIGITS) == []
    (warning,) = warnings_of(tmp_path, SAMPLES / name, DIGITS * 255)
    assert warning.startswith("With values from 0 to 255 the outputs of ")
    assert warning.endswith("If the model was trained on 0 to 1, divide them by 255.")
    assert "were they scaled twice" in warnings_of(tmp_path, SAMPLES / name, DIGITS / 255)[0].lower()


def test_a_shipped_model_remembers_its_training_data(tmp_path: Path, shared_models: Path):
    generator = np.random.default_rng(0)
    faces = np.repeat(np.repeat(generator.random((40, 8, 8, 1)), 8, 1), 8, 2)
    model = shared_models / "fer__emotion_model.hdf5"
    assert warnings_of(tmp_path, model, faces) == []
    (warning,) = warnings_of(tmp_path, model, faces * 255)
    assert "times as much as in training (batch_normalization_1 remembers)" in warning
    (warning,) = warnings_of(tmp_path, model, faces / 255)
    assert "times as much as in training" in warning


def conv_model(folder: Path, *, before: Any = (), activation: str = "linear", behind: Any = (), **weights: Any) -> Path:
    config = sequential(
        layer("InputLayer", "input", batch_input_shape=[None, 12, 10, 2], dtype="float32"),
        *before,
        layer("Conv2D", "conv", filters=5, kernel_size=[3, 2], strides=[1, 1], padding="same", use_bias=True,
              data_format="channels_last", dilation_rate=[2, 1], groups=1, activation=activation),
        *behind,
    )  # fmt: skip
    arrays = {"conv": {"conv/kernel:0": random(3, 2, 2, 5), "conv/bias:0": random(5)}, **weights}
    return write_h5(folder / "m.h5", config, arrays)


def normalization(mean: Any, variance: Any) -> Any:
    size = len(mean)
    values = (np.ones(size), np.zeros(size), mean, variance)
    names = ("gamma", "beta", "moving_mean", "moving_variance")
    return {f"norm/{name}:0": np.asarray(value, np.float32) for name, value in zip(names, values, strict=True)}


NORM = layer("BatchNormalization", "norm", axis=-1, scale=True, center=True)


def found_layer(path: Path) -> FirstLayer:
    model = open_model(path)
    found = first_layer(model, input_specs(model)[0])
    assert found is not None
    return found


def all_outputs(values: Any, kernel: Any, bias: Any, dilation: tuple[int, int]) -> Any:
    """Every position that needs no padding, loop by loop."""
    height, width = kernel.shape[:2]
    rows = values.shape[1] - (height - 1) * dilation[0]
    columns = values.shape[2] - (width - 1) * dilation[1]
    out = np.zeros((len(values), rows, columns, kernel.shape[3]))
    for y in range(height):
        for x in range(width):
            top, left = y * dilation[0], x * dilation[1]
            out += values[:, top : top + rows, left : left + columns] @ kernel[y, x]
    return out + bias


def test_the_first_convolution_is_calculated_as_written(tmp_path: Path):
    found = found_layer(conv_model(tmp_path))
    values = random(6, 12, 10, 2)
    outputs = outputs_of(found, values)
    assert outputs is not None
    expected = all_outputs(values, random(3, 2, 2, 5), random(5), (2, 1)).reshape(-1, 5)
    distances = np.abs(outputs[:, None] - expected[None]).max(axis=2).min(axis=1)
    assert distances.max() < 1e-4  # each one is the output at some position
    assert found.name == "conv" and found.trained is None


def test_what_stands_before_and_behind_is_taken_into_account(tmp_path: Path):
    before = [layer("Rescaling", "scale", scale=0.5, offset=1.0), layer("Dropout", "drop", rate=0.5)]
    behind = [layer("Activation", "act", activation="relu"), NORM]
    path = conv_model(tmp_path, before=before, behind=behind, norm=normalization(np.ones(5), np.full(5, 2.0)))
    found = found_layer(path)
    assert (found.scale, found.offset, found.relu) == (0.5, 1.0, True)
    assert found.trained is not None and found.trained.variance.tolist() == [2.0] * 5
    values = random(6, 12, 10, 2)
    outputs = outputs_of(found, values)
    assert outputs is not None and outputs.min() == 0
    expected = np.maximum(all_outputs(values / 2 + 1, random(3, 2, 2, 5), random(5), (2, 1)), 0).reshape(-1, 5)
    assert np.abs(outputs[:, None] - expected[None]).max(axis=2).min(axis=1).max() < 1e-4


@pytest.mark.parametrize(
    ("factor", "shift", "said"),
    [(1.0, 0.0, ""), (2.0, 0.0, ""), (30.0, 0.0, "vary 30 times as much"), (0.05, 0.0, "vary 0.05 times as much"),
     (1.0, 9.0, "lie 9 standard deviations from those in training")],
)  # fmt: skip
def test_a_normalization_layer_is_held_against_the_samples(tmp_path: Path, factor: float, shift: float, said: str):
    values = random(40, 12, 10, 2)
    outputs = outputs_of(found_layer(conv_model(tmp_path)), values)
    assert outputs is not None
    deviation = outputs.std(axis=0) / factor
    norm = normalization(outputs.mean(axis=0) - shift * deviation, deviation**2)
    texts = warnings_of(tmp_path, conv_model(tmp_path, behind=[NORM], norm=norm), values)
    assert (said in texts[0]) if said else texts == []


def test_a_model_that_was_never_trained_remembers_nothing(tmp_path: Path):
    path = conv_model(tmp_path, behind=[NORM], norm=normalization(np.zeros(5), np.ones(5)))
    assert warnings_of(tmp_path, path, random(40, 12, 10, 2)) == []


def test_values_outside_of_a_stated_range_are_warned_of(tmp_path: Path):
    path = conv_model(tmp_path, before=[layer("Rescaling", "scale", scale=1 / 255, offset=0.0)])
    pixels = np.random.default_rng(0).random((40, 12, 10, 2)) * 255
    assert warnings_of(tmp_path, path, pixels) == []
    (warning,) = warnings_of(tmp_path, path, pixels / 255)
    assert "input takes 0 to 255 (its layer scale is Rescaling(1/255)): they fill only a small part of it" in warning
    assert "outside of it" in warnings_of(tmp_path, path, pixels * 20)[0]
    assert "outside of it" in warnings_of(tmp_path, path, pixels - 128)[0]


def test_words_that_an_embedding_has_not_are_warned_of(tmp_path: Path):
    config = sequential(
        layer("InputLayer", "input", batch_input_shape=[None, 4], dtype="float32"),
        layer("Embedding", "words", input_dim=9, output_dim=2),
    )
    path = write_h5(tmp_path / "m.h5", config, {"words": {"words/embeddings:0": random(9, 2)}})
    assert warnings_of(tmp_path, path, np.full((30, 4), 8) - np.arange(4)) == []
    assert "input takes 0 to 8 (words has 9 rows)" in warnings_of(tmp_path, path, np.full((30, 4), 9) - np.arange(4))[0]


@pytest.mark.parametrize("kind", ["FULLY_CONNECTED", "CONV_2D", "DEPTHWISE_CONV_2D"])
def test_weights_of_a_tflite_are_read_in_its_own_order(tmp_path: Path, kind: str):
    b = ModelBuilder()
    shape = [1, 6] if kind == "FULLY_CONNECTED" else [1, 5, 5, 6]
    weights = {"FULLY_CONNECTED": (3, 6), "CONV_2D": (3, 2, 2, 6), "DEPTHWISE_CONV_2D": (1, 2, 2, 12)}[kind]
    kernel, bias = random(*weights), random(12 if kind.startswith("D") else 3)
    x, out = b.tensor("x", shape), b.tensor("out", shape)
    half = b.tensor("half", weights, "FLOAT16", data=kernel)
    wide = b.tensor("wide", weights)
    b.operator("DEQUANTIZE", [half], [wide])
    b.operator(kind, [x, wide, b.tensor("b", [len(bias)], data=bias)], [out])
    path = tmp_path / "m.tflite"
    path.write_bytes(b.inputs(x).outputs(out).finish())
    values, kernel = random(4, *shape[1:]), kernel.astype(np.float16).astype(np.float32)
    outputs = outputs_of(found_layer(path), values)
    assert outputs is not None
    if kind == "FULLY_CONNECTED":
        expected = values @ kernel.T + bias
    elif kind == "CONV_2D":
        expected = all_outputs(values, np.moveaxis(kernel, 0, -1), bias, (1, 1))
    else:  # output channel c x 2 + m is channel c times its m-th kernel
        full = np.zeros((2, 2, 6, 12), np.float32)
        for channel in range(12):
            full[:, :, channel // 2, channel] = kernel[0, :, :, channel]
        expected = all_outputs(values, full, bias, (1, 1))
    expected = expected.reshape(-1, expected.shape[-1])
    assert np.abs(outputs[:, None] - expected[None]).max(axis=2).min(axis=1).max() < 1e-4


def test_opened_samples_bring_the_warning_along_for_the_job(tmp_path: Path, sample_h5: Path):
    np.save(tmp_path / "x.npy", DIGITS * 255)
    choice, (spec,) = DataChoice(str(tmp_path / "x.npy")), input_specs(open_model(sample_h5))
    assert "divide them by 255" in open_samples(choice, (spec,)).notices[-1].text
    unknown = InputSpec(spec.name, spec.shape, spec.type)  # such as a SavedModel's
    assert open_samples(choice, (unknown,)).notices == ()


def test_a_hint_is_given_up_where_the_model_is_unusual(tmp_path: Path):
    for before in ([layer("Permute", "p", dims=[2, 1, 3])], [layer("Custom>Thing", "thing")]):
        model = open_model(conv_model(tmp_path, before=before))
        assert first_layer(model, input_specs(model)[0]) is None
        assert warnings_of(tmp_path, tmp_path / "m.h5", random(30, 12, 10, 2) * 300) == []


def test_random_values_are_not_held_against_a_range(sample_h5: Path):
    notices = check_choice(DataChoice("random"), open_model(sample_h5))
    assert [each.text for each in notices if each.level == Level.WARNING] == [
        "Random values calibrate no real ranges: not valid for accuracy."
    ]


def test_damaged_models_give_no_hint_and_no_error(shared_models: Path):
    from inspector.errors import InspectorError

    for path in sorted((shared_models / "malformed").iterdir()):
        try:
            model = open_model(path)
        except InspectorError:
            continue
        for spec in input_specs(model):
            first_layer(model, spec)


def test_a_normalization_layer_at_the_input_is_held_against_the_values_themselves(tmp_path: Path):
    config = sequential(
        layer("InputLayer", "input", batch_input_shape=[None, 3], dtype="float32"),
        layer("BatchNormalization", "norm", axis=-1, scale=True, center=True),
        layer("Dense", "dense", units=2),
    )
    weights = {"norm": normalization([10, 20, 30], [1, 4, 9])}
    path = write_h5(tmp_path / "m.h5", config, weights)
    fitting = random(50, 3) * [1, 2, 3] + [10, 20, 30]
    assert warnings_of(tmp_path, path, fitting) == []
    assert "the values vary 50 times as much as in training" in warnings_of(tmp_path, path, (fitting - 20) * 50)[0]
    assert "the values lie " in warnings_of(tmp_path, path, fitting - [10, 20, 30])[0]


def test_a_sample_is_reshaped_as_the_model_does(tmp_path: Path):
    config = sequential(
        layer("InputLayer", "input", batch_input_shape=[None, 24], dtype="float32"),
        layer("Reshape", "reshape", target_shape=[4, 3, 2]),
        layer("Conv2D", "conv", filters=5, kernel_size=[3, 2], strides=[1, 1], padding="valid", use_bias=True),
        layer("ReLU", "relu"),
        NORM,
    )
    weights = {"conv": {"conv/kernel:0": random(3, 2, 2, 5), "conv/bias:0": random(5)},
               "norm": normalization(np.ones(5), np.ones(5))}  # fmt: skip
    found = found_layer(write_h5(tmp_path / "m.h5", config, weights))
    assert (found.reshape, found.relu) == ((4, 3, 2), True)
    values = random(6, 24)
    outputs = outputs_of(found, values)
    expected = all_outputs(values.reshape(6, 4, 3, 2), random(3, 2, 2, 5), random(5), (1, 1)).clip(0).reshape(-1, 5)
    assert outputs is not None
    assert np.abs(outputs[:, None] - expected[None]).max(axis=2).min(axis=1).max() < 1e-4
    assert outputs_of(found, random(6, 25)) is None


def test_a_fully_connected_operator_flattens_its_input(tmp_path: Path):
    b = ModelBuilder()
    x, out = b.tensor("x", [1, 2, 3]), b.tensor("out", [1, 4])
    b.operator("FULLY_CONNECTED", [x, b.tensor("w", [4, 6], data=random(4, 6)), -1], [out])
    path = tmp_path / "m.tflite"
    path.write_bytes(b.inputs(x).outputs(out).finish())
    outputs, values = outputs_of(found_layer(path), random(5, 2, 3)), random(5, 2, 3).reshape(5, 6)
    assert outputs is not None and np.allclose(outputs, values @ random(4, 6).T, atol=1e-5)
    assert outputs_of(found_layer(path), random(5, 2, 4)) is None
