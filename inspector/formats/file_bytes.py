"""The bytes of a model file: small files held in memory, big ones mapped, and a watch on whether they changed."""

import mmap
import os
import stat
import sys
import threading
import weakref
from pathlib import Path
from typing import Any

import numpy as np

from inspector.errors import FileChangedError, ModelFileError, NotAModelError

Array = np.ndarray[Any, np.dtype[Any]]

IN_MEMORY_BYTES = 8 << 20
"""Files up to this size are copied: nothing that another program does to the file can hurt what was read."""

_HAS_PREAD = hasattr(os, "pread")


class FileBytes:
    """A model file as `array`, read-only bytes (uint8).

    A file over IN_MEMORY_BYTES is mapped. Touching mapped pages of a file that was cut meanwhile would end the
    process, so `array` is for the structure, right after `check`; long reads go through `read` and `read_into`.
    """

    def __init__(self, path: Path) -> None:
        """Raises NotAModelError for folders, devices and empty files, ModelFileError for what can't be opened."""
        self.path = path.absolute()  # the program may change its folder later
        handle = _open(path)
        closer = weakref.finalize(self, os.close, handle)
        self._handle = handle
        self._lock = threading.Lock()
        opened = os.fstat(handle)
        self.size = opened.st_size
        self._identity = _identity(opened)
        self.in_memory = self.size <= IN_MEMORY_BYTES
        if self.in_memory:
            held = np.empty(self.size, np.uint8)
            self._fill(0, held.data)
            self.array: Array = held
            closer()
        else:
            try:
                self._map = mmap.mmap(handle, self.size, access=mmap.ACCESS_READ)
            except (OSError, ValueError) as error:
                raise ModelFileError(f"{path.name} can't be mapped into memory: {error}.") from error
            self.array = np.frombuffer(self._map, np.uint8)
        self.array.flags.writeable = False

    def check(self) -> None:
        """Raises FileChangedError if the file at the path is no longer the one that was opened."""
        try:
            now = os.stat(self.path)
        except OSError as error:
            raise FileChangedError(
                f"{self.path.name} is no longer in {self.path.parent}; it was moved or deleted after it was opened."
            ) from error
        if _identity(now) != self._identity:
            raise FileChangedError(
                f"{self.path.name} changed on disk after it was opened. Reload it to see it as it is."
            )

    def read(self, offset: int, size: int) -> bytes:
        """`size` bytes at `offset`, which must lie in the file. Raises FileChangedError."""
        if self.in_memory:
            return self.array[offset : offset + size].tobytes()
        target = bytearray(size)
        self.read_into(offset, memoryview(target))
        return bytes(target)

    def read_into(self, offset: int, target: memoryview) -> None:
        """Fills `target` (bytes) from `offset` on, without touching the mapping. Raises FileChangedError."""
        if self.in_memory:
            target[:] = self.array.data[offset : offset + target.nbytes]
            return
        self.check()
        self._fill(offset, target)

    def _fill(self, offset: int, target: memoryview) -> None:
        done = 0
        while done < target.nbytes:
            try:
                count = self._read_some(offset + done, target[done:])
            except OSError as error:
                raise ModelFileError(f"{self.path.name} can't be read: {error.strerror or error}.") from error
            if count == 0:
                raise FileChangedError(
                    f"{self.path.name} became shorter while it was read. Reload it to see it as it is."
                )
            done += count

    def _read_some(self, offset: int, target: memoryview) -> int:
        if sys.platform != "win32" and _HAS_PREAD:
            return os.preadv(self._handle, [target], offset) if hasattr(os, "preadv") else self._copy(offset, target)
        with self._lock:  # no positioned reads here: one thread at a time
            os.lseek(self._handle, offset, os.SEEK_SET)
            part = os.read(self._handle, min(target.nbytes, 1 << 24))
        target[: len(part)] = part
        return len(part)

    def _copy(self, offset: int, target: memoryview) -> int:
        part = os.pread(self._handle, min(target.nbytes, 1 << 24), offset)
        target[: len(part)] = part
        return len(part)


def _identity(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def check_ordinary(path: Path) -> None:
    """Raises ModelFileError or NotAModelError unless `path` is a regular file that is not empty."""
    try:
        status = os.stat(path)
    except FileNotFoundError as error:
        raise ModelFileError(f"There is no file {path}.") from error
    except PermissionError as error:
        raise ModelFileError(f"{path} can't be opened: you have no permission to read its folder.") from error
    except (OSError, ValueError) as error:
        raise ModelFileError(f"{path} can't be opened: {getattr(error, 'strerror', None) or error}.") from error
    if stat.S_ISDIR(status.st_mode):
        raise NotAModelError(f"{path} is a folder. Open the .tflite, .h5 or .keras file itself.")
    if not stat.S_ISREG(status.st_mode):
        raise NotAModelError(f"{path} is not an ordinary file.")
    if status.st_size == 0:
        raise NotAModelError(f"{path.name} is empty (0 bytes).")


def _open(path: Path) -> int:
    check_ordinary(path)
    try:
        return os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
    except PermissionError as error:
        raise ModelFileError(f"{path} can't be opened: you have no permission to read it.") from error
    except OSError as error:
        raise ModelFileError(f"{path} can't be opened: {error.strerror or error}.") from error
