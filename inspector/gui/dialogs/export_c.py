"""File > Export > C Array: the choices left, the exact text right, where to and whether to read it back below."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from inspector.errors import ExportError, InspectorError
from inspector.export.atomic_file import existing_files
from inspector.export.c_array import c_array_chunks, c_array_paths, preview_c_array, write_c_array
from inspector.export.model_bytes import ModelBytes, model_bytes
from inspector.gui.asking import ask
from inspector.gui.background import Progress, Task, run_in_background
from inspector.gui.dialogs.c_options_form import COptionsForm
from inspector.gui.dialogs.c_preview import CPreview
from inspector.gui.dialogs.form_parts import BottomBar, fill_dialog
from inspector.gui.session import OpenModel
from inspector.gui.settings import Settings, short_path
from inspector.gui.widgets import Button, label, line
from inspector.model.text import plural, printable

_QUICK_HASH = 8 << 20  # bytes: the SHA-256 of so many is there before anybody looks


class ExportCDialog(QDialog):
    """Shows what would be written and writes it. `exported(paths)` comes when the files are in their place."""

    exported = Signal(object)  # list[Path]

    def __init__(self, open_model: OpenModel, parent: QWidget | None = None) -> None:
        """A Keras model, or a file that is gone, is said in the dialog; there is nothing to export then."""
        super().__init__(parent)
        self._settings = Settings()
        self._task: Task | None = None
        self._hashing: Task | None = None
        self._source: ModelBytes | None = None
        self.form: COptionsForm | None = None
        self.written: list[Path] = []
        self.setWindowTitle(f"Export C array of {printable(open_model.path.name)}")
        self.preview = CPreview(self._whole_file)
        self._make_bottom()
        try:
            self._source = model_bytes(open_model.model)
            self.form = COptionsForm(self._source)
        except InspectorError as error:
            self._nothing(str(error))
        self._arrange(open_model.path.parent)
        if self.form is not None:
            self.form.changed.connect(self.show_preview)
            self._find_sha256()
            self.show_preview()

    @property
    def target(self) -> Path:
        """The folder as typed, with ~ for the home folder."""
        text = self.folder.text().strip()
        try:
            return Path(text).expanduser()
        except RuntimeError:  # ~nobody
            return Path(text)

    def show_preview(self) -> None:
        if self.form is None or self._source is None:
            return
        try:
            previews = preview_c_array(self._source, self.form.options)
        except InspectorError as error:
            self._nothing(str(error))
            return
        self.preview.show_previews(previews)
        self.export.setText(f"Export {plural(len(previews), 'file')}")
        self.export.setEnabled(self._task is None)
        self._say("")

    def run_export(self) -> None:
        """Writes the files in the background, after asking where some would be replaced."""
        if self.form is None or self._source is None or self._task is not None:
            return
        source, options, target, verify = self._source, self.form.options, self.target, self.verify.isChecked()
        try:
            if not target.is_dir():
                raise ExportError(f"The folder {target} does not exist. Make it, or choose another.")
            there = existing_files(c_array_paths(source, options, target))
        except InspectorError as error:
            self._say(str(error))
            return
        if there and not self._may_replace(there):
            return

        def work(progress: Progress) -> list[Path]:
            return write_c_array(source, options, target, bool(there), progress, verify)

        self._set_busy(run_in_background(work, self._done, self._failed))

    def reject(self) -> None:
        """Cancel stops an export that runs; without one it closes the dialog."""
        if self._task is not None:
            self._task.cancel()
            self._set_busy(None)
            self._say("Cancelled.", "dim")
            return
        super().reject()

    def done(self, result: int) -> None:
        if self._hashing is not None:
            self._hashing.cancel()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        super().closeEvent(event)

    def _make_bottom(self) -> None:
        self.folder = QLineEdit()
        self.folder.setAccessibleName("Folder")
        self.folder.setToolTip("Where the files go; ~ is your home folder")
        self.browse = Button("Browse...")
        self.browse.setAutoDefault(False)
        self.browse.clicked.connect(self._browse)
        self.verify = QCheckBox("Read the files back and compare every byte")
        self.verify.setChecked(True)
        self.verify.setToolTip("Parses the text that was written, before the files are moved into place")
        self.message = label("", "bad", wrap=True)
        self.message.setMinimumWidth(80)  # a long path must not widen the dialog
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(140)
        self.progress.setAccessibleName("Progress")
        self.progress.hide()
        self.bottom = BottomBar(self, "Export", "code", self.run_export, [self.progress], self.message)
        self.bottom.insertWidget(0, self.verify)
        self.bottom.insertSpacing(1, 8)
        self.cancel, self.export = self.bottom.cancel, self.bottom.run

    def _arrange(self, model_folder: Path) -> None:
        remembered = self._settings.folder("export")
        self.folder.setText(short_path(Path(remembered) if remembered else model_folder))
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(label("Folder", "dim"))
        where.addWidget(self.folder, 1)
        where.addWidget(self.browse)
        right = QVBoxLayout()
        right.setContentsMargins(20, 12, 20, 12)
        right.setSpacing(12)
        right.addWidget(self.preview, 1)
        right.addLayout(where)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        if self.form is not None:
            scroll = QScrollArea()
            scroll.setWidget(self.form)
            scroll.setWidgetResizable(True)
            scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            scroll.setFixedWidth(max(404, self.form.minimumSizeHint().width() + 12))
            middle.addWidget(scroll)
            middle.addWidget(line(vertical=True))
        middle.addLayout(right, 1)
        fill_dialog(self, middle, self.bottom)
        self.resize(1142, 716)

    def _find_sha256(self) -> None:
        """The SHA-256 for the preview's comment: at once for a small file, in the background for a large one."""
        source = self._source
        if source is None:
            return
        if source.size > _QUICK_HASH:
            self._hashing = run_in_background(source.with_sha256, self._hashed, self._nothing)
            return
        try:
            self._source = source.with_sha256()
        except InspectorError as error:
            self._nothing(str(error))

    def _hashed(self, source: ModelBytes) -> None:
        self._source = source
        self.show_preview()

    def _whole_file(self, name: str) -> str:
        if self.form is None or self._source is None:
            return ""
        try:
            source = self._source.with_sha256()
            pieces = c_array_chunks(source, self.form.options)[name]
            return b"".join(bytes(piece) for piece in pieces).decode("utf-8")
        except InspectorError as error:
            self._say(str(error))
            return ""

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Folder for the C array", str(self.target))
        if chosen:
            self.folder.setText(short_path(Path(chosen)))

    def _may_replace(self, there: Sequence[Path]) -> bool:
        names = " and ".join(path.name for path in there)
        text = f"{names} {'is' if len(there) == 1 else 'are'} in {there[0].parent} already."
        return ask(self, "Export C array", text, [f"Replace {plural(len(there), 'file')}"]) is not None

    def _set_busy(self, task: Task | None) -> None:
        self._task = task
        busy = task is not None
        for widget in (self.form, self.folder, self.browse, self.verify, self.export):
            if widget is not None:
                widget.setEnabled(not busy)
        self.progress.setVisible(busy)
        if task is not None:
            self._say("")
            self.progress.setRange(0, 0)
            task.progress.connect(self._show_progress)

    def _show_progress(self, fraction: float, message: str) -> None:
        if self._task is not None:
            self.progress.setRange(0, 0 if fraction < 0 else 1000)
            self.progress.setValue(round(fraction * 1000))
            self._say(message, "dim")

    def _done(self, paths: list[Path]) -> None:
        self._set_busy(None)
        self.written = paths
        self._settings.put("folders/export", str(paths[0].parent.absolute()))
        self.exported.emit(paths)
        self.accept()

    def _failed(self, sentence: str) -> None:
        self._set_busy(None)
        self._say(sentence)

    def _nothing(self, sentence: str) -> None:
        """There is nothing to export: says why where the text would be."""
        self.preview.show_sentence(sentence)
        self.export.setEnabled(False)

    def _say(self, sentence: str, tone: str = "bad") -> None:
        if self.message.property("tone") != tone:
            self.message.setProperty("tone", tone)
            self.message.style().unpolish(self.message)
            self.message.style().polish(self.message)
        self.message.setText(sentence)
