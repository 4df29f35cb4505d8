"""Which weights of a Keras file are which constants of a .tflite: by the layer's name and shape, else in order.

A converter keeps layer names in the names of what it makes ("sequential/conv_1_1/convolution") and stores kernels in
another order of dimensions. What it folds into a kernel (a BatchNormalization behind it) makes it another kernel.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from inspector.analysis.compared_tensor import Pairing
from inspector.analysis.error_metrics import Axes
from inspector.analysis.skeleton import skeleton_of
from inspector.model import Model, Operator, Subgraph, Tensor
from inspector.model.roles import BIAS

FOLDED = "BatchNormalization is folded into it, so its values are others"
_CELLS = ("LSTM", "GRU", "SimpleRNN")
_NUMBER = re.compile(r"(_\d+)?")


@dataclass(frozen=True, slots=True, eq=False)
class _Kernel:
    """A layer's weight tensor as a .tflite holds it: `shape` after `axes`, read by one of `op_names`."""

    layer: Operator
    tensor: Tensor
    shape: tuple[int, ...]
    axes: Axes
    op_names: tuple[str, ...]
    note: str
    bias: Tensor | None

    @property
    def ordered(self) -> bool:
        """Whether such kernels stand in one order in both files; a cell's kernel and recurrent kernel do not."""
        return not self.layer.op_name.endswith(_CELLS)


@dataclass(frozen=True, slots=True, eq=False)
class _Constant:
    """A weight tensor of a .tflite, its operator's bias, and the words that the names around it are made of."""

    tensor: Tensor
    op_name: str
    bias: Tensor | None
    words: frozenset[str]


def pair_keras(reference: Model, model: Model) -> dict[tuple[int, int], tuple[Tensor, Pairing]]:
    """Pairs weights, biases, inputs and outputs of a Keras file and a .tflite, whichever is the reference."""
    keras, other = (reference, model) if reference.is_keras else (model, reference)
    found: list[tuple[Tensor, Tensor, str, Axes, str]] = []
    for kernel, constant, how in _matches(_kernels(keras), _constants(other)):
        found.append((kernel.tensor, constant.tensor, how, kernel.axes, kernel.note))
        if kernel.bias is not None and constant.bias is not None and kernel.bias.shape == constant.bias.shape:
            found.append((kernel.bias, constant.bias, how, None, kernel.note))
    for ends, others in ((keras.inputs(), other.inputs()), (keras.outputs(), other.outputs())):
        if [_size(tensor) for tensor in ends] == [_size(tensor) for tensor in others]:
            found += [(end, partner, "position", None, "") for end, partner in zip(ends, others, strict=True)]
    pairs = {}
    for tensor, partner, how, axes, note in found:
        if reference is keras:
            pairs[tensor.subgraph, tensor.index] = partner, Pairing(how, (axes, None), note)
        else:
            pairs[partner.subgraph, partner.index] = tensor, Pairing(how, (None, axes), note)
    return pairs


def _size(tensor: Tensor) -> tuple[int, ...]:
    """The shape without the batch."""
    return tensor.shape[1:]


def _kernels(model: Model) -> list[_Kernel]:
    """The weights of layers whose .tflite form is known, in the order of layers."""
    found = []
    for subgraph in model.subgraphs:
        folded = _before_normalization(subgraph)
        for layer in subgraph.operators:
            tensors = [subgraph.tensors[index] for index in layer.inputs]
            known = [(tensor, form) for tensor in tensors if (form := _stored_form(layer.op_name, tensor)) is not None]
            bias = next((t for t in tensors if t.role == BIAS and t.name.rpartition("/")[2] == "bias"), None)
            for place, (tensor, (shape, axes, op_names)) in enumerate(known):
                last = place == len(known) - 1  # of a separable convolution, the pointwise one
                note = FOLDED if last and layer.index in folded else ""
                found.append(_Kernel(layer, tensor, shape, axes, op_names, note, bias if last else None))
    return found


def _before_normalization(subgraph: Subgraph) -> set[int]:
    """Layers whose output a BatchNormalization reads."""
    return {before for layer in subgraph.operators if "BatchNorm" in layer.op_name for before in layer.inbound}


def _stored_form(layer: str, tensor: Tensor) -> tuple[tuple[int, ...], Axes, tuple[str, ...]] | None:
    """How a .tflite stores a layer's weight tensor: (shape, axes, operators that read it); None where unknown."""
    shape, name = tensor.shape, tensor.name.rpartition("/")[2].removesuffix(":0")
    if (name in ("depthwise_kernel", "kernel") and "DepthwiseConv2D" in layer) or name == "depthwise_kernel":
        if len(shape) != 4:
            return None
        return (1, shape[0], shape[1], shape[2] * shape[3]), None, ("DEPTHWISE_CONV_2D", "CONV_2D")
    if name in ("kernel", "pointwise_kernel") and "Conv" in layer:
        if len(shape) == 3:  # a convolution in one dimension is one in two, of height 1
            return (shape[2], 1, shape[0], shape[1]), (2, 0, 1), ("CONV_2D",)
        if len(shape) == 4 and "Transpose" in layer:
            return (shape[2], shape[0], shape[1], shape[3]), (2, 0, 1, 3), ("TRANSPOSE_CONV",)
        return ((shape[3], *shape[:3]), (3, 0, 1, 2), ("CONV_2D",)) if len(shape) == 4 else None
    if name == "kernel" and "Dense" in layer and len(shape) == 2:
        return (shape[1], shape[0]), (1, 0), ("FULLY_CONNECTED",)
    if name in ("kernel", "recurrent_kernel") and layer.endswith(_CELLS) and len(shape) == 2:
        return (shape[1], shape[0]), (1, 0), ("FULLY_CONNECTED",)
    if name == "embeddings":
        return shape, None, ("GATHER", "EMBEDDING_LOOKUP")
    return None


def _constants(model: Model) -> list[_Constant]:
    """All stored tensors that operators read, once, in the order of operators."""
    found: list[_Constant] = []
    for subgraph in model.subgraphs:
        skeleton, tensors, seen = skeleton_of(subgraph), subgraph.tensors, set[int]()
        operators = subgraph.operator_columns
        for step in skeleton.steps:
            read = [index for index in skeleton.inputs(step) if 0 <= index < len(tensors) and tensors[index].has_data]
            written = [index for index in operators.outputs[step] if 0 <= index < len(tensors)]
            names = (tensors[index].name for index in (*read, *written))
            words = frozenset(word for name in names for part in name.split(";") for word in part.split("/"))
            bias = next((tensors[index] for index in read if tensors[index].role == BIAS), None)
            for index in read:
                if index not in seen and tensors[index].role != BIAS:
                    seen.add(index)
                    found.append(_Constant(tensors[index], operators.op_names[step], bias, words))
    return found


def _matches(kernels: list[_Kernel], constants: list[_Constant]) -> list[tuple[_Kernel, _Constant, str]]:
    """By name as far as names tell, then in order."""
    by_shape: defaultdict[tuple[int, ...], list[_Constant]] = defaultdict(list)
    for constant in constants:
        by_shape[constant.tensor.shape].append(constant)
    possible = {
        place: [c for c in by_shape[kernel.shape] if c.op_name in kernel.op_names and _named(kernel, c)]
        for place, kernel in enumerate(kernels)
    }
    found = _certain(possible)
    suffix = _suffix(kernels, constants)
    for place, free in possible.items():
        word = _leaf(kernels[place]) + suffix
        match = [c for c in free if word in c.words]
        if place not in found and len(match) == 1 and match[0] not in found.values():
            found[place] = match[0]
    taken = list(found.values())
    rest = [kernel for place, kernel in enumerate(kernels) if place not in found and kernel.ordered]
    free_shapes = {shape: [c for c in group if c not in taken] for shape, group in by_shape.items()}
    return [(kernels[place], constant, "layer") for place, constant in found.items()] + _in_order(rest, free_shapes)


def _certain(possible: Mapping[int, list[_Constant]]) -> dict[int, _Constant]:
    """Kernels that only one constant fits, and what follows from that, as each constant is one kernel's."""
    fitting = {place: dict.fromkeys(constants) for place, constants in possible.items()}
    users: defaultdict[_Constant, set[int]] = defaultdict(set)
    for place, constants in fitting.items():
        for constant in constants:
            users[constant].add(place)
    found: dict[int, _Constant] = {}
    waiting = [place for place, constants in fitting.items() if len(constants) == 1]
    while waiting:
        place = waiting.pop()
        if len(fitting[place]) != 1:
            continue
        (constant,) = fitting[place]
        rivals = [other for other in users[constant] if len(fitting[other]) == 1]
        if len(rivals) > 1:  # nothing else fits these either: none of them is certain
            for other in rivals:
                fitting[other] = {}
            continue
        found[place] = constant
        for other in users.pop(constant):
            fitting[other].pop(constant, None)
            if len(fitting[other]) == 1:
                waiting.append(other)
    return found


def _leaf(kernel: _Kernel) -> str:
    return kernel.layer.name.rpartition("/")[2]


def _named(kernel: _Kernel, constant: _Constant) -> bool:
    """Whether a word around the constant is the layer's name, perhaps with a number behind it."""
    leaf = _leaf(kernel)
    return any(word.startswith(leaf) and _NUMBER.fullmatch(word[len(leaf) :]) for word in constant.words)


def _suffix(kernels: list[_Kernel], constants: list[_Constant]) -> str:
    """What the converter hung to most layers' names: "", or "_1" where Keras named the layers a second time."""
    layers = {_leaf(kernel) for kernel in kernels}
    words = {word for constant in constants for word in constant.words}
    suffixes = {rest for word in words for layer in layers
                if word.startswith(layer) and _NUMBER.fullmatch(rest := word[len(layer) :])}  # fmt: skip
    return max(sorted(suffixes), key=lambda suffix: sum(layer + suffix in words for layer in layers), default="")


def _in_order(
    kernels: list[_Kernel], by_shape: Mapping[tuple[int, ...], list[_Constant]]
) -> list[tuple[_Kernel, _Constant, str]]:
    """Of those without a name: where both files have as many kernels of a shape, the first is the first."""
    groups: defaultdict[tuple[tuple[int, ...], tuple[str, ...]], list[_Kernel]] = defaultdict(list)
    for kernel in kernels:
        groups[kernel.shape, kernel.op_names].append(kernel)
    found = []
    for (shape, op_names), group in groups.items():
        free = [constant for constant in by_shape.get(shape, ()) if constant.op_name in op_names]
        if len(free) == len(group):
            found += [(kernel, constant, "order") for kernel, constant in zip(group, free, strict=True)]
    return found
