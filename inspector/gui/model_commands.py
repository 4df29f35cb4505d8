"""What the Model menu does: quantize, reveal; and what the window's variants need when it goes."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from inspector.gui.evaluation_jobs import EvaluationJobs
from inspector.gui.message_bar import MessageBar
from inspector.gui.origin import source_among
from inspector.gui.saving import Saving
from inspector.gui.session import OpenModel, Session
from inspector.gui.settings import Settings
from inspector.gui.sweep.commands import SweepCommands
from inspector.gui.unsaved import UnsavedFolder
from inspector.gui.variant_jobs import VariantJobs

if TYPE_CHECKING:
    from inspector.gui.dialogs.debug import DebugDialog
    from inspector.gui.dialogs.evaluate import EvaluateDialog
    from inspector.gui.dialogs.quantize import QuantizeDialog


class ModelCommands:
    """Acts on the current model where no other is given."""

    def __init__(self, window: QWidget, session: Session, settings: Settings, message_bar: MessageBar) -> None:
        self._window, self._session, self._settings = window, session, settings
        self.unsaved = UnsavedFolder()
        self.dialog: QuantizeDialog | None = None
        self.debug_dialog: DebugDialog | None = None
        self.evaluate_dialog: EvaluateDialog | None = None
        session.new_folder = self.unsaved.new
        self.jobs = VariantJobs(session, message_bar, self.unsaved)
        self.evaluations = EvaluationJobs(session, message_bar)
        self.saving = Saving(window, session, settings)
        self.sweeps = SweepCommands(window, session, settings, message_bar)

    def quantize(self, opened: OpenModel | None = None) -> None:
        """Shows the Quantize dialog beside the window; one that is in sight already comes to the front. Where nothing
        is open it asks for a model, which may be a SavedModel too."""
        from inspector.gui.dialogs.quantize import QuantizeDialog
        from inspector.gui.dialogs.source_form import ask_for_source, may_be_source

        wanted = opened or self._session.current
        if wanted is not None and not may_be_source(wanted):  # of a variant that is quantized already: of its source
            wanted = source_among(wanted, self._session.models) or wanted
        path = wanted.path if wanted else ask_for_source(self._window, self._session, self._settings.folder("open"))
        if path is None:
            return
        if self.dialog is None:
            self.dialog = QuantizeDialog(self._session, self._settings, self.unsaved, path, self._window)
            _show_beside(self.dialog, self._dialog_closed)
        elif self.dialog.source.path != path:
            self.dialog.source.choose(path)
        _to_front(self.dialog)

    def _dialog_closed(self) -> None:
        self.dialog = None

    def debug(self) -> None:
        """Shows the Debug dialog beside the window; one that is in sight already comes to the front."""
        from inspector.gui.dialogs.debug import DebugDialog
        from inspector.gui.dialogs.source_form import may_be_source

        wanted = self._session.current
        if wanted is None:
            return
        if not may_be_source(wanted):
            wanted = source_among(wanted, self._session.models) or wanted
        if self.debug_dialog is None:
            self.debug_dialog = DebugDialog(self._session, self._settings, self.unsaved, wanted.path, self._window)
            _show_beside(self.debug_dialog, self._debug_dialog_closed)
        _to_front(self.debug_dialog)

    def _debug_dialog_closed(self) -> None:
        self.debug_dialog = None

    def evaluate(self) -> None:
        """Shows the Evaluate dialog beside the window; one that is in sight already comes to the front."""
        from inspector.gui.dialogs.evaluate import EvaluateDialog

        if self._session.current is None:
            return
        if self.evaluate_dialog is None:
            self.evaluate_dialog = EvaluateDialog(self._session, self._settings, self._session.current, self._window)
            _show_beside(self.evaluate_dialog, self._evaluate_dialog_closed)
        _to_front(self.evaluate_dialog)

    def _evaluate_dialog_closed(self) -> None:
        self.evaluate_dialog = None

    def choose_python(self) -> None:
        from inspector.gui.dialogs.job_python import JobPythonDialog

        JobPythonDialog(self._session, self._settings, self._window).open()

    def reveal(self) -> None:
        from inspector.gui.panels.models import show_in_folder

        if self._session.current is not None:
            show_in_folder(self._session.current.path)

    def may_quit(self, close: Callable[[], object]) -> bool:
        """Whether the window may go, which is asked where something would be lost; `close` is called once that is
        saved. What belongs to the window goes with it."""
        if not self.saving.may_quit(close) or not self.sweeps.may_quit():
            return False
        for dialog in (self.dialog, self.debug_dialog, self.evaluate_dialog):
            if dialog is not None:
                dialog.close()
        self._session.stop_jobs()
        self.unsaved.remove()
        return True


def _show_beside(dialog: QDialog, closed: Callable[[], object]) -> None:
    """`closed` is called when it goes, which ends it."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.finished.connect(closed)
    dialog.show()


def _to_front(dialog: QDialog) -> None:
    dialog.raise_()
    dialog.activateWindow()
