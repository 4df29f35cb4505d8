"""The bytes of a Keras file's HDF5 part: the file itself, a stored member of a zip, or an unpacked copy of one."""

import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspector.errors import DamagedFileError
from inspector.formats.file_bytes import FileBytes


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """`size` bytes from `start` of the file; or `copy`, a mapped file of our own, where the zip member was packed."""

    file: FileBytes
    start: int
    size: int
    copy: Any = None

    @property
    def path(self) -> Path:
        return self.file.path

    def check(self) -> None:
        """Raises FileChangedError if the file changed or vanished since it was opened."""
        self.file.check()

    @property
    def view(self) -> memoryview:
        """The bytes in place: for the structure, right after `check`."""
        if self.copy is not None:
            return memoryview(self.copy)[: self.size]
        return memoryview(self.file.array.data)[self.start : self.start + self.size]

    def read_into(self, offset: int, target: memoryview) -> None:
        """Fills `target` (bytes) from `offset` on. Raises DamagedFileError beyond the end, FileChangedError."""
        if offset < 0 or offset + target.nbytes > self.size:
            raise DamagedFileError(f"The file ends at byte {self.size:,}, the values at {offset + target.nbytes:,}.")
        if self.copy is not None:
            target[:] = self.view[offset : offset + target.nbytes]
        else:
            self.file.read_into(self.start + offset, target)

    def read(self, offset: int, size: int) -> bytes:
        """`size` bytes at `offset`. Raises DamagedFileError beyond the end, FileChangedError."""
        if offset < 0 or size < 0 or offset + size > self.size:
            raise DamagedFileError(f"The file ends at byte {self.size:,}, the values at {offset + size:,}.")
        target = bytearray(size)
        self.read_into(offset, memoryview(target))
        return bytes(target)


class Window(io.RawIOBase):
    """A source as a file object, as zipfile and h5py want it."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source, self._place = source, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        place = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._source.size}[whence]
        if place < 0:
            raise OSError(f"byte {place} is before the start of the file")
        self._place = place
        return place

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer).cast("B")[: max(self._source.size - self._place, 0)]
        if view.nbytes:
            self._source.read_into(self._place, view)
            self._place += view.nbytes
        return view.nbytes
