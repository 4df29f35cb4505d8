"""The bytes of a Keras file's HDF5 part: the file itself, a stored member of a zip, or an unpacked copy of one."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

from inspector.errors import DamagedFileError, FileChangedError, ModelFileError, NotAModelError


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells one state of a file from another."""

    size: int
    modified_ns: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> "Stamp":
        """Raises ModelFileError when there is no such file, a folder, or no permission."""
        try:
            status = os.stat(path)
        except FileNotFoundError:
            raise ModelFileError(f"{path} does not exist.") from None
        except OSError as error:
            raise ModelFileError(f"{path.name} can't be read: {error.strerror or error}.") from None
        if path.is_dir():
            raise NotAModelError(f"{path.name} is a folder; choose a model file.")
        return cls(status.st_size, status.st_mtime_ns, status.st_ino)


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """`size` bytes from `start` of the file at `path`, or of `copy` where the zip member had to be unpacked."""

    path: Path
    stamp: Stamp
    start: int
    size: int
    copy: BinaryIO | None = None
    _lock: Any = field(default_factory=Lock)

    def check(self) -> None:
        """Raises FileChangedError if the file changed or vanished since it was opened."""
        try:
            now = Stamp.of(self.path)
        except ModelFileError:
            raise FileChangedError(f"{self.path.name} is no longer there; it was moved or deleted.") from None
        if now != self.stamp:
            raise FileChangedError(f"{self.path.name} changed on disk after it was opened; load it again.")

    @contextmanager
    def reading(self) -> Iterator["Window"]:
        """A seekable file over exactly these bytes."""
        self.check()
        if self.copy is not None:
            yield Window(self.copy, 0, self.size, self._lock)
            return
        try:
            file = open(self.path, "rb", buffering=0)  # noqa: SIM115 - closed below, behind the error message
        except OSError as error:
            raise FileChangedError(f"{self.path.name} can't be read any more: {error.strerror or error}.") from None
        with file:
            yield Window(file, self.start, self.size, Lock())


class Window(io.RawIOBase):
    """Part of a file as a file of its own, as h5py wants it."""

    def __init__(self, file: Any, start: int, size: int, lock: Any) -> None:
        super().__init__()
        self._file, self._start, self._size, self._place = file, start, size, 0
        self._lock = lock  # an unpacked copy has one file for all readers

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._place = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer).cast("B")[: max(self._size - self._place, 0)]
        if not len(view):
            return 0
        with self._lock:
            self._file.seek(self._start + self._place)
            count: int = self._file.readinto(view) or 0
        self._place += count
        return count

    def read_at(self, offset: int, buffer: Any) -> None:
        """Fills `buffer` from `offset`. Raises DamagedFileError when the file ends before."""
        self.seek(offset)
        view = memoryview(buffer).cast("B")
        done = 0
        while done < len(view):
            count = self.readinto(view[done:])
            if not count:
                raise DamagedFileError(
                    f"The file ends {len(view) - done:,} bytes before the values do; it is cut short."
                )
            done += count
