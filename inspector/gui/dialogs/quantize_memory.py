"""What the Quantize dialog remembers: recipes for all models, data and folder for each of the last ones."""

import json
from pathlib import Path
from typing import Any

from inspector.datasets.choice import DataChoice
from inspector.errors import UsageError
from inspector.gui.settings import Settings
from inspector.jobs.options import QuantizeOptions, from_dict, to_dict
from inspector.jobs.recipes import BY_ID, CLASSIC_FIVE

_MOST = 20


class QuantizeMemory:
    """Reads and writes the settings; what is damaged there counts as nothing."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def recipes(self) -> tuple[str, ...]:
        """Those made last time, at first the classic five."""
        found = tuple(each for each in self._settings.text("quantize/recipes").split(",") if each in BY_ID)
        return found or CLASSIC_FIVE

    def data(self, source: Path, beside: Path | None) -> DataChoice | None:
        """The data used last for `source`, never with the consent to run code; else the file beside it."""
        try:
            found: DataChoice = from_dict(DataChoice, {**self._of(source).get("data", {}), "allow_code": False})
        except (UsageError, TypeError):
            return DataChoice(str(beside)) if beside is not None else None
        return found

    def place(self, source: Path) -> tuple[Path, bool] | None:
        """(folder, keep unsaved) used last for `source`."""
        known = self._of(source)
        folder, unsaved = known.get("folder"), known.get("unsaved")
        return (Path(folder), unsaved) if isinstance(folder, str) and isinstance(unsaved, bool) else None

    def keep(self, source: Path, options: QuantizeOptions, folder: Path | None, unsaved: bool) -> None:
        self._settings.put("quantize/recipes", ",".join(options.recipes))
        known = self._all()
        row = known.pop(str(source), {})
        row |= {"unsaved": unsaved, **({"folder": str(folder)} if folder is not None else {})}
        if options.data is not None:
            row["data"] = {**to_dict(options.data), "allow_code": False}
        known[str(source)] = row
        self._settings.put("quantize/sources", json.dumps(dict(list(known.items())[-_MOST:])))

    def _of(self, source: Path) -> dict[str, Any]:
        row = self._all().get(str(source), {})
        return row if isinstance(row, dict) else {}

    def _all(self) -> dict[str, Any]:
        try:
            found = json.loads(self._settings.text("quantize/sources", "{}"))
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}
