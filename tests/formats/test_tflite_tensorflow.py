"""What TensorFlow's converter writes today is read to the last field, and its values are the interpreter's."""

from pathlib import Path

import numpy as np
import pytest

from inspector.formats import open_model
from inspector.model import Level
from tests.check_model import check_model
from tests.formats import official

KINDS = (
    "float32",
    "dynamic_range",
    "float16",
    "int8",
    "int16x8",
    "sparse",
    "sparse_dynamic_range",
    "lstm",
    "lstm_dynamic_range",
)

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize("kind", KINDS)
def test_fields(kind: str, converted: Path) -> None:
    path = converted / f"{kind}.tflite"
    data, model = path.read_bytes(), open_model(path)
    assert official.our_tensors(model) == official.official_tensors(data)
    assert official.our_operators(model) == official.official_operators(data)
    assert official.our_rest(model) == official.official_rest(data)
    assert [(s.key, s.subgraph, s.inputs, s.outputs) for s in model.signatures] == official.official_signatures(data)
    assert not [finding for finding in model.findings if finding.level >= Level.WARNING]
    assert model.facts["converted by"].startswith("TensorFlow 2.")
    check_model(model)


@pytest.mark.parametrize("kind", KINDS)
def test_values(kind: str, converted: Path) -> None:
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    path = converted / f"{kind}.tflite"
    interpreter = Interpreter(
        str(path),
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    interpreter.invoke()
    model = open_model(path)
    subgraph, compared = model.subgraphs[0], 0
    for tensor in subgraph.tensors:
        if tensor.has_data and tensor.sparsity is None:
            assert np.array_equal(model.values(tensor), interpreter.get_tensor(tensor.index), equal_nan=True)
            compared += 1
    for operator in subgraph.operators:
        if operator.op_name in ("DENSIFY", "DEQUANTIZE") and subgraph.tensors[operator.inputs[0]].has_data:
            ours = model.values(subgraph.tensors[operator.inputs[0]], dequantized=operator.op_name == "DEQUANTIZE")
            theirs = interpreter.get_tensor(operator.outputs[0])
            assert np.array_equal(ours.astype(theirs.dtype), theirs)
            compared += 1
    assert compared > 3


def test_the_kinds_are_what_they_say(converted: Path) -> None:
    sparse = open_model(converted / "sparse.tflite")
    assert any(tensor.sparsity for tensor in sparse.tensors())
    assert {op.op_name for op in open_model(converted / "lstm_dynamic_range.tflite").operators()} & {
        "UNIDIRECTIONAL_SEQUENCE_LSTM", "WHILE"}  # fmt: skip
    int8 = open_model(converted / "int8.tflite")
    assert [int8.inputs()[0].type.name, int8.outputs()[0].type.name] == ["INT8", "UINT8"]
    assert int8.facts["optimizations"] == "full integer"
    assert any(tensor.quantization and tensor.quantization.per_channel for tensor in int8.tensors())
