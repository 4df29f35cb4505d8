"""The operator table's rows: TFLite operators or Keras layers, with MACs and parameters."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from inspector.gui.tables.filtering import BoolArray, ChoiceFacet, Facet, TextFacet
from inspector.gui.tables.grouping import Grouping, IntArray, Summary, group_by
from inspector.gui.tables.operator_list import OperatorList
from inspector.gui.tables.row_source import RowSource
from inspector.model import Operator, Subgraph, Tensor
from inspector.model.columns import LAYER_COLUMNS, OPERATOR_COLUMNS, Column, options_text, tensor_label
from inspector.model.text import percent_text, plural, shape_text

FEW = 2_000  # operators whose options are looked through by the filter
_LISTED = 20


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
        "inputs": lambda: operators.column(lambda c: c.inputs),
        "outputs": lambda: operators.column(lambda c: c.outputs),
        "output_shape": lambda: operators.output_shapes,
    }
    if operators.counted:
        bulk |= {"macs": lambda: operators.macs, "parameters": lambda: operators.parameters}
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


class _LabelFacet:
    """ "#12" finds operator 12 alone."""

    def __init__(self, operators: OperatorList) -> None:
        self._operators = operators

    def matches(self, word: str) -> BoolArray:
        found = np.zeros(len(self._operators), np.bool_)
        graph, _, index = word[1:].rpartition("_")
        if word.startswith("#") and index.isdigit() and (graph or "0").isdigit():
            for subgraph in self._operators.subgraphs:
                if subgraph.index == int(graph or 0) and int(index) < len(subgraph.operators):
                    found[self._operators.find(subgraph.operators[int(index)])] = True
        return found


def _facets(operators: OperatorList) -> list[Facet]:
    facets: list[Facet] = [
        ChoiceFacet(lambda: operators.op_names),
        ChoiceFacet(lambda: operators.output_shapes, shape_text),
        _LabelFacet(operators),
        _NeighbourFacet(operators),
    ]
    if operators.keras:
        facets.append(TextFacet(lambda: operators.column(lambda c: c.names)))
    if len(operators) <= FEW:
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
    noun, key = ("layer", "name") if operators.keras else ("operator", "inputs")
    cells = {key: plural(len(places), noun)}
    if not operators.counted:
        return Summary(title, "", cells)
    chosen = places.tolist()
    counts = [operators.macs[place] for place in chosen]
    macs = sum(count or 0 for count in counts)
    cells["macs"] = f"{macs:,}" if counts.count(None) < len(counts) else "not counted"
    cells["parameters"] = f"{sum(operators.parameters[place] for place in chosen):,}"
    partly = operators.all_macs > 0 and len(chosen) < len(operators)
    note = f"{percent_text(macs / operators.all_macs)} of MACs" if partly else ""
    return Summary(title, "", cells, note=note, note_key=key)
