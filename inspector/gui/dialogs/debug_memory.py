"""What the Debug dialog remembers of each of the last sources: its calibration data and what it was measured on."""

from pathlib import Path
from typing import Any

from inspector.datasets.choice import DataChoice
from inspector.gui.file_memory import FileMemory, data_of, data_row
from inspector.gui.settings import Settings


class DebugMemory:
    """By the source's file."""

    def __init__(self, settings: Settings) -> None:
        self._sources = FileMemory(settings, "debug/sources")

    def data(self, source: Path, usual: DataChoice | None) -> tuple[DataChoice | None, DataChoice | None, bool]:
        """(calibration data, debug data, whether the first serve as the second); never with consent to run code."""
        row = self._sources.of(source)
        return data_of(row.get("data")) or usual, data_of(row.get("debug_data")) or usual, row.get("same") is True

    def keep(self, source: Path, data: DataChoice | None, debug_data: DataChoice | None, same: bool) -> None:
        row: dict[str, Any] = {"same": same}
        for name, choice in (("data", data), ("debug_data", debug_data)):
            if choice is not None:
                row[name] = data_row(choice)
        self._sources.keep(source, row)
