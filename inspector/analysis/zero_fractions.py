"""Zero fractions of many tensors: small ones gathered and counted together, large ones in blocks."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from inspector.analysis.blocks import Cut, cuts, tensor_blocks
from inspector.analysis.layout import layout_of
from inspector.analysis.progress import Progress
from inspector.analysis.real_values import RealValues
from inspector.analysis.walk import Walk
from inspector.errors import ValuesError
from inspector.model import ChosenTensors, Model, Subgraph, Tensor, TensorType
from inspector.model.columns import tensor_label
from inspector.model.model import Array

_SMALL = 1 << 16  # bytes; larger tensors are read on their own
_BATCH = 4 << 20  # bytes gathered at a time
_BLOCK = 1 << 18

Take = Callable[[list[int], list[float | None]], None]


def zero_fractions(
    model: Model, subgraph: Subgraph, chosen: Sequence[int], take: Take, progress: Progress | None
) -> None:
    """Hands `take` the zero fractions of the constants `chosen`, some tensors at a time; None where a tensor has no
    numbers or can't be read. Raises FileChangedError and what `progress` raises.
    """
    alone: list[int] = []
    for type_, group in _by_type(subgraph, chosen).items():
        small = _Small.of(subgraph, type_, group, alone)
        for part in small.batches():
            if progress is not None:
                progress(None, "Counting zeros")
            found = small.indices[part].tolist()
            try:
                take(found, small.count(model, part))
            except ValuesError:  # one of them can't be read; which one, each tells on its own
                alone.extend(found)
    for number, index in enumerate(alone):
        tensor = Tensor(subgraph, index)

        def report(share: float, tensor: Tensor = tensor, number: int = number) -> None:
            if progress is not None:
                progress((number + share) / len(alone), f"Counting zeros of {tensor_label(tensor)}")

        report(0.0)
        take([index], [_one_by_one(model, tensor, report)])


def _by_type(subgraph: Subgraph, chosen: Sequence[int]) -> dict[TensorType, list[int]]:
    types = list(map(subgraph.tensor_columns.types.__getitem__, chosen))
    known = {id(type_): type_ for type_ in types}  # one object a code; hashing 70,000 of them would take longer
    which, indices = np.fromiter(map(id, types), np.int64, len(types)), np.array(chosen, np.int64)
    return {type_: indices[which == key].tolist() for key, type_ in known.items()}


@dataclass(frozen=True, slots=True, eq=False)
class _Small:
    """Tensors of one type whose elements stand in the file as they are: dense, one zero point each."""

    subgraph: Subgraph
    dtype: "np.dtype[np.generic]"
    indices: Array
    elements: Array
    zero_points: Array

    @classmethod
    def of(cls, subgraph: Subgraph, type_: TensorType, group: list[int], alone: list[int]) -> "_Small":
        """Puts the others of the group into `alone`."""
        columns = subgraph.tensor_columns
        indices = np.array(group, np.int64)
        shapes, sizes = columns.shapes, columns.stored_bytes
        plain = type_.dtype is not None and type_.bits == 8 * type_.dtype.itemsize and type_.dtype.kind != "c"
        dtype = type_.dtype if plain and type_.dtype is not None else np.dtype(np.uint8)
        products = {shape: _product(shape) for shape in {shapes[index] for index in group}}
        elements = np.array([products[shapes[index]] for index in group], np.int64)
        stored = np.array([sizes[index] or 0 for index in group], np.int64)
        zero_points, single = _zero_points(subgraph, indices, type_.is_integer)
        good = (elements > 0) & (elements * dtype.itemsize == stored) & (stored <= _SMALL) & single & plain
        if columns.sparsity:
            good &= ~np.isin(indices, list(columns.sparsity))
        alone.extend(indices[~good].tolist())
        return cls(subgraph, dtype, indices[good], elements[good], zero_points[good])

    def batches(self) -> Iterator[slice]:
        ends = np.cumsum(self.elements) * self.dtype.itemsize
        start = 0
        while start < len(ends):
            end = int(np.searchsorted(ends, (ends[start - 1] if start else 0) + _BATCH, side="right"))
            end = max(end, start + 1)
            yield slice(start, end)
            start = end

    def count(self, model: Model, part: slice) -> list[float | None]:
        tensors = ChosenTensors(self.subgraph, self.indices[part].tolist())
        elements, zero_points = self.elements[part], self.zero_points[part]
        values = np.frombuffer(model.storage.gather(tensors), self.dtype)
        zero = values == np.repeat(zero_points, elements) if zero_points.any() else values == 0
        starts = np.concatenate([[0], np.cumsum(elements)[:-1]])
        counts = np.add.reduceat(zero.view(np.uint8), starts, dtype=np.int64)
        shares: list[float | None] = (counts / elements).tolist()
        return shares


def _product(shape: tuple[int, ...]) -> int:
    """Elements; -1 for shapes that are impossible or larger than anything that is small."""
    product = 1
    for size in shape:
        if size < 0 or product > _SMALL:
            return -1 if size else 0
        product *= size
    return product


def _zero_points(subgraph: Subgraph, indices: Array, is_integer: bool) -> tuple[Array, Array]:
    """The zero point of each tensor, and whether one number says it: none, one, or all channels' are 0."""
    table = subgraph.tensor_columns.quantization
    if not is_integer:
        return np.zeros(len(indices), np.int64), np.ones(len(indices), bool)
    starts, ends = table.zero_point_starts[indices], table.zero_point_starts[indices + 1]
    nonzero = np.concatenate([[0], np.cumsum(table.zero_point != 0)])
    scaled = table.scale_starts[indices + 1] > table.scale_starts[indices]
    shifted = (nonzero[ends] > nonzero[starts]) & scaled
    first = np.zeros(len(indices), np.int64)
    first[shifted] = table.zero_point[starts[shifted]]
    return first, ~shifted | (ends - starts == 1)


def _one_by_one(model: Model, tensor: Tensor, report: Callable[[float], None]) -> float | None:
    """In blocks, on two threads where that pays."""
    try:
        layout = layout_of(tensor)
        values = RealValues(tensor, layout)
        if not layout.elements:
            return None
        total = np.zeros(1, np.int64)

        def add(_cut: Cut, zeros: int) -> None:
            total[0] += zeros

        walk: Walk[int] = Walk(lambda: _ZeroCounter(values), add, report)
        walk.run(tensor_blocks(model, tensor, cuts(layout, _BLOCK)), layout.elements)
    except ValuesError:
        return None
    return float(total[0]) / layout.elements


class _ZeroCounter:
    def __init__(self, values: RealValues) -> None:
        self._values = values
        self._flags = np.empty(0, bool)

    def __call__(self, cut: Cut, stored: Array) -> int:
        if len(self._flags) < len(stored):
            self._flags = np.empty(len(stored), bool)
        return len(stored) - int(np.count_nonzero(self._values.nonzero(stored, cut, self._flags)))
