"""The operators of all subgraphs as one sequence, whole columns of them, and what each costs."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, overload

import numpy as np

from inspector.analysis.macs import operator_macs, operator_parameters
from inspector.model import Model, Operator, OperatorColumns, Subgraph

_STEP = 500  # operators counted between two reports of progress


class OperatorList(Sequence[Operator]):
    """Rows are made when asked for. `count_costs` works out the costs of all; before, each is when looked at."""

    def __init__(self, model: Model) -> None:
        self.keras = model.is_keras
        self.subgraphs: Sequence[Subgraph] = model.subgraphs
        self.starts = np.cumsum([0, *(len(subgraph.operators) for subgraph in self.subgraphs)])
        self._alone = self.subgraphs[0] if len(self.subgraphs) == 1 else None
        self._count = int(self.starts[-1])
        self._costs: tuple[list[int | None], list[int]] | None = None

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Operator: ...
    @overload
    def __getitem__(self, index: slice) -> list[Operator]: ...
    def __getitem__(self, index: int | slice) -> Operator | list[Operator]:
        if isinstance(index, slice):
            return [self[i] for i in range(self._count)[index]]
        if self._alone is not None and 0 <= index < self._count:
            return Operator(self._alone, index)
        index = range(self._count)[index]
        graph = int(np.searchsorted(self.starts, index, side="right")) - 1
        return Operator(self.subgraphs[graph], index - int(self.starts[graph]))

    def __iter__(self) -> Iterator[Operator]:
        return chain.from_iterable(subgraph.operators for subgraph in self.subgraphs)

    def find(self, operator: Operator) -> int:
        """The place of an operator by subgraph and index; -1 if there is none."""
        graph = operator.owner.index
        if not 0 <= graph < len(self.subgraphs) or operator.index >= len(self.subgraphs[graph].operators):
            return -1
        return int(self.starts[graph]) + operator.index

    def column(self, of: Callable[[OperatorColumns], Sequence[Any]]) -> list[Any]:
        """One of OperatorColumns' lists for all operators."""
        return list(chain.from_iterable(of(subgraph.operator_columns) for subgraph in self.subgraphs))

    @cached_property
    def op_names(self) -> list[str]:
        return self.column(lambda c: c.op_names)

    @cached_property
    def output_shapes(self) -> list[tuple[int | None, ...] | None]:
        """As Operator.output_shape."""
        if self.keras:
            return [operator.output_shape for operator in self]
        found: list[tuple[int | None, ...] | None] = []
        for subgraph in self.subgraphs:
            shapes = subgraph.tensor_columns.shapes
            firsts = [outputs[0] if outputs else -1 for outputs in subgraph.operator_columns.outputs]
            found += [shapes[first] if 0 <= first < len(shapes) else None for first in firsts]
        return found

    @property
    def counted(self) -> bool:
        """Whether the costs of all are known."""
        return self._costs is not None

    def count_costs(self, progress: Callable[[float | None, str], None] | None = None) -> None:
        """Works out the costs of all operators; may run in a thread."""
        macs: list[int | None] = []
        parameters: list[int] = []
        for place, operator in enumerate(self):
            if progress is not None and place % _STEP == 0:
                progress(place / self._count, "Counting multiply-accumulates")
            macs.append(operator_macs(operator))
            parameters.append(operator_parameters(operator))
        self._costs = macs, parameters

    @property
    def macs(self) -> list[int | None]:
        """Multiply-accumulates of each; None: not counted."""
        return self._known()[0]

    @property
    def parameters(self) -> list[int]:
        """Elements of each one's weights and biases; of a layer, what `summary()` gives."""
        return self._known()[1]

    @cached_property
    def all_macs(self) -> int:
        return sum(count or 0 for count in self.macs)

    def macs_of(self, operator: Operator) -> int | None:
        return operator_macs(operator) if self._costs is None else self._costs[0][self.find(operator)]

    def parameters_of(self, operator: Operator) -> int:
        return operator_parameters(operator) if self._costs is None else self._costs[1][self.find(operator)]

    def _known(self) -> tuple[list[int | None], list[int]]:
        if self._costs is None:
            self.count_costs()
        assert self._costs is not None
        return self._costs
