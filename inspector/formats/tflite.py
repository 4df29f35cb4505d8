"""Reads a .tflite file: tables to columns, every index checked, what is damaged marked and the rest shown."""

from pathlib import Path
from typing import Any

import numpy as np

from inspector.errors import DamagedFileError
from inspector.formats.file_bytes import FileBytes
from inspector.formats.flatbuffer_table import FlatBytes, Tables
from inspector.formats.tflite_buffers import BufferTable, read_buffers
from inspector.formats.tflite_checks import check_subgraph
from inspector.formats.tflite_findings import Findings
from inspector.formats.tflite_metadata import read_metadata, read_signatures
from inspector.formats.tflite_operators import OperatorCodes, operator_columns, read_codes, read_operators
from inspector.formats.tflite_quantization import read_quantization
from inspector.formats.tflite_schema import ModelSlot, SubgraphSlot, TensorSlot
from inspector.formats.tflite_sparsity import SparsityRows
from inspector.formats.tflite_storage import TfliteStorage
from inspector.formats.tflite_tensors import read_tensors
from inspector.model import Model, Subgraph, TensorColumns

Array = np.ndarray[Any, np.dtype[Any]]


def read_tflite(path: Path) -> Model:
    """The model in a .tflite file. Raises ModelFileError and its children."""
    file = FileBytes(path)
    return _Reader(file).model()


class _Reader:
    """One pass over one file."""

    def __init__(self, file: FileBytes) -> None:
        self.file = file
        self.flat = FlatBytes(file.array)
        self.findings = Findings()
        self.root = self._root()

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
        root, flat = self.root, self.flat
        codes, _ = read_codes(flat, self._children(ModelSlot.OPERATOR_CODES))
        buffers = read_buffers(
            flat,
            self.file.size,
            self._children(ModelSlot.BUFFERS),
            self._children(ModelSlot.EXTERNAL_GROUPS),
            self._children(ModelSlot.EXTERNAL_BUFFERS),
            self.findings,
        )
        subgraphs = self._subgraphs(codes, buffers)
        storage = TfliteStorage(self.file, buffers)
        signatures = read_signatures(flat, self._children(ModelSlot.SIGNATURES), subgraphs, self.findings)
        found = read_metadata(self.file, flat, self._children(ModelSlot.METADATA), buffers, self.findings)
        version = int(root.scalar(ModelSlot.VERSION, "<u4")[0])
        return Model(
            path=self.file.path,
            format="tflite",
            size_bytes=self.file.size,
            subgraphs=subgraphs,
            storage=storage,
            signatures=signatures,
            description=root.texts(ModelSlot.DESCRIPTION)[0],
            metadata=found.entries,
            associated_files=found.files,
            buffers=buffers.buffers,
            findings=self.findings.finish(),
            facts={"schema version": str(version), **found.facts},
        )

    def _children(self, slot: int) -> Array:
        return self.root.children(slot).values

    def _subgraphs(self, codes: OperatorCodes, buffers: BufferTable) -> tuple[Subgraph, ...]:
        tables = Tables(self.flat, self._children(ModelSlot.SUBGRAPHS))
        names = tables.texts(SubgraphSlot.NAME)
        inputs = tables.ragged(SubgraphSlot.INPUTS, "<i4", "inputs").tuples()
        outputs = tables.ragged(SubgraphSlot.OUTPUTS, "<i4", "outputs").tuples()
        tensors = tables.children(SubgraphSlot.TENSORS, "tensors")
        operators = tables.children(SubgraphSlot.OPERATORS, "operators")
        return tuple(
            self._subgraph(index, names[index], (inputs[index], outputs[index]), tensors.row(index),
                           operators.row(index), codes, buffers)
            for index in range(len(tables))
        )  # fmt: skip

    def _subgraph(
        self,
        index: int,
        name: str,
        ends: tuple[tuple[int, ...], tuple[int, ...]],
        tensor_places: Array,
        operator_places: Array,
        codes: OperatorCodes,
        buffers: BufferTable,
    ) -> Subgraph:
        tensors = read_tensors(self.flat, tensor_places, buffers)
        operators = read_operators(self.flat, operator_places, codes)
        quantization, scales = read_quantization(
            self.flat, tensors.tables.target(TensorSlot.QUANTIZATION, "quantization")
        )
        stored = np.where(tensors.bits > 0, tensors.size * 8 // np.maximum(tensors.bits, 1), 0)
        sparsity = SparsityRows(self.flat, tensors.tables.target(TensorSlot.SPARSITY, "sparsity"), stored)
        check_subgraph(index, tensors, operators, scales, sparsity, ends, self.findings)
        columns = TensorColumns(
            names=tensors.names,
            types=tensors.types(),
            shapes=tensors.shape.tuples(),
            shape_signatures=tensors.shape_signatures(),
            kinds=tensors.kinds(*ends),
            stored_bytes=tensors.stored_bytes(),
            buffers=tensors.buffers(),
            quantization=quantization,
            sparsity=sparsity,
        )
        return Subgraph(index, name, columns, operator_columns(operators, codes, self.file), *ends)
