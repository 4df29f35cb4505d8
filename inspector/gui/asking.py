"""A question with a few answers, each a verb. The box stands only where a choice is needed."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

_ROLES = QMessageBox.ButtonRole


def ask(parent: QWidget | None, title: str, text: str, answers: Sequence[str], details: str = "") -> int | None:
    """The place of the answer that was chosen in `answers`, None for Cancel, which is the usual one."""
    box = QMessageBox(parent)
    box.setWindowTitle(title)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    box.setInformativeText(details)
    roles = (_ROLES.AcceptRole, _ROLES.DestructiveRole)
    buttons = [box.addButton(answer, roles[min(place, 1)]) for place, answer in enumerate(answers)]
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    box.exec()
    chosen = box.clickedButton()
    return next((place for place, button in enumerate(buttons) if button is chosen), None)
