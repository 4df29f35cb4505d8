"""The pipelines of a sweep as an item model: where each is, what it does, how long it took and its score."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt

from inspector.analysis.pipeline_columns import SCORE_TITLES, score_text
from inspector.analysis.variants import RECIPE_LABELS
from inspector.gui.sweep.cells import ICON, MIDDLE, SHARE, TONE
from inspector.gui.sweep.sweep_run import SweepRun
from inspector.gui.tables.job_table import time_text
from inspector.gui.tables.table_parts import NOWHERE, Index, TitledModel
from inspector.gui.tooltips import plain_tip
from inspector.jobs.pipeline_news import DONE, FAILED, KEPT, RUNNING, WAITING, PipelineNews
from inspector.model.text import printable

TITLES = ("State", "Model", "Recipe", "Seed", "Step", "Time", "Score")
STATE, MODEL, RECIPE, SEED, STEP, TIME, SCORE = range(len(TITLES))
_ICONS = {
    WAITING: ("clock", "dim"), RUNNING: ("play", "accent"), DONE: ("good", "good"), KEPT: ("good", "dim"),
    FAILED: ("warning", "bad"),
}  # fmt: skip
_WORDS = {WAITING: "waiting", RUNNING: "running", DONE: "done", KEPT: "done before", FAILED: "failed"}
_STOPPED = "stopped"


class RunRows(TitledModel):
    """Follows a SweepRun. A row stays where it is while its pipeline goes through its states."""

    titles, numbers = TITLES, (SEED, TIME, SCORE)

    def __init__(self, run: SweepRun, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._keys: list[str] = list(run.news)
        run.began.connect(self._begin)
        run.told.connect(self._told)
        run.moved.connect(self._repaint)
        run.ended.connect(self._repaint)

    def news(self, row: int) -> PipelineNews:
        return self._run.news[self._keys[row]]

    def state_word(self, news: PipelineNews) -> str:
        """What was under way when the sweep ended is stopped, and waits for the next time."""
        stopped = news.state in (RUNNING, WAITING) and not self._run.running
        return _STOPPED if stopped else _WORDS.get(news.state, news.state)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._keys)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._keys):
            return None
        news, column = self.news(index.row()), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(news, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.side(column)
        if role == ICON:
            return self._icon(news) if column == STATE else None
        if role == SHARE:
            return news.fraction if column == STEP and news.state == RUNNING and self._run.running else None
        if role == TONE:
            return self._tone(news, column)
        if role == MIDDLE:
            return column == MODEL
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._tip(news, column)) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{TITLES[column]}: {self.text(news, column) or 'none'}"
        return None

    def text(self, news: PipelineNews, column: int) -> str:
        if column == STATE:
            return self.state_word(news)
        if column == MODEL:
            return printable(Path(news.model).name)
        if column == RECIPE:
            return RECIPE_LABELS.get(news.recipe, news.recipe)
        if column == SEED:
            return str(news.seed)
        if column == STEP:
            return self._step(news)
        if column == TIME:
            seconds = self._run.seconds(news.key)
            return "" if not seconds else f"{seconds:.1f} s" if seconds < 60 else time_text(seconds)
        return (
            f"{SCORE_TITLES.get(news.metric, news.metric)} {score_text(news.metric, news.score)}" if news.metric else ""
        )

    def _step(self, news: PipelineNews) -> str:
        if news.state == FAILED:
            return printable(news.sentence)
        return news.step if news.state == RUNNING and self._run.running else ""

    def _icon(self, news: PipelineNews) -> tuple[str, str]:
        return ("stopped", "dim") if self.state_word(news) == _STOPPED else _ICONS.get(news.state, ("clock", "dim"))

    def _tone(self, news: PipelineNews, column: int) -> str:
        if news.state == FAILED and column in (STATE, STEP):
            return "bad"
        return "dim" if self.state_word(news) in (_STOPPED, _WORDS[WAITING], _WORDS[KEPT]) else "text"

    def _tip(self, news: PipelineNews, column: int) -> str:
        if column == MODEL:
            return news.model
        return self._step(news) if column in (STATE, STEP) else ""

    def _begin(self) -> None:
        self.beginResetModel()
        self._keys = []
        self.endResetModel()

    def _told(self, key: str) -> None:
        if key not in self._keys:
            self.beginInsertRows(NOWHERE, len(self._keys), len(self._keys))
            self._keys.append(key)
            self.endInsertRows()
            return
        row = self._keys.index(key)
        self.dataChanged.emit(self.index(row, 0), self.index(row, SCORE))

    def _repaint(self) -> None:
        if self._keys:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._keys) - 1, SCORE))
