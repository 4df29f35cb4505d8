"""How a weight tensor is laid out: which dimension counts output channels, which one inputs.

Kernels see weights as a matrix of output channels x rest; sparsity blocks and channel statistics are of that matrix.
"""

from dataclasses import dataclass
from math import prod

from inspector.model import Operator, Tensor

# TFLite: op_name -> (dimension of output channels, dimension of inputs or None where a channel has one input only)
_DIMENSIONS: dict[str, tuple[int, int | None]] = {
    "CONV_2D": (0, 3), "FULLY_CONNECTED": (0, 1), "DEPTHWISE_CONV_2D": (3, None), "TRANSPOSE_CONV": (0, 3),
    "CONV_3D": (4, 3), "CONV_3D_TRANSPOSE": (3, 4), "Convolution2DTransposeBias": (0, 3), "SVDF": (0, 1),
    "RNN": (0, 1), "LSTM": (0, 1), "UNIDIRECTIONAL_SEQUENCE_RNN": (0, 1), "UNIDIRECTIONAL_SEQUENCE_LSTM": (0, 1),
    "BIDIRECTIONAL_SEQUENCE_RNN": (0, 1), "BIDIRECTIONAL_SEQUENCE_LSTM": (0, 1),
}  # fmt: skip
_WIDENERS = ("DEQUANTIZE", "DENSIFY")
_NO_CHANNELS = ("EMBEDDING_LOOKUP", "EMBEDDING_LOOKUP_SPARSE", "PRELU", "Embedding", "PReLU")


@dataclass(frozen=True, slots=True)
class Layout:
    """A tensor's elements in order as before x channels x after; channel of element i = i // after % channels.

    `dimension` is the one that counts channels (None: the tensor has none, then channels is 1). `is_matrix`: it is a
    weight tensor with output channels. `inputs` is the length of its input dimension, 0 where it has none that lies
    beside the channels.
    """

    before: int
    channels: int
    after: int
    dimension: int | None = None
    is_matrix: bool = False
    inputs: int = 0

    @property
    def elements(self) -> int:
        return self.before * self.channels * self.after

    @property
    def by_columns(self) -> bool:
        """The channel is the fastest index: a row of the matrix is a column in memory."""
        return self.after == 1 and self.channels > 1


def layout_of(tensor: Tensor) -> Layout:
    """By the scales' dimension where there is one scale a channel, else by the operator that uses the weights."""
    shape = tensor.shape
    output, inputs = _dimensions(tensor) if tensor.role == "weights" and len(shape) > 1 else (None, None)
    merged = output is not None and inputs is None and _is_keras_depthwise(tensor)
    is_matrix = output is not None
    quantization = tensor.quantization
    if quantization is not None and max(quantization.scale.size, quantization.zero_point.size) > 1:
        by_scale = quantization.quantized_dimension
        if 0 <= by_scale < len(shape):
            output, inputs = by_scale, inputs if by_scale == output else None
    if output is None:
        return Layout(1, 1, prod(shape))
    after = 1 if merged else prod(shape[output + 1 :])  # Keras: [h, w, in, multiplier] has in x multiplier channels
    channels = prod(shape[output:]) if merged else shape[output]
    fastest = len(shape) - 1 if output < len(shape) - 1 else len(shape) - 2
    beside = shape[inputs] if inputs is not None and inputs == fastest else 0
    if channels == 1:
        return Layout(1, 1, prod(shape), output, is_matrix, beside)
    return Layout(prod(shape[:output]), channels, after, output, is_matrix, beside)


def weights_user(tensor: Tensor) -> Operator | None:
    """The operator that multiplies with the tensor, behind DEQUANTIZE and DENSIFY; the layer of a Keras weight."""
    subgraph, index = tensor.owner, tensor.index
    for _ in range(3):
        consumers = subgraph.consumers(index)
        if not consumers:
            return None
        operators = subgraph.operator_columns
        if operators.op_names[consumers[0]] not in _WIDENERS or not operators.outputs[consumers[0]]:
            return subgraph.operators[consumers[0]]
        index = operators.outputs[consumers[0]][0]
    return None


def _dimensions(tensor: Tensor) -> tuple[int | None, int | None]:
    """(output channels, inputs) by the operator; the last dimension of Keras kernels."""
    rank, user = len(tensor.shape), weights_user(tensor)
    if user is None or user.op_name in _NO_CHANNELS:
        return None, None
    if user.owner.operator_columns.names:
        return _keras_dimensions(tensor, user.op_name)
    if user.op_name == "BATCH_MATMUL":
        return _matmul_dimensions(tensor, user)
    output, inputs = _DIMENSIONS.get(user.op_name, (None, None))
    if output is None or output >= rank or (inputs is not None and inputs >= rank):
        return None, None
    return output, inputs


def _matmul_dimensions(tensor: Tensor, user: Operator) -> tuple[int, int]:
    """x is [.., m, k], y [.., k, n]; adj_x and adj_y swap the last two."""
    rank = len(tensor.shape)
    is_left = user.inputs[:1] == (tensor.index,)
    swapped = bool(user.options.get("adj_x" if is_left else "adj_y"))
    last_is_output = is_left == swapped
    return (rank - 1, rank - 2) if last_is_output else (rank - 2, rank - 1)


def _keras_dimensions(tensor: Tensor, layer: str) -> tuple[int, int | None]:
    rank = len(tensor.shape)
    if _is_keras_depthwise(tensor):
        return rank - 2, None
    if "Transpose" in layer and rank > 2:
        return rank - 2, rank - 1  # [.., out, in]
    return rank - 1, rank - 2


def _is_keras_depthwise(tensor: Tensor) -> bool:
    """[h, w, in, multiplier]: every channel has one input of its own."""
    if not tensor.owner.operator_columns.names:
        return False
    if "depthwise" in tensor.name.rpartition("/")[2]:
        return True
    return any("DepthwiseConv" in user.op_name for user in tensor.consumers)  # Keras 3 calls its weights "kernel"
