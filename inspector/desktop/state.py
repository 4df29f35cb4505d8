"""What a desktop says about model files and this program."""

from dataclasses import dataclass

from inspector.desktop.document_types import DocumentType


@dataclass(frozen=True, slots=True)
class Opener:
    """`program` opens files of this type, in the desktop's own name for it, "" where none does; `ours`: it is this."""

    type: DocumentType
    program: str
    ours: bool


@dataclass(frozen=True, slots=True)
class Association:
    """`program` is the path that the desktop starts, "" where nothing is `installed`; `notes` are sentences."""

    installed: bool
    program: str
    openers: tuple[Opener, ...]
    notes: tuple[str, ...] = ()
