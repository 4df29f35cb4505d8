"""Multiply-accumulates of Keras layers, from their weights and output shapes; batch 1."""

from collections.abc import Callable, Mapping
from math import prod

from inspector.model import Operator

Shape = tuple[int, ...]

# layers without weights to multiply by: elementwise, pooling, shape and normalisation count 0
_ZERO_NAMES = """
    Activation ActivityRegularization Add AlphaDropout AveragePooling1D AveragePooling2D AveragePooling3D Average
    BatchNormalization CategoryEncoding CenterCrop Concatenate Cropping1D Cropping2D Cropping3D Discretization Dropout
    ELU Embedding Flatten GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D
    GlobalAveragePooling3D GlobalAvgPool1D GlobalAvgPool2D GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D
    GlobalMaxPool2D
    GroupNormalization Identity InputLayer LayerNormalization LeakyReLU Masking MaxPooling1D MaxPooling2D MaxPooling3D
    Maximum Minimum Multiply Normalization PReLU Permute QuantizeLayer RandomBrightness RandomContrast RandomCrop
    RandomFlip RandomRotation RandomTranslation RandomZoom ReLU RepeatVector Rescaling Reshape Resizing Softmax
    SpatialDropout1D SpatialDropout2D SpatialDropout3D Subtract ThresholdedReLU UnitNormalization UpSampling1D
    UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D
"""
_ZERO = frozenset(_ZERO_NAMES.split())

_WRAPPERS = ("PruneLowMagnitude", "QuantizeWrapper", "QuantizeWrapperV2", "QuantizeAnnotate", "ClusterWeights")


def layer_macs(layer: Operator) -> int | None:
    """MACs of one layer; None where there is no formula or a length is unknown (a sequence of any length)."""
    name = layer_class(layer)
    if name in _ZERO:
        return 0
    formula = _FORMULAS.get(name)
    return formula(layer) if formula is not None else None


def layer_class(layer: Operator) -> str:
    """The class that does the work: of PruneLowMagnitude(Conv2D) and its like, what it wraps."""
    outer, _, inner = layer.op_name.partition("(")
    while outer in (*_WRAPPERS, "TimeDistributed") and inner:
        outer, _, inner = inner.removesuffix(")").partition("(")
    return outer.rpartition(">")[2]


def _kernels(layer: Operator) -> list[Shape]:
    """The shapes of its kernels: weights of rank 2 and more that are neither masks nor optimizer state."""
    tensors = [layer.owner.tensors[index] for index in layer.inputs if 0 <= index < len(layer.owner.tensors)]
    return [t.shape for t in tensors if t.role == "weights" and len(t.shape) >= 2]


def _positions(shape: tuple[int | None, ...] | None, layer: Operator) -> int | None:
    """How often a kernel is laid on: the product of all dimensions but batch and channels."""
    if shape is None or len(shape) < 2:
        return None
    first = layer.options.get("data_format") == "channels_first"
    inner = shape[2:] if first else shape[1:-1]
    return None if any(size is None for size in inner) else prod(size for size in inner if size is not None)


def _input_shape(layer: Operator) -> tuple[int | None, ...] | None:
    return layer.owner.operators[layer.inbound[0]].output_shape if layer.inbound else None


def _by_output(layer: Operator) -> int | None:
    """Dense, convolutions, depthwise and separable ones: every output position takes all kernels once."""
    positions, kernels = _positions(layer.output_shape, layer), _kernels(layer)
    return positions * sum(map(prod, kernels)) if positions is not None and kernels else None


def _by_input(layer: Operator) -> int | None:
    """Transposed convolutions: every input position is multiplied with the whole kernel."""
    positions, kernels = _positions(_input_shape(layer), layer), _kernels(layer)
    return positions * sum(map(prod, kernels)) if positions is not None and kernels else None


def _recurrent(layer: Operator) -> int | None:
    """All kernels once a time step; the length of the sequence is the input's second dimension."""
    shape, kernels = _input_shape(layer), _kernels(layer)
    if shape is None and len(layer.output_shape or ()) == 3:  # return_sequences: the output has the time steps too
        shape = layer.output_shape
    steps = shape[1] if shape is not None and len(shape) == 3 else None
    return steps * sum(map(prod, kernels)) if steps is not None and kernels else None


_FORMULAS: Mapping[str, Callable[[Operator], int | None]] = (
    dict.fromkeys(
        ("Dense", "Conv1D", "Conv2D", "Conv3D", "DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D",
         "SeparableConv2D", "Convolution1D", "Convolution2D", "Convolution3D"),
        _by_output,
    )
    | dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), _by_input)
    | dict.fromkeys(
        ("LSTM", "GRU", "SimpleRNN", "CuDNNLSTM", "CuDNNGRU", "Bidirectional", "RNN"), _recurrent
    )
)  # fmt: skip
