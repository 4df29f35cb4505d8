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
from inspector.analysis.skeleton import skeleton_of
from inspector.analysis.unmatched import reason, unmatched_tensors
from inspector.model import Model, Tensor

_GROUP_OF_ROLE = {"weights": WEIGHTS, "bias": BIASES, "shape": SHAPES, "table": CONSTANTS, "constant": CONSTANTS}


def compared_rows(models: Sequence[Model], reference: int) -> tuple[ComparedTensor, ...]:
    """In the order of GROUPS, and of operators in a group."""
    chosen = models[reference]
    pairs: list[Pairs] = [
        {} if place == reference else pair_models(chosen, model) for place, model in enumerate(models)
    ]
    keras_among = any(model.is_keras for model in models) and not all(model.is_keras for model in models)
    widened = {
        (subgraph.index, index) for subgraph in chosen.subgraphs for index in skeleton_of(subgraph).from_constant
    }
    rows = [_row(tensor, pairs, reference, widened, keras_among) for tensor in chosen.tensors()]
    taken = [{(partner.subgraph, partner.index) for partner, _ in found.values()} for found in pairs]
    for tensors in unmatched_tensors(models, taken, reference):
        first = next(tensor for tensor in tensors if tensor is not None)
        nothing = (None,) * len(models)
        note = reason(first, keras_among)
        rows.append(
            ComparedTensor(UNMATCHED, operator_of(first), first.name, first.shape, tensors, nothing, nothing, note)
        )
    return tuple(sorted(rows, key=_order))


def operator_of(tensor: Tensor) -> tuple[int, str] | None:
    """(index, op_name) of the operator that reads the tensor first, else of the one that writes it."""
    found = tensor.owner.consumers(tensor.index) or tensor.owner.producers(tensor.index)
    return (found[0], tensor.owner.operator_columns.op_names[found[0]]) if found else None


def _row(
    tensor: Tensor, pairs: Sequence[Pairs], reference: int, widened: set[tuple[int, int]], keras_among: bool
) -> ComparedTensor:
    key = tensor.subgraph, tensor.index
    found = [each.get(key) for each in pairs]
    tensors = tuple(tensor if place == reference else pair and pair[0] for place, pair in enumerate(found))
    pairings: tuple[Pairing | None, ...] = tuple(pair and pair[1] for pair in found)
    group, note = UNMATCHED, ""
    if any(pairings):
        group = _GROUP_OF_ROLE.get(tensor.role, CONSTANTS if key in widened else ACTIVATIONS)
    else:
        note = reason(tensor, keras_among)
    nothing = (None,) * len(pairs)
    return ComparedTensor(group, operator_of(tensor), tensor.name, tensor.shape, tensors, pairings, nothing, note)


def _order(row: ComparedTensor) -> tuple[int, int, int, int, int]:
    home = row.home
    tensor = row.tensors[home]
    assert tensor is not None
    operator = row.operator[0] if row.operator else -1
    unmatched = home if row.group == UNMATCHED else 0
    return GROUPS.index(row.group), unmatched, tensor.subgraph, operator, tensor.index
