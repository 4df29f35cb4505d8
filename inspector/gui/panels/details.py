"""Details: what is known of the selected tensor or operator, in the order of questions; sums of a selection."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from inspector.gui.panels.details_facts import (
    end_facts,
    operator_facts,
    operators_facts,
    option_facts,
    quantization_facts,
    selection_facts,
    tensor_facts,
)  # fmt: skip
from inspector.gui.panels.details_parts import FactGrid, Heading
from inspector.gui.panels.details_values import ValuesSection
from inspector.gui.panels.small_plots import ScalePlot
from inspector.gui.session import OpenModel, Selection, Session
from inspector.gui.tables.cell_style import first_and_more
from inspector.gui.tables.tensor_list import TensorList
from inspector.gui.theme import SECONDARY
from inspector.gui.tooltips import plain_tip
from inspector.gui.widgets import Chip, ElidedLabel, label, line
from inspector.model import Operator, Tensor
from inspector.model.text import plural, printable

_NOTHING = "Select a tensor or an operator to see what is known of it."


class DetailsPanel(QScrollArea):
    """One scroll: identity, quantization, distribution, values."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._open_model: OpenModel | None = None
        self._shown_once = False
        self._tensors: TensorList | None = None
        self.setAccessibleName("Details")
        self.setProperty("ground", "surface")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.title, self.chips = ElidedLabel(), QWidget()
        self._chip_row = QHBoxLayout(self.chips)
        self._chip_row.setContentsMargins(0, 0, 0, 0)
        self._chip_row.setSpacing(6)
        self.facts, self.quantization, self.values = FactGrid(), FactGrid(), ValuesSection()
        self.scale_caption, self.scales = label("", "dim", SECONDARY - 0.75), ScalePlot()
        self.inputs, self.outputs, self.options = FactGrid(), FactGrid(), FactGrid()
        self._sections: dict[str, list[QWidget]] = {}
        self._build()
        for grid in (self.facts, self.inputs, self.outputs):
            grid.followed.connect(self._follow)
        session.selection_changed.connect(self.show_selection)
        session.current_changed.connect(self.set_model)
        self.set_model(session.current)

    def _build(self) -> None:
        content = QWidget()
        content.setProperty("ground", "surface")
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(7)
        font = self.title.font()
        font.setPointSizeF(10.5)
        font.setBold(True)
        self.title.setFont(font)
        self.sentence = label(_NOTHING, "dim", wrap=True)
        column.addWidget(self.sentence)
        column.addWidget(self.title)
        column.addWidget(self.chips)
        column.addWidget(self.facts)
        self.quantization_heading, self.inputs_heading = Heading("Quantization"), Heading("Inputs")
        for name, parts in (
            ("quantization", [self.quantization_heading, self.quantization, self.scale_caption, self.scales]),
            ("values", [self.values]),
            ("inputs", [self.inputs_heading, self.inputs]),
            ("outputs", [Heading("Outputs"), self.outputs]),
            ("options", [Heading("Options"), self.options]),
        ):
            self._sections[name] = [line(), *parts]
            for part in self._sections[name]:
                column.addWidget(part)
        column.addStretch(1)
        self.setWidget(content)

    def set_model(self, open_model: OpenModel | None) -> None:
        """Shows nothing but a sentence until something is selected in this model."""
        if open_model is self._open_model and self._shown_once:
            return
        self._shown_once = True
        self._open_model = open_model
        self._tensors = TensorList(open_model.model, optimizer=True) if open_model is not None else None
        self.show_selection(self._session.selection if open_model is self._session.current else Selection())

    def show_selection(self, selection: Selection) -> None:
        """One tensor, one operator, or the sums of several."""
        self.values.forget()
        self.verticalScrollBar().setValue(0)
        open_model, tensors = self._open_model, self._tensors
        if open_model is None or tensors is None or not (selection.tensors or selection.operators):
            self._show_nothing()
        elif len(selection.tensors) == 1:
            self._show_tensor(open_model, tensors, selection.tensors[0])
        elif selection.tensors:
            self._head(f"{plural(len(selection.tensors), 'tensor')} selected", [])
            self._show_only()
            self.facts.show_facts(selection_facts(open_model, selection.tensors, tensors))
        elif len(selection.operators) == 1:
            self._show_operator(selection.operators[0])
        else:
            noun = "layer" if selection.operators[0].name else "operator"
            self._head(f"{plural(len(selection.operators), noun)} selected", [])
            self._show_only()
            self.facts.show_facts(operators_facts(selection.operators))

    def _show_nothing(self) -> None:
        self._head("", [])
        self.sentence.show()
        self.facts.show_facts([])
        self._show_only()

    def _show_tensor(self, open_model: OpenModel, tensors: TensorList, tensor: Tensor) -> None:
        type_name = tensor.type.name
        first, more = first_and_more("name", tensor.name)
        chips = [(type_name, type_name), (tensor.kind, "")]
        chips += [(tensor.role, "")] if tensor.role and tensor.role != tensor.kind else []
        chips += [(f"+{more}", "")] if more else []
        self._head(first or "(no name)", chips, tensor.name.replace(";", "\n"))
        self.facts.show_facts(tensor_facts(open_model, tensor, tensors))
        self._show_only("quantization", "values")
        facts = quantization_facts(tensor)
        self.quantization.show_facts(facts)
        self.quantization_heading.side.setText("" if facts else "none")
        quantization = tensor.quantization
        per_channel = quantization is not None and quantization.per_channel
        self.scale_caption.setVisible(per_channel)
        self.scales.setVisible(per_channel)
        if quantization is not None and per_channel:
            self.scales.show_scales(quantization.scale, type_name)
            self.scale_caption.setText(self.scales.caption())
        self.values.show_tensor(open_model, tensor)

    def _show_operator(self, operator: Operator) -> None:
        chips = [("custom", "")] if operator.is_custom else []
        self._head(operator.name or operator.op_name, [*chips, (operator.op_name, "")] if operator.name else chips)
        self.facts.show_facts(operator_facts(operator))
        inputs, outputs = end_facts(operator, operator.inputs), end_facts(operator, operator.outputs)
        options = option_facts(operator)
        self.inputs_heading.title.setText("Weights" if operator.name else "Inputs")
        self.inputs.show_facts(inputs)
        self.outputs.show_facts(outputs)
        self.options.show_facts(options)
        shown = zip(("inputs", "outputs", "options"), (inputs, outputs, options), strict=True)
        self._show_only(*(name for name, facts in shown if facts))

    def _head(self, title: str, chips: list[tuple[str, str]], tip: str = "") -> None:
        """`chips`: (text, type's name or "")."""
        self.sentence.hide()
        self.title.setVisible(bool(title))
        self.title.setText(printable(title))
        self.title.setToolTip(plain_tip(tip))
        while (item := self._chip_row.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for text, type_name in chips:
            self._chip_row.addWidget(Chip(text, type_name))
        self._chip_row.addStretch(1)
        self.chips.setVisible(bool(chips))

    def _show_only(self, *names: str) -> None:
        for name, parts in self._sections.items():
            for part in parts:
                part.setVisible(name in names)

    def _follow(self, target: Tensor | Operator) -> None:
        if isinstance(target, Tensor):
            self._session.select(tensors=[target])
        else:
            self._session.select(operators=[target])
