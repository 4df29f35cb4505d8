"""Data that a .tflite file keeps in other files: found, kept inside the model's folder, opened when needed."""

from pathlib import Path

from inspector.errors import ModelFileError, ValuesError
from inspector.formats.file_bytes import FileBytes
from inspector.formats.tflite_buffers import EXTERNAL, BufferTable
from inspector.formats.tflite_findings import Findings
from inspector.printable import name_text

_PLAIN = ("", "unpacked")
"""Packings that need no unpacking."""


class ExternalFiles:
    """The files that the external buffers of one model name."""

    def __init__(self, folder: Path, buffers: BufferTable) -> None:
        self._folder, self._buffers = folder, buffers
        self._open: dict[str, FileBytes] = {}

    def check(self) -> None:
        """Raises FileChangedError if one that was opened is no longer the same."""
        for file in self._open.values():
            file.check()

    def report(self, findings: Findings) -> None:
        """What is missing or too short is said when the model is opened, not only when a value is asked for."""
        needed: dict[str, int] = {}
        table = self._buffers
        for row in range(table.own, table.count):
            if table.buffers.place[row] == EXTERNAL:
                name = table.external_files[row - table.own]
                end = int(table.buffers.offset[row]) + int(table.buffers.size[row])
                needed[name] = max(needed.get(name, 0), end)
        for name, end in needed.items():
            try:
                size = external_path(self._folder, name).stat().st_size
            except ValuesError as error:
                findings.add("external_file", str(error).rstrip("."))
            except OSError:
                findings.add("external_file", f"The model's data file {name_text(name)} is missing",
                             "It should be beside the model; until then these tensors have no values.")  # fmt: skip
            else:
                if end > size:
                    findings.add("external_file", f"The model's data file {name_text(name)} is cut short: it has "
                                 f"{size:,} bytes of at least {end:,}")  # fmt: skip

    def open(self, label: str, row: int) -> FileBytes:
        """The file that holds buffer `row`, for the tensor called `label`. Raises ValuesError."""
        number = row - self._buffers.own
        name, packing = self._buffers.external_files[number], self._buffers.packings[number]
        if packing not in _PLAIN:
            raise ValuesError(
                f"{label} is packed as {packing!r} in {name_text(name)}, which this program can't unpack."
            )
        file = self._open.get(name)
        if file is None:
            path = external_path(self._folder, name)
            try:
                file = self._open[name] = FileBytes(path)
            except ModelFileError as error:
                raise ValuesError(f"{label} has its data in another file: {error}") from error
        end = int(self._buffers.buffers.offset[row]) + int(self._buffers.buffers.size[row])
        if end > file.size:
            raise ValuesError(f"{label} ends at byte {end:,} of {name_text(name)}, which has only {file.size:,} bytes.")
        return file


def external_path(folder: Path, name: str) -> Path:
    """The file `name` in the model's folder or below it. Raises ValuesError if it would be anywhere else."""
    try:
        home = folder.resolve()
        path = (home / name).resolve()
    except (OSError, ValueError, RuntimeError) as error:
        raise ValuesError(f"The model asks for data in {name_text(name)!r}, which can't be a file.") from error
    if not name or not path.is_relative_to(home) or path == home:
        raise ValuesError(f"The model asks for data in {name_text(name)!r}, which is not beside it; it is not opened.")
    return path
