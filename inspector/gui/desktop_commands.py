"""Help > Open Model Files With This Program: installs it, says what a double-click does now, and takes it back."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from inspector.gui.background import run_in_background
from inspector.gui.message_bar import MessageBar
from inspector.gui.session import Session
from inspector.model.text import listed

if TYPE_CHECKING:
    from inspector.desktop.state import Association, Opener


class DesktopCommands:
    """Works in the background: the desktop's own tools may take a second."""

    def __init__(self, session: Session, message_bar: MessageBar) -> None:
        self._session, self._message_bar = session, message_bar

    def open_with_this(self) -> None:
        """Installs the program where it is now, a second time too."""
        from inspector.desktop import association

        self._do(association.install, self._installed)

    def open_no_more(self) -> None:
        """Takes it all away."""
        from inspector.desktop import association

        self._do(association.remove, self._removed)

    def _do(self, work: "Callable[[], Association]", then: "Callable[[Association], None]") -> None:
        run_in_background(lambda _progress: work(), then, self._session.failed.emit)

    def _installed(self, found: "Association") -> None:
        ours = [each for each in found.openers if each.type.own and each.ours]
        others = [each for each in found.openers if each not in ours]
        text = f"{_suffixes(ours)} files open with this program now." if ours else "This program is installed."
        offered = f"{_suffixes(others)} files offer it under Open With." if others else ""
        self._message_bar.show_message(
            " ".join(each for each in (text, offered, *found.notes) if each), "Remove", self.open_no_more
        )

    def _removed(self, found: "Association") -> None:
        text = " ".join(["Model files open as before this program was installed.", *found.notes])
        self._message_bar.show_message(text, "Install", self.open_with_this)


def _suffixes(openers: "Sequence[Opener]") -> str:
    """`.tflite and .keras`."""
    return listed([suffix for each in openers for suffix in each.type.suffixes])
