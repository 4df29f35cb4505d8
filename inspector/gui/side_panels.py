"""The docks at the sides: Models on the left, Details on the right, and when each is in sight."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QMainWindow, QWidget

from inspector.gui.actions import Actions
from inspector.gui.docks import Dock
from inspector.gui.file_commands import FileCommands
from inspector.gui.session import Session
from inspector.gui.settings import Settings
from inspector.gui.tabs import TABS, TabArea
from inspector.gui.widgets import IconButton

_WIDTHS = {"models": 256, "details": 304}  # pixels, until the user decides otherwise


_AFTER_PAINT_MS = 30


class SidePanels:
    """What the user decided is remembered, for Details tab by tab; what the docks hold is made when first seen."""

    def __init__(
        self, window: QMainWindow, session: Session, settings: Settings, tabs: TabArea, actions: Actions,
        files: FileCommands,
    ) -> None:  # fmt: skip
        self._session, self._settings, self._tabs, self._actions, self._files = session, settings, tabs, actions, files
        close = IconButton("close", "Hide the details")
        close.clicked.connect(lambda: self.show("details", False))
        self.models = Dock(
            "Models", self._width("models"), IconButton("open", "Open... (Ctrl+O)", action=actions["open"])
        )
        self.details = Dock("Details", self._width("details"), close)
        self._soon = QTimer(window, singleShot=True, interval=_AFTER_PAINT_MS)
        self._soon.timeout.connect(self._fill)
        for dock, area in (
            (self.models, Qt.DockWidgetArea.LeftDockWidgetArea),
            (self.details, Qt.DockWidgetArea.RightDockWidgetArea),
        ):
            dock.set_content(QWidget())
            dock.hide()
            window.addDockWidget(area, dock)
        self._filled: set[str] = set()

    def place(self) -> None:
        """Shows and hides the docks as they belong to the model and the tab in sight."""
        for name, dock in (("models", self.models), ("details", self.details)):
            visible = self._session.current is not None and self._wanted(name)
            dock.setVisible(visible)
            self._actions[f"panel-{name}"].setChecked(visible)
        self._soon.start()  # once the middle is painted

    def show(self, name: str, shown: bool) -> None:
        """Shows or hides a dock ("models", "details") and remembers it."""
        self._settings.put(self._key(name), shown)
        self.place()

    def remember_widths(self) -> None:
        """Keeps the widths the user gave the docks for the next run."""
        for name, dock in (("models", self.models), ("details", self.details)):
            if name in self._filled:  # one never seen has no width of its own
                self._settings.put(f"dock/{name}/width", str(dock.width()))

    def _width(self, name: str) -> int:
        return self._settings.number(f"dock/{name}/width", _WIDTHS[name], 160, 900)

    def _key(self, name: str) -> str:
        return f"dock/{name}/{'' if name == 'models' else self._tabs.current}"

    def _wanted(self, name: str) -> bool:
        suits = name == "models" or next(tab.details for tab in TABS if tab.id == self._tabs.current)
        return self._settings.flag(self._key(name), suits)

    def _fill(self) -> None:
        if not self.models.isHidden() and "models" not in self._filled:
            from inspector.gui.panels.models import ModelsPanel

            panel = ModelsPanel(self._session)
            panel.asked.connect(self._files.do)
            self.models.set_content(panel)
            self._filled.add("models")
        if not self.details.isHidden() and "details" not in self._filled:
            from inspector.gui.panels.details import DetailsPanel

            self._panel = DetailsPanel(self._session)
            self.details.set_content(self._panel)
            self._filled.add("details")
        if "details" in self._filled:
            self._panel.set_model(self._session.current)
            self._panel.show_selection(self._session.selection)
