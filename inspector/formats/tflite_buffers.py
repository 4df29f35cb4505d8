"""Where the data of a .tflite file is: inside the flatbuffer, behind it, or in files beside it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from inspector.formats.flatbuffer_table import FlatBytes, Tables
from inspector.formats.tflite_findings import Findings
from inspector.formats.tflite_schema import NAME_SLOT, BufferSlot, ExternalSlot
from inspector.model import Buffers

Array = np.ndarray[Any, np.dtype[Any]]

INSIDE, BEHIND, EXTERNAL, DAMAGED = 0, 1, 2, -1


@dataclass(frozen=True, eq=False)
class BufferTable:
    """The model's buffers and behind them, as further rows, its external buffers.

    `own` counts the first kind; `external_ids` are the numbers by which tensors name the second, `external_files` the
    name of the file each is in, `packings` how its values are packed ("" as usual).
    """

    buffers: Buffers
    own: int
    external_ids: Array
    external_files: tuple[str, ...]
    packings: tuple[str, ...]

    @property
    def count(self) -> int:
        return self.own + len(self.external_ids)

    def rows(self, buffer: Array, external: Array) -> Array:
        """The row of each tensor's buffer; -1 where it names none that exists."""
        rows = np.where(buffer < self.own, buffer, -1)
        named = np.flatnonzero(external)
        if named.size:
            order = np.argsort(self.external_ids, kind="stable")
            ids = self.external_ids[order]
            found = np.searchsorted(ids, external[named])
            safe = np.minimum(found, max(len(ids) - 1, 0))
            known = (found < len(ids)) & (ids[safe] == external[named]) if len(ids) else np.zeros(len(named), bool)
            rows[named] = np.where(known, self.own + order[safe] if len(ids) else -1, -1)
        return rows


def read_buffers(
    flat: FlatBytes, file_size: int, places: Array, groups: Array, externals: Array, findings: Findings
) -> BufferTable:
    """The buffer tables at `places`, the external groups and buffers at theirs."""
    tables = Tables(flat, places)
    starts, counts = tables.vector(BufferSlot.DATA, 1, "data")
    offset = tables.scalar(BufferSlot.OFFSET, "<u8", 0, "offset")
    size = tables.scalar(BufferSlot.SIZE, "<u8", 0, "size")
    behind = (starts < 0) & (offset > 1)  # 1 is a writer's place holder, as TensorFlow reads it
    outside = behind & ((offset > file_size) | (size > file_size - np.minimum(offset, file_size)))
    damaged = ~tables.sound | outside
    for _, rows in tables.damaged:
        damaged[rows] = True
    place = np.where(damaged, DAMAGED, np.where(behind, BEHIND, INSIDE))
    offset = np.where(behind, offset, np.maximum(starts, 0).astype(np.uint64)).astype(np.int64)
    size = np.where(behind, size, counts.astype(np.uint64)).astype(np.int64)
    offset[damaged], size[damaged] = 0, 0
    _report(np.flatnonzero(damaged), file_size, findings)
    return _with_externals(flat, Buffers(offset, size, place.astype(np.int8)), groups, externals, findings)


def _report(damaged: Array, file_size: int, findings: Findings) -> None:
    if not damaged.size:
        return
    named = ", ".join(f"{row:,}" for row in damaged[:3].tolist())
    more = f" and {damaged.size - 3:,} more" if damaged.size > 3 else ""
    findings.add(
        "buffer_outside",
        f"Data outside the file of {file_size:,} bytes: buffer {named}{more}",
        "The file is cut short or damaged; tensors that use these buffers have no values.",
    )


def _with_externals(flat: FlatBytes, own: Buffers, groups: Array, externals: Array, findings: Findings) -> BufferTable:
    count = len(own.size)
    if not len(externals):
        return BufferTable(own, count, np.zeros(0, np.int64), (), ())
    names = Tables(flat, groups).texts(NAME_SLOT, "name")
    tables = Tables(flat, externals)
    group = tables.scalar(ExternalSlot.GROUP, "<u4").astype(np.int64)
    offset = tables.scalar(ExternalSlot.OFFSET, "<u8")
    length = tables.scalar(ExternalSlot.LENGTH, "<u8")
    limit = np.uint64(1 << 62)
    bad = ~tables.sound | (group >= len(names)) | (offset > limit) | (length > limit)
    if bad.any():
        findings.add("external_buffer", f"{int(bad.sum()):,} external buffers name no file or an impossible place")
    offset, length = np.where(bad, 0, offset).astype(np.int64), np.where(bad, 0, length).astype(np.int64)
    place = np.where(bad, DAMAGED, EXTERNAL).astype(np.int8)
    merged = Buffers(
        np.concatenate([own.offset, offset]), np.concatenate([own.size, length]), np.concatenate([own.place, place])
    )
    files = tuple("" if b else names[g] for b, g in zip(bad.tolist(), group.tolist(), strict=True))
    ids = tables.scalar(ExternalSlot.ID, "<u4").astype(np.int64)
    return BufferTable(merged, count, ids, files, tuple(tables.texts(ExternalSlot.PACKING)))
