"""The jobs as an item model: one row a job, the newest below, as they wait in line."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt

from inspector.gui.jobs import CANCELLED, DONE, FAILED, RUNNING, WAITING, Job, JobQueue
from inspector.gui.tables.table_parts import NOWHERE, Index, TitledModel
from inspector.gui.tooltips import plain_tip
from inspector.model.text import bytes_text, plural

TITLES = ("Job", "Model", "Step", "Progress", "Time", "")
JOB, MODEL, STEP, PROGRESS, TIME, LINKS = range(len(TITLES))
_STATE = {WAITING: "waiting", RUNNING: "running", DONE: "done", FAILED: "failed", CANCELLED: "cancelled"}


class JobTable(TitledModel):
    """Follows a JobQueue."""

    titles, numbers = TITLES, (TIME,)

    def __init__(self, queue: JobQueue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shown = list(queue.jobs)
        queue.added.connect(self._add)
        queue.changed.connect(self._change)
        queue.removed.connect(self._remove)

    def job(self, row: int) -> Job:
        return self._shown[row]

    def row_of(self, job: Job) -> int:
        """-1 for a job that is not listed."""
        return self._shown.index(job) if job in self._shown else -1

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        job = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(job, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(cell_text(job, index.column())) if index.column() in (JOB, MODEL, STEP) else None
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == JOB:
            return f"{job.title}, {_STATE[job.state]}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.side(index.column())
        return None

    def _add(self, job: Job) -> None:
        row = len(self._shown)
        self.beginInsertRows(NOWHERE, row, row)
        self._shown.append(job)
        self.endInsertRows()

    def _change(self, job: Job) -> None:
        if (row := self.row_of(job)) >= 0:
            self.dataChanged.emit(self.index(row, 0), self.index(row, LINKS))

    def _remove(self, job: Job) -> None:
        if (row := self.row_of(job)) >= 0:
            self.beginRemoveRows(NOWHERE, row, row)
            del self._shown[row]
            self.endRemoveRows()


def cell_text(job: Job, column: int) -> str:
    if column == JOB:
        return job.title
    if column == MODEL:
        return job.model_name
    if column == STEP:
        return step_text(job)
    if column == PROGRESS:
        return progress_text(job)
    return time_text(job.elapsed) if column == TIME and job.elapsed else ""


def step_text(job: Job) -> str:
    """What it does, waits for, brought, or why it failed; what it has to say besides in lines of their own."""
    if job.state == WAITING:
        return "waits for the job above"
    if job.state == DONE:
        return "\n".join(filter(None, [outcome_text(job.result), *remarks(job.result)]))
    cancelled = "cancelled, what was finished is kept" if job.beside else "cancelled, nothing was kept"
    return {FAILED: job.sentence, CANCELLED: cancelled}.get(job.state, job.step)


def outcome_text(result: dict[str, Any]) -> str:
    """`5 variants, 58.9 KB to 209.0 KB.` for a job that made some; the "summary" of another's result, if any."""
    made = result.get("variants") or []
    if not made:
        return str(result.get("summary", ""))
    sizes = sorted(variant["size_bytes"] for variant in made)
    if len(made) == 1:
        return f"{Path(made[0]['path']).name}, {bytes_text(sizes[0])}."
    return f"{plural(len(made), 'variant')}, {bytes_text(sizes[0])} to {bytes_text(sizes[-1])}."


def remarks(result: dict[str, Any]) -> list[str]:
    """What a job that is done has to say: variants that could not be made, and notes; each once."""
    said: dict[str, list[str]] = {}
    for each in _rows(result.get("failed")):
        said.setdefault(each["sentence"], []).append(each["recipe"])
    for each in _rows(result.get("variants")):
        for note in each.get("notes") or []:
            said.setdefault(note, []).append(each["recipe"])
    return [f"{', '.join(recipes)}: {sentence}" for sentence, recipes in said.items()]


def _rows(value: Any) -> list[dict[str, Any]]:
    """A sweep counts what failed, where other jobs list it."""
    return value if isinstance(value, list) else []


def progress_text(job: Job) -> str:
    if job.state == DONE:
        return "done"
    return f"{job.fraction:.0%}".replace("%", " %") if job.state == RUNNING and job.fraction is not None else ""


def time_text(seconds: float) -> str:
    """`0:14`, `1:02:03`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
