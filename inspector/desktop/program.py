"""How a desktop starts this program: from a checkout's or wheel's environment, or frozen."""

import os
import sys
from pathlib import Path

from inspector.errors import ExportError

NAME = "tflite-inspector"
TITLE = "TFLite Inspector"
_ENTRY_POINTS = ("tflite-inspector-gui", "tflite-inspector")


def program() -> str:
    """The absolute path of what opens the window with the files it is given. Raises ExportError where there is none."""
    if getattr(sys, "frozen", False):
        return os.path.abspath(sys.executable)
    suffix = ".exe" if sys.platform == "win32" else ""
    for folder in (Path(sys.executable).parent, Path(sys.argv[0]).absolute().parent):
        for name in _ENTRY_POINTS:
            if os.access(folder / f"{name}{suffix}", os.X_OK):
                return str(folder / f"{name}{suffix}")
    raise ExportError(
        f"The program {NAME} is not beside {sys.executable}. Install it there: pip install . in its folder."
    )
