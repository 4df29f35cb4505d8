"""What was measured of one model so far; a result is computed once and remembered."""

import threading
import zlib
from collections.abc import Iterable

from inspector.analysis.progress import Progress
from inspector.analysis.statistics import TensorStatistics, tensor_statistics
from inspector.errors import ValuesError
from inspector.model import Model, Tensor
from inspector.model.columns import tensor_label

Key = tuple[int, int]

GZIP_LEVEL = 6
_SLICE = 1 << 20


class Measurements:
    """Thread-safe: the window asks from several threads. Keys are (subgraph, tensor index)."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.zero_fractions: dict[Key, float | None] = {}
        self._statistics: dict[Key, TensorStatistics] = {}
        self._gzip_bytes: dict[Key, int] = {}
        self._lock = threading.Lock()

    def known_statistics(self, tensor: Tensor) -> TensorStatistics | None:
        return self._statistics.get(_key(tensor))

    def statistics(self, tensor: Tensor, progress: Progress | None = None) -> TensorStatistics:
        """Raises ValuesError where the tensor has no numbers, FileChangedError, and what `progress` raises."""
        found = self.known_statistics(tensor)
        if found is None:
            found = tensor_statistics(self.model, tensor, progress)
            with self._lock:
                self._statistics[_key(tensor)] = found
                self.zero_fractions[_key(tensor)] = found.zero_fraction
        return found

    def compute_zero_fractions(
        self, tensors: Iterable[Tensor] | None = None, progress: Progress | None = None
    ) -> dict[Key, float | None]:
        """Fills `zero_fractions` for the constants given (all, by default); None where a tensor has no numbers."""
        for tensor in self.model.tensors() if tensors is None else tensors:
            if not tensor.has_data or _key(tensor) in self.zero_fractions:
                continue
            try:
                self.statistics(tensor, progress)
            except ValuesError:
                self.zero_fractions[_key(tensor)] = None
        return self.zero_fractions

    def known_gzip_bytes(self, tensor: Tensor) -> int | None:
        return self._gzip_bytes.get(_key(tensor))

    def gzip_bytes(self, tensor: Tensor, progress: Progress | None = None) -> int:
        """The size of the tensor's stored bytes as one gzip file. Raises ValuesError, FileChangedError."""
        found = self.known_gzip_bytes(tensor)
        if found is None:
            found = compressed_size(self.model.storage.raw(tensor), progress, f"Compressing {tensor_label(tensor)}")
            with self._lock:
                self._gzip_bytes[_key(tensor)] = found
        return found


def compressed_size(data: bytes, progress: Progress | None, message: str) -> int:
    """Bytes of `data` as a gzip file (level 6, no name in the header)."""
    packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, 31)
    size, view = 0, memoryview(data)
    for start in range(0, len(view), _SLICE):
        if progress is not None:
            progress(start / len(view), message)
        size += len(packer.compress(view[start : start + _SLICE]))
    return size + len(packer.flush())


def _key(tensor: Tensor) -> Key:
    return tensor.owner.index, tensor.index


__all__ = ["Measurements", "compressed_size"]
