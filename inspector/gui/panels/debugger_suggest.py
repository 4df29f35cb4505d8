"""Suggest...: asks how near to float is near enough, searches in the worker, shows what was tried."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QInputDialog, QWidget

from inspector.errors import InspectorError
from inspector.gui.repairs import Repairs
from inspector.gui.session import Session

if TYPE_CHECKING:
    from inspector.gui.dialogs.suggested import SuggestedDialog
    from inspector.gui.jobs import Job

_QUESTION = "How far below the float model's score is near enough, in percentage points:"


class Suggesting:
    """`tick` gets the places of the set that the user takes over. `dialog` is what is shown of the last search."""

    def __init__(self, parent: QWidget, session: Session, tick: Callable[[set[int]], object]) -> None:
        self._parent, self._session, self._tick = parent, session, tick
        self.dialog: SuggestedDialog | None = None

    def ask(self, repairs: Repairs | None) -> None:
        """Asks for the distance and puts the search in line."""
        if repairs is None:
            return
        points, agreed = QInputDialog.getDouble(self._parent, "Suggest", _QUESTION, 1.0, 0.0, 99.0, 1)
        if agreed:
            self.search(repairs, points / 100)

    def search(self, repairs: Repairs, distance: float) -> None:
        """Puts the search in line; its result is shown beside the window when it comes."""
        try:
            self._session.debuggings.repair.suggest(repairs, distance, lambda job: self._ended(job, repairs))
        except InspectorError as error:
            self._session.failed.emit(str(error))

    def _ended(self, job: "Job", repairs: Repairs) -> None:
        if job.state == "failed":
            self._session.failed.emit(f"{job.title} of {repairs.name} failed. {job.sentence}")
        if job.state != "done":
            return
        from inspector.gui.dialogs.suggested import SuggestedDialog

        if self.dialog is not None:
            self.dialog.close()
        dialog = self.dialog = SuggestedDialog(repairs.name, job.result, self._parent)
        dialog.chosen.connect(lambda names: self._take(repairs, names))
        dialog.failed.connect(self._session.failed)
        dialog.destroyed.connect(self._gone)
        dialog.show()

    def _gone(self) -> None:
        self.dialog = None

    def _take(self, repairs: Repairs, names: list[str]) -> None:
        places = {name: place for place, name in repairs.float_tensors.items()}
        self._tick({places[name] for name in names if name in places})
