"""What a user means by "T#12", "12", "#7", "T#1_3" or a name: the tensor or operator to go to."""

import re
from collections.abc import Callable, Iterable

from inspector.gui.session import OpenModel
from inspector.model import Model, Operator, Subgraph, Tensor

_TENSOR = re.compile(r"t#?(?:(\d{1,9})_)?(\d{1,9})", re.IGNORECASE)
_OPERATOR = re.compile(r"#?(?:(\d{1,9})_)?(\d{1,9})")


def find_target(open_model: OpenModel, text: str) -> Tensor | Operator | None:
    """`T#12` is a tensor, `#12` and `12` an operator; `T#1_3` is number 3 of subgraph 1. Anything else is a name:
    looked for whole first, then without regard to case, then as a part of a name; layers of Keras by name too."""
    wanted = text.strip()
    model = open_model.model
    if match := _TENSOR.fullmatch(wanted):
        subgraph, index = _numbers(model, match)
        if subgraph is not None and index < len(subgraph.tensors):
            return subgraph.tensors[index]
    if match := _OPERATOR.fullmatch(wanted):
        subgraph, index = _numbers(model, match)
        if subgraph is not None and index < len(subgraph.operators):
            return subgraph.operators[index]
    return _by_name(model, wanted) if wanted else None


def _numbers(model: Model, match: re.Match[str]) -> tuple[Subgraph | None, int]:
    number = int(match[1] or 0)
    return (model.subgraphs[number] if number < len(model.subgraphs) else None), int(match[2])


def _by_name(model: Model, wanted: str) -> Tensor | Operator | None:
    lower = wanted.lower()
    tests: tuple[Callable[[str], bool], ...] = (
        lambda name: name == wanted,
        lambda name: name.lower() == lower,
        lambda name: lower in name.lower(),
    )
    for fits in tests:
        for subgraph in model.subgraphs:
            layer = _first(subgraph.operator_columns.names, fits)
            if layer is not None:
                return subgraph.operators[layer]
            tensor = _first(subgraph.tensor_columns.names, fits)
            if tensor is not None:
                return subgraph.tensors[tensor]
    return None


def _first(names: Iterable[str], fits: Callable[[str], bool]) -> int | None:
    return next((place for place, name in enumerate(names) if fits(name)), None)
