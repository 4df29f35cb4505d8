"""Which tensors and operators of an open model the layers of a debugging are, and the other way round."""

from collections.abc import Iterable

from inspector.analysis.layer_mapping import map_to_operators
from inspector.gui.repairs import Repairs
from inspector.gui.session import Selection
from inspector.model import Model, Operator, Tensor


class DebuggedModel:
    """`model` may be any variant of what was debugged: layers are found by the names of their outputs."""

    def __init__(self, repairs: Repairs, model: Model) -> None:
        layers = repairs.layers(0)
        rows = [layer.row for layer in layers.values()]
        found = map_to_operators(rows, model) if not model.is_keras else (None,) * len(rows)
        self._operators: dict[int, Operator] = {}
        subgraph = model.subgraphs[0] if model.subgraphs else None
        for place, operator in zip(layers, found, strict=True):
            if operator is not None and subgraph is not None:
                self._operators[place] = subgraph.operators[operator]
        self._places: dict[object, int] = {}
        for place, made in self._operators.items():
            self._places[made] = place
            for tensor in _outputs(made):
                self._places[tensor] = place

    def tensors(self, places: Iterable[int]) -> list[Tensor]:
        """The outputs of these layers, as far as the model has them."""
        return [tensor for place in places if place in self._operators for tensor in _outputs(self._operators[place])]

    def places(self, selection: Selection) -> tuple[int, ...]:
        """The layers of what is selected."""
        chosen = (*selection.tensors, *selection.operators)
        return tuple(sorted({self._places[each] for each in chosen if each in self._places}))


def _outputs(operator: Operator) -> list[Tensor]:
    tensors = operator.owner.tensors
    return [tensors[index] for index in operator.outputs if 0 <= index < len(tensors)]
