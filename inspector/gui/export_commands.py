"""What File > Export writes beside the C array and the tables: node data for Model Explorer, the report of results."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from inspector.analysis.debug_layer import KINDS, DebugLayer
from inspector.errors import UsageError
from inspector.gui.background import Progress, run_in_background
from inspector.gui.message_bar import MessageBar
from inspector.gui.panels.weight_export import ask_where, file_stem
from inspector.gui.session import OpenModel, Session
from inspector.model import Model
from inspector.model.text import bytes_text, plural

_NODE_DATA = ("Node data (*.json)",)
_REPORTS = ("Report (*.html)", "Tables (*.md)", "Rows (*.csv)", "Everything (*.json)")


class ExportCommands:
    """Asks where, writes in the background, and says what was written in the strip above the tabs."""

    def __init__(self, window: QWidget, session: Session, message_bar: MessageBar) -> None:
        self._window, self._session, self._message_bar = window, session, message_bar

    def model_explorer(self) -> None:
        """Asks for a name; each number is a file that begins with it."""
        from inspector.export.model_explorer import node_data, opening_command, write_node_data

        opened = self._session.current
        if opened is None:
            return
        if opened.model.is_keras:
            self._session.failed.emit(
                f"{opened.path.name} is a Keras file, and Model Explorer shows .tflite files. Export a variant of it."
            )
            return
        chosen = ask_where(self._window, "Export for Model Explorer", f"{opened.path.stem}.json", _NODE_DATA)
        if chosen is None:
            return
        path, _kind = chosen
        layers = self._layers(opened)

        def work(progress: Progress) -> Sequence[Path]:
            data = node_data(opened.model, layers, opened.measurements, progress)
            return write_node_data(path.parent, path.stem, data, overwrite=True)

        def done(paths: Sequence[Path]) -> None:
            self._message_bar.show_message(
                f"Wrote {len(paths)} files of node data: {', '.join(each.name for each in paths)}. "
                f"Open them with: {opening_command(opened.path, paths)}"
            )

        run_in_background(work, done, self._session.failed.emit)

    def report(self) -> None:
        """Asks for a file and writes the results in sight into it; its suffix says which kind of report."""
        from inspector.export.html_report import kind_of, write_report

        results = self._session.results
        if results is None:
            return
        chosen = ask_where(self._window, "Export Report", f"{file_stem(results.name)}.html", _REPORTS)
        if chosen is None:
            return
        path, _kind = chosen
        try:
            kind_of(path)
        except UsageError as error:
            self._session.failed.emit(str(error))
            return
        self._message_bar.show_message(f"Writing {path.name}...")

        def work(progress: Progress) -> Path:
            return write_report(results, path, overwrite=True, progress=progress)

        def done(written: Path) -> None:
            self._message_bar.show_message(
                f"Wrote {written.name}: {plural(len(results.pipelines), 'pipeline')}, "
                f"{bytes_text(written.stat().st_size)}.", "Open", lambda: _open(written),
            )  # fmt: skip

        run_in_background(work, done, self._session.failed.emit)

    def _layers(self, opened: OpenModel) -> list[DebugLayer]:
        """The errors that the Debugger shows for a model, at its own operators."""
        repairs = self._session.debuggings.of(opened, self._session.models)
        if repairs is None:
            return []
        steps = [step for step in repairs.steps if step.result is not None]
        step = next((each for each in reversed(steps) if each.path == opened.path), steps[0])
        assert step.result is not None
        return [layer for kind in KINDS for layer in _at_operators(step.result.layers(kind), kind, opened.model)]


def _open(path: Path) -> None:
    """In the program that the desktop has for such a file."""
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _at_operators(layers: Sequence[DebugLayer], kind: str, model: Model) -> list[DebugLayer]:
    from inspector.analysis.quantization_debug import debug_layers, layer_table

    return [each for each in debug_layers(layer_table(layers, extra=True), kind, model) if each.operator is not None]
