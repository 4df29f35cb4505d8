"""What a constant is to the operator that uses it: weights, bias, shape or table. Data first, one walk below it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inspector.model.graph import Subgraph

WEIGHTS, BIAS, SHAPE, TABLE, CONSTANT = "weights", "bias", "shape", "table", "constant"

# op_name -> role of each input by position, "" where it is data
_ROLES: dict[str, tuple[str, ...]] = {
    "CONV_2D": ("", WEIGHTS, BIAS),
    "DEPTHWISE_CONV_2D": ("", WEIGHTS, BIAS),
    "CONV_3D": ("", WEIGHTS, BIAS),
    "FULLY_CONNECTED": ("", WEIGHTS, BIAS),
    "TRANSPOSE_CONV": (SHAPE, WEIGHTS, "", BIAS),
    "CONV_3D_TRANSPOSE": (SHAPE, WEIGHTS, "", BIAS),
    "Convolution2DTransposeBias": ("", WEIGHTS, BIAS),
    "BATCH_MATMUL": (WEIGHTS, WEIGHTS),
    "EMBEDDING_LOOKUP": ("", WEIGHTS),
    "EMBEDDING_LOOKUP_SPARSE": ("", "", "", "", WEIGHTS),
    "GATHER": (TABLE, SHAPE, SHAPE),
    "HASHTABLE_LOOKUP": ("", TABLE, TABLE),
    "PRELU": ("", WEIGHTS),
    "SVDF": ("", WEIGHTS, WEIGHTS, BIAS, ""),
    "RNN": ("", WEIGHTS, WEIGHTS, BIAS, ""),
    "UNIDIRECTIONAL_SEQUENCE_RNN": ("", WEIGHTS, WEIGHTS, BIAS, ""),
    "BIDIRECTIONAL_SEQUENCE_RNN": ("", WEIGHTS, WEIGHTS, BIAS, "", WEIGHTS, WEIGHTS, BIAS, "", "", WEIGHTS, WEIGHTS),
    "LSTM": ("", *[WEIGHTS] * 11, *[BIAS] * 4, WEIGHTS, BIAS, "", "", *[WEIGHTS] * 4),
    "UNIDIRECTIONAL_SEQUENCE_LSTM": ("", *[WEIGHTS] * 11, *[BIAS] * 4, WEIGHTS, BIAS, "", "", *[WEIGHTS] * 4),
    "BIDIRECTIONAL_SEQUENCE_LSTM": (
        "", *[WEIGHTS] * 11, *[BIAS] * 4, WEIGHTS, BIAS, *[WEIGHTS] * 11, *[BIAS] * 4, WEIGHTS, BIAS,
        "", "", "", "", "", *[WEIGHTS] * 8,
    ),
    "RESHAPE": ("", SHAPE),
    "TRANSPOSE": ("", SHAPE),
    "PAD": ("", SHAPE),
    "PADV2": ("", SHAPE, CONSTANT),
    "MIRROR_PAD": ("", SHAPE),
    "MEAN": ("", SHAPE),
    "SUM": ("", SHAPE),
    "REDUCE_MAX": ("", SHAPE),
    "REDUCE_MIN": ("", SHAPE),
    "REDUCE_PROD": ("", SHAPE),
    "REDUCE_ANY": ("", SHAPE),
    "REDUCE_ALL": ("", SHAPE),
    "SLICE": ("", SHAPE, SHAPE),
    "STRIDED_SLICE": ("", SHAPE, SHAPE, SHAPE),
    "SPLIT": (SHAPE, ""),
    "SPLIT_V": ("", SHAPE, SHAPE),
    "EXPAND_DIMS": ("", SHAPE),
    "TILE": ("", SHAPE),
    "FILL": (SHAPE, CONSTANT),
    "RESIZE_BILINEAR": ("", SHAPE),
    "RESIZE_NEAREST_NEIGHBOR": ("", SHAPE),
    "BROADCAST_TO": ("", SHAPE),
    "ARG_MAX": ("", SHAPE),
    "ARG_MIN": ("", SHAPE),
    "SPACE_TO_BATCH_ND": ("", SHAPE, SHAPE),
    "BATCH_TO_SPACE_ND": ("", SHAPE, SHAPE),
    "REVERSE_V2": ("", SHAPE),
    "CUMSUM": ("", SHAPE),
    "TOPK_V2": ("", SHAPE),
    "ONE_HOT": ("", SHAPE, CONSTANT, CONSTANT),
    "DYNAMIC_UPDATE_SLICE": ("", "", SHAPE),
}  # fmt: skip

_PASS_ON = frozenset({"DEQUANTIZE", "DENSIFY"})  # their constant input has the role of their output


def constant_roles(subgraph: "Subgraph") -> list[str]:
    """A role for every tensor of the subgraph; "" for tensors without data."""
    tensors, operators = subgraph.tensor_columns, subgraph.operator_columns
    count = len(tensors)
    roles = [CONSTANT if kind == "constant" else "" for kind in tensors.kinds]
    asked: dict[int, str] = {}  # role by use, of tensors with and without data
    passes: list[tuple[int, int]] = []
    for op_name, inputs, outputs in zip(operators.op_names, operators.inputs, operators.outputs, strict=True):
        if op_name in _PASS_ON and inputs and outputs:
            passes.append((inputs[0], outputs[0]))
            continue
        for tensor, role in zip(inputs, _ROLES.get(op_name, ()), strict=False):
            if role and 0 <= tensor < count and asked.get(tensor) != WEIGHTS:
                asked[tensor] = role
    for source, target in reversed(passes):  # operators stand in order of execution
        if target in asked and 0 <= source < count:
            asked.setdefault(source, asked[target])
    for tensor, role in asked.items():
        if roles[tensor]:
            roles[tensor] = role
    for tensor, role in tensors.roles.items():
        roles[tensor] = role
    return roles
