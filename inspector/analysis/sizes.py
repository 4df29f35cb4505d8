"""Where a file's bytes are: by type and use, as in the Analyzer's footer, and what could be saved."""

import zlib
from collections import Counter
from dataclasses import dataclass, field
from math import prod

import numpy as np

from inspector.analysis.buffers import BufferFindings, StoredBuffers, buffer_findings, stored_buffers
from inspector.analysis.progress import Progress
from inspector.analysis.scheme_facts import SMALL
from inspector.errors import FileChangedError
from inspector.model import Model
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
    buffers = stored_buffers(model)
    found = buffer_findings(model, progress, buffers)
    data = data_bytes(model)
    return SizeTotals(
        model.size_bytes,
        data,
        max(model.size_bytes - data, 0),
        found.zero_bytes,
        buffers.tensors,
        buffers.bytes,
        bytes_by_type(model, buffers),
        found,
    )


def data_bytes(model: Model) -> int:
    """All buffers of the file itself, metadata too; of a Keras file, the values of its weights and optimizer."""
    if model.buffers is not None:
        inside = model.buffers.place != 2
        return int(model.buffers.size[inside & (model.buffers.place >= 0)].sum())
    return sum(tensor.bytes or 0 for tensor in model.tensors(optimizer=True) if tensor.has_data)


def bytes_by_type(model: Model, buffers: StoredBuffers | None = None) -> tuple[TypeBytes, ...]:
    """The parts of the file, largest type first, structure last; needs no values. A shared buffer counts once."""
    parts = sorted(_parts(model, buffers or stored_buffers(model)).values(), key=lambda part: -part.bytes)
    optimizer = [t for t in model.tensors(optimizer=True) if t.kind == "optimizer"] if model.is_keras else []
    optimizer_bytes = sum(tensor.bytes or 0 for tensor in optimizer)
    stored = sum(part.bytes for part in parts) + optimizer_bytes
    total = max(model.size_bytes + _external_bytes(model), stored, 1)
    quantized = any(part.name.startswith(("INT", "UINT")) and part.roles["weights"] for part in parts)
    result = [
        TypeBytes(part.name, part.roles.total(), part.bytes, part.bytes / total, _what(part, quantized))
        for part in parts
    ]
    if optimizer:
        words = "state of the optimizer, needed to train on only"
        result.append(TypeBytes("Optimizer", len(optimizer), optimizer_bytes, optimizer_bytes / total, words))
    words = "layers, names, shapes, attributes" if model.is_keras else "names, shapes, operators, metadata"
    return (*result, TypeBytes(STRUCTURE, None, total - stored, (total - stored) / total, words))


@dataclass(slots=True)
class _Part:
    """All constants of one type: bytes of their buffers, tensors by role, large weights, operators that read shapes."""

    name: str
    bytes: int = 0
    roles: Counter[str] = field(default_factory=Counter)
    large: int = 0
    shape_readers: Counter[str] = field(default_factory=Counter)


def _parts(model: Model, buffers: StoredBuffers) -> dict[str, _Part]:
    parts: dict[str, _Part] = {}
    for place, first in enumerate(buffers.firsts):
        type_ = model.subgraphs[first[0]].tensor_columns.types[first[1]]
        part = parts.get(type_.name)
        if part is None:
            part = parts[type_.name] = _Part(type_.name)
        part.bytes += buffers.sizes[place]
        for number, index in buffers.users(place):
            subgraph = model.subgraphs[number]
            role = subgraph.roles[index]
            part.roles[role] += 1
            if role == "weights":
                part.large += prod(subgraph.tensor_columns.shapes[index]) >= SMALL
            elif role == "shape" and part.roles[role] < _ENOUGH:
                names = subgraph.operator_columns.op_names
                part.shape_readers.update(names[reader] for reader in subgraph.consumers(index)[:1])
    return parts


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


def _what(part: _Part, quantized: bool) -> str:
    """ "14 small weight tensors, 20 biases"; "axes of MEAN". `quantized`: some weights of the model are integers."""
    roles, words = part.roles, []
    is_float = "FLOAT" in part.name
    if weights := roles["weights"]:
        if len(roles) == 1 and part.large == weights and quantized and not is_float:
            return f"weights of {SMALL:,} elements or more"
        small = "small " if not part.large and quantized and is_float else ""
        words.append(plural(weights, f"{small}weight tensor"))
    if roles["bias"]:
        words.append(plural(roles["bias"], "bias", "biases"))
    if roles["shape"]:
        words.append(_shape_words([name for name, _ in part.shape_readers.most_common()]))
    if roles["table"]:
        words.append(plural(roles["table"], "table"))
    if rest := roles.total() - sum(roles[role] for role in ("weights", "bias", "shape", "table")):
        words.append(plural(rest, "other constant" if words else "constant"))
    return ", ".join(words)


_ENOUGH = 2000  # shapes looked at for the words below
_SHAPE_WORDS: dict[str, str] = {
    "MEAN": "axes", "SUM": "axes", "REDUCE_MAX": "axes", "REDUCE_MIN": "axes", "REDUCE_PROD": "axes",
    "REDUCE_ANY": "axes", "REDUCE_ALL": "axes", "ARG_MAX": "axes", "ARG_MIN": "axes", "EXPAND_DIMS": "axes",
    "PAD": "paddings", "PADV2": "paddings", "MIRROR_PAD": "paddings", "TRANSPOSE": "permutations",
    "RESHAPE": "shapes", "STRIDED_SLICE": "bounds", "SLICE": "bounds", "RESIZE_BILINEAR": "sizes",
    "RESIZE_NEAREST_NEIGHBOR": "sizes", "TRANSPOSE_CONV": "shapes", "SPLIT": "axes",
}  # fmt: skip


def _shape_words(names: list[str]) -> str:
    """ "axes of MEAN", "shapes and axes of RESHAPE, MEAN and others"; `names` are the operators that read them."""
    kinds = {_SHAPE_WORDS.get(name, "shapes") for name in names}
    kind = kinds.pop() if len(kinds) == 1 else "shapes and axes"
    if not names:
        return kind
    return f"{kind} of {' and '.join(names) if len(names) < 3 else ', '.join(names[:2]) + ' and others'}"
