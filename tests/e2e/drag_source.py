"""A window to drag files from, as a file manager's: `python -m tests.e2e.drag_source FILE...`."""

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class Files(QLabel):
    """Pressing a mouse button on it takes the files along."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        drag, data = QDrag(self), QMimeData()
        data.setUrls([QUrl.fromLocalFile(path) for path in sys.argv[1:]])
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)


def main() -> int:
    app = QApplication([])
    files = Files("\n".join(sys.argv[1:]))
    files.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    files.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
    files.setGeometry(0, 0, 160, 120)
    files.show()
    app.processEvents()
    print("shown", flush=True)
    return int(app.exec())


if __name__ == "__main__":
    sys.exit(main())
