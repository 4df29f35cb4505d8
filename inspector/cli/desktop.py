"""`tflite-inspector desktop`: a double-click on a model file opens it with this program, or no more."""

import argparse
from collections.abc import Callable, Iterator

from inspector.cli.arguments import add_formats
from inspector.cli.opening import say
from inspector.cli.output import output_path, write_output
from inspector.desktop import association
from inspector.desktop.state import Association

NAME = "desktop"
HELP = "open model files with this program by a double-click, or no more"
DESCRIPTION = """install: model files get an icon, the menu an entry, and .tflite and .keras open with this program. The
suffixes .h5 and .hdf5, which hold much beside models, only offer it. Nothing needs an administrator: only files (on
Windows registry keys) of the user who calls it change. Install again when the program has moved.
remove: takes all of it away; what opened these files before does so again.
status: what is installed, and what a double-click on each kind of file opens.

A second double-click opens the file in the window that is there; --new-window makes another.

--json: installed, program, types (id, suffixes, type, opens_with, ours), notes. --csv: types."""
EXAMPLES = """  tflite-inspector desktop install
  tflite-inspector desktop status --json"""
_DO: dict[str, Callable[[], Association]] = {
    "install": association.install, "remove": association.remove, "status": association.status,
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=tuple(_DO), help="what to do")
    add_formats(parser)
    parser.add_argument(
        "--strict", action="store_true", help="exit with 1 when .tflite or .keras files do not open with this program"
    )


def run(arguments: argparse.Namespace) -> int:
    path = output_path(arguments)
    found = _DO[arguments.what]()
    write_output(path, _report(found, arguments.format))
    for note in found.notes if arguments.format != "json" else ():
        say(note)
    own = [each for each in found.openers if each.type.own]
    return 1 if arguments.strict and arguments.what != "remove" and not all(each.ours for each in own) else 0


def _report(found: Association, form: str) -> Iterator[str]:
    rows = [
        {"id": each.type.id, "suffixes": each.type.suffixes, "type": each.type.mime, "opens_with": each.program,
         "ours": each.ours}
        for each in found.openers
    ]  # fmt: skip
    if form == "json":
        from inspector.export.json_table import json_text

        told = {"installed": found.installed, "program": found.program, "types": rows, "notes": found.notes}
        yield json_text(told, indent=2) + "\n"
    elif form == "csv":
        from inspector.export.csv_table import csv_text

        cells = [[" ".join(value) if isinstance(value, tuple) else value for value in row.values()] for row in rows]
        yield from csv_text(tuple(rows[0]), cells)
    else:
        yield f"Installed: the desktop starts {found.program}.\n" if found.installed else "Not installed.\n"
        for each in found.openers:
            name = "this program" if each.ours else each.program or "no program"
            yield f"  {', '.join(each.type.suffixes):<14}{each.type.title}: {name}\n"
