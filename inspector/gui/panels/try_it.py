"""Try It: one sample through the models of a family, their outputs side by side, any activation."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from inspector.datasets.choice import DataChoice
from inspector.datasets.labelled import NO_LABELS
from inspector.gui.compared import family, relatives
from inspector.gui.dialogs.evaluate_memory import EvaluateMemory
from inspector.gui.dialogs.source_facts import data_beside
from inspector.gui.panels.array_view import ArrayView
from inspector.gui.panels.try_answers import AnswersCard, headline
from inspector.gui.panels.try_bar import TryBar
from inspector.gui.session import OpenModel, Selection, Session
from inspector.gui.settings import Settings
from inspector.gui.tooltips import plain_tip
from inspector.gui.widgets import EmptyState, label, line
from inspector.jobs.packed_array import unpacked
from inspector.jobs.try_options import TryOptions
from inspector.model import Tensor
from inspector.model.columns import tensor_label
from inspector.model.text import printable, shape_text
from inspector.plots.array_plot import ArrayPlot
from inspector.printable import name_text

_NO_DATA = "No samples for {} yet. Choose a file of samples, or a folder of images."
_WEIGHTS_ONLY = "{} holds weights without a model: there is nothing to run."
_MOST_LISTED = 5000


class TryItPanel(QWidget):
    """Follows the current model and the selection; the sample stays where it is while models of one family change."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._memory = session, EvaluateMemory(Settings())
        self._current: OpenModel | None = None
        self._source: Path | None = None  # what the family comes from: data are remembered by it
        self._choice: DataChoice | None = None
        self._names: Path | None = None
        self._chosen = False  # by the user, so that no labels means none; else they go by their names
        self._quiet = False
        self._listed: OpenModel | None = None  # whose activations can be chosen
        self.result: dict[str, Any] | None = None
        self.bar, self.answers = TryBar(), AnswersCard()
        self.headline = label("", points=11, bold=True, wrap=True)
        self.input = ArrayView("Input", label("Input", bold=True))
        self.activation_box = QComboBox()
        self.activation_box.setAccessibleName("Activation")
        self.activation_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activation_box.setMinimumContentsLength(8)
        self.activation = ArrayView("Activation", self.activation_box)
        self.empty = EmptyState("", "Choose Samples...", self.choose_data)
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.bar.next)  # Enter goes on, Page Up and Page Down come here

    def _lay_out(self) -> None:
        left, cards, beside = QWidget(), QWidget(), QWidget()
        below, row, column = QVBoxLayout(left), QHBoxLayout(beside), QVBoxLayout(cards)
        for layout, parts in ((below, (self.input, self.activation)), (row, (left, self.answers))):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(12)
            for stretch, part in enumerate(parts, 4):
                layout.addWidget(part, stretch)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.headline)
        column.addWidget(beside, 1)
        page = QWidget()
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for part in (self.bar, line()):
            whole.addWidget(part)
        whole.addWidget(cards, 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.stack)

    def _connect(self) -> None:
        session, client = self._session, self._session.tries
        self.bar.sample_chosen.connect(lambda _number: self.ask())
        self.bar.data_asked.connect(self.choose_data)
        self.bar.models_changed.connect(self.ask)
        self.activation_box.activated.connect(lambda _place: self._activation_chosen())
        for view in (self.input, self.activation):
            view.failed.connect(session.failed)
        client.answered.connect(self._answered)
        client.failed.connect(self._failed)
        client.step.connect(self._say)
        session.selection_changed.connect(self._follow)
        for signal in (session.model_opened, session.model_closed, session.model_reloaded):
            signal.connect(self._models_changed)

    # which model, which data

    @property
    def busy(self) -> bool:
        """Whether a sample is being run."""
        return self._session.tries.busy

    def set_model(self, open_model: OpenModel | None) -> None:
        self._current = open_model
        if open_model is None:
            return
        if not (open_model.model.inputs() and open_model.model.outputs()):
            self._show_empty(_WEIGHTS_ONLY.format(printable(open_model.path.name)), button=False)
            return
        tree = family(open_model, self._session.models)
        source = tree[0].path
        if source != self._source:
            self._source, self.result = source, None
            self._choice, self._names = self._memory.of(source)
            self._chosen = self._choice is not None
            beside = data_beside(source)
            if self._choice is None and beside is not None:
                self._choice = DataChoice(str(beside), samples=0)
            self.bar.begin()
        self._fill_models()
        self.ask()

    def _models_changed(self, *_models: object) -> None:
        if self._listed not in self._session.models:
            self._listed = None  # a closed model is not kept
        if self._current is not None and self._current in self._session.models:
            before = self.bar.chosen
            self._fill_models()
            if self.bar.chosen != before and self.isVisible():
                self.ask()

    def _fill_models(self) -> None:
        assert self._current is not None
        tree = [each for each in relatives(self._current, self._session.models) if each.model.outputs()]
        self.bar.show_models(tree, self._current)

    def choose_data(self) -> None:
        """Asks for samples, and remembers them for the models of this family."""
        if self._current is None:
            return
        from inspector.gui.dialogs.try_data import TryDataDialog

        dialog = TryDataDialog(self._current, self._choice, self._names, self._chosen, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.use_data(dialog.choice, dialog.names))
        dialog.open()

    def use_data(self, choice: DataChoice | None, names: Path | None) -> None:
        if choice is None or self._source is None:
            return
        self._choice, self._names, self._chosen = choice, names, True
        self._memory.keep(self._source, choice, str(names or ""))
        self.bar.begin()
        self.ask()

    # asking and answering

    @property
    def looked_at(self) -> OpenModel:
        """Whose activations are shown: the current model if it runs, else the first that does."""
        chosen = self.bar.chosen
        assert self._current is not None
        return self._current if self._current in chosen or not chosen else chosen[0]

    @property
    def options(self) -> TryOptions | None:
        """What is asked for; None without samples or a model."""
        chosen = self.bar.chosen
        if self._current is None or self._choice is None or not chosen:
            return None
        models = [str(each.path) for each in chosen]
        return TryOptions(
            models=tuple(models),
            data=replace(self._choice, labels=self._choice.labels or NO_LABELS) if self._chosen else self._choice,
            sample=self.bar.number.value(),
            activation=str(self.activation_box.currentData() or ""),
            activation_of=str(self.looked_at.path),
            label_names=str(self._names or ""),
        )

    def ask(self) -> None:
        """Runs the sample as soon as the worker is free; the one before stays in sight until then."""
        if self._current is not None:
            self._fill_activations()
        options = self.options
        if options is None:
            name = printable(self._current.path.name) if self._current is not None else ""
            self._show_empty(_NO_DATA.format(name))
            return
        self.stack.setCurrentIndex(1)
        self._session.tries.ask(options)

    def _answered(self, options: TryOptions, result: dict[str, Any]) -> None:
        if options != self.options:
            return
        self.result = result
        self.bar.show_result(result)
        self.headline.setText(headline(result, self._badges()))
        self.answers.show_result(result, self.bar.chosen)
        first = result["inputs"][0]
        values = unpacked(first["values"])
        if values is None:
            self.input.show_message("The input has more values than are shown.")
        else:
            self.input.show_array(ArrayPlot(values, first["type"], first["name"], pixels=True))
        self._show_activation(result["activation"])

    def _show_activation(self, told: dict[str, Any] | None) -> None:
        if told is None:
            self.activation.show_message("Choose an activation.")
        elif told["failed"]:
            self.activation.show_message(told["failed"])
        else:
            values = unpacked(told["values"])
            assert values is not None
            self.activation.show_array(ArrayPlot(values, told["type"], told["name"]))

    def _failed(self, sentence: str) -> None:
        self.result = None
        self.headline.setText("")
        self.bar.say(sentence, bad=True)
        self.answers.show_nothing()
        self.input.show_message("")
        self.activation.show_message("")

    def _say(self, step: str) -> None:
        self.bar.say(f"{step}...")

    def _badges(self) -> dict[str, str]:
        return {str(each.path): each.scheme.badge for each in self.bar.chosen}

    def _show_empty(self, sentence: str, button: bool = True) -> None:
        self.empty.set_sentence(sentence)
        self.empty.button.setVisible(button)
        self.stack.setCurrentIndex(0)

    # activations

    def _fill_activations(self) -> None:
        """In the order in which they are computed; a Keras file's are those of its layers."""
        opened = self.looked_at
        if opened is self._listed:
            return
        self._listed, rows = opened, activation_rows(opened)
        tip = f"Which tensor of {opened.path.name} is shown, as computed for this sample"
        self.activation_box.setToolTip(plain_tip(tip))
        before = self.activation_box.currentData()
        self.activation_box.blockSignals(True)
        self.activation_box.clear()
        self.activation_box.addItem("none", "")
        for text, key in rows:
            self.activation_box.addItem(text, key)
        self.activation_box.setEnabled(bool(rows))
        place = self.activation_box.findData(before) if before else -1
        first = 1 if rows else 0
        self.activation_box.setCurrentIndex(place if place > 0 else first)
        self.activation_box.blockSignals(False)

    def _activation_chosen(self) -> None:
        """What is chosen here is selected everywhere."""
        key, opened = self.activation_box.currentData(), self._listed
        if opened is self._current and opened is not None and key and not opened.model.is_keras:
            self._quiet = True
            self._session.select(tensors=[opened.model.subgraphs[0].tensors[int(key)]])
            self._quiet = False
        self.ask()

    def _follow(self, selection: Selection) -> None:
        """A selected activation, or the output of a selected operator or layer, is shown."""
        if self._quiet or self._current is not self._session.current or self._listed is not self._current:
            return
        place = next((place for key in _keys_of(selection) if (place := self.activation_box.findData(key)) > 0), -1)
        if place > 0 and place != self.activation_box.currentIndex():
            self.activation_box.setCurrentIndex(place)
            if self.isVisible():
                self.ask()

    # keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Page Down and Page Up go to the next and the previous sample."""
        if event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self.bar.step(1 if event.key() == Qt.Key.Key_PageDown else -1)
            event.accept()
            return
        super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(480, 320)


def activation_rows(opened: OpenModel) -> list[tuple[str, str]]:
    """(text, what the job calls it)."""
    rows: list[tuple[str, str]] = []
    for operator in opened.model.subgraphs[0].operators if opened.model.subgraphs else ():
        if len(rows) >= _MOST_LISTED:
            break
        maker = f"#{operator.index} {name_text(operator.op_name)}"
        if opened.model.is_keras:
            rows.append((f"{maker}  {name_text(operator.name)}", operator.name))
            continue
        tensors = operator.owner.tensors
        for tensor in (tensors[index] for index in operator.outputs if 0 <= index < len(tensors)):  # damaged: others
            shown = f"{tensor_label(tensor)} {shape_text(tensor.shape)} {name_text(tensor.name)}"
            rows.append((f"{maker}  {shown}", str(tensor.index)))
    return rows[:_MOST_LISTED]


def _keys_of(selection: Selection) -> Sequence[str]:
    tensors: list[Tensor] = [each for each in selection.tensors if not each.has_data]
    keys = [str(each.index) for each in tensors]
    for operator in selection.operators:
        keys += [operator.name, *map(str, operator.outputs[:1])]
    return keys
