"""What the Evaluate dialog remembers: the data, and the file of label names, of each of the last models."""

import json
from pathlib import Path
from typing import Any

from inspector.datasets.choice import DataChoice
from inspector.errors import UsageError
from inspector.gui.settings import Settings
from inspector.jobs.options import from_dict, to_dict

_KEY, _MOST = "evaluate/sources", 20


class EvaluateMemory:
    """Reads and writes the settings by the file that the models come from; what is damaged there counts as nothing."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def of(self, source: Path) -> tuple[DataChoice | None, Path | None]:
        """(data, file of label names); never with consent to run code."""
        row = self._all().get(str(source))
        if not isinstance(row, dict):
            return None, None
        names = row.get("names")
        try:
            data: DataChoice = from_dict(DataChoice, {**row.get("data", {}), "allow_code": False})
        except (UsageError, TypeError):
            return None, None
        return data, Path(names) if isinstance(names, str) and names else None

    def keep(self, source: Path, data: DataChoice, names: str) -> None:
        known = self._all()
        known.pop(str(source), None)
        known[str(source)] = {"data": {**to_dict(data), "allow_code": False}, "names": names}
        self._settings.put(_KEY, json.dumps(dict(list(known.items())[-_MOST:])))

    def _all(self) -> dict[str, Any]:
        try:
            found = json.loads(self._settings.text(_KEY, "{}"))
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}
