"""A job's log in a window of its own, which follows the job while it runs."""

from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from inspector.errors import ExportError
from inspector.export.atomic_file import write_file
from inspector.gui.jobs import LOG_CHARACTERS, Job, JobQueue
from inspector.gui.tables.job_table import step_text
from inspector.gui.theme import mono_font
from inspector.gui.widgets import Button, label

_EVERY_MS = 200  # a converter may write faster than anybody reads
_NOTHING = "The worker wrote nothing."


class JobLogDialog(QDialog):
    """What the worker and its libraries wrote, the newest last. It does not block the window."""

    def __init__(self, queue: JobQueue, job: Job, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Log of {job.title}: {job.model_name}")
        self.resize(820, 480)
        self._job = job
        self.sentence = label(wrap=True)
        self.cut = label("Only the end of the log is kept.", "dim")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(mono_font())
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName("Log")
        self.message = label("", "dim", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        for part in (self.sentence, self.cut):
            column.addWidget(part)
        column.addWidget(self.text, 1)
        column.addLayout(self._buttons())
        self._soon = QTimer(self, singleShot=True, interval=_EVERY_MS)
        self._soon.timeout.connect(self._show)
        queue.changed.connect(self._changed)
        self._shown = ""
        self._show()

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.message, 1)
        choices = (("Copy", "copy", self.copy), ("Save...", "download", self.save), ("Close", "", self.close))
        for text, icon, act in choices:
            button = Button(text, icon)
            button.setAutoDefault(False)
            button.clicked.connect(act)
            row.addWidget(button)
        return row

    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self._job.log)
        self.message.setText("Copied.")

    def save(self) -> None:
        """Asks for a file and writes the log into it."""
        name, _kind = QFileDialog.getSaveFileName(self, "Save Log", f"{self._job.model_name}.log.txt", "Text (*.txt)")
        if not name:
            return
        try:
            write_file(Path(name), self._job.log.encode(), overwrite=True)  # the file dialog asked
        except ExportError as error:
            self.message.setText(str(error))
        else:
            self.message.setText(f"Saved as {Path(name).name}.")

    def _changed(self, job: Job) -> None:
        if job is self._job and not self._soon.isActive():
            self._soon.start()

    def _show(self) -> None:
        job = self._job
        sentence = step_text(job)
        self.sentence.setText(sentence[:1].upper() + sentence[1:])
        self.sentence.setVisible(bool(sentence))
        self.cut.setVisible(len(job.log) >= LOG_CHARACTERS)
        log = job.log or (_NOTHING if job.over else "")
        if log == self._shown:
            return
        at_end = self.text.verticalScrollBar().value() >= self.text.verticalScrollBar().maximum() - 2
        if self._shown and log.startswith(self._shown):
            cursor = QTextCursor(self.text.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(log[len(self._shown) :])
        else:
            self.text.setPlainText(log)
        self._shown = log
        if at_end:
            self.text.verticalScrollBar().setValue(self.text.verticalScrollBar().maximum())
