"""A big tensor in blocks that fit the cache, cut so that channels and sparsity blocks stay whole."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from inspector.analysis.layout import Layout
from inspector.errors import ValuesError
from inspector.model import Model, Tensor
from inspector.model.columns import tensor_label
from inspector.model.model import Array
from inspector.printable import name_text

BLOCK = 1 << 18  # elements: small enough for the caches, large enough that two threads seldom wait for each other


@dataclass(frozen=True, slots=True)
class Cut:
    """One block of a Layout: `groups` x `rows` x `length` elements, from channel `first` of a group and element
    `offset` of a row. Of a layout by columns, `rows` is all channels, `length` 1, and `groups` counts rows in memory.
    """

    groups: int
    rows: int
    length: int
    first: int = 0
    offset: int = 0

    @property
    def elements(self) -> int:
        return self.groups * self.rows * self.length


def cuts(layout: Layout, target: int = BLOCK) -> Iterator[Cut]:
    """Blocks of about `target` elements, in order of memory: whole groups, else whole rows, else pieces of a row.

    Groups of a layout by columns come 16 at a time, rows 2, pieces in multiples of 16, so that no sparsity block is
    cut in two.
    """
    before, channels, after = layout.before, layout.channels, layout.after
    if not layout.elements:
        return
    if layout.by_columns or channels * after <= target:
        step = max(target // (channels * after), 1)
        step = max(step // 16 * 16, 16) if layout.by_columns else step
        for start in range(0, before, step):
            yield Cut(min(step, before - start), channels, after)
        return
    rows = target // after // 2 * 2
    pieces = -(-after // target)
    piece = -(-after // pieces // 16) * 16
    for _ in range(before):
        if rows:
            for first in range(0, channels, rows):
                yield Cut(1, min(rows, channels - first), after, first)
            continue
        for first in range(channels):
            for offset in range(0, after, piece):
                yield Cut(1, 1, min(piece, after - offset), first, offset)


def tensor_blocks(model: Model, tensor: Tensor, plan: Iterable[Cut]) -> Iterator[tuple[Cut, Array]]:
    """The stored elements, flat, cut as planned; a block is only good until the next is asked for.

    Raises ValuesError where there are none, FileChangedError.
    """
    chunks: Iterator[Array] | None = None
    chunk: Array = np.zeros(0, np.int8)
    place = 0
    for cut in plan:
        if chunks is None:
            chunks = model.storage.chunks(tensor, cut.elements)
        if place == len(chunk):
            chunk, place = _following(chunks, tensor), 0
        if place + cut.elements <= len(chunk):
            yield cut, chunk[place : place + cut.elements]
            place += cut.elements
            continue
        held = np.empty(cut.elements, chunk.dtype)
        filled = 0
        while filled < cut.elements:
            if place == len(chunk):
                chunk, place = _following(chunks, tensor), 0
            count = min(cut.elements - filled, len(chunk) - place)
            held[filled : filled + count] = chunk[place : place + count]
            filled, place = filled + count, place + count
        yield cut, held


def _following(chunks: Iterator[Array], tensor: Tensor) -> Array:
    for chunk in chunks:
        if len(chunk):
            return chunk
    raise ValuesError(f"{tensor_label(tensor)} {name_text(tensor.name)} has fewer values than its shape asks for.")
