"""Object headers of HDF5: what a group or dataset says of itself, message by message."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from inspector.formats.hdf5_bytes import UNDEFINED, Bytes, broken
from inspector.formats.hdf5_dense import heap_objects

DATASPACE, LINK_INFO, DATATYPE, FILL_VALUE, LINK, EXTERNAL_FILES, LAYOUT = 0x1, 0x2, 0x3, 0x5, 0x6, 0x7, 0x8
FILTERS, ATTRIBUTE, CONTINUATION, SYMBOL_TABLE, ATTRIBUTE_INFO = 0xB, 0xC, 0x10, 0x11, 0x15
_MAX_MESSAGES = 200_000


@dataclass(frozen=True, slots=True)
class Message:
    """`size` bytes at `place`; `shared` ones only point to a message elsewhere."""

    kind: int
    place: int
    size: int
    shared: bool


def messages(file: Bytes, address: int) -> list[Message]:
    """All messages of the object at `address`. Raises DamagedFileError."""
    if bytes(file.take(address, 4)) == b"OHDR":
        return list(_version_2(file, address))
    if file.number(address, 1) != 1:
        raise broken("the header of a group or dataset", address)
    return list(_version_1(file, address))


def _version_1(file: Bytes, address: int) -> Iterator[Message]:
    left = file.number(address + 2, 2)
    blocks = deque([(address + 16, file.number(address + 8, 4))])
    seen = {address + 16}
    while blocks and left > 0:
        place, size = blocks.popleft()
        file.take(place, size)
        end = place + size
        while place + 8 <= end and left > 0:
            left -= 1
            kind, length, flags = file.number(place, 2), file.number(place + 2, 2), file.number(place + 4, 1)
            if place + 8 + length > end:
                raise broken("a message that ends within its header", place)
            if kind == CONTINUATION:
                start = file.address(place + 8)
                if start != UNDEFINED and start not in seen:
                    seen.add(start)
                    blocks.append((start, file.length(place + 8 + file.offset_size)))
            elif kind:
                yield Message(kind, place + 8, length, bool(flags & 2))
            place += 8 + length


def _version_2(file: Bytes, address: int) -> Iterator[Message]:
    flags = file.number(address + 5, 1)
    place = address + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
    width = 1 << (flags & 3)
    head = 6 if flags & 4 else 4
    blocks = deque([(place + width, file.number(place, width))])
    seen = {place + width}
    count = 0
    while blocks:
        place, size = blocks.popleft()
        file.take(place, size)
        end = place + size
        while place + head <= end:
            kind, length = file.number(place, 1), file.number(place + 1, 2)
            shared = bool(file.number(place + 3, 1) & 2)
            start = place + head
            if start + length > end:
                break  # the gap at the end of a block
            if kind == CONTINUATION:
                block = file.address(start)
                if block != UNDEFINED and block not in seen:
                    seen.add(block)
                    file.expect(block, b"OCHK", "the rest of a header")
                    blocks.append((block + 4, file.length(start + file.offset_size) - 8))
            elif kind:
                count += 1
                if count > _MAX_MESSAGES:
                    raise broken("a header that ends", address)
                yield Message(kind, start, length, shared)
            place = start + length


def with_dense(file: Bytes, found: list[Message], kind: int) -> Iterator[Message]:
    """The messages of a kind, LINK or ATTRIBUTE: those in the header, and those that are kept in a heap outside it."""
    listing = LINK_INFO if kind == LINK else ATTRIBUTE_INFO
    for message in found:
        if message.kind == kind:
            yield message
        elif message.kind == listing:
            ordered = file.number(message.place + 1, 1) & 1
            place = message.place + 2 + ((8 if kind == LINK else 2) if ordered else 0)
            heap, index = file.address(place), file.address(place + file.offset_size)
            if heap != UNDEFINED and index != UNDEFINED:
                for start, size in heap_objects(file, heap, index, 4 if kind == LINK else 0):
                    yield Message(kind, start, size, False)
