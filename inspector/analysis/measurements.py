"""What was measured of one model so far; a result is computed once and remembered."""

import threading
import zlib
from collections.abc import Iterable
from itertools import repeat
from typing import TYPE_CHECKING, Any

from inspector.analysis.progress import Progress
from inspector.analysis.zero_fractions import zero_fractions
from inspector.model import Model, Tensor
from inspector.model.columns import tensor_label

if TYPE_CHECKING:  # what a list of tensors needs is loaded at the start, the rest when it is asked for
    from inspector.analysis.statistics import TensorStatistics

Key = tuple[int, int]

GZIP_LEVEL = 6


class Measurements:
    """Thread-safe: the window asks from several threads. Keys are (subgraph, tensor index)."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.zero_fractions: dict[Key, float | None] = {}
        self._statistics: dict[Key, TensorStatistics] = {}
        self._gzip_bytes: dict[Key, int] = {}
        self._lock = threading.Lock()

    def known_statistics(self, tensor: Tensor) -> "TensorStatistics | None":
        return self._statistics.get(_key(tensor))

    def statistics(self, tensor: Tensor, progress: Progress | None = None) -> "TensorStatistics":
        """Raises ValuesError where the tensor has no numbers, FileChangedError, and what `progress` raises."""
        found = self.known_statistics(tensor)
        if found is None:
            from inspector.analysis.statistics import tensor_statistics

            found = tensor_statistics(self.model, tensor, progress)
            with self._lock:
                self._statistics[_key(tensor)] = found
                self.zero_fractions[_key(tensor)] = found.zero_fraction
        return found

    def compute_zero_fractions(
        self, tensors: Iterable[Tensor] | None = None, progress: Progress | None = None
    ) -> dict[Key, float | None]:
        """Fills `zero_fractions` for the constants given (all, by default); None where a tensor has no numbers."""
        wanted: dict[int, list[int]] = {}
        if tensors is None:
            for subgraph in self.model.subgraphs:
                kinds = subgraph.tensor_columns.kinds
                wanted[subgraph.index] = [index for index, kind in enumerate(kinds) if kind == "constant"]
        else:
            for tensor in tensors:
                if tensor.has_data:
                    wanted.setdefault(tensor.subgraph, []).append(tensor.index)
        known = self.zero_fractions
        for number, indices in wanted.items():
            missing = [index for index in indices if (number, index) not in known] if known else indices

            def take(found: list[int], shares: list[float | None], number: int = number) -> None:
                known.update(zip(zip(repeat(number), found, strict=False), shares, strict=True))

            zero_fractions(self.model, self.model.subgraphs[number], missing, take, progress)
        return known

    def known_gzip_bytes(self, tensor: Tensor) -> int | None:
        return self._gzip_bytes.get(_key(tensor))

    def gzip_bytes(self, tensor: Tensor, progress: Progress | None = None) -> int:
        """The size of the tensor's stored bytes as one gzip file. Raises ValuesError, FileChangedError."""
        found = self.known_gzip_bytes(tensor)
        if found is None:
            from inspector.analysis.buffers import stored_pieces

            message = f"Compressing {tensor_label(tensor)}"
            found = compressed_size(stored_pieces(self.model, tensor), tensor.bytes or 0, progress, message)
            with self._lock:
                self._gzip_bytes[_key(tensor)] = found
        return found


def compressed_size(pieces: Iterable[Any], total: int, progress: Progress | None, message: str) -> int:
    """Bytes of the pieces together as one gzip file (level 6, no name in its header)."""
    packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, 31)
    size = done = 0
    for piece in pieces:
        if progress is not None:
            progress(min(done / max(total, 1), 1.0), message)
        size += len(packer.compress(piece))
        done += len(piece)
    return size + len(packer.flush())


def _key(tensor: Tensor) -> Key:
    return tensor.owner.index, tensor.index


__all__ = ["Measurements", "compressed_size"]
