"""Data that models are measured on: samples as in the calibration form, and the right answers where there are some."""

from dataclasses import replace

from PySide6.QtWidgets import QComboBox

from inspector.datasets.choice import DataChoice
from inspector.datasets.description import DataDescription
from inspector.datasets.labels import FOLDERS
from inspector.datasets.sources import ArrayInfo
from inspector.gui.dialogs.data_check import DataCheck
from inspector.gui.dialogs.data_form import DataForm
from inspector.model.text import printable, shape_text

_WORDS = ("test", "eval", "valid", "debug")
_PREFIXES = ("y_", "labels_", "label_", "targets_", "target_")
_NONE = "none"
_FOLDERS = "folders: each is a class"


class EvaluationForm(DataForm):
    """The first time a file is looked at, its test samples and their labels are chosen, by their names."""

    real = True

    def __init__(self, title: str) -> None:
        self.labels = QComboBox()
        self._looked_into = ""
        self._wanted_labels = ""
        self._decided = ""  # the path of data of which it is known that they have these labels, or none
        self._offered_for: DataDescription | None = None  # the table or folders whose labels stand in the list
        super().__init__(title)
        self.labels.setAccessibleName("Labels")
        self.labels.setToolTip("The right answers: with them the score is the accuracy")
        self.labels.activated.connect(lambda _place: self._labels_chosen())
        self.labels.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.labels.setMinimumContentsLength(10)
        self.section.add_row("La&bels", self.labels)
        self.section.show_row(self.labels, False)

    @property
    def choice(self) -> DataChoice | None:
        found = super().choice
        return replace(found, labels=self._chosen_labels) if found is not None else None

    @property
    def _chosen_labels(self) -> str:
        """Columns may be typed, several with commas between them."""
        if not self.labels.count():
            return self._wanted_labels
        place = self.labels.findText(self.labels.currentText())
        return str(self.labels.itemData(place)) if place >= 0 else self.labels.currentText().strip()

    def choose(self, choice: DataChoice | None, exact: bool = False) -> None:
        """`exact`: it is not a proposal, and where it names no labels there are none."""
        if choice is not None:
            self._wanted_labels = choice.labels
            self._looked_into = choice.path if choice.arrays or exact else ""
            self._decided = choice.path if exact else ""
        super().choose(choice)

    def _labels_chosen(self) -> None:
        """Another column of labels leaves other columns to the inputs."""
        if self.kind.currentData() == "csv":
            self._edited()
        else:
            self.changed.emit()

    def _looked(self, check: DataCheck) -> None:
        super()._looked(check)
        arrays = check.description.arrays if check.description is not None else ()
        if check.choice.path != self._looked_into:
            self._looked_into = check.choice.path
            self._prefer_test(arrays)
        if check.description is not None and check.description.kind in ("csv", "images"):
            self._offer(check.description)
        else:
            self._offer_labels(arrays)

    def _offer(self, description: DataDescription) -> None:
        """The columns of a table, or that folders are the classes; what was chosen of them stays."""
        known = self.choice
        if self._offered_for == description or known is None:
            return
        self._offered_for = description
        wanted = self._wanted_labels if not self.labels.count() else ""
        self.labels.clear()
        self._let_type(description.kind == "csv" and bool(description.labels))
        self.labels.addItem(_NONE, "")
        for name in description.labels:
            self.labels.addItem(_FOLDERS if name == FOLDERS else printable(name), name)
        wanted = wanted or ("" if known.path == self._decided else description.usual_labels)
        self.labels.setCurrentIndex(max(self.labels.findData(wanted), 0))
        if self.labels.isEditable() and self.labels.findData(wanted) < 0:
            self.labels.setEditText(wanted)
        self.section.show_row(self.labels, bool(description.labels))
        self._labels_chosen()

    def _let_type(self, editable: bool) -> None:
        """Several columns can be typed with commas between them; the list has those that belong together."""
        self.labels.setEditable(editable)
        field = self.labels.lineEdit()
        if field is not None:
            self.labels.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            field.setPlaceholderText("A column, or several: walk,run")
            field.editingFinished.connect(self._typed)

    def _typed(self) -> None:
        if self.check is None or self.check.choice.labels != self._chosen_labels:
            self._labels_chosen()

    def _prefer_test(self, arrays: tuple[ArrayInfo, ...]) -> None:
        """Of several arrays that fit, the one whose name says that it is for this."""
        for box in self.arrays.boxes.values():
            chosen = next((info for info in arrays if info.name == box.currentData()), None)
            better = next((info.name for info in arrays if any(word in info.name.lower() for word in _WORDS)
                           and chosen is not None and info.shape[1:] == chosen.shape[1:]
                           and info.type == chosen.type), None)  # fmt: skip
            if better is not None:
                box.setCurrentIndex(box.findData(better))
                self._edited()

    def _offer_labels(self, arrays: tuple[ArrayInfo, ...]) -> None:
        taken = {name for _input, name in self.arrays.pairs}
        counts = {info.shape[0] for info in arrays if info.name in taken and info.shape}
        fitting = [info for info in arrays if info.name not in taken and info.shape and info.shape[0] in counts
                   and (len(info.shape) == 1 or len(info.shape) == 2)]  # fmt: skip
        before = self.labels.currentData() if self.labels.count() else self._wanted_labels
        self._offered_for = None
        self.labels.clear()
        self._let_type(False)
        self.labels.addItem(_NONE, "")
        for info in fitting:
            self.labels.addItem(f"{printable(info.name)}   {info.type} {shape_text(info.shape)}", info.name)
        known = self.choice
        decided = known is not None and known.path == self._decided
        usual = "" if decided else next((info.name for info in fitting if _is_label(info.name, taken)), "")
        wanted = before if any(info.name == before for info in fitting) else usual
        self.labels.setCurrentIndex(max(self.labels.findData(wanted), 0))
        self.section.show_row(self.labels, bool(fitting))
        self.changed.emit()


def _is_label(name: str, inputs: set[str]) -> bool:
    """y_test beside x_test, labels beside anything."""
    lower = name.lower()
    ends = {each.lower().partition("_")[2] for each in inputs}
    if lower in ("y", "labels", "label", "targets"):
        return True
    return any(lower.startswith(prefix) and lower[len(prefix) :] in ends for prefix in _PREFIXES)
