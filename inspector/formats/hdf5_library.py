"""HDF5 files of the format of 1.10 and later through the library, with the same face as hdf5_file.Node.

Keras writes none of these; a file whose chunks are found by other means than a B-tree comes from other hands.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from inspector.errors import DamagedFileError
from inspector.formats.hdf5_bytes import UNDEFINED
from inspector.formats.hdf5_datasets import Dataset
from inspector.formats.hdf5_groups import Link
from inspector.formats.hdf5_types import DataType, unknown_type
from inspector.model import TYPE_BY_NAME

LIBRARY_ERRORS = (KeyError, OSError, RuntimeError, TypeError, ValueError, UnicodeDecodeError, OverflowError)
"""What h5py raises on damaged files."""

_MAX_NAMES = 200_000
_MAX_BYTES = 64 << 20


@contextmanager
def library_file(window: Any) -> Iterator[Any]:
    """The h5py file over a file object: no lock, no other file. Raises DamagedFileError."""
    import h5py

    try:
        file = h5py.File(window, "r", rdcc_nbytes=16 << 20)
    except LIBRARY_ERRORS as error:
        words = (str(error).splitlines() or [type(error).__name__])[0][:120]
        raise DamagedFileError(f"The file is damaged: the HDF5 library can't open it ({words}).") from None
    with file:
        yield file


@dataclass(frozen=True, eq=False)  # no slots: cached_property keeps its values in __dict__
class LibraryNode:
    """A group or dataset of an open h5py file."""

    item: Any

    @property
    def path(self) -> str:
        return str(self.item.name)

    @property
    def is_group(self) -> bool:
        import h5py

        return isinstance(self.item, h5py.Group)

    @cached_property
    def links(self) -> dict[str, Link]:
        import h5py

        names: list[bytes] = []

        def keep(name: bytes) -> bool | None:
            names.append(name)
            return True if len(names) >= _MAX_NAMES else None

        self.item.id.links.iterate(keep)
        found = {}
        for name in names:
            hard = self.item.id.links.get_info(name).type == h5py.h5l.TYPE_HARD
            address = int(h5py.h5o.get_info(self.item.id, name).addr) if hard else UNDEFINED
            found[name.decode("utf-8", "replace")] = Link(name.decode("utf-8", "replace"), address)
        return found

    def child(self, name: str) -> "LibraryNode | None":
        link = self.links.get(name) if self.is_group else None
        return None if link is None or link.address == UNDEFINED else LibraryNode(self.item[name])

    @property
    def dataset(self) -> Dataset | None:
        import h5py

        if not isinstance(self.item, h5py.Dataset) or self.item.shape is None:
            return None
        plan = self.item.id.get_create_plist()
        shape = tuple(map(int, self.item.shape))
        element = _type(self.item.dtype)
        if plan.get_external_count() or plan.get_layout() == h5py.h5d.VIRTUAL:
            return Dataset(element, shape, outside=True)
        offset = self.item.id.get_offset() if plan.get_layout() == h5py.h5d.CONTIGUOUS else None
        chunk = prod(self.item.chunks or ()) * element.size
        return Dataset(element, shape, offset, int(self.item.id.get_storage_size()), by_library=True, piece=chunk)

    def text_values(self, name: str) -> tuple[bool, list[bytes]] | None:
        """As hdf5_attributes.text_values. A text of variable length can't be larger than the file it lies in, but a
        list could name one text often: their number times the file's size is bounded."""
        import h5py

        if not h5py.h5a.exists(self.item.id, name.encode()):
            return None
        attribute = h5py.h5a.open(self.item.id, name.encode())
        shape, dtype = attribute.shape, attribute.dtype
        if shape is None or dtype.kind not in "SO":
            return (False, []) if shape is not None and 0 in shape else None
        count = prod(shape)
        each = dtype.itemsize if dtype.kind == "S" or count == 1 else self.item.file.id.get_filesize()
        if count > _MAX_NAMES or count * each > (_MAX_BYTES if dtype.kind == "S" else 16 * _MAX_BYTES):
            raise DamagedFileError(f'The attribute "{name}" claims {count:,} texts; that is more than is read.')
        values = np.asarray(self.item.attrs[name], dtype=object).reshape(-1).tolist()
        return not shape, [value if isinstance(value, bytes) else str(value).encode() for value in values]


def _type(dtype: np.dtype[Any]) -> DataType:
    if dtype.kind in "fiubc" and dtype.name.upper() in TYPE_BY_NAME:
        return DataType(TYPE_BY_NAME[dtype.name.upper()], dtype.itemsize, dtype)
    if dtype.kind == "V" and dtype.itemsize == 2:
        return DataType(TYPE_BY_NAME["BFLOAT16"], 2, np.dtype("<u2"))
    if dtype.kind in "SOU":
        return DataType(TYPE_BY_NAME["STRING"], dtype.itemsize, None, "fixed")
    return unknown_type(str(dtype)[:40], dtype.itemsize)
