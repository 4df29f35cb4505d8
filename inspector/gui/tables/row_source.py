"""The records behind a table, and quick ways to ask a whole column of them at once."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import Any, Generic, TypeVar

from inspector.gui.tables.filtering import Facet, TextFacet
from inspector.model.columns import Column

Row = TypeVar("Row")
_NO_WORD = "\x00"


class Tone(IntEnum):
    """How a row's texts are coloured."""

    NORMAL = 0
    DIM = 1  # computed, not stored
    FAINT = 2  # does not count


def itself(record: Any) -> Any:
    return record


def normal_tone(_record: Any) -> Tone:
    return Tone.NORMAL


@dataclass(eq=False)
class RowSource(Generic[Row]):
    """`records` may be a virtual sequence. `bulk`: column key -> all its values at once, where that is quicker than
    asking each record. `identity`: what makes a row the same row after sorting, filtering and reloading. `facets`:
    what the filter looks at (default: every shown text). `tips`: column key -> tooltip of a record;
    `exact`: column key -> what copying writes, where neither value nor shown text is exact."""

    records: Sequence[Row]
    columns: Sequence[Column[Row]]
    bulk: Mapping[str, Callable[[], Sequence[Any]]] = field(default_factory=dict)
    facets: Sequence[Facet] = ()
    identity: Callable[[Row], Hashable] = itself
    tone: Callable[[Row], Tone] = normal_tone
    tips: Mapping[str, Callable[[Row], str]] = field(default_factory=dict)
    exact: Mapping[str, Callable[[Row], str]] = field(default_factory=dict)
    finder: Callable[[Any], int] | None = None
    """identity -> index of the record, -1 if there is none; default: a dictionary of all of them."""

    def __post_init__(self) -> None:
        if not self.facets:
            self.facets = (TextFacet(self._texts),)

    def __len__(self) -> int:
        return len(self.records)

    def values(self, column: Column[Row]) -> Sequence[Any]:
        """The column's value of every record."""
        if column.key in self.bulk:
            return self.bulk[column.key]()
        return [column.value(record) for record in self.records]

    def prepare_filter(self) -> Iterator[None]:
        """Builds what the filter looks through, one part at each step: the first key press then costs no more than
        the others."""
        for facet in self.facets:
            facet.matches(_NO_WORD)
            yield

    def find(self, identity: Hashable) -> int:
        """The index of the record with this identity; -1 if there is none."""
        return self.finder(identity) if self.finder is not None else self._places.get(identity, -1)

    @cached_property
    def _places(self) -> dict[Hashable, int]:
        return {self.identity(record): index for index, record in enumerate(self.records)}

    def _texts(self) -> list[str]:
        shown = [column for column in self.columns if column.shown]
        return ["\n".join(column.display(record) for column in shown) for record in self.records]
