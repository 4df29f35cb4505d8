"""The QApplication of this program: keeps the files that macOS asks it to open until there is a window."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFileOpenEvent, QIcon
from PySide6.QtWidgets import QApplication

from inspector.resources import resource_path


class Application(QApplication):
    """A double-click reaches a program on macOS as an event, not as an argument, and often before its window."""

    def __init__(self, arguments: Sequence[str]) -> None:
        super().__init__(list(arguments))
        self._waiting: list[str] = []
        self._take: Callable[[Sequence[str]], object] | None = None

    def open_files_with(self, take: Callable[[Sequence[str]], object] | None) -> None:
        """From now on `take(files)` opens them, at once those that wait; None: they wait again."""
        self._take = take
        if take is not None and self._waiting:
            files, self._waiting = self._waiting, []
            take(files)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent):
            file = event.file() or event.url().toLocalFile()
            if file:
                self._waiting.append(file)
                self.open_files_with(self._take)
            return True
        return super().event(event)


def application() -> QApplication:
    """The one QApplication, made if there is none."""
    app = QApplication.instance()
    if isinstance(app, QApplication):
        return app
    app = Application(["tflite-inspector"])
    app.setApplicationDisplayName("TFLite Inspector")
    app.setDesktopFileName("tflite-inspector")
    app.setWindowIcon(QIcon(str(resource_path("desktop/icons/app.svg"))))
    return app
