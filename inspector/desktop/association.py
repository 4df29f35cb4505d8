"""Model files open with this program, or no more: the same three words for every system."""

import sys
from typing import Protocol

from inspector.desktop.program import program
from inspector.desktop.state import Association
from inspector.errors import UsageError
from inspector.resources import resource_path

_MAC = (
    "On macOS the system does this itself: drag the bundle TFLite Inspector.app into Applications, and it opens "
    "model files. To choose it for all files of a type: Finder > Get Info > Open with > Change All."
)


class Desktop(Protocol):
    """What a system's desktop can do."""

    def install(self, program: str) -> Association: ...

    def remove(self) -> Association: ...

    def status(self) -> Association: ...


def install() -> Association:
    """Raises ExportError, UsageError where the system does it another way."""
    return this_desktop().install(program())


def remove() -> Association:
    """Raises ExportError, UsageError where the system does it another way."""
    return this_desktop().remove()


def status() -> Association:
    """Raises ExportError, UsageError where the system does it another way."""
    return this_desktop().status()


def this_desktop() -> Desktop:
    """That of the system the program runs on."""
    if sys.platform == "darwin":
        raise UsageError(_MAC)
    if sys.platform == "win32":
        from inspector.desktop.windows import WindowsDesktop
        from inspector.desktop.windows_registry import CurrentUser

        return WindowsDesktop(CurrentUser(), str(resource_path("desktop/icons/app.ico")))
    from inspector.desktop.linux import LinuxDesktop

    return LinuxDesktop()
