"""The file that becomes a C array: its bytes in chunks, its SHA-256, and what is said of its inputs and outputs."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.errors import ExportError, FileChangedError, ModelFileError, NotAModelError
from inspector.formats.file_bytes import check_ordinary

if TYPE_CHECKING:  # the xxd style starts without them
    from inspector.model.model import Model
    from inspector.model.tensor import Tensor

Progress = Callable[[float | None, str], None]
REPORT_EVERY = 4 << 20  # bytes between two reports of progress
_IDENTIFIER = b"TFL3"


@dataclass(frozen=True, slots=True)
class TensorFacts:
    """One input or output: `scale` and `zero_point` where it has one of each, else `note` says what it has."""

    direction: str
    index: int
    name: str
    type: str
    shape: tuple[int, ...]
    dynamic_shape: tuple[int, ...] | None = None
    """The shape with -1 for each dynamic dimension, where it has such."""
    scale: float | None = None
    zero_point: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ModelBytes:
    """A .tflite file on disk, as it was when this was made. `typed` is its path in the user's words."""

    path: Path
    typed: str
    size: int
    changed: int
    tensors: tuple[TensorFacts, ...] = ()
    sha256: str = ""
    """In hex; "" while it is not known."""

    def check(self) -> None:
        """Raises FileChangedError if the file is no longer the same."""
        try:
            status = os.stat(self.path)
        except OSError as error:
            raise _unreadable(self.path, error) from error
        if (status.st_size, status.st_mtime_ns) != (self.size, self.changed):
            raise FileChangedError(f"{self.path.name} changed while it was read. Reload it, then export it again.")

    def chunks(self, step: int, progress: Progress | None = None, doing: str = "Reading") -> Iterator[memoryview]:
        """The bytes, `step` at a time; a chunk is only good until the next is asked for. Raises FileChangedError."""
        buffer = memoryview(bytearray(step))
        done = reported = 0
        try:
            with open(self.path, "rb", buffering=0) as file:
                while done < self.size:
                    count = _fill(file.readinto, buffer[: self.size - done])
                    if not count:
                        break
                    yield buffer[:count]
                    done += count
                    if progress is not None and done - reported >= REPORT_EVERY:
                        reported = done
                        progress(done / self.size, f"{doing} {done >> 20:,} of {self.size >> 20:,} MB")
        except OSError as error:
            raise _unreadable(self.path, error) from error
        self.check()

    def head(self, count: int) -> bytes:
        """The first `count` bytes. Raises FileChangedError."""
        self.check()
        return next((bytes(chunk) for chunk in self.chunks(count)), b"")

    def with_sha256(self, progress: Progress | None = None) -> "ModelBytes":
        """The same with its SHA-256, which is computed where it is not known yet."""
        if self.sha256:
            return self
        self.check()
        digest = hashlib.sha256()
        for chunk in self.chunks(1 << 20, progress, "SHA-256 of"):
            digest.update(chunk)
        return replace(self, sha256=digest.hexdigest())


def model_bytes(model: "Model", typed: str = "") -> ModelBytes:
    """The file of an opened model. Raises ExportError for a Keras model, FileChangedError."""
    if model.format != "tflite":
        raise ExportError(
            f"{model.path.name} is a Keras model, which no interpreter on a microcontroller loads: a C array holds a "
            ".tflite file. Convert it first."
        )
    model.storage.check()
    status = os.stat(model.path)
    facts = [_facts("input", index, tensor) for index, tensor in enumerate(model.inputs())]
    facts += [_facts("output", index, tensor) for index, tensor in enumerate(model.outputs())]
    typed = typed or model.path.name
    return ModelBytes(model.path, typed, status.st_size, status.st_mtime_ns, tuple(facts))


def unparsed_bytes(typed: str) -> ModelBytes:
    """A .tflite file of which nothing is read but its identifier. Raises ModelFileError and its children."""
    path = Path(typed)
    check_ordinary(path)
    try:
        status = os.stat(path)
        with open(path, "rb", buffering=0) as file:
            start = file.read(8)
    except OSError as error:
        raise ModelFileError(f"{typed} can't be read: {error.strerror or error}.") from error
    if start[4:8] != _IDENTIFIER:
        raise NotAModelError(
            f"{typed} is no .tflite file: the mark TFL3 at byte 4 is missing. A C array holds a .tflite file; convert "
            "other models first."
        )
    return ModelBytes(path, typed, status.st_size, status.st_mtime_ns)


def _facts(direction: str, index: int, tensor: "Tensor") -> TensorFacts:
    signature = tensor.shape_signature
    dynamic = signature if signature is not None and -1 in signature and signature != tensor.shape else None
    facts = TensorFacts(direction, index, tensor.name, tensor.type.name, tensor.shape, dynamic)
    scale, zero_point = tensor.scale, tensor.zero_point
    if isinstance(scale, list):
        return replace(facts, note=f"{len(scale):,} scales on dimension {tensor.quantized_dimension}")
    if scale is None:
        return facts
    zero_points = zero_point if isinstance(zero_point, list) else [zero_point or 0]
    return replace(facts, scale=scale, zero_point=zero_points[0])


def _fill(read_into: Callable[[memoryview], int | None], buffer: memoryview) -> int:
    """Reads until `buffer` is full or the file ends: one read gives at most 2 GB, and may give less."""
    done = 0
    while done < len(buffer) and (count := read_into(buffer[done:])):
        done += count
    return done


def _unreadable(path: Path, error: OSError) -> FileChangedError:
    return FileChangedError(f"{path.name} can't be read any more: {error.strerror or error}. Open it again.")
