"""Data that models are measured on: samples as in the calibration form, and the right answers where there are some."""

from dataclasses import replace

from PySide6.QtWidgets import QComboBox

from inspector.datasets.choice import DataChoice
from inspector.datasets.sources import ArrayInfo
from inspector.gui.dialogs.data_check import DataCheck
from inspector.gui.dialogs.data_form import DataForm
from inspector.model.text import printable, shape_text

_WORDS = ("test", "eval", "valid", "debug")
_PREFIXES = ("y_", "labels_", "label_", "targets_", "target_")
_NONE = "none"


class EvaluationForm(DataForm):
    """The first time a file is looked at, its test samples and their labels are chosen, by their names."""

    def __init__(self, title: str) -> None:
        self.labels = QComboBox()
        self._looked_into = ""
        self._wanted_labels = ""
        self._decided = ""  # the path of data of which it is known that they have these labels, or none
        super().__init__(title)
        self.labels.setAccessibleName("Labels")
        self.labels.setToolTip("The right answers: with them the score is the accuracy")
        self.labels.activated.connect(lambda _place: self.changed.emit())
        self.section.add_row("La&bels", self.labels)
        self.section.show_row(self.labels, False)

    @property
    def choice(self) -> DataChoice | None:
        found = super().choice
        labels = self.labels.currentData() if self.labels.count() else self._wanted_labels
        return replace(found, labels=labels or "") if found is not None else None

    def choose(self, choice: DataChoice | None, exact: bool = False) -> None:
        """`exact`: it is not a proposal, and where it names no labels there are none."""
        if choice is not None:
            self._wanted_labels = choice.labels
            self._looked_into = choice.path if choice.arrays or exact else ""
            self._decided = choice.path if exact else ""
        super().choose(choice)

    def _looked(self, check: DataCheck) -> None:
        super()._looked(check)
        arrays = check.description.arrays if check.description is not None else ()
        if check.choice.path != self._looked_into:
            self._looked_into = check.choice.path
            self._prefer_test(arrays)
        self._offer_labels(arrays)

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
        self.labels.clear()
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
