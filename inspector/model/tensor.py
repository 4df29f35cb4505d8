"""Tensors of a subgraph: columns that hold them all, and a light view of one row.

A table of 120,000 tensors is a few lists, not 120,000 objects; `Tensor` is made when a row is looked at.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, overload

from inspector.model.quantization import Quantization, QuantizationTable
from inspector.model.sparsity import Sparsity
from inspector.model.tensor_types import TensorType

if TYPE_CHECKING:
    from inspector.model.graph import Operator, Subgraph

KINDS = ("constant", "variable", "input", "output", "activation", "optimizer")


@dataclass(frozen=True, slots=True, eq=False)
class TensorColumns:
    """One list a property, all of the same length; what each means stands at the property of `Tensor`."""

    names: Sequence[str]
    types: Sequence[TensorType]
    shapes: Sequence[tuple[int, ...]]
    shape_signatures: Sequence[tuple[int, ...] | None]
    kinds: Sequence[str]
    stored_bytes: Sequence[int | None]
    buffers: Sequence[int | None]
    quantization: QuantizationTable
    sparsity: Mapping[int, Sparsity] = field(default_factory=dict)
    roles: Mapping[int, str] = field(default_factory=dict)  # only where the format itself knows (Keras)

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True, slots=True)
class Tensor:
    """One row of a subgraph's tensors; equal when subgraph and index are."""

    owner: "Subgraph"
    index: int

    @property
    def subgraph(self) -> int:
        return self.owner.index

    @property
    def name(self) -> str:
        return self.owner.tensor_columns.names[self.index]

    @property
    def type(self) -> TensorType:
        return self.owner.tensor_columns.types[self.index]

    @property
    def shape(self) -> tuple[int, ...]:
        return self.owner.tensor_columns.shapes[self.index]

    @property
    def shape_signature(self) -> tuple[int, ...] | None:
        """The shape with -1 for each dynamic dimension; None where the file has none."""
        return self.owner.tensor_columns.shape_signatures[self.index]

    @property
    def kind(self) -> str:
        """One of KINDS. A constant has a buffer with data; an activation is computed."""
        return self.owner.tensor_columns.kinds[self.index]

    @property
    def role(self) -> str:
        """What a constant is to the operator that uses it: weights, bias, shape, table, constant; "" for others."""
        return self.owner.roles[self.index]

    @property
    def bytes(self) -> int | None:
        """What the file stores for a constant; elements x item size for an activation; None if unknown."""
        return self.owner.tensor_columns.stored_bytes[self.index]

    @property
    def buffer(self) -> int | None:
        """The index of its buffer; None where the format has no buffers (Keras)."""
        return self.owner.tensor_columns.buffers[self.index]

    @property
    def elements(self) -> int:
        """The product of the shape (1 for a scalar)."""
        return prod(self.shape)

    @property
    def quantization(self) -> Quantization | None:
        return self.owner.tensor_columns.quantization[self.index]

    @property
    def scale(self) -> float | list[float] | None:
        return self.owner.tensor_columns.quantization.scales[self.index]

    @property
    def zero_point(self) -> int | list[int] | None:
        return self.owner.tensor_columns.quantization.zero_points[self.index]

    @property
    def quantized_dimension(self) -> int | None:
        """The dimension along which scales differ; None where there is no scale."""
        table = self.owner.tensor_columns.quantization
        return int(table.dimension[self.index]) if table.scales[self.index] is not None else None

    @property
    def sparsity(self) -> Sparsity | None:
        return self.owner.tensor_columns.sparsity.get(self.index)

    @property
    def has_data(self) -> bool:
        return self.kind == "constant" or self.kind == "optimizer"

    @property
    def producer(self) -> "Operator | None":
        found = self.owner.producers(self.index)
        return self.owner.operators[found[0]] if found else None

    @property
    def consumers(self) -> "list[Operator]":
        return [self.owner.operators[index] for index in self.owner.consumers(self.index)]


@dataclass(frozen=True, slots=True)
class ChosenTensors(Sequence[Tensor]):
    """Some tensors of a subgraph as a sequence; rows are made when asked for."""

    owner: "Subgraph"
    indices: Sequence[int]

    def __len__(self) -> int:
        return len(self.indices)

    @overload
    def __getitem__(self, index: int) -> Tensor: ...
    @overload
    def __getitem__(self, index: slice) -> "ChosenTensors": ...
    def __getitem__(self, index: int | slice) -> "Tensor | ChosenTensors":
        if isinstance(index, slice):
            return ChosenTensors(self.owner, self.indices[index])
        return Tensor(self.owner, self.indices[index])


@dataclass(frozen=True, slots=True)
class TensorRows(Sequence[Tensor]):
    """All tensors of a subgraph as a sequence; rows are made when asked for."""

    owner: "Subgraph"

    def __len__(self) -> int:
        return len(self.owner.tensor_columns)

    @overload
    def __getitem__(self, index: int) -> Tensor: ...
    @overload
    def __getitem__(self, index: slice) -> list[Tensor]: ...
    def __getitem__(self, index: int | slice) -> Tensor | list[Tensor]:
        chosen = range(len(self))[index]
        if isinstance(chosen, range):
            return [Tensor(self.owner, i) for i in chosen]
        return Tensor(self.owner, chosen)

    def __iter__(self) -> Iterator[Tensor]:
        owner = self.owner
        return (Tensor(owner, i) for i in range(len(self)))
