"""The values of a Keras model's weights: read from the file piece by piece, when asked for."""

from collections.abc import Iterator, Sequence
from math import prod

import numpy as np

from inspector.errors import DamagedFileError, ValuesError
from inspector.formats.hdf5_chunks import ChunkReader
from inspector.formats.hdf5_library import Region, library_values
from inspector.formats.keras_hdf5 import StoredArray
from inspector.formats.keras_source import Source, Window
from inspector.model import Tensor
from inspector.model.model import Array
from inspector.printable import name_text

_PIECE = 1 << 20  # elements that `values` reads at a time


class KerasStorage:
    """`arrays` by tensor index; None for tensors without data (a model's inputs and outputs)."""

    def __init__(self, source: Source, arrays: Sequence[StoredArray | None]) -> None:
        self._source, self._arrays = source, arrays

    def check(self) -> None:
        self._source.check()

    def chunks(self, tensor: Tensor, elements: int) -> Iterator[Array]:
        """As `Storage.chunks`. What lies in one piece is read so, chunks are unpacked a few at a time."""
        array = self._readable(tensor)
        try:
            for stored in self._pieces(array, elements):
                yield _as_type(stored, array)
        except DamagedFileError as error:
            raise ValuesError(f"The values of {name_text(tensor.name)} can't be read. {error}") from None

    def values(self, tensor: Tensor) -> Array:
        array = self._readable(tensor)
        try:
            result = np.empty(array.shape, array.type.dtype)
        except (MemoryError, ValueError):
            raise ValuesError(
                f"{name_text(tensor.name)} has {array.elements:,} elements; they don't fit in memory."
            ) from None
        flat, place = result.reshape(-1), 0
        for chunk in self.chunks(tensor, _PIECE):
            flat[place : place + chunk.size] = chunk
            place += chunk.size
        result.flags.writeable = False
        return result

    def raw(self, tensor: Tensor) -> bytes:
        """The bytes as stored; of values in chunks, unpacked and in order."""
        array = self._readable(tensor)
        try:
            if array.offset is not None and array.stored is not None:
                return self._source.read(array.offset, array.elements * array.stored.itemsize)
            return b"".join(stored.tobytes() for stored in self._pieces(array, _PIECE))
        except DamagedFileError as error:
            raise ValuesError(f"The values of {name_text(tensor.name)} can't be read. {error}") from None

    def gather(self, tensors: Sequence[Tensor]) -> bytes:
        return b"".join(map(self.raw, tensors))

    def _readable(self, tensor: Tensor) -> StoredArray:
        self._source.check()
        array = self._arrays[tensor.index]
        if array is None:
            raise ValuesError(
                f"{name_text(tensor.name)} is computed when the model runs; the file holds no values for it."
            )
        if array.problem:
            raise ValuesError(f"The values of {name_text(tensor.name)} can't be read: {array.problem}.")
        if array.type.dtype is None or array.stored is None:
            raise ValuesError(f"{name_text(tensor.name)} holds {array.type.name}, no numbers.")
        return array

    def _pieces(self, array: StoredArray, elements: int) -> Iterator[Array]:
        """The stored elements, flat, in the type of the file; a piece is only good until the next."""
        if array.offset is not None:
            yield from self._in_one_piece(array, array.offset, elements)
        elif array.by_library:
            yield from self._by_library(array, elements)
        elif array.node is not None and array.elements:
            found = array.node.dataset
            assert found is not None
            reader = ChunkReader(array.node.file, found, self._source.read)
            for region in regions(array.shape, elements):
                yield reader.region(*zip(*region, strict=True)).reshape(-1)
        else:
            yield from self._never_written(array, elements)

    def _in_one_piece(self, array: StoredArray, offset: int, elements: int) -> Iterator[Array]:
        assert array.stored is not None
        buffer = np.empty(min(elements, array.elements), array.stored)
        for start in range(0, array.elements, elements):
            part = buffer[: min(elements, array.elements - start)]
            self._source.read_into(offset + start * part.itemsize, part.view(np.uint8).data)
            yield part

    def _by_library(self, array: StoredArray, elements: int) -> Iterator[Array]:
        if array.elements:
            yield from library_values(Window(self._source), array.path, regions(array.shape, elements))

    def _never_written(self, array: StoredArray, elements: int) -> Iterator[Array]:
        assert array.stored is not None
        value = np.frombuffer(array.fill, array.stored)[0] if array.fill else 0
        part = np.full(min(elements, array.elements), value, array.stored)
        for start in range(0, array.elements, elements):
            yield part[: min(elements, array.elements - start)]


def _as_type(stored: Array, array: StoredArray) -> Array:
    """In the type's dtype: bfloat16 widened, other byte orders turned."""
    if array.type.name == "BFLOAT16":
        return (stored.astype(np.uint32) << 16).view(np.float32)
    return stored.astype(array.type.dtype, copy=False)


def regions(shape: tuple[int, ...], elements: int) -> Iterator[Region]:
    """(start, stop) an axis, of blocks that cover an array in order, each of at most `elements` elements."""
    if prod(shape) <= elements or not shape:
        yield tuple((0, size) for size in shape)
        return
    row = prod(shape[1:])
    if row > elements:
        for index in range(shape[0]):
            for rest in regions(shape[1:], elements):
                yield ((index, index + 1), *rest)
        return
    step = max(elements // row, 1)
    whole = tuple((0, size) for size in shape[1:])
    for start in range(0, shape[0], step):
        yield ((start, min(start + step, shape[0])), *whole)
