"""The tensors of a comparison that the reference has not, and the reason where the model itself tells one."""

from collections.abc import Sequence

from inspector.analysis.pairing import pair_models
from inspector.analysis.skeleton import CONVERTERS
from inspector.model import Model, Tensor

Taken = set[tuple[int, int]]


def unmatched_tensors(
    models: Sequence[Model], taken: Sequence[Taken], reference: int
) -> list[tuple[Tensor | None, ...]]:
    """Rows of tensors, one entry a model; partners in several variants share a row."""
    left = [
        [] if place == reference else [t for t in model.tensors() if (t.subgraph, t.index) not in taken[place]]
        for place, model in enumerate(models)
    ]
    rows: list[list[Tensor | None]] = []
    row_of: list[dict[Tensor, list[Tensor | None]]] = [{} for _ in models]
    for place, tensors in enumerate(left):
        earlier = [other for other in range(place) if left[other]] if tensors else []
        partners = [(other, _backwards(models[other], models[place])) for other in earlier]
        for tensor in tensors:
            same = (row_of[other].get(found[tensor]) for other, found in partners if tensor in found)
            row = next((row for row in same if row is not None and row[place] is None), None)
            if row is None:
                row = [None] * len(models)
                rows.append(row)
            row[place] = tensor
            row_of[place][tensor] = row
    return [tuple(row) for row in rows]


def _backwards(model: Model, later: Model) -> dict[Tensor, Tensor]:
    """A tensor of `later` -> its partner of the same shape in `model`."""
    return {
        partner: model.subgraphs[number].tensors[index]
        for (number, index), (partner, pairing) in pair_models(model, later).items()
        if not pairing.note
    }


def reason(tensor: Tensor, keras_among: bool) -> str:
    """Why a tensor has no partner, in a few words; "" where the model does not tell.

    `keras_among`: one of the models is a Keras file, which lists neither activations nor shapes.
    """
    if tensor.owner.operator_columns.names:  # a Keras file
        layers = [layer.op_name for layer in tensor.consumers]
        if any("BatchNorm" in layer for layer in layers):
            return "BatchNormalization: the converter folds it into the layer beside it"
        return ""
    producer = tensor.producer
    if producer is not None and producer.op_name in CONVERTERS:
        return _made(tensor, producer.op_name, tensor.owner.tensors[producer.inputs[0]])
    consumers = tensor.consumers
    if consumers and all(operator.op_name in CONVERTERS for operator in consumers) and not tensor.has_data:
        return f"the output before {consumers[0].op_name}" if _ends_there(consumers[0].outputs, tensor) else ""
    return "a Keras file lists no activations" if keras_among and not tensor.has_data else ""


def _made(tensor: Tensor, op_name: str, source: Tensor) -> str:
    if op_name == "DENSIFY":
        return "the sparse weights made dense by DENSIFY"
    if source.has_data:
        return f"{source.type.name} {source.role or 'constant'} as {tensor.type.name} for the calculation"
    which = "the input" if source.kind == "input" else "an activation"
    return f"{which} as {tensor.type.name}, made by {op_name}"


def _ends_there(outputs: Sequence[int], tensor: Tensor) -> bool:
    return any(index in tensor.owner.outputs for index in outputs)
