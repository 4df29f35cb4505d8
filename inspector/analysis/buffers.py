"""What is stored: each buffer once, which of them are equal, which hold only zeros."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
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
_HEAD = 4096  # bytes compared before a large buffer is read whole
_KEY = 64  # bytes up to which a buffer is its own key

Row = tuple[int, int]
Groups = dict[tuple[int, bytes], list[int]]


@dataclass(frozen=True, slots=True)
class StoredBuffers:
    """The buffers of all constants; of a format without buffers (Keras), one a tensor.

    Buffer i holds `sizes[i]` bytes; `firsts[i]` is the (subgraph, index) of the first tensor that uses it, `others[i]`
    those of the further ones, where there are any.
    """

    firsts: list[Row]
    sizes: list[int]
    others: Mapping[int, list[Row]]

    def users(self, place: int) -> tuple[Row, ...]:
        return (self.firsts[place], *self.others.get(place, ()))

    @property
    def tensors(self) -> int:
        return len(self.firsts) + sum(map(len, self.others.values()))

    @property
    def bytes(self) -> int:
        return sum(self.sizes)


@dataclass(frozen=True, slots=True)
class SameBytes:
    """One content that stands in `count` buffers of `size` bytes each; `tensors` are all that use one of them."""

    count: int
    size: int
    tensors: tuple[Row, ...]

    @property
    def to_win(self) -> int:
        """Bytes less if it stood in the file once."""
        return (self.count - 1) * self.size


@dataclass(frozen=True, slots=True)
class BufferFindings:
    """`duplicates`: equal buffers, the largest gain first; `zeros`: all buffers of zeros taken together."""

    duplicates: tuple[SameBytes, ...]
    zero_buffers: int
    zero_bytes: int
    zero_tensors: tuple[Row, ...]

    @property
    def duplicate_bytes(self) -> int:
        """What the file would lose if equal buffers were stored once."""
        return sum(same.to_win for same in self.duplicates)


def stored_buffers(model: Model) -> StoredBuffers:
    """From the columns alone; no values are read."""
    firsts: list[Row] = []
    sizes: list[int] = []
    others: dict[int, list[Row]] = {}
    places: dict[int, int] = {}
    for subgraph in model.subgraphs:
        columns, number = subgraph.tensor_columns, subgraph.index
        rows = zip(columns.kinds, columns.stored_bytes, columns.buffers, strict=True)
        for index, (kind, size, buffer) in enumerate(rows):
            if kind != "constant" or not size:
                continue
            if buffer is not None:
                place = places.setdefault(buffer, len(firsts))
                if place < len(firsts):
                    others.setdefault(place, []).append((number, index))
                    continue
            firsts.append((number, index))
            sizes.append(size)
    return StoredBuffers(firsts, sizes, others)


def stored_pieces(model: Model, tensor: Tensor) -> Iterator[Any]:
    """The stored bytes of a tensor, piece by piece where its elements are stored as they are."""
    if stored_plainly(tensor):
        itemsize = tensor.type.bits // 8
        for chunk in model.storage.chunks(tensor, _PIECE // itemsize):
            yield np.ascontiguousarray(chunk).view(np.uint8).data
    else:
        data = memoryview(model.storage.raw(tensor))
        for start in range(0, len(data), _PIECE):
            yield data[start : start + _PIECE]


def stored_plainly(tensor: Tensor) -> bool:
    """Whether the file holds the elements dense and in the type they are read as: not packed, widened or sparse."""
    dtype = tensor.type.dtype
    return (
        dtype is not None
        and tensor.sparsity is None
        and tensor.type.bits == 8 * dtype.itemsize
        and tensor.bytes == tensor.elements * dtype.itemsize
    )


def buffer_findings(
    model: Model, progress: Progress | None = None, buffers: StoredBuffers | None = None
) -> BufferFindings:
    """Compares all stored bytes. A buffer that can't be read counts as different. Raises FileChangedError."""
    buffers = buffers or stored_buffers(model)
    twins = {size for size, count in Counter(buffers.sizes).items() if count > 1}
    zeros: list[int] = []
    groups: Groups = defaultdict(list)
    for places, pieces in _gathered(model, buffers):
        if progress is not None:
            progress(None, "Comparing buffers")
        for place, piece in zip(places, pieces, strict=True):
            size = len(piece)
            if not size:
                continue
            if piece[0] == 0 and piece.count(0) == size:
                zeros.append(place)
            if size in twins:
                groups[size, piece if size <= _KEY else blake2b(piece, digest_size=16).digest()].append(place)
    _compare_large(model, buffers, twins, groups, zeros, progress)
    duplicates = [_same(buffers, group) for group in groups.values() if len(group) > 1]
    return BufferFindings(
        tuple(sorted(duplicates, key=lambda same: -same.to_win)),
        len(zeros),
        sum(buffers.sizes[place] for place in zeros),
        tuple(row for place in zeros for row in buffers.users(place)),
    )


def _same(buffers: StoredBuffers, group: list[int]) -> SameBytes:
    return SameBytes(len(group), buffers.sizes[group[0]], tuple(row for place in group for row in buffers.users(place)))


def _tensor(model: Model, row: Row) -> Tensor:
    return Tensor(model.subgraphs[row[0]], row[1])


def _gathered(model: Model, buffers: StoredBuffers) -> Iterator[tuple[list[int], list[bytes]]]:
    """Batches of small buffers with their bytes."""
    batch: list[int] = []
    size = 0
    for place, length in enumerate(buffers.sizes):
        if length <= _SMALL:
            batch.append(place)
            size += length
            if size >= _BATCH:
                yield batch, _bytes_of(model, buffers, batch)
                batch, size = [], 0
    if batch:
        yield batch, _bytes_of(model, buffers, batch)


def _bytes_of(model: Model, buffers: StoredBuffers, batch: list[int]) -> list[bytes]:
    """The bytes of each buffer; none of one that can't be read."""
    try:
        data = model.storage.gather([_tensor(model, buffers.firsts[place]) for place in batch])
    except ValuesError:
        return [_bytes_of(model, buffers, [place])[0] for place in batch] if len(batch) > 1 else [b""]
    pieces, start = [], 0
    for place in batch:
        end = start + buffers.sizes[place]
        pieces.append(data[start:end])
        start = end
    return pieces


def _compare_large(
    model: Model,
    buffers: StoredBuffers,
    twins: set[int],
    groups: Groups,
    zeros: list[int],
    progress: Progress | None,
) -> None:
    """Reads the head of each; only those whose heads are equal are read whole."""
    large = [place for place, size in enumerate(buffers.sizes) if size > _SMALL]
    heads: Groups = defaultdict(list)
    for number, place in enumerate(large):
        if progress is not None:
            progress(0.5 * number / len(large), "Comparing buffers")
        tensor = _tensor(model, buffers.firsts[place])
        try:
            head = bytes(next(stored_pieces(model, tensor), b"")[:_HEAD])
            if head.count(0) == len(head) and not any(np.any(piece) for piece in stored_pieces(model, tensor)):
                zeros.append(place)
        except ValuesError:
            continue
        if buffers.sizes[place] in twins:
            heads[buffers.sizes[place], head].append(place)
    doubtful = [place for group in heads.values() if len(group) > 1 for place in group]
    for number, place in enumerate(doubtful):
        digest = blake2b(digest_size=16)
        for piece in stored_pieces(model, _tensor(model, buffers.firsts[place])):
            if progress is not None:
                progress(0.5 + 0.5 * number / len(doubtful), "Comparing buffers")
            digest.update(piece)
        groups[buffers.sizes[place], digest.digest()].append(place)
