"""Damage that knows nothing of a format: bytes, numbers and pieces of a file in the wrong place."""

from collections.abc import Callable

import numpy as np

Random = np.random.Generator


def flip_bytes(data: bytearray, random: Random) -> None:
    for _ in range(random.integers(1, 9)):
        data[_place(data, random)] = random.integers(0, 256)


def set_number(data: bytearray, random: Random) -> None:
    """An offset, a count or an index becomes another one: near, far, or as large as can be."""
    at = _place(data, random) & ~3
    old = int.from_bytes(data[at : at + 4], "little")
    new = (0, 1, old + 4, old ^ 0x100, 2**31 - 1, 2**32 - 1, 2**32 - 4, len(data), int(random.integers(0, len(data))))
    data[at : at + 4] = (int(new[random.integers(0, len(new))]) % 2**32).to_bytes(4, "little")[: len(data) - at]


def set_many_numbers(data: bytearray, random: Random) -> None:
    for _ in range(random.integers(2, 30)):
        set_number(data, random)


def cut(data: bytearray, random: Random) -> None:
    del data[random.integers(0, len(data)) :]


def blank(data: bytearray, random: Random) -> None:
    at, length = _place(data, random), int(random.integers(1, 200))
    data[at : at + length] = bytes([random.choice([0, 0xFF])]) * len(data[at : at + length])


def move(data: bytearray, random: Random) -> None:
    """A piece of the file stands in another place too."""
    at, to, length = _place(data, random) & ~3, _place(data, random) & ~3, int(random.integers(4, 200))
    piece = data[at : at + length]
    data[to : to + len(piece)] = piece


def insert(data: bytearray, random: Random) -> None:
    at = _place(data, random)
    data[at:at] = random.bytes(int(random.integers(1, 16)))


KINDS: tuple[Callable[[bytearray, Random], None], ...] = (
    flip_bytes, set_number, set_many_numbers, cut, blank, move, insert,
)  # fmt: skip


def damage_bytes(data: bytes, random: Random, but: tuple[Callable[..., None], ...] = ()) -> tuple[str, bytes]:
    """What was done, and the damaged bytes; kinds in `but` are left out."""
    kinds = [kind for kind in KINDS if kind not in but]
    kind = kinds[int(random.integers(0, len(kinds)))]
    changed = bytearray(data)
    if len(changed) > 16:
        kind(changed, random)
    return kind.__name__, bytes(changed)


def _place(data: bytearray, random: Random) -> int:
    """Half of the damage hits the last 3 KB or the first, where the tables are; the mark at the start stays."""
    if random.random() < 0.5 or len(data) < 7000:
        return int(random.integers(8, len(data)))
    near = int(random.integers(8, 3000))
    return near if random.random() < 0.5 else len(data) - near
