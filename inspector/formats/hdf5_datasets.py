"""Datasets of HDF5: type, shape and where the values lie, in one piece or in chunks."""

from dataclasses import dataclass
from math import prod

from inspector.formats.hdf5_bytes import UNDEFINED, Bytes, broken
from inspector.formats.hdf5_groups import tree_entries
from inspector.formats.hdf5_header import DATASPACE, DATATYPE, EXTERNAL_FILES, FILL_VALUE, FILTERS, LAYOUT, Message
from inspector.formats.hdf5_types import DataType, datatype_at, shape_at

DEFLATE, SHUFFLE, FLETCHER32 = 1, 2, 3
_COMPACT, _CONTIGUOUS, _CHUNKED, _VIRTUAL = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Chunks:
    """Values in pieces of `shape`, found by the B-tree at `tree`; `filters` were applied in this order."""

    shape: tuple[int, ...]
    tree: int
    filters: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dataset:
    """`offset` where the values lie in one piece (`size` bytes of them), `chunks` where they don't; neither where none
    were ever written. `outside`: in other files. `fill`: the bytes of an element that was never written. `by_library`:
    only the library can read them. `piece`: bytes of a chunk."""

    type: DataType
    shape: tuple[int, ...]
    offset: int | None = None
    size: int = 0
    chunks: Chunks | None = None
    outside: bool = False
    fill: bytes = b""
    by_library: bool = False
    piece: int = 0


def dataset(file: Bytes, found: list[Message]) -> Dataset | None:
    """The dataset with these messages; None where they describe none. Raises DamagedFileError."""
    by_kind = {message.kind: message for message in found}
    space, kind, layout = (by_kind.get(key) for key in (DATASPACE, DATATYPE, LAYOUT))
    if space is None or kind is None or layout is None:
        return None
    shape = shape_at(file, space.place)
    if shape is None:
        return None
    element = datatype_at(file, kind.place, kind.shared)
    fill = b"" if element.stored is None else _fill(file, by_kind.get(FILL_VALUE), element.size)  # numbers are small
    if EXTERNAL_FILES in by_kind:
        return Dataset(element, shape, outside=True)
    version = file.number(layout.place, 1)
    if version in (1, 2):
        return _old_layout(file, layout, element, shape, by_kind, fill)
    if version not in (3, 4):
        raise broken("where the values lie", layout.place)
    return _layout(file, layout, element, shape, by_kind, fill)


def _layout(
    file: Bytes, layout: Message, element: DataType, shape: tuple[int, ...], by_kind: dict[int, Message], fill: bytes
) -> Dataset:
    place = layout.place + 2
    kind = file.number(layout.place + 1, 1)
    if kind == _COMPACT:
        return Dataset(element, shape, place + 2, file.number(place, 2), fill=fill)
    if kind == _CONTIGUOUS:
        address, size = file.address(place), file.length(place + file.offset_size)
        return Dataset(element, shape, None if address == UNDEFINED else address, size, fill=fill)
    if kind == _VIRTUAL:
        return Dataset(element, shape, outside=True)
    if kind != _CHUNKED:
        raise broken("where the values lie", layout.place)
    if file.number(layout.place, 1) == 4:
        return _newer_chunks(file, place, element, shape)
    rank = file.number(place, 1) - 1
    sizes = place + 1 + file.offset_size
    return _chunked(file, element, shape, rank, file.address(place + 1), sizes, by_kind, fill)


def _newer_chunks(file: Bytes, place: int, element: DataType, shape: tuple[int, ...]) -> Dataset:
    """Chunks found in other ways than a B-tree of version 1 (HDF5 1.10 and later): the library's to read."""
    rank, width = file.number(place + 1, 1), file.number(place + 2, 1)
    if rank != len(shape) + 1 or not 1 <= width <= 8:
        raise broken("chunks of the dataset's rank", place)
    piece = prod(file.number(place + 3 + width * axis, width) for axis in range(rank))
    return Dataset(element, shape, size=len(file.view), by_library=True, piece=piece)


def _old_layout(
    file: Bytes, layout: Message, element: DataType, shape: tuple[int, ...], by_kind: dict[int, Message], fill: bytes
) -> Dataset:
    """Versions 1 and 2, of HDF5 before 1.6.3."""
    rank, kind = file.number(layout.place + 1, 1), file.number(layout.place + 2, 1)
    place = layout.place + 8
    if kind == _COMPACT:
        start = place + 4 * rank
        return Dataset(element, shape, start + 4, file.number(start, 4), fill=fill)
    address = file.address(place)
    if kind == _CONTIGUOUS:
        size = prod(shape) * element.size
        return Dataset(element, shape, None if address == UNDEFINED else address, size, fill=fill)
    if kind != _CHUNKED:
        raise broken("where the values lie", layout.place)
    return _chunked(file, element, shape, rank - 1, address, place + file.offset_size, by_kind, fill)


def _chunked(
    file: Bytes, element: DataType, shape: tuple[int, ...], rank: int, tree: int, sizes: int,
    by_kind: dict[int, Message], fill: bytes,
) -> Dataset:  # fmt: skip
    if rank != len(shape):
        raise broken("chunks of the dataset's rank", sizes)
    chunk = tuple(file.number(sizes + 4 * index, 4) for index in range(rank))
    if 0 in chunk:
        raise broken("the size of a chunk", sizes)
    if tree == UNDEFINED:
        return Dataset(element, shape, fill=fill)
    filters = by_kind.get(FILTERS)
    chunks = Chunks(chunk, tree, _filters(file, filters) if filters is not None else ())
    stored = sum(file.number(key, 4) for key, _child in tree_entries(file, tree, 1, 8 + 8 * (rank + 1)))
    unknown = set(chunks.filters) - {DEFLATE, SHUFFLE, FLETCHER32}
    return Dataset(element, shape, None, stored, chunks, False, fill, bool(unknown), prod(chunk) * element.size)


def _filters(file: Bytes, message: Message) -> tuple[int, ...]:
    """The filters' numbers, in the order they were applied."""
    version, count = file.number(message.place, 1), file.number(message.place + 1, 1)
    if version not in (1, 2):
        raise broken("a list of filters", message.place)
    place = message.place + (8 if version == 1 else 2)
    found = []
    for _ in range(count):
        number = file.number(place, 2)
        named = version == 1 or number >= 256
        name = file.number(place + 2, 2) if named else 0
        values = file.number(place + (6 if named else 4), 2)
        place += (8 if named else 6) + name + 4 * (values + (values % 2 if version == 1 else 0))
        found.append(number)
    return tuple(found)


def _fill(file: Bytes, message: Message | None, size: int) -> bytes:
    """The element that stands for those never written; zeros where none is given."""
    if message is None:
        return bytes(size)
    version = file.number(message.place, 1)
    if version == 3:
        defined, place = file.number(message.place + 1, 1) & 0x20, message.place + 2
    else:
        defined, place = file.number(message.place + 3, 1), message.place + 4
    if not defined or file.number(place, 4) != size:
        return bytes(size)
    return bytes(file.take(place + 4, size))
