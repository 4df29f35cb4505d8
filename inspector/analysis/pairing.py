"""Which tensor of one model is which of another: by name, then by operator position and shape."""

from collections.abc import Iterator

from inspector.analysis.compared_tensor import Pairing
from inspector.model import Model, Tensor

Key = tuple[int, int]
Pairs = dict[Key, tuple[Tensor, Pairing]]


def pair_models(reference: Model, model: Model) -> Pairs:
    """(subgraph, index) of a tensor of the reference -> its partner in `model`."""
    pairs: Pairs = {}
    for first, second in zip(reference.subgraphs, model.subgraphs, strict=False):
        named = {(tensor.name, tensor.has_data): tensor for tensor in second.tensors if tensor.name}
        for tensor in first.tensors:
            partner = named.pop((tensor.name, tensor.has_data), None)
            if partner is not None and partner.shape == tensor.shape:
                pairs[first.index, tensor.index] = partner, Pairing("name")
    return pairs


def all_tensors(model: Model) -> Iterator[Tensor]:
    return model.tensors()
