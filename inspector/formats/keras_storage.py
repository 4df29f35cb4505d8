"""The values of a Keras model's weights: read from the file piece by piece, when asked for."""

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

import numpy as np

from inspector.errors import DamagedFileError, ValuesError
from inspector.formats.keras_hdf5 import HDF5_ERRORS, StoredArray, hdf5_file
from inspector.formats.keras_source import Source
from inspector.model import Tensor
from inspector.model.model import Array

_PIECE = 1 << 20  # elements that `values` reads at a time
_CHUNK_CACHE = 16 << 20


class KerasStorage:
    """`arrays` by tensor index; None for tensors without data (a model's inputs and outputs)."""

    def __init__(self, source: Source, arrays: Sequence[StoredArray | None]) -> None:
        self._source, self._arrays = source, arrays

    def check(self) -> None:
        self._source.check()

    def chunks(self, tensor: Tensor, elements: int) -> Iterator[Array]:
        """As `Storage.chunks`. A dataset in one piece is read from the file, others by h5py, row by row."""
        array = self._readable(tensor)
        if array.offset is not None:
            yield from self._direct(tensor, array, elements)
        elif array.elements:
            yield from self._by_library(tensor, array, elements)

    def values(self, tensor: Tensor) -> Array:
        array = self._readable(tensor)
        try:
            result = np.empty(array.elements, array.type.dtype)
        except MemoryError:
            raise ValuesError(f"{tensor.name} has {array.elements:,} elements; they don't fit in memory.") from None
        place = 0
        for chunk in self.chunks(tensor, _PIECE):
            result[place : place + chunk.size] = chunk
            place += chunk.size
        result = result.reshape(array.shape)
        result.flags.writeable = False
        return result

    def raw(self, tensor: Tensor) -> bytes:
        """The bytes as stored; of a dataset in chunks, its values in order."""
        array = self._readable(tensor)
        if array.offset is None:
            return b"".join(chunk.tobytes() for chunk in self.chunks(tensor, _PIECE))
        data = bytearray(array.elements * array.stored_dtype.itemsize)
        _read(self._source, tensor, array.offset, data)
        return bytes(data)

    def gather(self, tensors: Sequence[Tensor]) -> bytes:
        return b"".join(map(self.raw, tensors))

    def _readable(self, tensor: Tensor) -> StoredArray:
        self._source.check()
        array = self._arrays[tensor.index]
        if array is None:
            raise ValuesError(f"{tensor.name} is computed when the model runs; the file holds no values for it.")
        if array.problem:
            raise ValuesError(f"The values of {tensor.name} can't be read: {array.problem}.")
        if array.type.dtype is None:
            raise ValuesError(f"{tensor.name} holds {array.type.name}, no numbers.")
        return array

    def _direct(self, tensor: Tensor, array: StoredArray, elements: int) -> Iterator[Array]:
        assert array.offset is not None
        dtype = array.stored_dtype
        buffer = np.empty(min(elements, array.elements), dtype)
        for start in range(0, array.elements, elements):
            part = buffer[: min(elements, array.elements - start)]
            _read(self._source, tensor, array.offset + start * dtype.itemsize, part)
            yield _as_type(part, array)

    def _by_library(self, tensor: Tensor, array: StoredArray, elements: int) -> Iterator[Array]:
        with hdf5_file(self._source, _CHUNK_CACHE) as file:
            try:
                dataset = file[array.path]
                for region in _regions(array.shape, elements):
                    yield _as_type(_plain(dataset[region], array), array)
            except HDF5_ERRORS as error:
                raise ValuesError(f"The values of {tensor.name} are damaged: {error}.") from None


def _read(source: Source, tensor: Tensor, offset: int, buffer: Any) -> None:
    try:
        source.read_into(offset, memoryview(buffer).cast("B"))
    except DamagedFileError as error:
        raise ValuesError(f"The values of {tensor.name} can't be read. {error}") from None


def _plain(values: Any, array: StoredArray) -> Array:
    read = np.asarray(values)
    return read.view(np.uint16) if array.type.name == "BFLOAT16" else read


def _as_type(stored: Array, array: StoredArray) -> Array:
    """Flat, in the type's dtype: bfloat16 widened, other byte orders turned."""
    flat = stored.reshape(-1)
    if array.type.name == "BFLOAT16":
        return (flat.astype(np.uint32) << 16).view(np.float32)
    return flat.astype(array.type.dtype, copy=False)


def _regions(shape: tuple[int, ...], elements: int) -> Iterator[tuple[slice | int, ...]]:
    """Slices that cover an array in order, each of at most `elements` elements."""
    if prod(shape) <= elements or not shape:
        yield (slice(None),) * len(shape)
        return
    row = prod(shape[1:])
    if row > elements:
        for index in range(shape[0]):
            for rest in _regions(shape[1:], elements):
                yield (index, *rest)
        return
    step = max(elements // max(row, 1), 1)
    for start in range(0, shape[0], step):
        yield (slice(start, min(start + step, shape[0])), *(slice(None),) * (len(shape) - 1))
