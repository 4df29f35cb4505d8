"""Bytes as text: the same as xxd -i writes, at every size where a line or a block ends."""

import subprocess
from pathlib import Path

import pytest

from inspector.export.byte_lines import BLOCK, block_size, byte_lines, last_line_text, line_count, text_size
from inspector.export.c_array import c_array_chunks
from inspector.export.c_options import CArrayOptions
from inspector.export.model_bytes import ModelBytes
from tests.export.c_programs import model_file, needs_xxd

SIZES = [0, 1, 2, 11, 12, 13, 23, 24, 25, 144, 4095, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 13, 200_001]


def text_of(data: bytes, columns: int) -> str:
    step = block_size(columns)
    chunks = (memoryview(data)[start : start + step] for start in range(0, len(data), step))
    return b"".join(bytes(piece) for piece in byte_lines(chunks, len(data), columns)).decode("ascii")


def plain_text(data: bytes, columns: int) -> str:
    lines = [data[start : start + columns] for start in range(0, len(data), columns)]
    return ",\n".join("  " + ", ".join(f"0x{value:02x}" for value in line) for line in lines) + ("\n" if lines else "")


@pytest.mark.parametrize("columns", [1, 2, 7, 12, 16, 255, 256])
@pytest.mark.parametrize("size", SIZES)
def test_text_is_that_of_a_plain_loop(size: int, columns: int) -> None:
    data = bytes(value * 7 % 256 for value in range(size))
    text = text_of(data, columns)
    assert text == plain_text(data, columns)
    assert len(text) == text_size(size, columns)
    assert text.count("\n") == line_count(size, columns)


def test_every_byte_has_its_digits() -> None:
    assert text_of(bytes(range(256)), 16) == plain_text(bytes(range(256)), 16)
    assert last_line_text(b"\x00\xff") == b"  0x00, 0xff\n"


@needs_xxd
@pytest.mark.parametrize("size", SIZES)
def test_the_same_text_as_xxd(tmp_path: Path, size: int) -> None:
    path = model_file(tmp_path, size, "wake-word v2.tflite")
    wanted = subprocess.run(["xxd", "-i", path.name], cwd=tmp_path, capture_output=True, check=True).stdout
    status = path.stat()
    source = ModelBytes(path, path.name, status.st_size, status.st_mtime_ns)
    (pieces,) = c_array_chunks(source, CArrayOptions(style="xxd")).values()
    assert b"".join(bytes(piece) for piece in pieces) == wanted


@needs_xxd
@pytest.mark.parametrize("columns", [1, 8, 13, 256])
def test_the_same_columns_as_xxd(tmp_path: Path, columns: int) -> None:
    path = model_file(tmp_path, 5000)
    command = ["xxd", "-i", "-c", str(columns), path.name]
    wanted = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout
    status = path.stat()
    source = ModelBytes(path, path.name, status.st_size, status.st_mtime_ns)
    (pieces,) = c_array_chunks(source, CArrayOptions(style="xxd", columns=columns)).values()
    assert b"".join(bytes(piece) for piece in pieces) == wanted
