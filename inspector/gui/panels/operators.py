"""Operators (Keras: layers): every one with its index, tensors, options, MACs; in order or by kind."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from inspector.gui.session import OpenModel, Selection, Session
from inspector.gui.tables.filtered_table import FilteredTable
from inspector.gui.tables.latest_task import LatestTask
from inspector.gui.tables.operator_list import OperatorList
from inspector.gui.tables.operator_source import (
    FEW,
    group_by_graph,
    group_by_op_name,
    operator_source,
    operator_summary,
)  # fmt: skip
from inspector.gui.tables.row_source import RowSource
from inspector.gui.tables.save_table import save_csv
from inspector.gui.widgets import SegmentedGroup
from inspector.model import Operator
from inspector.model.columns import LAYER_COLUMNS, OPERATOR_COLUMNS


class OperatorsPanel(QWidget):
    """The index is the one of `subgraph.operators`, here and everywhere."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._open_model: OpenModel | None = None
        self._task = LatestTask(self)
        self._operators: OperatorList | None = None
        self._source: RowSource[Operator] | None = None
        self.views = SegmentedGroup([("order", "In order"), ("kind", "By op_name")], "Show operators")
        self.filtered = FilteredTable("operator", "Filter by op_name, shape or option", (self.views,))
        self.table = self.filtered.table
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.filtered)
        self.setFocusProxy(self.table)
        self.views.chosen.connect(lambda _view: self._show())
        self.filtered.save_asked.connect(self.save)
        self.table.records_selected.connect(lambda chosen: self._session.select(operators=chosen))
        session.selection_changed.connect(self._follow)

    def set_model(self, open_model: OpenModel | None) -> None:
        """Shows another model; None for none. The filter stays."""
        self._open_model = open_model
        self._task.cancel()
        if open_model is None:
            self._operators, self._source = None, None
            self.filtered.set_source(RowSource((), ()))
            return
        operators = self._operators = OperatorList(open_model.model)
        if len(operators) <= FEW:
            operators.count_costs()
        else:
            self._task.run(operators.count_costs, lambda _nothing: self._show_costs(operators))
        self._source = operator_source(operators)
        keras = open_model.model.is_keras
        if keras:
            self.filtered.set_words("layer", "Filter by name, class, shape or option")
        else:
            self.filtered.set_words("operator", "Filter by op_name, shape or option")
        self.table.layout_of_columns.optional = ("inputs", "inbound") if keras else ("subgraph",)
        self.views.button("kind").setText("By class" if keras else "By op_name")
        self._show()

    def copy(self) -> None:
        """Edit > Copy, wherever the focus is."""
        self.table.copy()

    def selectAll(self) -> None:
        """Edit > Select All, wherever the focus is."""
        self.table.selectAll()

    def save(self) -> None:
        """Saves the rows that are shown, in their order, as CSV."""
        if self._open_model is not None:
            keras = self._open_model.model.is_keras
            columns = LAYER_COLUMNS if keras else OPERATOR_COLUMNS
            save_csv(self, self._session, "layers" if keras else "operators", columns,
                     self.table.records.shown_records())  # fmt: skip

    def _show(self) -> None:
        operators = self._operators
        if operators is None or self._source is None:
            return
        by_kind = self.views.current == "kind"
        grouping = None
        if by_kind:
            grouping = group_by_op_name(operators)
        elif len(operators.subgraphs) > 1:
            grouping = group_by_graph(operators)
        titles = ("Class, #" if operators.keras else "op_name, #") if by_kind else "Subgraph, #"
        self.table.layout_of_columns.absent = frozenset({"op_name" if by_kind else "subgraph"})
        self.table.records.first_title = titles if grouping is not None else ""
        self.filtered.set_source(self._source, grouping, lambda places: operator_summary(operators, places, "All"))
        self._follow(self._session.selection)

    def _show_costs(self, operators: OperatorList) -> None:
        """The totals of a large model come a moment after its rows."""
        if operators is self._operators:
            self._source = operator_source(operators)
            self._show()

    def _follow(self, selection: Selection) -> None:
        """Selects the operators selected elsewhere."""
        if self._open_model is self._session.current:
            self.table.select(selection.operators)
