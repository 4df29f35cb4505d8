"""Which tensor is which: names that mislead, conversions in between, other fusions, other operators."""

from pathlib import Path

import numpy as np
import pytest

from inspector.analysis.pairing import pair_models
from inspector.analysis.skeleton import aligned_steps, skeleton_of
from inspector.formats import open_model
from inspector.model import Model
from tests import twins
from tests.analysis.memory_model import Stored, memory_model
from tests.twins import write_twin


def named(model: Model, other: Model) -> dict[str, tuple[str, str]]:
    """Name -> (partner's name, how)."""
    pairs = pair_models(model, other)
    tensors = {(tensor.subgraph, tensor.index): tensor for tensor in model.tensors()}
    return {tensors[key].name: (partner.name, pairing.how) for key, (partner, pairing) in pairs.items()}


def twin(folder: Path, kind: str) -> Model:
    return open_model(write_twin(folder, kind))


@pytest.mark.parametrize("kind", [kind for kind in twins.KINDS if kind != "float32"])
def test_every_tensor_of_the_float_model_is_found_in_every_variant(kind: str, tmp_path: Path) -> None:
    original, variant = twin(tmp_path, "float32"), twin(tmp_path, kind)
    found = named(original, variant)
    assert found.keys() == {tensor.name for tensor in original.tensors()}
    for name in (*twins.WEIGHTS, *twins.BIASES, twins.INPUT, twins.OUTPUT, twins.SHAPE):
        assert found[name] == (name, "name")
    pairs = pair_models(original, variant)
    assert all(partner.shape == original.subgraphs[0].tensors[key[1]].shape for key, (partner, _) in pairs.items())
    assert len({partner.index for partner, _ in pairs.values()}) == len(pairs)


def test_a_name_that_a_widened_bias_has_taken_does_not_mislead(tmp_path: Path) -> None:
    found = named(twin(tmp_path, "float32"), twin(tmp_path, "float16"))
    assert found[f"{twins.CONV_BIAS}1"] == (f"{twins.CONV_BIAS}2", "position")


def test_the_output_stays_the_output_behind_dequantize(tmp_path: Path) -> None:
    variant = twin(tmp_path, "int8_float_io")
    pairs = pair_models(variant, twin(tmp_path, "int8"))
    outputs = {variant.subgraphs[0].tensors[index].name: partner.kind for (_, index), (partner, _) in pairs.items()}
    assert outputs[twins.OUTPUT] == "output" and f"{twins.OUTPUT}1" not in outputs
    assert "tfl.quantize" not in outputs


def test_two_variants_of_a_kind_are_paired_with_their_conversions(tmp_path: Path) -> None:
    first = twin(tmp_path, "int8_float_io")
    found = named(first, open_model(write_twin(tmp_path, "int8_float_io", seed=6, stem="again")))
    assert found.keys() == {tensor.name for tensor in first.tensors()}
    assert found["tfl.quantize"] == ("tfl.quantize", "name")


def layers(names: list[str], operators: list[str] | None = None, biases: list[int] | None = None) -> Model:
    """Three layers of one shape: T#0 the input, T#1..3 their weights, T#4..6 their outputs, then constants."""
    values = [np.full((4, 4), place, np.float32) for place in range(3)]
    tensors = [Stored(shape=(1, 4)), *map(Stored, values), *[Stored(shape=(1, 4))] * 3]
    shared = [Stored(np.full(4, place, np.float32)) for place in range(len(set(biases or [])))]
    given = [Stored(t.values, name=n, shape=t.shape) for t, n in zip([*tensors, *shared], names, strict=False)]
    kinds = operators or ["FULLY_CONNECTED"] * 3
    reads = [(0, 4, 5)[place] for place in range(3)]
    steps = [
        (kind, (reads[place], place + 1, *([7 + biases[place]] if biases else [])), (place + 4,))
        for place, kind in enumerate(kinds)
    ]
    return memory_model(given, steps, inputs=(0,), outputs=(6,))


def test_names_that_mean_nothing_give_way_to_position() -> None:
    first = layers(["x", "arith.constant", "arith.constant1", "tfl.pseudo_qconst", "a", "b", "y"])
    second = layers(["x", "arith.constant1", "tfl.pseudo_qconst", "arith.constant", "c", "d", "y"])
    found = named(first, second)
    assert found["arith.constant"] == ("arith.constant1", "position")
    assert found["tfl.pseudo_qconst"] == ("arith.constant", "position")
    assert (found["a"], found["b"]) == (("c", "position"), ("d", "position"))


def test_a_constant_that_several_operators_share_is_the_partner_of_each() -> None:
    first = layers(["x", "u", "v", "w", "a", "b", "y", "p", "q", "r"], biases=[0, 1, 2])
    second = layers(["x", "u", "v", "w", "a", "b", "y", "zeros"], biases=[0, 0, 0])
    found = named(first, second)
    assert {found[name][0] for name in "pqr"} == {"zeros"}
    assert named(second, first)["zeros"] == ("p", "position")


def test_where_operators_differ_own_names_count_and_the_rest_goes_by_what_is_common() -> None:
    first = layers(["x", "u", "arith.constant", "w", "a", "b", "y"])
    second = layers(["x", "u2", "arith.constant", "w", "a", "c", "y"], ["FULLY_CONNECTED", "FULLY_CONNECTED", "ADD"])
    found = named(first, second)
    assert found["w"] == ("w", "name") and found["u"] == ("u2", "position")
    assert found["b"] == ("c", "position")


def test_fused_names_are_known_by_a_part() -> None:
    names = ["x", "u", "v", "w", "net/a/Relu;net/a/BiasAdd", "net/b/Relu;net/b/BiasAdd", "y"]
    first = layers(names, ["CONV_2D", "MEAN", "SUM"])
    second = layers(["x", "u", "v", "w", "net/b/BiasAdd", "net/a/BiasAdd;net/a/MatMul", "y"], ["ADD", "MUL", "SUB"])
    found = named(first, second)
    assert found[names[4]] == ("net/a/BiasAdd;net/a/MatMul", "part")
    assert found[names[5]] == ("net/b/BiasAdd", "part")


def test_the_same_name_with_another_shape_is_paired_and_said(tmp_path: Path) -> None:
    first = memory_model([Stored(np.zeros((2, 3), np.float32), name="w"), Stored(np.zeros(2, np.float32), name="b")])
    second = memory_model([Stored(np.zeros((2, 4), np.float32), name="w"), Stored(shape=(2,), name="b")])
    ((key, (partner, pairing)),) = pair_models(first, second).items()
    assert key == (0, 0) and partner.index == 0 and pairing.note == "the shapes differ: [2, 3] and [2, 4]"


def test_models_that_have_nothing_in_common_share_nothing() -> None:
    first = memory_model([Stored(np.zeros((2, 3), np.float32), name="w")])
    assert pair_models(first, memory_model([Stored(np.zeros(7, np.float32), name="q")])) == {}
    assert pair_models(first, memory_model([])) == {}


def test_a_damaged_model_with_indices_that_lead_nowhere_is_paired_as_far_as_it_goes() -> None:
    first = memory_model([Stored(np.zeros(3, np.float32), name="w")], [("ADD", (0, 99), (-1,)), ("DEQUANTIZE", (), ())])
    second = memory_model(
        [Stored(np.zeros(3, np.float32), name="v")], [("ADD", (0, 7), (50,)), ("QUANTIZE", (9,), (0,))]
    )
    assert named(first, second) == {"w": ("v", "position")}
    pair_models(memory_model([], inputs=(5,), outputs=(-1,)), first)


def test_a_skeleton_leaves_conversions_out_and_looks_through_them(tmp_path: Path) -> None:
    subgraph = twin(tmp_path, "float16").subgraphs[0]
    skeleton = skeleton_of(subgraph)
    names = [subgraph.operator_columns.op_names[step] for step in skeleton.steps]
    assert names == ["CONV_2D", "RESHAPE", "FULLY_CONNECTED", "FULLY_CONNECTED", "SOFTMAX"]
    read = [subgraph.tensors[index] for index in skeleton.inputs(skeleton.steps[0])]
    assert [tensor.type.name for tensor in read] == ["FLOAT32", "FLOAT16", "FLOAT16"]
    assert len(skeleton.from_constant) == 6


def test_operators_are_aligned_around_what_only_one_model_has() -> None:
    first = skeleton_of(layers(list("xuvwaby"), ["CONV_2D", "MEAN", "SOFTMAX"]).subgraphs[0])
    second = skeleton_of(layers(list("xuvwaby"), ["CONV_2D", "TANH", "SOFTMAX"]).subgraphs[0])
    assert aligned_steps(first, second) == ([(0, 0), (2, 2)], False)
    assert aligned_steps(first, first) == ([(0, 0), (1, 1), (2, 2)], True)


def test_the_dynamic_range_model_of_fer_is_paired_with_itself(shared_models: Path) -> None:
    model = open_model(shared_models / "fer__emotion_model_quantized.tflite")
    found = named(model, open_model(shared_models / "fer__emotion_model_quantized.tflite"))
    assert len(found) == 78 and all(name == partner for name, (partner, _) in found.items())
