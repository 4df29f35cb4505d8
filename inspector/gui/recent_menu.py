"""File > Open Recent: the files opened last, and a way to forget them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from inspector.gui.session import Session
from inspector.gui.settings import Settings
from inspector.gui.tooltips import plain_tip


class RecentMenu(QMenu):
    """Is filled each time it opens. `cleared` comes when the list was emptied."""

    cleared = Signal()

    def __init__(self, session: Session, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__("Open &Recent", parent)
        self._session, self._settings = session, settings
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        self.clear()
        for file in self._settings.recent_files():
            action = self.addAction(file.name.replace("&", "&&"))
            action.setToolTip(plain_tip(file.path))
            action.triggered.connect(lambda _checked=False, path=file.path: self._session.open_later([path]))
        self.addSeparator()
        self.addAction("&Clear List").triggered.connect(self.clear_list)

    def clear_list(self) -> None:
        self._settings.put_recent_files([])
        self.cleared.emit()
