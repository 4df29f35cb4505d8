"""Fills in the zero fractions of a model in the background; the table shows them as they come."""

from PySide6.QtCore import QObject, QTimer, Signal

from inspector.gui.background import Progress
from inspector.gui.session import OpenModel
from inspector.gui.tables.latest_task import LatestTask

_LOOK = 250  # ms between two looks at what has come


class ZeroFractions(QObject):
    """`came`: there are new ones in `open_model.measurements.zero_fractions`."""

    came = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_model: OpenModel | None = None
        self._task = LatestTask(self)
        self._seen = 0
        self._timer = QTimer(self, interval=_LOOK)
        self._timer.timeout.connect(self._look)

    @property
    def busy(self) -> bool:
        return self._task.busy

    def start(self, open_model: OpenModel | None) -> None:
        """Computes what is not known yet of this model; stops the last one's."""
        self.stop()
        self._open_model = open_model
        if open_model is None:
            return
        measurements = open_model.measurements
        self._seen = len(measurements.zero_fractions)

        def work(progress: Progress) -> None:
            measurements.compute_zero_fractions(progress=progress)

        self._task.run(work, lambda _nothing: self._finish(), lambda _sentence: self._finish())
        self._timer.start()

    def stop(self) -> None:
        self._task.cancel()
        self._timer.stop()

    def _finish(self) -> None:
        self._timer.stop()
        self._look()

    def _look(self) -> None:
        count = len(self._open_model.measurements.zero_fractions) if self._open_model is not None else 0
        if count != self._seen:
            self._seen = count
            self.came.emit()
