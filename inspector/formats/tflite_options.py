"""The builtin options of one operator by name, read when asked for: enumerations as words, lists as lists."""

import struct
from functools import cache
from typing import Any, NamedTuple

from inspector.formats.tflite_option_schema import ENUMS, OPTIONS, OPTIONS_2
from inspector.model import tensor_type

_LONGEST = 4096
"""Items of a list that are shown; the longest sensible one (bucket boundaries) is far shorter."""


class Field(NamedTuple):
    """`letter` is the struct letter, "S" for a string; `words` what the numbers of an enumeration mean."""

    name: str
    slot: int
    letter: str
    vector: bool
    default: int
    words: tuple[str, ...] | None


@cache
def fields_of(union: int, code: int) -> tuple[Field, ...] | None:
    """The fields of an options table: `union` 1 for BuiltinOptions, 2 for BuiltinOptions2; None if unknown."""
    table = OPTIONS if union == 1 else OPTIONS_2
    if not 1 <= code <= len(table):
        return None
    return tuple(_field(index, text) for index, text in enumerate(table[code - 1][1].split()))


def _field(index: int, text: str) -> Field:
    name, kind = text.split(":")
    kind, _, slot = kind.partition("@")
    kind, _, default = kind.partition("=")
    vector, kind = kind.startswith("*"), kind.removeprefix("*")
    words: tuple[str, ...] | None = None
    if kind == "TensorType":
        kind, words = "b", ()
    elif kind in ENUMS:
        kind, listed = ENUMS[kind]
        words = tuple(listed.split())
    return Field(name, int(slot or index), kind, vector, int(default or 0), words)


def read_options(data: memoryview, place: int, fields: tuple[Field, ...]) -> dict[str, Any]:
    """Every field of the options table at `place`; one that points outside the file is left out."""
    found: dict[str, Any] = {}
    try:
        vtable = place - struct.unpack_from("<i", data, place)[0]
        if vtable < 0:
            return found
        (length,) = struct.unpack_from("<H", data, vtable)
    except struct.error:
        return found
    for field in fields:
        entry = 4 + 2 * field.slot
        try:
            distance = struct.unpack_from("<H", data, vtable + entry)[0] if entry + 2 <= length else 0
            found[field.name] = _value(data, place + distance if distance else 0, field)
        except (struct.error, UnicodeDecodeError):
            continue
    return found


def _value(data: memoryview, place: int, field: Field) -> Any:
    """The field at `place` (0: it is absent)."""
    if field.letter == "S" or field.vector:
        return _listed(data, place, field)
    number = struct.unpack_from("<" + field.letter, data, place)[0] if place else field.default
    if field.letter == "?":
        return bool(number)
    return number if field.words is None else _word(number, field.words)


def _listed(data: memoryview, place: int, field: Field) -> Any:
    """A string, a list, or for a list of bytes how many there are."""
    text = field.letter == "S"
    if not place:
        return "" if text else "0 bytes" if field.letter == "B" else []
    start = place + struct.unpack_from("<I", data, place)[0] + 4
    (count,) = struct.unpack_from("<I", data, start - 4)
    if field.letter == "B":
        return f"{count:,} bytes"
    if text:
        if start + count > len(data):
            raise struct.error
        return str(data[start : start + min(count, _LONGEST)], "utf-8", "replace")
    numbers = struct.unpack_from(f"<{min(count, _LONGEST)}{field.letter}", data, start)
    return [number if field.words is None else _word(number, field.words) for number in numbers]


def _word(number: int, words: tuple[str, ...]) -> str:
    """An enumeration's word; the empty tuple stands for the types of tensors."""
    if not words:
        return tensor_type(number).name
    return words[number] if 0 <= number < len(words) else f"value {number}"
