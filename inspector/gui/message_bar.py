"""A strip above the panels that says what went wrong, or offers a step. It never blocks."""

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from inspector.gui.icons import icon
from inspector.gui.theme import theme_signals
from inspector.gui.widgets import Button, IconButton, label

_MOST_WARNINGS = 4


class MessageBar(QFrame):
    """Shows one message at a time; a newer one takes its place. Warnings of one step stand below each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = "info"
        self._on_click: Callable[[], object] | None = None
        self._warnings: list[str] = []
        self._picture = QLabel()
        self.sentence = label(wrap=True)
        self.button = Button("", small=True)
        self.button.clicked.connect(self._clicked)
        self.close_button = IconButton("close", "Hide this message")
        self.close_button.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 8, 4)
        row.setSpacing(12)
        row.addWidget(self._picture)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.button)
        row.addWidget(self.close_button)
        self.setAccessibleName("Message")
        self.hide()
        theme_signals().changed.connect(self._draw_icon)

    def show_message(
        self, sentence: str, button: str = "", on_click: Callable[[], object] | None = None, warning: bool = False
    ) -> None:
        """`sentence`, with a button that does `on_click` and hides the strip."""
        self._icon_name = "warning" if warning else "info"
        self._warnings = [sentence] if warning else []
        self._on_click = on_click
        self.setProperty("bar", self._icon_name)
        self.style().unpolish(self)
        self.style().polish(self)
        self._draw_icon()
        self.sentence.setText(sentence)
        self.setAccessibleDescription(sentence)
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self.show()

    def add_warning(self, sentence: str) -> None:
        """`sentence` below the warnings that are in sight already."""
        warnings = [*([] if self.isHidden() else self._warnings), sentence]
        more = len(warnings) - _MOST_WARNINGS
        lines = warnings[:_MOST_WARNINGS] + ([f"{more:,} more of this kind."] if more > 0 else [])
        self.show_message("\n".join(dict.fromkeys(lines)), warning=True)
        self._warnings = warnings

    def _draw_icon(self) -> None:
        role = "warning" if self._icon_name == "warning" else "accent"
        self._picture.setPixmap(icon(self._icon_name, role).pixmap(QSize(16, 16)))

    def _clicked(self) -> None:
        self.hide()
        if self._on_click is not None:
            self._on_click()
