"""What a tensor is found by in the filter box: its label, name, type, shape, kind, and the operators around it."""

from functools import cached_property

import numpy as np

from inspector.gui.tables.filtering import BoolArray, ChoiceFacet, Facet, TextFacet, containing, numbered
from inspector.gui.tables.grouping import IntArray
from inspector.gui.tables.tensor_list import TensorList
from inspector.model.columns import tensor_label
from inspector.model.text import shape_text


def tensor_facets(tensors: TensorList) -> list[Facet]:
    return [
        TextFacet(lambda: tensors.column(lambda c: c.names)),
        ChoiceFacet(lambda: tensors.type_names),
        ChoiceFacet(lambda: tensors.column(lambda c: c.shapes), shape_text),
        ChoiceFacet(lambda: tensors.kinds),
        LabelFacet(tensors),
        OperatorFacet(tensors),
    ]


class LabelFacet:
    """ "T#12" finds T#12 alone, not T#120."""

    def __init__(self, tensors: TensorList) -> None:
        self._tensors = tensors

    def matches(self, word: str) -> BoolArray:
        found = np.zeros(len(self._tensors), np.bool_)
        if word.startswith("t#") and word[2:].replace("_", "").isdigit():
            graph, _, index = word[2:].rpartition("_")
            for subgraph in self._tensors.subgraphs:
                if subgraph.index == int(graph or 0) and int(index) < len(subgraph.tensors):
                    place = self._tensors.find(subgraph.tensors[int(index)])
                    if place >= 0 and tensor_label(self._tensors[place]).lower() == word:
                        found[place] = True
        return found


class OperatorFacet:
    """Tensors that an operator reads: "conv_2d" by its name, "#12" by its index."""

    def __init__(self, tensors: TensorList) -> None:
        self._tensors = tensors

    @cached_property
    def _names(self) -> list[tuple[list[str], IntArray]]:
        """For each subgraph its different op_names, and the number of each operator's among them."""
        parts = [numbered(subgraph.operator_columns.op_names) for subgraph in self._tensors.subgraphs]
        return [([name.lower() for name in names], codes) for codes, names in parts]

    def matches(self, word: str) -> BoolArray:
        starts = self._tensors.starts
        whole = np.zeros(int(starts[-1]), np.bool_)
        number = int(word[1:]) if word.startswith("#") and word[1:].isdigit() else None
        for place, subgraph in enumerate(self._tensors.subgraphs):
            names, codes = self._names[place]
            operators = containing(names, word)[codes]
            if number is not None and number < len(operators):
                operators[number] = True
            if operators.any():
                read, readers = subgraph.uses
                whole[int(starts[place]) + read[operators[readers]]] = True
        return np.asarray(self._tensors.choose(whole), np.bool_)
