"""The first layer of a model that weighs its input, and what stands before it; read from the file, nothing is run."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from inspector.datasets.input_spec import InputSpec
from inspector.datasets.sources import Array
from inspector.errors import InspectorError
from inspector.model import Model, Operator, Subgraph

_MOST_STEPS = 16
_MOST_WEIGHTS = 1 << 24
_PASSED = {"InputLayer", "Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianNoise", "GaussianDropout",
           "ZeroPadding1D", "ZeroPadding2D", "PAD", "PADV2"}  # fmt: skip
_RESHAPED = {"Reshape", "Flatten", "RESHAPE", "EXPAND_DIMS", "SQUEEZE"}
_LAYERS = {"Conv2D": "conv", "Conv1D": "conv", "Dense": "dense", "DepthwiseConv2D": "depthwise",
           "CONV_2D": "conv", "FULLY_CONNECTED": "dense", "DEPTHWISE_CONV_2D": "depthwise"}  # fmt: skip
_RANKS = {"conv": (3, 4), "dense": (2,), "depthwise": (4,)}
_RELUS = {"ReLU", "RELU"}


@dataclass(frozen=True, slots=True)
class TrainedRange:
    """Mean and variance of each channel while the model was trained, as its normalization layer remembers them."""

    layer: str
    mean: Array
    variance: Array


@dataclass(frozen=True, slots=True, eq=False)
class FirstLayer:
    """`kind` is "conv", "dense", "depthwise" or, where a normalization layer comes first, "none" without `kernel`.

    `kernel` is (height, width, channels, outputs), (width, channels, outputs), (inputs, outputs) or, depthwise,
    (height, width, channels, multiplier). Before it the sample is multiplied by `scale`, `offset` is added, and it gets
    the shape `reshape` (without the batch). `relu`: negative outputs become 0 before `trained` sees them.
    """

    name: str
    kind: str
    kernel: Array | None
    bias: Array | None
    dilation: tuple[int, ...] = ()
    reshape: tuple[int, ...] | None = None
    scale: float = 1.0
    offset: float = 0.0
    relu: bool = False
    trained: TrainedRange | None = None


def first_layer(model: Model, spec: InputSpec) -> FirstLayer | None:
    """None where the input goes another way, or where the weights can't be read."""
    try:
        return _first_layer(model, spec)
    except (InspectorError, ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError):
        return None  # a hint is given up; that a file is damaged is said where it is opened


def _first_layer(model: Model, spec: InputSpec) -> FirstLayer | None:
    reshape, scale, offset = None, 1.0, 0.0
    chain = input_chain(model, spec)
    for operator in chain:
        name = operator.op_name
        if name in _PASSED:
            continue
        if name in _RESHAPED:
            reshape = _known(operator.output_shape)
        elif name == "Rescaling" and isinstance(operator.options.get("scale"), int | float):
            factor = float(operator.options["scale"])
            scale, offset = scale * factor, offset * factor + float(operator.options.get("offset") or 0)
        elif name in ("BatchNormalization", "Normalization"):
            trained = trained_range(model, operator)
            return FirstLayer(name, "none", None, None, reshape=reshape, scale=scale, offset=offset, trained=trained)
        elif name in _LAYERS:
            return _weighing(model, operator, chain, reshape, scale, offset)
        else:
            return None
    return None


def _known(shape: Any) -> tuple[int, ...] | None:
    if shape is None or any(size is None for size in shape[1:]):
        raise ValueError("an open shape")
    return tuple(shape[1:])


def input_chain(model: Model, spec: InputSpec) -> Iterator[Operator]:
    """The operators or layers that follow the input one after another, as long as there is one way."""
    if not model.subgraphs:
        return
    subgraph = model.subgraphs[0]
    following = _layers_after(subgraph) if model.is_keras else _operators_after(subgraph)
    operator = _keras_start(subgraph, spec) if model.is_keras else _tflite_start(model, spec)
    for _ in range(_MOST_STEPS):
        if operator is None:
            return
        yield operator
        operator = following(operator)


def _keras_start(subgraph: Subgraph, spec: InputSpec) -> Operator | None:
    for operator in subgraph.operators:
        if operator.op_name == "InputLayer":
            if operator.name == spec.tensor_name:
                return operator
        elif operator.index == 0 and not operator.inbound:
            return operator  # a Sequential model need not list its input
    return None


def _tflite_start(model: Model, spec: InputSpec) -> Operator | None:
    tensor = next((each for each in model.inputs() if each.name == spec.tensor_name), None)
    readers = [each for each in tensor.consumers if each.op_name != "SHAPE"] if tensor is not None else []
    return readers[0] if len(readers) == 1 else None


def _layers_after(subgraph: Subgraph) -> Callable[[Operator], Operator | None]:
    readers: dict[int, list[Operator]] = {}
    for operator in subgraph.operators:
        for index in operator.inbound:
            readers.setdefault(index, []).append(operator)

    def following(operator: Operator) -> Operator | None:
        found = readers.get(operator.index, [])
        return found[0] if len(found) == 1 and len(found[0].inbound) == 1 else None

    return following


def _operators_after(subgraph: Subgraph) -> Callable[[Operator], Operator | None]:
    def following(operator: Operator) -> Operator | None:
        if not operator.outputs or not 0 <= operator.outputs[0] < len(subgraph.tensors):
            return None
        readers = [each for each in subgraph.tensors[operator.outputs[0]].consumers if each.op_name != "SHAPE"]
        return readers[0] if len(readers) == 1 else None

    return following


def _weighing(
    model: Model, operator: Operator, chain: Iterator[Operator], reshape: Any, scale: float, offset: float
) -> FirstLayer | None:
    kind, options = _LAYERS[operator.op_name], operator.options
    weights = _weights(model, operator)
    if weights is None or options.get("data_format") == "channels_first" or options.get("groups", 1) != 1:
        return None
    kernel, bias = weights
    if model.is_keras:
        dilation = tuple(int(each) for each in options.get("dilation_rate") or ())
    else:
        kernel = _as_keras(kernel, kind)
        dilation = (int(options.get("dilation_h_factor") or 1), int(options.get("dilation_w_factor") or 1))
    if kernel.ndim not in _RANKS[kind] or not kernel.size or any(step < 1 for step in dilation):
        return None
    activation = options.get("activation", "linear") if model.is_keras else "linear"
    relu, trained = _behind(model, activation, chain)
    return FirstLayer(
        operator.name or operator.op_name, kind, kernel, bias, dilation, reshape, scale, offset, relu, trained
    )


def _weights(model: Model, operator: Operator) -> tuple[Array, Array | None] | None:
    """Kernel and bias as real values; None where they are too many, computed, or packed otherwise."""
    tensors = operator.owner.tensors
    listed = [tensors[index] for index in operator.inputs if index >= 0]
    if not model.is_keras:
        listed = [_widened(each) for each in listed[1:]]
    if not listed or any(not each.has_data or each.elements > _MOST_WEIGHTS for each in listed):
        return None
    values = [model.values(each, dequantized=True).astype(np.float32) for each in listed[:2]]
    return values[0], values[1] if len(values) > 1 and values[1].ndim == 1 else None


def _widened(tensor: Any) -> Any:
    """The float16 constant behind a DEQUANTIZE."""
    producer = tensor.producer
    if producer is not None and producer.op_name == "DEQUANTIZE":
        return producer.owner.tensors[producer.inputs[0]]
    return tensor


def _as_keras(kernel: Array, kind: str) -> Array:
    """TFLite's OHWI, 1HWO and [out, in] as Keras has them."""
    if kind == "conv":
        return np.moveaxis(kernel, 0, -1)
    if kind == "dense":
        return kernel.T
    return np.moveaxis(kernel, 0, -1)  # (height, width, outputs, 1)


def _behind(model: Model, activation: Any, chain: Iterator[Operator]) -> tuple[bool, TrainedRange | None]:
    """Whether ReLU follows, and the normalization layer that comes next."""
    if activation not in ("linear", "relu"):
        return False, None
    relu = activation == "relu"
    for operator in chain:
        if operator.op_name in _RELUS and not any(
            operator.options.get(each) for each in ("negative_slope", "threshold")
        ):
            relu = True
        elif operator.op_name == "Activation" and operator.options.get("activation") in ("relu", "linear"):
            relu = relu or operator.options.get("activation") == "relu"
        elif operator.op_name == "BatchNormalization":
            return relu, trained_range(model, operator)
        elif operator.op_name not in _PASSED or operator.op_name.startswith("Zero"):
            break
    return relu, None


def trained_range(model: Model, operator: Operator) -> TrainedRange | None:
    """What a BatchNormalization or Normalization layer remembers of the training data."""
    tensors = operator.owner.tensors
    by_end: Mapping[str, Any] = {tensors[index].name.rsplit("/", 1)[-1]: tensors[index] for index in operator.inputs}
    mean = by_end.get("moving_mean") or by_end.get("mean")
    variance = by_end.get("moving_variance") or by_end.get("variance")
    if mean is None or variance is None or mean.elements > _MOST_WEIGHTS or mean.shape != variance.shape:
        return None
    values = [model.values(each).astype(np.float64).ravel() for each in (mean, variance)]
    return TrainedRange(operator.name, values[0], values[1]) if np.isfinite(values).all() else None
