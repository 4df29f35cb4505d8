"""What Add variant... offers: the open models that are not compared yet, and files."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from inspector.gui.compared import ComparedModels
from inspector.gui.file_commands import MODEL_FILES
from inspector.gui.session import OpenModel, Session, absolute_path
from inspector.gui.settings import Settings
from inspector.gui.tooltips import plain_tip


class VariantAdder:
    """Adds to `choice`; `changed` is called when that is done."""

    def __init__(
        self, parent: QWidget, session: Session, choice: ComparedModels, changed: Callable[[], object]
    ) -> None:
        self._parent, self._session, self._choice, self._changed = parent, session, choice, changed

    def ask(self, current: OpenModel, compared: Sequence[OpenModel], button: QWidget) -> None:
        """Below `button`: the other open models and files; without other models at once the dialog for files."""
        menu = self.menu(compared or [current])
        if menu is None:
            self.ask_files(compared or [current])
        else:
            menu.exec(button.mapToGlobal(button.rect().bottomLeft()))

    def menu(self, compared: Sequence[OpenModel]) -> QMenu | None:
        """None where every open model is compared already."""
        others = [model for model in self._session.models if model not in compared]
        if not others:
            return None
        menu = QMenu(self._parent)
        for model in others:
            action = menu.addAction(f"{model.path.name}  ({model.scheme.badge})".replace("&", "&&"))
            action.setToolTip(plain_tip(str(model.path)))
            action.triggered.connect(lambda _checked=False, path=model.path: self.add(compared, [path]))
        menu.addSeparator()
        menu.addAction("Open...").triggered.connect(lambda: self.ask_files(compared))
        return menu

    def ask_files(self, compared: Sequence[OpenModel]) -> None:
        folder = str(compared[0].path.parent)
        chosen, _ = QFileDialog.getOpenFileNames(self._parent, "Add Variants", folder, MODEL_FILES)
        if chosen:
            Settings().put("folders/open", str(Path(chosen[0]).parent))
            self.add(compared, chosen)

    def add(self, compared: Sequence[OpenModel], paths: Sequence[str | Path]) -> None:
        """Compares the files with `current`; those that are not open are read in a thread and listed in Models."""
        known = {model.path for model in self._session.models}
        for path in map(absolute_path, paths):
            self._choice.add(compared, path)
            if path not in known:
                self._session.add_variant(path, None, "")
        self._changed()
