"""The range of values an input should have, where the model itself says so: in a layer at the input or its metadata."""

import re
from dataclasses import replace
from typing import Any

from inspector.datasets.first_layer import input_chain
from inspector.datasets.input_spec import InputSpec
from inspector.errors import InspectorError
from inspector.model import Model, Operator
from inspector.model.tensor_types import TYPE_BY_NAME
from inspector.model.text import number_text

_PASSED = {"InputLayer", "Reshape", "RESHAPE", "Flatten", "ZeroPadding2D", "PAD", "CAST", "Dropout", "EXPAND_DIMS"}
_INPUT_LINE = re.compile(r"^input .*?(?:normalized as \(value - (?P<mean>[-+.\de]+)\) / (?P<deviation>[-+.\de]+))?$")


def with_range(spec: InputSpec, model: Model, position: int) -> InputSpec:
    """`spec` with `low`, `high` and `because` where they can be told; `position` counts the inputs."""
    try:
        found = _from_layers(spec, model) or _from_metadata(spec, model, position)
    except (InspectorError, ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError):
        return spec  # a hint is given up; that a file is damaged is said where it is opened
    if found is None:
        return spec
    low, high, because = found
    return replace(spec, low=low, high=high, because=because, strict=because.endswith(" rows"))


def _from_layers(spec: InputSpec, model: Model) -> tuple[float, float, str] | None:
    floats = spec.type in TYPE_BY_NAME and TYPE_BY_NAME[spec.type].is_float
    for operator in input_chain(model, spec):
        rows = _embedding_rows(operator)
        if rows:
            return 0.0, rows - 1.0, f"{operator.name or operator.op_name} has {rows:,} rows"
        if operator.op_name in _PASSED:
            continue
        if not floats:
            return None
        if operator.op_name == "Rescaling":
            scale, offset = operator.options.get("scale"), operator.options.get("offset") or 0.0
            return _of_pixels(scale, offset, f"its layer {operator.name} is Rescaling({_fraction(scale)})")
        if operator.op_name == "QUANTIZE":
            return _of_quantize(operator)
        if operator.op_name in ("MUL", "DIV"):
            factor = _scalar(model, operator)
            if factor:
                scale = factor if operator.op_name == "MUL" else 1 / factor
                return _of_pixels(scale, 0.0, f"its first operator multiplies by {_fraction(scale)}")
        return None
    return None


def _of_pixels(scale: Any, offset: Any, because: str) -> tuple[float, float, str] | None:
    """0 to 255, if that is what the rescaling brings to about -1 to 1."""
    if not isinstance(scale, int | float) or not isinstance(offset, int | float):
        return None
    low, high = float(offset), 255 * float(scale) + float(offset)
    return (0.0, 255.0, because) if -1.05 <= low <= 0.05 and 0.45 <= high <= 1.05 else None


def _of_quantize(operator: Operator) -> tuple[float, float, str] | None:
    """What the levels behind a QUANTIZE at the input stand for."""
    tensor = operator.owner.tensors[operator.outputs[0]]
    scale, zero_point = tensor.scale, tensor.zero_point
    if not isinstance(scale, float) or not tensor.type.is_integer:
        return None
    zero = zero_point if isinstance(zero_point, int) else 0
    low, high = ((level - zero) * scale for level in tensor.type.level_range)
    return low, high, "its QUANTIZE was calibrated for that"


def _embedding_rows(operator: Operator) -> int:
    """How many rows the table has that the input's numbers choose from; 0 if they choose from none."""
    if operator.op_name == "Embedding":
        rows = operator.options.get("input_dim")
        return rows if type(rows) is int and rows > 0 else 0
    if operator.op_name in ("GATHER", "EMBEDDING_LOOKUP") and len(operator.inputs) >= 2:
        table = operator.owner.tensors[operator.inputs[0 if operator.op_name == "GATHER" else 1]]
        return table.shape[0] if table.has_data and len(table.shape) == 2 else 0
    return 0


def _scalar(model: Model, operator: Operator) -> float:
    """The one constant of a MUL or DIV; 0 where there is none."""
    constants = [operator.owner.tensors[index] for index in operator.inputs if operator.owner.tensors[index].has_data]
    if len(constants) != 1 or constants[0].elements != 1:
        return 0.0
    return float(model.values(constants[0], dequantized=True).ravel()[0])


def _from_metadata(spec: InputSpec, model: Model, position: int) -> tuple[float, float, str] | None:
    """Pixels 0 to 255 after the normalization that TFLITE_METADATA gives for this input."""
    if spec.type != "FLOAT32":
        return None
    text = next((each.text for each in model.metadata if each.name == "TFLITE_METADATA"), "")
    lines = [line for line in text.splitlines() if line.startswith("input ")]
    match = _INPUT_LINE.match(lines[position]) if position < len(lines) else None
    if match is None or match["mean"] is None:
        return None
    mean, deviation = float(match["mean"]), float(match["deviation"])
    return (0 - mean) / deviation, (255 - mean) / deviation, "its metadata says so for pixels"


def _fraction(scale: Any) -> str:
    """`1/255` rather than 0.0039216."""
    for whole in (255, 256, 127.5, 128):
        if isinstance(scale, float) and abs(scale * whole - 1) < 1e-4:
            return f"1/{number_text(whole)}"
    return number_text(scale) if isinstance(scale, int | float) else str(scale)
