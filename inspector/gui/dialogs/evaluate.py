"""Model > Evaluate: models left, labelled data right; a job scores them, the Results tab shows it."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QWidget

from inspector.datasets.choice import DataChoice
from inspector.datasets.labelled import NO_LABELS
from inspector.datasets.notice import Notice
from inspector.errors import InspectorError
from inspector.gui.background import Progress
from inspector.gui.compared import family
from inspector.gui.dialogs.data_fields import PathField
from inspector.gui.dialogs.evaluate_memory import EvaluateMemory
from inspector.gui.dialogs.evaluation_check import check_evaluation
from inspector.gui.dialogs.evaluation_form import EvaluationForm
from inspector.gui.dialogs.form_parts import BottomBar, NoticeLines, fill_dialog, form_column, resize_on_screen
from inspector.gui.dialogs.model_ticks import ModelTicks, usual_reference
from inspector.gui.dialogs.scoring_form import ScoringForm
from inspector.gui.dialogs.source_facts import data_beside
from inspector.gui.session import OpenModel, Session
from inspector.gui.settings import Settings
from inspector.gui.tables.latest_task import LatestTask
from inspector.gui.widgets import line, link
from inspector.jobs.availability import install_text, installed
from inspector.jobs.evaluate_options import EvaluateOptions
from inspector.model.finding import Level
from inspector.model.text import plural, printable

_READY = "Scores, their intervals and the latency on this machine are shown in Results."
_REST_MS = 250  # after the last change, before models, samples and labels are looked at together


class EvaluateDialog(QDialog):
    """Stands beside the window without blocking it. `submitted(Job)` comes when the job is in line."""

    submitted = Signal(object)

    def __init__(self, session: Session, settings: Settings, current: OpenModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._memory = session, EvaluateMemory(settings)
        tree = family(current, session.models)
        self.source = tree[0].path if tree else current.path
        self.setWindowTitle(f"Evaluate {printable(self.source.name)}")
        self._checked: EvaluateOptions | None = None  # what the notices are about
        self._looking = LatestTask(self)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._look)
        self.models, self.scoring = ModelTicks(session, current), ScoringForm()
        self.consent = QCheckBox("Run the code in the Keras file, in the worker")
        self._make_data()
        self.copy = link("Copy as command", self._copy, "The same on the command line")
        self.bottom = BottomBar(self, "Evaluate", "play", self.run, [self.copy])
        self._arrange()
        self._remember()
        for form in (self.models, self.data, self.scoring, self.names):
            form.changed.connect(self._changed)
        self.consent.toggled.connect(lambda _on: self._changed())
        self._shown_model: OpenModel | None = None
        self._changed()
        self.data.kind.setFocus()

    # what is asked for

    @property
    def options(self) -> EvaluateOptions:
        """The job as chosen; only where data are chosen."""
        data, reference = self.data.choice, self.models.reference
        assert data is not None
        return EvaluateOptions(
            models=tuple(str(each.path) for each in self.models.chosen),
            data=replace(data, labels=data.labels or NO_LABELS),
            reference=str(reference.path) if reference is not None else "",
            label_names=str(self.names.path or ""),
            seed=data.seed,
            allow_code=self.consent.isVisibleTo(self) and self.consent.isChecked(),
            **self.scoring.values,
        )

    @property
    def problem(self) -> str:
        """Why the job can't start yet, "" if it can."""
        chosen = self.models.chosen
        if not chosen:
            return "Tick at least one model."
        if any(each.model.is_keras for each in chosen) and not installed("tensorflow"):
            return f"A Keras file is run by TensorFlow: {install_text('tensorflow')}"
        if self._code(chosen) and not self.consent.isChecked():
            return "Agree to run the code in the Keras file, or untick that model."
        if self.data.problem or self.scoring.problem:
            return self.data.problem or self.scoring.problem
        if self.data.check is None or self._checked != self.options:
            return "Checking the data..."
        wrong = next((each for each in self.lines.notices if each.level is Level.DAMAGE), None)
        return wrong.text if wrong is not None else ""

    def run(self) -> None:
        """Puts the job in line and closes."""
        if self.problem:
            return
        options = self.options
        count = len(options.models)
        name = printable(Path(options.models[0]).name)
        title = f"Evaluate {plural(count, 'model')}" if count > 1 else "Evaluate"
        try:
            job = self._session.jobs.submit(options, title, name if count == 1 else printable(self.source.name))
        except InspectorError as error:
            self.bottom.sentence.setText(str(error))
            return
        self._memory.keep(self.source, replace(options.data, labels=self.data.choice.labels), options.label_names)  # type: ignore[union-attr]
        self.submitted.emit(job)
        self.accept()

    # following what is chosen

    def _remember(self) -> None:
        data, names = self._memory.of(self.source)
        beside = data_beside(self.source)
        if data is not None:
            self.data.choose(data, exact=True)
        elif beside is not None:
            self.data.choose(DataChoice(str(beside), samples=0))
        self.names.set_path(names)

    def _changed(self) -> None:
        """Which model the samples have to fit, what is left to be looked at, what the button does."""
        chosen = self.models.chosen
        fed = self.models.reference or usual_reference(chosen) or next(iter(chosen), None)
        if fed is not None and fed is not self._shown_model:
            self._shown_model = fed
            self.data.set_model(fed.model)  # comes back here
        self.consent.setVisible(self._code(chosen))
        if self._ready_to_look and self._checked != self.options:
            self._rest.start()
        count = len(chosen)
        self.bottom.run.setText(f"Evaluate {plural(count, 'model')}" if count else "Evaluate")
        problem = self.problem
        self.bottom.run.setEnabled(not problem)
        self.copy.setEnabled(not problem)
        self.bottom.sentence.setText(problem or _READY)

    @property
    def _ready_to_look(self) -> bool:
        usable = self.data.check is not None and self.data.check.usable
        return usable and bool(self.models.chosen) and not self.data.problem and not self.scoring.problem

    def _look(self) -> None:
        if not self._ready_to_look:
            return
        options = self.options

        def work(progress: Progress) -> tuple[EvaluateOptions, tuple[Notice, ...]]:
            return options, check_evaluation(options, progress)

        self._looking.run(work, self._looked, lambda sentence: self._looked((options, _damage(sentence))))

    def _looked(self, found: tuple[EvaluateOptions, tuple[Notice, ...]]) -> None:
        self._checked, notices = found
        self.lines.show_notices(notices)
        self._changed()

    @staticmethod
    def _code(chosen: list[OpenModel]) -> bool:
        from inspector.jobs.keras_loading import check_code

        for each in chosen:
            if each.model.is_keras:
                try:
                    check_code(each.model, allow_code=False)
                except InspectorError:
                    return True
        return False

    # arranging

    def _make_data(self) -> None:
        self.data = EvaluationForm("Evaluation data")
        self.data.missing = "Choose the samples that the models are scored on."
        self.data.kind.removeItem(self.data.kind.findData("python"))
        self.data.samples.count.setValue(0)
        self.data.samples.count.setToolTip("0 takes all")
        self.names = PathField("Label names", "Names of classes, one a line (*.txt *.csv *.names)")
        self.names.text.setPlaceholderText("of the model's metadata, or of the data")
        self.lines = NoticeLines()
        self.data.section.add_row("Label &names", self.names)

    def _copy(self) -> None:
        from inspector.jobs.evaluate_command import evaluate_command

        QGuiApplication.clipboard().setText(evaluate_command(self.options))
        self.bottom.sentence.setText("The command is in the clipboard.")

    def _arrange(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(form_column((self.models, self.consent, self.scoring)), 4)
        middle.addWidget(line(vertical=True))
        middle.addWidget(form_column((self.data, self.lines)), 5)
        fill_dialog(self, middle, self.bottom)
        resize_on_screen(self, QSize(960, 680))


def _damage(sentence: str) -> tuple[Notice, ...]:
    return (Notice(Level.DAMAGE, sentence),)
