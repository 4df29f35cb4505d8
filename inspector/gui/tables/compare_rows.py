"""What the Compare tables show in a row: one tensor in all variants, and which of its cells changed."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import isinf

from inspector.analysis.comparison import ComparedTensor, Comparison
from inspector.model import Tensor


@dataclass(frozen=True, slots=True)
class Cell:
    """A tensor in one variant. `changed`: its type is another one than in the reference."""

    tensor: Tensor
    type_name: str
    bytes: int | None
    changed: bool


@dataclass(frozen=True, slots=True, eq=False)
class CompareRow:
    """`only_type`: of a table by type, what the row is listed for; "" in a table by tensor."""

    compared: ComparedTensor
    cells: tuple[Cell | None, ...]
    reference: int
    only_type: str = ""

    @property
    def original(self) -> Cell | None:
        return self.cells[self.reference]

    def shown(self, place: int) -> Cell | None:
        """The cell of a variant; None where the variant has no such tensor, or not of the row's type."""
        cell = self.cells[place]
        return cell if cell is not None and self.only_type in ("", cell.type_name) else None

    def ratio(self, place: int) -> float | None:
        """Bytes in a variant over bytes in the reference."""
        cell, original = self.cells[place], self.original
        if cell is None or original is None or cell.bytes is None or not original.bytes:
            return None
        return cell.bytes / original.bytes

    def sqnr(self, place: int) -> float | None:
        """dB, infinite where nothing was lost; None while not measured and where nothing is to measure."""
        error = self.compared.errors[place]
        return None if error is None else error.sqnr_db

    def same(self, place: int) -> bool:
        """Whether a variant has this tensor just as the reference has it, as far as is known."""
        cell, sqnr = self.cells[place], self.sqnr(place)
        return cell is not None and not cell.changed and (sqnr is None or isinf(sqnr)) and self.ratio(place) == 1

    @property
    def identity(self) -> Hashable:
        """The same in a comparison that is measured further."""
        return self.only_type, tuple(None if cell is None else (cell.tensor.subgraph, cell.tensor.index)
                                     for cell in self.cells)  # fmt: skip


def compare_rows(comparison: Comparison) -> list[CompareRow]:
    """One row a compared tensor."""
    return [_row(compared, comparison.reference) for compared in comparison.rows]


def _row(compared: ComparedTensor, reference: int) -> CompareRow:
    original = compared.tensors[reference]
    original_type = original.type.name if original is not None else ""
    cells: list[Cell | None] = []
    for tensor in compared.tensors:
        if tensor is None:
            cells.append(None)
            continue
        name = tensor.type.name
        cells.append(Cell(tensor, name, tensor.bytes, bool(original_type) and name != original_type))
    return CompareRow(compared, tuple(cells), reference)


def rows_by_type(rows: Iterable[CompareRow]) -> list[CompareRow]:
    """Each row once for every type that one of its variants has."""
    return [
        CompareRow(row.compared, row.cells, row.reference, name)
        for row in rows
        for name in dict.fromkeys(cell.type_name for cell in row.cells if cell is not None)
    ]


def rows_of(rows: Sequence[CompareRow], place: int, tensors: Iterable[Tensor]) -> list[CompareRow]:
    """The rows in which variant `place` has one of `tensors`."""
    wanted = {(tensor.subgraph, tensor.index) for tensor in tensors}
    if not wanted:
        return []
    return [row for row in rows if (cell := row.shown(place)) is not None
            and (cell.tensor.subgraph, cell.tensor.index) in wanted]  # fmt: skip
