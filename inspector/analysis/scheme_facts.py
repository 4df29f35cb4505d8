"""What decides which quantization a model has: types of weights, activations and ends, and kinds of arithmetic."""

from collections import Counter
from dataclasses import dataclass, field
from math import prod

from inspector.model import Model, Subgraph

SMALL = 1024  # dynamic range quantization leaves weights of fewer elements alone (TensorFlow's converter)

# op_name -> (input with the data, input with the weights): the operators that multiply
_MULTIPLIERS: dict[str, tuple[int, int]] = {
    "CONV_2D": (0, 1), "DEPTHWISE_CONV_2D": (0, 1), "FULLY_CONNECTED": (0, 1), "CONV_3D": (0, 1),
    "TRANSPOSE_CONV": (2, 1), "CONV_3D_TRANSPOSE": (2, 1), "Convolution2DTransposeBias": (0, 1),
    "BATCH_MATMUL": (0, 1), "SVDF": (0, 1), "RNN": (0, 1), "UNIDIRECTIONAL_SEQUENCE_RNN": (0, 1),
    "BIDIRECTIONAL_SEQUENCE_RNN": (0, 1), "LSTM": (0, 2), "UNIDIRECTIONAL_SEQUENCE_LSTM": (0, 2),
    "BIDIRECTIONAL_SEQUENCE_LSTM": (0, 2),
}  # fmt: skip
_WIDENERS = ("DEQUANTIZE", "DENSIFY")
_FLOATS = ("FLOAT32", "FLOAT64")
_NARROW_FLOATS = ("FLOAT16", "BFLOAT16", "FLOAT8_E4M3FN", "FLOAT8_E5M2")
REAL_TYPES = ("FLOAT32", "FLOAT16", "BFLOAT16", "FLOAT64", "INT8", "INT16", "UINT8", "INT4", "INT2", "UINT4")


@dataclass(frozen=True, slots=True)
class WeightFacts:
    """Weight tensors, each buffer once: how many of each type, with how many scales, how many of them small."""

    count: int = 0
    types: Counter[str] = field(default_factory=Counter)
    per_channel: Counter[str] = field(default_factory=Counter)
    small: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class SchemeFacts:
    """`arithmetic` counts the multiplying operators by kind: float, float16, hybrid, weight_only, int8, int16x8, uint8.

    `activations` counts computed tensors by type, shapes and indices left out; `float_operators` are those that read
    FLOAT32 activations, QUANTIZE apart.
    """

    weights: WeightFacts
    arithmetic: Counter[str]
    activations: Counter[str]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    float_operators: int
    custom: tuple[str, ...]
    op_names: frozenset[str]


def scheme_facts(model: Model) -> SchemeFacts:
    """Gathers the facts over all subgraphs; needs no values."""
    arithmetic: Counter[str] = Counter()
    activations: Counter[str] = Counter()
    float_operators, custom, op_names = 0, dict[str, None](), set[str]()
    for subgraph in model.subgraphs:
        columns = subgraph.tensor_columns
        widened = _widened_weights(subgraph)
        activations.update(
            type_.name
            for index, (type_, kind) in enumerate(zip(columns.types, columns.kinds, strict=True))
            if kind == "activation" and type_.name in REAL_TYPES and index not in widened
        )
        arithmetic.update(_arithmetic(subgraph))
        float_operators += _float_operators(subgraph)
        operators = subgraph.operator_columns
        op_names.update(operators.op_names)
        custom.update(
            dict.fromkeys(n for n, is_custom in zip(operators.op_names, operators.is_custom, strict=False) if is_custom)
        )
    return SchemeFacts(
        weight_facts(model),
        arithmetic,
        activations,
        tuple(tensor.type.name for tensor in model.inputs()),
        tuple(tensor.type.name for tensor in model.outputs()),
        float_operators,
        tuple(custom),
        frozenset(op_names),
    )


def weight_facts(model: Model) -> WeightFacts:
    """Counts over the constants whose role is weights; a shared buffer counts once."""
    types, per_channel, small = Counter[str](), Counter[str](), Counter[str]()
    seen: set[tuple[int, int]] = set()
    for subgraph in model.subgraphs:
        columns = subgraph.tensor_columns
        scales, dimensions = columns.quantization.scale_starts.tolist(), columns.quantization.dimension.tolist()
        for index, role in enumerate(subgraph.roles):
            if role != "weights":
                continue
            buffer = columns.buffers[index]
            key = (-1, buffer) if buffer is not None else (subgraph.index, index)
            if key in seen:
                continue
            seen.add(key)
            name = columns.types[index].name
            types[name] += 1
            dimension, shape = dimensions[index], columns.shapes[index]
            single = 0 <= dimension < len(shape) and shape[dimension] == 1  # one channel has one scale
            per_channel[name] += single or scales[index + 1] - scales[index] > 1
            small[name] += prod(columns.shapes[index]) < SMALL
    return WeightFacts(types.total(), types, per_channel, small)


def _arithmetic(subgraph: Subgraph) -> list[str]:
    operators, count = subgraph.operator_columns, len(subgraph.tensor_columns)
    found = []
    for name, inputs in zip(operators.op_names, operators.inputs, strict=True):
        places = _MULTIPLIERS.get(name)
        if places is not None and max(places) < len(inputs):
            data, weights = inputs[places[0]], inputs[places[1]]
            if 0 <= data < count and 0 <= weights < count:
                found.append(_kind(subgraph, data, weights))
    return found


def _kind(subgraph: Subgraph, data: int, weights: int) -> str:
    """How one operator multiplies, by the type of its data and the stored type of its weights."""
    types = subgraph.tensor_columns.types
    data_type = types[data].name
    stored = types[weights].name
    widened = False
    for _ in range(
        0 if subgraph.tensor_columns.kinds[weights] == "constant" else 3
    ):  # DENSIFY and DEQUANTIZE may follow one another
        makers = subgraph.producers(weights)
        if not makers or subgraph.operator_columns.op_names[makers[0]] not in _WIDENERS:
            break
        inputs = subgraph.operator_columns.inputs[makers[0]]
        if not inputs or not 0 <= inputs[0] < len(types):
            break
        weights = inputs[0]
        widened = widened or types[weights].name != stored
        stored = types[weights].name
    if data_type in _FLOATS:
        if stored in _FLOATS:
            return "float"
        if stored in _NARROW_FLOATS:
            return "float16"
        return "weight_only" if widened else "hybrid"
    if data_type in _NARROW_FLOATS:
        return "float16"
    return {"INT8": "int8", "INT16": "int16x8", "UINT8": "uint8"}.get(data_type, "other")


def _widened_weights(subgraph: Subgraph) -> set[int]:
    """What DEQUANTIZE and DENSIFY make of constants: no activations, though they are computed."""
    kinds, operators = subgraph.tensor_columns.kinds, subgraph.operator_columns
    found: set[int] = set()
    for name, inputs, outputs in zip(operators.op_names, operators.inputs, operators.outputs, strict=True):
        source = inputs[0] if name in _WIDENERS and inputs else -1
        if 0 <= source < len(kinds) and (kinds[source] == "constant" or source in found):
            found.update(outputs)
    return found


def _float_operators(subgraph: Subgraph) -> int:
    """Operators that compute with FLOAT32 activations; QUANTIZE and DEQUANTIZE only translate."""
    types, kinds = subgraph.tensor_columns.types, subgraph.tensor_columns.kinds
    floats = {i for i, (type_, kind) in enumerate(zip(types, kinds, strict=True))
              if kind != "constant" and type_.name in _FLOATS}  # fmt: skip
    if not floats:
        return 0
    operators = subgraph.operator_columns
    return sum(
        name not in ("QUANTIZE", "DEQUANTIZE", "DENSIFY") and any(index in floats for index in inputs)
        for name, inputs in zip(operators.op_names, operators.inputs, strict=True)
    )
