"""Files dropped on the window are opened, wherever in it they fall."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from inspector.gui.session import Session


class FileDrop(QObject):
    """Watches a window's drags; `show_drag(over)` says whether files are held over it."""

    def __init__(self, window: QWidget, session: Session, show_drag: Callable[[bool], object]) -> None:
        super().__init__(window)
        self._session, self._show_drag = session, show_drag
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent):
            if any(url.isLocalFile() for url in event.mimeData().urls()):
                event.acceptProposedAction()
                self._show_drag(True)
            return True
        if event.type() == QEvent.Type.DragLeave:
            self._show_drag(False)
            return True
        if event.type() == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self._show_drag(False)
            self._session.open_later(url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile())
            event.acceptProposedAction()
            return True
        return super().eventFilter(watched, event)
