"""The lower half of a tensor's details: its values' histogram, range and first values, measured in the background."""

from dataclasses import dataclass

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inspector.analysis.statistics import TensorStatistics
from inspector.gui.background import Progress
from inspector.gui.panels.details_facts import value_facts, zeros_text
from inspector.gui.panels.details_parts import FactGrid, Heading, ValueBlock
from inspector.gui.panels.details_preview import Corner, corner, corner_cells
from inspector.gui.panels.small_plots import ValuePlot
from inspector.gui.session import OpenModel
from inspector.gui.tables.latest_task import LatestTask
from inspector.gui.widgets import label, line
from inspector.model import Tensor
from inspector.model.text import plural

_PAUSE = 40  # ms: holding an arrow key measures only where it stops


@dataclass(frozen=True, slots=True)
class _Measured:
    statistics: TensorStatistics
    corner: Corner | None


class ValuesSection(QWidget):
    """`show_tensor` starts the measuring; what comes for a tensor that is no longer shown is dropped."""

    def __init__(self) -> None:
        super().__init__()
        self._wanted: tuple[OpenModel, Tensor] | None = None
        self._task = LatestTask(self)
        self._corner: Corner | None = None
        self.heading, self.plot, self.facts = Heading("Values"), ValuePlot(), FactGrid()
        self.sentence = label("", "dim", wrap=True)
        self.preview_line, self.preview_heading, self.preview = line(), Heading("Preview"), ValueBlock()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        parts = (self.heading, self.sentence, self.plot, self.facts, self.preview_line, self.preview_heading)
        for part in (*parts, self.preview):
            column.addWidget(part)
        self.preview.resized.connect(self._write_corner)
        self._soon = QTimer(self, singleShot=True, interval=_PAUSE)
        self._soon.timeout.connect(self._measure)

    def show_tensor(self, open_model: OpenModel, tensor: Tensor) -> None:
        self.forget()
        if not tensor.has_data:
            self._say("Computed when the model runs: the file holds no values.")
            return
        self._wanted = (open_model, tensor)
        if open_model.measurements.known_statistics(tensor) is not None and tensor.elements < 1 << 16:
            self._measure()
        else:
            self._say("Measuring…")
            self._soon.start()

    def forget(self) -> None:
        """Drops what is under way."""
        self._soon.stop()
        self._task.cancel()
        self._wanted, self._corner = None, None

    def _measure(self) -> None:
        if self._wanted is None:
            return
        open_model, tensor = self._wanted

        def work(progress: Progress) -> _Measured:
            statistics = open_model.measurements.statistics(tensor, progress)
            return _Measured(statistics, corner(open_model.model, tensor))

        self._task.run(work, lambda found: self._show(tensor, found), lambda text: self._say(text, "warning"))

    def _say(self, sentence: str, tone: str = "dim") -> None:
        """A sentence instead of numbers."""
        self.sentence.setText(sentence)
        self.sentence.setProperty("tone", tone)
        self.sentence.style().polish(self.sentence)
        self.sentence.show()
        self.heading.side.setText("")
        for part in (self.plot, self.facts, self.preview_line, self.preview_heading, self.preview):
            part.hide()

    def _show(self, tensor: Tensor, found: _Measured) -> None:
        statistics, self._corner = found.statistics, found.corner
        if not statistics.count:
            self._say("It has no elements.")
            return
        self.sentence.hide()
        self._show_plot(tensor, statistics)
        self.facts.show_facts(value_facts(statistics))
        for part in (self.preview_line, self.preview_heading, self.preview):
            part.setVisible(self._corner is not None)
        self._write_corner()

    def _show_plot(self, tensor: Tensor, statistics: TensorStatistics) -> None:
        type_, levels = tensor.type, statistics.levels
        shown = levels or statistics.histogram
        self.plot.setVisible(shown is not None)
        if shown is None:
            self.heading.side.setText("no finite values")
            return
        if levels is not None:
            count = 1 << type_.bits if type_.bits <= 8 else len(levels.counts)
            self.heading.side.setText(f"stored levels, {plural(count, 'bin')}")
        else:
            self.heading.side.setText(f"real values, {plural(len(shown.counts), 'bin')}")
        self.plot.show_histogram(shown, type_.name, levels is not None, zeros_text(statistics))

    def _write_corner(self) -> None:
        if self._corner is not None:
            cells, side = corner_cells(self._corner, self.preview.columns_for)
            self.preview.show_cells(cells)
            self.preview_heading.side.setText(side)
