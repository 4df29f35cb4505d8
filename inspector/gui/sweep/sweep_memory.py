"""What the Sweep window remembers: the last plans, and where each of them ran."""

from dataclasses import asdict, dataclass
from pathlib import Path

from inspector.gui.file_memory import FileMemory
from inspector.gui.settings import Settings


@dataclass(frozen=True, slots=True)
class Place:
    """`folder` "" is the usual one beside the plan; `dask` an address that is used where `on_dask`."""

    folder: str = ""
    workers: int = 0
    dask: str = ""
    on_dask: bool = False


class SweepMemory:
    """By the plan's file."""

    def __init__(self, settings: Settings) -> None:
        self._plans = FileMemory(settings, "sweep/plans", most=10)

    @property
    def plans(self) -> list[Path]:
        """The last ones first, those that are gone left out."""
        return [Path(path) for path in reversed(self._plans.paths()) if Path(path).is_file()]

    def place(self, plan: Path) -> Place:
        """Where a plan ran the last time."""
        told, usual = self._plans.of(plan), asdict(Place())
        known = {name: told[name] for name in usual if type(told.get(name)) is type(usual[name])}
        return Place(**{**usual, **known})

    def keep(self, plan: Path, place: Place | None = None) -> None:
        """Puts a plan at the head; without a `place` as it was."""
        self._plans.keep(plan, asdict(place or self.place(plan)))
