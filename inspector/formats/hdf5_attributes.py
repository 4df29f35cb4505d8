"""Attributes of HDF5: texts and lists of names, their size known before they are read."""

from math import prod

from inspector.errors import DamagedFileError
from inspector.formats.hdf5_bytes import UNDEFINED, Bytes, align, broken
from inspector.formats.hdf5_header import ATTRIBUTE, Message, with_dense
from inspector.formats.hdf5_types import DataType, datatype_at, shape_at
from inspector.printable import name_text

_MAX_NAMES = 200_000
_MAX_BYTES = 64 << 20


def text_values(file: Bytes, found: list[Message], name: str) -> tuple[bool, list[bytes]] | None:
    """(is a scalar, the strings) of a text attribute; None where there is none of that name, or it is no text (a list
    of none counts as one: numpy has no type for it).

    Raises DamagedFileError where it claims more than is sensible or there is.
    """
    wanted = name.encode()
    for message in with_dense(file, found, ATTRIBUTE):
        if not message.shared:
            parsed = _attribute(file, message, wanted)
            if parsed is not None:
                kind, shape, place = parsed
                if shape is None or (not kind.text and 0 not in shape):
                    return None
                return not shape, _strings(file, name, kind, shape, place)
    return None


def _attribute(
    file: Bytes, message: Message, wanted: bytes
) -> tuple[DataType, tuple[int, ...] | None, int] | None:  # fmt: skip
    place = message.place
    version, flags = file.number(place, 1), file.number(place + 1, 1)
    if version not in (1, 2, 3):
        raise broken("an attribute", place)
    sizes = [file.number(place + 2 + 2 * index, 2) for index in range(3)]
    start = place + (9 if version == 3 else 8)
    name_size, type_size, space_size = map(align, sizes) if version == 1 else sizes
    if bytes(file.take(start, sizes[0])).partition(b"\0")[0] != wanted:
        return None
    kind = datatype_at(file, start + name_size, shared=version > 1 and bool(flags & 1))
    shape = shape_at(file, start + name_size + type_size)
    return kind, shape, start + name_size + type_size + space_size


def _strings(file: Bytes, name: str, kind: DataType, shape: tuple[int, ...], place: int) -> list[bytes]:
    count = prod(shape)
    if count > _MAX_NAMES or count * kind.size > _MAX_BYTES:
        raise DamagedFileError(
            f'The attribute "{name_text(name)}" claims {count:,} texts of {kind.size:,} bytes; '
            "that is more than is read."
        )
    data = file.take(place, count * kind.size)
    if kind.text == "fixed":
        return [bytes(data[i * kind.size : (i + 1) * kind.size]).partition(b"\0")[0] for i in range(count)]
    result = []
    total = 0
    for index in range(count):
        entry = place + index * kind.size
        length = file.number(entry, 4)
        total += length
        if total > _MAX_BYTES:
            raise DamagedFileError(
                f'The attribute "{name_text(name)}" holds over {_MAX_BYTES:,} bytes; that is more than is read.'
            )
        heap = file.address(entry + 4)
        number = file.number(entry + 4 + file.offset_size, 4)
        result.append(_heap_object(file, heap, number, length) if length and heap != UNDEFINED else b"")
    return result


def _heap_object(file: Bytes, heap: int, number: int, length: int) -> bytes:
    """An object of a global heap collection: where strings of variable length are."""
    if heap not in file.heaps:
        file.heaps[heap] = _heap_index(file, heap)
    if number not in file.heaps[heap]:
        raise broken(f"text {number}", heap)
    place, size = file.heaps[heap][number]
    return bytes(file.take(place, min(length, size))).rstrip(b"\0")


def _heap_index(file: Bytes, heap: int) -> dict[int, tuple[int, int]]:
    file.expect(heap, b"GCOL", "a heap of texts")
    end = heap + file.length(heap + 8)
    file.take(heap, end - heap)
    head = 8 + file.length_size
    index: dict[int, tuple[int, int]] = {}
    place = heap + head
    while place + head <= end:
        number, size = file.number(place, 2), file.length(place + 8)
        if number == 0:  # what is free
            break
        index.setdefault(number, (place + head, size))
        place += head + align(size)
    return index
