"""What the Evaluate dialog remembers: the data, and the file of label names, of each of the last models."""

from pathlib import Path

from inspector.datasets.choice import DataChoice
from inspector.gui.file_memory import FileMemory, data_of, data_row
from inspector.gui.settings import Settings


class EvaluateMemory:
    """By the file that the models come from."""

    def __init__(self, settings: Settings) -> None:
        self._sources = FileMemory(settings, "evaluate/sources")

    def of(self, source: Path) -> tuple[DataChoice | None, Path | None]:
        """(data, file of label names); never with consent to run code."""
        row = self._sources.of(source)
        data, names = data_of(row.get("data", {})), row.get("names")
        if data is None:
            return None, None
        return data, Path(names) if isinstance(names, str) and names else None

    def keep(self, source: Path, data: DataChoice, names: str) -> None:
        self._sources.keep(source, {"data": data_row(data), "names": names})
