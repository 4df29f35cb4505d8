"""FLOAT16 constants become FLOAT32 ones: the same results, no DEQUANTIZE left, what can't be widened is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.errors import JobError
from inspector.formats import open_model
from inspector.jobs.float16_widening import stored_as_float16, widened
from inspector.jobs.variant_run import run_once
from tests.builders import ModelBuilder

WEIGHTS = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float16)


def half_precision(shared: bool = False) -> ModelBuilder:
    """Two dense layers whose FLOAT16 weights a DEQUANTIZE widens; `shared`: one constant serves both."""
    b = ModelBuilder()
    x = b.tensor("x", [1, 4])
    options = b.options("FullyConnectedOptions")
    outputs, narrow = [], None
    for number in range(2):
        if narrow is None or not shared:
            narrow = b.tensor(f"w{number}", [3, 4], "FLOAT16", WEIGHTS + number)
        wide = b.tensor(f"w{number}_wide", [3, 4])
        outputs.append(b.tensor(f"y{number}", [1, 3]))
        b.operator("DEQUANTIZE", [narrow], [wide], version=3)
        b.operator("FULLY_CONNECTED", [x, wide, -1], [outputs[-1]], options)
    b.signature("serving_default", {"x": x}, {"first": outputs[0], "second": outputs[1]})
    return b.inputs(x).outputs(*outputs)


def outputs(path: Path) -> list[Any]:
    return list(run_once(path, [np.float32([[1, 2, 3, 4]])]).outputs.values())


@pytest.mark.parametrize("shared", [False, True])
def test_it_computes_the_same_without_the_operators_that_widened(shared: bool, tmp_path: Path) -> None:
    narrow, wide = tmp_path / "narrow.tflite", tmp_path / "wide.tflite"
    narrow.write_bytes(half_precision(shared).finish())
    wide.write_bytes(widened(narrow.read_bytes(), "narrow.tflite"))
    model = open_model(wide)
    assert [operator.op_name for operator in model.operators()] == ["FULLY_CONNECTED"] * 2
    assert {tensor.type.name for tensor in model.tensors()} == {"FLOAT32"}
    assert model.findings == () and not stored_as_float16(model) and stored_as_float16(open_model(narrow))
    assert [tensor.name for tensor in model.tensors() if tensor.kind == "constant"] == (
        ["w0"] if shared else ["w0", "w1"]
    )
    for ours, theirs in zip(outputs(wide), outputs(narrow), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def test_signatures_name_the_same_tensors_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "wide.tflite"
    path.write_bytes(widened(half_precision().finish(), "x"))
    model = open_model(path)
    tensors = model.subgraphs[0].tensors
    signature = model.signatures[0]
    assert [tensors[index].name for index in signature.inputs.values()] == ["x"]
    assert {key: tensors[index].name for key, index in signature.outputs.items()} == {"first": "y0", "second": "y1"}


def test_codes_of_operators_that_are_gone_ask_for_no_version_any_more() -> None:
    from ai_edge_litert.tools.flatbuffer_utils import read_model_from_bytearray

    model = read_model_from_bytearray(bytearray(widened(half_precision().finish(), "x")))
    assert len(model.operatorCodes) == 1
    assert sum(len(buffer.data) for buffer in model.buffers if buffer.data is not None) == 2 * 12 * 4


def test_a_model_that_computes_with_float16_is_refused() -> None:
    b = ModelBuilder()
    x, y = b.tensor("x", [1, 4], "FLOAT16"), b.tensor("y", [1, 4], "FLOAT16")
    b.operator("RELU", [x], [y])
    with pytest.raises(JobError, match=r"half\.tflite computes with FLOAT16 \(x\)"):
        widened(b.inputs(x).outputs(y).finish(), "half.tflite")


def test_float16_weights_without_their_zeros_are_refused(shared_models: Path) -> None:
    path = shared_models / "mediapipe__face_detection_full_range_sparse.tflite"
    with pytest.raises(JobError, match="without their zeros"):
        widened(path.read_bytes(), path.name)


@pytest.mark.parametrize("name", ["mediapipe__selfie_segmentation", "mediapipe__face_detection_short_range"])
def test_real_float16_models_compute_the_same(name: str, shared_models: Path, tmp_path: Path) -> None:
    path, wide = shared_models / f"{name}.tflite", tmp_path / "wide.tflite"
    wide.write_bytes(widened(path.read_bytes(), path.name))
    for ours, theirs in zip(run_once(wide, None).outputs.values(), run_once(path, None).outputs.values(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)
