"""`tflite-inspector FILE...` opens the window, `tflite-inspector COMMAND ...` the command line; `worker` serves both.

A worker is handled before anything of the window or the command line is imported."""

import gc
import os
import sys

from inspector.cli import COMMANDS

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # nothing here multiplies matrices; idle threads cost start-up time

_OF_THE_COMMAND_LINE = ("-h", "--help", "--version")  # other options are the window's
_QT_MISSING = """The window can't start, because Qt can't be loaded: {}.
On Debian and Ubuntu `sudo apt install libegl1 libgl1 libxkbcommon-x11-0 libxcb-cursor0 libdbus-1-3` usually helps.
The command line works without it: tflite-inspector show FILE"""


def main() -> int:
    """Runs what the program's arguments ask for and returns the exit code.

    A file that is named like a command is reached as `./show`.
    """
    arguments = sys.argv[1:]
    first = arguments[0] if arguments else ""
    if first == "worker":
        from inspector.jobs.worker import main as serve

        serve(arguments[1:])
    if first in COMMANDS or first in _OF_THE_COMMAND_LINE or _looks_like_a_command(first):
        from inspector.cli.main import main as run_command

        gc.disable()  # a short life without cycles: looking for them in 120,000 rows takes a tenth of the time
        return run_command(arguments)
    return _open_window(arguments)


def main_window() -> int:
    """The entry point of `tflite-inspector-gui`: every argument is a file."""
    return _open_window(sys.argv[1:])


def _looks_like_a_command(word: str) -> bool:
    """A bare word that names no file: a mistyped command, rather than a window that shows an error."""
    return word.isidentifier() and not os.path.exists(word)


def _open_window(paths: list[str]) -> int:
    try:
        from inspector.gui.hand_over import hand_over

        if hand_over(paths):
            print("Opened in the window that is there; --new-window opens another.")
            return 0
        from inspector.gui.app import run
    except ImportError as error:
        if "PySide6" not in str(error) and ".so" not in str(error):
            raise
        print(_QT_MISSING.format(error), file=sys.stderr)
        return 1
    return run(paths)


if __name__ == "__main__":
    sys.exit(main())
