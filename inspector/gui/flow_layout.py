"""A row of controls that breaks into several where the window is narrow; the last one stands at the right."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Left to right; one item, the first if no other is said, takes between its least and its greatest width; the last
    keeps to the right."""

    def __init__(self, parent: QWidget | None = None, spacing: int = 12, growing: int = 0) -> None:
        """`growing`: the place of the item that takes what its line has left."""
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._growing = growing
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), False)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._shown():
            size = size.expandedTo(item.minimumSize())
        return size.grownBy(self.contentsMargins())

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, True)

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _arrange(self, rect: QRect, place: bool) -> int:
        """Places the items in `rect` if `place`; returns the height they take."""
        rect = rect.marginsRemoved(self.contentsMargins())
        top = rect.top()
        lines = self._lines(rect.width())
        for line in lines:
            height = max(item.sizeHint().height() for item, _ in line)
            if place:
                self._place(line, rect, top, height)
            top += height + self.spacing()
        margins = self.contentsMargins()
        return top - rect.top() - (self.spacing() if lines else 0) + margins.top() + margins.bottom()

    @property
    def _grower(self) -> QLayoutItem | None:
        return self.itemAt(self._growing)

    def _lines(self, room: int) -> list[list[tuple[QLayoutItem, int]]]:
        """The items of each line with their widths."""
        lines: list[list[tuple[QLayoutItem, int]]] = []
        used = 0
        for item in self._shown():
            width = item.minimumSize().width() if item is self._grower else item.sizeHint().width()
            if not lines or used + self.spacing() + width > room:
                lines.append([])
                used = -self.spacing()
            used += self.spacing() + width
            lines[-1].append((item, width))
        return [self._widen(line, room) for line in lines]

    def _widen(self, line: list[tuple[QLayoutItem, int]], room: int) -> list[tuple[QLayoutItem, int]]:
        """Gives the item that grows, such as a search field, what its line has left."""
        left = room - sum(width for _, width in line) - self.spacing() * (len(line) - 1)
        return [
            (item, min(width + max(left, 0), item.maximumSize().width()) if item is self._grower else width)
            for item, width in line
        ]

    def _place(self, line: list[tuple[QLayoutItem, int]], rect: QRect, top: int, height: int) -> None:
        x = rect.left()
        for item, width in line:
            own = min(item.sizeHint().height(), height)
            if item is self._items[-1]:
                x = max(x, rect.right() + 1 - width)
            item.setGeometry(QRect(x, top + (height - own) // 2, width, own))
            x += width + self.spacing()
