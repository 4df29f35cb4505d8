"""The files that are packed behind a model as a zip archive (labels and the like): listed, and the head of texts read.

Nothing is written to disk and nothing is unpacked beyond a limit.
"""

import io
import struct
import zlib
from typing import Any

from inspector.formats.file_bytes import FileBytes
from inspector.formats.tflite_findings import Findings
from inspector.formats.tflite_metadata import plain_text
from inspector.model import AssociatedFile, Level
from inspector.printable import name_text

_END_MARK = b"PK\x05\x06"
_END_BYTES = 22 + (1 << 16)  # the archive's last record with the longest comment
_MOST_FILES = 1000
_MOST_LISTED_BYTES = 4 << 20  # of the archive's directory
_HEAD_BYTES = 64 << 10
_MOST_TEXT_BYTES = 8 << 20  # of all heads together


def read_appended_zip(file: FileBytes, findings: Findings) -> tuple[AssociatedFile, ...]:
    """The files in the archive at the end of `file`; none where there is no archive."""
    tail_size = min(file.size, _END_BYTES)
    tail = file.read(file.size - tail_size, tail_size)
    mark = tail.rfind(_END_MARK)
    if mark < 0 or mark + 22 > len(tail):
        return ()
    if mark + 22 + int.from_bytes(tail[mark + 20 : mark + 22], "little") != len(tail):
        return ()  # these four bytes are something else
    if int.from_bytes(tail[mark + 12 : mark + 16], "little") > _MOST_LISTED_BYTES:
        findings.add("appended_zip", "The zip archive behind the model lists too many files to be read")
        return ()
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(io.BufferedReader(_Reading(file))) as archive:
            return _files(archive, findings)
    except (BadZipFile, OSError, ValueError, NotImplementedError, EOFError, OverflowError, struct.error) as error:
        findings.add(
            "appended_zip", f"The zip archive behind the model can't be read: {name_text(str(error))}".rstrip(".")
        )
        return ()


def _files(archive: Any, findings: Findings) -> tuple[AssociatedFile, ...]:
    listed = archive.infolist()
    if len(listed) > _MOST_FILES:
        findings.add("appended_zip", f"{len(listed):,} files are packed behind the model; {_MOST_FILES:,} are listed",
                     level=Level.NOTE)  # fmt: skip
    found, left = [], _MOST_TEXT_BYTES
    for member in listed[:_MOST_FILES]:
        head = _head(archive, member, findings) if left > 0 else b""
        left -= len(head)
        found.append(AssociatedFile(member.filename, member.file_size, plain_text(head)))
    return tuple(found)


def _head(archive: Any, member: Any, findings: Findings) -> bytes:
    """The first bytes of a member, unpacked; b"" for a folder and for rare ways of packing."""
    from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile

    if member.filename.endswith("/") or member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return b""
    try:
        with archive.open(member) as opened:
            head: bytes = opened.read(_HEAD_BYTES)
        return head
    except (BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError) as error:
        fact = f"{name_text(member.filename)} behind the model can't be unpacked: {name_text(str(error))}"
        findings.add("appended_zip", fact.rstrip("."))
        return b""


class _Reading(io.RawIOBase):
    """FileBytes as a file that zipfile can seek and read in."""

    def __init__(self, file: FileBytes) -> None:
        self._file, self._place = file, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._file.size}[whence]
        if base + offset < 0:
            raise OSError("a place before the file's start")
        self._place = base + offset
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, target: Any) -> int:
        view = memoryview(target).cast("B")
        count = max(min(len(view), self._file.size - self._place), 0)
        if count:
            self._file.read_into(self._place, view[:count])
        self._place += count
        return count
