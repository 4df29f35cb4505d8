"""The pane under Compare: one tensor in all variants, its range and errors, two histograms over each other."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from inspector.analysis.comparison import Comparison
from inspector.gui.chips import Chip
from inspector.gui.plot_canvas import PlotCanvas
from inspector.gui.tables.cell_style import ROW_HEIGHT, first_and_more
from inspector.gui.tables.compare_rows import CompareRow
from inspector.gui.tables.delegate import RecordDelegate
from inspector.gui.tables.pair_facts import PairFact, fact_rows, pair_facts
from inspector.gui.tables.record_table import RecordTable
from inspector.gui.tables.variant_delegate import VariantDelegate
from inspector.gui.theme import SECONDARY, mono_font
from inspector.gui.widgets import BOLD, ElidedLabel, IconButton, label, line
from inspector.model.text import printable, shape_text


class PairPane(QFrame):
    """Hidden until a row is shown."""

    def __init__(self) -> None:
        super().__init__()
        self._comparison: Comparison | None = None
        self._row: CompareRow | None = None
        self._wanted = -1
        self.setAccessibleName("The selected tensor in all variants")
        self.setProperty("ground", "surface")
        self.title = ElidedLabel()
        self.title.setFont(mono_font(weight=BOLD))
        self.shape = label("", "dim", SECONDARY)
        self.more = Chip("")
        close = IconButton("close", "Hide this pane; a click on a row brings it back")
        close.clicked.connect(self.hide)
        self.canvas = PlotCanvas("Histogram of the reference and a variant")
        self.table = RecordTable("The tensor in all variants", make_delegate=_delegate)
        self.table.layout_of_columns.optional = ("quantization", "how", "index")
        self.table.records_selected.connect(self._choose_fact)
        head = QHBoxLayout()
        head.setContentsMargins(16, 4, 8, 0)
        head.setSpacing(8)
        for part, stretch in ((self.title, 1), (self.more, 0), (self.shape, 0), (close, 0)):
            head.addWidget(part, stretch)
        body = QHBoxLayout()
        body.setContentsMargins(16, 0, 0, 0)
        body.setSpacing(12)
        body.addWidget(self.canvas, 4)
        body.addWidget(line(vertical=True))
        body.addWidget(self.table, 5)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(body, 1)
        self.setMinimumHeight(150)

    def show_row(self, comparison: Comparison | None, row: CompareRow | None) -> None:
        """Shows a row of the comparison; None for none."""
        self._comparison, self._row = comparison, row
        self.setVisible(row is not None)
        if comparison is None or row is None:
            return
        first, more = first_and_more("name", row.compared.name)
        self.title.setText(printable(first) or "(no name)")
        self.more.setVisible(bool(more))
        self.more.set_text(f"+{more}")
        self.more.setToolTip(row.compared.name.replace(";", "\n"))
        words = [shape_text(row.compared.shape), row.compared.note]
        self.shape.setText("  ·  ".join(word for word in words if word))
        self.table.set_source(fact_rows(pair_facts(comparison, row)))

    def choose(self, place: int) -> None:
        """Shows variant `place` beside the reference from now on, where it has the tensor."""
        if place >= 0:
            self._wanted = place

    def _choose_fact(self, facts: list[PairFact]) -> None:
        if len(facts) == 1:
            self.choose(facts[0].place)


def _delegate(table: QWidget) -> RecordDelegate:
    return VariantDelegate(table, ROW_HEIGHT)


__all__ = ["PairPane", "Qt"]
