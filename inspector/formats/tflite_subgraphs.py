"""One subgraph of a .tflite file: its tensors and operators, read, checked, and made into columns."""

from typing import Any

import numpy as np

from inspector.formats.flatbuffer_table import FlatBytes
from inspector.formats.tflite_buffers import BufferTable
from inspector.formats.tflite_findings import TENSOR, Findings
from inspector.formats.tflite_operator_checks import OperatorChecks
from inspector.formats.tflite_operators import OperatorCodes, operator_columns, read_operators
from inspector.formats.tflite_quantization import read_quantization
from inspector.formats.tflite_quantization_checks import check_quantization_rows
from inspector.formats.tflite_schema import TensorSlot
from inspector.formats.tflite_sparsity import SparsityRows
from inspector.formats.tflite_tensor_checks import TensorChecks
from inspector.formats.tflite_tensors import read_tensors
from inspector.model import Subgraph, TensorColumns

Array = np.ndarray[Any, np.dtype[Any]]
Ends = tuple[tuple[int, ...], tuple[int, ...]]


class SubgraphReader:
    """Reads subgraphs one after another and remembers which calls which."""

    def __init__(
        self,
        flat: FlatBytes,
        codes: OperatorCodes,
        buffers: BufferTable,
        findings: Findings,
        count: int,
    ) -> None:
        self._flat, self._codes, self._buffers = flat, codes, buffers
        self._findings, self._count = findings, count
        self._calls: dict[int, list[int]] = {}

    def read(self, index: int, name: str, ends: Ends, tensor_places: Array, operator_places: Array) -> Subgraph:
        """`ends`: the subgraph's inputs and outputs."""
        tensors = read_tensors(self._flat, tensor_places, self._buffers)
        operators = read_operators(self._flat, operator_places, self._codes)
        targets = tensors.tables.target(TensorSlot.QUANTIZATION, "quantization")
        quantization, scales = read_quantization(self._flat, targets)
        targets = tensors.tables.target(TensorSlot.SPARSITY, "sparsity")
        sparsity = SparsityRows(self._flat, targets, tensors.size, tensors.bits)

        checks = TensorChecks(index, tensors, self._findings)
        checks.shapes_and_data(self._buffers, sparsity)
        check_quantization_rows(tensors, scales, checks)
        of_operators = OperatorChecks(index, operators, self._codes, self._findings, self._flat.size)
        of_operators.tensors(tensors)
        of_operators.options(self._count)
        self._calls[index] = of_operators.called()
        self._check_ends(index, ends, len(tensors.names))

        columns = TensorColumns(
            names=tensors.names,
            types=tensors.types(),
            shapes=tensors.shape.shared_tuples(),
            shape_signatures=tensors.shape_signatures(),
            kinds=tensors.kinds(*ends),
            stored_bytes=tensors.stored_bytes(),
            buffers=tensors.buffers(),
            quantization=quantization,
            sparsity=sparsity,
        )
        return Subgraph(index, name, columns, operator_columns(operators, self._codes), *ends)

    def _check_ends(self, index: int, ends: Ends, count: int) -> None:
        for title, tensors in zip(("input", "output"), ends, strict=True):
            wrong = [tensor for tensor in tensors if not 0 <= tensor < count]
            if wrong:
                self._findings.rows(
                    TENSOR, index, wrong, "subgraph_end", f"Listed as {title} of the subgraph but not among its tensors"
                )

    def check_calls(self) -> None:
        """A subgraph that calls itself, directly or through others, never ends."""
        left = {index: [called for called in calls if called in self._calls] for index, calls in self._calls.items()}
        ready = [index for index, calls in left.items() if not calls]
        callers: dict[int, list[int]] = {}
        for index, calls in left.items():
            for called in calls:
                callers.setdefault(called, []).append(index)
        waiting = {index: len(calls) for index, calls in left.items()}
        for done in ready:  # grows as subgraphs are found whose calls all end
            for caller in callers.get(done, []):
                waiting[caller] -= 1
                if not waiting[caller]:
                    ready.append(caller)
        endless = [index for index, count in waiting.items() if count]
        if endless:
            named = ", ".join(str(index) for index in endless[:3])
            self._findings.add("subgraph_cycle", f"Subgraphs that call themselves: {named}", "They can never finish.")
