"""Writes flatbuffers of many equal tables with numpy: places are computed first, then all bytes put at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

_HEAD = 16  # root offset, file identifier, padding


@dataclass
class Ragged:
    """Rows of different lengths: row i is values[starts[i] : starts[i + 1]]."""

    values: Array
    starts: Array

    @classmethod
    def of(cls, rows: Sequence[Sequence[int]]) -> "Ragged":
        lengths = np.fromiter(map(len, rows), np.int64, len(rows))
        values = np.fromiter((value for row in rows for value in row), np.int64, int(lengths.sum()))
        return cls(values, np.concatenate([[0], np.cumsum(lengths)]))

    @classmethod
    def single(cls, values: Array) -> "Ragged":
        return cls(values, np.arange(len(values) + 1))


@dataclass
class TableRows:
    """Equal tables at `places`; `fields` gives where in each a slot's field stands, and its type."""

    places: Array
    fields: dict[int, tuple[int, str]]

    def field(self, slot: int) -> Array:
        return self.places + self.fields[slot][0]


class FlatWriter:
    """Things stand in the file in the order in which they are made. A flatbuffer's offsets point forward, so a table
    is made before what its fields point to, and a list of tables (`list_of`) before the tables."""

    def __init__(self) -> None:
        self._size = _HEAD
        self._puts: list[tuple[Array, Array]] = []  # places, and values of the type to put there

    def _room(self, sizes: Array, align: int = 4, lead: int = 0) -> Array:
        """Consecutive places of these sizes; each place + lead is a multiple of `align`."""
        whole = -(-sizes // align) * align
        start = self._size + (-self._size - lead) % align
        places = start + np.concatenate([[0], np.cumsum(whole)[:-1]])
        self._size = int(start + whole.sum())
        return places.astype(np.int64)

    def tables(self, count: int, fields: dict[int, str]) -> TableRows:
        """`count` tables with a field in each of these slots ("offset" or a numpy type)."""
        widths = {slot: 4 if kind == "offset" else np.dtype(kind).itemsize for slot, kind in fields.items()}
        at, placed = 4, {}
        for slot in sorted(fields, key=lambda slot: -widths[slot]):
            placed[slot] = (at, fields[slot])
            at += widths[slot]
        size = -(-at // 4) * 4
        slots = range(max(fields, default=-1) + 1)
        vtable = self._vtable([size] + [placed[slot][0] if slot in placed else 0 for slot in slots])
        places = self._room(np.full(count, size))
        self._puts.append((places, (places - vtable).astype("<i4")))
        return TableRows(places, placed)

    def empty(self, rows: TableRows, which: Array) -> None:
        """Gives some of the tables a vtable without any field."""
        vtable = self._vtable([4])
        self._puts.append((rows.places[which], (rows.places[which] - vtable).astype("<i4")))

    def _vtable(self, entries: list[int]) -> int:
        whole = np.array([2 * len(entries) + 2, *entries], "<u2")
        place = int(self._room(np.array([whole.nbytes]))[0])
        self._puts.append((place + 2 * np.arange(len(whole)), whole))
        return place

    def put(self, rows: TableRows, slot: int, values: Array) -> None:
        self._puts.append((rows.field(slot), values.astype("<" + rows.fields[slot][1])))

    def point(self, fields: Array, targets: Array) -> None:
        """Lets the offset fields at these places point to `targets`."""
        assert (targets > fields).all()
        self._puts.append((fields, (targets - fields).astype("<u4")))

    def list_of(self, field: Array, count: int) -> Array:
        """The vector for `count` offsets that `field` points to; gives their places, to be pointed later."""
        place = self._room(np.array([4 + 4 * count]))
        self.point(field, place)
        self._puts.append((place, np.array([count], "<u4")))
        return place + 4 + 4 * np.arange(count)

    def vectors(self, rows: Ragged, kind: str) -> Array:
        """A vector of numbers for each row."""
        dtype = np.dtype(kind)
        lengths = np.diff(rows.starts)
        wide = dtype.itemsize == 8
        places = self._room(lengths * dtype.itemsize + (8 if wide else 4), 8 if wide else 4, 4 if wide else 0)
        self._puts.append((places, lengths.astype("<u4")))
        inner = np.arange(len(rows.values)) - np.repeat(rows.starts[:-1], lengths)
        self._puts.append((np.repeat(places + 4, lengths) + inner * dtype.itemsize, rows.values.astype(dtype)))
        return places

    def texts(self, texts: Sequence[bytes]) -> Array:
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        places = self._room(4 + lengths + 1)
        self._puts.append((places, lengths.astype("<u4")))
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        inner = np.arange(int(lengths.sum())) - np.repeat(starts, lengths)
        self._puts.append((np.repeat(places + 4, lengths) + inner, np.frombuffer(b"".join(texts), np.uint8)))
        return places

    def write(self, file: IO[bytes], root: int, fields: Array, sizes: Array, data: Iterable[bytes]) -> None:
        """The structure, then `data`: for each of `fields` a vector of so many bytes, aligned to 16."""
        structure = -(-self._size // 16) * 16
        places = structure + 12 + np.concatenate([[0], np.cumsum(-(-(4 + sizes) // 16) * 16)[:-1]])
        self.point(fields, places)
        head = np.zeros(structure + 12, np.uint8)
        head[:4] = np.array([root], "<u4").view(np.uint8)
        head[4:8] = np.frombuffer(b"TFL3", np.uint8)
        for at, values in self._puts:
            width = values.dtype.itemsize
            loose = values.view(np.uint8).reshape(-1, width)
            for byte in range(width):
                head[at + byte] = loose[:, byte]
        file.write(head.data)
        for size, held in zip(sizes.tolist(), data, strict=True):
            assert len(held) == size
            file.write(size.to_bytes(4, "little") + held + bytes(-(4 + size) % 16))
