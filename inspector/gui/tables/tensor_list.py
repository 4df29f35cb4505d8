"""The tensors of all subgraphs as one sequence, and whole columns of them at once for sorting and filtering."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, overload

import numpy as np

from inspector.gui.tables.grouping import IntArray
from inspector.model import Model, Subgraph, Tensor, TensorColumns

_STORED = frozenset({"constant", "optimizer"})


class TensorList(Sequence[Tensor]):
    """Rows are made when asked for. An optimizer's state only when wanted."""

    def __init__(self, model: Model, optimizer: bool = False) -> None:
        self.model = model
        self.subgraphs: Sequence[Subgraph] = model.subgraphs
        counts = [len(subgraph.tensor_columns) for subgraph in self.subgraphs]
        self._starts = np.cumsum([0, *counts])
        hidden = np.zeros(int(self._starts[-1]), np.bool_)
        if model.is_keras:  # no other format has an optimizer
            kinds = chain.from_iterable(subgraph.tensor_columns.kinds for subgraph in self.subgraphs)
            hidden = np.fromiter((kind == "optimizer" for kind in kinds), np.bool_, len(hidden))
        self.optimizer_count = int(hidden.sum())
        every = np.arange(int(self._starts[-1]))
        self._positions: IntArray | None = every[~hidden] if self.optimizer_count and not optimizer else None
        self._count = len(every) if self._positions is None else len(self._positions)
        self._alone = self.subgraphs[0] if len(self.subgraphs) == 1 and self._positions is None else None

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Tensor: ...
    @overload
    def __getitem__(self, index: slice) -> list[Tensor]: ...
    def __getitem__(self, index: int | slice) -> Tensor | list[Tensor]:
        if isinstance(index, slice):
            return [self[i] for i in range(self._count)[index]]
        if self._alone is not None and 0 <= index < self._count:
            return Tensor(self._alone, index)
        index = range(self._count)[index]
        position = index if self._positions is None else int(self._positions[index])
        graph = int(np.searchsorted(self._starts, position, side="right")) - 1
        return Tensor(self.subgraphs[graph], position - int(self._starts[graph]))

    def find(self, tensor: Tensor) -> int:
        """The place of a tensor by subgraph and index (so that one of a reloaded model is found too); -1 if none."""
        graph = tensor.owner.index
        if not 0 <= graph < len(self.subgraphs):
            return -1
        position = int(self._starts[graph]) + tensor.index
        if not position < self._starts[graph + 1]:
            return -1
        if self._positions is None:
            return position
        place = int(np.searchsorted(self._positions, position))
        return place if place < self._count and self._positions[place] == position else -1

    def column(self, of: Callable[[TensorColumns], Sequence[Any]]) -> Sequence[Any]:
        """One of TensorColumns' lists for all tensors."""
        return self.gather(of(subgraph.tensor_columns) for subgraph in self.subgraphs)

    def gather(self, parts: Iterable[Sequence[Any]]) -> Sequence[Any]:
        """One list from one a subgraph."""
        lists = list(parts)
        if self._positions is None:
            return lists[0] if len(lists) == 1 else list(chain.from_iterable(lists))
        whole = list(chain.from_iterable(lists))
        return [whole[position] for position in self._positions.tolist()]

    def choose(self, whole: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Of an array with one item for each tensor of all subgraphs, those of this list."""
        return whole if self._positions is None else whole[self._positions]

    @property
    def starts(self) -> IntArray:
        """Where each subgraph's tensors start, counted over all of them."""
        return self._starts

    @cached_property
    def kinds(self) -> Sequence[str]:
        """What each is: a constant's role, or its kind."""
        parts = (
            [role or kind for role, kind in zip(subgraph.roles, subgraph.tensor_columns.kinds, strict=True)]
            for subgraph in self.subgraphs
        )
        return self.gather(parts)

    @cached_property
    def type_names(self) -> Sequence[str]:
        return self.column(lambda c: [type_.name for type_ in c.types])

    @cached_property
    def has_data(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which of them are constants or an optimizer's state."""
        kinds = self.column(lambda c: c.kinds)
        return np.fromiter(map(_STORED.__contains__, kinds), np.bool_, self._count)

    @cached_property
    def stored(self) -> IntArray:
        """Bytes the file holds for each, 0 for those that are computed."""
        sizes = np.fromiter((size or 0 for size in self.column(lambda c: c.stored_bytes)), np.int64, self._count)
        return np.where(self.has_data, sizes, 0)

    @cached_property
    def _buffers(self) -> IntArray | None:
        """The buffer of each, -1 - i where it has none of its own; None where no two tensors share one."""
        numbers = self.column(lambda c: c.buffers)
        known = np.fromiter((-1 if number is None else number for number in numbers), np.int64, self._count)
        buffers = np.where((known >= 0) & (self.stored > 0), known, -1 - np.arange(self._count))
        return buffers if bool((np.diff(np.sort(buffers)) == 0).any()) else None

    def stored_bytes(self, places: IntArray) -> int:
        """What the file holds for these tensors; a buffer that several of them share counts once."""
        if self._buffers is not None:
            places = places[np.unique(self._buffers[places], return_index=True)[1]]
        return int(self.stored[places].sum())

    @cached_property
    def all_stored_bytes(self) -> int:
        return self.stored_bytes(np.arange(self._count))

    def sharing(self, tensor: Tensor) -> list[Tensor]:
        """The other tensors that have their data in the same buffer."""
        place = self.find(tensor)
        if self._buffers is None or place < 0:
            return []
        others = np.flatnonzero(self._buffers == self._buffers[place])
        return [self[other] for other in others.tolist() if other != place]
