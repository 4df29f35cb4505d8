r"""Windows: keys and values below HKEY_CURRENT_USER that make the program one that opens model files; no administrator.

Since Windows 8 only a person can change a type's program once one was chosen: what is written here offers it, and is
the usual one where none was chosen. `registry_values` is a pure function; `WindowsDesktop` writes what it says.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from inspector.desktop.document_types import DOCUMENT_TYPES, DocumentType
from inspector.desktop.program import NAME, TITLE
from inspector.desktop.state import Association, Opener

Values = dict[tuple[str, str], str]
"""(key below HKEY_CURRENT_USER, name of the value, "" for the key's own) -> text."""
_CLASSES = r"Software\Classes"
_OWN = rf"Software\{NAME}"
_ABOUT = "See every tensor, operator and weight of a TensorFlow Lite or Keras model"


def prog_id(each: DocumentType) -> str:
    return f"TFLiteInspector.{each.id}"


def registry_values(program: str, icon: str, types: Sequence[DocumentType] = DOCUMENT_TYPES) -> Values:
    """What has to stand in the registry. `program` and `icon` are absolute paths."""
    start = f'"{program}" "%1"'
    found: Values = {
        (rf"{_OWN}\Capabilities", "ApplicationName"): TITLE,
        (rf"{_OWN}\Capabilities", "ApplicationDescription"): _ABOUT,
        (r"Software\RegisteredApplications", TITLE): rf"{_OWN}\Capabilities",
    }
    for each in types:
        key = rf"{_CLASSES}\{prog_id(each)}"
        found[(key, "")] = each.title
        found[(rf"{key}\DefaultIcon", "")] = icon
        found[(rf"{key}\shell\open\command", "")] = start
        for suffix in each.suffixes:
            found[(rf"{_CLASSES}\{suffix}\OpenWithProgids", prog_id(each))] = ""
            if each.own:
                found[(rf"{_CLASSES}\{suffix}", "")] = prog_id(each)
                found[(rf"{_OWN}\Capabilities\FileAssociations", suffix)] = prog_id(each)
    return found


def own_keys(types: Sequence[DocumentType] = DOCUMENT_TYPES) -> tuple[str, ...]:
    """Keys that are this program's alone: they go as a whole. In all others only its values go."""
    return (_OWN, *(rf"{_CLASSES}\{prog_id(each)}" for each in types))


class Registry(Protocol):
    """HKEY_CURRENT_USER, as much of it as is needed."""

    def read(self, key: str, name: str) -> str | None: ...

    def write(self, key: str, name: str, value: str) -> None: ...

    def delete_value(self, key: str, name: str) -> None: ...

    def delete_key(self, key: str) -> None: ...

    def tell_shell(self) -> None: ...


class WindowsDesktop:
    """One user's registry."""

    def __init__(self, registry: Registry, icon: str) -> None:
        self._registry, self._icon = registry, icon

    def install(self, program: str) -> Association:
        """A suffix that has another program keeps it; the new one is offered beside it. Raises ExportError."""
        for (key, name), value in registry_values(program, self._icon).items():
            taken = self._registry.read(key, name)
            if not (_is_suffix(key) and taken and taken != value):
                self._registry.write(key, name, value)
        self._registry.tell_shell()
        return self.status()

    def remove(self) -> Association:
        """Raises ExportError."""
        own = own_keys()
        for (key, name), value in registry_values("", "").items():
            if not _below(key, own) and self._registry.read(key, name) == value:
                self._registry.delete_value(key, name)
        for key in own:
            self._registry.delete_key(key)
        self._registry.tell_shell()
        return self.status()

    def status(self) -> Association:
        """`Opener.program` is a ProgID."""
        command = self._registry.read(rf"{_CLASSES}\{prog_id(DOCUMENT_TYPES[0])}\shell\open\command", "") or ""
        program = command[1:].partition('"')[0]
        openers = []
        for each in DOCUMENT_TYPES:
            found = self._registry.read(rf"{_CLASSES}\{each.suffixes[0]}", "") or ""
            openers.append(Opener(each, found, found == prog_id(each)))
        return Association(bool(program), program, tuple(openers))


def _is_suffix(key: str) -> bool:
    return key.startswith(rf"{_CLASSES}\.") and key.count("\\") == 2


def _below(key: str, keys: Iterable[str]) -> bool:
    return any(key == each or key.startswith(f"{each}\\") for each in keys)
