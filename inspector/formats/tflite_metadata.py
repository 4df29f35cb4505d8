"""What a .tflite file says about itself: signatures, metadata, the files packed behind it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from inspector.formats.file_bytes import FileBytes
from inspector.formats.flatbuffer_table import FlatBytes, Tables
from inspector.formats.tflite_buffers import BufferTable
from inspector.formats.tflite_findings import Findings
from inspector.formats.tflite_schema import INDEX_SLOT, NAME_SLOT, SignatureSlot
from inspector.model import AssociatedFile, Metadata, Signature, Subgraph

Array = np.ndarray[Any, np.dtype[Any]]

_TEXT_BYTES = 64 << 10


@dataclass(frozen=True)
class FoundMetadata:
    entries: tuple[Metadata, ...]
    files: tuple[AssociatedFile, ...]
    facts: dict[str, str]


def read_signatures(
    flat: FlatBytes, places: Array, subgraphs: tuple[Subgraph, ...], findings: Findings
) -> tuple[Signature, ...]:
    """The named entry points."""
    tables = Tables(flat, places)
    keys = tables.texts(SignatureSlot.KEY, "signature_key")
    chosen = tables.scalar(SignatureSlot.SUBGRAPH, "<u4", 0, "subgraph_index").tolist()
    maps = []
    for slot, field in ((SignatureSlot.INPUTS, "inputs"), (SignatureSlot.OUTPUTS, "outputs")):
        rows = tables.children(slot, field)
        entries = Tables(flat, rows.values)
        names, tensors = entries.texts(NAME_SLOT), entries.scalar(INDEX_SLOT, "<u4").tolist()
        bounds = rows.starts.tolist()
        maps.append(
            [dict(zip(names[a:b], tensors[a:b], strict=True)) for a, b in zip(bounds, bounds[1:], strict=False)]
        )
    return tuple(
        Signature(key, subgraph, inputs, outputs)
        for key, subgraph, inputs, outputs in zip(keys, chosen, *maps, strict=True)
    )


def read_metadata(
    file: FileBytes, flat: FlatBytes, places: Array, buffers: BufferTable, findings: Findings
) -> FoundMetadata:
    """The metadata entries and what can be said of them in words."""
    tables = Tables(flat, places)
    names = tables.texts(NAME_SLOT, "name")
    rows = tables.scalar(INDEX_SLOT, "<u4", 0, "buffer").tolist()
    entries, facts = [], {}
    for name, row in zip(names, rows, strict=True):
        if row >= buffers.own:
            findings.add("metadata_buffer", f"Metadata {name} names buffer {row:,} of {buffers.own:,}")
            entries.append(Metadata(name, 0))
            continue
        offset, size = int(buffers.buffers.offset[row]), int(buffers.buffers.size[row])
        text = _text(file.read(offset, min(size, _TEXT_BYTES)))
        entries.append(Metadata(name, size, text))
        if name == "min_runtime_version" and text:
            facts["runtime needed"] = f"TensorFlow Lite {text}"
    return FoundMetadata(tuple(entries), (), facts)


def _text(data: bytes) -> str:
    """The text that `data` is; "" where it is something else."""
    try:
        text = data.rstrip(b"\0").decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return text if all(c.isprintable() or c in "\n\r\t" for c in text) else ""
