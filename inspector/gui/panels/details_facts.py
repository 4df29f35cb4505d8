"""What the Details dock says about tensors, operators and selections: rows of text and links, without any widget."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inspector.analysis.macs import operator_macs, operator_parameters
from inspector.analysis.statistics import TensorStatistics
from inspector.gui.session import OpenModel
from inspector.gui.tables.operator_source import operator_label, tensor_of
from inspector.gui.tables.tensor_list import TensorList
from inspector.model import Operator, Quantization, Tensor
from inspector.model.columns import stored_sparsity, tensor_label
from inspector.model.text import bytes_text, number_text, percent_text, plural, printable, shape_text

_LISTED = 6  # links of one row; the rest is counted
_LONGEST = 300  # characters of one option

# op_name -> the dimension of its weights that is its output channels
_OUTPUT_CHANNELS = {
    "CONV_2D": 0, "TRANSPOSE_CONV": 0, "FULLY_CONNECTED": 0, "DEPTHWISE_CONV_2D": 3, "CONV_3D": 4,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to a tensor or an operator."""

    text: str
    target: Tensor | Operator


@dataclass(frozen=True, slots=True)
class Fact:
    """One row: what it is, and text or links."""

    title: str
    value: str | tuple[str | Link, ...]
    mono: bool = False
    tip: str = ""


def tensor_facts(open_model: OpenModel, tensor: Tensor, tensors: TensorList) -> list[Fact]:
    """Identity: where it is, how large, in which buffer, who makes and who uses it."""
    facts = [
        Fact("Index", tensor_label(tensor), True),
        Fact("Shape", shape_text(tensor.shape), True, plural(tensor.elements, "element")),
    ]
    if tensor.shape_signature is not None:
        facts.append(Fact("Signature", shape_text(tensor.shape_signature), True, "-1 stands for a dynamic dimension"))
    if len(open_model.model.subgraphs) > 1:
        facts.append(Fact("Subgraph", f"{tensor.subgraph} {tensor.owner.name}".strip()))
    facts.append(Fact("Bytes", exact_bytes(tensor.bytes), tip=_bytes_tip(tensor)))
    facts += _buffer_facts(open_model, tensor, tensors)
    if tensor.producer is not None:
        facts.append(Fact("Made by", (operator_link(tensor.producer),), True))
    facts.append(Fact("Used by", _links(tensor.consumers) or "none", True))
    return facts


def _buffer_facts(open_model: OpenModel, tensor: Tensor, tensors: TensorList) -> list[Fact]:
    if tensor.buffer is None or not tensor.has_data:
        return []
    others = tensors.sharing(tensor)
    pieces: list[str | Link] = [f"{tensor.buffer}, not shared" if not others else f"{tensor.buffer}, shared with "]
    pieces += _joined([Link(tensor_label(other), other) for other in others[:_LISTED]])
    if len(others) > _LISTED:
        pieces.append(f" and {len(others) - _LISTED:,} more")
    facts = [Fact("Buffer", tuple(pieces))]
    buffers = open_model.model.buffers
    if buffers is not None and 0 <= tensor.buffer < len(buffers.place):
        place, offset = int(buffers.place[tensor.buffer]), int(buffers.offset[tensor.buffer])
        where = {1: "behind the flatbuffer", 2: "in an external file", -1: "its entry is damaged"}.get(place)
        if where:
            facts.append(Fact("Stored", where, tip=f"at byte {offset:,}"))
    sparsity = stored_sparsity(tensor)
    if sparsity is not None and tensor.sparsity is not None:
        stored = tensor.sparsity.stored_elements
        facts.append(Fact("Sparse", f"{percent_text(sparsity)} left out",
                          tip=f"{stored:,} of {tensor.elements:,} elements are stored"))  # fmt: skip
    return facts


def quantization_facts(tensor: Tensor) -> list[Fact]:
    """Scale and zero_point in words and numbers; empty where there is neither."""
    quantization = tensor.quantization
    if quantization is None:
        return []
    scale, zero_point = quantization.scale, quantization.zero_point
    facts = []
    if quantization.details:
        facts.append(Fact("Kind", quantization.details))
    elif scale.size:
        kind = f"per-channel, {scale.size:,} scales" if quantization.per_channel else "per-tensor"
        facts.append(Fact("Kind", kind))
    if quantization.per_channel:
        facts.append(Fact("Dimension", _dimension_text(tensor, quantization)))
    if scale.size:
        facts.append(Fact("scale", _range_text(scale, 3 if scale.size > 1 else 5), True, _exact_range(scale)))
        facts.append(Fact("zero_point", _zero_point_text(zero_point), True))
    if quantization.minimum.size and quantization.maximum.size:
        low, high = float(quantization.minimum.min()), float(quantization.maximum.max())
        facts.append(Fact("min, max", f"{number_text(low)} … {number_text(high)}", True, "As the converter noted them"))
    return facts


def _dimension_text(tensor: Tensor, quantization: Quantization) -> str:
    dimension = quantization.quantized_dimension
    users = {operator.op_name for operator in tensor.consumers}
    channels = tensor.role == "weights" and users and {_OUTPUT_CHANNELS.get(name, -1) for name in users} == {dimension}
    return f"{dimension} (output channels)" if channels else str(dimension)


def _range_text(values: np.ndarray, digits: int) -> str:
    low, high = float(values.min()), float(values.max())
    if low == high:
        return number_text(float(f"{low:.{digits}g}")) + (" for all" if values.size > 1 else "")
    return f"{number_text(float(f'{low:.{digits}g}'))} … {number_text(float(f'{high:.{digits}g}'))}"


def _exact_range(scale: np.ndarray) -> str:
    low, high = scale.min(), scale.max()
    return f"{low!s}" if low == high else f"{low!s} … {high!s}"


def _zero_point_text(zero_point: np.ndarray) -> str:
    if not zero_point.size:
        return "0"
    low, high = int(zero_point.min()), int(zero_point.max())
    if low != high:
        return f"{low} … {high}"
    return f"{low} for all" if zero_point.size > 1 else str(low)


def value_facts(statistics: TensorStatistics) -> list[Fact]:
    """Range, mean and spread of the real values."""
    facts = []
    if statistics.min is not None and statistics.max is not None:
        facts.append(Fact("min … max", f"{real4(statistics.min)} … {real4(statistics.max)}", True))
    if statistics.mean is not None and statistics.std is not None:
        facts.append(Fact("mean ± std", f"{real4(statistics.mean)} ± {real4(statistics.std)}", True))
    if statistics.not_finite:
        facts.append(Fact("NaN, Inf", f"{statistics.not_finite:,}", True))
    if statistics.dead_channels:
        facts.append(Fact("Dead channels", f"{statistics.dead_channels:,}", tip="Output channels that are all zero"))
    return facts


def zeros_text(statistics: TensorStatistics) -> str:
    """`138 zeros, 0.8 %`."""
    if statistics.zero_fraction is None or not statistics.count:
        return ""
    zeros = round(statistics.zero_fraction * statistics.count)
    return f"{plural(zeros, 'zero')}, {percent_text(statistics.zero_fraction)}"


def real4(value: float) -> str:
    """Four decimals, or digits that count where four decimals would show none."""
    return f"{value:.4f}" if value == 0 or 5e-5 <= abs(value) < 1e5 else number_text(value)


def operator_facts(operator: Operator) -> list[Fact]:
    """Index, version, cost."""
    macs = operator_macs(operator)
    shape = operator.output_shape
    facts = [Fact("Index", operator_label(operator), True)]
    if operator.name:
        facts.append(Fact("Class", operator.op_name, True))
    if operator.version is not None:
        facts.append(Fact("Version", str(operator.version)))
    if shape is not None:
        facts.append(Fact("Output shape", shape_text(shape), True))
    facts.append(Fact("MACs", "not counted" if macs is None else f"{macs:,}", tip="Multiply-accumulates, batch 1"))
    facts.append(Fact("Parameters", f"{operator_parameters(operator):,}"))
    if operator.intermediates:
        between = (tensor_of(operator, index) for index in operator.intermediates)
        links = [Link(tensor_label(tensor), tensor) for tensor in between if tensor is not None]
        facts.append(Fact("Intermediates", tuple(_joined(links)), True))
    if operator.custom_options_size:
        facts.append(Fact("Custom options", f"{operator.custom_options_size:,} B"))
    if operator.name and operator.inbound:
        facts.append(Fact("Reads", _links([operator.owner.operators[place] for place in operator.inbound]), True))
    return facts


def end_facts(operator: Operator, indices: Sequence[int]) -> list[Fact]:
    """One row a tensor: its label as a link, what it is."""
    facts = []
    for index in indices:
        tensor = tensor_of(operator, index)
        if tensor is None:
            facts.append(Fact("none" if index < 0 else f"T#{index}", "left out" if index < 0 else "not in the file"))
            continue
        size = f" {tensor.type.name}\n{shape_text(tensor.shape)}"
        facts.append(Fact(tensor.role or tensor.kind, (Link(tensor_label(tensor), tensor), size), True, tensor.name))
    return facts


def option_facts(operator: Operator) -> list[Fact]:
    return [Fact(name, printable(str(value))[:_LONGEST], True, str(value)) for name, value in operator.options.items()]


def selection_facts(open_model: OpenModel, chosen: Sequence[Tensor], tensors: TensorList) -> list[Fact]:
    """Sums over several tensors; a buffer that some of them share counts once."""
    places = np.array([place for place in map(tensors.find, chosen) if place >= 0], np.int64)
    size = tensors.stored_bytes(places) if places.size else 0
    known = open_model.measurements.zero_fractions
    stored = [tensor for tensor in chosen if tensor.has_data]
    shares = [(tensor.elements, known.get((tensor.owner.index, tensor.index))) for tensor in stored]
    facts = [Fact("Tensors", f"{len(chosen):,}"), Fact("Stored", f"{size:,} B", tip=bytes_text(size))]
    if tensors.all_stored_bytes:
        facts.append(Fact("Share", f"{percent_text(size / tensors.all_stored_bytes)} of all stored tensors"))
    elements = sum(count for count, _ in shares)
    facts.append(Fact("Elements", f"{elements:,} stored" if len(stored) < len(chosen) else f"{elements:,}"))
    if elements and all(share is not None for _, share in shares):
        zeros = sum(count * (share or 0.0) for count, share in shares) / elements
        facts.append(Fact("Zero fraction", percent_text(zeros)))
    types: dict[str, int] = {}
    for tensor in chosen:
        types[tensor.type.name] = types.get(tensor.type.name, 0) + 1
    facts.append(Fact("Types", ", ".join(f"{name} {count:,}" for name, count in types.items())))
    return facts


def operators_facts(chosen: Sequence[Operator]) -> list[Fact]:
    """Sums over several operators or layers."""
    counts = [operator_macs(operator) for operator in chosen]
    missing = counts.count(None)
    macs = f"{sum(count or 0 for count in counts):,}" + (f", {missing:,} not counted" if missing else "")
    facts = [Fact("Layers" if chosen[0].name else "Operators", f"{len(chosen):,}"), Fact("MACs", macs)]
    facts.append(Fact("Parameters", f"{sum(map(operator_parameters, chosen)):,}"))
    return facts


def operator_link(operator: Operator) -> Link:
    return Link(f"{operator_label(operator)} {operator.name or operator.op_name}", operator)


def exact_bytes(size: int | None) -> str:
    return "unknown" if size is None else f"{size:,} B"


def _bytes_tip(tensor: Tensor) -> str:
    return "" if tensor.has_data else "Elements x item size; computed, not stored"


def _links(operators: Sequence[Operator]) -> tuple[str | Link, ...]:
    pieces = _joined([operator_link(operator) for operator in operators[:_LISTED]], "\n")
    if len(operators) > _LISTED:
        pieces.append(f"\nand {len(operators) - _LISTED:,} more")
    return tuple(pieces)


def _joined(links: Sequence[Link], between: str = ", ") -> list[str | Link]:
    pieces: list[str | Link] = []
    for link in links:
        pieces += [between, link] if pieces else [link]
    return pieces
