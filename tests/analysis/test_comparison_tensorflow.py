"""Variants as TensorFlow's converter writes them today: every tensor is found, errors are those of the interpreter."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.analysis.comparison import compare_models
from inspector.formats import open_model

pytestmark = pytest.mark.tensorflow
Array = np.ndarray[Any, np.dtype[Any]]

HEADLINES = {
    "dynamic_range": "DRQ: 3 of 4 weight tensors are INT8.",
    "float16": "float16: all 4 weights and all 4 biases are FLOAT16.",
    "int8": "FIQ: all 4 weights and all activations inside are INT8, biases INT32, input INT8, output UINT8.",
    "int16x8": "int16x8: all 4 weights are INT8, all activations inside INT16, biases INT64, "
    "input and output stay FLOAT32.",
    "sparse": "sparse: 2 of 4 weight tensors are stored without zeros.",
    "sparse_dynamic_range": "sparse DRQ: 3 of 4 weight tensors are INT8, "
    "2 of 4 weight tensors are stored without zeros.",
}


def real_values(path: Path) -> dict[int, Array]:
    """The constants as the interpreter holds them, dequantized with the parameters it tells."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    interpreter = Interpreter(str(path), experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
    interpreter.allocate_tensors()
    found = {}
    constants = {tensor.index for tensor in open_model(path).tensors() if tensor.has_data}
    for detail in interpreter.get_tensor_details():
        if detail["index"] not in constants:  # not computed yet: whatever the memory held before
            continue
        values = interpreter.get_tensor(detail["index"])
        parameters = detail["quantization_parameters"]
        if len(parameters["scales"]):
            shape = [1] * values.ndim
            if len(parameters["scales"]) > 1:
                shape[parameters["quantized_dimension"]] = -1
            zero_points = parameters["zero_points"].reshape(shape)
            values = (values.astype(np.float32) - zero_points) * parameters["scales"].reshape(shape)
        found[detail["index"]] = values.astype(np.float64)
    return found


@pytest.mark.parametrize("kind", HEADLINES)
def test_every_tensor_of_the_float_model_is_found_and_the_headline_is_right(kind: str, converted: Path) -> None:
    models = [open_model(converted / f"{name}.tflite") for name in ("float32", kind)]
    found = compare_models(models)
    assert found.headline == HEADLINES[kind]
    assert found.paired.startswith("22 of 22 tensors paired")
    assert all(row.note for row in found.group("Unmatched"))


@pytest.mark.parametrize("kind", ["dynamic_range", "float16", "int8", "int16x8"])
def test_errors_are_those_of_the_interpreters_own_tensors(kind: str, converted: Path) -> None:
    paths = [converted / f"{name}.tflite" for name in ("float32", kind)]
    before, after = (real_values(path) for path in paths)
    rows = compare_models([open_model(path) for path in paths]).measure().rows
    compared = 0
    for row in rows:
        first, second, found = row.tensors[0], row.tensors[1], row.errors[1]
        if found is None or first is None or second is None:
            continue
        error = before[first.index] - after[second.index]
        noise, signal = float(np.sum(error**2)), float(np.sum(before[first.index] ** 2))
        assert found.rmse == pytest.approx(np.sqrt(np.mean(error**2)), rel=1e-5, abs=1e-12), row.name
        assert found.max_abs_error == pytest.approx(np.abs(error).max(), rel=1e-4, abs=1e-9), row.name
        if not found.exact:
            assert found.sqnr_db == pytest.approx(10 * np.log10(signal / noise), abs=0.01), row.name
        compared += 1
    assert compared == 11


def test_a_recurrent_model_is_compared_in_all_its_subgraphs(converted: Path) -> None:
    found = compare_models([open_model(converted / "lstm.tflite"), open_model(converted / "lstm_dynamic_range.tflite")])
    assert found.paired == "63 of 63 tensors paired by name"
    assert found.measure().headline.endswith("no type differs, and all 16 stored tensors are equal.")
