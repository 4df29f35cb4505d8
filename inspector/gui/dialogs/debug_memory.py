"""What the Debug dialog remembers of each of the last sources: its calibration data and what it was measured on."""

import json
from pathlib import Path
from typing import Any

from inspector.datasets.choice import DataChoice
from inspector.errors import UsageError
from inspector.gui.settings import Settings
from inspector.jobs.options import from_dict, to_dict

_KEY, _MOST = "debug/sources", 20


class DebugMemory:
    """Reads and writes the settings; what is damaged there counts as nothing."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def data(self, source: Path, usual: DataChoice | None) -> tuple[DataChoice | None, DataChoice | None, bool]:
        """(calibration data, debug data, whether the first serve as the second); never with consent to run code."""
        row = self._all().get(str(source))
        if not isinstance(row, dict):
            return usual, usual, False
        return _choice(row.get("data")) or usual, _choice(row.get("debug_data")) or usual, row.get("same") is True

    def keep(self, source: Path, data: DataChoice | None, debug_data: DataChoice | None, same: bool) -> None:
        known = self._all()
        known.pop(str(source), None)
        row: dict[str, Any] = {"same": same}
        for name, choice in (("data", data), ("debug_data", debug_data)):
            if choice is not None:
                row[name] = {**to_dict(choice), "allow_code": False}
        known[str(source)] = row
        self._settings.put(_KEY, json.dumps(dict(list(known.items())[-_MOST:])))

    def _all(self) -> dict[str, Any]:
        try:
            found = json.loads(self._settings.text(_KEY, "{}"))
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def _choice(values: Any) -> DataChoice | None:
    try:
        found: DataChoice = from_dict(DataChoice, {**values, "allow_code": False})
    except (UsageError, TypeError):
        return None
    return found
