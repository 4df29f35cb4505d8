"""Reads an exported C array back: parses the text and compares every byte with the model's file."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import numpy as np

from inspector.errors import ExportError
from inspector.export.model_bytes import REPORT_EVERY, ModelBytes, Progress

Array = np.ndarray[Any, np.dtype[Any]]

_HEAD = 1 << 20  # the array begins within so many bytes
_BLOCK = 1 << 20
_VALUE = 5  # characters of `0x1c,`
_COMMENT_OR_TEXT = rb'//[^\n]*|/\*.*?\*/|"[^"\n]*"'
_ARRAY = re.compile(rb"unsigned char (\w+)\[\] = $")
_PARTS = re.compile(_COMMENT_OR_TEXT + rb"|\{", re.DOTALL)
_NO_DIGIT = 0xFF


def check_array(paths: Sequence[Path], source: ModelBytes, progress: Progress | None = None) -> None:
    """Raises ExportError for the first difference between the files of an export and the model, FileChangedError.

    `paths` begins with the file that has the bytes; a header behind it must declare the same names.
    """
    source.check()
    try:
        with open(paths[0], "rb") as text, open(source.path, "rb", buffering=0) as model:
            name = _find_array(text, paths[0].name)
            done = reported = 0
            for values in _values(text, paths[0].name):
                _compare(values, model.read(len(values)), done, paths[0].name)
                done += len(values)
                if progress is not None and done - reported >= REPORT_EVERY:
                    reported = done
                    progress(done / source.size, f"Comparing {done >> 20:,} of {source.size >> 20:,} MB")
            if done != source.size:
                _differs(paths[0].name, f"it has {done:,} bytes, the model {source.size:,}")
            _check_length(text.read(), name, source.size, paths[0].name)
        for header in paths[1:]:
            _check_declarations(header, name)
    except OSError as error:
        raise ExportError(f"The files can't be read back: {error.strerror or error}.") from error
    source.check()


def _find_array(text: BinaryIO, file_name: str) -> bytes:
    """Leaves `text` behind the array's opening brace and returns the array's name."""
    head = text.read(_HEAD)
    for part in _PARTS.finditer(head):
        if part[0] == b"{":
            code = re.sub(_COMMENT_OR_TEXT, b"", head[: part.start()], flags=re.DOTALL)
            if found := _ARRAY.search(code):
                text.seek(part.end())
                return found[1]
            break
    _differs(file_name, "no array begins in it")


def _values(text: BinaryIO, file_name: str) -> Iterator[Array]:
    """The array's bytes up to its closing brace, where `text` is left."""
    rest = b""
    while True:
        block = text.read(_BLOCK)
        end = block.find(b"}")
        if end >= 0:
            text.seek(end - len(block), 1)
            block = block[:end]
        rest += block.translate(None, b" \n")
        if end >= 0 and rest:
            rest += b","
        whole = len(rest) // _VALUE * _VALUE
        if whole:
            yield _parse(rest[:whole], file_name)
        rest = rest[whole:]
        if end >= 0 or not block:
            if rest or end < 0:
                _differs(file_name, "its array has no end")
            return


def _parse(text: bytes, file_name: str) -> Array:
    """The values of `0x1c,0x00,`."""
    cells = np.frombuffer(text, np.uint8).reshape(-1, _VALUE)
    high, low = _DIGITS[cells[:, 2]], _DIGITS[cells[:, 3]]
    signs = (cells[:, 0] == ord("0")).all() and (cells[:, 1] == ord("x")).all() and (cells[:, 4] == ord(",")).all()
    if not signs or (high == _NO_DIGIT).any() or (low == _NO_DIGIT).any():
        _differs(file_name, "its array holds something else than bytes in hex")
    return high << 4 | low


def _compare(values: Array, wanted: bytes, start: int, file_name: str) -> None:
    model = np.frombuffer(wanted, np.uint8)
    if len(model) < len(values):
        _differs(file_name, f"it has more bytes than the model's {start + len(model):,}")
    if np.array_equal(values, model):
        return
    place = int(np.flatnonzero(values != model)[0])
    found, right = int(values[place]), int(model[place])
    _differs(file_name, f"byte {start + place:,} is 0x{found:02x}, in the model 0x{right:02x}")


def _check_length(tail: bytes, name: bytes, size: int, file_name: str) -> None:
    found = re.search(rb"\b" + name + rb"_len = (\d+);", tail)
    if found is None or int(found[1]) != size:
        _differs(file_name, f"its length is {found[1].decode() if found else 'missing'} instead of {size}")


def _check_declarations(header: Path, name: bytes) -> None:
    text = header.read_bytes()
    if not re.search(rb"\bextern [a-z ]*char " + name + rb"\[\];", text) or name + b"_len;" not in text:
        _differs(header.name, f"it does not declare {name.decode()} and its length")


def _differs(file_name: str, why: str) -> NoReturn:
    raise ExportError(f"{file_name} does not hold the model: {why}. Export it again.")


_DIGITS: Array = np.full(256, _NO_DIGIT, np.uint8)
_DIGITS[np.frombuffer(b"0123456789abcdef", np.uint8)] = np.arange(16, dtype=np.uint8)
