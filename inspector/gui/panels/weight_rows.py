"""The rows of the statistics table: every constant with what is measured of it so far, weights first."""

from collections.abc import Sequence
from typing import overload

import numpy as np

from inspector.analysis.measurements import Measurements
from inspector.analysis.statistics_columns import STATISTICS_COLUMNS, WeightRow, weights_total
from inspector.gui.tables.filtering import ChoiceFacet, TextFacet
from inspector.gui.tables.grouping import Grouping, IntArray, Summary
from inspector.gui.tables.row_source import RowSource, Tone
from inspector.model import Model, Tensor
from inspector.model.columns import tensor_label
from inspector.model.text import bytes_text, percent_text, plural, shape_text

MEASURED_KEYS = tuple(
    column.key for column in STATISTICS_COLUMNS if column.key not in ("index", "name", "shape", "type", "elements")
)
"""The columns whose values come while the window is open."""


class WeightRows(Sequence[WeightRow]):
    """A row for every constant tensor, made when it is looked at from what is measured by then."""

    def __init__(self, tensors: Sequence[Tensor], measurements: Measurements | None) -> None:
        self.tensors = tensors
        self._measurements = measurements

    def __len__(self) -> int:
        return len(self.tensors)

    @overload
    def __getitem__(self, index: int) -> WeightRow: ...
    @overload
    def __getitem__(self, index: slice) -> list[WeightRow]: ...
    def __getitem__(self, index: int | slice) -> WeightRow | list[WeightRow]:
        if isinstance(index, slice):
            return [self._row(tensor) for tensor in self.tensors[index]]
        return self._row(self.tensors[index])

    def _row(self, tensor: Tensor) -> WeightRow:
        known = self._measurements
        if known is None:
            return WeightRow(tensor)
        return WeightRow(tensor, known.known_statistics(tensor), known.known_gzip_bytes(tensor))


def constants(model: Model) -> list[Tensor]:
    """The tensors of the table: all with data but an optimizer's."""
    return [tensor for tensor in model.tensors() if tensor.has_data]


def identity(row: WeightRow) -> tuple[int, int]:
    return key_of(row.tensor)


def key_of(tensor: Tensor) -> tuple[int, int]:
    """What makes a tensor the same one after its model was read again."""
    return tensor.subgraph, tensor.index


def weight_source(rows: WeightRows) -> RowSource[WeightRow]:
    """The table over `rows`."""
    tensors = rows.tensors
    return RowSource(
        records=rows,
        columns=STATISTICS_COLUMNS,
        bulk={
            "index": lambda: [tensor.index for tensor in tensors],
            "name": lambda: [tensor.name for tensor in tensors],
            "type": lambda: [tensor.type.name for tensor in tensors],
            "elements": lambda: [tensor.elements for tensor in tensors],
        },
        facets=(
            TextFacet(lambda: [f"{tensor_label(tensor)} {tensor.name}" for tensor in tensors]),
            ChoiceFacet(lambda: [tensor.type.name for tensor in tensors]),
            ChoiceFacet(lambda: [tensor.shape for tensor in tensors], shape_text),
            ChoiceFacet(lambda: [tensor.role for tensor in tensors]),
        ),
        identity=identity,
        tone=lambda row: Tone.NORMAL if row.is_weight else Tone.FAINT,
    )


def weight_grouping(rows: WeightRows) -> Grouping:
    """Weights, their total, then everything else."""
    codes = np.array([tensor.role != "weights" for tensor in rows.tensors], np.int64)
    return Grouping(codes, ("weights", "others"), lambda code, chosen: _total(rows, chosen) if not code else None, True)


def _total(rows: WeightRows, chosen: IntArray) -> Summary:
    total = weights_total(rows[index] for index in chosen.tolist())
    cells = {"name": plural(total.tensors, "weight tensor"), "elements": f"{total.elements:,}"}
    shares: dict[str, float | None] = {}
    for key, share in (("zero_fraction", total.zero_fraction), ("stored_sparsity", total.stored_sparsity)):
        if share is not None:
            cells[key], shares[key] = percent_text(share), share
    if total.dead_channels is not None:
        cells["dead_channels"] = f"{total.dead_channels:,}"
    if total.gzip_bytes is not None:
        cells["gzip_bytes"] = bytes_text(total.gzip_bytes)
    return Summary(cells=cells, shares=shares)
