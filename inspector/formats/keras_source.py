"""The bytes of a Keras file's HDF5 part: the file itself, a stored member of a zip, or an unpacked copy of one."""

import io
import os
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

from inspector.errors import DamagedFileError
from inspector.formats.file_bytes import FileBytes


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """`size` bytes from `start` of the file, or of `copy` where the zip member had to be unpacked."""

    file: FileBytes
    start: int
    size: int
    copy: BinaryIO | None = None
    _lock: Any = field(default_factory=Lock)  # a copy has one place to read at for all threads

    @property
    def path(self) -> Path:
        return self.file.path

    def check(self) -> None:
        """Raises FileChangedError if the file changed or vanished since it was opened."""
        self.file.check()

    def read_into(self, offset: int, target: memoryview) -> None:
        """Fills `target` (bytes) from `offset` on. Raises DamagedFileError beyond the end, FileChangedError."""
        if offset < 0 or offset + target.nbytes > self.size:
            raise DamagedFileError(f"The file ends at byte {self.size:,}, the values at {offset + target.nbytes:,}.")
        if self.copy is None:
            self.file.read_into(self.start + offset, target)
            return
        with self._lock:
            self.copy.seek(offset)
            done = 0
            while done < target.nbytes and (count := self.copy.readinto(target[done:])):  # type: ignore[attr-defined]
                done += count
        if done < target.nbytes:
            raise DamagedFileError(f"The unpacked weights end {target.nbytes - done:,} bytes too early.")


class Window(io.RawIOBase):
    """A source as the file object that h5py wants."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source, self._place = source, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._place = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._source.size}[whence]
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer).cast("B")[: max(self._source.size - self._place, 0)]
        if view.nbytes:
            self._source.read_into(self._place, view)
            self._place += view.nbytes
        return view.nbytes
