"""Variants that are not saved yet: the folder they live in, and how they get out of it."""

import atexit
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from inspector.errors import ExportError, ModelFileError
from inspector.export.atomic_file import atomic_files, existing_files
from inspector.gui.background import Progress

_CHUNK = 1 << 22


class UnsavedFolder:
    """A folder of the system's for temporary files, made when first needed, gone with the window."""

    def __init__(self) -> None:
        self._made = 0

    @cached_property
    def _folder(self) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="tflite-inspector-")).resolve()
        atexit.register(self.remove)
        return folder

    def new(self) -> Path:
        """An empty folder in it: two jobs may make variants of one name."""
        self._made += 1
        folder = self._folder / str(self._made)
        folder.mkdir()
        return folder

    def holds(self, path: str | Path) -> bool:
        return "_folder" in self.__dict__ and Path(path).resolve().is_relative_to(self._folder)

    def remove(self) -> None:
        if "_folder" in self.__dict__:
            shutil.rmtree(self._folder, ignore_errors=True)
            atexit.unregister(self.remove)
            del self._folder


@dataclass(frozen=True, slots=True)
class Copy:
    """A file and where it shall be copied to."""

    source: Path
    target: Path


def with_provenance(copies: Sequence[Copy]) -> list[Copy]:
    """`copies`, and those of the provenance files beside them, where nothing else of that name is in the way."""
    from inspector.jobs.provenance import provenance_path, read_provenance  # not at the start of the window

    found = []
    for copy in copies:
        if read_provenance(copy.source) is None:
            continue
        place = provenance_path(copy.target)
        if not place.exists() or read_provenance(copy.target) is not None:
            found.append(Copy(provenance_path(copy.source), place))
    return [*copies, *found]


def replaced(copies: Sequence[Copy]) -> list[Path]:
    """The files that are in the way: what to ask the user about."""
    return existing_files(copy.target for copy in copies)


def write_copies(copies: Sequence[Copy], overwrite: bool, progress: Progress) -> list[Path]:
    """Copies all files or none, with their provenance. Raises ModelFileError, ExportError, Cancelled."""
    if not overwrite and (there := replaced(copies)):
        raise ExportError(f"{there[0]} exists already. Choose another name, or allow it to be replaced.")
    everything = with_provenance(copies)
    with atomic_files([copy.target for copy in everything], overwrite=True) as files:
        for copy, file in zip(everything, files, strict=True):
            try:
                with open(copy.source, "rb") as source:
                    while chunk := source.read(_CHUNK):
                        progress(None, f"Saving {copy.target.name}")
                        file.write(chunk)
            except FileNotFoundError as error:
                raise ModelFileError(f"{copy.source} is no longer there: nothing was saved.") from error
    return [copy.target for copy in copies]
