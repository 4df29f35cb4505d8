"""What the window remembers between two runs, in an ini file. A damaged file counts as an empty one."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QLockFile, QSettings

ORGANIZATION = APPLICATION = "tflite-inspector"
MOST_RECENT = 10
_LOCK_MS = 300


@dataclass(frozen=True, slots=True)
class RecentFile:
    """A file that was open: what the start page shows of it without opening it. `opened` is an ISO time."""

    path: str
    badge: str = ""
    badge_type: str = ""
    size_bytes: int = 0
    opened: str = ""

    @property
    def name(self) -> str:
        return Path(self.path).name

    @property
    def folder(self) -> str:
        """Its folder, with ~ for the home folder."""
        return short_path(Path(self.path).parent)


def short_path(path: Path) -> str:
    """`~/models` for a path inside the home folder."""
    try:
        inside = path.relative_to(Path.home())
    except (ValueError, RuntimeError):
        return str(path)
    return "~" if inside == Path() else f"~/{inside.as_posix()}"


def day_text(opened: str, now: datetime) -> str:
    """`today, 09:12`, `yesterday`, `14 Nov`, `14 Nov 2024`; "" for what is no ISO time."""
    try:
        then = datetime.fromisoformat(opened)
    except ValueError:
        return ""
    if then.date() == now.date():
        return f"today, {then:%H:%M}"
    if then.date() == (now - timedelta(days=1)).date():
        return "yesterday"
    return f"{then.day} {then:%b}" if then.year == now.year else f"{then.day} {then:%b %Y}"


class Settings:
    """Typed access; every getter gives its default where the file holds something else."""

    def __init__(self, read_only: bool = False) -> None:
        """`read_only`: nothing that happens is remembered (a picture of the window leaves no traces)."""
        self._read_only = read_only
        self._file = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, ORGANIZATION, APPLICATION)

    def problem(self) -> str:
        """A sentence where what is remembered can't be read or kept, "" where all is well.

        A damaged file is kept under another name, as the next thing remembered writes it anew.
        """
        path = Path(self._file.fileName())
        self._file.allKeys()
        if self._file.status() == QSettings.Status.AccessError:
            return f"Settings can't be kept: {path} can't be read or written. This window starts with the usual ones."
        if self._file.status() != QSettings.Status.FormatError or self._read_only:
            return ""
        kept = path.with_name(f"{path.name}.damaged")
        try:
            shutil.copyfile(path, kept)
        except OSError:
            return f"The settings in {path} are damaged; what can't be read has its usual value."
        return f"The settings were damaged; what can't be read has its usual value. {kept} has them as they were."

    def text(self, key: str, default: str = "") -> str:
        value = self._file.value(key)
        return value if isinstance(value, str) else default

    def flag(self, key: str, default: bool) -> bool:
        return {"true": True, "false": False}.get(self.text(key).lower(), default)

    def number(self, key: str, default: int, lowest: int, highest: int) -> int:
        """A whole number, `default` where it is none or outside lowest..highest."""
        text = self.text(key)
        value = int(text) if text.isdecimal() and len(text) < 10 else default
        return value if lowest <= value <= highest else default

    def blob(self, key: str) -> QByteArray:
        value = self._file.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def put(self, key: str, value: str | bool | QByteArray) -> None:
        if self._read_only:
            return
        self._file.setValue(key, ("true" if value else "false") if isinstance(value, bool) else value)

    def folder(self, purpose: str) -> str:
        """The folder last used for `purpose` ("open", "export"); "" if it is gone."""
        chosen = self.text(f"folders/{purpose}")
        return chosen if chosen and Path(chosen).is_dir() else ""

    def recent_files(self) -> list[RecentFile]:
        """The files opened last, newest first."""
        try:
            rows = json.loads(self.text("recent", "[]"))
        except (ValueError, RecursionError):
            return []
        return [found for row in rows if (found := _recent(row))][:MOST_RECENT] if isinstance(rows, list) else []

    def put_recent_files(self, files: Sequence[RecentFile]) -> None:
        rows = [asdict(file) for file in files[:MOST_RECENT]]
        self.put("recent", json.dumps(rows))

    def add_recent_file(self, added: RecentFile) -> None:
        """Puts it first. Another window's files stay: the list is read anew, while no other window writes it."""
        if self._read_only:
            return
        lock = QLockFile(self._file.fileName() + ".recent")
        locked = lock.tryLock(_LOCK_MS)  # without it, such as in a folder that may only be read, it goes on
        self._file.sync()
        self.put_recent_files([added, *(file for file in self.recent_files() if file.path != added.path)])
        self._file.sync()
        if locked:
            lock.unlock()


def _recent(row: Any) -> RecentFile | None:
    fields = {"path": str, "badge": str, "badge_type": str, "size_bytes": int, "opened": str}
    if not isinstance(row, dict) or not row.get("path"):
        return None
    known = {name: row.get(name, kind()) for name, kind in fields.items()}
    if any(type(known[name]) is not kind for name, kind in fields.items()) or "\0" in known["path"]:
        return None
    return RecentFile(**known)
