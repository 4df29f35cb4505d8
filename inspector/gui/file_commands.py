"""What the File menu does with files: open, sample, reload, close, export."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from inspector.errors import InspectorError
from inspector.gui.model_commands import ModelCommands
from inspector.gui.session import OpenModel, Session
from inspector.gui.settings import RecentFile, Settings
from inspector.gui.tabs import TabArea
from inspector.resources import resource_path

MODEL_FILES = "Models (*.tflite *.lite *.keras *.h5 *.hdf5);;All files (*)"
SAMPLE = "samples/digits_cnn.float32.tflite"
_FOLDERS = QFileDialog.Option.ShowDirsOnly


class FileCommands:
    """Asks for paths where needed; what can't be read comes back as `session.failed`."""

    def __init__(
        self, window: QWidget, session: Session, settings: Settings, tabs: TabArea, variants: ModelCommands
    ) -> None:
        self._window, self._session, self._settings, self._tabs = window, session, settings, tabs
        self._variants = variants

    def open(self) -> None:
        """Asks for files, starting in the folder used last."""
        chosen, _ = QFileDialog.getOpenFileNames(self._window, "Open", self._settings.folder("open"), MODEL_FILES)
        if chosen:
            self._settings.put("folders/open", str(Path(chosen[0]).parent))
            self._session.open_later(chosen)

    def open_results(self) -> None:
        """Asks for a folder of results, starting where the last one was."""
        chosen = QFileDialog.getExistingDirectory(
            self._window, "Open Results Folder", self._settings.folder("results"), _FOLDERS
        )
        if chosen:
            self._settings.put("folders/results", str(Path(chosen).parent))
            self._session.open_later([chosen])

    def open_sample(self) -> None:
        self._session.open_later([resource_path(SAMPLE)])

    def remember(self, opened: OpenModel) -> None:
        """Puts a file that was opened at the head of the recent ones; one that goes with the window is none."""
        if not opened.saved:
            return
        from datetime import datetime

        scheme = opened.scheme
        now = datetime.now().isoformat(timespec="seconds")
        size = opened.model.size_bytes
        self._settings.add_recent_file(RecentFile(str(opened.path), scheme.badge, scheme.badge_type, size, now))

    def reload(self, opened: OpenModel | None = None) -> None:
        wanted = opened or self._session.current
        if wanted is not None:
            self._session.reload(wanted)

    def close(self, opened: OpenModel | None = None) -> None:
        wanted = opened or self._session.current
        if wanted is not None and self._variants.saving.may_lose([wanted], self._close_all):
            self._session.close(wanted)

    def _close_all(self, models: Sequence[OpenModel]) -> None:
        for opened in models:
            self._session.close(opened)

    def do(self, action_id: str, opened: OpenModel) -> None:
        """An action of the Models list's menu, done with the file it was asked for."""
        act: dict[str, Callable[[OpenModel], object]] = {
            "close": self.close, "reload": self.reload,
            "save-as": self._variants.saving.save_as, "quantize": self._variants.quantize,
        }  # fmt: skip
        act[action_id](opened)

    def export_c(self) -> None:
        from inspector.gui.dialogs.export_c import ExportCDialog

        if self._session.current is not None:
            ExportCDialog(self._session.current, self._window).open()

    def export_tensors(self) -> None:
        self._on_tab("tensors", "save")

    def export_operators(self) -> None:
        self._on_tab("operators", "save")

    def export_plot(self) -> None:
        self._on_tab("weights", "save_plot")

    def _on_tab(self, tab_id: str, method: str) -> None:
        """Shows a tab and has its panel save: what is written is what is seen."""
        self._tabs.show_tab(tab_id)
        save: Callable[[], object] = getattr(self._tabs.panel, method)
        try:
            save()
        except InspectorError as error:
            self._session.failed.emit(str(error))
