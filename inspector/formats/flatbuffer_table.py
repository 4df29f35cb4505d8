"""Reads many flatbuffer tables at once: one numpy array a field, every offset checked, damaged rows marked.

A flatbuffer table at `place` starts with the distance back to its vtable; the vtable holds its own size, the table's
size, and for each slot where in the table the field stands (0: absent). Vectors and strings are a count and the items.
"""

from typing import Any

import numpy as np

from inspector.formats.ragged import Ragged, decode_texts

Array = np.ndarray[Any, np.dtype[Any]]

_SHIFT = {2: 1, 4: 2, 8: 3}


class FlatBytes:
    """The bytes of a flatbuffer, and numbers gathered from many places of it."""

    def __init__(self, data: Array) -> None:
        self.data = data
        self.size = int(data.size)
        self._left = 16 * self.size + (1 << 20)
        self._whole = {width: data[: self.size - self.size % width].view(f"<u{width}") for width in _SHIFT}

    def numbers(self, places: Array, dtype: str) -> Array:
        """One number of `dtype` at each place; the caller has checked that they lie inside."""
        kind = np.dtype(dtype)
        if kind.itemsize == 1:
            found: Array = self.data[places].view(kind)
        elif not np.bitwise_or.reduce(places, initial=0) & (kind.itemsize - 1):
            found = self._whole[kind.itemsize][places >> _SHIFT[kind.itemsize]].view(kind)
        else:  # unaligned: no writer does that, but it is readable
            loose = places[:, None] + np.arange(kind.itemsize)
            found = np.ascontiguousarray(self.data[loose]).view(kind).reshape(-1)
        return found

    def allow(self, sizes: Array) -> Array:
        """Which of these many bytes may be read. A sound file names each byte about once; one whose tables all point
        at the same long list would otherwise fill the memory."""
        total = np.cumsum(sizes)
        allowed: Array = total <= self._left
        self._left -= int(total[allowed][-1]) if allowed.any() else 0
        return allowed

    def inside(self, places: Array, sizes: Array | int) -> Array:
        return (places >= 0) & (places <= self.size - sizes)


class Tables:
    """The tables of one kind at `places` (-1: there is none). `damaged` collects (field, rows) that point nowhere."""

    def __init__(self, flat: FlatBytes, places: Array) -> None:
        self.flat = flat
        self.damaged: list[tuple[str, Array]] = []
        wanted = places >= 0
        sound = flat.inside(places, 4) & wanted
        self._places = np.where(sound, places, 0)
        vtables = self._places - flat.numbers(self._places, "<i4")
        sound &= flat.inside(vtables, 4)
        self._vtables = np.where(sound, vtables, 0)
        lengths = flat.numbers(self._vtables, "<u2").astype(np.int64)
        sound &= (lengths >= 4) & flat.inside(self._vtables, lengths)
        self._lengths = np.where(sound, lengths, 0)
        self.sound = sound
        self._empty = not sound.any()
        self._note("table", wanted & ~sound)

    def __len__(self) -> int:
        return len(self._places)

    def _note(self, field: str, rows: Array) -> None:
        if rows.any():
            self.damaged.append((field, np.flatnonzero(rows)))

    def _field(self, slot: int) -> Array:
        """Where the field of each table stands; -1 where it is absent."""
        entry = 4 + 2 * slot
        there = self._lengths >= entry + 2
        distance = self.flat.numbers(np.where(there, self._vtables + entry, 0), "<u2")
        return np.where(there & (distance != 0), self._places + distance, -1)

    def scalar(self, slot: int, dtype: str, default: int | float = 0, field: str = "field") -> Array:
        """The field's number in each table; `default` where absent or damaged."""
        kind = np.dtype(dtype)
        if self._empty:
            return np.full(len(self), default, kind)
        places = self._field(slot)
        sound = self.flat.inside(places, kind.itemsize)
        self._note(field, (places >= 0) & ~sound)
        if sound.all():
            return self.flat.numbers(places, dtype)
        values = np.full(len(places), default, kind)
        values[sound] = self.flat.numbers(places[sound], dtype)
        return values

    def target(self, slot: int, field: str = "field") -> Array:
        """Where the field (a table, vector or string) points to; -1 where absent or damaged."""
        if self._empty:
            return np.full(len(self), -1)
        places = self._field(slot)
        there = places >= 0
        sound = self.flat.inside(places, 4)
        safe = np.where(sound, places, 0)
        distance = self.flat.numbers(safe, "<u4").astype(np.int64)
        targets = safe + distance
        sound &= (distance > 0) & self.flat.inside(targets, 4)
        self._note(field, there & ~sound)
        return np.where(sound, targets, -1)

    def vector(self, slot: int, item_size: int, field: str = "field") -> tuple[Array, Array]:
        """Start and item count of the field's vector in each table; start -1 and count 0 where absent or damaged."""
        if self._empty:
            return np.full(len(self), -1), np.zeros(len(self), np.int64)
        targets = self.target(slot, field)
        there = targets >= 0
        counts = self.flat.numbers(np.where(there, targets, 0), "<u4").astype(np.int64)
        starts = targets + 4
        sound = there & self.flat.inside(starts, counts * item_size)
        self._note(field, there & ~sound)
        return np.where(sound, starts, -1), np.where(sound, counts, 0)

    def ragged(self, slot: int, dtype: str, field: str = "field", longest: int | None = None) -> Ragged:
        """The field's vector of numbers in each table. A row over `longest` is damaged; so are rows that together
        would be far bigger than the file (many tables pointing at one vector)."""
        kind = np.dtype(dtype)
        starts, counts = self.vector(slot, kind.itemsize, field)
        return self._gather(starts, counts, kind, field, longest)

    def _gather(self, starts: Array, counts: Array, kind: np.dtype[Any], field: str, longest: int | None) -> Ragged:
        excess = ~self.flat.allow(counts * kind.itemsize)
        if longest is not None:
            excess |= counts > longest
        if excess.any():
            self._note(field, excess)
            starts, counts = np.where(excess, -1, starts), np.where(excess, 0, counts)
        ends = np.zeros(len(counts) + 1, np.int64)
        np.cumsum(counts, out=ends[1:])
        steps = np.repeat(starts - ends[:-1] * kind.itemsize, counts)
        steps += np.arange(int(ends[-1]), dtype=np.int64) * kind.itemsize
        values = self.flat.numbers(steps, kind.str)
        return Ragged(values, ends, starts >= 0)

    def children(self, slot: int, field: str = "field") -> Ragged:
        """The places of the tables in the field's vector, for each table."""
        starts, counts = self.vector(slot, 4, field)
        rows = self._gather(starts, counts, np.dtype("<u4"), field, None)
        own = np.repeat(starts - rows.starts[:-1] * 4, rows.lengths)
        own += np.arange(len(rows.values), dtype=np.int64) * 4
        return Ragged(own + rows.values.astype(np.int64), rows.starts, rows.present)

    def texts(self, slot: int, field: str = "field") -> list[str]:
        """The field's string in each table; "" where absent, bytes that are no UTF-8 replaced."""
        starts, counts = self.vector(slot, 1, field)
        excess = ~self.flat.allow(counts)
        if excess.any():
            self._note(field, excess)
            starts, counts = np.where(excess, -1, starts), np.where(excess, 0, counts)
        return decode_texts(self.flat.data, starts, counts)


__all__ = ["FlatBytes", "Ragged", "Tables"]
