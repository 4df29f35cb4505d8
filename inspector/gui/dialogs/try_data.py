"""Chooses the samples that are tried, and their labels."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QHBoxLayout, QWidget

from inspector.datasets.choice import DataChoice
from inspector.gui.dialogs.data_fields import PathField
from inspector.gui.dialogs.evaluation_form import EvaluationForm
from inspector.gui.dialogs.form_parts import BottomBar, fill_dialog, form_column, resize_on_screen
from inspector.gui.session import OpenModel
from inspector.model.text import printable


class TryDataDialog(QDialog):
    """`choice` and `names` (a file of label names, or None) are what was chosen once it was accepted."""

    def __init__(
        self, opened: OpenModel, choice: DataChoice | None, names: Path | None, exact: bool = False,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """`exact`: `choice` was chosen before, and is no proposal."""
        super().__init__(parent)
        self.setWindowTitle(f"Samples for {printable(opened.path.name)}")
        self.data, self.label_names = EvaluationForm("Samples"), PathField("Label names")
        self.data.missing = "Choose a file of samples, or a folder of images."
        self.data.kind.removeItem(self.data.kind.findData("python"))
        self.data.samples.count.setValue(0)
        self.data.samples.hide()
        self.label_names.pattern = "Names of classes, one a line (*.txt *.csv *.names)"
        self.label_names.text.setPlaceholderText("of the model's metadata, or of the data")
        self.label_names.set_path(names)
        self.data.section.add_row("Label &names", self.label_names)
        self.bottom = BottomBar(self, "Use", "", self._use)
        middle = QHBoxLayout()
        middle.addWidget(form_column((self.data,)))
        fill_dialog(self, middle, self.bottom)
        resize_on_screen(self, QSize(560, 420))
        self.data.changed.connect(self._changed)
        if choice is not None:
            self.data.choose(replace(choice, samples=0), exact)
        self.data.set_model(opened.model)

    @property
    def choice(self) -> DataChoice | None:
        found = self.data.choice
        return replace(found, samples=0) if found is not None else None

    @property
    def names(self) -> Path | None:
        return self.label_names.path

    def _changed(self) -> None:
        self.data.section.show_row(self.data.samples, False)
        problem = self.data.problem or ("Checking the data..." if self.data.check is None else "")
        self.bottom.run.setEnabled(not problem)
        self.bottom.sentence.setText(problem)

    def _use(self) -> None:
        if self.bottom.run.isEnabled():
            self.accept()
