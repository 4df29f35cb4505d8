"""Notices that an open file changed on disk, and says so once the writing has come to rest."""

import os
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from inspector.gui.session import OpenModel, Session

_REST_MS = 400  # a converter writes in many steps


class FileWatch(QObject):
    """Emits `changed(OpenModel)` when a file has other contents than when it was read, `vanished` when it is gone."""

    changed = Signal(object)
    vanished = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._seen: dict[Path, tuple[int, int] | None] = {}
        self._watcher = QFileSystemWatcher(self)
        self._timer = QTimer(self, singleShot=True, interval=_REST_MS)
        self._timer.timeout.connect(self.check)
        self._watcher.fileChanged.connect(lambda _path: self._timer.start())
        session.model_opened.connect(self._watch)
        session.model_reloaded.connect(lambda _old, new: self._watch(new))
        session.model_closed.connect(self._forget)
        for open_model in session.models:
            self._watch(open_model)

    def check(self) -> None:
        """Compares every open file with what it was when it was read."""
        for open_model in list(self._session.models):
            path = open_model.path
            now = _stamp(path)
            if now == self._seen.get(path):
                continue
            self._seen[path] = now
            if now is None:
                self.vanished.emit(open_model)
            else:
                self._watcher.addPath(str(path))  # a file that was replaced is no longer watched
                self.changed.emit(open_model)

    def _watch(self, open_model: OpenModel) -> None:
        self._seen[open_model.path] = _stamp(open_model.path)
        self._watcher.addPath(str(open_model.path))

    def _forget(self, open_model: OpenModel) -> None:
        self._seen.pop(open_model.path, None)
        self._watcher.removePath(str(open_model.path))


def _stamp(path: Path) -> tuple[int, int] | None:
    """Time of change (ns) and size; None where there is no file."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
