"""What is remembered of each of the last files that something was done with, as one JSON object in the settings."""

import json
from pathlib import Path
from typing import Any

from inspector.datasets.choice import DataChoice
from inspector.errors import UsageError
from inspector.gui.settings import Settings
from inspector.jobs.options import from_dict, to_dict


class FileMemory:
    """A row of plain values for each file under `key`, at most `most` of them; what is damaged counts as nothing."""

    def __init__(self, settings: Settings, key: str, most: int = 20) -> None:
        self._settings, self._key, self._most = settings, key, most

    def paths(self) -> list[str]:
        """The file that was kept last at the end."""
        return list(self._all())

    def of(self, path: Path) -> dict[str, Any]:
        """{} where nothing is known."""
        row = self._all().get(str(path))
        return row if isinstance(row, dict) else {}

    def keep(self, path: Path, row: dict[str, Any]) -> None:
        known = self._all()
        known.pop(str(path), None)
        known[str(path)] = row
        self._settings.put(self._key, json.dumps(dict(list(known.items())[-self._most :])))

    def _all(self) -> dict[str, Any]:
        try:
            found = json.loads(self._settings.text(self._key, "{}"))
        except (ValueError, RecursionError):
            return {}
        return {path: row for path, row in found.items() if "\0" not in path} if isinstance(found, dict) else {}


def data_row(data: DataChoice) -> dict[str, Any]:
    """For a row: never with consent to run code."""
    return {**to_dict(data), "allow_code": False}


def data_of(row: Any) -> DataChoice | None:
    """What `data_row` made; None where it is damaged or missing."""
    try:
        found: DataChoice = from_dict(DataChoice, {**row, "allow_code": False})
    except (UsageError, TypeError):
        return None
    return found
