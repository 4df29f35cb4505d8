"""What a model says of its inputs: names, shapes, types, and the range of values where it can be told."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.datasets import InputSpec, input_specs
from inspector.formats import open_model
from tests.builders import ModelBuilder
from tests.keras_builders import functional, layer, sequential, write_h5


def test_the_sample_model_has_one_image_as_keras_file_and_as_tflite(sample_h5: Path, sample_tflite: Path):
    assert input_specs(open_model(sample_h5)) == (InputSpec("image", (-1, 8, 8, 1), "FLOAT32", "image"),)
    (spec,) = input_specs(open_model(sample_tflite))
    assert spec == InputSpec("image", (1, 8, 8, 1), "FLOAT32", "serving_default_image:0")
    assert spec.names == ("image", "serving_default_image:0")
    assert (spec.batched, spec.sample_shape) == (True, (8, 8, 1))


def test_a_shape_that_begins_with_no_batch_is_one_sample():
    assert InputSpec("audio", (15600,), "FLOAT32").sample_shape == (15600,)
    assert InputSpec("x", (4, 3), "FLOAT32").sample_shape == (4, 3)
    assert InputSpec("x", (), "FLOAT32").sample_shape == ()
    assert InputSpec("x", (-1,), "FLOAT32").sample_shape == ()


def tflite(folder: Path, builder: ModelBuilder) -> tuple[InputSpec, ...]:
    path = folder / "model.tflite"
    path.write_bytes(builder.finish())
    return input_specs(open_model(path))


def test_inputs_of_a_tflite_stand_in_its_order_with_the_signatures_names(tmp_path: Path):
    b = ModelBuilder()
    left, right = b.tensor("t_left:0", [1, 4], "INT8"), b.tensor("t_right:0", [1, 2], shapeSignature=[-1, 2])
    out = b.tensor("out", [1, 2])
    b.operator("ADD", [left, right], [out])
    b.inputs(right, left).outputs(out)
    b.signature("other", {"half": left}, {"y": out})
    b.signature("serving_default", {"l": left, "r": right}, {"y": out})
    assert tflite(tmp_path, b) == (
        InputSpec("r", (-1, 2), "FLOAT32", "t_right:0"),
        InputSpec("l", (1, 4), "INT8", "t_left:0"),
    )


def test_impossible_sizes_of_a_damaged_file_are_open_ones(tmp_path: Path):
    b = ModelBuilder()
    x, y = b.tensor("x", [1, 4], shapeSignature=[-7, 4]), b.tensor("y", [1, 4])
    b.operator("RELU", [x], [y])
    assert tflite(tmp_path, b.inputs(x).outputs(y))[0].shape == (-1, 4)


def with_first(name: str, **config: Any) -> dict[str, Any]:
    return sequential(
        layer("InputLayer", "input", batch_shape=[None, 8], dtype="float32"),
        layer(name, "first", **config),
        layer("Dense", "dense", units=2),
    )


@pytest.mark.parametrize(
    ("scale", "offset", "known"),
    [(1 / 255, 0.0, True), (1 / 127.5, -1.0, True), (1 / 128, -1.0, True), (1 / 256, 0.0, True), (1 / 255, -0.5, True),
     (1.0, 0.0, False), (2.0, 0.0, False), (1 / 255, 3.0, False), ([0.1, 0.2], 0.0, False)],
)  # fmt: skip
def test_a_rescaling_layer_says_that_pixels_are_expected(tmp_path: Path, scale: Any, offset: float, known: bool):
    path = write_h5(tmp_path / "m.h5", with_first("Rescaling", scale=scale, offset=offset), {}, version="3.9.0")
    (spec,) = input_specs(open_model(path))
    assert (spec.low, spec.high) == ((0, 255) if known else (None, None))
    if scale == 1 / 255 and known:
        assert spec.because == "its layer first is Rescaling(1/255)"


def test_an_embedding_says_how_many_rows_there_are(tmp_path: Path):
    path = write_h5(tmp_path / "m.h5", with_first("Embedding", input_dim=465, output_dim=4), {}, version="3.9.0")
    (spec,) = input_specs(open_model(path))
    assert (spec.low, spec.high, spec.because, spec.strict) == (0, 464, "first has 465 rows", True)


def test_a_model_that_says_nothing_gets_no_range(tmp_path: Path, sample_h5: Path):
    assert input_specs(open_model(sample_h5))[0].low is None
    config = functional(
        layer("InputLayer", "a", [], batch_shape=[None, 4]),
        layer("Rescaling", "one", ["a"], scale=1 / 255, offset=0.0),
        layer("Rescaling", "two", ["a"], scale=1.0, offset=0.0),
        inputs=["a"], outputs=["one", "two"],
    )  # fmt: skip
    path = write_h5(tmp_path / "m.h5", config, {}, version="2.13.1")
    assert input_specs(open_model(path))[0].low is None  # it goes two ways


def test_a_tflite_that_multiplies_by_1_255_first_expects_pixels(tmp_path: Path):
    b = ModelBuilder()
    x, y = b.tensor("x", [1, 4]), b.tensor("y", [1, 4])
    b.operator("MUL", [x, b.tensor("c", [], data=np.array(1 / 255, np.float32))], [y])
    (spec,) = tflite(tmp_path, b.inputs(x).outputs(y))
    assert (spec.low, spec.high, spec.because) == (0, 255, "its first operator multiplies by 1/255")


def test_a_tflite_that_quantizes_first_expects_what_it_was_calibrated_for(tmp_path: Path):
    b = ModelBuilder()
    x = b.tensor("x", [1, 4])
    y = b.tensor("y", [1, 4], "INT8", scale=0.5, zero_point=-128)
    b.operator("QUANTIZE", [x], [y])
    (spec,) = tflite(tmp_path, b.inputs(x).outputs(y))
    assert (spec.low, spec.high) == (0.0, 127.5)


def test_indices_into_a_table_of_a_tflite_have_its_rows(tmp_path: Path):
    b = ModelBuilder()
    x, y = b.tensor("x", [1, 4], "INT32"), b.tensor("y", [1, 4, 3])
    b.operator("GATHER", [b.tensor("table", [50, 3], data=np.zeros((50, 3), np.float32)), x], [y])
    (spec,) = tflite(tmp_path, b.inputs(x).outputs(y))
    assert (spec.low, spec.high, spec.strict) == (0, 49, True)


def test_metadata_of_real_models_says_what_pixels_become(shared_models: Path):
    for name, low, high in (("selfie_segmentation", 0, 1), ("face_detection_short_range", -1, 1)):
        (spec,) = input_specs(open_model(shared_models / f"mediapipe__{name}.tflite"))
        assert (spec.low, spec.high) == (low, high)


def test_every_shared_model_has_inputs_that_can_be_told(shared_models: Path):
    for path in sorted(shared_models.iterdir()):
        if path.suffix in (".tflite", ".h5", ".keras") or path.name == "fer__emotion_model.hdf5":
            specs = input_specs(open_model(path))
            assert specs and all(spec.name and spec.type for spec in specs), path.name
