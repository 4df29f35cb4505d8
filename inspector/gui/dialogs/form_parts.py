"""What dialogs are made of: their frame, sections with a title, captioned rows, lines that say what was checked."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from inspector.datasets.notice import Notice
from inspector.gui.icons import icon
from inspector.gui.theme import SECONDARY, theme_signals
from inspector.gui.widgets import Button, label, line
from inspector.model.finding import Level

CAPTION = 96  # pixels of the column of captions
_ICONS = {
    Level.GOOD: ("good", "good"), Level.NOTE: ("info", "accent"), Level.WARNING: ("warning", "warning"),
    Level.DAMAGE: ("damage", "bad"),
}  # fmt: skip


class BottomBar(QHBoxLayout):
    """Below a dialog: a sentence that takes the room there is, `widgets`, Cancel, and the button that does it."""

    def __init__(
        self,
        dialog: QDialog,
        text: str,
        picture: str,
        act: Callable[[], None],
        widgets: Sequence[QWidget] = (),
        sentence: QLabel | None = None,
    ) -> None:
        """`text` and `picture` are of the button, which Enter presses too. Cancel rejects the dialog."""
        super().__init__()
        if sentence is None:
            sentence = label("", "dim", SECONDARY, wrap=True)
            sentence.setMinimumWidth(120)
        self.sentence = sentence
        self.cancel = Button("Cancel")
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(dialog.reject)
        self.run = Button(text, picture, primary=True)
        self.run.setDefault(True)
        self.run.clicked.connect(act)
        self.setContentsMargins(20, 10, 20, 10)
        self.setSpacing(8)
        self.addWidget(sentence, 1)
        for widget in (*widgets, self.cancel, self.run):
            self.addWidget(widget)


def fill_dialog(dialog: QDialog, middle: QLayout, bottom: QLayout, head: QLayout | None = None) -> None:
    """From edge to edge, one below the other with lines between them; `middle` takes the height there is."""
    whole = QVBoxLayout(dialog)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.setSpacing(0)
    if head is not None:
        whole.addLayout(head)
        whole.addWidget(line())
    whole.addLayout(middle, 1)
    whole.addWidget(line())
    whole.addLayout(bottom)


def resize_on_screen(dialog: QDialog, wanted: QSize) -> None:
    """As large as wanted, as far as the screen goes."""
    dialog.resize(wanted.boundedTo(dialog.screen().availableSize() * 0.94))


def form_column(parts: Sequence[QWidget], spacing: int = 14, lines: bool = False) -> "FormArea":
    """Sections below each other in an area that scrolls, with `lines` between them."""
    form = QWidget()
    column = QVBoxLayout(form)
    column.setContentsMargins(20, 12, 20, 12)
    column.setSpacing(spacing)
    for place, part in enumerate(parts):
        if place and lines:
            column.addWidget(line())
        column.addWidget(part)
    column.addStretch(1)
    return FormArea(form)


class Section(QWidget):
    """A title with a dim line beside it, above rows of a caption and a field; `lines` stand below the rows."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(label(title, bold=True))
        self.side = label("", "dim", SECONDARY)
        head.addWidget(self.side, 1)
        column.addLayout(head)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnMinimumWidth(0, CAPTION)
        self._grid.setColumnStretch(1, 1)
        column.addLayout(self._grid)
        self.lines = NoticeLines()
        column.addWidget(self.lines)
        self._rows: list[tuple[QLabel, QWidget]] = []

    def add_row(self, caption: str, field: QWidget, fills: bool = True) -> None:
        """A caption that brings the cursor into the field by Alt and the letter behind "&"."""
        words = label(caption, "dim")
        words.setTextFormat(Qt.TextFormat.AutoText)  # plain text shows the & of a mnemonic
        words.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        target = field.focusProxy() or field
        words.setBuddy(target)
        for named in (field, target):
            if not named.accessibleName():
                named.setAccessibleName(caption.replace("&", ""))
        place = len(self._rows)
        self._grid.addWidget(words, place, 0)
        if fills:
            self._grid.addWidget(field, place, 1)
        else:
            self._grid.addWidget(field, place, 1, Qt.AlignmentFlag.AlignLeft)
        self._rows.append((words, field))

    def add_wide(self, field: QWidget) -> None:
        """A field that says itself what it is, over the whole width."""
        self._grid.addWidget(field, len(self._rows), 0, 1, 2)
        self._rows.append((QLabel(), field))

    def set_caption(self, field: QWidget, caption: str) -> None:
        for words, widget in self._rows:
            if widget is field:
                words.setText(caption)

    def show_row(self, field: QWidget, visible: bool) -> None:
        """Shows or hides a row by its field."""
        for words, widget in self._rows:
            if widget is field:
                words.setVisible(visible and bool(words.text()))
                widget.setVisible(visible)


class FormArea(QScrollArea):
    """A form that scrolls up and down; it is as wide as its fields like, and never narrower than they can be."""

    _WIDTH = 436

    def __init__(self, form: QWidget) -> None:
        super().__init__()
        self._form = form
        self.setWidget(form)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._guard()

    def _guard(self) -> None:
        """Turning the wheel over a field scrolls the form; it changes the field only once that has the focus."""
        for field in (*self.findChildren(QComboBox), *self.findChildren(QSpinBox)):
            field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        return QSize(max(self._WIDTH, self.minimumSizeHint().width()), 600)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._form.minimumSizeHint().width() + 12, 160)


class NoticeLines(QWidget):
    """One line a notice: an icon that says how much it matters, and the sentence."""

    def __init__(self, least: int = 80) -> None:
        """`least`: the pixels that a sentence's width never goes below."""
        super().__init__()
        self._least = least
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._shown: tuple[Notice, ...] = ()
        self._pictures: list[QLabel] = []
        theme_signals().changed.connect(self._draw)
        self.hide()

    @property
    def notices(self) -> tuple[Notice, ...]:
        return self._shown

    def show_notices(self, notices: Sequence[Notice]) -> None:
        if tuple(notices) == self._shown:
            return
        self._shown = tuple(notices)
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._pictures = []
        for notice in self._shown:
            self._column.addWidget(self._line(notice))
        self._draw()
        self.setVisible(bool(self._shown))

    def _line(self, notice: Notice) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        picture = QLabel()
        picture.setFixedSize(16, 18)
        self._pictures.append(picture)
        words = label(notice.text, "bad" if notice.level is Level.DAMAGE else "text", SECONDARY, wrap=True)
        words.setMinimumWidth(self._least)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(words, 1)
        made.setAccessibleName(notice.text)
        return made

    def _draw(self) -> None:
        for picture, notice in zip(self._pictures, self._shown, strict=True):
            name, role = _ICONS[notice.level]
            picture.setPixmap(icon(name, role).pixmap(QSize(16, 16)))
