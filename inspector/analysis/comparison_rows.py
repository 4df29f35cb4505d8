"""The rows of a comparison: the reference's tensors by role with their partners, then what has none."""

from collections.abc import Sequence

from inspector.analysis.compared_tensor import (
    ACTIVATIONS,
    BIASES,
    CONSTANTS,
    GROUPS,
    SHAPES,
    UNMATCHED,
    WEIGHTS,
    ComparedTensor,
    Pairing,
)
from inspector.analysis.pairing import Pairs, pair_models
from inspector.model import Model, Tensor

_GROUP_OF_ROLE = {"weights": WEIGHTS, "bias": BIASES, "shape": SHAPES, "table": CONSTANTS, "constant": CONSTANTS}


def compared_rows(models: Sequence[Model], reference: int) -> tuple[ComparedTensor, ...]:
    """In the order of GROUPS, and of operators in a group."""
    pairs: list[Pairs] = [
        {} if place == reference else pair_models(models[reference], model) for place, model in enumerate(models)
    ]
    rows = [_row(tensor, pairs, reference) for tensor in models[reference].tensors()]
    rows += _leftovers(models, pairs, reference)
    return tuple(sorted(rows, key=_order))


def operator_of(tensor: Tensor) -> tuple[int, str] | None:
    """(index, op_name) of the operator that reads the tensor first, else of the one that writes it."""
    found = tensor.owner.consumers(tensor.index) or tensor.owner.producers(tensor.index)
    return (found[0], tensor.owner.operator_columns.op_names[found[0]]) if found else None


def _row(tensor: Tensor, pairs: Sequence[Pairs], reference: int) -> ComparedTensor:
    found = [each.get((tensor.subgraph, tensor.index)) for each in pairs]
    tensors = tuple(tensor if place == reference else pair and pair[0] for place, pair in enumerate(found))
    pairings: tuple[Pairing | None, ...] = tuple(pair and pair[1] for pair in found)
    group = _GROUP_OF_ROLE.get(tensor.role, ACTIVATIONS) if any(pairings) else UNMATCHED
    return ComparedTensor(
        group, operator_of(tensor), tensor.name, tensor.shape, tensors, pairings, (None,) * len(pairs)
    )


def _leftovers(models: Sequence[Model], pairs: Sequence[Pairs], reference: int) -> list[ComparedTensor]:
    """Tensors that the reference has not; those of several variants with one name, shape and kind share a row."""
    rows: dict[tuple[object, ...], list[Tensor | None]] = {}
    for place, model in enumerate(models):
        if place == reference:
            continue
        taken = {(partner.subgraph, partner.index) for partner, _ in pairs[place].values()}
        for tensor in model.tensors():
            if (tensor.subgraph, tensor.index) in taken:
                continue
            key: tuple[object, ...] = (tensor.name, tensor.shape, tensor.kind)
            if key in rows and rows[key][place] is not None:
                key = (*key, place, tensor.subgraph, tensor.index)
            rows.setdefault(key, [None] * len(models))[place] = tensor
    return [_left_row(tuple(tensors)) for tensors in rows.values()]


def _left_row(tensors: tuple[Tensor | None, ...]) -> ComparedTensor:
    first = next(tensor for tensor in tensors if tensor is not None)
    nothing = (None,) * len(tensors)
    return ComparedTensor(UNMATCHED, operator_of(first), first.name, first.shape, tensors, nothing, nothing)


def _order(row: ComparedTensor) -> tuple[int, int, int, int]:
    tensor = next(tensor for tensor in row.tensors if tensor is not None)
    operator = row.operator[0] if row.operator else -1
    return GROUPS.index(row.group), tensor.subgraph, operator, tensor.index
