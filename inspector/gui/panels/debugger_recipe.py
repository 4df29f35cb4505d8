"""Saves a step of the repairs as a recipe file, which `quantize --recipe` runs."""

from pathlib import Path

from PySide6.QtWidgets import QWidget

from inspector.errors import ModelFileError
from inspector.export.plot_file import write_text
from inspector.gui.background import Progress, Task, run_in_background
from inspector.gui.panels.weight_export import ask_where
from inspector.gui.repairs import RECIPE, Repairs, Step
from inspector.gui.session import Session
from inspector.jobs.provenance import sha256_of
from inspector.jobs.recipe_file import RecipeFile


def export_recipe(parent: QWidget, session: Session, repairs: Repairs, step: Step) -> Task | None:
    """Asks where and writes in the background, as the source is hashed; None if the user chose no place."""
    name = f"{repairs.source.stem}.step{step.number}.json"
    chosen = ask_where(parent, "Export Recipe", name, ("Recipe (*.json)",))
    if chosen is None:
        return None
    path = chosen[0]

    def work(_progress: Progress) -> Path:
        return write_recipe(path, repairs, step)

    return run_in_background(work, lambda _path: None, session.failed.emit)


def write_recipe(path: Path, repairs: Repairs, step: Step) -> Path:
    """Raises ExportError, ModelFileError."""
    try:
        digest = sha256_of(repairs.source)
    except OSError as error:
        raise ModelFileError(f"{repairs.source} can't be read: {error.strerror or error}.") from error
    file = RecipeFile(RECIPE, (), step.float_tensors, repairs.source.name, digest)
    return write_text(path, [file.text], overwrite=True)
