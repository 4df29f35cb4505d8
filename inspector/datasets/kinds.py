"""Which kind of data a path names, and whether there is anything to read."""

from pathlib import Path

from inspector.datasets.choice import RANDOM
from inspector.datasets.numpy_header import MAGIC
from inspector.errors import DataError
from inspector.model.text import printable

_SUFFIXES = {".npz": "npz", ".npy": "npy", ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".py": "python"}
KINDS = "a .npz, .npy, .csv or .py file, a folder of images, or random"


def kind_of(path: str) -> str:
    """ "npz", "npy", "csv", "images", "python" or "random". Raises DataError where nothing can be read."""
    if path == RANDOM:
        return "random"
    if not path.strip():
        raise DataError(f"No data are chosen. Samples come from {KINDS}.")
    place = Path(path).expanduser()
    try:
        if place.is_dir():
            return "images"
        if not place.exists():
            raise DataError(f"There is no file {printable(str(place))}.")
        if not place.is_file():
            raise DataError(f"{place} is not an ordinary file.")
        with place.open("rb") as file:
            head = file.read(6)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} can't be read: {getattr(error, 'strerror', None) or error}.") from error
    if not head:
        raise DataError(f"{place.name} is empty (0 bytes).")
    return _kind(place, head)


def _kind(place: Path, head: bytes) -> str:
    if head == MAGIC:
        return "npy"
    kind = _SUFFIXES.get(place.suffix.lower(), "")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")) and kind in ("npz", "npy", ""):
        return "npz"
    if kind == "npz":
        raise DataError(f"{place.name} is no .npz file: it should be a zip archive of arrays.")
    if kind == "npy":
        raise DataError(f"{place.name} is no NumPy file: its mark is missing. A pickled file is never loaded.")
    if not kind:
        raise DataError(f"{place.name} is of an unknown kind. Samples come from {KINDS}.")
    return kind
