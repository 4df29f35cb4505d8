"""Model > Python for Jobs: which Python quantizes, debugs and evaluates, and whether it has what that takes."""

import os
import sys
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from inspector.datasets.notice import Notice
from inspector.errors import MissingPackageError
from inspector.gui.background import Task, run_in_background
from inspector.gui.dialogs.form_parts import BottomBar, NoticeLines, fill_dialog, resize_on_screen
from inspector.gui.session import Session
from inspector.gui.settings import Settings
from inspector.gui.widgets import Button, label
from inspector.jobs.job_python import REQUIRED, VARIABLE, JobPython, look_again, probe, usual_python
from inspector.model.finding import Level

_INTRODUCTION = (
    "Quantizing, debugging and evaluating need TensorFlow. They run in a process of their own, in the Python named "
    "here; without one, in this program's own or, where that has no TensorFlow, in the first of VIRTUAL_ENV and PATH "
    "that has it."
)
_SIZE = QSize(640, 360)


class JobPythonDialog(QDialog):
    """Checks what is named by importing all that jobs need, in the background."""

    def __init__(self, session: Session, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._settings = session, settings
        self._task: Task | None = None
        self.setWindowTitle("Python for Jobs")
        self.lines = NoticeLines()
        self.field = QLineEdit(os.environ.get(VARIABLE, ""))
        self.field.setAccessibleName("Python")
        self.field.setPlaceholderText("chosen by itself")
        self.field.setClearButtonEnabled(True)
        self.field.textEdited.connect(lambda _text: self.lines.show_notices(()))
        self.browse = Button("Choose...")
        self.browse.clicked.connect(self._browse)
        self.check = Button("Check")
        self.check.setToolTip("Imports everything that jobs need, which takes some ten seconds")
        self.check.clicked.connect(self.start_check)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self.browse)
        row.addWidget(self.check)
        column = QVBoxLayout()
        column.setContentsMargins(20, 16, 20, 12)
        column.setSpacing(12)
        column.addWidget(label(_INTRODUCTION, "dim", wrap=True))
        column.addLayout(row)
        column.addWidget(self.lines)
        column.addStretch(1)
        for button in (self.browse, self.check):
            button.setAutoDefault(False)
        fill_dialog(self, column, BottomBar(self, "Use it", "check", self.use))
        resize_on_screen(self, _SIZE)

    def _browse(self) -> None:
        start = str(Path(self.field.text()).parent) if self.field.text() else str(Path.home())
        chosen, _ = QFileDialog.getOpenFileName(self, "Choose a Python", start)
        if chosen:
            self.field.setText(chosen)
            self.start_check()

    def start_check(self) -> None:
        """Looks into the Python that is named, or that is chosen by itself."""
        self._cancel()
        look_again()
        self.check.setEnabled(False)
        self.lines.show_notices([Notice(Level.NOTE, "Importing TensorFlow and what else jobs need...")])
        named = self.field.text().strip()
        self._task = run_in_background(lambda _progress: _probed(named), self._show, self._show_problem)

    def _show(self, python: JobPython) -> None:
        self.check.setEnabled(True)
        version = ".".join(map(str, python.version))
        if python.problem:
            self._show_problem(python.problem)
            return
        have = [name for name in REQUIRED if name not in python.wrong]
        notices = [Notice(Level.GOOD, f"{python.path} is Python {version} and has {', '.join(have)}.")]
        if python.wrong:
            said = "; ".join(f"{name} {why}" for name, why in python.wrong.items())
            notices += [
                Notice(Level.WARNING, f"Some jobs will not run: {said}."),
                Notice(Level.NOTE, f"To install it: {python.install_line(list(python.wrong))}"),
            ]
        self.lines.show_notices(notices)

    def _show_problem(self, sentence: str) -> None:
        self.check.setEnabled(True)
        self.lines.show_notices([Notice(Level.DAMAGE, sentence)])

    def use(self) -> None:
        """From the next job on, and in the next window too."""
        path = self.field.text().strip()
        self._settings.put("job_python", path)
        if path:
            os.environ[VARIABLE] = path
        else:
            os.environ.pop(VARIABLE, None)
        look_again()
        self._session.renew_workers()
        self.accept()

    def done(self, result: int) -> None:
        self._cancel()
        super().done(result)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()


def _probed(named: str) -> JobPython:
    """Raises MissingPackageError where nothing can be asked."""
    if named:
        return probe(named, imports=True)
    found = usual_python()
    if found is None and getattr(sys, "frozen", False):
        raise MissingPackageError("This program has TensorFlow inside; it needs no other Python.")
    return probe(found.path if found is not None else sys.executable, imports=True)
