"""The Debugger tab: see which layers lose most, tick what shall stay float, quantize again, see what it bought."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from inspector.analysis.activation_range import ActivationRange
from inspector.analysis.debug_columns import METRIC_BY_KEY
from inspector.errors import InspectorError
from inspector.gui.debugged_models import DebuggedModel
from inspector.gui.panels.debugger_bar import DebuggerBar
from inspector.gui.panels.debugger_chart import ChartCard
from inspector.gui.panels.debugger_layer import LayerSide
from inspector.gui.panels.debugger_panels import panels_of
from inspector.gui.panels.debugger_ranges import RangesPage
from inspector.gui.panels.debugger_recipe import export_recipe
from inspector.gui.panels.debugger_repairs import RepairsSide
from inspector.gui.panels.debugger_room import DebuggerRoom
from inspector.gui.panels.debugger_side import SidePages, scrolling
from inspector.gui.panels.debugger_status import layers_text, ranges_text
from inspector.gui.panels.debugger_suggest import Suggesting
from inspector.gui.panels.debugger_table import DebuggerTable
from inspector.gui.panels.weight_export import ask_where, file_stem
from inspector.gui.repairs import Repairs, Step
from inspector.gui.session import OpenModel, Selection, Session
from inspector.gui.settings import Settings
from inspector.gui.tables.debug_rows import DebugRow
from inspector.gui.widgets import EmptyState, link
from inspector.plots.debug_plot import DebugPlot

_NOTHING = "{} was not debugged yet. Debugging quantizes it and measures the error of every layer."
_PICTURES = ("Picture (*.png)", "Vector picture (*.svg)", "Vector picture (*.pdf)", "Numbers of the chart (*.csv)")


class DebuggerPanel(QWidget):
    """Follows the model looked at: its history of repairs is shown, whichever of its variants is current."""

    status_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._current: OpenModel | None = None
        self._model: DebuggedModel | None = None
        self.repairs: Repairs | None = None
        self.selected: tuple[int, ...] = ()
        self.selected_beside: tuple[int, int] | None = None  # (panel, place) in another model
        self.debuggings = session.debuggings
        self.bar, self.chart = DebuggerBar(), ChartCard()
        self.layers, self.side = DebuggerTable(), RepairsSide()
        self.table = self.layers.table
        self.layer_side = LayerSide()
        self.right = SidePages((("repairs", "Repairs", self.side), ("layer", "Layer", scrolling(self.layer_side))))
        self.ranges = RangesPage(session)
        self.suggesting = Suggesting(self, session, self.layers.tick)
        self.empty = EmptyState("", "Debug...", self._ask_debug)
        self._add_open_button()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.splitter = DebuggerRoom(self.chart, self.layers, self.right)
        whole = QWidget()
        parts = QVBoxLayout(whole)
        parts.setContentsMargins(0, 0, 0, 0)
        parts.setSpacing(0)
        parts.addWidget(self.bar)
        self.contents = QStackedWidget()
        self.contents.addWidget(self.splitter)
        self.contents.addWidget(self.ranges)
        parts.addWidget(self.contents, 1)
        self.pages = QStackedWidget()
        for page in (self.empty, whole):
            self.pages.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)
        self.setFocusProxy(self.table)

    def _add_open_button(self) -> None:
        made = link("Open a layer table (CSV)...", self.open_csv)
        layout = self.empty.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(layout.count() - 1, made, 0, Qt.AlignmentFlag.AlignHCenter)

    def _connect(self) -> None:
        self.bar.changed.connect(self._show)
        self.bar.open_asked.connect(self.open_csv)
        self.bar.picture_asked.connect(self.save_chart)
        self.bar.numbers_asked.connect(lambda: self.save_chart("csv"))
        self.chart.save_asked.connect(self.save_chart)
        self.chart.layer_clicked.connect(self._chart_clicked)
        self.layers.selected.connect(self._rows_selected)
        self.layers.ticks_changed.connect(self._ticks_changed)
        self.side.chosen.connect(self.show_step)
        self.side.open_asked.connect(self._open_step)
        self.side.save_asked.connect(self._save_step)
        self.side.requantize_asked.connect(self.requantize)
        self.side.recipe_asked.connect(self.export_recipe)
        self.layers.others.chosen.connect(self._choose_beside)
        self.layers.suggest_asked.connect(lambda: self.suggesting.ask(self.repairs))
        self.layer_side.save_asked.connect(self.save_layer_plot)
        self.right.changed.connect(self._show_layer)
        self.ranges.rows_selected.connect(self._ranges_selected)
        self.debuggings.changed.connect(self._debugged)
        self._session.selection_changed.connect(self._follow)

    # what is shown

    def set_model(self, open_model: OpenModel | None) -> None:
        """Shows the history of another model; None while the tab is out of sight."""
        self._current = open_model
        if open_model is not None:
            self._find()

    def _debugged(self, repairs: Repairs) -> None:
        if self._current is not None and (
            repairs is self.repairs
            or self.repairs not in self.debuggings.all
            or self.debuggings.of(self._current, self._session.models) is repairs
        ):
            self._find()
        elif self.repairs is not None:
            self.bar.beside.offer([each for each in self.debuggings.all if each is not self.repairs])

    def _find(self) -> None:
        assert self._current is not None
        found = self.debuggings.of(self._current, self._session.models)
        if found is not self.repairs:
            self.selected = ()
        self.repairs = found
        if found is None:
            self._model = None
            self.empty.set_sentence(_NOTHING.format(self._current.path.name))
            self.pages.setCurrentWidget(self.empty)
            self.status_changed.emit()
            return
        step = next((step.number for step in found.steps if step.path == self._current.path), None)
        if step is not None and found.steps[step].result is not None:
            found.shown = step
        self._model = DebuggedModel(found, self._current.model)
        self.bar.beside.offer([each for each in self.debuggings.all if each is not found])
        self.pages.setCurrentIndex(1)
        self._show()
        self._follow(self._session.selection)

    def _show(self) -> None:
        repairs = self.repairs
        if repairs is None:
            return
        ranges = self.bar.page.current == "ranges"
        self.contents.setCurrentIndex(int(ranges))
        self.ranges.show_repairs(repairs)
        if ranges:
            self.status_changed.emit()
            return
        kinds = self._kinds(repairs)
        self.bar.offer_kinds(kinds)
        kind, _behind = self.bar.kind(kinds)
        self.layers.show_repairs(repairs, kind, self.bar.metric_key)
        self.layers.select(self.selected)
        self.layers.show_others(self.bar.beside.chosen, kind, self.bar.metric_key)
        self.side.show_repairs(repairs, kind)
        self._draw()
        self.status_changed.emit()

    @staticmethod
    def _kinds(repairs: Repairs) -> tuple[str, ...]:
        result = repairs.step.result
        return repairs.first.kinds if result is None else result.kinds

    def _draw(self) -> None:
        repairs = self.repairs
        if repairs is None:
            return
        kind, behind = self.bar.kind(self._kinds(repairs))
        panels = panels_of(repairs, kind, behind, self.bar.beside.chosen, self.bar.beside.over)
        own = (0, self.selected[0]) if len(self.selected) == 1 else None
        selected = self.selected_beside if self.selected_beside is not None else own
        metric = METRIC_BY_KEY[self.bar.metric_key]
        self.chart.show_plot(DebugPlot(metric, panels, self.bar.log, selected))
        self._show_layer()

    def _show_layer(self) -> None:
        """The histograms of what is selected, where they are in sight."""
        repairs = self.repairs
        if repairs is None or self.right.current != "layer":
            return
        place = self.selected[0] if len(self.selected) == 1 else -1
        layers = repairs.layers(repairs.shown, self.bar.kind(self._kinds(repairs))[0])
        layer = layers.get(place)
        if layer is not self.layer_side.layer or layer is None:
            self.layer_side.show_layer(layer, place)

    def show_step(self, number: int) -> None:
        """Looks at another step of the history."""
        if self.repairs is not None and self.repairs.steps[number].result is not None:
            self.repairs.shown = number
            self._show()

    # selecting

    def _rows_selected(self, rows: list[DebugRow]) -> None:
        self._choose(tuple(row.place for row in rows))

    def _chart_clicked(self, panel: int, place: int) -> None:
        if panel == 0:
            self._choose((place,))
            self.layers.select(self.selected)
        else:
            self.layers.others.tables[panel - 1].table.select([place])
            self._choose_beside(panel - 1, place)

    def _choose_beside(self, number: int, place: int) -> None:
        """Marks a layer of another model in the chart."""
        if not self.bar.beside.over:
            self.selected_beside = (number + 1, place)
            self._draw()

    def _choose(self, places: tuple[int, ...]) -> None:
        if places == self.selected and self.selected_beside is None:
            return
        self.selected, self.selected_beside = places, None
        self._draw()
        if self._model is not None and self._current is self._session.current:
            self._session.select(tensors=self._model.tensors(places))
        self.status_changed.emit()

    def _ranges_selected(self, rows: list[ActivationRange]) -> None:
        """An activation of the float model is the layer whose output has its name."""
        if self._model is not None and self.repairs is not None and self._current is self._session.current:
            names = {row.name for row in rows}
            places = [place for place, name in self.repairs.float_tensors.items() if name in names]
            self._session.select(tensors=self._model.tensors(places))

    def _follow(self, selection: Selection) -> None:
        """Selects the layers whose outputs, or operators, were selected elsewhere."""
        if self._model is None or self._current is not self._session.current:
            return
        places = self._model.places(selection)
        if places != self.selected and (places or selection.tensors or selection.operators):
            self.selected = places
            self.layers.select(places)
            self._draw()

    @property
    def status_text(self) -> str:
        """Of the selected layer, or of all that is shown."""
        if self.repairs is None:
            return ""
        if self.bar.page.current == "ranges":
            return ranges_text(self.repairs)
        kind, _behind = self.bar.kind(self._kinds(self.repairs))
        return layers_text(self.repairs, kind, self.selected)

    # repairing

    def _ticks_changed(self) -> None:
        if self.repairs is not None:
            self.side.show_repairs(self.repairs, self.bar.kind(self._kinds(self.repairs))[0])

    def requantize(self) -> None:
        """Makes the next step of what is ticked."""
        if self.repairs is None:
            return
        try:
            self.debuggings.repair.requantize(self.repairs)
        except InspectorError as error:
            self._session.failed.emit(str(error))

    def _open_step(self, step: Step) -> None:
        opened = next((model for model in self._session.models if model.path == step.path), None)
        if opened is not None:
            self._session.set_current(opened)
        elif step.path is not None:
            self._session.open_later([step.path])

    def _save_step(self, step: Step) -> None:
        self._open_step(step)
        if self._session.current is not None and self._session.current.path == step.path:
            self._session.action_asked.emit("save-as")

    # files

    def _ask_debug(self) -> None:
        self._session.action_asked.emit("debug-run")

    def open_csv(self) -> None:
        """Asks for a layer table and shows it with the current model."""
        folder = Settings().folder("export") or str(self._current.path.parent if self._current else Path.home())
        chosen, _ = QFileDialog.getOpenFileName(self, "Open Layer Table", folder, "Layer tables (*.csv);;All files (*)")
        if chosen:
            self.debuggings.open_csv(Path(chosen), self._current)

    def save_chart(self, suffix: str = "png") -> None:
        """Asks where and writes the chart, or its numbers."""
        if self.repairs is None:
            return
        kinds = _PICTURES if suffix != "csv" else (_PICTURES[-1], *_PICTURES[:-1])
        name = f"{file_stem(self.repairs.name)}.{self.bar.metric_key}.{suffix}"
        chosen = ask_where(self, "Save Chart", name, kinds)
        if chosen is not None:
            try:
                self.chart.export(chosen[0])
            except InspectorError as error:
                self._session.failed.emit(str(error))

    def save_layer_plot(self, place: int) -> None:
        """Asks where and writes a histogram of the selected layer, or its numbers."""
        if place >= len(self.layer_side.plots):
            return
        plot = self.layer_side.plots[place]
        kinds = (*_PICTURES[:-1], "Numbers of the histogram (*.csv)")
        chosen = ask_where(self, "Save Plot", f"{file_stem(plot.title)}.{plot.kind}.png", kinds)
        if chosen is not None:
            try:
                self.layer_side.export(place, chosen[0])
            except InspectorError as error:
                self._session.failed.emit(str(error))

    def export_recipe(self, step: Step) -> None:
        """Asks where and writes the step as a recipe file."""
        if self.repairs is not None:
            export_recipe(self, self._session, self.repairs, step)

    def copy(self) -> None:
        """Edit > Copy, wherever the focus is."""
        self.table.copy()

    def selectAll(self) -> None:
        """Edit > Select All, wherever the focus is."""
        self.table.selectAll()
