"""Bytes as lines of C source, `  0x1c, 0x00, ...,`, some hundred million bytes a second."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

BLOCK = 48 * 1024
"""About how many bytes are turned into text at a time: their text stays in the processor's cache."""


def block_size(columns: int) -> int:
    """How long the chunks for `byte_lines` have to be: whole lines, about BLOCK bytes."""
    return max(BLOCK // columns, 1) * columns


def line_count(size: int, columns: int) -> int:
    return -(-size // columns)


def text_size(size: int, columns: int) -> int:
    """How many characters the lines of `size` bytes have: `0xNN, ` each, two spaces a line, no comma at the end."""
    return 6 * size + 2 * line_count(size, columns) - 1 if size else 0


def byte_lines(chunks: Iterable[memoryview], size: int, columns: int) -> Iterator[memoryview | bytes]:
    """The text of `size` bytes, `columns` on a line and no comma behind the last, as `xxd -i` writes them.

    All chunks but the last are `block_size(columns)` long. A piece is only good until the next is asked for.

    The text of a line is always the same but for its digits: they are put into a text that stands ready,
    two of them (one uint16 from a table of 256) for each byte.
    """
    rows = block_size(columns) // columns
    text, digits, chosen = _ready_text(rows, columns)
    done = 0
    for chunk in chunks:
        done += len(chunk)
        last_line = len(chunk) - (len(chunk) - 1) // columns * columns if done == size else 0
        count = (len(chunk) - last_line) // columns
        if count:
            block = np.frombuffer(chunk, np.uint8, count * columns).reshape(count, columns)
            np.take(_digits(), block, out=chosen[:count], mode="clip")  # "clip": no copy to keep `out` from harm
            digits[:count] = chosen[:count]
            yield text[:count].data.cast("B")
        if last_line:
            yield last_line_text(chunk[-last_line:])


def last_line_text(values: Iterable[int]) -> bytes:
    return ("  " + ", ".join(f"0x{value:02x}" for value in values) + "\n").encode("ascii")


@cache
def _digits() -> Array:
    """The two hex digits of each byte as one uint16."""
    return np.frombuffer("".join(f"{value:02x}" for value in range(256)).encode("ascii"), np.uint16)


def _ready_text(rows: int, columns: int) -> tuple[Array, Array, Array]:
    """`rows` lines of text, the places of their digits in it, and room for the digits of a block."""
    line = ("  " + ", ".join(["0x00"] * columns) + ",\n").encode("ascii")
    text = np.frombuffer(bytearray(line * rows), np.uint8).reshape(rows, len(line))
    return text, text.view(np.uint16)[:, 2::3], np.empty((rows, columns), np.uint16)
