"""What the Quantize dialog remembers: recipes for all models, data and folder for each of the last ones."""

from pathlib import Path

from inspector.datasets.choice import DataChoice
from inspector.gui.file_memory import FileMemory, data_of, data_row
from inspector.gui.settings import Settings
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.recipes import BY_ID, CLASSIC_FIVE


class QuantizeMemory:
    """By the source's file, but for the recipes."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._sources = settings, FileMemory(settings, "quantize/sources")

    @property
    def recipes(self) -> tuple[str, ...]:
        """Those made last time, at first the classic five."""
        found = tuple(each for each in self._settings.text("quantize/recipes").split(",") if each in BY_ID)
        return found or CLASSIC_FIVE

    def data(self, source: Path, beside: Path | None) -> DataChoice | None:
        """The data used last for `source`, never with the consent to run code; else the file beside it."""
        found = data_of(self._sources.of(source).get("data"))
        return found or (DataChoice(str(beside)) if beside is not None else None)

    def place(self, source: Path) -> tuple[Path, bool] | None:
        """(folder, keep unsaved) used last for `source`."""
        known = self._sources.of(source)
        folder, unsaved = known.get("folder"), known.get("unsaved")
        return (Path(folder), unsaved) if isinstance(folder, str) and isinstance(unsaved, bool) else None

    def keep(self, source: Path, options: QuantizeOptions, folder: Path | None, unsaved: bool) -> None:
        self._settings.put("quantize/recipes", ",".join(options.recipes))
        row = self._sources.of(source) | {"unsaved": unsaved}
        if folder is not None:
            row["folder"] = str(folder)
        if options.data is not None:
            row["data"] = data_row(options.data)
        self._sources.keep(source, row)
