"""A page on a terminal: the same lines and tables with colours, in the terminal's width."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from inspector.cli.page import GAP, Line, Page, TextTable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

ROWS_AT_MOST = 3_000  # rich measures every cell; longer tables are printed plain
_LEAST_WIDTH = 16
_BOTH_ENDS = ("Name", "Layer")  # what tells tensors apart may stand at either end of their names

# the terminal's own colours, which suit its ground; FLOAT32 stays grey: what has colour was quantized
_TYPE_COLORS = {
    "FLOAT32": "bright_black", "FLOAT16": "blue", "BFLOAT16": "blue", "INT8": "green", "UINT8": "yellow",
    "INT16": "magenta", "INT32": "bright_magenta", "INT64": "bright_magenta", "INT4": "red", "INT2": "red",
    "UINT4": "red",
}  # fmt: skip
_SHORTENED = "Names are shortened to fit the terminal; in a pipe or a file (-o), and with --json, they are whole."
_LINE_STYLES = {
    "title": "bold", "dim": "bright_black", "good": "green", "note": "cyan", "warning": "yellow", "damage": "bold red",
}  # fmt: skip


def suits_terminal(page: Page) -> bool:
    tables = (block for block in page.blocks if isinstance(block, TextTable))
    return sum(len(section.rows) for table in tables for section in table.sections) <= ROWS_AT_MOST


def print_page(page: Page, console: "Console | None" = None) -> None:
    """Prints on stdout, or on a console of the caller's."""
    from rich.console import Console

    console = console or Console(highlight=False, markup=False, emoji=False)
    shortened = False
    for block in page.blocks:
        if isinstance(block, Line):
            console.print(_line(block))
        else:
            shortened |= _print_table(console, block)
    if shortened:
        console.print()
        console.print(_line(Line(_SHORTENED, "dim")))


def _line(line: Line) -> "Text":
    from rich.text import Text

    text = Text(line.text, style=_LINE_STYLES.get(line.style, ""))
    if not line.type_name:
        return text
    return Text.assemble((line.type_name, f"bold {_TYPE_COLORS.get(line.type_name, '')}"), GAP, text)


def _print_table(console: "Console", table: TextTable) -> bool:
    """Says whether names had to be shortened."""
    available = console.width
    widths = fitted_widths(table, available)
    names = [column for column, style in enumerate(table.styles) if style == "mono"]
    whole_width = sum(widths) + len(GAP) * len(widths)

    def show(grid: "Table") -> None:
        console.width = max(whole_width, available)  # wider than the screen: the terminal wraps it
        console.print(grid)
        console.width = available

    if any(table.titles):
        show(_grid(table, widths, [table.titles], "bold"))
    for number, section in enumerate(table.sections):
        if section.heading is not None:
            if number or any(table.titles):
                console.print()
            console.print(_line(section.heading))
        if section.rows:
            show(_grid(table, widths, section.rows))
    return any(widths[column] < whole for column, whole in enumerate(table.widths()) if column in names)


def fitted_widths(table: TextTable, available: int) -> list[int]:
    """Widths that fit: the widest columns of text give way, numbers never do."""
    widths = table.widths()
    flexible = [column for column in range(len(widths)) if not table.right(column)]
    excess = sum(widths) + len(GAP) * (len(widths) - 1) - available
    while excess > 0 and flexible:
        widest = max(flexible, key=widths.__getitem__)
        if widths[widest] <= _LEAST_WIDTH:
            break
        widths[widest] -= 1
        excess -= 1
    return widths


def _grid(table: TextTable, widths: list[int], rows: Sequence[Sequence[str]], style: str = "") -> "Table":
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, len(GAP), 0, 0))
    for column, width in enumerate(widths):
        right = table.right(column)
        grid.add_column(justify="right" if right else "left", width=width, no_wrap=right, overflow="fold", style=style)
    for row in rows:
        cells = []
        for cell, width, kind, title in zip(row, widths, table.styles, table.titles, strict=True):
            color = _TYPE_COLORS.get(cell, "") if kind == "chip" else ""
            text = elided(cell, width, title in _BOTH_ENDS) if kind == "mono" else cell
            cells.append(Text(text, style=color))
        grid.add_row(*cells)
    return grid


def elided(text: str, width: int, both_ends: bool) -> str:
    """`text` with "..." at its end, or in its middle, where it has more letters than `width`."""
    if len(text) <= width or width <= 3:
        return text
    tail = (width - 3) // 2 if both_ends else 0
    return f"{text[: width - 3 - tail]}...{text[len(text) - tail :] if tail else ''}"
