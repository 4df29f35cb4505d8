"""Output shapes of the common Keras layers from their options and input shapes: one row a class."""

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

Shape = tuple[int | None, ...]
Config = Mapping[str, Any]
_MAX_RANK = 32
Rule = Callable[[Config, list[Shape]], Shape | list[Shape] | None]


def output_shapes(class_name: str, config: Config, inputs: Sequence[Shape | None]) -> list[Shape | None]:
    """One shape an output; [None] where it can't be derived. Impossible options give [None] too."""
    rule = RULES.get(class_name)
    known = [shape for shape in inputs if shape is not None]
    if rule is None or not known or len(known) < len(inputs):
        return [None]
    try:
        result = rule(config, known)
    except (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError):
        return [None]  # options of a damaged or unknown kind
    shapes = result if isinstance(result, list) else [result]
    return [shape if is_shape(shape) else None for shape in shapes] or [None]


def is_shape(value: Any) -> bool:
    """Whether a tuple is a shape: sizes and None, of a number of elements that can be counted in 64 bits."""
    if not isinstance(value, tuple) or len(value) > _MAX_RANK:
        return False
    if not all(size is None or (type(size) is int and size >= 0) for size in value):
        return False
    return bool(prod(size for size in value if size) < 1 << 59)


def _same(_config: Config, inputs: list[Shape]) -> Shape:
    return inputs[0]


def _option(config: Config, *names: str, default: Any = None) -> Any:
    """The first of several names an option had over the years."""
    return next((config[name] for name in names if config.get(name) is not None), default)


def _tuple(value: Any, rank: int) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,) * rank


def _numbers(value: Any, rank: int) -> tuple[int, ...]:
    """One whole number an axis. Raises TypeError: a size times a list would be a list of that length."""
    return tuple(int(number) for number in _tuple(value, rank))


def _first(config: Config) -> bool:
    """Whether the channels come first."""
    return _option(config, "data_format", "dim_ordering", default="") in ("channels_first", "th")


def _spatial(config: Config, shape: Shape) -> Shape:
    return shape[2:] if _first(config) else shape[1:-1]


def _joined(config: Config, batch: int | None, space: Shape, channels: int | None) -> Shape:
    return (batch, channels, *space) if _first(config) else (batch, *space, channels)


def _channels(config: Config, shape: Shape) -> int | None:
    return shape[1] if _first(config) else shape[-1]


def _window(size: int | None, kernel: int, stride: int, padding: str, dilation: int = 1) -> int | None:
    """What a sliding window leaves of `size`."""
    if size is None:
        return None
    reach = dilation * (kernel - 1) + 1
    if padding in ("same", "causal"):
        return -(-size // stride)
    return (size - reach) // stride + 1


def _kernel(config: Config, rank: int) -> tuple[int, ...]:
    if "nb_row" in config:  # Keras 1
        return (int(config["nb_row"]), int(config["nb_col"]))
    return _numbers(_option(config, "kernel_size", "filter_length"), rank)


def _padding(config: Config) -> str:
    return str(_option(config, "padding", "border_mode", default="valid"))


def _slide(config: Config, space: Shape, kernel: tuple[int, ...], default_stride: tuple[int, ...]) -> Shape:
    rank = len(space)
    strides = _numbers(
        _option(config, "strides", "subsample", "subsample_length", "stride", default=default_stride), rank
    )
    dilation = _numbers(_option(config, "dilation_rate", default=1), rank)
    padding = _padding(config)
    return tuple(_window(size, reach, stride, padding, rate)
                 for size, reach, stride, rate in zip(space, kernel, strides, dilation, strict=True))  # fmt: skip


def _convolution(config: Config, inputs: list[Shape]) -> Shape:
    space = _spatial(config, inputs[0])
    space = _slide(config, space, _kernel(config, len(space)), (1,) * len(space))
    return _joined(config, inputs[0][0], space, int(_option(config, "filters", "nb_filter")))


def _depthwise(config: Config, inputs: list[Shape]) -> Shape:
    space = _spatial(config, inputs[0])
    channels = _channels(config, inputs[0])
    space = _slide(config, space, _kernel(config, len(space)), (1,) * len(space))
    depth = None if channels is None else channels * int(_option(config, "depth_multiplier", default=1))
    return _joined(config, inputs[0][0], space, depth)


def _transposed(config: Config, inputs: list[Shape]) -> Shape:
    space = _spatial(config, inputs[0])
    rank = len(space)
    kernel, strides = _kernel(config, rank), _numbers(_option(config, "strides", default=1), rank)
    dilation = _numbers(_option(config, "dilation_rate", default=1), rank)
    extra = config.get("output_padding")
    extras = (None,) * rank if extra is None else _numbers(extra, rank)
    sizes = [_grown(size, k, s, d, _padding(config), e)
             for size, k, s, d, e in zip(space, kernel, strides, dilation, extras, strict=True)]  # fmt: skip
    return _joined(config, inputs[0][0], tuple(sizes), int(_option(config, "filters", "nb_filter")))


def _grown(size: int | None, kernel: int, stride: int, dilation: int, padding: str, extra: int | None) -> int | None:
    """The size a transposed convolution gives (Keras: deconv_output_length)."""
    if size is None:
        return None
    reach = kernel + (kernel - 1) * (dilation - 1)
    if extra is None:
        return size * stride + (max(reach - stride, 0) if padding == "valid" else 0)
    return (size - 1) * stride + reach - 2 * (reach // 2 if padding == "same" else 0) + extra


def _pooling(config: Config, inputs: list[Shape]) -> Shape:
    space = _spatial(config, inputs[0])
    pool = _numbers(_option(config, "pool_size", "pool_length", default=2), len(space))
    return _joined(config, inputs[0][0], _slide(config, space, pool, pool), _channels(config, inputs[0]))


def _global_pooling(config: Config, inputs: list[Shape]) -> Shape:
    shape = inputs[0]
    if config.get("keepdims"):
        return _joined(config, shape[0], (1,) * (len(shape) - 2), _channels(config, shape))
    return (shape[0], _channels(config, shape))


def _pairs(value: Any, rank: int) -> list[tuple[int, int]]:
    """((1, 2), (3, 0)) from any of the ways to write paddings; Keras takes 1-D ones as one pair."""
    if isinstance(value, list | tuple) and rank == 1 and len(value) == 2:
        return [(int(value[0]), int(value[1]))]
    return [(int(a), int(b)) for a, b in (_tuple(entry, 2) for entry in _tuple(value, rank))]


def _padded(sign: int) -> Rule:
    def rule(config: Config, inputs: list[Shape]) -> Shape:
        space = _spatial(config, inputs[0])
        pairs = _pairs(_option(config, "padding", "cropping"), len(space))
        sizes = tuple(None if size is None else size + sign * (a + b)
                      for size, (a, b) in zip(space, pairs, strict=True))  # fmt: skip
        return _joined(config, inputs[0][0], sizes, _channels(config, inputs[0]))

    return rule


def _enlarged(config: Config, inputs: list[Shape]) -> Shape:
    space = _spatial(config, inputs[0])
    factors = _numbers(_option(config, "size", "length", default=2), len(space))
    sizes = tuple(None if size is None else size * factor for size, factor in zip(space, factors, strict=True))
    return _joined(config, inputs[0][0], sizes, _channels(config, inputs[0]))


def _resized(config: Config, inputs: list[Shape]) -> Shape:
    return _joined(config, inputs[0][0], (config["height"], config["width"]), _channels(config, inputs[0]))


def _dense(config: Config, inputs: list[Shape]) -> Shape:
    return (*inputs[0][:-1], int(_option(config, "units", "output_dim")))


def _flatten(_config: Config, inputs: list[Shape]) -> Shape:
    rest = inputs[0][1:]
    return (inputs[0][0], None if None in rest else prod(size for size in rest if size is not None))


def _reshape(config: Config, inputs: list[Shape]) -> Shape:
    target = [int(size) for size in config["target_shape"]]
    if -1 in target:
        rest = inputs[0][1:]
        if None in rest:
            return (inputs[0][0], *(None if size == -1 else size for size in target))
        known = prod(size for size in target if size != -1)
        target[target.index(-1)] = prod(size for size in rest if size is not None) // known
    return (inputs[0][0], *target)


def _permute(config: Config, inputs: list[Shape]) -> Shape:
    return (inputs[0][0], *(inputs[0][int(place)] for place in config["dims"]))


def _repeat(config: Config, inputs: list[Shape]) -> Shape:
    return (inputs[0][0], int(config["n"]), *inputs[0][1:])


def _embedding(config: Config, inputs: list[Shape]) -> Shape:
    return (*inputs[0], int(config["output_dim"]))


def _concatenate(config: Config, inputs: list[Shape]) -> Shape:
    axis = int(_option(config, "axis", "concat_axis", default=-1)) % len(inputs[0])
    sizes = [shape[axis] for shape in inputs]
    total = None if None in sizes else sum(size for size in sizes if size is not None)
    return (*inputs[0][:axis], total, *inputs[0][axis + 1 :])


def _broadcast(_config: Config, inputs: list[Shape]) -> Shape:
    rank = max(map(len, inputs))
    result: list[int | None] = []
    for sizes in zip(*((1,) * (rank - len(shape)) + tuple(shape) for shape in inputs), strict=True):
        known = [size for size in sizes if size is not None and size != 1]
        result.append(known[0] if known else None if None in sizes else 1)
    return tuple(result)


def _merge(config: Config, inputs: list[Shape]) -> Shape | None:
    """Keras 1's Merge."""
    mode = config.get("mode")
    if mode == "concat":
        return _concatenate(config, inputs)
    return _broadcast(config, inputs) if mode in ("sum", "mul", "ave", "max") else None


def _dot(config: Config, inputs: list[Shape]) -> Shape:
    left, right = inputs
    axes = _numbers(config["axes"], 2)
    a, b = axes[0] % len(left), axes[1] % len(right)
    rest = [*left[:a], *left[a + 1 :], *(size for place, size in enumerate(right) if place not in (0, b))]
    return tuple(rest) if len(rest) > 1 else (*rest, 1)


def _recurrent(config: Config, inputs: list[Shape]) -> list[Shape]:
    units = int(_option(config, "units", "output_dim"))
    first = inputs[0]
    output: Shape = (first[0], first[1], units) if config.get("return_sequences") else (first[0], units)
    return [output, *[(first[0], units)] * 2] if config.get("return_state") else [output]


def _convolutional_recurrent(config: Config, inputs: list[Shape]) -> Shape:
    batch, steps, *rest = inputs[0]
    inner = _convolution(config, [(batch, *rest)])
    return (batch, steps, *inner[1:]) if config.get("return_sequences") else inner


def _attention(config: Config, inputs: list[Shape]) -> Shape:
    last = config.get("output_shape")
    query = inputs[0]
    return query if last is None else (*query[:-1], *_tuple(last, 1))


def _function(config: Config, inputs: list[Shape]) -> Shape | None:
    """A TensorFlow function used as a layer (tf_keras): element by element, or one of two tensors."""
    name = str(config.get("function"))
    if name in _ELEMENTWISE:
        return inputs[0]
    return _broadcast(config, inputs) if name.rpartition(".")[2] in _TWO_OPERANDS else None


_ELEMENTWISE = {
    *(f"nn.{name}" for name in ("relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "swish", "softmax",
                                "sigmoid", "tanh", "softplus", "dropout", "l2_normalize", "bias_add", "log_softmax")),
    *(f"math.{name}" for name in ("sigmoid", "tanh", "sqrt", "rsqrt", "square", "exp", "log", "abs", "negative",
                                  "l2_normalize", "sin", "cos", "softplus", "sign", "round", "floor")),
    "clip_by_value", "cast", "identity", "stop_gradient", "zeros_like", "ones_like", "__operators__.neg",
}  # fmt: skip
_TWO_OPERANDS = (
    "add", "subtract", "multiply", "divide", "truediv", "maximum", "minimum", "pow", "squared_difference", "radd",
    "rsub", "rmul", "rtruediv", "sub", "mul", "floordiv", "floormod", "mod", "greater", "less", "equal",
)  # fmt: skip


def _wrapped(config: Config) -> tuple[str, Config]:
    layer = config["layer"]
    return str(layer["class_name"]).rpartition(">")[2], layer["config"]


def _as_wrapped(config: Config, inputs: list[Shape]) -> list[Shape]:
    return [shape for shape in output_shapes(*_wrapped(config), inputs) if shape is not None]


def _time_distributed(config: Config, inputs: list[Shape]) -> Shape | None:
    batch, steps, *rest = inputs[0]
    inner = output_shapes(*_wrapped(config), [(batch, *rest)])[0]
    return None if inner is None else (inner[0], steps, *inner[1:])


def _bidirectional(config: Config, inputs: list[Shape]) -> Shape | None:
    inner = output_shapes(*_wrapped(config), inputs[:1])[0]
    if inner is None or inner[-1] is None or config.get("merge_mode", "concat") is None:
        return inner
    return (*inner[:-1], inner[-1] * 2) if config.get("merge_mode", "concat") == "concat" else inner


def _dimensional(rule: Rule, *names: str, ranks: Sequence[int] = (1, 2, 3)) -> dict[str, Rule]:
    return {f"{name}{rank}D": rule for name in names for rank in ranks}


_SAME = (
    "Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "ThresholdedReLU", "Softmax", "Dropout", "SpatialDropout1D",
    "SpatialDropout2D", "SpatialDropout3D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "BatchNormalization",
    "SyncBatchNormalization", "LayerNormalization", "GroupNormalization", "RMSNormalization", "UnitNormalization",
    "Normalization", "Rescaling", "Masking", "ActivityRegularization", "QuantizeLayer", "RandomFlip", "RandomRotation",
    "RandomZoom", "RandomContrast", "RandomTranslation", "RandomBrightness", "Identity", "Relu", "Sigmoid", "Tanh",
    "Relu6", "HardSigmoid", "Silu", "Gelu", "Softplus", "Exp", "Log", "Sqrt", "Square", "Abs", "Absolute", "Negative",
    "Cast",
)  # fmt: skip

RULES: dict[str, Rule] = {
    **dict.fromkeys(_SAME, _same),
    **_dimensional(_convolution, "Conv", "SeparableConv"),
    **_dimensional(_convolution, "Convolution", "AtrousConvolution", "LocallyConnected"),
    **_dimensional(_depthwise, "DepthwiseConv"),
    **{f"Conv{rank}DTranspose": _transposed for rank in (1, 2, 3)},
    "SeparableConvolution2D": _convolution,
    **_dimensional(_pooling, "MaxPooling", "AveragePooling", "MaxPool", "AvgPool"),
    **_dimensional(_global_pooling, "GlobalMaxPooling", "GlobalAveragePooling", "GlobalMaxPool", "GlobalAvgPool"),
    **_dimensional(_padded(1), "ZeroPadding"),
    **_dimensional(_padded(-1), "Cropping"),
    **_dimensional(_enlarged, "UpSampling"),
    "Resizing": _resized,
    "CenterCrop": _resized,
    "Dense": _dense,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Permute": _permute,
    "RepeatVector": _repeat,
    "Embedding": _embedding,
    "Concatenate": _concatenate,
    **dict.fromkeys(("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "TrueDivide", "Divide"),
                    _broadcast),
    "Merge": _merge,
    "Dot": _dot,
    **dict.fromkeys(("LSTM", "SimpleRNN", "CuDNNLSTM"), _recurrent),
    **dict.fromkeys(("GRU", "CuDNNGRU"), lambda config, inputs: _recurrent(config, inputs)[:2]),
    **_dimensional(_convolutional_recurrent, "ConvLSTM"),
    **dict.fromkeys(("MultiHeadAttention", "GroupedQueryAttention", "Attention", "AdditiveAttention"), _attention),
    **dict.fromkeys(("PruneLowMagnitude", "QuantizeWrapperV2", "QuantizeWrapper", "QuantizeAnnotate", "ClusterWeights",
                     "SpectralNormalization"), _as_wrapped),
    "TFOpLambda": _function,
    "TimeDistributed": _time_distributed,
    "Bidirectional": _bidirectional,
}  # fmt: skip
