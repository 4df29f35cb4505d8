"""Findings a user can act on, each from a small model that deserves it and none from one that does not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.analysis.buffers import buffer_findings
from inspector.analysis.health import findings
from inspector.model import Finding, Level, Model, Signature
from tests.analysis.memory_model import Stored, memory_model

INT8 = {"type": "INT8"}
WEIGHTS = Stored(np.ones((8, 8), np.int8), scale=np.full(8, 0.1), zero_point=np.zeros(8), name="layer/w")


def found(model: Model, buffers: bool = False) -> dict[str, Finding]:
    made = findings(model, buffer_findings(model) if buffers else None)
    assert len({finding.code for finding in made}) == len(made)
    assert all(finding.title and (finding.level == Level.GOOD or finding.detail) for finding in made)
    assert [finding.level for finding in made] == sorted((finding.level for finding in made), reverse=True)
    return {finding.code: finding for finding in made}


def int8_model(weights: Stored = WEIGHTS, signed: bool = True, **fields: Any) -> Model:
    tensors = [Stored(**INT8, shape=(1, 8)), weights, Stored(**INT8, shape=(1, 8))]
    signatures = (Signature("serving_default", 0, {"x": 0}, {"y": 2}),) if signed else ()
    return memory_model(
        tensors, [("FULLY_CONNECTED", (0, 1, -1), (2,))], inputs=(0,), outputs=(2,), signatures=signatures, **fields
    )


def test_a_sound_model_has_one_good_finding() -> None:
    made = found(int8_model())
    assert set(made) == {"sound"}
    assert made["sound"].title == "Nothing is damaged"
    assert made["sound"].detail == "3 tensors, 1 operator and all buffer offsets were checked."


def test_damage_found_by_the_reader_stands_first_and_nothing_is_called_sound() -> None:
    damage = Finding(Level.DAMAGE, "tensor_index", "Operator 0 reads T#9 of 3", "...")
    note = Finding(Level.NOTE, "something", "Something", "...")
    made = findings(int8_model(findings=(note, damage)))
    assert made == (damage, note)


def test_without_signature() -> None:
    assert found(int8_model(signed=False))["no_signature"].level == Level.WARNING


@pytest.mark.parametrize("name", ["arith.constant12", "tfl.pseudo_qconst", "tfl.pseudo_const3", "Const_1", ""])
def test_names_the_converter_made_up(name: str) -> None:
    weights = Stored(WEIGHTS.values, scale=WEIGHTS.scale, zero_point=WEIGHTS.zero_point)
    model = int8_model(weights)
    names = model.subgraphs[0].tensor_columns.names
    assert isinstance(names, list)
    names[1] = name
    made = found(model)["no_names"]
    assert (made.title, made.tensors) == ("1 constant carries no layer name", ((0, 1),))


def test_hybrid_operators_and_small_float_weights_of_dynamic_range() -> None:
    tensors = [*[Stored(shape=(1, 8))] * 3, WEIGHTS, Stored(np.ones((8, 8), np.float32), name="layer/small"),
               Stored(np.ones((200, 8), np.float32), name="layer/large"), Stored(shape=(1, 200))]  # fmt: skip
    operators = [("FULLY_CONNECTED", (0, 3, -1), (1,)), ("FULLY_CONNECTED", (1, 4, -1), (2,)),
                 ("FULLY_CONNECTED", (2, 5, -1), (6,))]  # fmt: skip
    made = found(memory_model(tensors, operators, inputs=(0,), outputs=(6,)))
    assert made["hybrid_operators"].operators == ((0, 0),)
    assert made["small_weights"].title == "1 weight tensor stayed FLOAT32"
    assert made["small_weights"].tensors == ((0, 4),)
    assert made["large_float_weights"].tensors == ((0, 5),)


def test_float_ends_around_an_int8_body() -> None:
    tensors = [Stored(shape=(1, 8)), Stored(**INT8, shape=(1, 8)), WEIGHTS, Stored(**INT8, shape=(1, 8)),
               Stored(shape=(1, 8))]  # fmt: skip
    operators = [("QUANTIZE", (0,), (1,)), ("FULLY_CONNECTED", (1, 2, -1), (3,)), ("DEQUANTIZE", (3,), (4,))]
    made = found(memory_model(tensors, operators, inputs=(0,), outputs=(4,)))
    assert made["float_io"].tensors == ((0, 0), (0, 4))


def test_custom_operators_and_densify() -> None:
    tensors = [Stored(shape=(1, 8)), Stored(np.ones((8, 8), np.float32), name="layer/w"), Stored(shape=(8, 8)),
               Stored(shape=(1, 8)), Stored(shape=(1, 8))]  # fmt: skip
    operators = [("DENSIFY", (1,), (2,)), ("FULLY_CONNECTED", (0, 2, -1), (3,)), ("MyOp", (3,), (4,))]
    made = found(memory_model(tensors, operators, inputs=(0,), outputs=(4,)))
    assert made["densify"].operators == ((0, 0),)
    assert (made["custom_operator"].title, made["custom_operator"].operators) == (
        "Custom operator MyOp, 1 time", ((0, 2),)
    )  # fmt: skip


def test_legacy_uint8() -> None:
    weights = Stored(np.ones((8, 8), np.uint8), scale=0.1, zero_point=128, name="layer/w")
    tensors = [Stored(type="UINT8", shape=(1, 8)), weights, Stored(type="UINT8", shape=(1, 8))]
    assert "legacy_uint8" in found(memory_model(tensors, [("FULLY_CONNECTED", (0, 1, -1), (2,))], inputs=(0,)))


def test_uneven_scales_single_scales_and_shifted_zero_points() -> None:
    uneven = Stored(WEIGHTS.values, scale=np.geomspace(1e-4, 1, 8), zero_point=np.zeros(8), name="layer/w")
    assert found(int8_model(uneven))["uneven_channels"].title == "1 weight tensor with scales up to 10,000 times apart"
    shifted = Stored(WEIGHTS.values, scale=0.1, zero_point=5, name="layer/w")
    assert found(int8_model(shifted))["weights_zero_point"].tensors == ((0, 1),)
    kernel = Stored(np.ones((8, 1, 1, 8), np.int8), scale=0.1, zero_point=0, name="layer/w")
    image = Stored(**INT8, shape=(1, 1, 1, 8))
    made = found(memory_model([image, kernel, image], [("CONV_2D", (0, 1, -1), (2,))], inputs=(0,), outputs=(2,)))
    assert made["per_tensor_weights"].tensors == ((0, 1),)


def test_dynamic_batch_and_other_dynamic_dimensions() -> None:
    for signature, title in (((-1, 8), "The batch is dynamic"), ((1, -1), "An input has dynamic dimensions")):
        model = int8_model()
        subgraph = model.subgraphs[0]
        columns = replace(subgraph.tensor_columns, shape_signatures=[signature, None, None])
        model = replace(model, subgraphs=(replace(subgraph, tensor_columns=columns),))
        assert found(model)["dynamic_dimension"].title == title


def test_constants_that_nothing_reads() -> None:
    tensors = [Stored(shape=(1, 8)), Stored(np.ones(500, np.float32), name="lost"), Stored(shape=(1, 8))]
    made = found(memory_model(tensors, [("RELU", (0,), (2,))], inputs=(0,), outputs=(2,)))
    assert (made["unread_constants"].tensors, made["unread_constants"].detail) == (
        ((0, 1),), "2,000 B in the file that nothing uses."
    )  # fmt: skip


def test_duplicates_and_zeros_need_the_values() -> None:
    same, zeros = np.arange(64, dtype=np.float32).reshape(8, 8), np.zeros(8, np.float32)
    tensors = [Stored(shape=(1, 8)), Stored(same, name="a/w"), Stored(same, name="b/w"), Stored(zeros, name="b/b"),
               Stored(shape=(1, 8)), Stored(shape=(1, 8))]  # fmt: skip
    operators = [("FULLY_CONNECTED", (0, 1, -1), (4,)), ("FULLY_CONNECTED", (4, 2, 3), (5,))]
    model = memory_model(tensors, operators, inputs=(0,), outputs=(5,))
    assert "duplicate_buffers" not in found(model)
    made = found(model, buffers=True)
    assert made["duplicate_buffers"].title == "2 buffers hold the same bytes as another"
    assert made["duplicate_buffers"].detail == "Stored once, the file would be 256 B smaller."
    assert (made["zero_buffers"].tensors, made["zero_buffers"].title) == (((0, 3),), "1 buffer holds only zeros")


def keras(*layers: str, optimizer: bool = False, **fields: Any) -> Model:
    tensors = [Stored(np.ones((4, 4), np.float32), role="weights", name="w")]
    tensors += [Stored(np.ones(100, np.float32), kind="optimizer", name="m")] * optimizer
    operators = [(name, (0,) if place == 0 else (), ()) for place, name in enumerate(layers)]
    return memory_model(tensors, operators, layers=[{"name": f"layer{i}"} for i in range(len(layers))], **fields)


def test_keras_lambda_is_a_warning_and_wrappers_are_notes() -> None:
    made = found(keras("Dense", "Lambda", "PruneLowMagnitude(Dense)", "QuantizeWrapperV2(Conv2D)"))
    assert (made["lambda_layer"].level, made["lambda_layer"].operators) == (Level.WARNING, ((0, 1),))
    assert made["pruning_wrappers"].operators == ((0, 2),)
    assert made["quantization_wrappers"].operators == ((0, 3),)
    assert made["sound"].detail == "1 tensor and 4 layers were checked."


def test_keras_optimizer_and_weights_alone() -> None:
    assert found(keras("Dense", optimizer=True))["optimizer_state"].title == "The optimizer's state takes 400 B"
    assert "weights_only" in found(keras("Dense", format="keras_weights"))
    assert set(found(keras("Dense"))) == {"sound"}


def test_the_emotion_model_has_the_findings_of_the_picture(shared_models: Path) -> None:
    from inspector.formats import open_model

    made = found(open_model(shared_models / "fer__emotion_model_quantized.tflite"))
    assert made["no_signature"].detail == "Inputs and outputs can only be found by position."
    assert made["no_names"].title == "44 constants carry no layer name"
    assert made["small_weights"].title == "14 weight tensors stayed FLOAT32"
    assert made["small_weights"].detail == "Each has fewer than 1,024 elements; DRQ leaves those alone."
    assert made["sound"].detail == "78 tensors, 33 operators and all buffer offsets were checked."
