"""The two cards above the statistics table: one tensor's histogram, and the range or scale of its channels."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from inspector.gui.plot_canvas import Plot, PlotCanvas
from inspector.gui.theme import SECONDARY, current_palette, theme_signals, ui_font
from inspector.gui.widgets import BOLD, Card, ElidedLabel, label
from inspector.model.text import number_text
from inspector.palette import Palette
from inspector.plots.channel_plot import ChannelPlot
from inspector.plots.histogram_plot import HistogramPlot
from inspector.plots.weights import draw_channel_ranges, draw_channel_scales, draw_histogram, mean_color, range_color

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SWATCH, _GAP, _BETWEEN = 10, 6, 16


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
    """A card with a title that elides, what stands at its right, and a plot."""

    def __init__(self, name: str, right: QWidget) -> None:
        super().__init__()
        self.name = ElidedLabel()
        self.name.setFont(ui_font(weight=BOLD))
        self.canvas = PlotCanvas(name)
        self.setAccessibleName(name)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.name, 1)
        row.addWidget(right)
        self.body.setContentsMargins(16, 10, 8, 4)
        self.body.setSpacing(4)
        self.body.addLayout(row)
        self.body.addWidget(self.canvas, 1)


class HistogramCard(PlotCard):
    """How the values of one tensor are distributed."""

    def __init__(self) -> None:
        self.note = label("", "dim", SECONDARY)
        super().__init__("Histogram", self.note)

    def show_tensor(self, plot: HistogramPlot, note: str, log: bool) -> None:
        self.name.setText(plot.title)
        self.note.setText(note)

        def draw(figure: "Figure", palette: Palette) -> None:
            draw_histogram(figure.add_subplot(), plot, palette, log)

        words = f"Histogram of {plot.total:,} {plot.x_label}s of {plot.title}"
        if plot.total:
            words += f" from {number_text(float(plot.edges[0]))} to {number_text(float(plot.edges[-1]))}"
        self.canvas.show_plot(Plot(draw, lambda x, _y: plot.describe(x), f"{words}. {note}"))

    def show_sentence(self, title: str, sentence: str) -> None:
        self.name.setText(title)
        self.note.setText("")
        self.canvas.show_message(sentence)


class ChannelCard(PlotCard):
    """The range of each channel beside real values, its scale beside stored levels."""

    def __init__(self) -> None:
        self.legend = Legend()
        super().__init__("Range per channel", self.legend)
        self.hint = label("", "dim", SECONDARY, wrap=True)
        self.hint.setContentsMargins(0, 0, 8, 4)
        self.body.addWidget(self.hint)
        self.hint.hide()
        self._plot: ChannelPlot | None = None
        theme_signals().changed.connect(self._color_legend)

    def show_tensor(self, plot: ChannelPlot | None, scales: bool, log: bool, hint: str, warning: bool = False) -> None:
        """`hint` says what the scales of the channels mean together, "" for nothing."""
        self._plot = None if scales else plot
        self.name.setText("Scale per channel" if scales else "Range per channel")
        self.canvas.setAccessibleName(self.name.text())
        self._color_legend()
        self._show_hint(hint, warning)
        if plot is None:
            self.canvas.show_message("It has no channels to compare.")
            return
        shown = plot

        def draw(figure: "Figure", palette: Palette) -> None:
            if scales:
                draw_channel_scales(figure.add_subplot(), shown, palette, log)
            else:
                draw_channel_ranges(figure.add_subplot(), shown, palette)

        words = f"{self.name.text()} of {plot.channels:,} channels on dimension {plot.dimension}. {hint}"
        self.canvas.show_plot(Plot(draw, lambda x, _y: shown.describe(x), words))

    def show_sentence(self, sentence: str) -> None:
        self._plot = None
        self._color_legend()
        self._show_hint("", False)
        self.canvas.show_message(sentence)

    def _show_hint(self, hint: str, warning: bool) -> None:
        self.hint.setText(hint)
        self.hint.setProperty("tone", "warning" if warning else "dim")
        self.hint.style().unpolish(self.hint)
        self.hint.style().polish(self.hint)
        self.hint.setVisible(bool(hint))

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
