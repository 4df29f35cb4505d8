"""The operator table's rows: TFLite operators or Keras layers, with MACs and parameters."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, overload

import numpy as np

from inspector.analysis.macs import operator_macs, operator_parameters
from inspector.gui.tables.filtering import BoolArray, ChoiceFacet, Facet, TextFacet
from inspector.gui.tables.grouping import Grouping, IntArray, Summary, group_by
from inspector.gui.tables.row_source import RowSource
from inspector.model import Model, Operator, Subgraph, Tensor
from inspector.model.columns import LAYER_COLUMNS, OPERATOR_COLUMNS, Column, options_text, tensor_label
from inspector.model.text import percent_text, plural, shape_text

_FEW = 2_000  # options of so many operators are looked through by the filter
_LISTED = 20


class OperatorList(Sequence[Operator]):
    """The operators of all subgraphs in order."""

    def __init__(self, model: Model) -> None:
        self.keras = model.is_keras
        self.subgraphs: Sequence[Subgraph] = model.subgraphs
        self.starts = np.cumsum([0, *(len(subgraph.operators) for subgraph in self.subgraphs)])

    def __len__(self) -> int:
        return int(self.starts[-1])

    @overload
    def __getitem__(self, index: int) -> Operator: ...
    @overload
    def __getitem__(self, index: slice) -> list[Operator]: ...
    def __getitem__(self, index: int | slice) -> Operator | list[Operator]:
        if isinstance(index, slice):
            return [self[i] for i in range(len(self))[index]]
        index = range(len(self))[index]
        graph = int(np.searchsorted(self.starts, index, side="right")) - 1
        return Operator(self.subgraphs[graph], index - int(self.starts[graph]))

    def find(self, operator: Operator) -> int:
        """The place of an operator by subgraph and index; -1 if there is none."""
        graph = operator.owner.index
        if not 0 <= graph < len(self.subgraphs) or operator.index >= len(self.subgraphs[graph].operators):
            return -1
        return int(self.starts[graph]) + operator.index

    @cached_property
    def op_names(self) -> list[str]:
        return [name for subgraph in self.subgraphs for name in subgraph.operator_columns.op_names]

    @cached_property
    def macs(self) -> list[int | None]:
        """Multiply-accumulates of each; None: not counted."""
        return [operator_macs(operator) for operator in self]

    @cached_property
    def parameters(self) -> list[int]:
        """Elements of each one's constants; of a layer, what `summary()` gives."""
        if self.keras:
            return [operator.parameters or 0 for operator in self]
        return [operator_parameters(operator) for operator in self]

    def macs_of(self, operator: Operator) -> int | None:
        return self.macs[self.find(operator)]

    def parameters_of(self, operator: Operator) -> int:
        return self.parameters[self.find(operator)]


def operator_label(operator: Operator) -> str:
    """`#27`, and `#1_27` in subgraph 1."""
    return f"#{operator.index}" if operator.subgraph == 0 else f"#{operator.subgraph}_{operator.index}"


def operator_columns(operators: OperatorList) -> list[Column[Operator]]:
    """What the window shows of an operator or a layer: the command line's columns, MACs and parameters."""
    columns = {column.key: column for column in (LAYER_COLUMNS if operators.keras else OPERATOR_COLUMNS)}
    columns["index"] = replace(columns["index"], style="mono", text=operator_label)
    for key in ("inputs", "outputs"):
        columns[key] = replace(columns[key], text=_tensor_texts(key))
    macs: Column[Operator] = Column(
        "macs", "MACs", operators.macs_of, _macs_text(operators), style="number", interface=False,
        tip="Multiply-accumulates of one run, batch 1; “not counted” where there is no formula.",
    )  # fmt: skip
    parameters: Column[Operator] = Column(
        "parameters", "Parameters", operators.parameters_of, style="number", interface=False,
        tip="Elements of the weights and biases it reads.",
    )  # fmt: skip
    columns.setdefault("parameters", parameters)
    columns["macs"] = macs
    order = ("index", "subgraph", "name", "op_name", "inbound", "inputs", "outputs", "output_shape", "macs",
             "parameters", "options")  # fmt: skip
    left_out = set() if len(operators.subgraphs) > 1 else {"subgraph"}
    return [columns[key] for key in order if key in columns and key not in left_out]


def operator_source(operators: OperatorList) -> RowSource[Operator]:
    """The rows of the operator table."""
    bulk: dict[str, Callable[[], Any]] = {
        "op_name": lambda: operators.op_names,
        "macs": lambda: operators.macs,
        "parameters": lambda: operators.parameters,
    }
    return RowSource(
        operators,
        operator_columns(operators),
        bulk,
        _facets(operators),
        tips={"inputs": lambda operator: _tensors_tip(operator, operator.inputs),
              "outputs": lambda operator: _tensors_tip(operator, operator.outputs),
              "options": lambda operator: "\n".join(f"{name}: {value}" for name, value in operator.options.items())},
        finder=operators.find,
    )  # fmt: skip


def _tensor_texts(key: str) -> Callable[[Operator], str]:
    def text(operator: Operator) -> str:
        prefix = "T#" if operator.subgraph == 0 else f"T#{operator.subgraph}_"
        return ", ".join("none" if index < 0 else f"{prefix}{index}" for index in getattr(operator, key))

    return text


def _macs_text(operators: OperatorList) -> Callable[[Operator], str]:
    def text(operator: Operator) -> str:
        count = operators.macs_of(operator)
        return "not counted" if count is None else f"{count:,}"

    return text


def tensor_of(operator: Operator, index: int) -> Tensor | None:
    """A tensor of the operator's subgraph; None for one left out (-1) or out of range."""
    tensors = operator.owner.tensors
    return tensors[index] if 0 <= index < len(tensors) else None


def _tensors_tip(operator: Operator, indices: Sequence[int]) -> str:
    lines = []
    for index in indices[:_LISTED]:
        tensor = tensor_of(operator, index)
        lines.append(
            "none (left out)" if tensor is None
            else f"{tensor_label(tensor)} {tensor.name[:80]} {tensor.type.name} {shape_text(tensor.shape)}"
        )  # fmt: skip
    return "\n".join(lines)


# finding


class _NeighbourFacet:
    """Operators that read or write a tensor, by the tensor's name."""

    def __init__(self, operators: OperatorList) -> None:
        self._operators = operators
        self._names = [TextFacet(_names(subgraph)) for subgraph in operators.subgraphs]

    def matches(self, word: str) -> BoolArray:
        found = np.zeros(len(self._operators), np.bool_)
        for start, subgraph, names in zip(
            self._operators.starts.tolist(), self._operators.subgraphs, self._names, strict=False
        ):
            hits = names.matches(word)
            for tensors, users in (subgraph.uses, subgraph.makings):
                found[start + users[hits[tensors]]] = True
        return found


def _names(subgraph: Subgraph) -> Callable[[], Sequence[str]]:
    return lambda: subgraph.tensor_columns.names


def _facets(operators: OperatorList) -> list[Facet]:
    facets: list[Facet] = [
        ChoiceFacet(lambda: operators.op_names),
        TextFacet(lambda: [operator_label(operator) for operator in operators]),
        ChoiceFacet(lambda: [operator.output_shape for operator in operators], shape_text),
        _NeighbourFacet(operators),
    ]
    if operators.keras:
        facets.append(TextFacet(lambda: [operator.name for operator in operators]))
    if len(operators) <= _FEW:
        facets.append(TextFacet(lambda: [options_text(operator) for operator in operators]))
    return facets


# groups


def group_by_op_name(operators: OperatorList) -> Grouping:
    """The most frequent first."""
    counts = Counter(operators.op_names)
    return group_by(
        operators.op_names,
        lambda name: (-counts[name], name),
        lambda name, places: operator_summary(operators, places, name),
    )


def group_by_graph(operators: OperatorList) -> Grouping:
    numbers = [subgraph.index for subgraph in operators.subgraphs for _ in range(len(subgraph.operators))]
    names = {subgraph.index: f"{subgraph.index} {subgraph.name}".strip() for subgraph in operators.subgraphs}
    return group_by(numbers, int, lambda number, places: operator_summary(operators, places, names[number]))


def operator_summary(operators: OperatorList, places: IntArray, title: str) -> Summary:
    """Count, MACs and parameters of these operators; the note says their share of all MACs."""
    chosen = places.tolist()
    counts = [operators.macs[place] for place in chosen]
    macs, everything = sum(count or 0 for count in counts), sum(count or 0 for count in operators.macs)
    missing = counts.count(None)
    noun, key = ("layer", "name") if operators.keras else ("operator", "inputs")
    share = percent_text(macs / everything) + " of MACs" if everything and len(chosen) < len(operators) else ""
    return Summary(
        title,
        "",
        {
            key: plural(len(chosen), noun),
            "macs": f"{macs:,}" if missing < len(counts) else "not counted",
            "parameters": f"{sum(operators.parameters[place] for place in chosen):,}",
        },
        note=share,
        note_key=key,
    )
