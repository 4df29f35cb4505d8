"""Files that appear whole or not at all: written beside their place under another name, then moved into it."""

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from inspector.errors import ExportError


def write_file(path: Path, data: bytes | Iterable[bytes], overwrite: bool = False) -> Path:
    """Writes one file whole. Raises ExportError; whatever `data` raises leaves nothing behind and goes on upwards."""
    with atomic_file(path, overwrite) as file:
        for chunk in [data] if isinstance(data, bytes) else data:
            file.write(chunk)
    return path


@contextmanager
def atomic_file(path: Path, overwrite: bool = False) -> Iterator[BinaryIO]:
    """A binary file to write into; it is in its place when the block ends well, and gone when it doesn't."""
    with atomic_files([path], overwrite) as files:
        yield files[0]


@contextmanager
def atomic_files(paths: Sequence[Path], overwrite: bool = False) -> Iterator[list[BinaryIO]]:
    """As `atomic_file` for files that belong together: all of them are moved into place, or none.

    `file.name` is where each is written meanwhile, so that it can be checked before the block ends.
    Raises ExportError: a file is there already and may not be replaced, the folder is missing, the disk is full, ...
    """
    drafts: list[_Draft] = []
    try:
        for path in paths:
            _refuse(path, overwrite)
        drafts.extend(map(_Draft, paths))  # extend keeps those opened before the one that can't be
        try:
            yield [draft.file for draft in drafts]
            for draft in drafts:
                draft.finish()
        except OSError as error:
            raise export_error(error, _culprit(drafts, error)) from error
        for path in paths:
            _refuse(path, overwrite)  # again: writing may have taken a minute
        _move_all(drafts)
    finally:
        for draft in drafts:
            draft.discard()


def existing_files(paths: Iterable[Path]) -> list[Path]:
    """Those of `paths` that would be replaced: what to ask the user about."""
    return [path for path in paths if path.is_file()]


def export_error(error: OSError, path: Path) -> ExportError:
    """The sentence for what the system said when `path` was to be written."""
    folder = str(path.parent)
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            text = f"The disk is full: {path.name} does not fit in {folder}. Nothing was kept; free space, then again."
        case errno.EACCES | errno.EPERM:
            text = f"{folder} may not be written: {path.name} was not made. Choose another folder."
        case errno.EROFS:
            text = f"{folder} is on a read-only disk: {path.name} was not made. Choose another folder."
        case errno.ENOENT:
            text = f"The folder {folder} does not exist: {path.name} was not made. Make it, or choose another."
        case errno.ENOTDIR:
            text = f"{folder} is not a folder: {path.name} was not made. Choose another."
        case errno.ENAMETOOLONG:
            text = f"The file name {path.name[:40]}... is too long. Choose a shorter one."
        case errno.EISDIR:
            text = f"{path} is a folder. Choose a file name in it."
        case _:
            text = f"{path.name} can't be written to {folder}: {error.strerror or error}. Nothing was kept."
    return ExportError(text)


class _Draft:
    """One file on its way: `place` is where it shall be, `file` what it is written into."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.moved = False
        self.backup: Path | None = None
        try:
            self.place = Path(os.path.realpath(path))  # a link stays a link, what it points at is replaced
            self.direct = self.place.exists() and not self.place.is_file()  # /dev/null, a pipe: never replaced
            self.draft = self.place if self.direct else _free_name(self.place)
            self.file: BinaryIO = open(self.draft, "wb" if self.direct else "xb")  # noqa: SIM115 closed in `finish`
        except OSError as error:
            raise export_error(error, path) from error

    def finish(self) -> None:
        self.file.close()
        if not self.direct and self.place.exists():
            os.chmod(self.draft, stat.S_IMODE(self.place.stat().st_mode))

    def move(self, keep_old: bool) -> None:
        if self.direct:
            return
        if keep_old and self.place.exists():
            backup = _free_name(self.place)
            try:
                os.link(self.place, backup)
            except OSError:  # a file system without hard links
                os.rename(self.place, backup)
            self.backup = backup
        os.replace(self.draft, self.place)
        self.moved = True

    def take_back(self) -> None:
        with suppress(OSError):
            if self.backup is not None and not self.moved and self.place.exists():
                os.unlink(self.backup)  # a second name of the same file, which a rename would leave there
            elif self.backup is not None:
                os.replace(self.backup, self.place)
            elif self.moved:
                os.unlink(self.place)

    def discard(self) -> None:
        with suppress(OSError):
            self.file.close()
        if not self.direct and not self.moved:
            with suppress(OSError):
                os.unlink(self.draft)


def _move_all(drafts: list[_Draft]) -> None:
    """Moves the drafts into place; when one can't be, those before it are taken back."""
    complete = False
    try:
        for draft in drafts:
            try:
                draft.move(keep_old=len(drafts) > 1)
            except OSError as error:
                raise export_error(error, draft.path) from error
        complete = True
    finally:
        if not complete:  # Ctrl+C leaves as little behind as a full disk
            for draft in drafts:
                draft.take_back()
    for draft in drafts:
        if draft.backup is not None:
            with suppress(OSError):
                os.unlink(draft.backup)


def _free_name(place: Path) -> Path:
    return place.with_name(f".{place.name[:40]}.{os.urandom(4).hex()}.tmp")


def _refuse(path: Path, overwrite: bool) -> None:
    """Raises ExportError where a file must not be replaced."""
    try:
        if path.is_dir():
            raise ExportError(f"{path} is a folder. Choose a file name in it.")
        if not path.is_file():
            return
    except OSError as error:  # a name too long even to look at
        raise export_error(error, path) from error
    if not overwrite:
        raise ExportError(f"{path} exists already. Choose another name, or allow it to be replaced.")
    if not os.access(path, os.W_OK):
        raise ExportError(f"{path} is read-only. Choose another name, or make it writable.")


def _culprit(drafts: list[_Draft], error: OSError) -> Path:
    """Which of the files an error met: the one it names, else the last that was begun."""
    for draft in drafts:
        if error.filename is not None and str(error.filename) == str(draft.draft):
            return draft.path
    begun = [draft for draft in drafts if not draft.direct and not draft.file.closed and draft.file.tell()]
    return (begun or drafts)[-1].path
