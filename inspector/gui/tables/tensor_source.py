"""The tensor table's rows: columns, quick bulk values, filter keys, groups and their subtotals."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from inspector.gui.session import OpenModel
from inspector.gui.tables.grouping import Grouping, IntArray, Summary, group_by
from inspector.gui.tables.preview import PreviewColumn, preview_text
from inspector.gui.tables.row_source import RowSource, Tone
from inspector.gui.tables.tensor_facets import tensor_facets
from inspector.gui.tables.tensor_list import TensorList
from inspector.model import Tensor, TensorType
from inspector.model.columns import STORED_SPARSITY, TENSOR_COLUMNS, Column, tensor_label, zero_fraction_column
from inspector.model.text import bytes_text, number_text, percent_text, plural, quantization_text

OPTIONAL = ("subgraph", "preview", "buffer")  # columns that come when there is room
_ORDER = (
    "index", "subgraph", "name", "type", "shape", "kind", "bytes", "quantization", "zero_fraction", "used_by",
    "preview", "buffer", "stored_sparsity", "shape_signature",
)  # fmt: skip
_KINDS = ("weights", "bias", "table", "shape", "constant", "optimizer", "variable", "input", "output", "activation")
_TFLITE_ONLY = frozenset({"quantization", "buffer", "stored_sparsity", "shape_signature"})
_LISTED = 20  # operators or tensors a tooltip names


def tensor_source(open_model: OpenModel, tensors: TensorList, previews: PreviewColumn) -> RowSource[Tensor]:
    """The rows of the tensor table."""
    by_key = {column.key: column for column in TENSOR_COLUMNS}
    by_key["zero_fraction"] = zero_fraction_column(open_model.measurements.zero_fractions)
    by_key["stored_sparsity"] = STORED_SPARSITY
    by_key["bytes"] = replace(by_key["bytes"], text=lambda tensor: row_bytes_text(tensor.bytes))
    by_key["buffer"] = _buffer_column(tensors)
    by_key["preview"] = previews.column
    left_out = _TFLITE_ONLY if open_model.model.is_keras else frozenset()
    left_out |= frozenset() if len(tensors.subgraphs) > 1 else {"subgraph"}
    bulk: dict[str, Callable[[], Any]] = {
        "name": lambda: tensors.column(lambda c: c.names),
        "type": lambda: tensors.type_names,
        "shape": lambda: tensors.column(lambda c: c.shapes),
        "kind": lambda: tensors.kinds,
        "bytes": lambda: tensors.column(lambda c: c.stored_bytes),
        "buffer": lambda: tensors.column(lambda c: c.buffers),
        "quantization": lambda: tensors.column(lambda c: c.quantization.scales),
        "used_by": lambda: _first_readers(tensors),
        "preview": lambda: [None] * len(tensors),
    }
    return RowSource(
        tensors,
        [by_key[key] for key in _ORDER if key not in left_out],
        bulk,
        tensor_facets(tensors),
        tone=lambda tensor: Tone.NORMAL if tensor.has_data else Tone.DIM,
        tips={"name": _name_tip, "shape": _shape_tip, "quantization": _quantization_tip, "used_by": _used_by_tip,
              "zero_fraction": _zero_tip(open_model), "buffer": _buffer_tip(tensors)},
        exact={"quantization": _exact_quantization, "preview": lambda tensor: preview_text(open_model.model, tensor)},
        finder=tensors.find,
    )  # fmt: skip


def row_bytes_text(size: int | None) -> str:
    """The bytes of one tensor: exact as long as that is short, so that rows compare at a glance."""
    return f"{size:,} B" if size is not None and size < 100_000 else bytes_text(size)


def csv_columns(open_model: OpenModel) -> list[Column[Tensor]]:
    """The columns of the command line's table, for files."""
    shares = zero_fraction_column(open_model.measurements.zero_fractions), STORED_SPARSITY
    return [column for column in (*TENSOR_COLUMNS, *shares) if column.interface]


def _first_readers(tensors: TensorList) -> list[int | None]:
    """The first operator that reads each tensor."""
    whole = np.full(int(tensors.starts[-1]), -1, np.int64)
    for start, subgraph in zip(tensors.starts.tolist(), tensors.subgraphs, strict=False):
        read, readers = subgraph.uses
        whole[start + read[::-1]] = readers[::-1]  # the first of a tensor is written last
    return [None if reader < 0 else reader for reader in tensors.choose(whole).tolist()]


def _buffer_column(tensors: TensorList) -> Column[Tensor]:
    def text(tensor: Tensor) -> str:
        others = tensors.sharing(tensor)
        number = "" if tensor.buffer is None else str(tensor.buffer)
        if not others:
            return number
        more = f" +{len(others) - 1}" if len(others) > 1 else ""
        return f"{number}, with {tensor_label(others[0])}{more}"

    return Column(
        "buffer", "Buffer", lambda t: t.buffer, text, style="mono", tip="Index in model.buffers, and who shares it."
    )


# groups


def type_order(type_: TensorType) -> tuple[int, bool, int]:
    """Narrow before wide, integers before floats: what was quantized comes first."""
    return (type_.bits or 1_000, type_.is_float, type_.code)


def group_by_type(tensors: TensorList) -> Grouping:
    """Within a type, what is stored stands before what is computed."""
    types = {type_.name: type_ for type_ in tensors.column(lambda c: c.types)}
    grouping = group_by(
        tensors.type_names, lambda name: type_order(types[name]), lambda name, places: _summary(tensors, places, name)
    )
    return replace(grouping, first=np.argsort(~tensors.has_data, kind="stable"))


def group_by_kind(tensors: TensorList) -> Grouping:
    def order(kind: str) -> tuple[int, str]:
        return (_KINDS.index(kind) if kind in _KINDS else len(_KINDS), kind)

    return group_by(tensors.kinds, order, lambda kind, places: _summary(tensors, places, title=kind))


def group_by_subgraph(tensors: TensorList) -> Grouping:
    numbers = tensors.gather([subgraph.index] * len(subgraph.tensors) for subgraph in tensors.subgraphs)
    names = {subgraph.index: f"{subgraph.index} {subgraph.name}".strip() for subgraph in tensors.subgraphs}
    return group_by(numbers, int, lambda number, places: _summary(tensors, places, title=names[number]))


def total_row(tensors: TensorList, places: IntArray) -> Summary:
    return _summary(tensors, places, title="All", note=False)


def _summary(tensors: TensorList, places: IntArray, chip: str = "", title: str = "", note: bool = True) -> Summary:
    size = tensors.stored_bytes(places)
    share = size / tensors.all_stored_bytes if tensors.all_stored_bytes else 0.0
    return Summary(
        title,
        chip,
        {"name": plural(len(places), "tensor"), "bytes": bytes_text(size)},
        note=percent_text(share) if note else "",
    )


# tooltips


def _listed(texts: list[str]) -> str:
    shown = texts[:_LISTED]
    if len(texts) > _LISTED:
        shown.append(f"and {len(texts) - _LISTED:,} more")
    return "\n".join(shown)


def _name_tip(tensor: Tensor) -> str:
    return _listed(tensor.name.split(";"))


def _shape_tip(tensor: Tensor) -> str:
    signature = tensor.shape_signature
    dynamic = f"\nshape_signature {list(signature)}" if signature is not None else ""
    return plural(tensor.elements, "element") + dynamic


def _quantization_tip(tensor: Tensor) -> str:
    quantization = tensor.quantization
    if quantization is None or not quantization.scale.size:
        return "No scale: the values are what is stored."
    scale, zero_point = quantization.scale, quantization.zero_point
    if not quantization.per_channel:
        return f"scale {scale[0]!s}\nzero_point {int(zero_point[0]) if zero_point.size else 0}"
    low, high = number_text(float(scale.min())), number_text(float(scale.max()))
    return f"{scale.size:,} scales on dimension {quantization.quantized_dimension}\n{low} … {high}"


def _exact_quantization(tensor: Tensor) -> str:
    quantization = tensor.quantization
    if quantization is None or quantization.per_channel or not quantization.scale.size:
        return quantization_text(quantization)
    zero_point = int(quantization.zero_point[0]) if quantization.zero_point.size else 0
    return f"{quantization.scale[0]!s}, {zero_point}"


def _used_by_tip(tensor: Tensor) -> str:
    return _listed([f"#{operator.index} {operator.name or operator.op_name}" for operator in tensor.consumers])


def _zero_tip(open_model: OpenModel) -> Callable[[Tensor], str]:
    def tip(tensor: Tensor) -> str:
        share = open_model.measurements.zero_fractions.get((tensor.owner.index, tensor.index))
        return "" if share is None else f"{round(share * tensor.elements):,} of {plural(tensor.elements, 'element')}"

    return tip


def _buffer_tip(tensors: TensorList) -> Callable[[Tensor], str]:
    def tip(tensor: Tensor) -> str:
        others = tensors.sharing(tensor)
        return _listed([f"shared with {tensor_label(other)} {other.name}" for other in others]) or "not shared"

    return tip
