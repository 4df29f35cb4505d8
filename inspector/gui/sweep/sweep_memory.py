"""What the Sweep window remembers: the last plans, and where each of them ran."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from inspector.gui.settings import Settings

_KEY, MOST = "sweep/plans", 10


@dataclass(frozen=True, slots=True)
class Place:
    """`folder` "" is the usual one beside the plan; `dask` an address that is used where `on_dask`."""

    folder: str = ""
    workers: int = 0
    dask: str = ""
    on_dask: bool = False


class SweepMemory:
    """Reads and writes the settings; what is damaged there counts as nothing."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def plans(self) -> list[Path]:
        """The last ones first, those that are gone left out."""
        return [Path(path) for path in reversed(self._all()) if Path(path).is_file()]

    def place(self, plan: Path) -> Place:
        """Where a plan ran the last time."""
        told = self._all().get(str(plan))
        if not isinstance(told, dict):
            return Place()
        usual = asdict(Place())
        known = {name: told[name] for name in usual if type(told.get(name)) is type(usual[name])}
        return Place(**{**usual, **known})

    def keep(self, plan: Path, place: Place | None = None) -> None:
        """Puts a plan at the head; without a `place` as it was."""
        known = self._all()
        before = self.place(plan)
        known.pop(str(plan), None)
        known[str(plan)] = asdict(place or before)
        self._settings.put(_KEY, json.dumps(dict(list(known.items())[-MOST:])))

    def _all(self) -> dict[str, Any]:
        try:
            found = json.loads(self._settings.text(_KEY, "{}"))
        except (ValueError, RecursionError):
            return {}
        return {path: value for path, value in found.items() if "\0" not in path} if isinstance(found, Mapping) else {}
