"""Multiply-accumulates and parameters, by operator and in total.

One multiply-accumulate (MAC) is one weight times one input, added up. Elementwise operators, pooling and activations
count 0, as is usual. Batch 1: a dynamic dimension counts as 1 (the file stores it so); a fixed batch counts as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

from inspector.model import Model, Operator, Tensor

Shape = tuple[int, ...]

_STABLEHLO = (
    "CASE COMPOSITE CONVOLUTION CUSTOM_CALL DOT_GENERAL REDUCE REDUCE_WINDOW SCATTER SELECT_AND_SCATTER SORT WHILE"
)
_NO_FORMULA = frozenset(
    {"CALL", "CUSTOM", "DELEGATE", "IF", "LSH_PROJECTION", "RFFT2D", "SKIP_GRAM", "WHILE"}
    | {f"STABLEHLO_{name}" for name in _STABLEHLO.split()}
)

# the weight matrices of recurrent operators, by input; each is used once a time step (TFLite kernels)
_RECURRENT: dict[str, tuple[int, ...]] = {
    "RNN": (1, 2),
    "SVDF": (1, 2),
    "LSTM": (*range(1, 12), 16),
    "UNIDIRECTIONAL_SEQUENCE_RNN": (1, 2),
    "UNIDIRECTIONAL_SEQUENCE_LSTM": (*range(1, 12), 16),
    "BIDIRECTIONAL_SEQUENCE_RNN": (1, 2, 5, 6, 10, 11),
    "BIDIRECTIONAL_SEQUENCE_LSTM": (*range(1, 12), 16, *range(18, 29), 33, *range(40, 48)),
}


@dataclass(frozen=True, slots=True)
class MacTotals:
    """`macs` of the operators that have a formula; how many were counted, and how many could not be."""

    macs: int
    counted: int
    not_counted: int


def operator_macs(operator: Operator) -> int | None:
    """MACs of one run of an operator or a Keras layer; None where there is no formula or a shape is unknown."""
    if operator.owner.operator_columns.names:
        from inspector.analysis.layer_macs import layer_macs

        return layer_macs(operator)
    name = operator.op_name
    if name in _RECURRENT:
        return _recurrent(operator, _RECURRENT[name])
    formula = _FORMULAS.get(name)
    if formula is not None:
        try:
            return formula(operator)
        except _UnknownShapeError:
            return None
    if operator.is_custom or name in _NO_FORMULA or not name[:1].isalpha() or not name.isupper():
        return None
    return 0


def model_macs(model: Model) -> MacTotals:
    """The total over the main subgraph (the first): what one inference runs."""
    macs = counted = not_counted = 0
    for operator in model.subgraphs[0].operators if model.subgraphs else ():
        found = operator_macs(operator)
        if found is None:
            not_counted += 1
        else:
            macs += found
            counted += 1
    return MacTotals(macs, counted, not_counted)


class _UnknownShapeError(Exception):
    """An input is left out, out of range, or has a rank that the operator can't have."""


def _shape(operator: Operator, indices: Shape, place: int, rank: int = 0) -> Shape:
    """The shape of an input or output; `rank` 0 takes any."""
    index = indices[place] if place < len(indices) else -1
    if not 0 <= index < len(operator.owner.tensors):
        raise _UnknownShapeError
    shape = operator.owner.tensor_columns.shapes[index]
    if (rank and len(shape) != rank) or any(size < 0 for size in shape):
        raise _UnknownShapeError
    return shape


def _convolution(rank: int, weights_per_output: Callable[[Shape], int]) -> Callable[[Operator], int]:
    """Every output element takes the weights of its channel once: `weights_per_output` of the filter's shape."""

    def macs(operator: Operator) -> int:
        weights = _shape(operator, operator.inputs, 1, rank)
        return prod(_shape(operator, operator.outputs, 0, rank)) * weights_per_output(weights)

    return macs


def _transposed(rank: int, data: int, outputs_per_input: Callable[[Shape], int]) -> Callable[[Operator], int]:
    """Every input element is spread over a window of outputs: `outputs_per_input` of the filter's shape."""

    def macs(operator: Operator) -> int:
        weights = _shape(operator, operator.inputs, 1, rank)
        return prod(_shape(operator, operator.inputs, data, rank)) * outputs_per_input(weights)

    return macs


def _fully_connected(operator: Operator) -> int:
    """Weights are [out, in]; every input element meets `out` weights."""
    return prod(_shape(operator, operator.inputs, 0)) * _shape(operator, operator.inputs, 1, 2)[0]


def _batch_matmul(operator: Operator) -> int:
    """[.., m, k] x [.., k, n]: k products for each of the output's elements."""
    left = _shape(operator, operator.inputs, 0)
    if len(left) < 2:
        raise _UnknownShapeError
    return prod(_shape(operator, operator.outputs, 0)) * left[-2 if operator.options.get("adj_x") else -1]


def _recurrent(operator: Operator, places: tuple[int, ...]) -> int | None:
    """Rows of the input (batch x time steps) times all weights; a matrix that is left out counts nothing."""
    tensors = operator.owner.tensor_columns.shapes
    weights = (operator.inputs[place] for place in places if place < len(operator.inputs))
    try:
        rows = prod(_shape(operator, operator.inputs, 0)[:-1])
    except _UnknownShapeError:
        return None
    return rows * sum(prod(tensors[index]) for index in weights if 0 <= index < len(tensors))


_FORMULAS: dict[str, Callable[[Operator], int]] = {
    "CONV_2D": _convolution(4, lambda w: prod(w[1:])),  # [out, h, w, in]
    "DEPTHWISE_CONV_2D": _convolution(4, lambda w: w[1] * w[2]),  # [1, h, w, out]
    "CONV_3D": _convolution(5, lambda w: prod(w[:4])),  # [d, h, w, in, out]
    "TRANSPOSE_CONV": _transposed(4, 2, lambda w: prod(w[:3])),  # [out, h, w, in]
    "CONV_3D_TRANSPOSE": _transposed(5, 2, lambda w: prod(w[:4])),  # [d, h, w, out, in]
    "Convolution2DTransposeBias": _transposed(4, 0, lambda w: prod(w[:3])),
    "FULLY_CONNECTED": _fully_connected,
    "BATCH_MATMUL": _batch_matmul,
}


@dataclass(frozen=True, slots=True)
class ParameterCounts:
    """Elements of constants that were learned, each buffer once: `weights` and `biases` by role, `total` of both."""

    total: int
    weights: int
    biases: int


def operator_parameters(operator: Operator) -> int:
    """Elements of the weights and biases that an operator reads; a layer's count as `summary()` gives it."""
    if operator.parameters is not None:
        return operator.parameters
    return sum(tensor.elements for tensor in parameters_of(operator))


def model_parameters(model: Model) -> ParameterCounts:
    """Weights and biases of the whole model; a buffer that several tensors share counts once."""
    counts = {"weights": 0, "bias": 0}
    seen: set[tuple[int, int]] = set()
    for subgraph in model.subgraphs:
        columns = subgraph.tensor_columns
        for index, role in enumerate(subgraph.roles):
            if role not in counts:
                continue
            buffer = columns.buffers[index]
            key = (-1, buffer) if buffer is not None else (subgraph.index, index)
            if key not in seen:
                seen.add(key)
                counts[role] += prod(columns.shapes[index])
    return ParameterCounts(sum(counts.values()), counts["weights"], counts["bias"])


def parameters_of(operator: Operator) -> list[Tensor]:
    """The constants an operator reads, itself or through the DEQUANTIZE or DENSIFY in front of it."""
    subgraph, found = operator.owner, []
    if operator.op_name in ("DEQUANTIZE", "DENSIFY"):
        return []
    for index in dict.fromkeys(operator.inputs):
        for _ in range(3):
            if not 0 <= index < len(subgraph.tensors) or subgraph.roles[index] in ("weights", "bias"):
                break
            makers = subgraph.producers(index)
            names = subgraph.operator_columns.op_names
            if not makers or names[makers[0]] not in ("DEQUANTIZE", "DENSIFY"):
                break
            inputs = subgraph.operator_columns.inputs[makers[0]]
            index = inputs[0] if inputs else -1
        if 0 <= index < len(subgraph.tensors) and subgraph.roles[index] in ("weights", "bias"):
            found.append(subgraph.tensors[index])
    return found
