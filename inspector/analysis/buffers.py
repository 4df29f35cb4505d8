"""What is stored: each buffer once, which of them are equal, which hold only zeros."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from inspector.analysis.progress import Progress
from inspector.errors import ValuesError
from inspector.model import Model, Tensor

_SMALL = 1 << 16  # bytes; smaller buffers are gathered, larger ones read in pieces
_BATCH = 8 << 20  # bytes gathered at a time
_PIECE = 1 << 20
_HEAD = 4096  # elements compared before a large buffer is read whole


@dataclass(frozen=True, slots=True)
class StoredBuffer:
    """A buffer with data: the tensors that use it, the first of which stands for it, and its bytes."""

    tensors: tuple[Tensor, ...]
    size: int


@dataclass(frozen=True, slots=True)
class BufferFindings:
    """`duplicates`: groups of buffers with the same bytes; `zeros`: buffers whose bytes are all zero."""

    duplicates: tuple[tuple[StoredBuffer, ...], ...]
    zeros: tuple[StoredBuffer, ...]

    @property
    def duplicate_bytes(self) -> int:
        """What the file would lose if equal buffers were stored once."""
        return sum(group[0].size * (len(group) - 1) for group in self.duplicates)

    @property
    def zero_bytes(self) -> int:
        return sum(buffer.size for buffer in self.zeros)


def stored_buffers(model: Model) -> list[StoredBuffer]:
    """The buffers of all constants; of a format without buffers (Keras), one a tensor."""
    users: dict[tuple[int, int], list[Tensor]] = {}
    sizes: dict[tuple[int, int], int] = {}
    for subgraph in model.subgraphs:
        columns, number = subgraph.tensor_columns, subgraph.index
        for index, (kind, size) in enumerate(zip(columns.kinds, columns.stored_bytes, strict=True)):
            if kind == "constant" and size:
                buffer = columns.buffers[index]
                key = (number, index) if buffer is None else (-1, buffer)
                users.setdefault(key, []).append(Tensor(subgraph, index))
                sizes[key] = size
    return [StoredBuffer(tuple(tensors), sizes[key]) for key, tensors in users.items()]


def stored_pieces(model: Model, tensor: Tensor) -> Iterator[Any]:
    """The stored bytes of a tensor, piece by piece where its elements are stored as they are."""
    if stored_plainly(tensor):
        itemsize = tensor.type.bits // 8
        for chunk in model.storage.chunks(tensor, _PIECE // itemsize):
            yield np.ascontiguousarray(chunk).view(np.uint8)
    else:
        data = memoryview(model.storage.raw(tensor))
        for start in range(0, len(data), _PIECE):
            yield data[start : start + _PIECE]


def stored_plainly(tensor: Tensor) -> bool:
    """Whether the file holds the elements dense and in the type they are read as: not packed, widened or sparse."""
    dtype = tensor.type.dtype
    return dtype is not None and tensor.sparsity is None and tensor.type.bits == 8 * dtype.itemsize


def buffer_findings(model: Model, progress: Progress | None = None) -> BufferFindings:
    """Compares all stored bytes. A buffer that can't be read counts as different. Raises FileChangedError."""
    buffers = stored_buffers(model)
    zeros: list[StoredBuffer] = []
    digests: dict[tuple[int, bytes], list[StoredBuffer]] = defaultdict(list)
    same_size: dict[int, int] = defaultdict(int)
    for buffer in buffers:
        same_size[buffer.size] += 1
    large: list[StoredBuffer] = []
    for batch, data in _gathered(model, buffers, large):
        if progress is not None:
            progress(None, "Comparing buffers")
        for buffer, piece in zip(batch, data, strict=True):
            if not any(piece):
                zeros.append(buffer)
            if same_size[buffer.size] > 1:
                digests[buffer.size, blake2b(piece, digest_size=16).digest()].append(buffer)
    _compare_large(model, large, same_size, digests, zeros, progress)
    groups = tuple(tuple(group) for group in digests.values() if len(group) > 1)
    return BufferFindings(tuple(sorted(groups, key=lambda g: -g[0].size * (len(g) - 1))), tuple(zeros))


def _gathered(
    model: Model, buffers: Iterable[StoredBuffer], large: list[StoredBuffer]
) -> Iterator[tuple[list[StoredBuffer], list[bytes]]]:
    """Batches of small buffers with their bytes; the large ones are put aside."""
    batch: list[StoredBuffer] = []
    size = 0
    for buffer in buffers:
        if buffer.size > _SMALL:
            large.append(buffer)
            continue
        batch.append(buffer)
        size += buffer.size
        if size >= _BATCH:
            yield batch, _bytes_of(model, batch)
            batch, size = [], 0
    if batch:
        yield batch, _bytes_of(model, batch)


def _bytes_of(model: Model, batch: list[StoredBuffer]) -> list[bytes]:
    data = model.storage.gather([buffer.tensors[0] for buffer in batch])
    pieces, start = [], 0
    for buffer in batch:
        pieces.append(data[start : start + buffer.size])
        start += buffer.size
    return pieces


def _compare_large(
    model: Model,
    large: list[StoredBuffer],
    same_size: dict[int, int],
    digests: dict[tuple[int, bytes], list[StoredBuffer]],
    zeros: list[StoredBuffer],
    progress: Progress | None,
) -> None:
    """Reads the head of each; only those whose heads are equal are read whole."""
    heads: dict[tuple[int, bytes], list[StoredBuffer]] = defaultdict(list)
    for number, buffer in enumerate(large):
        if progress is not None:
            progress(0.5 * number / len(large), "Comparing buffers")
        try:
            head = bytes(next(iter(stored_pieces(model, buffer.tensors[0])), b""))[:_HEAD]
            if not any(head) and not any(bool(np.any(p)) for p in stored_pieces(model, buffer.tensors[0])):
                zeros.append(buffer)
        except ValuesError:
            continue
        if same_size[buffer.size] > 1:
            heads[buffer.size, head].append(buffer)
    doubtful = [buffer for group in heads.values() if len(group) > 1 for buffer in group]
    for number, buffer in enumerate(doubtful):
        digest = blake2b(digest_size=16)
        for piece in stored_pieces(model, buffer.tensors[0]):
            if progress is not None:
                progress(0.5 + 0.5 * number / len(doubtful), "Comparing buffers")
            digest.update(piece)
        digests[buffer.size, digest.digest()].append(buffer)
