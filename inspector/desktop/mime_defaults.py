"""Which program opens a MIME type: reads what the desktop reads, and edits the user's mimeapps.list line by line."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

_DEFAULTS = "[Default Applications]"
_CACHE = "[MIME Cache]"


def data_home(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("XDG_DATA_HOME") or Path(environment["HOME"]) / ".local" / "share")


def config_home(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("XDG_CONFIG_HOME") or Path(environment["HOME"]) / ".config")


def default_program(mime: str, environment: Mapping[str, str]) -> str:
    """The name of the .desktop file that opens this type, "" if none does (MIME Applications Associations 1.0)."""
    folders = [*_folders(environment, "XDG_DATA_DIRS", "/usr/local/share:/usr/share", data_home(environment))]
    applications = [folder / "applications" for folder in folders]
    lists = [*_folders(environment, "XDG_CONFIG_DIRS", "/etc/xdg", config_home(environment)), *applications]
    desktops = [each.lower() for each in environment.get("XDG_CURRENT_DESKTOP", "").split(":") if each]
    names = [*(f"{each}-mimeapps.list" for each in desktops), "mimeapps.list"]
    there = {path: _text(path) for folder in lists for path in (folder / name for name in names)}
    for text in there.values():
        for name in choices(text, mime):
            if any((folder / name).is_file() for folder in applications):
                return name
    for folder in applications:
        for name in entries(_text(folder / "mimeinfo.cache"), _CACHE, mime):
            if (folder / name).is_file():
                return name
    return ""


def entries(text: str, section: str, mime: str) -> tuple[str, ...]:
    """The .desktop files of one key in a section, the preferred first."""
    found: tuple[str, ...] = ()
    for inside, line in _with_sections(text.splitlines()):
        key, _, value = line.partition("=")
        if inside == section and key.strip() == mime:
            found += tuple(each.strip() for each in value.split(";") if each.strip())
    return found


def choices(text: str, mime: str) -> tuple[str, ...]:
    """The .desktop files that a mimeapps.list names as defaults of a type, the preferred first."""
    return entries(text, _DEFAULTS, mime)


def with_default(text: str, mime: str, desktop: str) -> str:
    """The text of a mimeapps.list in which `desktop` is the first choice; the earlier ones stay behind it."""
    others = [each for each in choices(text, mime) if each != desktop]
    return _replaced(text, mime, [desktop, *others])


def without_default(text: str, mime: str, desktop: str) -> str:
    """The text without `desktop` as a choice for this type; what else stands there stays."""
    before = choices(text, mime)
    return _replaced(text, mime, [each for each in before if each != desktop]) if desktop in before else text


def _replaced(text: str, mime: str, desktops: list[str]) -> str:
    """The key with these values in the place it had, or at the end of its section; without values it goes."""
    wanted = [f"{mime}={''.join(f'{each};' for each in desktops)}"] if desktops else []
    made: list[str] = []
    section_ends: int | None = None
    for inside, line in _with_sections(text.splitlines()):
        if inside == _DEFAULTS and line.partition("=")[0].strip() == mime:
            made += wanted
            wanted = []
        else:
            made.append(line)
        if inside == _DEFAULTS and line.strip():
            section_ends = len(made)
    if wanted and section_ends is not None:
        made[section_ends:section_ends] = wanted
    elif wanted:
        made += [*([""] if made else []), _DEFAULTS, *wanted]
    return "\n".join(made) + "\n" if made else ""


def _with_sections(lines: list[str]) -> Iterator[tuple[str, str]]:
    section = ""
    for line in lines:
        if line.lstrip().startswith("["):
            section = line.strip()
        yield section, line


def _folders(environment: Mapping[str, str], name: str, usual: str, home: Path) -> list[Path]:
    others = (environment.get(name) or usual).split(os.pathsep)
    return [home, *(Path(each) for each in others if each)]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""
