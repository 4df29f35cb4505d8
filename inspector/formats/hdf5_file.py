"""An HDF5 file as groups, attributes and datasets; soft and external links are seen and never followed."""

from dataclasses import dataclass
from functools import cached_property

from inspector.errors import DamagedFileError
from inspector.formats.hdf5_attributes import text_values
from inspector.formats.hdf5_bytes import UNDEFINED, Bytes, broken
from inspector.formats.hdf5_datasets import Dataset, dataset
from inspector.formats.hdf5_groups import Link, is_group, links
from inspector.formats.hdf5_header import Message, messages

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_STARTS = (0, *(512 << power for power in range(16)))


@dataclass(frozen=True, eq=False)  # no slots: cached_property keeps its values in __dict__
class Node:
    """A group or a dataset. Its properties raise DamagedFileError."""

    file: Bytes
    address: int
    path: str = "/"

    @cached_property
    def messages(self) -> list[Message]:
        return messages(self.file, self.address)

    @property
    def is_group(self) -> bool:
        return is_group(self.messages)

    @cached_property
    def links(self) -> dict[str, Link]:
        return {link.name: link for link in links(self.file, self.messages)}

    @property
    def dataset(self) -> Dataset | None:
        return None if self.is_group else dataset(self.file, self.messages)

    def child(self, name: str) -> "Node | None":
        """What a hard link of this name leads to."""
        if name in self._children:
            return self._children[name]
        link = self.links.get(name) if self.is_group else None
        if link is None or link.address == UNDEFINED:
            return None
        found = self._children[name] = Node(self.file, link.address, f"{self.path.rstrip('/')}/{name}")
        return found

    @cached_property
    def _children(self) -> "dict[str, Node]":
        """Those asked for before: a path is walked once a weight."""
        return {}

    def text_values(self, name: str) -> tuple[bool, list[bytes]] | None:
        """See hdf5_attributes.text_values."""
        return text_values(self.file, self.messages, name)


def open_hdf5(view: memoryview) -> Node:
    """The root group. Raises DamagedFileError."""
    start = next((place for place in _STARTS if bytes(view[place : place + 8]) == _SIGNATURE), None)
    if start is None:
        raise DamagedFileError("The file is no HDF5 file: its signature is missing.")
    plain = Bytes(view)
    version = plain.number(start + 8, 1)
    if version not in (0, 1, 2, 3):
        raise broken("a version of the superblock from 0 to 3", start + 8)
    sizes = start + (13 if version < 2 else 9)
    offset_size, length_size = plain.number(sizes, 1), plain.number(sizes + 1, 1)
    if offset_size not in (2, 4, 8) or length_size not in (2, 4, 8):
        raise broken("the size of addresses", sizes)
    first = start + (12 if version >= 2 else 24 + 4 * version)
    base = plain.number(first, offset_size)
    file = Bytes(view, base, offset_size, length_size)
    root = first + (3 if version >= 2 else 5) * offset_size
    address = file.address(root)
    if address == UNDEFINED:
        raise broken("the address of the root group", root)
    return Node(file, address)
