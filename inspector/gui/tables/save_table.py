"""Saving what a table shows as CSV: asks where, writes the file whole, says what went wrong in a sentence."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QWidget

from inspector.export.atomic_file import write_file
from inspector.export.csv_table import csv_rows
from inspector.gui.background import Progress, Task, run_in_background
from inspector.gui.session import OpenModel, Session
from inspector.gui.settings import Settings
from inspector.model.columns import Column


def ask_place(parent: QWidget, title: str, open_model: OpenModel, suffix: str, kinds: str) -> Path | None:
    """A file to write, beside the last export or the model, or None. The dialog has asked before replacing one."""
    settings = Settings()
    folder = settings.folder("export") or str(open_model.path.parent)
    proposed = str(Path(folder) / f"{open_model.path.stem}.{suffix}")
    chosen, _ = QFileDialog.getSaveFileName(parent, title, proposed, kinds)
    if not chosen:
        return None
    settings.put("folders/export", str(Path(chosen).parent))
    return Path(chosen)


def save_csv(
    parent: QWidget,
    session: Session,
    name: str,
    columns: Sequence[Column[Any]],
    records: Sequence[Any],
    prepare: Callable[[Progress], object] | None = None,
) -> Task | None:
    """Asks for a place and writes the interface columns of `records` there in the background, after `prepare` has
    computed what they show. None if the user chose no place."""
    if session.current is None:
        return None
    place = ask_place(parent, f"Save {name}", session.current, f"{name}.csv", "CSV (*.csv)")
    if place is None:
        return None

    def work(progress: Progress) -> Path:
        if prepare is not None:
            prepare(progress)
        return write_file(place, (part.encode() for part in csv_rows(columns, records)), overwrite=True)

    return run_in_background(work, lambda _path: None, session.failed.emit)
