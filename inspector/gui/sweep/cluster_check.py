"""Asks a Dask cluster what it can do, in a process of its own: Dask's loops are nothing for the window's."""

from PySide6.QtCore import QObject, Signal

from inspector.gui.background import Progress
from inspector.gui.tables.latest_task import LatestTask
from inspector.jobs.client import run_in_worker
from inspector.jobs.cluster import ClusterOptions
from inspector.jobs.protocol import Event
from inspector.jobs.worker_command import KERAS3
from inspector.model.finding import Level


class ClusterCheck(QObject):
    """`sentence` is what the cluster said, "" until it was asked; `changed` comes with every change."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.sentence, self.level = "", Level.NOTE
        self._task = LatestTask(self)

    @property
    def busy(self) -> bool:
        return self._task.busy

    def forget(self) -> None:
        """What was said is of another address."""
        self._task.cancel()
        self.sentence = ""

    def ask(self, address: str, paths: tuple[str, ...]) -> None:
        """`paths`: models and data that every worker has to see."""
        options = ClusterOptions(dask=address, paths=paths)

        def work(progress: Progress) -> dict[str, object]:
            def on_event(_event: Event) -> None:
                progress(None, "Asking the cluster")  # raises once nobody wants the answer

            return run_in_worker(options, on_event, engine=KERAS3)

        self.sentence, self.level = f"Asking {address}...", Level.NOTE
        self._task.run(work, self._answered, self._failed)
        self.changed.emit()

    def _answered(self, told: dict[str, object]) -> None:
        wrong = told.get("wrong")
        sentences = [str(each) for each in wrong] if isinstance(wrong, list) else []
        self.sentence = "\n".join([str(told["summary"]), *sentences])
        self.level = Level.WARNING if sentences else Level.GOOD
        self.changed.emit()

    def _failed(self, sentence: str) -> None:
        self.sentence, self.level = sentence, Level.DAMAGE
        self.changed.emit()
