"""Reads .keras files: a zip of config.json, metadata.json and model.weights.h5."""

import mmap
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

from inspector.errors import DamagedFileError, ModelFileError, NotAModelError
from inspector.formats.file_bytes import FileBytes
from inspector.formats.keras_config import Layer, parse_json, read_model
from inspector.formats.keras_graph import infer_shapes
from inspector.formats.keras_groups import stored_groups
from inspector.formats.keras_h5 import with_name
from inspector.formats.keras_hdf5 import MAX_TEXT_BYTES, other_links, root_group
from inspector.formats.keras_model import Parts, build_model
from inspector.formats.keras_notes import config_damaged, model_facts, no_weights
from inspector.formats.keras_optimizer import optimizer_state
from inspector.formats.keras_source import Source, Window
from inspector.formats.keras_store import read_store
from inspector.formats.keras_weights import Found
from inspector.model import AssociatedFile, Finding, Model

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
_ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError, OSError, RuntimeError, ValueError,
)  # fmt: skip
"""What zipfile raises on damaged archives (RuntimeError: an encrypted member)."""
_MAX_EXPANSION = 200
_EXPANSION_FLOOR = 64 << 20
_STEP = 1 << 20
_ASSETS = 200
_ASSET_HEAD = 1 << 16


def read_keras_zip(path: str | Path) -> Model:
    """Opens a .keras file. Raises NotAModelError, DamagedFileError, ModelFileError."""
    path = Path(path)
    opened = FileBytes(path)
    try:
        with zipfile.ZipFile(Window(Source(opened, 0, opened.size))) as archive:
            parts = _read(archive, opened)
    except DamagedFileError as error:
        raise with_name(path, error) from None
    except _ZIP_ERRORS as error:
        raise DamagedFileError(f"{path.name} is damaged: its zip archive can't be read ({error}).") from None
    return build_model(parts)


def _read(archive: zipfile.ZipFile, opened: FileBytes) -> Parts:
    names = set(archive.namelist())
    if CONFIG not in names:
        raise NotAModelError(f"{opened.path.name} is a zip archive, but no Keras model: it has no {CONFIG}.")
    findings: list[Finding] = []
    model = None
    config: Any = None
    try:
        config = parse_json(_text(archive, CONFIG), CONFIG)
        model = read_model(config)
        infer_shapes(model)
    except DamagedFileError as error:  # the weights may still be there
        if WEIGHTS not in names:
            raise
        findings.append(config_damaged(CONFIG, error))
    if WEIGHTS in names:
        parts = _with_weights(_weights_source(archive, opened), model)
    else:
        assert model is not None
        parts = Parts(Source(opened, 0, 0), "keras_zip", model, Found(), findings=[no_weights(WEIGHTS)])
    metadata = _metadata(archive, names, findings)
    parts.findings[:0] = findings
    training = config.get("compile_config") if isinstance(config, dict) else None
    version = metadata.get("keras_version")
    facts = model_facts(parts.model, version if isinstance(version, str) else None, None, training)
    parts.facts = parts.facts | facts if model is not None or version else parts.facts
    if isinstance(saved := metadata.get("date_saved"), str):
        parts.facts["saved"] = saved[:40].replace("@", " ")
    parts.associated_files = _assets(archive)
    return parts


def _metadata(archive: zipfile.ZipFile, names: set[str], findings: list[Finding]) -> dict[str, Any]:
    if METADATA not in names:
        return {}
    try:
        found = parse_json(_text(archive, METADATA), METADATA)
    except DamagedFileError as error:
        findings.append(config_damaged(METADATA, error))
        return {}
    return found if isinstance(found, dict) else {}


def _with_weights(source: Source, model: Layer | None) -> Parts:
    root = root_group(source)
    if model is not None and model.is_model:
        found = read_store(root, model, source.size)
        optimizer = optimizer_state(root, source.size, found)
        return Parts(source, "keras_zip", model, found, optimizer, links=other_links(root))
    parts = stored_groups(root, source, "keras_zip")  # a class of its own, whose layers only its program knows
    if model is not None:
        parts.model.class_name, parts.model.name = model.class_name, model.name
    return parts


def _text(archive: zipfile.ZipFile, name: str) -> bytes:
    """A small member, its size checked before and while it is read. Raises DamagedFileError."""
    info = archive.getinfo(name)
    if info.file_size > MAX_TEXT_BYTES:
        raise DamagedFileError(f"{name} in the archive claims {info.file_size:,} bytes; that is no configuration.")
    try:
        with archive.open(info) as member:
            return member.read(MAX_TEXT_BYTES + 1)[:MAX_TEXT_BYTES]
    except _ZIP_ERRORS as error:
        raise DamagedFileError(f"{name} in the archive can't be read: {error}.") from None


def _assets(archive: zipfile.ZipFile) -> tuple[AssociatedFile, ...]:
    """Vocabularies and the like that layers keep under assets/, the head of each where it is text."""
    files = []
    for info in archive.infolist():
        if info.filename in ("", CONFIG, METADATA, WEIGHTS) or info.filename.endswith("/"):
            continue
        try:
            with archive.open(info) as member:
                head = member.read(_ASSET_HEAD).decode("utf-8")
        except _ZIP_ERRORS:
            head = ""
        files.append(AssociatedFile(info.filename[:300], info.file_size, head if head.isprintable() else _lines(head)))
        if len(files) == _ASSETS:
            break
    return tuple(files)


def _lines(text: str) -> str:
    """The text if it is one: lines of printable characters; "" for binary data."""
    return text if all(line.replace("\t", " ").isprintable() for line in text.splitlines()) else ""


def _weights_source(archive: zipfile.ZipFile, opened: FileBytes) -> Source:
    """Where the weights are: a stored member is read in place, a packed one is unpacked into a temporary file."""
    info = archive.getinfo(WEIGHTS)
    if info.file_size > _EXPANSION_FLOOR and info.file_size > _MAX_EXPANSION * info.compress_size:
        raise DamagedFileError(
            f"{WEIGHTS} in the archive claims {info.file_size:,} bytes, packed into {info.compress_size:,}; "
            "that is no model's weights."
        )
    with archive.open(info) as member:
        if info.compress_type == zipfile.ZIP_STORED:
            start = _data_start(archive, info)
            if start + info.file_size > opened.size:
                raise DamagedFileError("The file is cut short: it ends before its weights do.")
            return Source(opened, start, info.file_size)
        return Source(opened, 0, info.file_size, _unpacked(member, info.file_size))


def _data_start(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> int:
    """Where a member's bytes begin: behind its local header, whose name and extra field may differ in length."""
    file: Any = archive.fp
    file.seek(info.header_offset + 26)
    lengths = file.read(4)
    return info.header_offset + 30 + int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")


def _write(copy: IO[bytes], block: bytes) -> None:
    """Raises ModelFileError where the disk is full: that is no damage of the model."""
    try:
        copy.write(block)
        copy.flush()
    except OSError as error:
        raise ModelFileError(
            f"There is no room in {tempfile.gettempdir()} for the weights, which are packed in the file and unpacked "
            f"there: {error.strerror or error}. Free space, or set TMPDIR to another folder."
        ) from error


def _unpacked(member: IO[bytes], size: int) -> mmap.mmap | bytes:
    """A packed member, unpacked into a file of our own that vanishes with the model."""
    with tempfile.TemporaryFile() as copy:
        done = 0
        while block := member.read(_STEP):
            done += len(block)
            if done > size:
                raise DamagedFileError(f"{WEIGHTS} in the archive holds more than the {size:,} bytes it claims.")
            _write(copy, block)
        if done < size:
            raise DamagedFileError(f"{WEIGHTS} in the archive ends after {done:,} of {size:,} bytes.")
        return mmap.mmap(copy.fileno(), size, access=mmap.ACCESS_READ) if size else b""
