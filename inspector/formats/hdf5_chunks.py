"""Values of HDF5 datasets in chunks, unpacked piece by piece and never whole."""

import zlib
from collections import OrderedDict
from collections.abc import Callable
from itertools import product
from math import prod
from typing import Any

import numpy as np

from inspector.errors import DamagedFileError
from inspector.formats.hdf5_bytes import Bytes
from inspector.formats.hdf5_datasets import DEFLATE, FLETCHER32, SHUFFLE, Dataset
from inspector.formats.hdf5_groups import tree_entries

Array = np.ndarray[Any, np.dtype[Any]]
_CACHE_BYTES = 16 << 20


class ChunkReader:
    """Reads regions of one dataset; the chunks unpacked last are kept, as neighbouring regions share them."""

    def __init__(self, file: Bytes, dataset: Dataset, read: Callable[[int, int], bytes]) -> None:
        """`read(place, size)` gives the bytes of a chunk. Raises DamagedFileError where their index is broken."""
        assert dataset.chunks is not None and dataset.type.stored is not None
        self._read, self._dataset, self._chunks, self._dtype = read, dataset, dataset.chunks, dataset.type.stored
        rank = len(dataset.shape)
        self._index: dict[tuple[int, ...], tuple[int, int, int]] = {}
        for key, child in tree_entries(file, dataset.chunks.tree, 1, 8 + 8 * (rank + 1)):
            corner = tuple(file.number(key + 8 + 8 * axis, 8) for axis in range(rank))
            self._index[corner] = (child, file.number(key, 4), file.number(key + 4, 4))
        self._kept: OrderedDict[tuple[int, ...], Array] = OrderedDict()

    def region(self, starts: tuple[int, ...], stops: tuple[int, ...]) -> Array:
        """The values from `starts` to `stops` (one number an axis). Raises DamagedFileError."""
        result = np.empty(tuple(stop - start for start, stop in zip(starts, stops, strict=True)), self._dtype)
        result[...] = np.frombuffer(self._dataset.fill, self._dtype)[0]
        steps = [
            range(start // size * size, stop, size)
            for start, stop, size in zip(starts, stops, self._chunks.shape, strict=True)
        ]
        for corner in product(*steps):
            values = self._chunk(corner)
            if values is None:
                continue
            target, source = [], []
            for start, stop, place, size in zip(starts, stops, corner, self._chunks.shape, strict=True):
                low, high = max(start, place), min(stop, place + size)
                target.append(slice(low - start, high - start))
                source.append(slice(low - place, high - place))
            result[tuple(target)] = values[tuple(source)]
        return result

    def _chunk(self, corner: tuple[int, ...]) -> Array | None:
        if corner in self._kept:
            self._kept.move_to_end(corner)
            return self._kept[corner]
        if corner not in self._index:
            return None
        address, size, mask = self._index[corner]
        expected = prod(self._chunks.shape) * self._dtype.itemsize
        data = unpack(self._read(address, size), self._chunks.filters, mask, expected, self._dtype.itemsize)
        values = np.frombuffer(data, self._dtype).reshape(self._chunks.shape)
        self._kept[corner] = values
        while len(self._kept) > 1 and len(self._kept) * expected > _CACHE_BYTES:
            self._kept.popitem(last=False)
        return values


def unpack(data: bytes, filters: tuple[int, ...], mask: int, expected: int, itemsize: int) -> bytes:
    """A chunk's bytes with its filters undone, `expected` many. Raises DamagedFileError."""
    for number, applied in reversed(list(enumerate(filters))):
        if mask >> number & 1:
            continue
        if applied == DEFLATE:
            try:
                data = zlib.decompressobj().decompress(data, expected + 4)
            except zlib.error as error:
                raise DamagedFileError(f"A chunk of values can't be unpacked ({error}); the file is damaged.") from None
        elif applied == SHUFFLE and itemsize > 1:
            whole = len(data) // itemsize
            turned = np.frombuffer(data, np.uint8, whole * itemsize).reshape(itemsize, whole).T.tobytes()
            data = turned + data[whole * itemsize :]
        elif applied == FLETCHER32:
            data = data[:-4]
    if len(data) < expected:
        raise DamagedFileError(f"A chunk of values has {len(data):,} bytes, and {expected:,} are needed.")
    return data[:expected]
