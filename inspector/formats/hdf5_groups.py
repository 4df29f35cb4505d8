"""Groups of HDF5: names -> where the objects lie, from symbol tables and link messages."""

from collections.abc import Iterator
from dataclasses import dataclass

from inspector.formats.hdf5_bytes import UNDEFINED, Bytes, broken
from inspector.formats.hdf5_header import LINK, LINK_INFO, SYMBOL_TABLE, Message, with_dense

_MAX_LINKS = 500_000
_SOFT_CACHE = 2


@dataclass(frozen=True, slots=True)
class Link:
    """`address` of the object's header; UNDEFINED for soft and external links, which are never followed."""

    name: str
    address: int


def links(file: Bytes, found: list[Message]) -> list[Link]:
    """The links of the group with these messages, in the order of the file. Raises DamagedFileError."""
    result = [_link(file, message) for message in with_dense(file, found, LINK)]
    for message in found:
        if message.kind == SYMBOL_TABLE:
            result += list(_symbol_table(file, message))
    return result


def is_group(found: list[Message]) -> bool:
    return any(message.kind in (SYMBOL_TABLE, LINK, LINK_INFO) for message in found)


def _link(file: Bytes, message: Message) -> Link:
    place = message.place
    flags = file.number(place + 1, 1)
    place += 2
    kind = 0
    if flags & 8:
        kind = file.number(place, 1)
        place += 1
    place += (8 if flags & 4 else 0) + (1 if flags & 16 else 0)
    width = 1 << (flags & 3)
    length = file.number(place, width)
    place += width
    name = bytes(file.take(place, min(length, 1 << 16))).decode("utf-8", "replace")
    return Link(name, file.address(place + length) if kind == 0 else UNDEFINED)


def _symbol_table(file: Bytes, message: Message) -> Iterator[Link]:
    tree, heap = file.address(message.place), file.address(message.place + file.offset_size)
    if tree == UNDEFINED or heap == UNDEFINED:
        return
    file.expect(heap, b"HEAP", "a heap of names")
    names = file.address(heap + 8 + 2 * file.length_size)
    names_size = file.length(heap + 8)
    file.take(names, names_size)
    count = 0
    for node in tree_leaves(file, tree, 0, file.length_size):
        file.expect(node, b"SNOD", "a table of names")
        width = 2 * file.offset_size + 24
        for index in range(file.number(node + 6, 2)):
            count += 1
            if count > _MAX_LINKS:
                raise broken("a group that ends", tree)
            entry = node + 8 + index * width
            offset = file.number(entry, file.offset_size)
            if offset >= names_size:
                raise broken("a name within its heap", entry)
            name = file.text(names + offset, names_size - offset).decode("utf-8", "replace")
            soft = file.number(entry + 2 * file.offset_size, 4) == _SOFT_CACHE
            yield Link(name, UNDEFINED if soft else file.address(entry + file.offset_size))


def tree_leaves(file: Bytes, root: int, kind: int, key_size: int) -> Iterator[int]:
    """What the lowest nodes of a version 1 B-tree point to, in order. Raises DamagedFileError."""
    for _key, child in tree_entries(file, root, kind, key_size):
        yield child


def tree_entries(file: Bytes, root: int, kind: int, key_size: int) -> Iterator[tuple[int, int]]:
    """(place of the key, what it points to) of the lowest nodes of a version 1 B-tree, in order."""
    todo: list[tuple[int, int | None]] = [(root, None)]
    seen = {root}
    while todo:
        node, level = todo.pop()
        file.expect(node, b"TREE", "a node of a B-tree")
        own_level = file.number(node + 5, 1)
        if file.number(node + 4, 1) != kind or (level is not None and own_level != level):
            raise broken("a node of the right kind", node)
        first = node + 8 + 2 * file.offset_size
        step = key_size + file.offset_size
        entries = []
        for index in range(file.number(node + 6, 2)):
            key = first + index * step
            child = file.address(key + key_size)
            if child == UNDEFINED or child in seen:
                raise broken("an entry of a B-tree", key)
            seen.add(child)
            entries.append((key, child))
        if own_level:
            todo += [(child, own_level - 1) for _key, child in reversed(entries)]
        else:
            yield from entries
