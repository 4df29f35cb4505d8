"""`tflite-inspector desktop`: a double-click on a model file opens it with this program, or no more."""

import argparse
import sys
from collections.abc import Callable
from typing import Any

from inspector.cli.opening import say
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

--json: installed, program, types (id, suffixes, type, opens_with, ours), notes."""
EXAMPLES = """  tflite-inspector desktop install
  tflite-inspector desktop status --json"""
_DO: dict[str, Callable[[], Association]] = {
    "install": association.install, "remove": association.remove, "status": association.status,
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=tuple(_DO), help="what to do")
    parser.add_argument("--json", action="store_true", help="the state afterwards as JSON; a stable interface")


def run(arguments: argparse.Namespace) -> int:
    found = _DO[arguments.what]()
    if arguments.json:
        from inspector.export.json_table import json_text

        sys.stdout.write(json_text(_record(found), indent=2) + "\n")
        return 0
    where = f"Installed: the desktop starts {found.program}." if found.installed else "Not installed."
    print(where)
    for each in found.openers:
        name = "this program" if each.ours else each.program or "no program"
        print(f"  {', '.join(each.type.suffixes):<14}{each.type.title}: {name}")
    for note in found.notes:
        say(note)
    return 0


def _record(found: Association) -> dict[str, Any]:
    return {
        "installed": found.installed,
        "program": found.program,
        "types": [
            {"id": each.type.id, "suffixes": each.type.suffixes, "type": each.type.mime, "opens_with": each.program,
             "ours": each.ours}
            for each in found.openers
        ],
        "notes": found.notes,
    }  # fmt: skip
