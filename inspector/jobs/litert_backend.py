"""Variants of a bare float .tflite by LiteRT's quantizer, which needs no TensorFlow.

Its own calibration follows the ranges with a moving average and so clips them. It is therefore given the true minima
and maxima; with them its scales are TensorFlow's.
"""

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from inspector.analysis.progress import Progress
from inspector.errors import DataError, JobError
from inspector.jobs.activation_ranges import Ranges, SampleSource, activation_ranges
from inspector.jobs.litert_recipes import STATIC, litert_rules

_BRANCHING = ("IF", "WHILE", "CALL", "STABLEHLO_WHILE", "STABLEHLO_CASE")
_REFUSALS = (ValueError, RuntimeError, KeyError, IndexError, TypeError, AttributeError, ArithmeticError)


def quantize_with_litert(
    float_model: bytes,
    recipe_id: str,
    samples: SampleSource | None,
    progress: Progress,
    integer_io: bool = False,
    ranges: Ranges | None = None,
) -> bytes:
    """The .tflite of one recipe. `ranges`, from `litert_ranges`, save the calibration where several recipes share it.

    `integer_io`: int16x8 with INT16 inputs and outputs. Operators that it knows no integer form of stay float.
    Raises JobError for a model or recipe that it can't do, DataError for samples that are missing or don't fit.
    """
    rules = litert_rules(recipe_id, integer_io)
    float_model = _prepared(float_model)
    calibration = None
    if recipe_id in STATIC:
        if ranges is None:
            if samples is None:
                raise DataError(f"{recipe_id} needs calibration data. Choose some.")
            ranges = litert_ranges(float_model, samples, progress)
        calibration = _calibration(ranges)
    progress(None, f"Quantizing {recipe_id}")
    return _quantize(float_model, recipe_id, rules, calibration)


def litert_ranges(float_model: bytes, samples: SampleSource, progress: Progress) -> Ranges:
    """What the full integer recipes need to know of the activations. Raises JobError and DataError."""
    float_model = _prepared(float_model)
    return activation_ranges(float_model, samples, progress, _activations(_read(float_model)))


def _activations(model: Any) -> set[str]:
    """Names of the tensors that are given or computed. Raises JobError where a part of them can't be seen."""
    from ai_edge_litert.tools.flatbuffer_utils import opcode_to_name

    subgraph = model.subgraphs[0]
    found = set(map(int, subgraph.inputs))
    for operator in subgraph.operators:
        kind = opcode_to_name(model, operator.opcodeIndex)
        if kind in _BRANCHING:
            raise JobError(
                f"The model has the operator {kind}, which runs other subgraphs: of the values there only the last are "
                "seen. Build LSTM and GRU layers with unroll=True, or choose a recipe without calibration."
            )
        found.update(int(index) for index in operator.outputs if index >= 0)
    return {subgraph.tensors[index].name.decode("utf-8", "replace") for index in found}


def _quantize(
    float_model: bytes, recipe_id: str, rules: list[dict[str, Any]], calibration: Mapping[str, Any] | None
) -> bytes:
    from litert_quantizer.quantizer import Quantizer

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its own interpreter, which keeps all tensors
            quantizer = Quantizer(float_model)
            quantizer.load_quantization_recipe(rules)
            result = quantizer.quantize(calibration, enable_progress_bar=False, enable_progress_report=False)
    except _REFUSALS as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise JobError(f"LiteRT's quantizer could not make {recipe_id}: {lines[0].rstrip('. ')}.") from error
    return bytes(result.quantized_model)


def _calibration(ranges: Ranges) -> dict[str, dict[str, Any]]:
    return {
        name: {"min": np.array([low], np.float32), "max": np.array([high], np.float32)}
        for name, (low, high) in ranges.items()
    }


def _prepared(float_model: bytes) -> bytes:
    """The model as the quantizer wants it: a name of its own for each tensor, operator codes in the field of today, a
    list of signatures, if an empty one. It takes all operators of files from before TensorFlow 2.4 for ADD otherwise.

    Raises JobError for a model that is not float.
    """
    model = _read(float_model)
    _refuse_quantized(model)
    seen: set[bytes] = set()
    changed = model.signatureDefs is None
    model.signatureDefs = model.signatureDefs or []
    for code in model.operatorCodes:
        known = max(code.builtinCode, code.deprecatedBuiltinCode)
        changed |= known != code.builtinCode
        code.builtinCode = known
    for each in _tensors(model):
        name = each.name or b"tensor"
        number = 0
        while name in seen:
            number += 1
            name = b"%s_%d" % (each.name or b"tensor", number)
        changed |= name != each.name
        each.name = name
        seen.add(name)
    if not changed:
        return float_model
    from ai_edge_litert.tools.flatbuffer_utils import convert_object_to_bytearray

    return bytes(convert_object_to_bytearray(model))


def _refuse_quantized(model: Any) -> None:
    from ai_edge_litert.schema_py_generated import TensorType

    for each in _tensors(model):
        if each.quantization is not None and each.quantization.scale is not None and len(each.quantization.scale):
            raise JobError("This .tflite is quantized already. Take the float model that it was made of.")
        if each.type == TensorType.FLOAT16 and _has_data(model, each):
            raise JobError(
                "This .tflite has FLOAT16 weights, which can't be quantized again. Take the float model it was made of."
            )


def _read(tflite: bytes) -> Any:
    from ai_edge_litert.tools.flatbuffer_utils import read_model_from_bytearray

    return read_model_from_bytearray(tflite)


def _tensors(model: Any) -> list[Any]:
    return [each for subgraph in model.subgraphs for each in subgraph.tensors or ()]


def _has_data(model: Any, tensor: Any) -> bool:
    buffer = model.buffers[tensor.buffer]
    return buffer.data is not None and len(buffer.data) > 0
