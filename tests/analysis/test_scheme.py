"""The verdict on each kind of model: its badge, its sentence, and what it means for a microcontroller."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.analysis.scheme import Scheme, scheme_of
from inspector.model import Model
from tests.analysis.memory_model import Stored, memory_model


def dense(
    data: str, weights: str, ends: tuple[str, str] | None = None, count: int = 1, size: int = 64, **fields: Any
) -> Model:
    """FULLY_CONNECTED operators in a row on activations of type `data`; with `ends`, other types in and out."""
    kind = np.float32 if weights.startswith("FLOAT") else np.int8
    scaled = {} if kind is np.float32 else {"scale": np.full(size, 0.1), "zero_point": np.zeros(size)}
    tensors = [Stored(type=data, shape=(1, size)) for _ in range(count + 1)]
    tensors += [Stored(np.ones((size, size), kind), weights, **(scaled | fields)) for _ in range(count)]
    operators = [("FULLY_CONNECTED", (i, count + 1 + i, -1), (i + 1,)) for i in range(count)]
    inputs, outputs = (0,), (count,)
    if ends is not None:
        tensors += [Stored(type=ends[0], shape=(1, size)), Stored(type=ends[1], shape=(1, size))]
        inputs, outputs = (len(tensors) - 2,), (len(tensors) - 1,)
        operators = [("QUANTIZE", inputs, (0,)), *operators, ("DEQUANTIZE", (count,), outputs)]
    return memory_model(tensors, operators, inputs=inputs, outputs=outputs)


def widened(weights: str, **fields: Any) -> Model:
    """A convolution whose weights stand behind DEQUANTIZE."""
    kind = np.float16 if weights == "FLOAT16" else np.int8
    tensors = [Stored(shape=(1, 8)), Stored(np.ones((4, 8), kind), weights, **fields), Stored(shape=(4, 8)),
               Stored(shape=(1, 4))]  # fmt: skip
    operators = [("DEQUANTIZE", (1,), (2,)), ("FULLY_CONNECTED", (0, 2, -1), (3,))]
    return memory_model(tensors, operators, inputs=(0,), outputs=(3,))


def chips(scheme: Scheme) -> list[str]:
    return [chip.text for chip in scheme.chips]


def test_float32() -> None:
    scheme = scheme_of(dense("FLOAT32", "FLOAT32", count=2))
    assert (scheme.id, scheme.badge, scheme.badge_type) == ("float32", "float32", "FLOAT32")
    assert scheme.sentence == "All 2 weight tensors are FLOAT32; all arithmetic is FLOAT32."
    assert chips(scheme) == ["weights FLOAT32", "activations FLOAT32", "inputs and outputs FLOAT32"]
    assert scheme.microcontroller.startswith("On a microcontroller: TFLM runs it, at four times the size")


def test_dynamic_range_leaves_small_weights_in_float() -> None:
    model = memory_model(
        [*[Stored(shape=(1, 64))] * 3, Stored(np.ones((64, 64), np.int8), scale=np.ones(64), zero_point=np.zeros(64)),
         np.ones((4, 64), np.float32)],
        [("FULLY_CONNECTED", (0, 3, -1), (1,)), ("FULLY_CONNECTED", (1, 4, -1), (2,))], inputs=(0,), outputs=(2,),
    )  # fmt: skip
    scheme = scheme_of(model)
    assert (scheme.id, scheme.badge, scheme.title) == ("dynamic_range", "DRQ", "Dynamic range quantization (DRQ)")
    assert scheme.sentence == (
        "1 of 2 weight tensors is INT8 with one scale per channel; all arithmetic between operators stays in FLOAT32."
    )
    assert chips(scheme) == ["weights INT8", "activations FLOAT32", "inputs and outputs FLOAT32"]
    assert "no hybrid convolutions, so this file does not run there" in scheme.microcontroller


def test_float16_weights_are_widened() -> None:
    scheme = scheme_of(widened("FLOAT16"))
    assert (scheme.id, scheme.title) == ("float16", "FLOAT16 weights")
    assert "widened to FLOAT32 before use" in scheme.sentence
    assert "does not take FLOAT16" in scheme.microcontroller
    assert chips(scheme) == ["weights FLOAT16", "inputs and outputs FLOAT32"]


@pytest.mark.parametrize(("scales", "words"), [(1, "small, but slow"), (4, "wrong results")])
def test_weight_only_runs_on_a_microcontroller_with_one_scale_a_tensor(scales: int, words: str) -> None:
    scheme = scheme_of(widened("INT8", scale=np.ones(scales), zero_point=np.zeros(scales)))
    assert (scheme.id, scheme.badge) == ("weight_only", "weight-only")
    assert words in scheme.microcontroller


@pytest.mark.parametrize(
    ("ends", "id_", "badge", "title"),
    [
        (None, "int8", "FIQ int8", "Full integer quantization (FIQ)"),
        (("UINT8", "UINT8"), "uint8", "FIQ uint8", "Full integer quantization (FIQ), UINT8 in and out"),
        (("FLOAT32", "FLOAT32"), "int8_float_io", "FIQ float", "Full integer quantization (FIQ), FLOAT32 in and out"),
        (("INT8", "FLOAT32"), "int8_float_io", "FIQ float", "Full integer quantization (FIQ), FLOAT32 in or out"),
        (("INT8", "UINT8"), "int8", "FIQ int8", "Full integer quantization (FIQ)"),
    ],
)
def test_full_integer_says_which_ends_it_has(ends: tuple[str, str] | None, id_: str, badge: str, title: str) -> None:
    scheme = scheme_of(dense("INT8", "INT8", ends))
    assert (scheme.id, scheme.badge, scheme.title) == (id_, badge, title)
    assert "activations are INT8 too" in scheme.sentence


def test_an_operator_that_stays_in_float_is_counted() -> None:
    model = dense("INT8", "INT8", ("FLOAT32", "FLOAT32"))
    columns = model.subgraphs[0].operator_columns
    operators = list(zip(columns.op_names, columns.inputs, columns.outputs, strict=True))
    tensors = [Stored(type="INT8", shape=(1, 64))] * 2 + [
        Stored(np.ones((64, 64), np.int8), scale=0.1, zero_point=0), *[Stored(shape=(1, 64))] * 3
    ]  # fmt: skip
    scheme = scheme_of(memory_model(tensors, [*operators, ("SOFTMAX", (4,), (5,))], inputs=(3,), outputs=(5,)))
    assert "but 1 operator still computes in FLOAT32" in scheme.sentence
    assert "with one scale per tensor" in scheme.sentence


def test_int16x8_and_legacy_uint8() -> None:
    assert scheme_of(dense("INT16", "INT8")).id == "int16x8"
    legacy = scheme_of(dense("UINT8", "UINT8"))
    assert (legacy.id, legacy.badge) == ("legacy_uint8", "uint8")
    assert "has dropped UINT8 kernels" in legacy.microcontroller


def test_float_islands_make_a_model_mixed() -> None:
    model = memory_model(
        [Stored(type="INT8", shape=(1, 8)), Stored(type="INT8", shape=(1, 8)), Stored(shape=(1, 8)),
         Stored(shape=(1, 8)), Stored(np.ones((8, 8), np.int8), scale=0.1, zero_point=0), np.ones((8, 8), np.float32)],
        [("FULLY_CONNECTED", (0, 4, -1), (1,)), ("DEQUANTIZE", (1,), (2,)), ("FULLY_CONNECTED", (2, 5, -1), (3,))],
        inputs=(0,), outputs=(3,),
    )  # fmt: skip
    scheme = scheme_of(model)
    assert (scheme.id, scheme.title) == ("mixed", "Mixed precision")
    assert scheme.sentence == "Of the operators that multiply, 1 in INT8, 1 in FLOAT32."
    assert chips(scheme)[:2] == ["weights INT8", "activations INT8"]


def test_a_model_without_weights_goes_by_its_activations() -> None:
    for type_name, id_ in (("FLOAT32", "float32"), ("INT8", "int8"), ("INT32", "unknown")):
        given = [Stored(type=type_name, shape=(1, 4))] * 2
        scheme = scheme_of(memory_model(given, [("ADD", (0, 0), (1,))], inputs=(0,), outputs=(1,)))
        assert scheme.id == id_
        assert scheme.sentence and scheme.microcontroller.startswith("On a microcontroller: ")


def test_a_model_of_nothing_has_a_verdict() -> None:
    assert scheme_of(memory_model([])).id == "unknown"


def test_custom_operators_and_densify_stand_in_the_way() -> None:
    data = Stored(type="INT8", shape=(1, 8))
    tensors = [data, data, Stored(np.ones((8, 8), np.int8), scale=0.1, zero_point=0), data]
    operators = [("FULLY_CONNECTED", (0, 2, -1), (1,)), ("MyOp", (1,), (3,))]
    scheme = scheme_of(memory_model(tensors, operators, inputs=(0,), outputs=(3,)))
    assert scheme.microcontroller.endswith("You must bring a kernel for the custom MyOp.")
    sparse = memory_model([Stored(shape=(1, 8)), np.ones((8, 8), np.float32), Stored(shape=(8, 8)),
                           Stored(shape=(1, 8))],
                          [("DENSIFY", (1,), (2,)), ("FULLY_CONNECTED", (0, 2, -1), (3,))])  # fmt: skip
    assert scheme_of(sparse).id == "float32"
    assert "TFLM has no DENSIFY" in scheme_of(sparse).microcontroller


def test_keras() -> None:
    kernel = Stored(np.ones((8, 3), np.float32), role="weights")
    model = memory_model([kernel], [("Dense", (0,), ())], layers=[{"name": "dense"}])
    scheme = scheme_of(model)
    assert (scheme.id, scheme.badge, scheme.badge_type) == ("keras", "Keras", "")
    assert scheme.sentence == "The only weight tensor is FLOAT32, in 1 layer."
    weights = memory_model([kernel], [("Dense", (0,), ())], layers=[{"name": "dense"}], format="keras_weights")
    assert scheme_of(weights).title == "Keras weights without a model"


@pytest.mark.parametrize(
    ("name", "id_", "sentence"),
    [
        ("fer__emotion_model_quantized.tflite", "dynamic_range",
         "9 of 23 weight tensors are INT8 with one scale per channel; all arithmetic between operators stays in "
         "FLOAT32."),
        ("pymicro_wakeword__okay_nabu.tflite", "int8", "All 12 weight tensors are INT8 with one scale per channel; "
         "activations are INT8 too."),
        ("tflite_micro__sine_float.tflite", "float32", "All 3 weight tensors are FLOAT32; all arithmetic is FLOAT32."),
        ("mediapipe__face_detection_full_range_sparse.tflite", "float16", "All 91 weight tensors are FLOAT16; they are "
         "widened to FLOAT32 before use, and all arithmetic is FLOAT32."),
        ("mediapipe__selfie_segmentation.tflite", "float16", "All 55 weight tensors are FLOAT16; they are widened to "
         "FLOAT32 before use, and all arithmetic is FLOAT32."),
    ],
)  # fmt: skip
def test_real_models_get_the_verdict_of_the_picture(name: str, id_: str, sentence: str, shared_models: Path) -> None:
    from inspector.formats import open_model

    scheme = scheme_of(open_model(shared_models / name))
    assert (scheme.id, scheme.sentence) == (id_, sentence)
