"""The rows of the statistics table: every constant with what is measured of it so far, weights first."""

from collections.abc import Callable, Sequence
from functools import cached_property
from math import prod
from typing import overload

import numpy as np

from inspector.analysis.measurements import Measurements
from inspector.analysis.statistics_columns import STATISTICS_COLUMNS, WeightRow, weights_total
from inspector.gui.tables.filtering import ChoiceFacet, TextFacet
from inspector.gui.tables.grouping import Grouping, IntArray, Summary
from inspector.gui.tables.row_source import RowSource, Tone
from inspector.model import Model, Tensor
from inspector.model.text import bytes_text, percent_text, plural, shape_text
from inspector.plots.histogram_plot import HistogramPlot

Key = tuple[int, int]
"""(subgraph, tensor index): what makes a tensor the same one after its model was read again."""


class WeightRows(Sequence[WeightRow]):
    """A row for every constant tensor but an optimizer's, made when it is looked at from what is measured by then."""

    def __init__(self, model: Model | None, measurements: Measurements | None) -> None:
        self._subgraphs = model.subgraphs if model is not None else ()
        self._measurements = measurements
        self.keys: list[Key] = [
            (subgraph.index, index)
            for subgraph in self._subgraphs
            for index, kind in enumerate(subgraph.tensor_columns.kinds)
            if kind == "constant"
        ]

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, index: int) -> WeightRow: ...
    @overload
    def __getitem__(self, index: slice) -> list[WeightRow]: ...
    def __getitem__(self, index: int | slice) -> WeightRow | list[WeightRow]:
        if isinstance(index, slice):
            return [self[place] for place in range(len(self))[index]]
        tensor, known = self.tensor(index), self._measurements
        if known is None:
            return WeightRow(tensor)
        return WeightRow(tensor, known.known_statistics(tensor), known.known_gzip_bytes(tensor))

    def tensor(self, place: int) -> Tensor:
        subgraph, index = self.keys[place]
        return self._subgraphs[subgraph].tensors[index]

    def find(self, key: Key) -> int:
        """The place of a tensor; -1 if it has no row."""
        return self._places.get(key, -1)

    @cached_property
    def _places(self) -> dict[Key, int]:
        return {key: place for place, key in enumerate(self.keys)}

    @cached_property
    def names(self) -> list[str]:
        return [self._subgraphs[subgraph].tensor_columns.names[index] for subgraph, index in self.keys]

    @cached_property
    def types(self) -> list[str]:
        return [self._subgraphs[subgraph].tensor_columns.types[index].name for subgraph, index in self.keys]

    @cached_property
    def shapes(self) -> list[tuple[int, ...]]:
        return [self._subgraphs[subgraph].tensor_columns.shapes[index] for subgraph, index in self.keys]

    @cached_property
    def roles(self) -> list[str]:
        return [self._subgraphs[subgraph].roles[index] for subgraph, index in self.keys]

    @cached_property
    def elements(self) -> list[int]:
        return [prod(shape) for shape in self.shapes]

    def small_first(self) -> list[Tensor]:
        """All tensors in the order they are measured: most rows have their numbers at once."""
        return [self.tensor(place) for place in sorted(range(len(self)), key=self.elements.__getitem__)]

    def weights(self, places: IntArray) -> list[int]:
        """Those of `places` that are weights, in the file's order."""
        roles = self.roles
        return [place for place in sorted(places.tolist()) if roles[place] == "weights"]

    def is_measured(self, place: int) -> bool:
        known = self._measurements
        return known is not None and known.known_statistics(self.tensor(place)) is not None

    def is_compressed(self, place: int) -> bool:
        known = self._measurements
        return known is not None and known.known_gzip_bytes(self.tensor(place)) is not None


class LazyPlots(Sequence[HistogramPlot]):
    """The plots of some rows, each made when it is drawn."""

    def __init__(self, places: Sequence[int], make: Callable[[int], HistogramPlot]) -> None:
        self.places, self._make = places, make

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, index: int) -> HistogramPlot: ...
    @overload
    def __getitem__(self, index: slice) -> list[HistogramPlot]: ...
    def __getitem__(self, index: int | slice) -> HistogramPlot | list[HistogramPlot]:
        if isinstance(index, slice):
            return [self._make(place) for place in self.places[index]]
        return self._make(self.places[index])


def key_of(tensor: Tensor) -> Key:
    return tensor.subgraph, tensor.index


def weight_source(rows: WeightRows) -> RowSource[WeightRow]:
    """The table over `rows`."""
    return RowSource(
        records=rows,
        columns=STATISTICS_COLUMNS,
        bulk={
            "index": lambda: rows.keys,
            "name": lambda: rows.names,
            "type": lambda: rows.types,
            "shape": lambda: rows.shapes,
            "elements": lambda: rows.elements,
        },
        facets=(
            TextFacet(lambda: [label_of(*key) for key in rows.keys]),
            TextFacet(lambda: rows.names),
            ChoiceFacet(lambda: rows.types),
            ChoiceFacet(lambda: rows.shapes, shape_text),
            ChoiceFacet(lambda: rows.roles),
        ),
        identity=lambda row: key_of(row.tensor),
        finder=rows.find,
        tone=lambda row: Tone.NORMAL if row.is_weight else Tone.FAINT,
    )


def label_of(subgraph: int, index: int) -> str:
    """As model.columns.tensor_label."""
    return f"T#{index}" if subgraph == 0 else f"T#{subgraph}_{index}"


def weight_grouping(rows: WeightRows) -> Grouping:
    """Weights, their total, then everything else."""
    codes = np.fromiter((role != "weights" for role in rows.roles), np.int64, len(rows))
    total = _Total(rows)
    return Grouping(codes, ("weights", "others"), lambda code, chosen: total(chosen) if not code else None, below=True)


class _Total:
    """The total row. It is remembered for all weights together, as sorting and clearing a filter ask for it again."""

    def __init__(self, rows: WeightRows) -> None:
        self._rows = rows
        self._all: tuple[int, bool, Summary] | None = None

    def __call__(self, chosen: IntArray) -> Summary:
        rows = self._rows
        places = sorted(chosen.tolist(), key=rows.elements.__getitem__, reverse=True)  # the last to be measured first
        if not all(map(rows.is_measured, places)):
            return _counts(rows, places)
        compressed = all(map(rows.is_compressed, places))
        if self._all is None or self._all[:2] != (len(places), compressed):
            made = _summary(rows, places)
            if len(places) < rows.roles.count("weights"):
                return made
            self._all = len(places), compressed, made
        return self._all[2]


def _counts(rows: WeightRows, places: Sequence[int]) -> Summary:
    """What is known before anything is measured; a buffer that several tensors share counts once."""
    elements = {rows.tensor(place).buffer or -place: rows.elements[place] for place in places}
    return Summary(cells={"name": plural(len(elements), "weight tensor"), "elements": f"{sum(elements.values()):,}"})


def _summary(rows: WeightRows, places: Sequence[int]) -> Summary:
    total = weights_total(rows[place] for place in places)
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
