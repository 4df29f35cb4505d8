"""Runs the program as usual and answers where things are: `python -m tests.e2e.program SOCKET [ARGUMENTS]`.

A test looks at the window through this and does everything else by mouse and keyboard. Each line on the socket is a
Python expression; the answer is its value as JSON, or {"error": ...}.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, QRect, QTimer
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QDialog,
    QMenu,
    QMenuBar,
    QTabBar,
    QWidget,
)  # fmt: skip


def place(area: QRect, widget: QWidget) -> list[int]:
    """The middle of an area of a widget, in pixels of the screen."""
    middle = widget.mapToGlobal(area.center())
    return [middle.x(), middle.y()]


def of_widget(widget: QWidget) -> list[int]:
    return place(widget.rect(), widget)


def of_button(text: str, within: QWidget | None = None) -> list[int]:
    """The button in sight that has this text, "&" left out."""
    return of_widget(button(text, within))


def button(text: str, within: QWidget | None = None) -> QAbstractButton:
    parents = [within] if within is not None else QApplication.topLevelWidgets()
    found = [
        each
        for parent in parents
        if parent.isVisible()
        for each in parent.findChildren(QAbstractButton)
        if each.isVisible() and each.text().replace("&", "").strip() == text
    ]
    return found[0]


def of_action(menu: QMenu | QMenuBar, text: str) -> list[int]:
    """An entry of a menu that is in sight."""
    action = next(each for each in menu.actions() if each.text().replace("&", "") == text)
    return place(menu.actionGeometry(action), menu)


def popup() -> QWidget | None:
    return QApplication.activePopupWidget()


def dialog() -> QWidget | None:
    """A modal dialog, else another window than the main one; None where there is none in sight."""
    if (modal := QApplication.activeModalWidget()) is not None:
        return modal
    found = [each for each in QApplication.topLevelWidgets() if each.isVisible() and isinstance(each, QDialog)]
    return found[0] if found else None


def of_named(name: str) -> list[int]:
    """The middle of the lowest widget in sight that screen readers call so."""
    return max((of_widget(each) for each in named(name)), key=lambda point: point[1])


def named(name: str) -> list[QWidget]:
    return [each for each in QApplication.allWidgets() if each.isVisible() and each.accessibleName() == name]


def of_cell(table: QAbstractItemView, row: int, column: int) -> list[int]:
    """A cell of a table, brought into sight."""
    index = table.model().index(row, column)
    table.scrollTo(index)
    return place(table.visualRect(index), table.viewport())


def of_header(table: Any, title: str) -> list[int]:
    """The head of a column."""
    header = table.horizontalHeader()
    model = table.model()
    column = next(each for each in range(model.columnCount()) if model.headerData(each, header.orientation()) == title)
    area = QRect(header.sectionViewportPosition(column), 0, header.sectionSize(column), header.height())
    return place(area, header.viewport())


def of_tab(bar: QTabBar, title: str) -> list[int]:
    number = next(each for each in range(bar.count()) if bar.tabText(each) == title)
    return place(bar.tabRect(number), bar)


def cells(table: QAbstractItemView) -> list[list[str]]:
    """What a table shows, row by row."""
    model = table.model()
    return [
        [str(model.index(row, column).data() or "") for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def window() -> Any:
    """The main window."""
    from inspector.gui.main_window import MainWindow

    return next(each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow))


def tab() -> Any:
    """The panel in sight."""
    return window().tabs.panel


NAMES: dict[str, Any] = {
    each.__name__: each
    for each in (
        of_widget, of_button, of_named, of_action, of_cell, of_header, of_tab, named, popup, dialog, cells, window, tab,
        place, button, QPoint, QRect, QWidget,
    )
}  # fmt: skip


def answer(expression: str) -> str:
    try:
        return json.dumps(eval(expression, dict(NAMES)), default=str)
    except (AttributeError, IndexError, KeyError, LookupError, RuntimeError, StopIteration, TypeError) as error:
        return json.dumps({"error": f"{type(error).__name__}: {error}"})


def listen(name: str) -> QLocalServer:
    """Answers every line of every connection, inside dialogs too."""
    server = QLocalServer()

    def serve(connection: QLocalSocket) -> Callable[[], None]:
        def read() -> None:
            while connection.canReadLine():
                asked = bytes(connection.readLine().data()).decode().strip()
                connection.write((answer(asked) + "\n").encode())

        return read

    def accept() -> None:
        connection = server.nextPendingConnection()
        connection.readyRead.connect(serve(connection))

    server.newConnection.connect(accept)
    assert server.listen(name), server.errorString()
    return server


def main() -> int:
    from inspector.gui import app

    name, sys.argv = sys.argv[1], [sys.argv[0], *sys.argv[2:]]
    kept: list[QLocalServer] = []
    app.application()
    QTimer.singleShot(0, lambda: kept.append(listen(name)))
    return app.run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
