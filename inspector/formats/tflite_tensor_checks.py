"""What can be wrong with the tensors of a subgraph although they can be read: every check over all rows at once."""

from typing import Any

import numpy as np

from inspector.formats.tflite_buffers import DAMAGED, BufferTable
from inspector.formats.tflite_findings import TENSOR, Findings, report_fields
from inspector.formats.tflite_sparsity import SparsityRows
from inspector.formats.tflite_tensors import NEGATIVE, TOO_MANY, TensorTable
from inspector.model import TENSOR_TYPES, Level

Array = np.ndarray[Any, np.dtype[Any]]

_BIGGEST_ACTIVATION = 64 << 30
REFUSED = "TensorFlow Lite refuses such a model."


class TensorChecks:
    """Adds what is wrong with one subgraph's tensors to `findings`."""

    def __init__(self, subgraph: int, tensors: TensorTable, findings: Findings) -> None:
        self._subgraph, self._tensors, self._findings = subgraph, tensors, findings

    def add(self, wrong: Array, code: str, fact: str, detail: str = "", level: Level = Level.DAMAGE) -> None:
        """`wrong`: a mask over the tensors, or their indices."""
        rows = np.flatnonzero(wrong) if wrong.dtype == bool or not wrong.size else np.unique(wrong)
        self._findings.rows(TENSOR, self._subgraph, rows, code, fact, detail, self._tensors.names, level)

    def shapes_and_data(self, buffers: BufferTable, sparsity: SparsityRows) -> None:
        tensors, add = self._tensors, self.add
        report_fields(tensors.tables, TENSOR, self._subgraph, self._findings, tensors.names)
        self._names()
        add(tensors.elements == NEGATIVE, "tensor_shape", "Shape with a negative size",
            "It has no size in bytes and no values.")  # fmt: skip
        add(tensors.elements == TOO_MANY, "tensor_shape", "Shape with more elements than can be counted")
        size = tensors.dense_bytes
        add((size > _BIGGEST_ACTIVATION) & ~tensors.constant, "tensor_size", "Takes more than 64 GB when it runs",
            "The shape is damaged, or no device can run it.")  # fmt: skip
        unknown = (tensors.type_codes < 0) | (tensors.type_codes >= len(TENSOR_TYPES))
        add(unknown, "tensor_type", "Type that this program does not know",
            "A newer kind of file, or damage; its values can't be shown.", Level.WARNING)  # fmt: skip
        add(tensors.names_buffer & (tensors.buffer < 0), "buffer_index", "Names a buffer that does not exist", REFUSED)
        if buffers.count:
            place = np.where(tensors.buffer >= 0, buffers.buffers.place[tensors.buffer], 0)
            ignored = ~tensors.names_buffer & (buffers.buffers.size[0] > 0)
            add(ignored, "buffer_zero", "Buffer 0 holds data, which TensorFlow Lite ignores", level=Level.WARNING)
            add(place == DAMAGED, "buffer_outside", "Data outside the file", "Its values can't be shown.")
        add(tensors.constant & tensors.is_variable, "variable_data", "A variable with data", REFUSED)
        self._sizes(size, sparsity)

    def _sizes(self, dense_bytes: Array, sparsity: SparsityRows) -> None:
        """Constants must hold exactly what their shape and type need; sparse ones at most that."""
        tensors = self._tensors
        checked = tensors.constant & (dense_bytes >= 0)
        checked[sparsity.tensors] = False
        self.add(checked & (tensors.size < dense_bytes), "buffer_size", "Less data than the shape needs",
                  f"{REFUSED} Its values can't be shown.")  # fmt: skip
        self.add(checked & (tensors.size > dense_bytes), "buffer_size", "More data than the shape needs",
                  f"{REFUSED} The first part of it is shown.")  # fmt: skip
        wrong = sparsity.contradictions(tensors.shape)
        self.add(wrong, "sparsity", "Its sparsity contradicts itself or its shape", "Its values can't be decoded.")

    def _names(self) -> None:
        names = self._tensors.names
        together = "".join(names)  # one search in 120,000 names; ordinary models end here
        if "\0" in together or "\ufffd" in together:
            wrong = [row for row, name in enumerate(names) if "\0" in name or "\ufffd" in name]
            self.add(np.array(wrong), "tensor_name", "Name with bytes that are no text", level=Level.WARNING)
