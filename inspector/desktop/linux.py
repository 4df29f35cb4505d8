"""Linux: the .desktop file, MIME types, icons and defaults of one user (freedesktop.org's specifications)."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from inspector.desktop.desktop_entry import KEPT, desktop_entry
from inspector.desktop.document_types import DOCUMENT_TYPES
from inspector.desktop.mime_defaults import (
    choices,
    config_home,
    data_home,
    default_program,
    with_default,
    without_default,
)
from inspector.desktop.mime_package import mime_package
from inspector.desktop.program import NAME
from inspector.desktop.state import Association, Opener
from inspector.errors import ExportError
from inspector.export.atomic_file import export_error, write_file
from inspector.resources import resource_path

DESKTOP_FILE = f"{NAME}.desktop"
ICON_SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
_SECONDS = 60


class LinuxDesktop:
    """One user's desktop. `environment` names its folders as XDG_DATA_HOME, XDG_CONFIG_HOME, HOME, ... do."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        if not environment.get("HOME"):
            raise ExportError("There is no home folder (HOME is not set), so nothing can be installed for its user.")
        self._environment = environment
        self._data = data_home(environment)
        self._entry = self._data / "applications" / DESKTOP_FILE
        self._package = self._data / "mime" / "packages" / f"{NAME}.xml"
        self._defaults = config_home(environment) / "mimeapps.list"

    def install(self, program: str) -> Association:
        """Writes all files and makes `program` the usual one for the types that are its own. Raises ExportError."""
        kept = self._others_defaults()
        for source, place in self._icons():
            self._write(place, source.read_bytes())
        self._write(self._package, mime_package(DOCUMENT_TYPES).encode())
        self._write(self._entry, desktop_entry(program, DOCUMENT_TYPES, _kept_text(kept)).encode())
        text = self._defaults_text()
        for each in DOCUMENT_TYPES:
            if each.own:
                text = with_default(text, each.mime, DESKTOP_FILE)
            elif each.mime in kept:
                text = with_default(text, each.mime, kept[each.mime])
        self._write(self._defaults, text.encode("utf-8", "surrogateescape"))
        return self.status(self._tell_desktop())

    def remove(self) -> Association:
        """Takes away what `install` brought; other programs' defaults are as before. Raises ExportError."""
        text = before = self._defaults_text()
        for each in DOCUMENT_TYPES:
            text = without_default(text, each.mime, DESKTOP_FILE)
        for mime, desktop in self._kept().items():
            text = without_default(text, mime, desktop)
        if text.strip() == "[Default Applications]":
            self._unlink(self._defaults)
        elif text != before:
            self._write(self._defaults, text.encode("utf-8", "surrogateescape"))
        there = self._entry.exists() or self._package.exists()
        for place in (self._entry, self._package, *(place for _source, place in self._icons())):
            self._unlink(place)
        return self.status(self._tell_desktop() if there else ())

    def status(self, notes: Sequence[str] = ()) -> Association:
        """What is installed, and what a double-click on each type opens."""
        program = _value(self._entry, "TryExec")
        notes = list(notes)
        if program and not os.access(program, os.X_OK):
            notes.append(f"{program} is gone: install again from where the program is now.")
        openers = tuple(
            Opener(each, found := default_program(each.mime, self._environment), found == DESKTOP_FILE)
            for each in DOCUMENT_TYPES
        )
        return Association(self._entry.exists() and self._package.exists(), program, openers, tuple(notes))

    def _others_defaults(self) -> dict[str, str]:
        """Who opens the types that are only offered: written down as the user's choice, as a newcomer in the user's
        own folder goes before the programs of the system otherwise."""
        chosen = self._defaults_text()
        kept = {mime: desktop for mime, desktop in self._kept().items() if choices(chosen, mime)[:1] == (desktop,)}
        for each in DOCUMENT_TYPES:
            if not each.own and not choices(chosen, each.mime):
                found = default_program(each.mime, self._environment)
                if found not in ("", DESKTOP_FILE):
                    kept[each.mime] = found
        return kept

    def _kept(self) -> dict[str, str]:
        pairs = (each.split(":", 1) for each in _value(self._entry, KEPT).split(";") if ":" in each)
        return dict(pairs)

    def _icons(self) -> list[tuple[Path, Path]]:
        """(drawing, where the theme has it) of the program and of its own types, in each size and as SVG."""
        theme = self._data / "icons" / "hicolor"
        named = [("app", "apps", NAME), *((each.id, "mimetypes", each.icon) for each in DOCUMENT_TYPES if each.own)]
        found = []
        for drawing, context, name in named:
            found.append((f"{drawing}.svg", theme / "scalable" / context / f"{name}.svg"))
            found += [(f"{drawing}-{size}.png", theme / f"{size}x{size}" / context / f"{name}.png")
                      for size in ICON_SIZES]  # fmt: skip
        return [(resource_path(f"desktop/icons/{source}"), place) for source, place in found]

    def _defaults_text(self) -> str:
        try:
            return self._defaults.read_text(encoding="utf-8", errors="surrogateescape")
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise ExportError(f"{self._defaults} can't be read: {error.strerror}.") from error

    def _write(self, place: Path, data: bytes) -> None:
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise export_error(error, place) from error
        write_file(place.resolve() if place.is_symlink() else place, data, overwrite=True)

    def _unlink(self, place: Path) -> None:
        try:
            place.unlink(missing_ok=True)
        except OSError as error:
            raise export_error(error, place) from error

    def _tell_desktop(self) -> list[str]:
        """Has the desktop read its folders again; sentences for what it could not."""
        theme = self._data / "icons" / "hicolor"
        if theme.is_dir():
            os.utime(theme)  # a cache of icons older than the folder is passed over
        notes = []
        for tool, package, folder in (
            ("update-mime-database", "shared-mime-info", self._data / "mime"),
            ("update-desktop-database", "desktop-file-utils", self._entry.parent),
        ):
            if folder.is_dir() and (sentence := self._run(tool, package, folder)):
                notes.append(sentence)
        return notes

    def _run(self, tool: str, package: str, folder: Path) -> str:
        if shutil.which(tool) is None:
            return f"{tool} is missing (package {package}): the desktop may notice the change only after it is there."
        try:
            ended = subprocess.run(
                [tool, str(folder)], env=dict(self._environment), capture_output=True, text=True, timeout=_SECONDS
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"{tool} failed: {error}."
        return "" if ended.returncode == 0 else f"{tool} failed: {ended.stderr.strip() or ended.returncode}."


def _kept_text(kept: Mapping[str, str]) -> str:
    return "".join(f"{mime}:{desktop};" for mime, desktop in kept.items())


def _value(entry: Path, key: str) -> str:
    """One key of a .desktop file's first group, "" where it is not there."""
    try:
        lines = entry.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    found = next((line.partition("=")[2] for line in lines if line.partition("=")[0] == key), "")
    return found.replace("\\\\", "\\")
