"""The Compare tab: variants of one model side by side, what each did to every tensor, and how far off that is."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from inspector.analysis.comparison import ComparedTensor, Comparison, Variant
from inspector.errors import InspectorError
from inspector.gui.compared import ComparedModels
from inspector.gui.panels.compare_add import VariantAdder
from inspector.gui.panels.compare_head import CompareHead
from inspector.gui.panels.compare_pair import PairPane
from inspector.gui.panels.compare_report import save_report
from inspector.gui.panels.compare_work import Compared, CompareWork
from inspector.gui.panels.weight_controls import ProgressStrip
from inspector.gui.panels.weight_export import ONE, ask_where, file_stem
from inspector.gui.session import OpenModel, Selection, Session
from inspector.gui.tables.compare_delegate import CompareDelegate, place_of
from inspector.gui.tables.compare_rows import CompareRow, rows_of
from inspector.gui.tables.filtered_table import FilteredTable
from inspector.gui.tables.pair_groups import group_by_one_type, group_by_role
from inspector.gui.tables.pair_source import (
    cell_key,
    error_key,
    optional_columns,
    others,
    tensor_rows,
    type_rows,
)  # fmt: skip
from inspector.gui.widgets import EmptyState, SegmentedGroup, line
from inspector.model import Tensor

_NOTHING = "Nothing to compare yet: {} stands alone. Add another variant of it, or make some with Quantize."
_LEAST_TABLE, _PAIR_HEIGHT = 160, 236
_AROUND_COUNT = 140 + 32 + 12 * 5  # pixels of the filter box, margins and gaps beside the count


class ComparePanel(QWidget):
    """Follows the model looked at: its source and all variants of it are compared."""

    status_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._current: OpenModel | None = None
        self._models: list[OpenModel] = []
        self._compared: Compared | None = None
        self._rows: Sequence[CompareRow] = ()
        self._resized = QTimer(self, singleShot=True, interval=0)
        self.choice = ComparedModels()
        self.adder = VariantAdder(self, session, self.choice, self._refresh)
        self.work = CompareWork(self)
        self.head, self.strip, self.pair = CompareHead(), ProgressStrip(), PairPane()
        self.views = SegmentedGroup([("tensor", "By tensor"), ("type", "By type")], "Show tensors")
        self.only_changed = QCheckBox("Only changed types")
        self.only_changed.setToolTip("Show only tensors that have another type in some variant")
        self.filtered = FilteredTable("tensor", "Filter tensors", leading=(self.views, self.only_changed),
                                      make_delegate=CompareDelegate)  # fmt: skip
        self.filtered.count_text = self._count_text
        self.table = self.filtered.table
        self.empty = EmptyState("", "Add variant...", self.add_variant)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.pages = QStackedWidget()
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.head, line(), self.strip):
            column.addWidget(part)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.filtered.setMinimumHeight(_LEAST_TABLE)
        self.splitter.addWidget(self.filtered)
        self.splitter.addWidget(self.pair)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([10_000, _PAIR_HEIGHT])
        self.pair.hide()
        column.addWidget(self.splitter, 1)
        self.pages.addWidget(QWidget())
        self.pages.addWidget(whole)
        self.pages.addWidget(self.empty)
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
        self.views.chosen.connect(lambda _view: self._show_rows())
        self.only_changed.toggled.connect(lambda _on: self._show_rows())
        self.filtered.save_asked.connect(self.save)
        self._resized.timeout.connect(self._settle)
        self.table.records_selected.connect(self._select)
        self.table.clicked.connect(lambda index: self._choose_column(index.column()))
        self.table.more_actions = self._row_actions
        self.pair.save_asked.connect(self.save_plot)
        session = self._session
        for signal in (session.model_opened, session.model_closed, session.model_reloaded):
            signal.connect(self._refresh_later)
        session.selection_changed.connect(self._follow)

    # what is compared

    @property
    def models(self) -> list[OpenModel]:
        """The models that are compared, the reference first."""
        return self._models

    @property
    def comparison(self) -> Comparison | None:
        """What is shown now."""
        return self._compared.comparison if self._compared is not None else None

    def set_model(self, open_model: OpenModel | None) -> None:
        """Compares the family of another model; None while the tab is out of sight, what is compared stays."""
        self._current = open_model
        self._refresh()

    def _refresh_later(self, *_models: OpenModel) -> None:
        self._refresh()

    def _refresh(self) -> None:
        models = self._session.models
        if any(model not in models for model in self._models):
            self._forget()
        if self._current is None or self._current not in models:
            return
        wanted = self.choice.of(self._current, models)
        if wanted == self._models:
            self._follow(self._session.selection)
            return
        self._forget()
        self._models = wanted
        if len(wanted) < 2:
            self.empty.set_sentence(_NOTHING.format(self._current.path.name))
            self.pages.setCurrentWidget(self.empty)
            return
        source = self.choice.source_of(wanted, models)
        self.strip.begin()
        self.work.start(wanted, source.model.size_bytes if source is not None else None)

    def _forget(self) -> None:
        self.work.stop()
        self.pair.show_row(None, None)
        self._models, self._compared = [], None
        self.pages.setCurrentIndex(0)
        self.status_changed.emit()

    def add_variant(self) -> None:
        """Offers the other open models and files."""
        if self._current is not None:
            button = self.head.add_button if self._compared is not None else self.empty.button
            self.adder.ask(self._current, self._models, button)

    def _variant_actions(self, variant: Variant) -> list[tuple[str, Callable[[], object]]]:
        """What can be done with a row of the variants' table."""
        opened = next((model for model in self._models if model.model is variant.model), None)
        if opened is None:
            return []
        actions: list[tuple[str, Callable[[], object]]] = []
        if opened is not self._models[0]:
            actions.append((f"Compare All with {variant.label}", lambda: self._set_reference(opened)))
        actions.append(("Show in Models", lambda: self._session.set_current(opened)))
        if opened is not self._current:
            actions.append((f"Leave {variant.label} Out", lambda: self._leave_out(opened)))
        return actions

    def _set_reference(self, opened: OpenModel) -> None:
        self.choice.set_reference(opened, self._models)
        self._refresh()

    def _leave_out(self, opened: OpenModel) -> None:
        self.choice.leave_out(opened)
        self._refresh()

    # showing

    def _take(self, compared: Compared) -> None:
        self._compared = compared
        self.head.show_comparison(compared)
        self.pages.setCurrentIndex(1)
        self._show_rows()
        self.status_changed.emit()

    def _show_rows(self) -> None:
        compared = self._compared
        if compared is None:
            return
        by_type = self.views.current == "type"
        comparison = compared.comparison
        rows, grid = (compared.by_type, compared.by_type_grid) if by_type else (compared.rows, compared.grid)
        if self.only_changed.isChecked():
            places = grid.changed(comparison.reference)
            rows, grid = [rows[place] for place in places.tolist()], grid.chosen(places)
        self._rows = rows
        self.table.layout_of_columns.optional = ("shape",) if by_type else optional_columns(comparison)
        cells = frozenset(map(cell_key, range(len(comparison.variants))))
        self.table.layout_of_columns.even = cells if by_type else frozenset()
        if by_type:
            self.table.records.first_title = "Type, operator"
            self.filtered.set_source(type_rows(comparison, rows), group_by_one_type(comparison, rows, grid))
        else:
            self.table.records.first_title = ""
            source = tensor_rows(comparison, rows, comparison.measured)
            self.filtered.set_source(source, group_by_role(comparison, rows, grid))
        self._follow(self._session.selection)
        self._show_pair()

    @property
    def status_text(self) -> str:
        """`Comparing 3 variants of digits_cnn.h5: ORG 252,132 B, DRQ 69,640 B`."""
        if self._compared is None or self._current is None:
            return ""
        variants = self._compared.comparison.variants
        source = self.choice.source_of(self._models, self._session.models)
        of = f" of {source.path.name}" if source is not None else ""
        sizes = ", ".join(f"{variant.label} {variant.size_bytes:,} B" for variant in variants)
        return f"Comparing {len(variants)} variants{of}: {sizes}"

    def _count_text(self, shown: int, _count: int) -> str:
        if self._compared is None:
            return ""
        comparison = self._compared.comparison
        by_tensor = self.views.current == "tensor"
        every = len(self._compared.rows if by_tensor else self._compared.by_type)
        if shown < every:
            return f"{shown:,} of {every:,} {'tensors' if by_tensor else 'rows'}"
        words = self._compared.pairing
        label = comparison.variants[comparison.reference].label
        errors = set(map(error_key, others(comparison))) & set(self.table.layout_of_columns.visible_keys())
        longest = f"{words}; × bytes of {label}, dB SQNR to {label}" if by_tensor and errors else words
        controls = (self.views, self.only_changed, self.filtered.copy_button, self.filtered.save_button)
        room = self.width() - sum(part.sizeHint().width() for part in controls) - _AROUND_COUNT
        metrics = self.filtered.count_label.fontMetrics()
        fitting = (
            text for text in (longest, words, words.partition(",")[0]) if metrics.horizontalAdvance(text) <= room
        )
        return next(fitting, words.partition(" tensor")[0] + " paired")

    def _settle(self) -> None:
        """Once all have their places: what the count has room for, and the selected row in sight."""
        self.filtered.show_count()
        rows = self.table.selectionModel().selectedRows()
        if len(rows) == 1 and not self.pair.isHidden():
            self.table.scrollTo(rows[0])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._resized.start()

    # selecting

    def _select(self, rows: Sequence[CompareRow]) -> None:
        self._session.select(tensors=self._tensors(rows))
        self._show_pair()

    def _tensors(self, rows: Sequence[CompareRow]) -> list[Tensor]:
        """What the model that is looked at has of these rows."""
        if self._current not in self._models:
            return []
        place = self._models.index(self._current)
        return [cell.tensor for row in rows if (cell := row.cells[place]) is not None]

    def _follow(self, selection: Selection) -> None:
        """Selects the rows of what was selected elsewhere."""
        if self._compared is None or self._current is not self._session.current or self._current not in self._models:
            return
        if list(selection.tensors) == self._tensors(self.table.selected_records()):
            return
        place = self._models.index(self._current)
        self.table.select([row.identity for row in rows_of(self._rows, place, selection.tensors)])
        self._show_pair()

    def _show_pair(self) -> None:
        chosen, hidden = self.table.selected_records(), self.pair.isHidden()
        self.pair.show_row(self.comparison, chosen[0] if len(chosen) == 1 else None)
        if hidden and not self.pair.isHidden():
            self._resized.start()  # the pane may have come over the row

    def _choose_column(self, column: int) -> None:
        """A click on a variant's cell shows that variant beside the reference."""
        self.pair.choose(place_of(self.table.records.columns[column].key))

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
            for variant, model, cell in zip(variants, self._models, row.cells, strict=True)
            if cell is not None
        ]

    def _show_in(self, model: OpenModel, tensor: Tensor) -> None:
        self._session.set_current(model)
        self._session.show_rows([tensor])

    # copying and saving

    def copy(self) -> None:
        """Edit > Copy, wherever the focus is."""
        (self.head.table if self.head.table.hasFocus() else self.table).copy()

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
            save_report(self, self._session, self._compared.comparison, self._models[0].path.stem, rows)

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
