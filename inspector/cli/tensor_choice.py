"""Which tensor the user means by `T#9`, `9`, `T#1_9`, a name, or a part of a name."""

import re

from inspector.errors import UsageError
from inspector.model.columns import tensor_label
from inspector.model.model import Model
from inspector.model.tensor import Tensor
from inspector.model.text import printable

_INDEX = re.compile(r"(?:T#)?(?:(\d+)_)?(\d+)", re.ASCII)


def choose_tensor(model: Model, wanted: str) -> Tensor:
    """The tensor of `model` that `wanted` names.

    An index goes before a name, a whole name before a part of one. Raises UsageError for none or several.
    """
    if found := _INDEX.fullmatch(wanted):
        tensor = _by_index(model, int(found[1] or 0), int(found[2]))
        if tensor is not None:
            return tensor
    tensors = list(model.tensors(optimizer=True))
    for matches in (
        [tensor for tensor in tensors if tensor.name == wanted],
        [tensor for tensor in tensors if wanted.casefold() in tensor.name.casefold()],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise UsageError(_several(model, wanted, matches))
    raise UsageError(f'{model.path.name} has no tensor "{printable(wanted)}". {_what_there_is(model)}')


def _by_index(model: Model, subgraph: int, index: int) -> Tensor | None:
    if subgraph < len(model.subgraphs) and index < len(model.subgraphs[subgraph].tensors):
        return model.subgraphs[subgraph].tensors[index]
    return None


def _several(model: Model, wanted: str, matches: list[Tensor]) -> str:
    listed = ", ".join(f"{tensor_label(tensor)} {printable(tensor.name)}" for tensor in matches[:5])
    more = f" and {len(matches) - 5:,} more" if len(matches) > 5 else ""
    return (
        f'"{printable(wanted)}" fits {len(matches):,} tensors of {model.path.name}: {listed}{more}. Name one by its T#.'
    )


def _what_there_is(model: Model) -> str:
    counts = [len(subgraph.tensors) for subgraph in model.subgraphs]
    if not any(counts):
        return "It has no tensors at all."
    listed = [
        f"T#0 to T#{count - 1}" if index == 0 else f"T#{index}_0 to T#{index}_{count - 1}"
        for index, count in enumerate(counts)
        if count
    ]
    shown = ", ".join(listed[:4]) + (" ..." if len(listed) > 4 else "")
    return f"It has {shown}; `tflite-inspector tensors` lists them."
