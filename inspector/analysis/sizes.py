"""Where a file's bytes are: by type and use, as in the Analyzer's footer, and what could be saved."""

import zlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from inspector.analysis.buffers import BufferFindings, StoredBuffer, buffer_findings, stored_buffers
from inspector.analysis.progress import Progress
from inspector.analysis.scheme_facts import SMALL
from inspector.errors import FileChangedError
from inspector.model import Model, Tensor
from inspector.model.text import plural

STRUCTURE = "Structure"
_GZIP_LEVEL = 6
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class TypeBytes:
    """One part of the file: `name` is a type's, "Structure" (names, shapes, operators) or "Optimizer" (Keras).

    `tensors` is None where the part holds none; `share` is of all parts, which sum to the file with its external
    buffers; `what` says in words what the bytes are.
    """

    name: str
    tensors: int | None
    bytes: int
    share: float
    what: str


@dataclass(frozen=True, slots=True)
class SizeTotals:
    """`data` are all buffers, `non_data` the rest, `zero_value` the buffers that hold zeros only, as in the Analyzer's
    footer.

    `stored_tensors` counts constants, `stored_bytes` their buffers, each once (metadata buffers are no tensors).
    """

    file: int
    data: int
    non_data: int
    zero_value: int
    stored_tensors: int
    stored_bytes: int
    by_type: tuple[TypeBytes, ...]
    buffers: BufferFindings

    @property
    def duplicate_bytes(self) -> int:
        return self.buffers.duplicate_bytes


def size_totals(model: Model, progress: Progress | None = None) -> SizeTotals:
    """All size facts. Reads every stored byte once (zero and duplicate buffers). Raises FileChangedError."""
    found = buffer_findings(model, progress)
    buffers = stored_buffers(model)
    stored = sum(buffer.size for buffer in buffers)
    data = data_bytes(model)
    return SizeTotals(
        model.size_bytes,
        data,
        max(model.size_bytes - data, 0),
        found.zero_bytes,
        sum(len(buffer.tensors) for buffer in buffers),
        stored,
        bytes_by_type(model),
        found,
    )


def data_bytes(model: Model) -> int:
    """All buffers of the file itself, metadata too; of a Keras file, the values of its weights and optimizer."""
    if model.buffers is not None:
        inside = model.buffers.place != 2
        return int(model.buffers.size[inside & (model.buffers.place >= 0)].sum())
    return sum(tensor.bytes or 0 for tensor in model.tensors(optimizer=True) if tensor.has_data)


def bytes_by_type(model: Model) -> tuple[TypeBytes, ...]:
    """The parts of the file, largest type first, structure last; needs no values. A shared buffer counts once."""
    parts: dict[str, list[StoredBuffer]] = {}
    for buffer in stored_buffers(model):
        parts.setdefault(buffer.tensors[0].type.name, []).append(buffer)
    rows = [(name, len(_all(group)), sum(b.size for b in group), group) for name, group in parts.items()]
    rows.sort(key=lambda row: -row[2])
    optimizer = [t for t in model.tensors(optimizer=True) if t.kind == "optimizer"] if model.is_keras else []
    optimizer_bytes = sum(tensor.bytes or 0 for tensor in optimizer)
    external = _external_bytes(model)
    total = max(model.size_bytes + external, sum(row[2] for row in rows) + optimizer_bytes, 1)
    large_integers = any(name.startswith(("INT", "UINT")) and _weights(group) for name, _, _, group in rows)
    result = [
        TypeBytes(name, count, size, size / total, _what(_all(group), large_integers))
        for name, count, size, group in rows
    ]
    if optimizer:
        words = "state of the optimizer, needed to train on only"
        result.append(TypeBytes("Optimizer", len(optimizer), optimizer_bytes, optimizer_bytes / total, words))
    structure = total - sum(row.bytes for row in result)
    words = "layers, names, shapes, attributes" if model.is_keras else "names, shapes, operators, metadata"
    return (*result, TypeBytes(STRUCTURE, None, structure, structure / total, words))


def compressed_file_bytes(model: Model, progress: Progress | None = None) -> int:
    """The size of the whole file as a gzip file (level 6). Raises FileChangedError."""
    model.storage.check()
    packer = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, 31)
    size = done = 0
    try:
        with open(model.path, "rb") as file:
            while piece := file.read(_PIECE):
                if progress is not None:
                    progress(min(done / max(model.size_bytes, 1), 1.0), "Compressing the file")
                done += len(piece)
                size += len(packer.compress(piece))
    except OSError as error:
        raise FileChangedError(f"{model.path.name} can't be read any more: {error.strerror}.") from None
    return size + len(packer.flush())


def _external_bytes(model: Model) -> int:
    buffers = model.buffers
    return int(buffers.size[buffers.place == 2].sum()) if buffers is not None and np.any(buffers.place == 2) else 0


def _all(group: list[StoredBuffer]) -> list[Tensor]:
    return [tensor for buffer in group for tensor in buffer.tensors]


def _weights(group: list[StoredBuffer]) -> bool:
    return any(buffer.tensors[0].role == "weights" for buffer in group)


def _what(tensors: list[Tensor], has_integer_weights: bool) -> str:
    """ "14 small weight tensors, 20 biases"; "axes of MEAN"."""
    roles: dict[str, list[Tensor]] = {}
    for tensor in tensors:
        roles.setdefault(tensor.role, []).append(tensor)
    weights = roles.get("weights", [])
    words = []
    if weights:
        large = sum(tensor.elements >= SMALL for tensor in weights)
        if len(roles) == 1 and large == len(weights) and has_integer_weights and weights[0].type.is_integer:
            return f"weights of {SMALL:,} elements or more"
        small = "small " if not large and has_integer_weights and weights[0].type.is_float else ""
        words.append(plural(len(weights), f"{small}weight tensor"))
    if biases := roles.get("bias"):
        words.append(plural(len(biases), "bias", "biases"))
    if shapes := roles.get("shape"):
        words.append(_shape_words(shapes))
    if tables := roles.get("table"):
        words.append(plural(len(tables), "table"))
    if rest := [tensor for role in roles if role not in _NAMED for tensor in roles[role]]:
        words.append(plural(len(rest), "other constant" if words else "constant"))
    return ", ".join(words)


_NAMED = ("weights", "bias", "shape", "table")
_SHAPE_WORDS: dict[str, str] = {
    "MEAN": "axes", "SUM": "axes", "REDUCE_MAX": "axes", "REDUCE_MIN": "axes", "REDUCE_PROD": "axes",
    "REDUCE_ANY": "axes", "REDUCE_ALL": "axes", "ARG_MAX": "axes", "ARG_MIN": "axes", "EXPAND_DIMS": "axes",
    "PAD": "paddings", "PADV2": "paddings", "MIRROR_PAD": "paddings", "TRANSPOSE": "permutations",
    "RESHAPE": "shapes", "STRIDED_SLICE": "bounds", "SLICE": "bounds", "RESIZE_BILINEAR": "sizes",
    "RESIZE_NEAREST_NEIGHBOR": "sizes", "TRANSPOSE_CONV": "shapes", "SPLIT": "axes",
}  # fmt: skip


def _shape_words(tensors: list[Tensor]) -> str:
    """ "axes of MEAN", "shapes and axes of RESHAPE, MEAN and others"."""
    users: Counter[str] = Counter()
    for tensor in tensors[:10_000]:
        names: Any = tensor.owner.operator_columns.op_names
        users.update({names[index] for index in tensor.owner.consumers(tensor.index)[:1]})
    names = [name for name, _ in users.most_common()]
    kinds = {_SHAPE_WORDS.get(name, "shapes") for name in names}
    kind = kinds.pop() if len(kinds) == 1 else "shapes and axes"
    if not names:
        return kind
    return f"{kind} of {' and '.join(names) if len(names) < 3 else ', '.join(names[:2]) + ' and others'}"
