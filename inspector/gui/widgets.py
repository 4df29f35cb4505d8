"""The small parts every panel is built from: cards, labels, links, segments, search field, figures, empty states."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFont, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from inspector.gui.chips import Chip
from inspector.gui.icons import icon
from inspector.gui.theme import BODY, FIGURE, SECONDARY, mono_font, theme_signals, ui_font
from inspector.gui.tooltips import plain_tip
from inspector.printable import printable, printable_lines

BOLD = QFont.Weight.DemiBold


class PlainLabel(QLabel):
    """A label whose text is shown letter by letter, control characters written out: names come from files of others."""

    def __init__(self, text: str = "") -> None:
        super().__init__(printable_lines(text))
        self.setTextFormat(Qt.TextFormat.PlainText)

    def setText(self, text: str) -> None:
        super().setText(printable_lines(text))


def label(
    text: str = "", tone: str = "text", points: float = BODY, bold: bool = False, mono: bool = False, wrap: bool = False
) -> QLabel:
    """A label in plain text. `tone`: text, dim, faint, accent, good, warning or bad."""
    made = PlainLabel(text)
    made.setFont((mono_font if mono else ui_font)(points, BOLD if bold else QFont.Weight.Normal))
    if tone != "text":
        made.setProperty("tone", tone)
    if wrap:
        made.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


class ElidedLabel(PlainLabel):
    """A label for long names: what does not fit is left out in the middle, the tooltip has it whole."""

    def __init__(self, text: str = "", mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle) -> None:
        super().__init__(printable(text))
        self._mode = mode
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        super().setText(printable(text))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        room = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), self._mode, room.width())
        self.setToolTip(plain_tip(self.text()) if shown != self.text() else "")
        painter.drawText(room, int(self.alignment()), shown)
        painter.end()


def link(text: str, on_click: Callable[[], object] | None = None, tip: str = "") -> QPushButton:
    """A button that looks like a link and works by keyboard as well."""
    made = QPushButton(text)
    made.setProperty("link", True)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setToolTip(tip)
    if on_click is not None:
        made.clicked.connect(lambda: on_click())
    return made


class Button(QPushButton):
    """A push button with an icon that follows the theme. `primary` for the one thing to do, `small` for 26 px."""

    def __init__(self, text: str, icon_name: str = "", primary: bool = False, small: bool = False) -> None:
        super().__init__(text)
        self._icon_name, self._primary = icon_name, primary
        if primary:
            self.setProperty("primary", True)
        if small:
            self.setProperty("small", True)
        if icon_name:
            self.setIconSize(QSize(19, 16))
            self._draw()
            theme_signals().changed.connect(self._draw)

    def _draw(self) -> None:
        self.setIcon(icon(self._icon_name, "on_accent" if self._primary else "text", pad=3))


def small_button(text: str, tip: str) -> Button:
    made = Button(text, small=True)
    made.setToolTip(tip)
    return made


class IconButton(QToolButton):
    """An icon alone, with a tooltip that is its accessible name too. Give it an `action` to share its state."""

    def __init__(self, icon_name: str, tip: str, checkable: bool = False, action: QAction | None = None) -> None:
        super().__init__()
        self._icon_name = icon_name
        if action is not None:
            self.setDefaultAction(action)
        self.setCheckable(checkable or (action is not None and action.isCheckable()))
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.setIconSize(QSize(16, 16))
        self.setFixedSize(30, 30)
        self._draw()
        theme_signals().changed.connect(self._draw)

    def _draw(self) -> None:
        self.setIcon(icon(self._icon_name))


class SegmentedGroup(QWidget):
    """A row of buttons of which one is chosen: `chosen(id)` says which."""

    chosen = Signal(str)

    def __init__(self, options: Sequence[tuple[str, str]], name: str, current: str = "") -> None:
        """`options`: (id, text); `name` for screen readers; `current` an id, else the first."""
        super().__init__()
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        for place, (option, text) in enumerate(options):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setProperty("segment", "first" if not place else "last" if place == len(options) - 1 else "middle")
            button.setAccessibleName(f"{name}: {text}")
            self._group.addButton(button, place)
            self._buttons[option] = button
            row.addWidget(button)
        self.set_current(current or options[0][0])
        self._group.idClicked.connect(lambda place: self.chosen.emit(options[place][0]))

    @property
    def current(self) -> str:
        return next(option for option, button in self._buttons.items() if button.isChecked())

    def set_current(self, option: str) -> None:
        """Shows `option` as chosen; emits nothing."""
        self._buttons[option].setChecked(True)

    def button(self, option: str) -> QPushButton:
        return self._buttons[option]


class SearchField(QLineEdit):
    """A filter field: Esc clears it. Listen to `textChanged`, with a short delay for large tables."""

    def __init__(self, placeholder: str, name: str = "Filter") -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name)
        self.setToolTip(f"{placeholder} (Ctrl+F; Esc clears it)")
        self.setClearButtonEnabled(True)
        self.setAcceptDrops(False)  # a file that is dropped here is for the window
        self._glass = self.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._cross = self.findChild(QAction, "_q_qlineeditclearaction")  # Qt's own has its own colours
        self._draw_icons()
        theme_signals().changed.connect(self._draw_icons)  # a method: Qt lets go of it with the field

    def _draw_icons(self) -> None:
        self._glass.setIcon(icon("search"))
        if isinstance(self._cross, QAction):
            self._cross.setIcon(icon("close"))
            self._cross.setToolTip("Clear the filter (Esc)")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            event.accept()
            return
        super().keyPressEvent(event)


class Card(QFrame):
    """A framed surface with a title, an optional line at its right, and a `body` layout for what it holds."""

    def __init__(self, title: str = "", side: str = "") -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(16, 10, 16, 10)
        self.body.setSpacing(8)
        self.header = QHBoxLayout()
        self.title = label(title, bold=True)
        self.side = label(side, "dim", SECONDARY)
        self.header.addWidget(self.title)
        self.header.addStretch(1)
        self.header.addWidget(self.side)
        if title:
            self.setAccessibleName(title)
            self.body.addLayout(self.header)
        else:
            self.title.hide()
            self.side.hide()


class Figure(QWidget):
    """One figure of a row: what it is, the number, a line that explains it."""

    def __init__(self, title: str, value: str = "", line: str = "") -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.title = label(title, "dim", SECONDARY)
        self.value = label(value, points=FIGURE, bold=True)
        self.line = label(line, "dim", SECONDARY)
        for part in (self.title, self.value, self.line):
            column.addWidget(part)
        self.setAccessibleName(f"{title}: {value}")

    def set(self, value: str, line: str, tip: str = "") -> None:
        self.value.setText(value)
        self.line.setText(line)
        self.setToolTip(plain_tip(tip))
        self.setAccessibleName(f"{self.title.text()}: {value}, {line}")


class EmptyState(QWidget):
    """One sentence saying what would be here, and one button that brings it."""

    def __init__(self, sentence: str = "", button: str = "", on_click: Callable[[], object] | None = None) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.addStretch(1)
        self.sentence = label(sentence, "dim", wrap=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.sentence)
        self.button = Button(button)
        self.button.setVisible(bool(button))
        if on_click is not None:
            self.button.clicked.connect(lambda: on_click())
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.button)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(2)

    def set_sentence(self, sentence: str) -> None:
        self.sentence.setText(sentence)


def captioned(caption: str, field: QWidget) -> QWidget:
    """A field of a bar with its name before it."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(label(caption, "dim"))
    row.addWidget(field)
    return made


def line(vertical: bool = False) -> QFrame:
    """A 1 px line in the border's colour."""
    made = QFrame()
    made.setProperty("line", True)
    if vertical:
        made.setFixedWidth(1)
    else:
        made.setFixedHeight(1)
    return made


__all__ = [
    "Button", "Card", "Chip", "ElidedLabel", "EmptyState", "Figure", "IconButton", "SearchField", "SegmentedGroup",
    "captioned", "label", "line", "link", "small_button",
]  # fmt: skip
