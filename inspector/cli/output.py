"""Where a command's text goes: the screen, or a file that appears whole or not at all."""

import argparse
import sys
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from inspector.errors import ExportError
from inspector.export.atomic_file import existing_files, write_file
from inspector.model.text import printable


def confirm_overwrite(paths: Iterable[Path], force: bool) -> None:
    """Asks before files are replaced, where somebody is there to answer. Raises ExportError for a no."""
    if force:
        return
    for path in existing_files(paths):
        refusal = f"{printable(str(path))} is there already and was left as it is; --force overwrites it."
        if not (sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()):
            raise ExportError(refusal)
        print(f"{printable(str(path))} is there already. Overwrite it? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise ExportError(refusal)


def output_path(arguments: argparse.Namespace) -> Path | None:
    """Where `-o` says, after asking; None for the screen. Called before the work, so that no work is lost."""
    if arguments.output in (None, "-"):
        return None
    path = Path(arguments.output)
    confirm_overwrite([path], arguments.force)
    return path


def write_output(path: Path | None, pieces: Iterable[str]) -> None:
    """Writes text, UTF-8 in a file; where there is no text at all, no file is made."""
    remaining = iter(pieces)
    first = next(remaining, None)
    if first is None:
        return
    pieces = chain([first], remaining)
    if path is None:
        _widen_pipe()
        for piece in pieces:
            sys.stdout.write(piece)
    else:
        write_file(path, (piece.encode("utf-8", "backslashreplace") for piece in pieces), overwrite=True)


def _widen_pipe() -> None:
    """A pipe that holds a megabyte (Linux) lets its reader work while the next rows are made."""
    try:
        import fcntl

        fcntl.fcntl(sys.stdout.fileno(), fcntl.F_SETPIPE_SZ, 1 << 20)
    except (ImportError, AttributeError, OSError, ValueError):  # no pipe, or no such system
        pass
