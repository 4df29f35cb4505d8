"""Pages: aligned text in pipes, colours and wrapping on a terminal."""

import io

from rich.console import Console

from inspector.cli.page import Line, Page, Section, TextTable
from inspector.cli.rich_page import fitted_widths, print_page

LONG = "StatefulPartitionedCall/" + "very_long_name/" * 20


def page():
    table = TextTable(
        ("T#", "Type", "Bytes", "Name"),
        ("mono", "chip", "bytes", "mono"),
        (
            Section([("T#0", "INT8", "1,024 B", LONG)], Line("1 tensor", "title", "INT8")),
            Section([("T#1", "FLOAT32", "4 B", "b")], Line("1 tensor", "title", "FLOAT32")),
        ),
    )
    made = Page()
    made.line("a model", "title")
    made.table(table)
    made.line("[bold]no markup[/bold]\x1b[31m")
    return made


def on_terminal(width, **options):
    screen = io.StringIO()
    print_page(page(), Console(file=screen, width=width, highlight=False, markup=False, emoji=False, **options))
    return screen.getvalue()


def test_plain_text_is_aligned_and_whole():
    assert "".join(page().plain()).splitlines() == [
        "a model",
        "T#   Type       Bytes  Name",
        "",
        "INT8  1 tensor",
        f"T#0  INT8     1,024 B  {LONG}",
        "",
        "FLOAT32  1 tensor",
        "T#1  FLOAT32      4 B  b",
        "[bold]no markup[/bold]\\x1b[31m",
    ]


def test_a_terminal_shortens_names_and_says_so():
    printed = on_terminal(60)
    lines = printed.splitlines()
    assert max(map(len, lines[:-2])) <= 60 and len(lines) == 9 + 3
    [row] = [line for line in lines if line.startswith("T#0")]
    assert row.rstrip().endswith("...e/very_long_name/") and "StatefulPartition" in row
    assert "shortened to fit the terminal" in printed
    assert "shortened" not in on_terminal(1000)
    assert "1,024 B" in printed and "FLOAT32" in printed
    assert "[bold]no markup[/bold]\\x1b[31m" in printed


def test_numbers_are_never_cut_on_a_narrow_terminal():
    assert "1,024 B" in on_terminal(20)


def test_types_have_colours():
    printed = on_terminal(100, force_terminal=True, color_system="standard")
    assert "\x1b[1;32mINT8" in printed and "\x1b[32mINT8" in printed


def test_only_columns_of_text_give_way():
    [table] = [block for block in page().blocks if isinstance(block, TextTable)]
    whole = table.widths()
    assert fitted_widths(table, 1000) == whole
    narrow = fitted_widths(table, 50)
    assert narrow[:3] == whole[:3] and sum(narrow) + 6 == 50


def test_options_wrap_and_lose_nothing():
    options = "padding SAME, stride_w 1, stride_h 1, fused_activation_function RELU6, dilation_w_factor 1"
    made = Page()
    made.table(
        TextTable(("#", "op_name", "Options"), ("number", "mono", "text"), (Section([("0", "CONV_2D", options)]),))
    )
    screen = io.StringIO()
    print_page(made, Console(file=screen, width=50, highlight=False, markup=False, emoji=False))
    lines = screen.getvalue().splitlines()
    assert max(map(len, lines)) <= 50
    assert " ".join(" ".join(line[12:].strip() for line in lines[1:]).split()) == options
