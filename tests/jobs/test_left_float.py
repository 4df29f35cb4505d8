"""Chosen operators stay float: what TensorFlow's own debugger makes of the same choice, without calibrating again."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.datasets.choice import DataChoice
from inspector.errors import JobError, UsageError
from inspector.formats import open_model
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.provenance import read_provenance
from inspector.jobs.quantize import quantize
from inspector.jobs.scratch import Scratch
from inspector.jobs.variant_run import run_once
from inspector.model import Model
from tests.conftest import SAMPLES
from tests.jobs.accuracy import accuracy

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]
DATA = DataChoice(str(SAMPLES / "digits.npz"), arrays=(("", "x_calibration"),), samples=0)
FLOAT = SAMPLES / "digits_cnn.float32.tflite"
WIDE = "digits_cnn_1/wide_1/MatMul;digits_cnn_1/wide_1/Relu;digits_cnn_1/wide_1/BiasAdd"
DIGIT = "digits_cnn_1/digit_1/MatMul;digits_cnn_1/digit_1/BiasAdd"
PROBABILITIES = "StatefulPartitionedCall_1:0"


class Made:
    """One variant, made as the worker makes it, and the messages on the way."""

    def __init__(self, source: Path, folder: Path, recipe: str = "int8_float_io", **options: Any) -> None:
        chosen = QuantizeOptions(source=str(source), recipes=(recipe,), output_folder=str(folder), data=DATA, **options)
        self.messages: list[str] = []
        scratch = Scratch(folder, "test")
        try:
            result = quantize(chosen, lambda _share, message: self.messages.append(message), scratch.make())
        finally:
            scratch.remove()
        (self.variant,) = result["variants"]
        self.path = Path(self.variant["path"])
        self.model: Model = open_model(self.path)

    @property
    def calibrated(self) -> bool:
        return any(message.startswith("Calibrating") for message in self.messages)

    def type_of(self, op_name: str) -> list[str]:
        """The types of what operators of this kind compute."""
        tensors = self.model.subgraphs[0].tensors
        return [tensors[each.outputs[0]].type.name for each in self.model.operators() if each.op_name == op_name]


def test_leaving_the_wide_layer_and_its_reader_float_brings_the_score_back(tmp_path: Path) -> None:
    step = Made(FLOAT, tmp_path)
    repaired = Made(FLOAT, tmp_path, float_tensors=(WIDE, DIGIT), suffix="step1")
    assert step.calibrated and not repaired.calibrated, "calibrated once"
    assert repaired.path == tmp_path / "digits_cnn.float32.int8_float_io.step1.tflite"
    assert step.type_of("FULLY_CONNECTED") == ["INT8", "INT8"]
    assert repaired.type_of("FULLY_CONNECTED") == ["FLOAT32", "FLOAT32"] and repaired.type_of("CONV_2D")[0] == "INT8"
    assert accuracy(step.path) < 0.9 and accuracy(repaired.path) == pytest.approx(accuracy(FLOAT), abs=0.005)
    assert repaired.variant["notes"][0].startswith("Stays float, as chosen: FULLY_CONNECTED (2).")
    told = read_provenance(repaired.path)
    assert told is not None and told.recipe == "int8_float_io"
    assert told.options["float_tensors"] == [WIDE, DIGIT]


def test_types_of_operators_and_the_output_behind_dequantize_can_stay_float(tmp_path: Path) -> None:
    by_type = Made(FLOAT, tmp_path / "a", float_operators=("SOFTMAX", "CONV_2D"))
    assert by_type.type_of("CONV_2D") == ["FLOAT32"] * 2 and by_type.type_of("FULLY_CONNECTED") == ["INT8"] * 2
    by_name = Made(FLOAT, tmp_path / "b", float_tensors=(PROBABILITIES,))
    assert by_name.type_of("SOFTMAX") == ["FLOAT32"] and by_name.type_of("CONV_2D") == ["INT8"] * 2


@pytest.mark.parametrize("recipe", ["int8", "uint8"])
def test_integer_inputs_and_outputs_stay_integer(tmp_path: Path, recipe: str) -> None:
    made = Made(FLOAT, tmp_path, recipe, float_tensors=(DIGIT, PROBABILITIES))
    assert [each.type.name for each in (*made.model.inputs(), *made.model.outputs())] == [recipe.upper()] * 2
    assert made.type_of("SOFTMAX") == ["FLOAT32"] and made.type_of("FULLY_CONNECTED") == ["INT8", "FLOAT32"]


def test_the_same_as_tensorflows_debugger_makes(tmp_path: Path) -> None:
    import tensorflow as tf

    with np.load(SAMPLES / "digits.npz") as data:
        samples = data["x_calibration"].reshape(-1, 1, 8, 8, 1).astype(np.float32)
    keras = tf.keras.models.load_model(SAMPLES / "digits_cnn.h5", compile=False)
    keras = tf.keras.Sequential(
        [tf.keras.layers.Input(batch_shape=(1, 8, 8, 1), name="image"), *keras.layers], name=keras.name
    )
    converter = tf.lite.TFLiteConverter.from_keras_model(keras)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([each] for each in samples)
    options = tf.lite.experimental.QuantizationDebugOptions(denylisted_ops=["SOFTMAX"], denylisted_nodes=[DIGIT])
    debugger = tf.lite.experimental.QuantizationDebugger(
        converter=converter, debug_dataset=converter.representative_dataset, debug_options=options
    )
    path = tmp_path / "plain.tflite"
    path.write_bytes(debugger.get_nondebug_quantized_model())
    plain, ours = open_model(path), Made(
        SAMPLES / "digits_cnn.h5", tmp_path, float_operators=("SOFTMAX",), float_tensors=(DIGIT,)
    ).model  # fmt: skip
    facts = [
        sorted((each.type.name, each.shape, str(each.scale), str(each.zero_point)) for each in model.tensors())
        for model in (plain, ours)
    ]
    assert facts[0] == facts[1]
    assert [each.op_name for each in plain.operators()] == [each.op_name for each in ours.operators()]
    for sample in samples[:20]:
        (one,), (other,) = (run_once(each.path, [sample]).outputs.values() for each in (plain, ours))
        assert np.array_equal(one, other)


def test_a_cancelled_worker_loses_no_calibration(tmp_path: Path) -> None:
    """The file in the cache serves a process that remembers nothing."""
    from inspector.jobs.calibration_cache import CACHE, cache_folder

    assert Made(FLOAT, tmp_path / "a").calibrated and len(list(cache_folder().iterdir())) == 1
    CACHE.forget()
    again = Made(FLOAT, tmp_path / "b", float_operators=("SOFTMAX",))
    assert not again.calibrated
    CACHE.forget()
    for path in cache_folder().iterdir():
        path.write_bytes(path.read_bytes()[:-1])
    assert Made(FLOAT, tmp_path / "c").calibrated, "a damaged entry counts as none"


def test_several_recipes_at_once_put_their_calibration_into_the_cache_too(tmp_path: Path) -> None:
    options = QuantizeOptions(
        source=str(FLOAT), recipes=("float32", "int8"), output_folder=str(tmp_path / "a"), data=DATA
    )
    scratch = Scratch(tmp_path / "a", "test")
    quantize(options, lambda _share, _message: None, scratch.make())
    scratch.remove()
    assert not Made(FLOAT, tmp_path / "b", float_operators=("SOFTMAX",)).calibrated


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"float_tensors": (DIGIT[:-1],)}, f"has the output {DIGIT[:-1]}. Did you mean {DIGIT}"),
        ({"float_tensors": ("nothing",)}, "has the output nothing. Take the names from the debugger's table"),
        ({"float_operators": ("LSTM",)}, "has no operator LSTM. It has: CONV_2D, FULLY_CONNECTED, MAX_POOL_2D"),
    ],
)
def test_names_that_tensorflow_would_ignore_are_told(tmp_path: Path, options: Any, sentence: str) -> None:
    with pytest.raises(JobError) as caught:
        Made(FLOAT, tmp_path, **options)
    assert sentence in str(caught.value) and not any(tmp_path.rglob("*.tflite"))


def test_recipes_that_can_not_leave_operators_out_say_so(tmp_path: Path) -> None:
    for recipe in ("int16x8", "float32", "dynamic_range"):
        with pytest.raises(UsageError, match=r"can't keep chosen operators float. These can: Full integer, float I/O"):
            Made(FLOAT, tmp_path, recipe, float_operators=("SOFTMAX",))
    with pytest.raises(UsageError, match="only TensorFlow can keep chosen operators float, not litert"):
        Made(FLOAT, tmp_path, "int8", float_operators=("SOFTMAX",), backend="litert")
    with pytest.raises(UsageError, match="has a slash"):
        Made(FLOAT, tmp_path, suffix="../x")


def test_options_travel_as_json() -> None:
    from inspector.jobs.options import from_dict, to_dict

    options = QuantizeOptions(source="m.h5", recipes=("int8",), output_folder="o", float_tensors=(DIGIT,), suffix="s")
    assert from_dict(QuantizeOptions, json.loads(json.dumps(to_dict(options)))) == options
