"""The pane under Compare: one tensor in all variants, its range and errors, two histograms over each other."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from inspector.analysis.comparison import Comparison
from inspector.gui.chips import Chip
from inspector.gui.panels.compare_overlay import OverlayCard
from inspector.gui.tables.cell_style import ROW_HEIGHT, first_and_more
from inspector.gui.tables.compare_rows import CompareRow
from inspector.gui.tables.delegate import RecordDelegate
from inspector.gui.tables.pair_facts import PairFact, fact_rows, pair_facts
from inspector.gui.tables.record_table import RecordTable
from inspector.gui.tables.variant_delegate import VariantDelegate
from inspector.gui.theme import SECONDARY, mono_font, ui_font
from inspector.gui.tooltips import plain_tip
from inspector.gui.widgets import BOLD, ElidedLabel, IconButton, line
from inspector.model.text import printable, shape_text

_HEIGHT = 236


class PairPane(QFrame):
    """Hidden until a row is shown; `choose` says which variant stands beside the reference."""

    save_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._comparison: Comparison | None = None
        self._row: CompareRow | None = None
        self._wanted = -1
        self.setAccessibleName("The selected tensor in all variants")
        self.setProperty("ground", "surface")
        self.title = ElidedLabel()
        self.title.setFont(mono_font(weight=BOLD))
        self.more, self.note = Chip(""), ElidedLabel(mode=Qt.TextElideMode.ElideRight)
        self.note.setFont(ui_font(SECONDARY))
        self.note.setProperty("tone", "dim")
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.close_button = IconButton("close", "Hide this pane; the next row brings it back")
        self.close_button.clicked.connect(self.hide)
        self.overlay = OverlayCard()
        self.overlay.save_asked.connect(self.save_asked)
        self.table = RecordTable("The tensor in all variants", make_delegate=_delegate)
        self.table.layout_of_columns.optional = ("range", "index", "bytes", "quantization", "how")
        self.table.records_selected.connect(self._choose_fact)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 4, 8, 4)
        head.setSpacing(8)
        head.addWidget(self.title, 1)
        head.addWidget(self.more)
        head.addWidget(self.note, 1)
        for part in (self.overlay.scale, self.overlay.save_button, self.close_button):
            head.addWidget(part)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(self.overlay, 4)
        body.addWidget(line(vertical=True))
        body.addWidget(self.table, 5)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(body, 1)
        self.setMinimumHeight(140)

    def sizeHint(self) -> QSize:
        return QSize(700, _HEIGHT)

    def show_row(self, comparison: Comparison | None, row: CompareRow | None) -> None:
        """Shows a row of the comparison; None for none."""
        again = row is not None and self._row is not None and row.identity == self._row.identity
        measured = again and self._comparison is not None and comparison is not self._comparison
        self._comparison, self._row = comparison, row
        if comparison is None or row is None:
            self.hide()
            self.overlay.forget()
            return
        if not again or measured:
            self._write(comparison, row)
        if not again:
            self.show()

    def _write(self, comparison: Comparison, row: CompareRow) -> None:
        first, more = first_and_more("name", row.compared.name)
        self.title.setText(printable(first) or "(no name)")
        self.title.setMaximumWidth(self.title.fontMetrics().horizontalAdvance(self.title.text()) + 2)
        self.more.setVisible(bool(more))
        self.more.set_text(f"+{more}")
        self.more.setToolTip(plain_tip(row.compared.name.replace(";", "\n")))
        self.table.set_source(fact_rows(pair_facts(comparison, row)))
        self._draw()

    def choose(self, place: int) -> None:
        """Shows variant `place` beside the reference from now on, where it has the tensor."""
        if place >= 0 and place != self._wanted:
            self._wanted = place
            self._draw()

    def _choose_fact(self, facts: Sequence[PairFact]) -> None:
        if len(facts) == 1:
            self.choose(facts[0].place)

    def _draw(self) -> None:
        if self._comparison is None or self._row is None:
            return
        place = self._place(self._comparison, self._row)
        self.table.select([place], scroll=False)
        self.overlay.show_pair(self._comparison, self._row, place)
        compared = self._row.compared
        pairing = compared.pairings[place]
        words = [pairing.note if pairing is not None else compared.note, shape_text(compared.shape)]
        self.note.setText("  ·  ".join(word for word in words if word))

    def _place(self, comparison: Comparison, row: CompareRow) -> int:
        """What the user chose, else the first variant whose type changed, else the first that is paired."""
        paired = [place for place, pairing in enumerate(row.compared.pairings) if pairing is not None]
        if self._wanted in paired:
            return self._wanted
        changed = [place for place in paired if row.compared.changed(comparison.reference, place)]
        return (changed or paired or [row.compared.home])[0]


def _delegate(table: QWidget) -> RecordDelegate:
    return VariantDelegate(table, ROW_HEIGHT)
