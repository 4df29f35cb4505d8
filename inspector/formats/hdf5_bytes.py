"""Numbers from the bytes of an HDF5 file, each read checked against the file's end.

HDF5 is read here by its published format (HDF5 File Format Specification 3.0) and not by its C library, which ends the
process with a segmentation fault on damaged files.
"""

from dataclasses import dataclass, field

from inspector.errors import DamagedFileError

UNDEFINED = -1


def broken(what: str, place: int) -> DamagedFileError:
    return DamagedFileError(f"The file is damaged: at byte {place:,} there should be {what}, and there is not.")


@dataclass(frozen=True, slots=True, eq=False)
class Bytes:
    """The file's bytes; `base` is added to every address, which takes `offset_size` bytes, a length `length_size`."""

    view: memoryview
    base: int = 0
    offset_size: int = 8
    length_size: int = 8
    heaps: dict[int, dict[int, tuple[int, int]]] = field(default_factory=dict)
    """Heaps of texts that were looked into: number -> (place, size) of each text."""

    def take(self, place: int, size: int) -> memoryview:
        """`size` bytes at `place`. Raises DamagedFileError beyond the end of the file."""
        if place < 0 or size < 0 or place + size > len(self.view):
            raise DamagedFileError(
                f"The file is cut short or damaged: bytes {place:,} to {place + size:,} are needed, "
                f"and it has {len(self.view):,}."
            )
        return self.view[place : place + size]

    def number(self, place: int, size: int) -> int:
        return int.from_bytes(self.take(place, size), "little")

    def length(self, place: int) -> int:
        return self.number(place, self.length_size)

    def address(self, place: int) -> int:
        """A place in the file, or UNDEFINED."""
        value = self.number(place, self.offset_size)
        return UNDEFINED if value == (1 << 8 * self.offset_size) - 1 else value + self.base

    def text(self, place: int, limit: int = 1 << 16) -> bytes:
        """The bytes up to the next 0, of at most `limit`."""
        size = 64
        while True:
            part = bytes(self.view[place : place + min(size, limit)])
            if (found := part.find(0)) >= 0:
                return part[:found]
            if len(part) < size:
                raise broken("a name that ends", place)
            size *= 8

    def expect(self, place: int, mark: bytes, what: str) -> None:
        if self.take(place, len(mark)) != mark:
            raise broken(what, place)


def align(size: int, to: int = 8) -> int:
    return -(-size // to) * to
