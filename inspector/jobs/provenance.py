"""Where a variant comes from, in a small JSON file beside it: recipe, options, hashes of source and data, versions."""

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import inspector
from inspector.analysis.progress import Progress

_PACKAGES = ("tensorflow", "keras", "tf-keras", "ai-edge-litert", "litert-quantizer", "numpy")
_LARGEST = 1 << 20  # a file that says more about a variant is none of ours
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is known of how a variant was made. Paths are absolute; `source_sha256` of a folder covers all its files.

    `data` is None where the recipe needs none, else {"path", "sha256", "samples", "description"}; `options` are those
    of the job; `made_by` is the back end: "tensorflow", "litert" or "copy".
    """

    recipe: str
    source: str
    source_sha256: str
    variant_sha256: str
    made_by: str
    data: dict[str, Any] | None = None
    options: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The file's text."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"


def provenance_path(variant: str | Path) -> Path:
    """`digits.int8.json` for `digits.int8.tflite`."""
    return Path(variant).with_suffix(".json")


def read_provenance(variant: str | Path) -> Provenance | None:
    """What the file beside `variant` says; None if there is none, or it is not one of ours."""
    try:
        path = provenance_path(variant)
        if path.stat().st_size > _LARGEST:
            return None
        values = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(values, dict) or not all(type(values.get(name)) is str for name in _TEXTS):
        return None
    known = {each.name: values[each.name] for each in fields(Provenance) if each.name in values}
    if not all(isinstance(known.get(name, {}), dict) for name in ("options", "versions")):
        return None
    if not isinstance(known.get("data"), dict | None) or not isinstance(known.get("notes", []), list):
        return None
    return Provenance(**{**known, "notes": tuple(map(str, known.get("notes", ())))})


_TEXTS = ("recipe", "source", "source_sha256", "variant_sha256", "made_by")


def is_unchanged(variant: str | Path, provenance: Provenance) -> bool:
    """Whether `variant` is still the file that the provenance was written for. Raises OSError."""
    return sha256_of(Path(variant)) == provenance.variant_sha256


def sha256_of(path: Path, progress: Progress | None = None) -> str:
    """Of a file's bytes, or of a folder: names and bytes of all files in it, in the order of their names."""
    digest = hashlib.sha256()
    for file in [path] if not path.is_dir() else sorted(each for each in path.rglob("*") if each.is_file()):
        if file != path:
            digest.update(
                file.relative_to(path).as_posix().encode() + b"\0" + str(file.stat().st_size).encode() + b"\0"
            )
        for chunk in _chunks(file):
            digest.update(chunk)
            if progress is not None:
                progress(None, f"Reading {file.name}")
    return digest.hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


@cache
def versions() -> Mapping[str, str]:
    """Of this program, of Python and of the packages that take part, as far as they are installed."""
    found = {"tflite-inspector": inspector.__version__, "python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
