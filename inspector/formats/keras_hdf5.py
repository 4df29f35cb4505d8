"""Careful reading of HDF5: bounded attributes, hard links only, nothing outside the file, no values."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from inspector.errors import DamagedFileError
from inspector.formats.keras_source import Source, Window
from inspector.model import TYPE_BY_NAME, TensorType

HDF5_ERRORS = (KeyError, OSError, RuntimeError, TypeError, ValueError, UnicodeDecodeError, OverflowError)
"""What h5py raises on damaged files (AttributeError and IndexError never were seen in the mutation test)."""

MAX_TEXT_BYTES = 32 << 20
MAX_NAMES = 200_000
MAX_LIST_BYTES = 256 << 20
_MAX_EXPANSION = 1100  # deflate packs at most 1:1032
_EXPANSION_FLOOR = 16 << 20
_CHUNK_LIMIT = 1 << 30  # a chunk is unpacked whole


@dataclass(frozen=True, slots=True)
class StoredArray:
    """A dataset as the file describes it. `offset` is its place in the HDF5 part where it lies in one piece and can be
    read without the library; `problem` a sentence where its values can't be given."""

    path: str
    shape: tuple[int, ...]
    type: TensorType
    stored_dtype: np.dtype[Any]
    stored_bytes: int
    offset: int | None = None
    problem: str = ""
    address: int = 0

    @property
    def elements(self) -> int:
        return prod(self.shape)


@dataclass(frozen=True, slots=True)
class Child:
    """A hard link of a group: its name, whether it is a group, and where the object lies in the file."""

    name: str
    is_group: bool
    address: int


@contextmanager
def hdf5_file(source: Source, chunk_cache: int = 1 << 20) -> Iterator[Any]:
    """The h5py file over the source's bytes: no lock, no other file. Raises DamagedFileError, FileChangedError."""
    import h5py

    source.check()
    try:
        file = h5py.File(Window(source), "r", rdcc_nbytes=chunk_cache)
    except HDF5_ERRORS as error:
        raise DamagedFileError(
            f"{source.path.name} is damaged: the HDF5 library can't open it ({_first_line(error)})."
        ) from None
    with file:
        yield file


def attribute_text(item: Any, name: str) -> str | None:
    """A text attribute; None where there is none or it is no text. Raises DamagedFileError when it is too large."""
    value = _attribute(item, name, MAX_TEXT_BYTES)
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(-1)[0]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value) if isinstance(value, str) else None


def attribute_names(item: Any, name: str) -> list[str] | None:
    """A list of names, which Keras cuts into NAME0, NAME1, ... when it is long; None where there is none."""
    if not _has_attribute(item, name):
        parts: list[str] = []
        number = 0
        while _has_attribute(item, f"{name}{number}") and len(parts) <= MAX_NAMES:
            parts += _names(_attribute(item, f"{name}{number}", MAX_LIST_BYTES))
            number += 1
        return parts if number else None
    return _names(_attribute(item, name, MAX_LIST_BYTES))


def children(group: Any) -> list[Child]:
    """What a group holds by hard links, in the order the objects lie in the file (the order they were written in)."""
    import h5py

    links = group.id.links
    found = []
    for name in _link_names(group):
        if links.get_info(name).type != h5py.h5l.TYPE_HARD:
            continue
        info = h5py.h5g.get_objinfo(group.id, name)
        if info.type in (h5py.h5g.GROUP, h5py.h5g.DATASET):
            text = name.decode("utf-8", "replace")
            found.append(Child(text, info.type == h5py.h5g.GROUP, info.objno[0] | info.objno[1] << 32))
    found.sort(key=lambda child: child.address)
    return found


def other_links(group: Any) -> list[str]:
    """Names that are soft or external links: they could lead out of the file, so they are never followed."""
    import h5py

    links = group.id.links
    return [n.decode("utf-8", "replace") for n in _link_names(group) if links.get_info(n).type != h5py.h5l.TYPE_HARD]


def member(group: Any, path: str) -> Any:
    """The group or dataset at `path`, each step a hard link; None where there is none."""
    import h5py

    for step in path.split("/"):
        name = step.encode("utf-8", "surrogateescape")
        if step in ("", ".") or not isinstance(group, h5py.Group) or not group.id.links.exists(name):
            return None
        if group.id.links.get_info(name).type != h5py.h5l.TYPE_HARD:
            return None
        group = group[step]
    return group


def subgroup(group: Any, path: str) -> Any:
    import h5py

    found = member(group, path)
    return found if isinstance(found, h5py.Group) else None


def stored_array(group: Any, path: str, size: int) -> StoredArray | None:
    """The dataset at `path` described, of an HDF5 part with `size` bytes; None where there is no dataset."""
    import h5py

    dataset = member(group, path)
    if not isinstance(dataset, h5py.Dataset) or dataset.shape is None:
        return None
    shape = tuple(map(int, dataset.shape))
    dtype, element_type = _types(dataset)
    plan = dataset.id.get_create_plist()
    stored = int(dataset.id.get_storage_size())
    offset = None
    if plan.get_layout() == h5py.h5d.CONTIGUOUS and not plan.get_external_count():
        offset = dataset.id.get_offset()
    problem = _problem(dataset, plan, shape, dtype, stored, offset, size)
    address = h5py.h5o.get_info(dataset.id).addr
    return StoredArray(dataset.name, shape, element_type, dtype, stored, offset, problem, int(address))


def _problem(
    dataset: Any, plan: Any, shape: tuple[int, ...], dtype: np.dtype[Any], stored: int, offset: int | None, size: int
) -> str:
    import h5py

    declared = prod(shape) * dtype.itemsize
    if plan.get_external_count():
        return "they lie in another file, which is not opened"
    if plan.get_layout() == h5py.h5d.VIRTUAL:
        return "they are a view of other files, which are not opened"
    if offset is not None and offset + declared > size:
        return f"they end behind the end of the file at byte {size:,}; it is cut short"
    if declared > _EXPANSION_FLOOR and declared > _MAX_EXPANSION * stored:
        return f"they claim {declared:,} bytes, and the file holds {stored:,} for them"
    chunk = prod(dataset.chunks or ()) * dtype.itemsize
    if chunk > _CHUNK_LIMIT or (chunk > _EXPANSION_FLOOR and chunk > _MAX_EXPANSION * stored):
        return f"they come in pieces of {chunk:,} bytes, and the file holds {stored:,} for all"
    return ""


def _types(dataset: Any) -> tuple[np.dtype[Any], TensorType]:
    dtype = dataset.dtype
    if dtype.kind in "fiubc" and dtype.name.upper() in TYPE_BY_NAME:
        return dtype, TYPE_BY_NAME[dtype.name.upper()]
    if dtype.kind == "V" and dtype.itemsize == 2:  # the only type of two bytes that HDF5 lacks and Keras writes
        return np.dtype("<u2"), TYPE_BY_NAME["BFLOAT16"]
    if dtype.kind in "SOU":
        return dtype, TYPE_BY_NAME["STRING"]
    return dtype, TensorType(-1, str(dtype)[:40], dtype.itemsize * 8, None)


def _link_names(group: Any) -> list[bytes]:
    names: list[bytes] = []

    def keep(name: bytes) -> bool | None:
        names.append(name)
        return True if len(names) >= MAX_NAMES else None

    group.id.links.iterate(keep)
    return names


def _has_attribute(item: Any, name: str) -> bool:
    import h5py

    return bool(h5py.h5a.exists(item.id, name.encode()))


def _attribute(item: Any, name: str, limit: int) -> Any:
    """The value, its size checked first. A string of variable length can't be larger than the file it lies in, but a
    list of them could name one string often: their number times the file's size is bounded instead."""
    import h5py

    if not _has_attribute(item, name):
        return None
    attribute = h5py.h5a.open(item.id, name.encode())
    shape, dtype = attribute.shape, attribute.dtype
    if shape is None or prod(shape) > MAX_NAMES:
        return None
    size = prod(shape) * dtype.itemsize
    if dtype.kind == "O" and prod(shape) > 1:
        size = prod(shape) * item.file.id.get_filesize()
        limit = max(limit, 1 << 30)
    if size > limit:
        raise DamagedFileError(f'The attribute "{name}" claims {size:,} bytes; more than {limit:,} is not read.')
    if dtype.kind not in "SOU":
        return None
    return item.attrs[name]


def _names(value: Any) -> list[str]:
    if value is None or isinstance(value, str | bytes):
        value = [] if value is None else [value]
    return [
        entry.decode("utf-8", "replace") if isinstance(entry, bytes) else str(entry)
        for entry in np.asarray(value, dtype=object).reshape(-1).tolist()
    ]


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
