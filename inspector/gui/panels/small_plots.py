"""Two small plots painted with QPainter, as they have to follow every key press: scales by channel, values."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspector.analysis.histogram import Histogram
from inspector.gui.theme import SECONDARY, current_palette, theme_signals, ui_font
from inspector.model.text import number_text

Array = np.ndarray[Any, np.dtype[Any]]
_LEFT, _BOTTOM, _TOP = 18, 18, 6
_AREA = 0.25


class _Plot(QWidget):
    """A plot area above a line of ticks."""

    def __init__(self, height: int, name: str) -> None:
        super().__init__()
        self.type_name = ""
        self._height = height
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFont(ui_font(SECONDARY - 0.75))
        theme_signals().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(240, self._height)

    def _color(self) -> QColor:
        return QColor(current_palette().type_color(self.type_name))

    def _x_ticks(self, painter: QPainter, area: QRectF, ticks: Sequence[tuple[float, str]]) -> None:
        """`ticks`: (share of the width, text); the outermost texts stay inside."""
        painter.setPen(QColor(current_palette().dim))
        metrics = painter.fontMetrics()
        taken = -1e9
        for share, text in ticks:
            width = metrics.horizontalAdvance(text)
            left = min(max(area.left() + share * area.width() - width / 2, area.left() - 8), area.right() + 4 - width)
            if left > taken:
                painter.drawText(QPointF(left, area.bottom() + metrics.ascent() + 4), text)
                taken = left + width + 4


class ScalePlot(_Plot):
    """The scale of each channel as a stepped line; `factor` makes the numbers readable ("scale x 1,000")."""

    def __init__(self) -> None:
        super().__init__(74, "Scale by channel")
        self._scales = np.zeros(0)
        self.factor = 1.0

    def show_scales(self, scales: Array, type_name: str) -> None:
        self.type_name = type_name
        top = float(np.nanmax(scales)) if scales.size and np.isfinite(scales).any() else 0.0
        exponent = int(np.floor(np.log10(top) / 3)) if top > 0 and np.isfinite(top) else 0
        self.factor = 1000.0**-exponent
        self._scales = np.nan_to_num(scales.astype(np.float64) * self.factor, posinf=0.0, neginf=0.0)
        self.setToolTip(f"{scales.size:,} channels, largest scale {number_text(top)}")
        self.update()

    def caption(self) -> str:
        if self.factor == 1:
            return "scale by channel"
        return (
            f"scale × {self.factor:,.0f} by channel" if self.factor < 1e9 else f"scale × {self.factor:.0e} by channel"
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._scales.size:
            return
        painter = QPainter(self)
        colors = current_palette()
        step = _nice_step(float(self._scales.max()))
        highest = max(step, np.ceil(float(self._scales.max()) / step) * step)
        labels = [(value, f"{value:g}") for value in np.arange(0, highest + step / 2, step)]
        left = max(painter.fontMetrics().horizontalAdvance(text) for _, text in labels) + 8
        area = QRectF(left, _TOP, self.width() - left - 4, self.height() - _TOP - _BOTTOM)
        for value, text in labels:
            y = area.bottom() - value / highest * area.height()
            painter.setPen(QColor(colors.row_line))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(colors.dim))
            width = painter.fontMetrics().horizontalAdvance(text)
            painter.drawText(QPointF(left - 6 - width, y + painter.fontMetrics().ascent() / 2 - 1), text)
        self._draw_steps(painter, area, highest)
        count = self._scales.size
        places = [round(share * count / 4) for share in range(4)] + [count - 1]
        self._x_ticks(painter, area, [(place / max(1, count - 1), f"{place:,}") for place in dict.fromkeys(places)])
        painter.end()

    def _draw_steps(self, painter: QPainter, area: QRectF, highest: float) -> None:
        values = _highest(self._scales, int(area.width()))
        x = area.left() + np.repeat(np.arange(values.size + 1), 2)[1:-1] / values.size * area.width()
        y = area.bottom() - np.repeat(values, 2) / highest * area.height()
        line = QPolygonF([QPointF(float(a), float(b)) for a, b in zip(x, y, strict=True)])
        ground = QPolygonF([QPointF(area.left(), area.bottom()), *line.toList(), QPointF(area.right(), area.bottom())])
        fill = self._color()
        fill.setAlphaF(_AREA)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(ground)
        painter.setPen(self._color())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(line)


class ValuePlot(_Plot):
    """A histogram in the type's colour; `note` stands in its upper corner."""

    def __init__(self) -> None:
        super().__init__(108, "Histogram of the values")
        self._histogram: Histogram | None = None
        self._stored = False
        self.note = ""

    def show_histogram(self, histogram: Histogram, type_name: str, stored: bool, note: str) -> None:
        """`stored`: the edges are levels +- 0.5."""
        self._histogram, self.type_name, self._stored, self.note = histogram, type_name, stored, note
        self.setToolTip(f"{int(histogram.counts.sum()):,} values, most in one bin: {int(histogram.counts.max()):,}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        histogram = self._histogram
        if histogram is None or not histogram.counts.size or not histogram.counts.max():
            return
        painter = QPainter(self)
        colors = current_palette()
        area = QRectF(12, _TOP, self.width() - 24, self.height() - _TOP - _BOTTOM)
        painter.setPen(QColor(colors.border))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        heights = _highest(histogram.counts, int(area.width())) / histogram.counts.max() * (area.height() - 2)
        width = area.width() / heights.size
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color())
        for place, height in enumerate(heights.tolist()):
            if height > 0:
                shown = max(height, 1.0)
                painter.drawRect(QRectF(area.left() + place * width, area.bottom() - shown, width, shown))
        self._draw_note(painter, area, heights)
        self._x_ticks(painter, area, self._ticks(histogram))
        painter.end()

    def _draw_note(self, painter: QPainter, area: QRectF, heights: Array) -> None:
        """In the upper corner where the bars are lower, the right one if both are."""
        width = painter.fontMetrics().horizontalAdvance(self.note)
        covered = max(1, int(heights.size * (width + 4) / area.width()))
        at_left = heights[:covered].max() < heights[-covered:].max() and heights[-covered:].max() > area.height() * 0.8
        ground = QColor(current_palette().surface)
        ground.setAlphaF(0.8)
        left = area.left() - 2 if at_left else area.right() - width - 2
        place = QRectF(left, area.top() - 2, width + 4, painter.fontMetrics().height())
        painter.fillRect(place, ground)
        painter.setPen(QColor(current_palette().dim))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self.note)

    def _ticks(self, histogram: Histogram) -> list[tuple[float, str]]:
        low, high = float(histogram.edges[0]), float(histogram.edges[-1])
        span = high - low or 1.0
        if self._stored:
            first, last = round(low + 0.5), round(high - 0.5)
            step = max(1, 2 ** int(np.ceil(np.log2(max(1, (last - first) / 5)))))
            inner = [v for v in range(-(-first // step) * step, last + 1, step) if min(v - first, last - v) > step / 3]
            values = [first, *inner, last] if last > first else [first]
            return [((value - low) / span, f"{value:,}") for value in values]
        marks = [low, 0.0, high] if low < 0 < high else [low, (low + high) / 2, high]
        return [((value - low) / span, number_text(float(f"{value:.3g}"))) for value in marks]


def _nice_step(highest: float) -> float:
    """1, 2 or 5 times a power of ten, so that two or three lines stand over the axis."""
    if not highest > 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(highest / 2))
    return float(next((step * power for step in (1, 2, 5) if step * power * 2 >= highest * 0.8), 10 * power))


def _highest(values: Array, count: int) -> Array:
    """The largest of each run of neighbours, where there are more values than pixels."""
    if values.size <= count or count < 1:
        return values
    starts = np.linspace(0, values.size, count, endpoint=False).astype(np.int64)
    return np.maximum.reduceat(values, np.unique(starts))
