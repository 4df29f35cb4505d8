"""Where variants go: a folder, or a place of the window's own until they are saved; which names they get."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from inspector.datasets.notice import Notice
from inspector.export.atomic_file import existing_files
from inspector.gui.asking import ask
from inspector.gui.dialogs.data_fields import PathField
from inspector.gui.dialogs.form_parts import Section
from inspector.gui.theme import MONO, mono_font
from inspector.gui.unsaved import UnsavedFolder
from inspector.gui.widgets import ElidedLabel
from inspector.jobs.options import DebugOptions, QuantizeOptions
from inspector.jobs.provenance import provenance_path, read_provenance
from inspector.jobs.recipes import variant_name
from inspector.model.finding import Level
from inspector.model.text import plural, printable
from inspector.resources import resource_path

_MOST_NAMES = 3

Options = TypeVar("Options", QuantizeOptions, DebugOptions)


class OutputForm(QWidget):
    """`folder` as typed; `keep_unsaved` makes it unused."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._stem, self._recipes = "", ()  # type: str, tuple[str, ...]
        self.section = Section("Output")
        self.field = PathField("Folder for the variants")
        self.field.changed.connect(self._show)
        self.unsaved = QCheckBox("Keep unsaved until I save them")
        self.unsaved.setToolTip("They stand in the Models list, in italics, and go with the window unless saved")
        self.unsaved.toggled.connect(lambda _on: self._show())
        self.names = ElidedLabel()
        self.names.setFont(mono_font(MONO))
        self.section.add_row("Fol&der", self.field)
        self.section.add_wide(self.unsaved)
        self.section.add_row("Names", self.names)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.section)

    @property
    def folder(self) -> Path | None:
        path = self.field.path
        return Path(os.path.abspath(path)) if path is not None else None

    @property
    def keep_unsaved(self) -> bool:
        return self.unsaved.isChecked()

    def choose(self, folder: Path, unsaved: bool) -> None:
        self.field.set_path(folder)
        self.unsaved.setChecked(unsaved)

    def set_variants(self, stem: str, recipes: Sequence[str]) -> None:
        """What will be made: the name of the source without its suffix, and the chosen recipes."""
        self._stem, self._recipes = stem, tuple(recipes)
        self._show()

    @property
    def there(self) -> list[Path]:
        """What exists and would be replaced: variants, and files in the way of provenance files that no job wrote."""
        if self.keep_unsaved or self.folder is None:
            return []
        places = [self.folder / variant_name(self._stem, each) for each in self._recipes]
        strangers = [path for path in places if provenance_path(path).is_file() and read_provenance(path) is None]
        return existing_files(places) + [provenance_path(path) for path in strangers]

    def settled(self, options: Options, unsaved: UnsavedFolder, title: str) -> Options | None:
        """With the folder that was chosen, after asking where files would be replaced; None where the answer is no."""
        if self.keep_unsaved:
            return replace(options, output_folder=str(unsaved.new()))
        there = self.there
        if not there:
            return options
        names = printable(", ".join(path.name for path in there))
        text = f"{names} {'is' if len(there) == 1 else 'are'} in {there[0].parent} already."
        if ask(self, title, text, [f"Replace {plural(len(there), 'file')}"]) is None:
            return None
        return replace(options, overwrite=True)

    @property
    def problem(self) -> str:
        if self.keep_unsaved:
            return ""
        if self.folder is None:
            return "Choose a folder for the variants, or keep them unsaved."
        place = self.folder
        while not place.exists() and place != place.parent:
            place = place.parent
        if not place.is_dir():
            return f"{place} is not a folder. Choose another."
        return "" if os.access(place, os.W_OK) else f"{place} may not be written. Choose another folder."

    def _show(self) -> None:
        self.field.setEnabled(not self.keep_unsaved)
        shown = self._recipes[0] if len(self._recipes) == 1 else "<recipe id>"
        self.names.setText(printable(variant_name(self._stem, shown)))
        notices = []
        if self.problem and self.folder is not None:
            notices.append(Notice(Level.DAMAGE, self.problem))
        elif not self.keep_unsaved and self.folder is not None and not self.folder.exists():
            notices.append(Notice(Level.NOTE, "The folder is made when the job ends."))
        if there := self.there:
            notices.append(Notice(Level.WARNING, _exist_text(there)))
        self.section.lines.show_notices(notices)
        self.changed.emit()


def usual_place(source: Path) -> tuple[Path, bool]:
    """(folder, keep unsaved) for a source: beside it, unless nothing may be written there or it is the sample's."""
    folder = source.parent
    samples = resource_path("samples")
    return folder, folder == samples or not os.access(folder, os.W_OK)


def _exist_text(there: Sequence[Path]) -> str:
    names = [printable(path.name) for path in there]
    if len(names) == 1:
        return f"{names[0]} exists; asks before replacing it."
    listed = ", ".join(names[:_MOST_NAMES]) + (", ..." if len(names) > _MOST_NAMES else "")
    return f"{len(names)} of these exist: {listed}. Asks before replacing them."
