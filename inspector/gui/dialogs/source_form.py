"""Which model variants are made of, and whether its batch size is fixed to 1."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QVBoxLayout, QWidget

from inspector.datasets.notice import Notice
from inspector.gui.background import Progress
from inspector.gui.dialogs.form_parts import Section
from inspector.gui.dialogs.source_facts import SourceFacts, look_at
from inspector.gui.session import OpenModel, Session, absolute_path
from inspector.gui.tables.latest_task import LatestTask
from inspector.gui.tooltips import plain_tip
from inspector.gui.widgets import SegmentedGroup
from inspector.jobs.recipes import BY_ID, PRUNED
from inspector.model.finding import Level
from inspector.model.text import bytes_text, percent_text, printable

_OTHER = "Another file, or a SavedModel..."
_WORTH_IT = 1 / 3
_NOT_PRUNED = "{} of the weights are 0: a sparse variant is not smaller below about a third. Prune the model first."
BATCHES = (("fixed", "Fixed to 1"), ("dynamic", "Keep dynamic"))


class SourceForm(QWidget):
    """`facts` is what is known of the chosen source, None while it is looked at; `changed` comes with every change."""

    changed = Signal()
    chosen = Signal(object)  # Path

    def __init__(self, session: Session, path: Path) -> None:
        super().__init__()
        self._session = session
        self.path = path
        self.facts: SourceFacts | None = None
        self._sparse = False
        self._looking = LatestTask(self)
        self.section = Section("Source")
        self.model = QComboBox()
        self.model.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.model.setMinimumContentsLength(12)
        self.model.setToolTip("What the variants are made of: a Keras file, a SavedModel folder or a float .tflite")
        self.model.activated.connect(self._activated)
        self.batch = SegmentedGroup(BATCHES, "Batch size")
        self.batch.button("fixed").setToolTip("One sample at a time, as TensorFlow Lite Micro needs it")
        self.batch.button("dynamic").setToolTip("As many samples at a time as one likes; more operators in the file")
        self.batch.chosen.connect(lambda _choice: self.changed.emit())
        self.consent = QCheckBox("Run the code in this file, in the worker")
        self.consent.toggled.connect(lambda _on: self._show_notices())
        self.section.add_row("&Model", self.model)
        self.section.add_row("Batch size", self.batch, fills=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.section)
        column.addWidget(self.consent)
        self.consent.hide()
        for signal in (session.model_opened, session.model_closed, session.model_reloaded):
            signal.connect(self._fill)
        self.choose(path)

    @property
    def allow_code(self) -> bool:
        return not self.consent.isHidden() and self.consent.isChecked()

    @property
    def problem(self) -> str:
        """Why nothing can be made of this source, "" if it can."""
        if self.facts is None:
            return f"Looking at {printable(self.path.name)}..."
        if self.facts.problem:
            return self.facts.problem
        if self.facts.code and not self.allow_code:
            return "Agree to run the code in the model's file, or choose another model."
        return ""

    def set_recipes(self, chosen: Iterable[str]) -> None:
        """Sparse recipes want a pruned source: where it is none, that is said."""
        self._sparse = any(BY_ID[each].needs == PRUNED for each in chosen)
        self._show_lines()

    def choose(self, path: Path) -> None:
        """Looks at a source in the background; `changed` comes at once and when it is done."""
        self.path, self.facts = path, None
        self.consent.setChecked(False)
        self._fill()
        self._show_notices()

        def work(_progress: Progress) -> SourceFacts:
            return look_at(path)

        self._looking.run(work, self._looked, self._failed)
        self.chosen.emit(path)

    def _failed(self, sentence: str) -> None:
        self._looked(SourceFacts(self.path, problem=sentence))

    def _looked(self, facts: SourceFacts) -> None:
        self.facts = facts
        for id_, _text in BATCHES:
            self.batch.button(id_).setEnabled(not facts.from_tflite)
        self.batch.setToolTip("A .tflite file keeps the batch size it has" if facts.from_tflite else "")
        self.consent.setVisible(bool(facts.code))
        self._show_notices()

    def _show_notices(self) -> None:
        self._show_lines()
        self.changed.emit()

    def _show_lines(self) -> None:
        found = []
        if self.facts is not None:
            if self.facts.problem:
                found.append(Notice(Level.DAMAGE, self.facts.problem))
            share = self.facts.zero_share
            if self._sparse and share is not None and share < _WORTH_IT:
                found.append(Notice(Level.NOTE, _NOT_PRUNED.format(percent_text(share))))
            if self.facts.code:  # last, above the box that consents
                found.append(Notice(Level.WARNING, self.facts.code))
        self.section.lines.show_notices(found)

    def _fill(self) -> None:
        """Open models first, then what else can be chosen."""
        self.model.clear()
        for opened in self._session.models:
            if may_be_source(opened) or opened.path == self.path:
                self.model.addItem(_text(opened), opened.path)
        if self.model.findData(self.path) < 0:
            kind = "  (SavedModel)" if self.path.is_dir() else ""
            self.model.addItem(printable(self.path.name) + kind, self.path)
        self.model.setCurrentIndex(self.model.findData(self.path))
        self.model.setToolTip(plain_tip(str(self.path)))
        self.model.insertSeparator(self.model.count())
        self.model.addItem(_OTHER)

    def _activated(self, place: int) -> None:
        path = self.model.itemData(place)
        if isinstance(path, Path):
            if path != self.path:
                self.choose(path)
            return
        self.model.setCurrentIndex(self.model.findData(self.path))
        chosen = ask_for_source(self, self._session, str(self.path.parent))
        if chosen is not None:
            self.choose(chosen)


def ask_for_source(parent: QWidget, session: Session, folder: str) -> Path | None:
    """Asks for a model's file and opens it in the window too; a SavedModel is chosen by its saved_model.pb."""
    kinds = "Models (*.keras *.h5 *.hdf5 *.tflite *.lite saved_model.pb);;All files (*)"
    chosen, _ = QFileDialog.getOpenFileName(parent, "Quantize", folder, kinds)
    if not chosen:
        return None
    path = absolute_path(chosen)
    if path.name in ("saved_model.pb", "saved_model.pbtxt"):
        return path.parent
    session.open_later([path])
    return path


def may_be_source(opened: OpenModel) -> bool:
    """Whether variants can be made of it, by its looks: a whole Keras model, or a .tflite that is float."""
    return opened.model.format in ("keras_h5", "keras_zip") or opened.scheme.id in ("float32", "float16")


def _text(opened: OpenModel) -> str:
    kind = opened.scheme.badge
    if opened.model.is_keras:
        version = opened.model.facts.get("Keras version", "")
        kind = f"Keras {version.split('.')[0]}" if version else "Keras"
    return f"{printable(opened.path.name)}  ({kind}, {bytes_text(opened.model.size_bytes)})"
