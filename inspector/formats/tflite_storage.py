"""The values of a .tflite file's tensors: views, copies or chunks, dense and unpacked."""

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

import numpy as np

from inspector.errors import ValuesError
from inspector.formats.file_bytes import FileBytes
from inspector.formats.packed import decode, strings
from inspector.formats.sparse import densify
from inspector.formats.tflite_buffers import EXTERNAL, BufferTable
from inspector.formats.tflite_external import ExternalFiles
from inspector.model import ChosenTensors, Tensor
from inspector.model.columns import tensor_label
from inspector.printable import name_text

Array = np.ndarray[Any, np.dtype[Any]]

_COPIED_BYTES = 256 << 20
"""Tensors of a mapped file up to this size are copied by `values`; bigger ones are views of the mapping."""
_COUNTABLE = 1 << 50
_SPREAD = 4  # small tensors are read in one go where at most so many times their bytes lie between them
_DENSE_LIMIT = 64 << 20
_DENSE_TIMES = 256
"""A sparse tensor may become this many times the size of the file, and always _DENSE_LIMIT bytes."""


class TfliteStorage:
    """Implements inspector.model.Storage."""

    def __init__(self, file: FileBytes, buffers: BufferTable, external: ExternalFiles) -> None:
        self._file = file
        self._buffers = buffers
        self._external = external

    def check(self) -> None:
        self._file.check()
        self._external.check()

    def values(self, tensor: Tensor) -> Array:
        file, offset, size = self._place(tensor)
        count = _count(tensor, size)
        if tensor.sparsity is not None:
            found = self._dense(tensor)
        else:
            stored = self._view(file, offset, size)
            found = decode(stored, tensor.type, count).reshape(tensor.shape)
        found.flags.writeable = False
        return found

    def chunks(self, tensor: Tensor, elements: int) -> Iterator[Array]:
        if tensor.sparsity is not None:
            flat = self._dense(tensor).reshape(-1)
            yield from (flat[start : start + elements] for start in range(0, len(flat), elements))
            return
        file, offset, size = self._place(tensor)
        count = _count(tensor, size)
        bits = tensor.type.bits
        step = max(elements * bits // 8, 1) * 8 // bits  # whole bytes
        held = None if file.in_memory else np.empty(min(step, count) * bits // 8 + 1, np.uint8)
        for start in range(0, count, step):
            length = min(step, count - start)
            first, width = offset + start * bits // 8, (length * bits + 7) // 8
            if held is None:
                stored = file.array[first : first + width]
            else:
                stored = held[:width]
                file.read_into(first, stored.data)
            yield decode(stored, tensor.type, length)

    def raw(self, tensor: Tensor) -> bytes:
        file, offset, size = self._place(tensor)
        return file.read(offset, size)

    def gather(self, tensors: Sequence[Tensor]) -> bytes:
        if isinstance(tensors, ChosenTensors):
            columns = tensors.owner.tensor_columns
            found = list(map(columns.buffers.__getitem__, tensors.indices))
            kinds = set(map(columns.kinds.__getitem__, tensors.indices))
        else:
            found, kinds = [tensor.buffer for tensor in tensors], {tensor.kind for tensor in tensors}
        if kinds != {"constant"} or None in found:
            return b"".join([self.raw(tensor) for tensor in tensors])
        buffers, rows = self._buffers.buffers, np.array(found, np.int64)
        if (buffers.place[rows] == EXTERNAL).any():
            return b"".join([self.raw(tensor) for tensor in tensors])
        starts = buffers.offset[rows]
        ends = starts + buffers.size[rows]
        first, last = int(starts.min()), int(ends.max())
        if last - first > _SPREAD * int(buffers.size[rows].sum()):
            return b"".join([self.raw(tensor) for tensor in tensors])
        data = self._file.read(first, last - first)  # one read, as buffers stand beside one another
        pairs = zip((starts - first).tolist(), (ends - first).tolist(), strict=True)
        return b"".join([data[start:end] for start, end in pairs])

    def strings(self, tensor: Tensor) -> list[str]:
        """The texts of a STRING tensor; bytes that are no UTF-8 are replaced. Raises ValuesError."""
        if tensor.type.name != "STRING":
            raise ValuesError(f"{_label(tensor)} is of type {tensor.type.name}, not STRING.")
        return [text.decode("utf-8", "replace") for text in strings(self.raw(tensor))]

    def _place(self, tensor: Tensor) -> tuple[FileBytes, int, int]:
        """File, offset and size of the tensor's bytes. Raises ValuesError where it has none."""
        row = tensor.buffer
        buffers = self._buffers.buffers
        if row is None or not tensor.has_data:
            raise ValuesError(f"{_label(tensor)} has no data in the file; it is computed when the model runs.")
        offset, size, place = int(buffers.offset[row]), int(buffers.size[row]), int(buffers.place[row])
        if place == EXTERNAL:
            return self._external.open(_label(tensor), row), offset, size
        return self._file, offset, size

    def _view(self, file: FileBytes, offset: int, size: int) -> Array:
        if file.in_memory:
            return file.array[offset : offset + size]
        if size <= _COPIED_BYTES:
            held = np.empty(size, np.uint8)
            file.read_into(offset, held.data)
            return held
        file.check()
        return file.array[offset : offset + size]

    def _dense(self, tensor: Tensor) -> Array:
        sparsity, type_ = tensor.sparsity, tensor.type
        assert sparsity is not None
        file, offset, size = self._place(tensor)
        if type_.dtype is None or any(length < 0 for length in tensor.shape):
            raise ValuesError(f"{_label(tensor)} can't be decoded: {type_.name} of shape {list(tensor.shape)}.")
        dense_bytes = prod(tensor.shape) * type_.dtype.itemsize
        if dense_bytes > max(_DENSE_LIMIT, _DENSE_TIMES * self._file.size):
            raise ValuesError(
                f"{_label(tensor)} would take {dense_bytes:,} bytes when decoded; its shape is impossible."
            )
        if not file.in_memory:
            file.check()
        stored = decode(self._view(file, offset, size), type_, sparsity.stored_elements)
        try:
            return densify(stored, tensor.shape, sparsity)
        except ValuesError as error:
            raise ValuesError(f"{_label(tensor)} can't be decoded. {error}") from error


def _label(tensor: Tensor) -> str:
    return f"{tensor_label(tensor)} {name_text(tensor.name)}".rstrip()


def _count(tensor: Tensor, size: int) -> int:
    """How many elements the tensor has. Raises ValuesError if `size` bytes can't hold them."""
    if tensor.type.dtype is None:
        raise ValuesError(f"{_label(tensor)} is of type {tensor.type.name}, which has no numbers to show.")
    if any(length < 0 for length in tensor.shape):
        raise ValuesError(f"{_label(tensor)} has the impossible shape {list(tensor.shape)}.")
    count = prod(tensor.shape)
    if not count and prod(length for length in tensor.shape if length) > _COUNTABLE:
        raise ValuesError(f"{_label(tensor)} has the impossible shape {list(tensor.shape)}.")  # numpy refuses it too
    needed = (count * tensor.type.bits + 7) // 8
    if needed > size and tensor.sparsity is None:
        raise ValuesError(
            f"{_label(tensor)} needs {needed:,} bytes for shape {list(tensor.shape)}, but its buffer holds {size:,}."
        )
    return count
