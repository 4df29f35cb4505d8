"""What the Keras readers ask of an HDF5 file: names and texts, groups by path, arrays described and not read."""

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from inspector.formats.hdf5_bytes import UNDEFINED
from inspector.formats.hdf5_file import Node, open_hdf5
from inspector.formats.keras_source import Source
from inspector.model import TensorType

Group = Node

MAX_TEXT_BYTES = 32 << 20
MAX_NAMES = 200_000
_MAX_EXPANSION = 1100  # deflate packs at most 1:1032
_EXPANSION_FLOOR = 16 << 20
_PIECE_LIMIT = 1 << 30  # a chunk is unpacked whole


@dataclass(frozen=True, slots=True, eq=False)
class StoredArray:
    """A dataset as the file describes it. `offset` is its place where it lies in one piece; `problem` a sentence where
    its values can't be given; `node` what to read chunks by."""

    path: str
    shape: tuple[int, ...]
    type: TensorType
    stored: np.dtype[Any] | None
    stored_bytes: int
    offset: int | None = None
    problem: str = ""
    fill: bytes = b""
    node: Node | None = None
    by_library: bool = False

    @property
    def elements(self) -> int:
        return prod(self.shape)


@dataclass(frozen=True, slots=True)
class Child:
    """What a hard link leads to; `address` is where the object lies in the file."""

    name: str
    address: int
    node: Group

    @property
    def is_group(self) -> bool:
        return self.node.is_group


def root_group(source: Source) -> Group:
    """Raises DamagedFileError where it is no HDF5 file, FileChangedError."""
    source.check()
    return open_hdf5(source.view)


def attribute_text(group: Group, name: str) -> str | None:
    """A text attribute; None where there is none or it is no text. Raises DamagedFileError when it is too large."""
    found = group.text_values(name)
    return found[1][0].decode("utf-8", "replace") if found is not None and len(found[1]) == 1 else None


def attribute_names(group: Group, name: str) -> list[str] | None:
    """A list of names, which Keras cuts into NAME0, NAME1, ... when it is long; None where there is none."""
    found = group.text_values(name)
    if found is None:
        parts: list[bytes] = []
        number = 0
        while (found := group.text_values(f"{name}{number}")) is not None and len(parts) <= MAX_NAMES:
            parts += found[1]
            number += 1
        if not number:
            return None
        found = (False, parts)
    return [entry.decode("utf-8", "replace") for entry in found[1]]


def children(group: Group) -> list[Child]:
    """What a group holds by hard links, in the order the objects lie in the file: the order they were written in."""
    found = [
        Child(link.name, link.address, node)
        for link in group.links.values()
        if link.address != UNDEFINED and (node := group.child(link.name)) is not None
    ]
    return sorted(found, key=lambda child: child.address)


def other_links(group: Group) -> list[str]:
    """Names that are soft or external links: they could lead out of the file, so they are never followed."""
    return [link.name for link in group.links.values() if link.address == UNDEFINED]


def member(group: Group, path: str) -> Group | None:
    """The group or dataset at `path`, each step a hard link; None where there is none."""
    found: Group | None = group
    for step in path.split("/"):
        found = found.child(step) if found is not None else None
    return found


def subgroup(group: Group, path: str) -> Group | None:
    found = member(group, path)
    return found if found is not None and found.is_group else None


def stored_array(group: Group, path: str, size: int) -> StoredArray | None:
    """The dataset at `path` described, of an HDF5 part with `size` bytes; None where there is no dataset."""
    node = member(group, path)
    found = node.dataset if node is not None else None
    if node is None or found is None:
        return None
    declared = prod(found.shape) * found.type.size
    written = found.offset is not None or found.chunks is not None or found.by_library
    held = min(found.size, size) if written else 0  # whatever size the file claims for what it does not have
    problem = ""
    if found.outside:
        problem = "they lie in other files, which are not opened"
    elif found.offset is not None and (found.offset + declared > size or declared > found.size):
        problem = f"they need {declared:,} bytes and the file, of {size:,}, holds less; it is cut short or damaged"
    elif declared > _EXPANSION_FLOOR and declared > _MAX_EXPANSION * held:
        problem = f"they claim {declared:,} bytes, and the file holds {held:,} for them"
    elif found.piece > min(_PIECE_LIMIT, max(_EXPANSION_FLOOR, _MAX_EXPANSION * held)):
        problem = f"they come in pieces of {found.piece:,} bytes, and the file holds {held:,} for all"
    return StoredArray(
        node.path, found.shape, found.type.type, found.type.stored, held, found.offset, problem, found.fill,
        node if found.chunks is not None else None, found.by_library,
    )  # fmt: skip
