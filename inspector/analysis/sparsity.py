"""Zeros in the shapes that kernels care for: blocks 1x4, 1x16, 2x2, and 2:4 groups.

A weight tensor is the matrix output channels x rest. A block 1x4 is four neighbours along the rest of one channel,
2x2 two neighbouring channels by two neighbours; a block that sticks out at the end counts with what it holds. Where
the channels' dimension lies between others (CONV_3D_TRANSPOSE), blocks keep to the dimensions behind it. 2:4
asks for two zeros or more in each group of 4 along the input dimension, and is only defined where that is a multiple
of 4.
"""

from dataclasses import dataclass, field

import numpy as np

from inspector.analysis.blocks import Cut
from inspector.analysis.layout import Layout
from inspector.model.model import Array

_ONES = np.uint32(0x01010101)


@dataclass(frozen=True, slots=True)
class ZeroBlocks:
    """All-zero blocks of one cut, and its 2:4 groups that comply.

    `pairs` packs, for a single row or a piece of one, which pairs hold a value; empty if all do; else None.
    """

    quads: int = 0
    sixteens: int = 0
    squares: int = 0
    compliant: int = 0
    pairs: bytes | None = None


def zero_blocks(nonzero: Array, cut: Cut, layout: Layout, zeros: int) -> ZeroBlocks:
    """Counts the blocks of one cut; `nonzero` is flat and bool, `zeros` how many are False."""
    single = cut.rows == 1 and not layout.by_columns
    if not zeros:
        return ZeroBlocks(pairs=b"" if single else None)
    if layout.by_columns:
        return _of_columns(nonzero.reshape(cut.groups, cut.rows), layout)
    length, rows = cut.length, cut.groups * cut.rows
    if length % 16:
        padded = np.zeros((rows, -(-length // 16) * 16), bool)
        padded[:, :length] = nonzero.reshape(rows, length)
    else:
        padded = nonzero.reshape(rows, length)
    fours = padded.view(np.uint32)[:, : -(-length // 4)]
    longs = padded.view(np.uint64)
    twos = padded.view(np.uint16)[:, : -(-length // 2)]
    compliant = 0
    if layout.inputs and layout.inputs % 4 == 0:
        compliant = int(np.count_nonzero((fours * _ONES) >> 24 <= 2))
    return ZeroBlocks(
        fours.size - int(np.count_nonzero(fours)),
        int(np.count_nonzero((longs[:, 0::2] | longs[:, 1::2]) == 0)),
        0 if single else _squares(twos.reshape(cut.groups, cut.rows, -1)),
        compliant,
        np.packbits(twos[0] != 0).tobytes() if single else None,
    )


def _squares(pairs: Array) -> int:
    """All-zero 2x2 blocks of (groups, rows, pairs); an odd last row is a block of its own."""
    rows = pairs.shape[1]
    even = rows // 2 * 2
    found = int(np.count_nonzero((pairs[:, 0:even:2] | pairs[:, 1:even:2]) == 0))
    return found + (int(np.count_nonzero(pairs[:, -1] == 0)) if rows % 2 else 0)


def _of_columns(nonzero: Array, layout: Layout) -> ZeroBlocks:
    """Channels are columns: blocks run down the rows."""
    rows, channels = nonzero.shape
    if rows % 16:
        padded = np.zeros((-(-rows // 16) * 16, channels), bool)
        padded[:rows] = nonzero
        nonzero = padded
    two = nonzero[0::2] | nonzero[1::2]
    four = two[0::2] | two[1::2]
    eight = four[0::2] | four[1::2]
    sixteen = eight[0::2] | eight[1::2]
    compliant = 0
    if layout.inputs and layout.inputs % 4 == 0:
        small = nonzero.view(np.uint8)
        held = small[0::4] + small[1::4]
        held += small[2::4]
        held += small[3::4]
        compliant = int(np.count_nonzero(held[: rows // 4] <= 2))
    beside = two[: -(-rows // 2)]
    even = channels // 2 * 2
    squares = int(np.count_nonzero(~(beside[:, 0:even:2] | beside[:, 1:even:2])))
    squares += int(np.count_nonzero(~beside[:, -1])) if channels % 2 else 0
    return ZeroBlocks(
        int(np.count_nonzero(~four[: -(-rows // 4)])),
        int(np.count_nonzero(~sixteen[: -(-rows // 16)])),
        squares,
        compliant,
    )


@dataclass(slots=True)
class SparsityCount:
    """Adds up ZeroBlocks in order of the cuts."""

    layout: Layout
    quads: int = 0
    sixteens: int = 0
    squares: int = 0
    compliant: int = 0
    _waiting: dict[int, bytes] = field(default_factory=dict)

    def add(self, cut: Cut, found: ZeroBlocks) -> None:
        self.quads += found.quads
        self.sixteens += found.sixteens
        self.squares += found.squares
        self.compliant += found.compliant
        if found.pairs is not None:
            self.squares += self._squares_of_pieces(cut, found.pairs)

    def _squares_of_pieces(self, cut: Cut, pairs: bytes) -> int:
        """Of rows that come one by one: the first channel of two waits for the second; an odd last one is alone."""
        alone = cut.first % 2 == 0 and cut.first == self.layout.channels - 1
        if cut.first % 2 == 0 and not alone:
            self._waiting[cut.offset] = pairs
            return 0
        other = pairs if alone else self._waiting.pop(cut.offset)
        if not pairs or not other:
            return 0
        held = np.frombuffer(pairs, np.uint8) | np.frombuffer(other, np.uint8)
        count = -(-cut.length // 2)
        return count - int(np.count_nonzero(np.unpackbits(held, count=count)))

    def shares(self) -> tuple[float | None, float | None, float | None, float | None]:
        """Block sparsity 1x4, 1x16, 2x2, and 2:4 compliance; None where the tensor is no weight matrix."""
        layout = self.layout
        if not layout.is_matrix or not layout.elements:
            return None, None, None, None
        lines, length = layout.before * layout.channels, layout.after
        squares = layout.before * -(-layout.channels // 2) * -(-layout.after // 2)
        if layout.by_columns:
            lines, length = layout.channels, layout.before
            squares = -(-layout.channels // 2) * -(-layout.before // 2)
        complies = None
        if layout.inputs and layout.inputs % 4 == 0:
            complies = self.compliant / (layout.elements // 4)
        return (
            self.quads / (lines * -(-length // 4)),
            self.sixteens / (lines * -(-length // 16)),
            self.squares / squares,
            complies,
        )
