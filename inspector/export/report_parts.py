"""What a report of results consists of: frozen parts that the HTML and the Markdown are written from."""

from collections.abc import Sequence
from dataclasses import dataclass, field

NUMBER, TEXT, MONO, NAME = "number", "text", "mono", "name"


@dataclass(frozen=True, slots=True)
class Cell:
    """`detail` is small beside the text: an interval. `mark` is a verdict ("better", "worse", "about equal") and
    `change` the difference that it is about; `best`: of its group."""

    text: str
    detail: str = ""
    mark: str = ""
    change: str = ""
    best: bool = False
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """A column's title, how its cells are set (MONO stays on one line, NAME wraps), and what the number means."""

    title: str
    style: str = TEXT
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a line of their own; "" has none."""

    title: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`note` stands below it: what it leaves out, how to read it."""

    heads: tuple[Head, ...]
    groups: tuple[Group, ...]
    title: str = ""
    note: str = ""

    @property
    def marked(self) -> tuple[bool, ...]:
        """Of each column whether any of its cells has a mark: then the others leave room for one."""
        rows = [row for group in self.groups for row in group.rows]
        return tuple(any(row[place].mark for row in rows) for place in range(len(self.heads)))

    @property
    def count(self) -> int:
        return sum(len(group.rows) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Chart:
    """`svg` is safe HTML. `title` is "" where the drawing has its own."""

    title: str
    svg: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ModelPart:
    """One model: what was made of it, operators by index and tensors by type side by side."""

    name: str
    anchor: str
    facts: tuple[tuple[str, str], ...]
    headlines: tuple[str, ...] = ()
    variants: Table | None = None
    operators: Table | None = None
    types: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    model: str
    scheme: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is shown, in the order in which it is. `figures` are (number, words) at the head, `facts` how it
    came about."""

    name: str
    made: str
    program: str
    verdict: str
    figures: tuple[tuple[str, str], ...]
    reference: str
    schemes: Table | None
    matrix: Table | None
    scores: Table
    beside: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    models: tuple[ModelPart, ...] = ()
    failures: tuple[Failure, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    plan: str = ""
    chart_colors: tuple[str, str] = field(default=("", ""))
    """The variables of the charts' colours, as rules of style for light and for dark."""


def cells(texts: Sequence[str]) -> tuple[Cell, ...]:
    return tuple(map(Cell, texts))
