"""What a command shows people: lines and tables, plain and aligned for pipes and files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat

from inspector.model.columns import Column, Row
from inspector.model.text import printable

GAP = "  "


@dataclass(frozen=True, slots=True)
class Line:
    """`style`: "", "title", "dim", "good", "note", "warning" or "damage". `type_name` stands first, in its colour."""

    text: str
    style: str = ""
    type_name: str = ""

    @property
    def whole(self) -> str:
        return f"{self.type_name}{GAP}{self.text}" if self.type_name else self.text


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of a table, under a heading where there is one."""

    rows: Sequence[Sequence[str]]
    heading: Line | None = None


@dataclass(frozen=True, slots=True)
class TextTable:
    """`styles` are those of model.columns.Column; the sections share the widths of the columns."""

    titles: tuple[str, ...]
    styles: tuple[str, ...]
    sections: tuple[Section, ...]

    def right(self, column: int) -> bool:
        return self.styles[column] in ("number", "bytes", "share")

    def widths(self) -> list[int]:
        widths = [len(title) for title in self.titles]
        for section in self.sections:
            for column, cells in enumerate(zip(*section.rows, strict=True)):
                widths[column] = max(widths[column], max(map(len, cells)))
        return widths


def text_table(columns: Sequence[Column[Row]], sections: Sequence[tuple[Line | None, Sequence[Row]]]) -> TextTable:
    """The shown columns of records, as `Column.display` writes them."""
    shown = [column for column in columns if column.shown]
    return TextTable(
        tuple(column.title for column in shown),
        tuple(column.style for column in shown),
        tuple(
            Section([[printable(column.display(row)) for column in shown] for row in rows], heading)
            for heading, rows in sections
        ),
    )


def name_last(columns: Sequence[Column[Row]]) -> list[Column[Row]]:
    """Names of fused operators have hundreds of letters: at the end of a line they push nothing away."""
    return sorted(columns, key=lambda column: column.key == "name")


@dataclass(slots=True)
class Page:
    """The text of one file, from top to bottom."""

    blocks: list[Line | TextTable] = field(default_factory=list)

    def line(self, text: str = "", style: str = "", type_name: str = "") -> None:
        self.blocks.append(Line(printable(text), style, printable(type_name)))

    def table(self, table: TextTable) -> None:
        self.blocks.append(table)

    def plain(self) -> Iterator[str]:
        """The page as text with line ends, in pieces."""
        for block in self.blocks:
            if isinstance(block, Line):
                yield block.whole + "\n"
            else:
                yield from _plain_table(block)


def _plain_table(table: TextTable) -> Iterator[str]:
    template = GAP.join(
        f"{{:{'>' if table.right(column) else '<'}{width}}}" for column, width in enumerate(table.widths())
    )
    if any(table.titles):
        yield template.format(*table.titles).rstrip() + "\n"
    for number, section in enumerate(table.sections):
        if section.heading is not None:
            yield ("\n" if number or any(table.titles) else "") + section.heading.whole + "\n"
        lines = map(str.rstrip, (template.format(*row) for row in section.rows))
        yield "".join(f"{line}{end}" for line, end in zip(lines, repeat("\n"), strict=False))
