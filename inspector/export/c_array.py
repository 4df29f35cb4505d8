"""A model as a C array: the files of an export as text in pieces, written, read back, or previewed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.errors import ExportError
from inspector.export.atomic_file import atomic_files
from inspector.export.byte_lines import block_size, byte_lines, last_line_text, line_count, text_size
from inspector.export.c_check import check_array
from inspector.export.c_options import CArrayOptions
from inspector.export.c_text import SUFFIXES, CFile, c_files
from inspector.export.model_bytes import ModelBytes, Progress, model_bytes

if TYPE_CHECKING:
    from inspector.model.model import Model

PREVIEW_LINES = 19


def c_array_chunks(
    source: ModelBytes, options: CArrayOptions, stem: str = "", progress: Progress | None = None
) -> Mapping[str, Iterator[memoryview | bytes]]:
    """The text of each file by its name, in pieces that are made as they are asked for.

    A piece is only good until the next is asked for. Raises ExportError, FileChangedError.
    """
    return {file.name: _text(file, source, options, progress) for file in c_files(source, options, stem)}


def c_array_paths(source: ModelBytes, options: CArrayOptions, target: Path) -> list[Path]:
    """Where an export to `target` goes: an existing folder, or a path without suffix. See `write_c_array`."""
    folder, stem = _folder_and_stem(target, options)
    return [folder / file.name for file in c_files(source, options, stem)]


def write_c_array(
    model: "Model | ModelBytes",
    options: CArrayOptions,
    target: Path,
    overwrite: bool = False,
    progress: Progress | None = None,
    verify: bool = False,
) -> list[Path]:
    """Writes the files of an export and returns their paths, the one with the bytes first.

    `target` is an existing folder, which then holds files named after the symbol, or a folder and the files' name
    without suffix. `verify` reads them back before they are moved into place. All appear whole, or none.
    Raises ExportError, FileChangedError, and Cancelled from `progress`.
    """
    source = model if isinstance(model, ModelBytes) else model_bytes(model)
    source.check()
    if options.comment and options.style != "xxd":
        source = source.with_sha256(progress)
    folder, stem = _folder_and_stem(target, options)
    files = c_files(source, options, stem)
    paths = [folder / file.name for file in files]
    if any(path.exists() and path.samefile(source.path) for path in paths):
        raise ExportError(f"{source.path.name} is the model itself. Choose another name for the C array.")
    with atomic_files(paths, overwrite) as opened:
        for file, place in zip(files, opened, strict=True):
            for piece in _text(file, source, options, progress):
                place.write(piece)
            place.flush()
        if verify:
            check_array([Path(place.name) for place in opened], source, progress)
        if progress is not None:
            progress(1.0, "Moving the files into place")  # the last chance to cancel
    return paths


def verify_c_array(paths: list[Path], model: "Model | ModelBytes", progress: Progress | None = None) -> None:
    """Parses the files of an export and compares every byte with the model's file.

    Raises ExportError for the first difference, FileChangedError.
    """
    check_array(paths, model if isinstance(model, ModelBytes) else model_bytes(model), progress)


@dataclass(frozen=True, slots=True)
class Preview:
    """Head and tail of one file; `shown` of its `lines` lines of bytes are in it (0 of 0 where it has none).

    `characters` is the length of the whole file.
    """

    name: str
    text: str
    shown: int
    lines: int
    characters: int


def preview_c_array(source: ModelBytes, options: CArrayOptions, stem: str = "") -> list[Preview]:
    """What each file of an export looks like. Raises ExportError, FileChangedError."""
    lines = line_count(source.size, options.columns)
    shown = lines if lines <= PREVIEW_LINES + 1 else PREVIEW_LINES
    start = source.head(shown * options.columns)
    middle = []
    for line in range(shown):
        values = start[line * options.columns : (line + 1) * options.columns]
        text = last_line_text(values).decode("ascii")
        middle.append(text if line == lines - 1 else text.replace("\n", ",\n"))
    if lines > shown:
        middle.append(f"  // {lines - shown:,} more lines\n")
    body, previews = text_size(source.size, options.columns), []
    for file in c_files(source, options, stem):
        around = len(file.head) + len(file.tail)
        if file.has_bytes:
            text = file.head + "".join(middle) + file.tail
            previews.append(Preview(file.name, text, shown, lines, around + body))
        else:
            previews.append(Preview(file.name, file.head, 0, 0, around))
    return previews


def _folder_and_stem(target: Path, options: CArrayOptions) -> tuple[Path, str]:
    if target.is_dir():
        return target, ""
    if options.style in ("pair", "c") and target.suffix in (".h", options.source_extension):
        return target.parent, target.stem
    return target.parent, target.name


def _text(
    file: CFile, source: ModelBytes, options: CArrayOptions, progress: Progress | None
) -> Iterator[memoryview | bytes]:
    yield file.head.encode("utf-8")
    if file.has_bytes:
        chunks = source.chunks(block_size(options.columns), progress, "Writing")
        yield from byte_lines(chunks, source.size, options.columns)
    if file.tail:
        yield file.tail.encode("utf-8")


__all__ = [
    "SUFFIXES", "CArrayOptions", "ModelBytes", "Preview", "c_array_chunks", "c_array_paths", "model_bytes",
    "preview_c_array", "verify_c_array", "write_c_array",
]  # fmt: skip
