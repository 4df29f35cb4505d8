"""Calibrated models that need not be calibrated again: in this process's memory, and in files of the user's cache.

A key stands for source, data, options and versions; a file that is damaged or cut short counts as none.
"""

import hashlib
import json
import os
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MOST_BYTES = 1 << 30
"""What the files may take together; beyond it those not used for longest go."""
_MOST_IN_MEMORY = 256 << 20
_MARK = b"TFICAL01"
_DRAFT_SECONDS = 3600


@dataclass(frozen=True, slots=True, eq=False)
class CalibratedModel:
    """`content` is the float32 .tflite; `ranges` the same with the ranges of its activations in it, as TensorFlow's
    quantizer takes it. `notes` are for every variant made of it."""

    key: str
    content: bytes
    ranges: bytes
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return len(self.content) + len(self.ranges)


def calibration_key(**parts: object) -> str:
    """64 hexadecimal digits for everything that makes a difference: hashes of source and data, options, versions."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def cache_folder() -> Path:
    """$XDG_CACHE_HOME/tflite-inspector/calibrated, or the system's own place for such files."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    if not named and os.name == "nt":
        named = os.environ.get("LOCALAPPDATA", "")
    return Path(named or Path.home() / ".cache") / "tflite-inspector" / "calibrated"


class CalibrationCache:
    """`folder` None: the user's."""

    def __init__(self, folder: Path | None = None, most_bytes: int = MOST_BYTES) -> None:
        self._folder, self._most_bytes = folder, most_bytes
        self._memory: OrderedDict[str, CalibratedModel] = OrderedDict()

    def get(self, key: str) -> CalibratedModel | None:
        """None where there is no such entry, or no sound one."""
        found = self._memory.get(key) or self._read(key)
        if found is not None:
            self._remember(found)
        return found

    def put(self, model: CalibratedModel) -> None:
        """In memory, and in a file where that can be written: a cache that can't is no reason to stop."""
        self._remember(model)
        with suppress(OSError):
            self._write(model)
            self._make_room()

    def forget(self) -> None:
        """Empties the memory; the files stay."""
        self._memory.clear()

    def _remember(self, model: CalibratedModel) -> None:
        self._memory[model.key] = model
        self._memory.move_to_end(model.key)
        while len(self._memory) > 1 and sum(each.size for each in self._memory.values()) > _MOST_IN_MEMORY:
            self._memory.popitem(last=False)

    def _path(self, key: str) -> Path | None:
        """None for what is no key: it comes from a file or a form."""
        sound = len(key) == 64 and set(key) <= set("0123456789abcdef")
        return (self._folder or cache_folder()) / f"{key}.bin" if sound else None

    def _read(self, key: str) -> CalibratedModel | None:
        path = self._path(key)
        if path is None:
            return None
        try:
            data = path.read_bytes()
            os.utime(path)  # used: it goes last
        except OSError:
            return None
        return unpacked(data, key)

    def _write(self, model: CalibratedModel) -> None:
        path = self._path(model.key)
        data = packed(model)
        if path is None or len(data) > self._most_bytes:
            return
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            draft.write_bytes(data)
            os.replace(draft, path)
        finally:
            draft.unlink(missing_ok=True)

    def _make_room(self) -> None:
        files = sorted(self._files(), key=lambda each: each[0])
        total = sum(size for _used, size, _path in files)
        for used, size, path in files:
            forgotten = path.suffix == ".part" and time.time() - used > _DRAFT_SECONDS  # of a process that was killed
            if total <= self._most_bytes and not forgotten:
                continue
            path.unlink(missing_ok=True)
            total -= size

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """(last used, bytes, path) of all entries, and of drafts that a killed process left."""
        for path in (self._folder or cache_folder()).iterdir():
            if path.suffix in (".bin", ".part"):
                with suppress(OSError):
                    status = path.stat()
                    yield status.st_mtime, status.st_size, path


def packed(model: CalibratedModel) -> bytes:
    """The file: mark, SHA-256 of the rest, length of a JSON header, header, float model, model with ranges."""
    header = json.dumps({"key": model.key, "notes": model.notes, "content": len(model.content)}).encode()
    rest = len(header).to_bytes(4, "little") + header + model.content + model.ranges
    return _MARK + hashlib.sha256(rest).digest() + rest


def unpacked(data: bytes, key: str) -> CalibratedModel | None:
    """None unless it is whole and stands for `key`."""
    rest = data[40:]
    if data[:8] != _MARK or hashlib.sha256(rest).digest() != data[8:40]:
        return None
    end = 4 + int.from_bytes(rest[:4], "little")
    header = json.loads(rest[4:end])
    if header["key"] != key:
        return None
    middle = end + int(header["content"])
    return CalibratedModel(key, rest[end:middle], rest[middle:], tuple(header["notes"]))


CACHE = CalibrationCache()
"""The resident worker's."""
