"""Reads a .tflite file: tables to columns, every index checked, what is damaged marked and the rest shown."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from inspector.errors import DamagedFileError
from inspector.formats.appended_zip import read_appended_zip
from inspector.formats.file_bytes import FileBytes
from inspector.formats.flatbuffer_table import FlatBytes, Tables
from inspector.formats.tflite_buffers import read_buffers
from inspector.formats.tflite_external import ExternalFiles
from inspector.formats.tflite_findings import UNREADABLE, Findings, report_fields
from inspector.formats.tflite_metadata import read_metadata
from inspector.formats.tflite_operators import read_codes
from inspector.formats.tflite_schema import ModelSlot, SubgraphSlot
from inspector.formats.tflite_signatures import read_signatures
from inspector.formats.tflite_storage import TfliteStorage
from inspector.formats.tflite_subgraphs import SubgraphReader
from inspector.model import Level, Model, Subgraph

Array = np.ndarray[Any, np.dtype[Any]]

_READ_VERSION = 3
_MOST_SUBGRAPHS = 10_000


def read_tflite(path: Path) -> Model:
    """The model in a .tflite file. Raises ModelFileError and its children."""
    return replace(_Reader(FileBytes(path)).model(), path=path)


class _Reader:
    """One pass over one file."""

    def __init__(self, file: FileBytes) -> None:
        self.file = file
        self.flat = FlatBytes(file.array)
        self.findings = Findings()
        self.root = self._root()
        self.rows_left = self.flat.size // 12 + 1000  # a table takes at least 12 bytes with its place in a list

    def _root(self) -> Tables:
        if self.flat.size < 8:
            raise DamagedFileError(f"{self.file.path.name} is cut short: it has only {self.flat.size} bytes.")
        places = self.flat.numbers(np.zeros(1, np.int64), "<u4").astype(np.int64)
        root = Tables(self.flat, places)
        if not root.sound[0]:
            raise DamagedFileError(
                f"{self.file.path.name} is cut short or damaged: its first table should be at byte {int(places[0]):,} "
                f"of {self.flat.size:,}, and there is none."
            )
        return root

    def model(self) -> Model:
        root = self.root
        subgraph_places = self._list(ModelSlot.SUBGRAPHS, "subgraphs")
        if not len(subgraph_places):
            raise self._unreadable("no list of subgraphs can be read")
        buffers = read_buffers(
            self.flat,
            self.file.size,
            self._list(ModelSlot.BUFFERS, "buffers"),
            self._list(ModelSlot.EXTERNAL_GROUPS, "external buffer groups"),
            self._list(ModelSlot.EXTERNAL_BUFFERS, "external buffers"),
            self.findings,
        )
        external = ExternalFiles(self.file.path.parent, buffers)
        external.report(self.findings)
        codes, code_tables = read_codes(self.flat, self._list(ModelSlot.OPERATOR_CODES, "operator codes"))
        reader = SubgraphReader(self.flat, codes, buffers, self.findings, len(subgraph_places))
        subgraphs = self._subgraphs(reader, subgraph_places)
        report_fields(code_tables, "operator code", 0, self.findings)
        signatures = read_signatures(
            self.flat, self._list(ModelSlot.SIGNATURES, "signatures"), subgraphs, self.findings
        )
        found = read_metadata(self.file, self.flat, self._list(ModelSlot.METADATA, "metadata"), buffers, self.findings)
        files = read_appended_zip(self.file, self.findings)
        version = int(root.scalar(ModelSlot.VERSION, "<u4", 0, "version")[0])
        description = root.texts(ModelSlot.DESCRIPTION, "description")[0]
        self._report_root(version)
        return Model(
            path=self.file.path,
            format="tflite",
            size_bytes=self.file.size,
            subgraphs=subgraphs,
            storage=TfliteStorage(self.file, buffers, external),
            signatures=signatures,
            description=description,
            metadata=tuple(found.entries),
            associated_files=files,
            buffers=buffers.buffers,
            findings=self.findings.finish(),
            facts={"schema version": str(version), **found.facts},
        )

    def _subgraphs(self, reader: SubgraphReader, places: Array) -> tuple[Subgraph, ...]:
        tables = Tables(self.flat, places)
        if not tables.sound.any():
            raise self._unreadable(f"none of its {len(places):,} subgraphs can be read")
        names = tables.texts(SubgraphSlot.NAME, "name")
        inputs = tables.ragged(SubgraphSlot.INPUTS, "<i4", "inputs").tuples()
        outputs = tables.ragged(SubgraphSlot.OUTPUTS, "<i4", "outputs").tuples()
        tensors = tables.children(SubgraphSlot.TENSORS, "tensors")
        operators = tables.children(SubgraphSlot.OPERATORS, "operators")
        report_fields(tables, "subgraph", 0, self.findings)
        made = [
            reader.read(
                index,
                names[index],
                (inputs[index], outputs[index]),
                self._tables(tensors.row(index), "tensors"),
                self._tables(operators.row(index), "operators"),
            )
            for index in range(len(places))
        ]
        reader.check_calls()
        return tuple(made)

    def _list(self, slot: int, what: str) -> Array:
        """The places of the tables in one of the model's own lists."""
        return self._tables(
            self.root.children(slot, what).values, what, _MOST_SUBGRAPHS if what == "subgraphs" else None
        )

    def _tables(self, places: Array, what: str, most: int | None = None) -> Array:
        """The part of a list of tables that makes sense. Where most entries are no tables the list itself is damaged:
        what stands before the first of those is kept. No file has room for more tables than `rows_left`."""
        kept = places[: min(self.rows_left, most or self.rows_left)]
        sound = Tables(self.flat, kept).sound
        if 2 * int(sound.sum()) < len(kept):
            kept = kept[: int(np.argmin(sound))]
        if len(kept) < len(places):
            self.findings.add(
                "list_damaged", f"The list of {what} is damaged: {len(kept):,} of {len(places):,} entries can be read"
            )
        self.rows_left -= len(kept)
        return kept

    def _report_root(self, version: int) -> None:
        for field, _ in self.root.damaged:
            self.findings.add("model_field", f"Field {field} of the model can't be read", UNREADABLE)
        if version != _READ_VERSION:
            self.findings.add(
                "schema_version", f"Schema version {version}", "TensorFlow Lite reads only version 3.", Level.WARNING
            )

    def _unreadable(self, what: str) -> DamagedFileError:
        size = f"{self.flat.size:,} bytes"
        return DamagedFileError(f"{self.file.path.name} ({size}) is cut short or damaged: {what}.")
