"""Links and attributes that HDF5 1.8 and later keep in a fractal heap, listed by a version 2 B-tree.

A group turns to these when it has many entries, or a name that is not ASCII.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from inspector.formats.hdf5_bytes import UNDEFINED, Bytes, broken

_MANAGED, _TINY = 0, 2
_MAX_RECORDS = 500_000


def heap_objects(file: Bytes, heap: int, index: int, id_offset: int) -> Iterator[tuple[int, int]]:
    """(place, size) of every object that the B-tree at `index` lists; its records have the heap ID at `id_offset`."""
    found = FractalHeap.at(file, heap)
    for record in _records(file, index):
        yield found.locate(record + id_offset)


def _bytes_for(limit: int) -> int:
    """How many bytes numbers up to `limit` take."""
    return max(limit.bit_length() - 1, 0) // 8 + 1


@dataclass(frozen=True, slots=True, eq=False)
class FractalHeap:
    """Blocks in rows of `width`: two rows of `first` bytes a block, then twice as much each row."""

    file: Bytes
    root: int
    rows: int
    width: int
    first: int
    largest: int
    offset_size: int
    length_size: int

    @classmethod
    def at(cls, file: Bytes, place: int) -> "FractalHeap":
        file.expect(place, b"FRHP", "a fractal heap")
        if file.number(place + 7, 2):
            raise broken("a fractal heap without filters", place)
        table = place + 14 + 10 * file.length_size + 2 * file.offset_size
        sizes = table + 2
        root = sizes + 2 * file.length_size + 4
        width, first, largest = file.number(table, 2), file.length(sizes), file.length(sizes + file.length_size)
        bits = file.number(sizes + 2 * file.length_size, 2)
        if not width or not first or first & (first - 1) or width & (width - 1) or largest < first or bits > 64:
            raise broken("the sizes of a fractal heap", table)
        length_size = min(_bytes_for(largest), _bytes_for(file.number(place + 10, 4)))
        rows = file.number(root + file.offset_size, 2)
        return cls(file, file.address(root), rows, width, first, largest, (bits + 7) // 8, length_size)

    def locate(self, place: int) -> tuple[int, int]:
        """(place, size) of the object with the heap ID at `place`."""
        kind = self.file.number(place, 1) >> 4 & 3
        if kind == _TINY:
            return place + 1, (self.file.number(place, 1) & 15) + 1
        if kind != _MANAGED:
            raise broken("an object within its heap", place)
        offset = self.file.number(place + 1, self.offset_size)
        size = self.file.number(place + 1 + self.offset_size, self.length_size)
        block, start = self._block(offset)
        return block + offset - start, size

    def _block(self, offset: int) -> tuple[int, int]:
        """(place, first offset) of the block that an offset of the heap falls into."""
        if self.root == UNDEFINED:
            raise broken("a block of a fractal heap", 0)
        if not self.rows:
            self.file.expect(self.root, b"FHDB", "a block of a fractal heap")
            return self.root, 0
        node, base = self.root, 0
        for _ in range(64):  # levels; each is at least twice as small as the one above
            self.file.expect(node, b"FHIB", "an index of a fractal heap")
            row = max((offset - base) // (self.width * self.first), 0).bit_length()
            size = self.first << max(row - 1, 0)
            row_start = base + (self.width * self.first << row - 1 if row else 0)
            column = (offset - row_start) // size
            entries = node + 5 + self.file.offset_size + self.offset_size
            child = self.file.address(entries + (row * self.width + column) * self.file.offset_size)
            base = row_start + column * size
            if child == UNDEFINED:
                raise broken("a block of a fractal heap", entries)
            if size <= self.largest:
                self.file.expect(child, b"FHDB", "a block of a fractal heap")
                return child, base
            node = child
        raise broken("a fractal heap that ends", self.root)


def _records(file: Bytes, place: int) -> Iterator[int]:
    """Where each record of a version 2 B-tree is."""
    file.expect(place, b"BTHD", "a version 2 B-tree")
    node_size, record_size, depth = file.number(place + 6, 4), file.number(place + 10, 2), file.number(place + 12, 2)
    root = file.address(place + 16)
    count = file.number(place + 16 + file.offset_size, 2)
    if not record_size or depth > 32 or node_size > 1 << 24:
        raise broken("the sizes of a B-tree", place)
    if root == UNDEFINED:
        return
    pointers = _pointer_sizes(file, node_size, record_size, depth)
    seen: set[int] = set()
    total = 0
    todo = [(root, count, depth)]
    while todo:
        node, records, level = todo.pop()
        file.expect(node, b"BTIN" if level else b"BTLF", "a node of a B-tree")
        total += records
        if node in seen or total > _MAX_RECORDS:
            raise broken("a B-tree that ends", node)
        seen.add(node)
        file.take(node + 6, records * record_size)
        yield from range(node + 6, node + 6 + records * record_size, record_size)
        for child in range(records + 1 if level else 0):
            count_size, pointer_size = pointers[level]
            start = node + 6 + records * record_size + child * pointer_size
            address = file.address(start)
            if address == UNDEFINED:
                raise broken("a node of a B-tree", start)
            todo.append((address, file.number(start + file.offset_size, count_size), level - 1))


def _pointer_sizes(file: Bytes, node_size: int, record_size: int, depth: int) -> list[tuple[int, int]]:
    """For each level, the bytes of a child's count and of the whole pointer to it."""
    most = (node_size - 10) // record_size
    count_size = _bytes_for(most)
    below, below_size = most, 0
    sizes = [(count_size, 0)]
    for _ in range(depth):
        pointer = file.offset_size + count_size + below_size
        sizes.append((count_size, pointer))
        most = max((node_size - 10 - pointer) // (record_size + pointer), 0)
        below = (most + 1) * below + most
        below_size = _bytes_for(below)
    return sizes
