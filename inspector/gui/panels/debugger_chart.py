"""The Debugger's chart in its card: legend above, a panel a model, hover names a layer, a click selects it."""

from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from inspector.errors import ValuesError
from inspector.export.atomic_file import write_file
from inspector.export.csv_table import csv_text
from inspector.export.plot_file import kind_of, write_text
from inspector.gui.plot_canvas import Plot, PlotCanvas
from inspector.gui.theme import SECONDARY, current_palette, theme_signals, ui_font
from inspector.gui.widgets import Card, label
from inspector.plots.debug_chart import MARK_STYLES, PALE, debug_figure, draw_debug, legend_entries
from inspector.plots.debug_plot import DebugPlot
from inspector.plots.style import figure_bytes, mix

_SWATCH, _GAP, _BETWEEN = 10, 6, 14
_PEN = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)


class ChartLegend(QWidget):
    """Swatches and lines with their words, at the right; in as many rows as the width asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[tuple[str, str, int]] = []
        self.setFont(ui_font(SECONDARY))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_entries(self, entries: list[tuple[str, str, int]]) -> None:
        """(words, colour, -1 for a swatch or the number of a line's style)."""
        self.entries = entries
        self.setAccessibleName("Legend: " + ", ".join(words for words, _, _ in entries))
        self.updateGeometry()
        self.update()

    def _places(self, width: int) -> list[tuple[QRect, tuple[str, str, int]]]:
        metrics, rows = self.fontMetrics(), [[]]  # type: ignore[var-annotated]
        used = 0
        for entry in self.entries:
            wide = _SWATCH + _GAP + (8 if entry[2] >= 0 else 0) + metrics.horizontalAdvance(entry[0])
            if used and used + _BETWEEN + wide > width:
                rows.append([])
                used = 0
            used += (_BETWEEN if used else 0) + wide
            rows[-1].append((entry, wide))
        found = []
        for number, row in enumerate(rows):
            left = width - sum(wide for _, wide in row) - _BETWEEN * max(len(row) - 1, 0)
            for entry, wide in row:
                found.append((QRect(left, number * self._line, wide, self._line), entry))
                left += wide + _BETWEEN
        return found

    @property
    def _line(self) -> int:
        return self.fontMetrics().height() + 3

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        places = self._places(width)
        return places[-1][0].bottom() + 1 if places else self._line

    def sizeHint(self) -> QSize:
        return QSize(400, self._line)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._line)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, colors = QPainter(self), current_palette()
        for rect, (words, color, style) in self._places(self.width()):
            middle = rect.center().y()
            swatch = _SWATCH + (8 if style >= 0 else 0)
            if style >= 0:
                painter.setPen(QPen(QColor(color), 2, _PEN[style % len(_PEN)]))
                painter.drawLine(rect.left(), middle, rect.left() + swatch, middle)
            else:
                painter.fillRect(rect.left(), middle - _SWATCH // 2, _SWATCH, _SWATCH, QColor(color))
            painter.setPen(QColor(colors.dim))
            painter.drawText(rect.adjusted(swatch + _GAP, 0, 4, 0), int(Qt.AlignmentFlag.AlignVCenter), words)
        painter.end()


class ChartCard(Card):
    """`layer_clicked` has the panel and the operator's place."""

    layer_clicked = Signal(int, int)
    save_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.plot: DebugPlot | None = None
        self.setAccessibleName("Errors by operator")
        self.name = label("", bold=True)
        self.legend = ChartLegend()
        self.canvas = PlotCanvas("Errors by operator")
        self.canvas.add_menu_action("Save Chart...", self.save_asked.emit)
        self.canvas.clicked_in.connect(self._clicked)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.name, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.legend, 1, Qt.AlignmentFlag.AlignTop)
        self.body.setContentsMargins(16, 8, 8, 2)
        self.body.setSpacing(2)
        self.body.addLayout(row)
        self.body.addWidget(self.canvas, 1)
        self.setMinimumHeight(140)
        theme_signals().changed.connect(self._show_legend)

    def show_plot(self, plot: DebugPlot) -> None:
        self.plot = plot
        self.name.setText(plot.title)
        self.name.setToolTip(plot.metric.tip)
        self._show_legend()
        self.canvas.show_plot(
            Plot(
                lambda figure, palette: draw_debug(figure, plot, palette),
                description=plot.description,
                describe_in=lambda place, x, _y: plot.describe(place, x),
            )
        )

    def _show_legend(self) -> None:
        plot, palette = self.plot, current_palette()
        if plot is None:
            return
        entries = [(words, color, -1) for words, color in legend_entries(plot, palette)]
        behind = {panel.behind.name for panel in plot.panels if panel.behind is not None}
        entries += [(f"{name}, pale", mix(palette.dim, palette.surface, PALE), -1) for name in sorted(behind)]
        entries += [(name, palette.text, place % len(MARK_STYLES)) for place, name in enumerate(plot.mark_names)]
        self.legend.set_entries(entries)

    def _clicked(self, panel: int, x: float, _y: float) -> None:
        if self.plot is not None and self.plot.layer_at(panel, x) is not None:
            self.layer_clicked.emit(panel, round(x))

    def export(self, path: Path) -> None:
        """Writes the chart, or its numbers, by the suffix. Raises ExportError, UsageError, ValuesError."""
        if self.plot is None:
            raise ValuesError("There is no chart to save yet: debug a model or open a layer table.")
        if kind_of(path) == "csv":
            write_text(path, csv_text(self.plot.header, self.plot.rows()), overwrite=True)
        else:
            write_file(path, [figure_bytes(debug_figure(self.plot, current_palette()), kind_of(path))], overwrite=True)
