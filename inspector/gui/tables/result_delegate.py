"""Paints the table of results: the best of a column bold, arrows beside scores, a failed row's sentence across it."""

from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QTableView

from inspector.analysis.evaluation_scores import SCORES
from inspector.analysis.pipeline_columns import ARROWS
from inspector.analysis.pipeline_rows import ResultRow
from inspector.analysis.resampling import BETTER, EQUAL
from inspector.gui.tables.cell_style import CELL_PAD
from inspector.gui.tables.delegate import RecordDelegate
from inspector.gui.tables.record_model import RecordModel
from inspector.gui.tables.row_source import Tone
from inspector.gui.theme import current_palette
from inspector.model.columns import Column

_ARROW = 15  # pixels beside every score, so that numbers stay under each other
_NAMES = ("model", "recipe", "seed", "state")


class ResultDelegate(RecordDelegate):
    """An arrow says better (▲), worse (▼) or about equal (≈), in words in the tooltip."""

    def cell_width(self, column: Column[Any], text: str) -> int:
        if column.numeric:
            return self.body_bold.width(text) + (_ARROW if column.key in SCORES else 0)
        return super().cell_width(column, text)

    def _text(self, painter: QPainter, rect: QRect, column: Column[Any], record: Any, tone: Tone) -> None:
        if self._is_name(column.key):
            super()._text(painter, rect, column, record, tone)
        else:
            self._number(painter, rect, column, record, tone)

    def _number(self, painter: QPainter, rect: QRect, column: Column[Any], record: Any, tone: Tone) -> None:
        assert isinstance(record, ResultRow)
        if not record.result.done:
            if not self._is_name(column.key):
                self._sentence(painter, rect, record)
            return
        room = rect.adjusted(0, 0, -_ARROW if column.key in SCORES else 0, 0)
        if text := column.display(record):
            writer = self.body_bold if column.key in record.best else self.body
            self.draw_number(painter, room, text, self._color(column, tone), writer, column)
        if column.key in SCORES:
            self._arrow(painter, QRect(room.right() + 1, rect.top(), _ARROW, rect.height()), column.key, record)

    def _color(self, column: Column[Any], tone: Tone) -> QColor:
        if column.key in ("ratio", "latency_ms", "against"):
            return self.colors.dim
        return self.colors.texts[tone]

    def _arrow(self, painter: QPainter, rect: QRect, name: str, record: ResultRow) -> None:
        apart = record.difference(name)
        if apart is None:
            return
        colors = current_palette()
        color = colors.faint if apart.verdict == EQUAL else colors.good if apart.verdict == BETTER else colors.bad
        self.secondary.draw(painter, rect.adjusted(3, 0, 3, 0), ARROWS[apart.verdict], QColor(color))

    def _sentence(self, painter: QPainter, rect: QRect, record: ResultRow) -> None:
        """Each cell paints its part of it."""
        view = self.parent()
        assert isinstance(view, QTableView)
        model, header = view.model(), view.horizontalHeader()
        assert isinstance(model, RecordModel)
        places = (header.logicalIndex(place) for place in range(header.count()))
        shown = [place for place in places if not header.isSectionHidden(place)]
        first = next((place for place in shown if not self._is_name(model.columns[place].key)), -1)
        if first < 0:
            return
        left = view.columnViewportPosition(first) + CELL_PAD
        room = QRect(left, rect.top(), view.viewport().width() - left - CELL_PAD, rect.height())
        color, elide = QColor(current_palette().bad), Qt.TextElideMode.ElideRight
        self.body.draw(painter, room, f"Failed: {record.result.sentence}", color, elide=elide)

    @staticmethod
    def _is_name(key: str) -> bool:
        return key in _NAMES or key.startswith("group_")
