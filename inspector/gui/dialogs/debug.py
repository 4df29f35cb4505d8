"""Model > Debug Quantization: which source, calibrated and measured with what; or two files on the same samples."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QHBoxLayout, QSpinBox, QStackedWidget, QWidget

from inspector.analysis.quantization_debug import CUMULATIVE, LOCAL
from inspector.datasets.choice import DataChoice
from inspector.errors import InspectorError
from inspector.gui.dialogs.data_form import DataForm
from inspector.gui.dialogs.debug_memory import DebugMemory
from inspector.gui.dialogs.evaluation_form import EvaluationForm
from inspector.gui.dialogs.form_parts import BottomBar, Section, fill_dialog, form_column, resize_on_screen
from inspector.gui.dialogs.output_form import OutputForm, usual_place
from inspector.gui.dialogs.source_form import SourceForm
from inspector.gui.session import Session
from inspector.gui.settings import Settings
from inspector.gui.unsaved import UnsavedFolder
from inspector.gui.widgets import SegmentedGroup, line, link
from inspector.jobs.availability import installed
from inspector.jobs.options import CompareActivationsOptions, DebugOptions
from inspector.model import Model
from inspector.model.text import printable

RECIPE = "int8_float_io"
_ERRORS = ((LOCAL, "Local"), (CUMULATIVE, "Cumulative"), ("both", "Both"))
_MODES = (("debug", "Quantize and debug"), ("pair", "Compare two files"))
_READY = {
    "debug": "Quantizes with int8 inside and float inputs and outputs, and measures every layer.",
    "pair": "Runs both files on the same samples and measures every activation.",
}


class DebugDialog(QDialog):
    """Stands beside the window without blocking it. `submitted(Job)` comes when the job is in line."""

    submitted = Signal(object)

    def __init__(
        self, session: Session, settings: Settings, unsaved: UnsavedFolder, source: Path, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._unsaved = session, unsaved
        self._memory = DebugMemory(settings)
        self._shown: Path | None = None
        self.mode = SegmentedGroup(_MODES, "What to do")
        self.source = SourceForm(session, source)
        self.pair = PairForm(session)
        self.calibration, self.samples = DataForm(), EvaluationForm("Debug data")
        self.calibration.missing = "Choose calibration data: the ranges of the activations are measured with them."
        self.samples.missing = "Choose the samples that the errors are measured on."
        self.errors = ErrorsForm()
        self.output = OutputForm()
        self._make_footer()
        self._arrange()
        self.mode.chosen.connect(lambda _mode: self._mode_chosen())
        self.source.chosen.connect(self._source_chosen)
        self.source.changed.connect(self._source_changed)
        for form in (self.calibration, self.samples, self.output, self.pair, self.errors):
            form.changed.connect(self._changed)
        self._source_chosen(source)
        self._mode_chosen()

    # what is asked for

    @property
    def options(self) -> DebugOptions | CompareActivationsOptions:
        """The job as chosen. Raises UsageError for choices that don't go together."""
        samples = self.samples.choice
        if self.mode.current == "pair":
            assert samples is not None
            return CompareActivationsOptions(
                reference=str(self.pair.reference), candidate=str(self.pair.candidate), data=samples
            )
        data = self.calibration.choice
        assert data is not None
        return DebugOptions(
            source=str(self.source.path), data=data, debug_data=None if self.same else samples,
            errors=self.errors.errors, output_folder=str(self.output.folder or self.source.path.parent),
            batch=self.source.batch.current, allow_code=self.source.allow_code,
        )  # fmt: skip

    @property
    def evaluation(self) -> DataChoice | None:
        """What steps are scored on: the debug data, as many of them as asked for; None for no scores."""
        choice = self.calibration.choice if self.same else self.samples.choice
        count = self.errors.scored.value()
        return replace(choice, samples=count) if choice is not None and count else None

    @property
    def same(self) -> bool:
        """The errors are measured on the calibration data."""
        return self.errors.same.isChecked()

    @property
    def problem(self) -> str:
        """Why the job can't start yet, "" if it can."""
        if self.mode.current == "pair":
            return self.pair.problem or self.samples.problem
        if not installed("tensorflow"):
            return "Debugging needs TensorFlow: pip install tensorflow. Comparing two files does not."
        samples = "" if self.same else self.samples.problem
        return self.source.problem or self.calibration.problem or samples or self.output.problem

    def run(self) -> None:
        """Puts the job in line and closes."""
        if self.problem:
            return
        options = self.options
        pair = isinstance(options, CompareActivationsOptions)
        if isinstance(options, DebugOptions):
            settled = self.output.settled(options, self._unsaved, "Debug")
            if settled is None:
                return
            options = settled
        facts = self.source.facts
        title = "Compare activations" if pair else "Debug quantization"
        name = self.pair.candidate.name if pair and self.pair.candidate is not None else self.source.path.name
        engine = facts.engine if facts is not None and not pair else ""
        try:
            job = self._session.debuggings.debug(options, title, name, engine, self.evaluation)
        except InspectorError as error:
            self._say(str(error))
            return
        self._memory.keep(self.source.path, self.calibration.choice, self.samples.choice, self.same)
        self.submitted.emit(job)
        self.accept()

    # following what is chosen

    def _mode_chosen(self) -> None:
        pair = self.mode.current == "pair"
        self.top.setCurrentIndex(int(pair))
        for form in (self.calibration, self.output, self.errors):
            form.setVisible(not pair)
        self.run_button.setText("Compare" if pair else "Debug")
        if pair and self.pair.candidate is not None:
            self.samples.set_model(self.pair.model)
        elif self.source.facts is not None:
            self.samples.set_model(self.source.facts.model)
        self._changed()

    def _source_chosen(self, path: Path) -> None:
        self.setWindowTitle(f"Debug {printable(path.name)}")
        folder, _unsaved = usual_place(path)
        self.output.choose(folder, True)
        self.output.set_variants(path.stem, (RECIPE,))
        self._source_changed()

    def _source_changed(self) -> None:
        facts = self.source.facts
        if facts is not None and facts.path != self._shown:
            self._shown = facts.path
            if facts.engine and not facts.problem and installed("tensorflow"):
                self._session.jobs.warm(facts.engine)
            usual = DataChoice(str(facts.data)) if facts.data is not None else None
            calibration, samples, same = self._memory.data(facts.path, usual)
            self.calibration.choose(calibration)
            self.samples.choose(samples)
            self.errors.same.setChecked(same)
            self.calibration.set_model(facts.model)
            self.samples.set_model(facts.model)
        self._changed()

    def _changed(self) -> None:
        self.samples.setVisible(self.mode.current == "pair" or not self.same)
        problem = self.problem
        self.run_button.setEnabled(not problem)
        self.copy.setEnabled(not problem)
        self._say(problem or _READY[self.mode.current])

    def _say(self, sentence: str) -> None:
        self.footer.setText(sentence)

    # arranging

    def _make_footer(self) -> None:
        self.copy = link("Copy as command", self._copy, "The same on the command line")
        self.bottom = BottomBar(self, "Debug", "debug", self.run, [self.copy])
        self.footer, self.cancel, self.run_button = self.bottom.sentence, self.bottom.cancel, self.bottom.run

    def _copy(self) -> None:
        from inspector.jobs.debug_command import debug_command

        QGuiApplication.clipboard().setText(debug_command(self.options))
        self._say("The command is in the clipboard.")

    def _arrange(self) -> None:
        self.top = QStackedWidget()
        self.top.addWidget(self.source)
        self.top.addWidget(self.pair)
        self.areas = (
            form_column((self.top, self.errors, self.output)),
            form_column((self.calibration, self.samples)),
        )
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.areas[0], 4)
        middle.addWidget(line(vertical=True))
        middle.addWidget(self.areas[1], 5)
        head = QHBoxLayout()
        head.setContentsMargins(20, 10, 20, 10)
        head.addWidget(self.mode)
        head.addStretch(1)
        fill_dialog(self, middle, self.bottom, head)
        resize_on_screen(self, QSize(920, 600))


class ErrorsForm(Section):
    """Which errors are measured, and on what."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__("Errors")
        self.group = SegmentedGroup(_ERRORS, "Errors", "both")
        self.group.setToolTip("Local: each layer alone. Cumulative: what has gathered until there")
        self.same = QCheckBox("Measure on the calibration data")
        self.add_row("Measure", self.group, fills=False)
        self.add_wide(self.same)
        self.scored = QSpinBox()
        self.scored.setRange(0, 10_000_000)
        self.scored.setValue(1000)
        self.scored.setGroupSeparatorShown(True)
        self.scored.setSuffix(" samples")
        self.scored.setSpecialValueText("no scores")
        self.scored.setFixedWidth(150)
        self.scored.lineEdit().setTextMargins(6, 0, 0, 0)
        self.scored.setToolTip("Each step is scored on so many of the debug data, with labels by its accuracy")
        self.add_row("Score on", self.scored, fills=False)
        self.group.chosen.connect(lambda _choice: self.changed.emit())
        self.same.toggled.connect(lambda _on: self.changed.emit())

    @property
    def errors(self) -> tuple[str, ...]:
        chosen = self.group.current
        return (LOCAL, CUMULATIVE) if chosen == "both" else (chosen,)


class PairForm(Section):
    """Two open .tflite files: whose activations count as right, and which are measured."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__("Files")
        self._session = session
        self.boxes = QComboBox(), QComboBox()
        for box, caption in zip(self.boxes, ("&Reference", "Mea&sured"), strict=True):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
            self.add_row(caption, box)
            box.activated.connect(lambda _place: self.changed.emit())
        for signal in (session.model_opened, session.model_closed, session.model_reloaded):
            signal.connect(self._fill)
        self._fill()

    @property
    def reference(self) -> Path | None:
        found = self.boxes[0].currentData()
        return found if isinstance(found, Path) else None

    @property
    def candidate(self) -> Path | None:
        found = self.boxes[1].currentData()
        return found if isinstance(found, Path) else None

    @property
    def model(self) -> Model | None:
        """The measured file's model."""
        return next((opened.model for opened in self._session.models if opened.path == self.candidate), None)

    @property
    def problem(self) -> str:
        if self.boxes[0].count() < 2:
            return "Open two .tflite files of one model: the float one and the one to measure."
        return "Choose two different files." if self.reference == self.candidate else ""

    def _fill(self, *_models: object) -> None:
        files = [opened for opened in self._session.models if not opened.model.is_keras]
        before = self.reference, self.candidate
        for box, old in zip(self.boxes, before, strict=True):
            box.clear()
            for opened in files:
                box.addItem(f"{printable(opened.path.name)}  ({opened.scheme.badge})", opened.path)
            if (place := box.findData(old)) >= 0:
                box.setCurrentIndex(place)
        if before == (None, None) and len(files) > 1:
            floats = [place for place, opened in enumerate(files) if opened.scheme.id == "float32"]
            first = floats[0] if floats else 0
            self.boxes[0].setCurrentIndex(first)
            current = [place for place, opened in enumerate(files) if opened is self._session.current]
            others = [*current, *range(len(files))]
            self.boxes[1].setCurrentIndex(next(place for place in others if place != first))
        self.changed.emit()
