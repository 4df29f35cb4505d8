"""Reads .keras files: a zip of config.json, metadata.json and model.weights.h5."""

import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from inspector.errors import DamagedFileError, NotAModelError
from inspector.formats.file_bytes import FileBytes
from inspector.formats.keras_config import Layer, parse_json, read_model
from inspector.formats.keras_graph import infer_shapes
from inspector.formats.keras_h5 import damaged, optimizer_state, stored_weights
from inspector.formats.keras_hdf5 import HDF5_ERRORS, MAX_TEXT_BYTES, hdf5_file, other_links
from inspector.formats.keras_model import Parts, build_model
from inspector.formats.keras_notes import model_facts
from inspector.formats.keras_source import Source, Window
from inspector.formats.keras_store import container, read_store
from inspector.model import Finding, Level, Model

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    KeyError,
)
_MAX_EXPANSION = 200
_EXPANSION_FLOOR = 64 << 20
_STEP = 1 << 20


def read_keras_zip(path: str | Path) -> Model:
    """Opens a .keras file. Raises NotAModelError, DamagedFileError, ModelFileError."""
    path = Path(path)
    opened = FileBytes(path)
    try:
        with zipfile.ZipFile(Window(Source(opened, 0, opened.size))) as archive:
            parts = _read(archive, opened)
    except _ZIP_ERRORS as error:
        raise DamagedFileError(f"{path.name} is damaged: its zip archive can't be read ({error}).") from None
    return build_model(parts)


def _read(archive: zipfile.ZipFile, opened: FileBytes) -> Parts:
    names = set(archive.namelist())
    if CONFIG not in names:
        raise NotAModelError(f"{opened.path.name} is a zip archive, but no Keras model: it has no {CONFIG}.")
    config = parse_json(_text(archive, CONFIG), CONFIG)
    metadata = parse_json(_text(archive, METADATA), METADATA) if METADATA in names else {}
    model = read_model(config)
    infer_shapes(model)
    if WEIGHTS not in names:
        parts = Parts(Source(opened, 0, 0), "keras_zip", model, [])
        parts.findings = [Finding(
            Level.WARNING, "no_weights", "The file has the layers and no weights", f"There is no {WEIGHTS} in it.",
        )]  # fmt: skip
    else:
        parts = _with_weights(_weights_source(archive, opened), model)
    training = config.get("compile_config")
    version = metadata.get("keras_version") if isinstance(metadata, dict) else None
    parts.facts = model_facts(parts.model, str(version) if version else None, None, training)
    if isinstance(metadata, dict) and isinstance(saved := metadata.get("date_saved"), str):
        parts.facts["saved"] = saved[:40].replace("@", " ")
    return parts


def _with_weights(source: Source, model: Layer) -> Parts:
    with hdf5_file(source) as file:
        try:
            if (not model.layers and container(file) is not None) or not model.is_model:
                parts = stored_weights(file, source, "keras_zip")
                parts.model.class_name, parts.model.name = model.class_name, model.name
                return parts
            found = read_store(file, model, source.size)
            parts = Parts(source, "keras_zip", model, found.weights, optimizer_state(file, source.size))
            parts.links = other_links(file)
            return parts
        except HDF5_ERRORS as error:
            raise damaged(source.path, error) from None


def _text(archive: zipfile.ZipFile, name: str) -> bytes:
    """A small member, its size checked before and while it is read."""
    info = archive.getinfo(name)
    if info.file_size > MAX_TEXT_BYTES:
        raise DamagedFileError(
            f"{name} in the archive claims {info.file_size:,} bytes; no configuration is that large."
        )
    with archive.open(info) as member:
        return member.read(MAX_TEXT_BYTES + 1)[:MAX_TEXT_BYTES]


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
                raise DamagedFileError(f"{opened.path.name} is cut short: it ends before its weights do.")
            return Source(opened, start, info.file_size)
        return Source(opened, 0, info.file_size, _unpacked(member, info.file_size))


def _data_start(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> int:
    """Where a member's bytes begin: behind its local header, whose name and extra field may differ in length."""
    file: Any = archive.fp
    file.seek(info.header_offset + 26)
    lengths = file.read(4)
    return info.header_offset + 30 + int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")


def _unpacked(member: IO[bytes], size: int) -> BinaryIO:
    copy: Any = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - lives as long as the model
    done = 0
    while block := member.read(_STEP):
        done += len(block)
        if done > size:
            copy.close()
            raise DamagedFileError(f"{WEIGHTS} in the archive holds more than the {size:,} bytes it claims.")
        copy.write(block)
    return cast("BinaryIO", copy)
