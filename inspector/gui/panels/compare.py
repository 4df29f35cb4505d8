"""The Compare tab: variants of one model side by side, what each did to every tensor, and how far off that is."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from inspector.analysis.comparison import ComparedTensor, Comparison, Variant
from inspector.errors import InspectorError
from inspector.gui.compared import ComparedModels
from inspector.gui.panels.compare_add import VariantAdder
from inspector.gui.panels.compare_head import CompareHead
from inspector.gui.panels.compare_report import save_report
from inspector.gui.panels.compare_table import CompareTable
from inspector.gui.panels.compare_work import Compared, CompareWork
from inspector.gui.panels.weight_controls import ProgressStrip
from inspector.gui.panels.weight_export import ONE, ask_where, file_stem
from inspector.gui.session import OpenModel, Selection, Session
from inspector.gui.tables.compare_rows import CompareRow
from inspector.gui.widgets import EmptyState, line
from inspector.model import Tensor

if TYPE_CHECKING:
    from inspector.gui.panels.compare_pair import PairPane

_NOTHING = "Nothing to compare yet: {} stands alone. Add another variant of it, or make some with Quantize."
_PAIR_HEIGHT = 236
_LISTED = 5  # variants the status bar names


class ComparePanel(QWidget):
    """Follows the model looked at: its source and all variants of it are compared.

    `models` are shown, the reference first; `_wanted` are what is to be shown once they are compared, with the source.
    """

    status_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._current: OpenModel | None = None
        self._wanted: tuple[list[OpenModel], OpenModel | None] = [], None
        self._compared: Compared | None = None
        self.models: list[OpenModel] = []
        self.choice = ComparedModels()
        self.adder = VariantAdder(self, session, self.choice, self._refresh)
        self.work = CompareWork(self)
        self.head, self.strip = CompareHead(), ProgressStrip()
        self.tensors = CompareTable()
        self.views, self.only_changed = self.tensors.views, self.tensors.only_changed
        self.filtered, self.table = self.tensors.filtered, self.tensors.table
        self.empty = EmptyState("", "Add variant...", self.add_variant)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.tensors)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.head, line(), self.strip):
            column.addWidget(part)
        column.addWidget(self.splitter, 1)
        self.pages = QStackedWidget()
        for page in (QWidget(), whole, self.empty):
            self.pages.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.work.came.connect(self._take)
        self.work.progressed.connect(self.strip.advance)
        self.work.ended.connect(self.strip.end)
        self.work.failed.connect(self._session.failed)
        self.strip.cancelled.connect(self.work.stop)
        self.head.add_asked.connect(self.add_variant)
        self.head.save_asked.connect(self.save_report)
        self.head.table.more_actions = self._variant_actions
        self.head.table.records_selected.connect(self._choose_variant)
        self.filtered.save_asked.connect(self.save)
        self.table.records_selected.connect(self._select)
        self.table.more_actions = self._row_actions
        self.tensors.changed.connect(self._rows_changed)
        self.tensors.cell_clicked.connect(lambda place: self.pair.choose(place))
        session = self._session
        for signal in (session.model_opened, session.model_closed, session.model_reloaded):
            signal.connect(self._models_changed)
        session.selection_changed.connect(self._follow)

    @cached_property
    def pair(self) -> "PairPane":
        """The pane below, made with the first row that is selected: it brings matplotlib."""
        from inspector.gui.panels.compare_pair import PairPane

        made = PairPane()
        made.hide()
        self.splitter.addWidget(made)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([10_000, _PAIR_HEIGHT])
        made.save_asked.connect(self.save_plot)
        return made

    # what is compared

    @property
    def comparison(self) -> Comparison | None:
        """What is shown now."""
        return self._compared.comparison if self._compared is not None else None

    def set_model(self, open_model: OpenModel | None) -> None:
        """Compares the family of another model; None while the tab is out of sight, what is compared stays.

        Measuring that was cancelled goes on when the tab comes back.
        """
        back = self._current is None
        self._current = open_model
        self._refresh()
        compared = self._compared
        stopped = compared is not None and not compared.comparison.measured and not self.work.busy
        if back and open_model is not None and compared is not None and stopped:
            self.strip.begin()
            self.work.measure_again(compared)

    def _models_changed(self, *_models: OpenModel) -> None:
        self._refresh()

    def _refresh(self) -> None:
        """Compares what belongs together now. What stood there stays meanwhile, unless it is about other models."""
        models = self._session.models
        if any(model not in models for model in self._wanted[0]):
            self._forget()
        if self._current is None or self._current not in models:
            return
        chosen = self.choice.of(self._current, models)
        source = self.choice.source_of(chosen, models)
        if (chosen, source) == self._wanted:
            self._follow(self._session.selection)
            return
        self.work.stop()
        if len(chosen) < 2 or not set(chosen) & set(self.models):
            self._forget()
        self._wanted = chosen, source
        if len(chosen) < 2:
            self.empty.set_sentence(_NOTHING.format(self._current.path.name))
            self.pages.setCurrentWidget(self.empty)
            return
        self.strip.begin()
        self.work.start(chosen, source.model.size_bytes if source is not None else None)

    def _forget(self) -> None:
        self.work.stop()
        if "pair" in self.__dict__:
            self.pair.show_row(None, None)
        self._wanted, self.models, self._compared = ([], None), [], None
        self.pages.setCurrentIndex(0)
        self.status_changed.emit()

    def add_variant(self) -> None:
        """Offers the other open models and files."""
        if self._current is not None:
            button = self.head.add_button if self._compared is not None else self.empty.button
            self.adder.ask(self._current, self._wanted[0], button)

    def _variant_actions(self, variant: Variant) -> list[tuple[str, Callable[[], object]]]:
        """What can be done with a row of the variants' table."""
        opened = next((model for model in self.models if model.model is variant.model), None)
        if opened is None:
            return []
        actions: list[tuple[str, Callable[[], object]]] = []
        if opened is not self.models[0]:
            actions.append((f"Compare All with {variant.label}", lambda: self._set_reference(opened)))
        actions.append(("Show in Models", lambda: self._session.set_current(opened)))
        if opened is not self._current:
            actions.append((f"Leave {variant.label} Out", lambda: self._leave_out(opened)))
        return actions

    def _set_reference(self, opened: OpenModel) -> None:
        self.choice.set_reference(opened, self.models)
        self._refresh()

    def _leave_out(self, opened: OpenModel) -> None:
        self.choice.leave_out(opened)
        self._refresh()

    # showing

    def _take(self, compared: Compared) -> None:
        self._compared = compared
        self.models, source = self._wanted
        self.head.show_comparison(compared, source.path.suffix if source is not None else "source")
        self.pages.setCurrentIndex(1)
        self.tensors.show_comparison(compared)
        self.status_changed.emit()

    def _rows_changed(self) -> None:
        self._follow(self._session.selection)
        self._show_pair()

    @property
    def status_text(self) -> str:
        """`Comparing 3 variants of digits_cnn.h5: ORG 252,132 B, DRQ 69,640 B`; of many the range of their sizes."""
        if self._compared is None or self._current is None:
            return ""
        variants, source = self._compared.comparison.variants, self._wanted[1]
        of = f" of {source.path.name}" if source is not None else ""
        sizes = ", ".join(f"{variant.label} {variant.size_bytes:,} B" for variant in variants)
        if len(variants) > _LISTED:
            every = [variant.size_bytes for variant in variants]
            sizes = f"{min(every):,} to {max(every):,} B"
        return f"Comparing {len(variants)} variants{of}: {sizes}"

    # selecting

    def _select(self, rows: Sequence[CompareRow]) -> None:
        self._session.select(tensors=self._tensors(rows))
        self._show_pair()

    def _tensors(self, rows: Sequence[CompareRow]) -> list[Tensor]:
        """What the model that is looked at has of these rows."""
        if self._current not in self.models:
            return []
        place = self.models.index(self._current)
        return [cell.tensor for row in rows if (cell := row.cells[place]) is not None]

    def _follow(self, selection: Selection) -> None:
        """Selects the rows of what was selected elsewhere."""
        if self._current is not self._session.current or self._current not in self.models:
            return
        if list(selection.tensors) != self._tensors(self.table.selected_records()):
            self.tensors.select(self.models.index(self._current), selection.tensors)
            self._show_pair()

    def _show_pair(self) -> None:
        chosen = self.table.selected_records()
        if not chosen and "pair" not in self.__dict__:
            return
        hidden = self.pair.isHidden()
        self.pair.show_row(self.comparison, chosen[0] if len(chosen) == 1 else None)
        if hidden and not self.pair.isHidden():
            self.tensors.settle_soon()  # the pane may have come over the row

    def _choose_variant(self, variants: Sequence[Variant]) -> None:
        if self._compared is not None and len(variants) == 1:
            self.pair.choose(self._compared.comparison.variants.index(variants[0]))

    def _row_actions(self, row: CompareRow) -> list[tuple[str, Callable[[], object]]]:
        """Leads from a row to the tensor in one of the models."""
        if self._compared is None:
            return []
        variants = self._compared.comparison.variants
        return [
            (f"Show in {variant.label}", partial(self._show_in, model, cell.tensor))
            for variant, model, cell in zip(variants, self.models, row.cells, strict=True)
            if cell is not None
        ]

    def _show_in(self, model: OpenModel, tensor: Tensor) -> None:
        self._session.set_current(model)
        self._session.show_rows([tensor])

    # copying and saving

    def copy(self) -> None:
        """Edit > Copy, wherever the focus is."""
        self.table.copy()

    def selectAll(self) -> None:
        """Edit > Select All, wherever the focus is."""
        self.table.selectAll()

    def save(self) -> None:
        """Saves the tensors that are shown as CSV."""
        shown = dict.fromkeys(row.compared for row in self.table.records.shown_records())
        self._save(list(shown))

    def save_report(self) -> None:
        """Asks where and saves the whole comparison."""
        self._save(None)

    def _save(self, rows: list[ComparedTensor] | None) -> None:
        if self._compared is not None:
            save_report(self, self._session, self._compared.comparison, self.models[0].path.stem, rows)

    def save_plot(self) -> None:
        """Asks where and writes the histograms in sight."""
        if self.pair.overlay.plot is not None:
            chosen = ask_where(self, "Save Plot", f"{file_stem(self.pair.overlay.plot.name)}.compare.png", ONE)
            if chosen is not None:
                self._export_plot(chosen[0])

    def _export_plot(self, path: Path) -> None:
        try:
            self.pair.overlay.export(path)
        except InspectorError as error:
            self._session.failed.emit(str(error))
