"""Help: what each panel shows, and the glossary, in a window that stays beside the work."""

from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QTextBrowser, QWidget

from inspector.gui.dialogs.form_parts import resize_on_screen
from inspector.gui.theme import current_palette, theme_signals
from inspector.model.glossary import GLOSSARY
from inspector.resources import resource_path

GLOSSARY_TITLE = "Glossary"
_SIZE = QSize(880, 620)


def panel_sections() -> dict[str, str]:
    """Title of a tab -> its Markdown, in the order of the tabs. Raises OSError where the program is not whole."""
    text = resource_path("help/panels.md").read_text(encoding="utf-8")
    parts = [part.partition("\n") for part in text.split("## ") if part]
    return {title.strip(): body.strip() for title, _, body in parts}


class HelpWindow(QDialog):
    """Sections at the left, the chosen one at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Help")
        self._sections = panel_sections()
        self.list = QListWidget()
        self.list.setAccessibleName("Sections")
        self.list.addItems([*self._sections, GLOSSARY_TITLE])
        self.list.setFixedWidth(160)
        self.list.setSpacing(4)
        self.text = QTextBrowser()
        self.text.setAccessibleName("Text")
        self.text.document().setDocumentMargin(20)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(self.text, 1)
        self.list.currentTextChanged.connect(self._show)
        theme_signals().changed.connect(self._show_again)
        resize_on_screen(self, _SIZE)

    def show_section(self, title: str) -> None:
        """Brings a section into sight; the first where there is none of that title."""
        found = self.list.findItems(title, Qt.MatchFlag.MatchExactly)
        self.list.setCurrentItem(found[0] if found else self.list.item(0))
        self.show()
        self.raise_()
        self.activateWindow()

    def _show_again(self) -> None:
        """In the colours of another theme."""
        if self.list.currentItem() is not None:
            self._show(self.list.currentItem().text())

    def _show(self, title: str) -> None:
        self.text.setHtml(_glossary() if title == GLOSSARY_TITLE else _page(title, self._sections[title]))


def _page(title: str, markdown: str) -> str:
    document = QTextDocument()
    document.setMarkdown(f"## {title}\n\n{markdown}")
    return document.toHtml()


def _glossary() -> str:
    dim = current_palette().dim
    rows = "".join(
        f"<tr><td width='34%'><b>{escape(term.word)}</b></td><td>{escape(term.meaning)}"
        + (f"<br><code style='color:{dim}'>{escape(term.formula)}</code>" if term.formula else "")
        + "</td></tr>"
        for term in GLOSSARY
    )
    return f"<h2>{GLOSSARY_TITLE}</h2><table cellpadding='5' width='100%'>{rows}</table>"
