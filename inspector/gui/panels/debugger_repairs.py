"""The Repairs side of the Debugger: a line a step, what can be done with it, and the button that makes the next."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from inspector.datasets.notice import Notice
from inspector.gui.dialogs.form_parts import NoticeLines
from inspector.gui.flow_layout import FlowLayout
from inspector.gui.repairs import Repairs, Step
from inspector.gui.tables.record_table import RecordTable
from inspector.gui.tables.row_source import RowSource
from inspector.gui.tables.step_rows import NEXT, StepDelegate, step_rows
from inspector.gui.theme import SECONDARY
from inspector.gui.widgets import Button, label, small_button
from inspector.model.finding import Level
from inspector.model.text import percent_text, plural

_WARNING = "Float layers add QUANTIZE and DEQUANTIZE pairs and do not run on integer-only devices."
_FROM_DISK = "A table from disk can't be repaired: debug the model it is about (Model > Debug Quantization)."

_MOST_NOTES = 2


class RepairsSide(QFrame):
    """`chosen` has the number of the step to look at."""

    chosen = Signal(int)
    open_asked = Signal(object)  # Step
    save_asked = Signal(object)  # Step
    recipe_asked = Signal(object)  # Step
    requantize_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "window")
        self._repairs: Repairs | None = None
        self.score = label("", "dim", SECONDARY)
        self.score.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.table = RecordTable("Repairs", make_delegate=StepDelegate)
        self.table.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
        self.table.layout_of_columns.optional = ("worst", "bytes")
        self.table.records_selected.connect(self._select)
        self.open_button = small_button("Open step", "Show the step's model in Models")
        self.save_button = small_button("Save as...", "Save the step's model as a file")
        self.recipe_button = small_button(
            "Recipe...", "Export what stays float as a recipe file, for quantize --recipe"
        )
        for button, signal in ((self.open_button, self.open_asked), (self.save_button, self.save_asked),
                               (self.recipe_button, self.recipe_asked)):  # fmt: skip
            button.clicked.connect(lambda _on=False, signal=signal: self._ask(signal))
        self.notices = NoticeLines(least=216)
        self.ground = QFrame()
        self.run = Button("Requantize", "quantize", primary=True)
        self.run.clicked.connect(self.requantize_asked)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(label("Steps", bold=True))
        head.addWidget(self.score, 1)
        buttons = QWidget()
        row = FlowLayout(buttons, spacing=6, growing=-1)
        for button in (self.open_button, self.save_button, self.recipe_button):
            row.addWidget(button)
        self.ground.setProperty("bar", "warning")
        inner = QVBoxLayout(self.ground)
        inner.setContentsMargins(10, 6, 10, 6)
        inner.addWidget(self.notices)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addWidget(buttons)
        column.addWidget(self.ground)
        column.addWidget(self.run)

    def show_repairs(self, repairs: Repairs | None, kind: str) -> None:
        self._repairs = repairs
        if repairs is None:
            self.table.set_source(RowSource((), ()))
            return
        delegate = self.table.delegate
        assert isinstance(delegate, StepDelegate)
        delegate.shown = repairs.shown
        self.table.set_source(step_rows(repairs, kind))
        self.table.select([repairs.shown], scroll=False)
        known = repairs.float_score
        kind = "" if repairs.score_kind == "accuracy" else f", {repairs.score_kind}"
        self.score.setText("" if known is None else f"float32 scores {percent_text(known)}{kind}")
        self._show_buttons(repairs)

    def _show_buttons(self, repairs: Repairs) -> None:
        step, count = repairs.step, len(repairs.ticked)
        self.open_button.setEnabled(step.path is not None)
        self.save_button.setEnabled(step.path is not None)
        self.recipe_button.setEnabled(repairs.can_repair)
        self.run.setVisible(repairs.can_repair)
        words = f"{plural(count, 'layer')} {'stays' if count == 1 else 'stay'} float" if count else "tick layers first"
        self.run.setText(f"Requantize: {words}")
        self.run.setEnabled(bool(count) and all(set(each.left) != repairs.ticked or each.failed
                                                for each in repairs.steps))  # fmt: skip
        failed = [Notice(Level.DAMAGE, f"Step {each.number}: {each.failed}") for each in repairs.steps if each.failed]
        notices = failed[-1:]
        if not repairs.can_repair and repairs.options is None:
            notices.append(Notice(Level.NOTE, _FROM_DISK))
        elif count or step.left:
            notices.append(Notice(Level.WARNING, _WARNING))
        result = step.result or repairs.first
        notices += [Notice(Level.NOTE, note) for note in result.notes[:_MOST_NOTES]]
        self.ground.setVisible(bool(notices))
        self.notices.show_notices(notices)

    def _select(self, steps: list[Step]) -> None:
        if steps and steps[0].waiting != NEXT:
            self.chosen.emit(steps[0].number)

    def _ask(self, signal: object) -> None:
        if self._repairs is not None:
            signal.emit(self._repairs.step)  # type: ignore[attr-defined]
