"""What the weights of each layer class are called, in the order Keras stores them; which are trained, which role."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from inspector.model.roles import BIAS, CONSTANT, WEIGHTS

_KERNEL = ("kernel", "bias")
_RECURRENT = ("kernel", "recurrent_kernel", "bias")
_SEPARABLE = ("depthwise_kernel", "pointwise_kernel", "bias")
_SCALED = ("gamma", "beta")

# class -> names in the order of save_own_variables: trainable first
VARIABLES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("Dense", "EinsumDense", "Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose",
                     "Conv3DTranspose", "DepthwiseConv1D", "DepthwiseConv2D", "LocallyConnected1D",
                     "LocallyConnected2D"), _KERNEL),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), _SEPARABLE),
    **dict.fromkeys(("LSTMCell", "GRUCell", "SimpleRNNCell", "ConvLSTM1DCell", "ConvLSTM2DCell", "ConvLSTM3DCell",
                     "ConvLSTMCell", "LSTM", "GRU", "SimpleRNN", "ConvLSTM2D", "CuDNNLSTM", "CuDNNGRU"), _RECURRENT),
    **dict.fromkeys(("BatchNormalization", "SyncBatchNormalization"), (*_SCALED, "moving_mean", "moving_variance")),
    **dict.fromkeys(("LayerNormalization", "GroupNormalization"), _SCALED),
    "RMSNormalization": ("scale",),
    "Embedding": ("embeddings",),
    "QuantizeLayer": ("quantize_layer_min", "quantize_layer_max", "optimizer_step"),
    "PReLU": ("alpha",),
    "Normalization": ("mean", "variance", "count"),
    "SpectralNormalization": ("vector_u",),
    "AdditiveAttention": ("scale",),
    "Attention": ("scale", "concat_score_weight"),
}  # fmt: skip

_OPTIONAL = {"bias": "use_bias", "gamma": "scale", "beta": "center"}  # variable -> the option that may leave it out

# attribute of a layer -> class of what it holds, where the layer's own class tells it
PARTS: dict[str, str] = {
    **dict.fromkeys(("query_dense", "key_dense", "value_dense", "output_dense", "_query_dense", "_key_dense",
                     "_value_dense", "_output_dense"), "EinsumDense"),
}  # fmt: skip

_NEVER_TRAINED = re.compile(
    r"(^|/)(moving_(mean|variance)|running_(mean|std)|renorm_\w+|mask|threshold|pruning_step|optimizer_step|"
    r"pulling_indices\w*|\w+_(min|max)|mean|variance|count|vector_u|sn_u|kernel_scale|embeddings_scale|\w+_zero|"
    r"seed_generator_state|iteration)$"
)
_WEIGHTS = re.compile(r"(kernel|embeddings|alpha|(^|_)W|(^|_)U|W_\w+|U_\w+|weight|concat_score_weight)$")
_BIAS = re.compile(r"(bias|beta|(^|_)b|b_\w)$")
_NORMALIZATION = re.compile(
    r"(gamma|mean|variance|running_std|count|mask|scale|threshold|_min|_max|_step|vector_u|_zero)$"
)


def variable_names(class_name: str, config: Mapping[str, Any], count: int) -> list[str]:
    """Names for a layer's own `count` stored variables; a number where the class is unknown."""
    known = [
        name
        for name in VARIABLES.get(class_name, ())
        if not (name in _OPTIONAL and config.get(_OPTIONAL[name]) is False)
    ]
    if class_name == "Attention":
        known = [n for n in known if n != "scale" or config.get("use_scale")]
    if _is_quantized(config):
        known.append("embeddings_scale" if class_name == "Embedding" else "kernel_scale")
    return [known[index] if index < len(known) else str(index) for index in range(count)]


def is_trained(name: str, type_name: str = "") -> bool:
    """Whether Keras counts a weight of a trainable layer as trainable, by its name."""
    return not _NEVER_TRAINED.search(name) and not type_name.startswith(("INT", "UINT", "BOOL", "STRING"))


def role(name: str, shape: Sequence[int]) -> str:
    """ "weights", "bias", or "constant" for what normalizes, masks and counts."""
    last = name.rpartition("/")[2]
    if _NORMALIZATION.search(last):
        return CONSTANT
    if _WEIGHTS.search(last):
        return WEIGHTS
    if _BIAS.search(last):
        return BIAS
    return WEIGHTS if len(shape) >= 2 else CONSTANT


def snake_case(class_name: str) -> str:
    """As Keras names groups: "SeparableConv2D" -> "separable_conv2d", "ReLU" -> "re_lu"."""
    name = re.sub(r"\W+", "", class_name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def class_of_group(group: str) -> str:
    """The class behind a group's name, where it is one we know: "separable_conv2d_3" -> "SeparableConv2D"; or ""."""
    return _CLASS_BY_GROUP.get(re.sub(r"_\d+$", "", group), "") or _CLASS_BY_GROUP.get(group, "")


def _is_quantized(config: Mapping[str, Any]) -> bool:
    dtype = config.get("dtype")
    if isinstance(dtype, dict):
        inner = dtype.get("config")
        mode = inner.get("mode") if isinstance(inner, dict) else None
        return isinstance(mode, str) and mode.startswith("int")
    return isinstance(dtype, str) and dtype.startswith("int8_from")


_WITHOUT_WEIGHTS = (
    "InputLayer", "Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "Dropout", "SpatialDropout1D",
    "SpatialDropout2D", "SpatialDropout3D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "Flatten", "Reshape",
    "Permute", "RepeatVector", "Masking", "Lambda", "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum",
    "Concatenate", "Dot", "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D", "AveragePooling2D",
    "AveragePooling3D", "GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D", "GlobalAveragePooling1D",
    "GlobalAveragePooling2D", "GlobalAveragePooling3D", "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D",
    "Cropping1D", "Cropping2D", "Cropping3D", "UpSampling1D", "UpSampling2D", "UpSampling3D", "Rescaling", "Resizing",
    "UnitNormalization", "ActivityRegularization",
    # layers of layers
    "Sequential", "Functional", "Bidirectional", "TimeDistributed", "MultiHeadAttention", "GroupedQueryAttention",
    "RNN", "StackedRNNCells", "PruneLowMagnitude", "QuantizeWrapperV2", "QuantizeLayer", "ClusterWeights",
)  # fmt: skip
_CLASS_BY_GROUP = {snake_case(name): name for name in (*VARIABLES, *_WITHOUT_WEIGHTS)}
