"""What a .tflite file says about itself in its metadata entries, in words."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from inspector.formats.file_bytes import FileBytes
from inspector.formats.flatbuffer_table import FlatBytes, Tables
from inspector.formats.tflite_buffers import BufferTable
from inspector.formats.tflite_findings import Findings, report_fields
from inspector.formats.tflite_schema import INDEX_SLOT, NAME_SLOT
from inspector.model import Metadata
from inspector.printable import name_text

Array = np.ndarray[Any, np.dtype[Any]]

_READ_BYTES = 1 << 20
"""Of an entry; the texts in it are far shorter."""
_SHOWN_CHARACTERS = 64 << 10

# the schema of CONVERSION_METADATA, tensorflow/compiler/mlir/lite/schema/conversion_metadata.fbs
_SOURCES = ("", "a SavedModel", "a Keras model", "concrete functions", "a GraphDef", "a session", "JAX", "PyTorch")
_OPTIMIZATIONS = {
    1001: "float16 weights", 1002: "dynamic range", 1003: "full integer", 1004: "int16 activations",
    2000: "quantization-aware training", 3001: "random sparsity", 3002: "block sparsity", 3003: "structured sparsity",
}  # fmt: skip


@dataclass
class FoundMetadata:
    entries: list[Metadata] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)


def read_metadata(
    file: FileBytes, flat: FlatBytes, places: Array, buffers: BufferTable, findings: Findings
) -> FoundMetadata:
    """The Metadata tables at `places`, each with its text where it is text or a kind this program knows."""
    found = FoundMetadata()
    tables = Tables(flat, places)
    names = tables.texts(NAME_SLOT, "name")
    rows = tables.scalar(INDEX_SLOT, "<u4", 0, "buffer").tolist()
    report_fields(tables, "metadata", 0, findings, names)
    for name, row in zip(names, rows, strict=True):
        if row >= buffers.own:
            findings.add("metadata_buffer", f"Metadata {name_text(name)} names buffer {row:,} of {buffers.own:,}")
            found.entries.append(Metadata(name, 0))
            continue
        offset, size = int(buffers.buffers.offset[row]), int(buffers.buffers.size[row])
        data = file.read(offset, min(size, _READ_BYTES))
        found.entries.append(Metadata(name, size, _describe(name, data, found.facts)))
    return found


def _describe(name: str, data: bytes, facts: dict[str, str]) -> str:
    if name == "TFLITE_METADATA" and data[4:8] == b"M001":
        return _model_metadata(data)
    if name == "CONVERSION_METADATA" and len(data) >= 8:
        known = _conversion(data)
        facts.update(known)
        return "\n".join(f"{title}: {value}" for title, value in known.items())
    text = plain_text(data[:_SHOWN_CHARACTERS])
    if name == "min_runtime_version" and text:
        facts["needs"] = f"TensorFlow Lite {text} or newer"
    return text


def plain_text(data: bytes) -> str:
    """The text that `data` is, or begins with; "" where it is something else."""
    try:
        text = data.rstrip(b"\0").decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(data) - 4:
            return ""
        text = data[: error.start].decode("utf-8")  # only the last character is cut
    return text if all(c.isprintable() or c in "\n\r\t" for c in text) else ""


def _root(data: bytes) -> Tables:
    flat = FlatBytes(np.frombuffer(data, np.uint8))
    return Tables(flat, flat.numbers(np.zeros(1, np.int64), "<u4").astype(np.int64))


def _conversion(data: bytes) -> dict[str, str]:
    """What converted the model, from what, and how it was optimized."""
    root = _root(data)
    environment = Tables(root.flat, root.target(0))
    options = Tables(root.flat, root.target(1))
    version = environment.texts(0)[0]
    source = int(environment.scalar(2, "<i4")[0])
    modes = options.ragged(0, "<i4", longest=64).values.tolist()
    known = {
        "converted by": f"TensorFlow {version}" if version else "",
        "converted from": _SOURCES[source] if 0 <= source < len(_SOURCES) else f"source {source}",
        "optimizations": ", ".join(_OPTIMIZATIONS.get(mode, f"mode {mode}") for mode in modes),
        "custom operators allowed": "yes" if options.scalar(1, "u1")[0] else "",
        "TensorFlow operators allowed": "yes" if options.scalar(2, "u1")[0] or options.scalar(3, "u1")[0] else "",
    }
    return {title: value for title, value in known.items() if value and value.isprintable()}


def _model_metadata(data: bytes) -> str:
    """The lines a person would read of ModelMetadata, and of each input and output."""
    root = _root(data)
    titles = (("name", 0), ("description", 1), ("version", 2), ("author", 4), ("license", 5), ("parser needed", 7))
    lines = [f"{title}: {text}" for title, slot in titles if (text := root.texts(slot)[0])]
    subgraphs = Tables(root.flat, root.children(3).values[:16])
    for title, slot in (("input", 2), ("output", 3)):
        lines += _tensor_lines(title, Tables(root.flat, subgraphs.children(slot).values[:256]))
    return "\n".join(lines)[:_SHOWN_CHARACTERS]


def _tensor_lines(title: str, tensors: Tables) -> list[str]:
    """`input image: Input image to be processed. (value - 0) / 255`"""
    names, descriptions = tensors.texts(0), tensors.texts(1)
    units = tensors.children(4)
    processes = Tables(tensors.flat, units.values)
    normalizing = np.where(processes.scalar(0, "u1") == 1, processes.target(1), -1)
    options = Tables(tensors.flat, normalizing)
    means, deviations = options.ragged(0, "<f4", longest=64).tuples(), options.ragged(1, "<f4", longest=64).tuples()
    lines = []
    for row, (name, description) in enumerate(zip(names, descriptions, strict=True)):
        steps = [
            f"normalized as (value - {_numbers(means[unit])}) / {_numbers(deviations[unit])}"
            for unit in range(int(units.starts[row]), int(units.starts[row + 1]))
            if means[unit] and deviations[unit]
        ]
        lines.append(f"{title} {name}: " + ", ".join([description.rstrip("."), *steps]))
    return lines


def _numbers(values: tuple[float, ...]) -> str:
    shown = ", ".join(f"{value:g}" for value in values)
    return f"[{shown}]" if len(values) > 1 else shown
