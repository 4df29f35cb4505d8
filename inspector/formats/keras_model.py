"""Puts a Keras model together: layers as operators, weights as tensors, totals, findings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import prod
from typing import Any

from inspector.formats.keras_config import Layer, references
from inspector.formats.keras_hdf5 import StoredArray
from inspector.formats.keras_notes import layer_findings, storage_findings
from inspector.formats.keras_options import layer_options
from inspector.formats.keras_shapes import Shape
from inspector.formats.keras_source import Source
from inspector.formats.keras_storage import KerasStorage
from inspector.formats.keras_variables import role
from inspector.formats.keras_weights import Found
from inspector.model import (
    TYPE_BY_NAME,
    AssociatedFile,
    Finding,
    Model,
    OperatorColumns,
    ParameterTotals,
    QuantizationTable,
    Subgraph,
    TensorColumns,
    TensorType,
)


@dataclass(slots=True, eq=False)
class Parts:
    """What a reader found; `model` has no layers of its own where the file only holds weights."""

    source: Source
    format: str
    model: Layer
    found: Found
    optimizer: list[tuple[str, StoredArray]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    associated_files: tuple[AssociatedFile, ...] = ()


@dataclass(slots=True, eq=False)
class _Rows:
    """The tensors in the making."""

    names: list[str] = field(default_factory=list)
    types: list[TensorType] = field(default_factory=list)
    shapes: list[tuple[int, ...]] = field(default_factory=list)
    signatures: list[tuple[int, ...] | None] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    stored: list[int | None] = field(default_factory=list)
    roles: dict[int, str] = field(default_factory=dict)
    arrays: list[StoredArray | None] = field(default_factory=list)

    def add_array(self, name: str, array: StoredArray, kind: str) -> int:
        self._add(name, array.type, array.shape, None, kind, array.stored_bytes)
        self.arrays.append(array)
        return len(self.names) - 1

    def add_computed(self, name: str, element: TensorType, shape: Shape, kind: str) -> int:
        """A model's input or output; the batch and other open sizes count as 1, as TFLite writes them."""
        sizes = tuple(1 if size is None else size for size in shape)
        open_sizes = tuple(-1 if size is None else size for size in shape) if None in shape else None
        self._add(name, element, sizes, open_sizes, kind, prod(sizes) * element.bits // 8 or None)
        self.arrays.append(None)
        return len(self.names) - 1

    def _add(
        self, name: str, element: TensorType, shape: tuple[int, ...], signature: tuple[int, ...] | None, kind: str,
        stored: int | None,
    ) -> None:  # fmt: skip
        self.names.append(name)
        self.types.append(element)
        self.shapes.append(shape)
        self.signatures.append(signature)
        self.kinds.append(kind)
        self.stored.append(stored)

    def columns(self) -> TensorColumns:
        count = len(self.names)
        return TensorColumns(
            self.names, self.types, self.shapes, self.signatures, self.kinds, self.stored, [None] * count,
            QuantizationTable.empty(count), roles=self.roles,
        )  # fmt: skip


def build_model(parts: Parts) -> Model:
    """The finished Model: weights first, then the model's inputs and outputs, the optimizer's state last."""
    layers = list(parts.model.walk())
    place = {id(layer): index for index, layer in enumerate(layers)}
    rows = _Rows()
    owned: dict[int, list[int]] = {}
    weights = parts.found.weights
    weights.sort(key=lambda weight: place.get(id(weight.layer), len(layers)))
    for name, weight in zip(unique_names(weight.full_name for weight in weights), weights, strict=True):
        index = rows.add_array(name, weight.array, "variable" if weight.is_state else "constant")
        if not weight.is_state:
            rows.roles[index] = role(name, weight.array.shape)
        owned.setdefault(id(weight.layer), []).append(index)
    for layer in layers:
        if layer.same_as is not None and id(layer) not in owned:
            owned[id(layer)] = owned.get(id(layer.same_as), [])
    inputs, outputs = _ends(parts.model, rows)
    for name, array in parts.optimizer:
        rows.add_array(name, array, "optimizer")
    operators = _operators(layers, place, owned, rows, {**inputs, **outputs}, parts.model)
    subgraph = Subgraph(
        0, parts.model.name, rows.columns(), operators,
        tuple(sorted(i for found in inputs.values() for i in found)),
        tuple(sorted(i for found in outputs.values() for i in found)),
    )  # fmt: skip
    return Model(
        parts.source.path, parts.format, parts.source.file.size, (subgraph,), KerasStorage(parts.source, rows.arrays),
        findings=(*parts.findings, *layer_findings(layers, weights),
                  *storage_findings(rows.names, rows.arrays, parts.found, parts.links)),
        associated_files=parts.associated_files, facts=parts.facts, parameters=_totals(parts),
    )  # fmt: skip


def unique_names(names: Iterable[str]) -> list[str]:
    """The names, a repeated one numbered."""
    used: dict[str, int] = {}
    result = []
    for name in names:
        number = used[name] = used.get(name, 0) + 1
        result.append(name if number == 1 else f"{name}_{number}")
    return result


def _totals(parts: Parts) -> ParameterTotals:
    total = sum(weight.array.elements for weight in parts.found.weights if not weight.is_state)
    trained = sum(weight.array.elements for weight in parts.found.weights if weight.trained)
    return ParameterTotals(total, trained, total - trained, sum(array.elements for _, array in parts.optimizer))


def _ends(model: Layer, rows: _Rows) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Adds the model's inputs and outputs whose shapes are known; id(layer) -> tensors."""
    inputs: dict[int, list[int]] = {}
    outputs: dict[int, list[int]] = {}
    for layer in model.layers:
        shape = layer.output_shape
        if layer.class_name == "InputLayer" and shape is not None:
            inputs.setdefault(id(layer), []).append(rows.add_computed(layer.name, _compute_type(layer), shape, "input"))
    by_name = {layer.name: layer for layer in model.layers}
    if model.is_sequential:
        last = model.layers[-1:]
    else:
        last = [by_name[r.layer] for r in references(model.config.get("output_layers")) if r.layer in by_name]
    for layer, shape in zip(last, model.gives or [], strict=False):
        if shape is not None:
            number = rows.add_computed(layer.name, _compute_type(layer), shape, "output")
            outputs.setdefault(id(layer), []).append(number)
    return inputs, outputs


def _compute_type(layer: Layer) -> TensorType:
    """The type a layer computes in: "mixed_float16" -> FLOAT16."""
    dtype: Any = layer.config.get("dtype")
    if isinstance(dtype, Mapping):
        config = dtype.get("config")
        dtype = config.get("source_name") or config.get("name") if isinstance(config, Mapping) else None
    name = str(dtype or "float32").removeprefix("mixed_").rpartition("_from_")[2].upper()
    return TYPE_BY_NAME.get(name, TYPE_BY_NAME["FLOAT32"])


def _operators(
    layers: Sequence[Layer], place: dict[int, int], owned: dict[int, list[int]], rows: _Rows,
    ends: dict[int, list[int]], model: Layer,
) -> OperatorColumns:  # fmt: skip
    inbound = _inbound(model, place)

    @lru_cache(maxsize=4096)
    def options(index: int) -> Mapping[str, Any]:
        return layer_options(layers[index])

    parameters = [_parameters(layer, owned, rows) for layer in layers]
    return OperatorColumns(
        [layer.label for layer in layers],
        [tuple(owned.get(id(layer), ())) for layer in layers],
        [tuple(ends.get(id(layer), ())) for layer in layers],
        options=options,
        names=[layer.path for layer in layers],
        output_shapes=[layer.output_shape for layer in layers],
        parameters=parameters,
        inbound=[inbound.get(index, ()) for index in range(len(layers))],
    )


def _parameters(layer: Layer, owned: dict[int, list[int]], rows: _Rows) -> int:
    """The layer's own, and those of the layers below it; a tensor that two of them share once."""
    tensors = {index for inner in (layer, *layer.walk()) for index in owned.get(id(inner), ())}
    return sum(prod(rows.shapes[index]) for index in tensors if rows.kinds[index] == "constant")


def _inbound(model: Layer, place: dict[int, int]) -> dict[int, tuple[int, ...]]:
    """Layer index -> the layers whose outputs it reads, within the model that both stand in."""
    found: dict[int, tuple[int, ...]] = {}
    for owner in [model, *(layer for layer in model.walk() if layer.is_model)]:
        by_name = {layer.name: layer for layer in owner.listed}
        before: Layer | None = None
        for layer in owner.listed:
            if owner.is_sequential:
                sources = [before] if before is not None else []
            else:
                sources = [by_name[r.layer] for call in layer.calls for r in call if r.layer in by_name]
            found[place[id(layer)]] = tuple(dict.fromkeys(place[id(source)] for source in sources))
            before = layer
    return found
