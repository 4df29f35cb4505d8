"""What File > Export writes beside the C array and the tables: node data for Model Explorer, the report of results."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from inspector.analysis.debug_layer import KINDS, DebugLayer
from inspector.gui.background import Progress, run_in_background
from inspector.gui.message_bar import MessageBar
from inspector.gui.panels.weight_export import ask_where
from inspector.gui.session import OpenModel, Session
from inspector.model import Model

_NODE_DATA = ("Node data (*.json)",)


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

    def _layers(self, opened: OpenModel) -> list[DebugLayer]:
        """The errors that the Debugger shows for a model, at its own operators."""
        repairs = self._session.debuggings.of(opened, self._session.models)
        if repairs is None:
            return []
        steps = [step for step in repairs.steps if step.result is not None]
        step = next((each for each in reversed(steps) if each.path == opened.path), steps[0])
        assert step.result is not None
        return [layer for kind in KINDS for layer in _at_operators(step.result.layers(kind), kind, opened.model)]


def _at_operators(layers: Sequence[DebugLayer], kind: str, model: Model) -> list[DebugLayer]:
    from inspector.analysis.quantization_debug import debug_layers, layer_table

    return [each for each in debug_layers(layer_table(layers, extra=True), kind, model) if each.operator is not None]
