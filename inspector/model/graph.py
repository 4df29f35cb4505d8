"""Operators and subgraphs: who computes what from which tensors."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, overload

import numpy as np

from inspector.model.roles import constant_roles
from inspector.model.tensor import Tensor, TensorColumns, TensorRows

Options = Mapping[str, Any]
IntArray = np.ndarray[Any, np.dtype[np.int64]]


def _no_options(_index: int) -> Options:
    return {}


@dataclass(frozen=True, slots=True, eq=False)
class OperatorColumns:
    """One list a property, all of the same length; what each means stands at the property of `Operator`."""

    op_names: Sequence[str]
    inputs: Sequence[tuple[int, ...]]
    outputs: Sequence[tuple[int, ...]]
    versions: Sequence[int] = ()
    intermediates: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    custom_options_sizes: Mapping[int, int] = field(default_factory=dict)
    is_custom: Sequence[bool] = ()
    options: Callable[[int], Options] = _no_options
    # Keras layers only
    names: Sequence[str] = ()
    output_shapes: Sequence[tuple[int | None, ...] | None] = ()
    parameters: Sequence[int] = ()
    inbound: Sequence[tuple[int, ...]] = ()

    def __len__(self) -> int:
        return len(self.op_names)


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator of a TFLite subgraph, or one layer of a Keras model."""

    owner: "Subgraph"
    index: int

    @property
    def subgraph(self) -> int:
        return self.owner.index

    @property
    def op_name(self) -> str:
        """The builtin's name (CONV_2D), the custom code, or a layer's class (Conv2D); a wrapper's with what it wraps:
        TimeDistributed(Dense)."""
        return self.owner.operator_columns.op_names[self.index]

    @property
    def name(self) -> str:
        """A Keras layer's path ("encoder/conv2d_1"); "" for TFLite, whose operators have no names."""
        names = self.owner.operator_columns.names
        return names[self.index] if names else ""

    @property
    def version(self) -> int | None:
        versions = self.owner.operator_columns.versions
        return versions[self.index] if versions else None

    @property
    def is_custom(self) -> bool:
        flags = self.owner.operator_columns.is_custom
        return bool(flags) and flags[self.index]

    @property
    def inputs(self) -> tuple[int, ...]:
        """Tensor indices; -1 stands for an optional input that is left out. Of a layer: its weights."""
        return self.owner.operator_columns.inputs[self.index]

    @property
    def outputs(self) -> tuple[int, ...]:
        return self.owner.operator_columns.outputs[self.index]

    @property
    def intermediates(self) -> tuple[int, ...]:
        return self.owner.operator_columns.intermediates.get(self.index, ())

    @property
    def custom_options_size(self) -> int:
        return self.owner.operator_columns.custom_options_sizes.get(self.index, 0)

    @property
    def options(self) -> Options:
        """The builtin options by name (enums as words), or a layer's configuration; read when asked for."""
        return self.owner.operator_columns.options(self.index)

    @property
    def output_shape(self) -> tuple[int | None, ...] | None:
        """A layer's output shape where it can be derived; of an operator, its first output's."""
        shapes = self.owner.operator_columns.output_shapes
        if shapes:
            return shapes[self.index]
        outputs = self.outputs
        count = len(self.owner.tensors)
        return self.owner.tensors[outputs[0]].shape if outputs and 0 <= outputs[0] < count else None

    @property
    def parameters(self) -> int | None:
        """A layer's parameter count as `summary()` gives it; None for TFLite (analysis/macs.py counts there)."""
        parameters = self.owner.operator_columns.parameters
        return parameters[self.index] if parameters else None

    @property
    def inbound(self) -> tuple[int, ...]:
        """The operators whose outputs this one reads."""
        listed = self.owner.operator_columns.inbound
        if listed:
            return listed[self.index]
        makers = (self.owner.producers(tensor) for tensor in self.inputs if tensor >= 0)
        return tuple(dict.fromkeys(chain.from_iterable(makers)))


@dataclass(frozen=True, slots=True)
class OperatorRows(Sequence[Operator]):
    """All operators of a subgraph as a sequence; rows are made when asked for."""

    owner: "Subgraph"

    def __len__(self) -> int:
        return len(self.owner.operator_columns)

    @overload
    def __getitem__(self, index: int) -> Operator: ...
    @overload
    def __getitem__(self, index: slice) -> list[Operator]: ...
    def __getitem__(self, index: int | slice) -> Operator | list[Operator]:
        chosen = range(len(self))[index]
        if isinstance(chosen, range):
            return [Operator(self.owner, i) for i in chosen]
        return Operator(self.owner, chosen)

    def __iter__(self) -> Iterator[Operator]:
        owner = self.owner
        return (Operator(owner, i) for i in range(len(self)))


@dataclass(frozen=True, eq=False)  # no slots: cached_property keeps its values in __dict__
class Subgraph:
    """Tensors, operators, and which tensors go in and out. A Keras model is one subgraph."""

    index: int
    name: str
    tensor_columns: TensorColumns
    operator_columns: OperatorColumns
    inputs: tuple[int, ...] = ()
    outputs: tuple[int, ...] = ()

    @property
    def tensors(self) -> TensorRows:
        return TensorRows(self)

    @property
    def operators(self) -> OperatorRows:
        return OperatorRows(self)

    def producers(self, tensor: int) -> list[int]:
        """The operators that write a tensor (one, in a sound model)."""
        return self._producers.get(tensor)

    def consumers(self, tensor: int) -> list[int]:
        """The operators that read a tensor, each once, in order."""
        return self._consumers.get(tensor)

    @property
    def uses(self) -> tuple[IntArray, IntArray]:
        """Every pair (tensor, operator that reads it) as two arrays, sorted by tensor, then by operator."""
        return self._consumers.pairs

    @property
    def makings(self) -> tuple[IntArray, IntArray]:
        """Every pair (tensor, operator that writes it), as `uses`."""
        return self._producers.pairs

    @cached_property
    def roles(self) -> list[str]:
        """One word a tensor, see Tensor.role."""
        return constant_roles(self)

    @cached_property
    def _producers(self) -> "_Links":
        return _Links(self.operator_columns.outputs, len(self.tensor_columns))

    @cached_property
    def _consumers(self) -> "_Links":
        return _Links(self.operator_columns.inputs, len(self.tensor_columns))


class _Links:
    """tensor -> operators, as one sorted array (compressed rows)."""

    def __init__(self, tensors_of: Sequence[tuple[int, ...]], count: int) -> None:
        lengths = np.fromiter(map(len, tensors_of), np.int64, len(tensors_of))
        flat = np.fromiter(chain.from_iterable(tensors_of), np.int64, int(lengths.sum()))
        operators = np.repeat(np.arange(len(tensors_of)), lengths)
        sound = (flat >= 0) & (flat < count)
        flat, operators = flat[sound], operators[sound]
        order = np.argsort(flat, kind="stable")
        self._operators = operators[order]
        self._starts = np.searchsorted(flat[order], np.arange(count + 1))

    @property
    def pairs(self) -> tuple[IntArray, IntArray]:
        return np.repeat(np.arange(len(self._starts) - 1), np.diff(self._starts)), self._operators

    def get(self, tensor: int) -> list[int]:
        if not 0 <= tensor < len(self._starts) - 1:  # what a damaged file names
            return []
        found: list[int] = self._operators[self._starts[tensor] : self._starts[tensor + 1]].tolist()
        return list(dict.fromkeys(found)) if len(found) > 1 else found


@dataclass(frozen=True, slots=True)
class Signature:
    """A named entry point: names of inputs and outputs -> tensor indices of a subgraph."""

    key: str
    subgraph: int
    inputs: Mapping[str, int]
    outputs: Mapping[str, int]


__all__ = ["Operator", "OperatorColumns", "Options", "Signature", "Subgraph", "Tensor"]
