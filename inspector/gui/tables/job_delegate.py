"""Paints the rows of the Jobs table: state as an icon, progress as a bar, a failure's sentence whole."""

import time

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from inspector.gui.jobs import CANCELLED, DONE, FAILED, RUNNING, WAITING, Job
from inspector.gui.tables.cell_text import draw_icon
from inspector.gui.tables.job_table import JOB, MODEL, PROGRESS, STEP, TIME, JobTable, cell_text, remarks, step_text
from inspector.gui.theme import BODY, SECONDARY, current_palette, ui_font
from inspector.palette import Palette

ROW_HEIGHT = 28
PAD = 8
_ICON = 16
_BAR_HEIGHT = 6
_NUMBER = 46  # pixels for "100 %" beside the bar
_BUSY_SHARE, _BUSY_SECONDS = 0.3, 1.6
_ICONS = {
    WAITING: ("clock", "dim"), RUNNING: ("play", "accent"), DONE: ("good", "good"), FAILED: ("warning", "bad"),
    CANCELLED: ("stopped", "dim"),
}  # fmt: skip
_WRAPPED = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap)


class JobDelegate(QStyledItemDelegate):
    """The view asks `row_height`: a sentence that matters is shown whole, over several lines."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.hovered = -1

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(80, ROW_HEIGHT)

    def row_height(self, job: Job, width: int) -> int:
        """What the row needs; `width` is the room of its sentence."""
        if not wraps(job):
            return ROW_HEIGHT
        room = QRect(0, 0, max(40, width - 2 * PAD), 10_000)
        needed = QFontMetrics(ui_font(BODY)).boundingRect(room, _WRAPPED, step_text(job))
        return max(ROW_HEIGHT, needed.height() + 10)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        table = index.model()
        assert isinstance(table, JobTable)
        job, column, colors, rect = table.job(index.row()), index.column(), current_palette(), QRect(option.rect)
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setClipRect(rect)
        ground = colors.selection if selected else colors.hover if index.row() == self.hovered else colors.surface
        painter.fillRect(rect, QColor(ground))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, QColor(colors.row_line))
        if selected and column == JOB:
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), QColor(colors.accent))
        inner = rect.adjusted(PAD, 0, -PAD, -1)
        if column == JOB:
            name, role = ("warning", "warning") if job.result.get("failed") else _ICONS[job.state]
            draw_icon(painter, inner.left(), inner, name, getattr(colors, role), _ICON)
            inner.adjust(_ICON + 8, 0, 0, 0)
        if column == PROGRESS:
            _progress(painter, inner, job, colors)
        else:
            _text(painter, inner, job, column, colors)
        painter.restore()


def wraps(job: Job) -> bool:
    """Whether its sentence is shown whole, over several lines."""
    return job.state == FAILED or (job.state == DONE and bool(remarks(job.result)))


def _text(painter: QPainter, rect: QRect, job: Job, column: int, colors: Palette) -> None:
    painter.setFont(ui_font(BODY))
    text = cell_text(job, column)
    if column == STEP and wraps(job):
        painter.setPen(QColor(colors.bad if job.state == FAILED else colors.text))
        painter.drawText(rect, _WRAPPED, text)
        return
    dim = column == STEP and job.state in (WAITING, CANCELLED)
    painter.setPen(QColor(colors.dim if dim else colors.text))
    mode = Qt.TextElideMode.ElideMiddle if column == MODEL else Qt.TextElideMode.ElideRight
    side = Qt.AlignmentFlag.AlignRight if column == TIME else Qt.AlignmentFlag.AlignLeft
    shown = painter.fontMetrics().elidedText(text, mode, rect.width())
    painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, shown)


def _progress(painter: QPainter, rect: QRect, job: Job, colors: Palette) -> None:
    """A bar and its number; a part of the bar that moves where the share is not known."""
    if job.state not in (RUNNING, DONE):
        return
    bar = QRectF(rect.left(), rect.center().y() - _BAR_HEIGHT / 2 + 0.5, rect.width() - _NUMBER, _BAR_HEIGHT)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.border))
    painter.drawRoundedRect(bar, 3, 3)
    painter.setBrush(QColor(colors.good if job.state == DONE else colors.accent))
    if job.fraction is not None:
        if job.fraction > 0:
            painter.drawRoundedRect(
                QRectF(bar.left(), bar.top(), max(6.0, bar.width() * job.fraction), _BAR_HEIGHT), 3, 3
            )
    else:
        place = (time.monotonic() % _BUSY_SECONDS) / _BUSY_SECONDS * (1 + _BUSY_SHARE) - _BUSY_SHARE
        left, right = max(0.0, place), min(1.0, place + _BUSY_SHARE)
        painter.drawRoundedRect(
            QRectF(bar.left() + left * bar.width(), bar.top(), (right - left) * bar.width(), 6), 3, 3
        )
    painter.setFont(ui_font(SECONDARY))
    painter.setPen(QColor(colors.dim))
    painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, cell_text(job, PROGRESS))
