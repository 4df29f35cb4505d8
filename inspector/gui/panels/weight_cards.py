"""The two cards above the statistics table: one tensor's histogram, and the range or scale of its channels."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from inspector.analysis.ranges import ChannelSpread
from inspector.gui.plot_canvas import Plot, PlotCanvas
from inspector.gui.theme import SECONDARY, current_palette, theme_signals, ui_font
from inspector.gui.widgets import BOLD, Card, ElidedLabel, label
from inspector.model.text import number_text
from inspector.plots.channel_plot import ChannelPlot
from inspector.plots.histogram_plot import HistogramPlot
from inspector.plots.weights import draw_channel_ranges, draw_channel_scales, draw_histogram, mean_color, range_color

_SWATCH, _GAP, _BETWEEN = 10, 6, 16
_LEAST_TITLE = 180  # pixels that a title and the margins keep before what is at the right goes


class Legend(QWidget):
    """Swatches with their names in a row."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: Sequence[tuple[str, str]] = ()
        self.setFont(ui_font(SECONDARY))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_entries(self, entries: Sequence[tuple[str, str]]) -> None:
        """(name, colour) of each."""
        self.entries = entries
        self.setAccessibleName("Legend: " + ", ".join(name for name, _ in entries))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        widths = [_SWATCH + _GAP + metrics.horizontalAdvance(name) for name, _ in self.entries]
        return QSize(sum(widths) + _BETWEEN * max(len(widths) - 1, 0), metrics.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, metrics, x = QPainter(self), self.fontMetrics(), 0
        for name, color in self.entries:
            painter.fillRect(QRectF(x, (self.height() - _SWATCH) / 2, _SWATCH, _SWATCH), QColor(color))
            x += _SWATCH + _GAP
            painter.setPen(QColor(current_palette().dim))
            painter.drawText(x, 0, self.width(), self.height(), int(Qt.AlignmentFlag.AlignVCenter), name)
            x += metrics.horizontalAdvance(name) + _BETWEEN
        painter.end()


class PlotCard(Card):
    """A card with a title, what stands at its right where there is room for it, and a plot."""

    def __init__(self, name: str, title: QWidget, right: QWidget) -> None:
        super().__init__()
        self.canvas = PlotCanvas(name)
        self.setAccessibleName(name)
        self._right = right
        self._row = QHBoxLayout()
        self._row.setSpacing(12)
        self._row.addWidget(title, 1)
        self._row.addWidget(right)
        self.body.setContentsMargins(16, 10, 8, 4)
        self.body.setSpacing(4)
        self.body.addLayout(self._row)
        self.body.addWidget(self.canvas, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._right.setVisible(self._right.sizeHint().width() + _LEAST_TITLE <= self.width())


class HistogramCard(PlotCard):
    """How the values of one tensor are distributed."""

    def __init__(self) -> None:
        self.name = ElidedLabel()
        self.name.setFont(ui_font(weight=BOLD))
        self.note = label("", "dim", SECONDARY)
        super().__init__("Histogram", self.name, self.note)

    def show_tensor(self, plot: HistogramPlot, note: str, log: bool) -> None:
        self.name.setText(plot.title)
        self.note.setText(note)
        words = f"Histogram of {plot.total:,} {plot.x_label}s of {plot.title}"
        if plot.total:
            words += f" from {number_text(float(plot.edges[0]))} to {number_text(float(plot.edges[-1]))}"
        self.canvas.show_plot(
            Plot(
                lambda figure, palette: draw_histogram(figure.add_subplot(), plot, palette, log),
                lambda x, _y: plot.describe(x),
                f"{words}. {note}",
            )
        )

    def show_sentence(self, title: str, sentence: str) -> None:
        self.name.setText(title)
        self.note.setText("")
        self.canvas.show_message(sentence)


class ChannelCard(PlotCard):
    """The range of each channel beside real values, its scale beside stored levels."""

    def __init__(self) -> None:
        self.name = label("Range per channel", bold=True)
        self.ratio = ElidedLabel(mode=Qt.TextElideMode.ElideRight)
        self.ratio.setFont(ui_font(SECONDARY))
        self.ratio.setProperty("tone", "dim")
        self.legend = Legend()
        title = QWidget()
        row = QHBoxLayout(title)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.name)
        row.addWidget(self.ratio, 1)
        super().__init__("Range per channel", title, self.legend)
        self.hint = label("", "warning", SECONDARY, wrap=True)
        self.hint.setContentsMargins(0, 0, 8, 4)
        self.body.addWidget(self.hint)
        self.hint.hide()
        self._plot: ChannelPlot | None = None
        theme_signals().changed.connect(self._color_legend)

    def show_tensor(self, plot: ChannelPlot | None, scales: bool, log: bool) -> None:
        """`scales` instead of ranges."""
        self._plot = None if scales else plot
        self.name.setText("Scale per channel" if scales else "Range per channel")
        self.canvas.setAccessibleName(self.name.text())
        self._color_legend()
        spread = plot.spread if plot is not None else None
        self._show_spread(spread)
        if plot is None:
            self.canvas.show_message("It has no channels to compare.")
            return
        words = f"{self.name.text()} of {plot.channels:,} channels on dimension {plot.dimension}."
        sentence = spread.sentence if spread is not None else ""
        shown = plot
        self.canvas.show_plot(
            Plot(
                lambda figure, palette: (
                    draw_channel_scales(figure.add_subplot(), shown, palette, log)
                    if scales
                    else draw_channel_ranges(figure.add_subplot(), shown, palette)
                ),
                lambda x, _y: shown.describe(x),
                f"{words} {sentence}",
            )
        )

    def show_sentence(self, sentence: str) -> None:
        self._plot = None
        self._color_legend()
        self._show_spread(None)
        self.canvas.show_message(sentence)

    def _show_spread(self, spread: ChannelSpread | None) -> None:
        self.ratio.setText(spread.text if spread is not None else "")
        self.hint.setText(spread.sentence if spread is not None and spread.helps else "")
        self.hint.setVisible(bool(self.hint.text()))

    def _color_legend(self) -> None:
        plot, palette = self._plot, current_palette()
        if plot is None:
            self.legend.set_entries(())
            return
        color = palette.type_color(plot.type_name)
        entries = [("min … max", color), ("mean ± 1σ", mean_color(color, palette))]
        if plot.lowest is not None:
            entries.insert(0, (plot.range_title, range_color(palette)))
        self.legend.set_entries(entries)
