"""Asks where the Weights tab shall save something."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from inspector.gui.settings import Settings

CHANNEL_NUMBERS = "Numbers of the channels (*.csv)"
ONE = ("Picture (*.png)", "Vector picture (*.svg)", "Vector picture (*.pdf)", "Numbers of the histogram (*.csv)")
ALL = (*ONE[:3], "Numbers of all histograms (*.csv)")


def ask_where(parent: QWidget, title: str, name: str, filters: tuple[str, ...]) -> tuple[Path, str] | None:
    """The file and the kind (one of `filters`) that the user wants, who is asked before a file is replaced; None for
    Cancel. Remembers the folder."""
    settings = Settings()
    start = str(Path(settings.folder("export") or Path.home()) / name)
    chosen, kind = QFileDialog.getSaveFileName(parent, title, start, ";;".join(filters))
    if not chosen:
        return None
    path = Path(chosen)
    if not path.suffix and "*." in kind:
        path = path.with_suffix("." + kind.split("*.")[1].rstrip(")"))
    settings.put("folders/export", str(path.parent))
    return path, kind


def file_stem(name: str) -> str:
    """A tensor's name as a file's: no slashes, colons or semicolons, and not too long."""
    kept = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name)
    return kept.strip("._")[:60] or "tensor"
