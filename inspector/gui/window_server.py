"""Takes the files that later starts of the program hand over, and brings the window to the front."""

import json
import os
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication, QWidget

from inspector.gui.hand_over import ANSWER, MOST_BYTES


class WindowServer(QObject):
    """Listens until `close`; `take(files)` is called with absolute paths, none for a start without files."""

    def __init__(self, place: str, window: QWidget, take: Callable[[Sequence[str]], object]) -> None:
        """`place`: as `hand_over.address` gives it. Where another window serves there already, this one doesn't."""
        super().__init__(window)
        self._window, self._take = window, take
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._connected)
        self.listening = self._listen(place)

    def _listen(self, place: str) -> bool:
        """Looks first: `listen` puts a socket of the user's own in the place of another window's without a word."""
        if _answers(place):
            return False
        QLocalServer.removeServer(place)  # left by a window that was killed
        return self._server.listen(place)

    def close(self) -> None:
        """The window is going: what is asked from now on is for others."""
        self._server.close()
        self.listening = False

    def _connected(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda socket=socket: self._read(socket))
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > MOST_BYTES:
                socket.abort()
            return
        request = _request(bytes(socket.readLine().data()))
        if request is None:
            socket.abort()
            return
        socket.write(ANSWER)
        socket.flush()
        socket.disconnectFromServer()
        files, token = request
        if token:
            os.environ["XDG_ACTIVATION_TOKEN"] = token  # Qt shows it to the Wayland compositor
        bring_to_front(self._window)
        self._take(files)


def bring_to_front(window: QWidget) -> None:
    """Above the others and with the focus, as far as the desktop allows; else its entry in the task bar blinks."""
    window.setWindowState((window.windowState() & ~Qt.WindowState.WindowMinimized) | Qt.WindowState.WindowActive)
    window.show()
    window.raise_()
    window.activateWindow()
    QApplication.alert(window)


def _answers(place: str) -> bool:
    socket = QLocalSocket()
    socket.connectToServer(place)
    return socket.waitForConnected(300)


def _request(line: bytes) -> tuple[list[str], str] | None:
    try:
        told: Any = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or not isinstance(told.get("files"), list) or not isinstance(told.get("token"), str):
        return None
    files = told["files"]
    if not all(isinstance(each, str) and os.path.isabs(each) and "\0" not in each for each in files):
        return None
    return files, told["token"]
