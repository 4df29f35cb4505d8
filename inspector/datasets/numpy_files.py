"""Arrays in .npy and .npz files: looked at by their headers, read row by row; pickled objects are never loaded."""

import os
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np

from inspector.datasets.numpy_header import TEXT, NumpyHeader, read_header
from inspector.datasets.sources import MOST_BYTES, Array, ArrayInfo, Progress
from inspector.errors import DataError
from inspector.model.text import bytes_text, printable

_BLOCK = 4 << 20
_VERIFIED = 256 << 20
"""Up to this size a member is read to its end, where its checksum stands."""
_MAPPED = 64 << 20
_MOST_UNPACKED = 16 << 30
_MOST_ARRAYS = 1000
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError)


@dataclass(frozen=True, eq=False)
class NumpyArray:
    """An array at `start` of a file, or in the member `member` of a .npz."""

    path: Path
    name: str
    header: NumpyHeader
    member: str = ""
    start: int | None = 0
    """Where its header begins in the file; None where it is compressed."""

    @property
    def title(self) -> str:
        return f"{self.name} in {self.path.name}" if self.member else self.path.name

    @property
    def info(self) -> ArrayInfo:
        dtype, is_text = self.header.dtype, self.header.problem == TEXT
        name = TEXT if is_text else dtype.name if dtype else ""
        return ArrayInfo(self.name, name, self.header.shape, self.header.problem)

    @property
    def dtype(self) -> np.dtype[Any]:
        if self.header.dtype is None or self.header.problem:
            raise DataError(f"{self.title} holds {self.header.problem}; it must hold numbers.")
        return self.header.dtype

    def texts(self, progress: Progress) -> list[Any]:
        """All words of an array of text, nested as its shape is. Raises DataError where it holds something else."""
        if self.header.problem != TEXT:
            raise DataError(f"{self.title} holds {self.header.problem or 'numbers'}, no words.")
        values = self._take(np.arange(self.header.shape[0] if self.header.shape else 0), progress)
        try:
            if values.dtype.kind == "S":
                values = np.char.decode(values, "utf-8")
            found: list[Any] = values.tolist()
        except ValueError as error:
            raise DataError(f"{self.title} holds no valid text.") from error
        return found

    def whole(self) -> Array | None:
        """All of it, mapped, where that saves much memory. Small files are read: a mapped one must not shrink."""
        if self.start is None or self.header.size_bytes < _MAPPED:
            return None
        offset = self.start + self.header.offset
        if offset + self.header.size_bytes > self.path.stat().st_size:
            raise self._cut_short()
        order = "F" if self.header.fortran_order else "C"
        return np.memmap(self.path, self.dtype, "r", offset, self.header.shape, order)  # type: ignore[call-overload, no-any-return]

    def take(self, rows: Sequence[int] | Array, progress: Progress) -> Array:
        assert self.dtype is not None  # raises for what holds no numbers
        return self._take(np.asarray(rows, np.int64), progress)

    @property
    def _stored(self) -> np.dtype[Any]:
        assert self.header.dtype is not None
        return self.header.dtype

    def _take(self, wanted: Array, progress: Progress) -> Array:
        size = len(wanted) * prod(self.header.shape[1:]) * self._stored.itemsize
        if size > MOST_BYTES:
            raise DataError(
                f"{len(wanted):,} samples of {self.title} take {bytes_text(size)}; "
                f"at most {bytes_text(MOST_BYTES)} are held at once. Choose fewer samples."
            )
        if self.start is None or (self.member and self.header.size_bytes <= _VERIFIED):
            with _member(self.path, self.member, self.title) as file:
                return self._stream(file, wanted, progress)
        try:
            with self.path.open("rb") as file:
                file.seek(self.start)
                return self._gather(file, self.start + self.header.offset, wanted, progress)
        except OSError as error:
            raise DataError(f"{self.path} can't be read: {error.strerror or error}.") from error

    def _gather(self, file: IO[bytes], values_at: int, wanted: Array, progress: Progress) -> Array:
        """Reads the wanted rows only, those that follow one another at once."""
        if self.header.fortran_order:
            return np.ascontiguousarray(self._all_columns(file)[wanted])
        found = np.empty((len(wanted), *self.header.shape[1:]), self._stored)
        row_bytes = found.nbytes // len(wanted)
        view = found.reshape(-1).view(np.uint8).data
        starts = np.flatnonzero(np.diff(wanted, prepend=-2) != 1).tolist()
        for first, end in zip(starts, [*starts[1:], len(wanted)], strict=True):
            progress(first / len(wanted), f"Reading {self.title}")
            file.seek(values_at + int(wanted[first]) * row_bytes)
            part = view[first * row_bytes : end * row_bytes]
            if file.readinto(part) < len(part):  # type: ignore[attr-defined]
                raise self._cut_short()
        return found

    def _stream(self, file: IO[bytes], wanted: Array, progress: Progress) -> Array:
        """Reads through a member; only the wanted rows are kept."""
        if self.header.fortran_order:
            return np.ascontiguousarray(self._all_columns(file)[wanted])
        shape = self.header.shape
        row_bytes = prod(shape[1:]) * self._stored.itemsize
        found = np.empty((len(wanted), *shape[1:]), self._stored)
        self._read(file, self.header.offset)
        last = shape[0] if self.header.size_bytes <= _VERIFIED else int(wanted[-1]) + 1
        step = max(1, _BLOCK // max(row_bytes, 1))
        for first in range(0, last, step):
            rows = min(step, last - first)
            block = np.frombuffer(self._read(file, rows * row_bytes), self._stored).reshape(rows, *shape[1:])
            begin, end = np.searchsorted(wanted, (first, first + rows))
            found[begin:end] = block[wanted[begin:end] - first]
            progress(first / last, f"Reading {self.title}")
        if last == shape[0]:
            file.read(1)  # the checksum is looked at behind the last byte
        return found

    def _all_columns(self, file: IO[bytes]) -> Array:
        if self.header.size_bytes > MOST_BYTES:
            raise DataError(
                f"{self.title} is stored column by column and takes {bytes_text(self.header.size_bytes)}; "
                "save it with np.ascontiguousarray."
            )
        self._read(file, self.header.offset)
        return np.frombuffer(self._read(file, self.header.size_bytes), self._stored).reshape(
            self.header.shape, order="F"
        )

    def _cut_short(self) -> DataError:
        header = self.header
        return DataError(
            f"{self.title} is cut short: {list(header.shape)} needs {header.size_bytes:,} bytes of values."
        )

    def _read(self, file: IO[bytes], size: int) -> bytes:
        data = file.read(size)
        if len(data) < size:
            raise self._cut_short()
        return data


class _member:  # noqa: N801 - reads as a function
    """A member of a .npz, opened for reading; damage anywhere while it is read becomes a DataError."""

    def __init__(self, path: Path, member: str, title: str) -> None:
        self.path, self.member, self.title = path, member, title

    def __enter__(self) -> IO[bytes]:
        try:
            self.archive = zipfile.ZipFile(self.path)
            self.file = self.archive.open(self.member)
        except (*_DAMAGE, KeyError) as error:
            raise self._damaged(error) from error
        return self.file

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        self.file.close()
        self.archive.close()
        if isinstance(error, _DAMAGE):
            raise self._damaged(error) from error

    def _damaged(self, error: BaseException) -> DataError:
        return DataError(f"{self.title} can't be unpacked: {printable(str(error)) or type(error).__name__}.")


def npy_array(path: Path) -> NumpyArray:
    """The array of a .npy file. Raises DataError."""
    try:
        with path.open("rb") as file:
            header = read_header(file, path.name)
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror or error}.") from error
    if header.offset + header.size_bytes > size:
        raise DataError(f"{path.name} is cut short: {list(header.shape)} needs {header.size_bytes:,} bytes of values.")
    return NumpyArray(path, path.stem, header)


def npz_arrays(path: Path) -> list[NumpyArray]:
    """The arrays of a .npz in the file's order; only headers are unpacked. Raises DataError."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if each.filename.endswith(".npy")][:_MOST_ARRAYS]
            found = [_npz_array(path, archive, each) for each in members]
    except _DAMAGE as error:
        raise DataError(f"{path.name} is a damaged .npz: {printable(str(error)) or type(error).__name__}.") from error
    if not found:
        raise DataError(f"{path.name} holds no arrays.")
    return found


def _npz_array(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> NumpyArray:
    name = member.filename.removesuffix(".npy")
    title = f"{printable(name)} in {path.name}"
    with archive.open(member) as file:
        header = read_header(file, title)
    if header.offset + header.size_bytes > member.file_size:
        raise DataError(f"{title} is damaged: {list(header.shape)} does not fit into {member.file_size:,} bytes.")
    if header.size_bytes > _MOST_UNPACKED and member.compress_type != zipfile.ZIP_STORED:
        raise DataError(f"{title} unpacks to {bytes_text(header.size_bytes)}; save it as a .npy file.")
    return NumpyArray(path, name, header, member.filename, _stored_at(archive, member))


def _stored_at(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int | None:
    """Where an uncompressed member's bytes begin: behind its local header, whose two lengths stand at its end."""
    if member.compress_type != zipfile.ZIP_STORED or member.flag_bits & 1 or archive.fp is None:
        return None
    archive.fp.seek(member.header_offset)
    local = archive.fp.read(30)
    lengths = int.from_bytes(local[26:28], "little") + int.from_bytes(local[28:30], "little")
    return member.header_offset + 30 + lengths
