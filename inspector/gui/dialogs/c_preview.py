"""Head and tail of each file of a C export, in simple colours, with a button that copies the whole file."""

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QSyntaxHighlighter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QHBoxLayout, QTextEdit, QVBoxLayout, QWidget

from inspector.export.c_array import Preview
from inspector.export.c_names import KEYWORDS
from inspector.gui.theme import MONO, SECONDARY, current_palette, mono_font, theme_signals, ui_font
from inspector.gui.tooltips import plain_tip
from inspector.gui.widgets import ElidedLabel, IconButton, SegmentedGroup

MOST_COPIED = 16 << 20
"""Characters the clipboard is given at most."""

_PARTS = re.compile(
    r"(?P<comment>//.*|/\*.*?\*/)|(?P<text>\"[^\"]*\")|(?P<directive>^#\w+)|(?P<word>\b[a-z_]\w*\b)", re.ASCII
)
_TYPES = {"size_t"}
_LINE_HEIGHT = 118.0  # percent
_WIDEST_TAB = 180  # pixels


class CHighlighter(QSyntaxHighlighter):
    """Comments dim, keywords in the accent, directives and texts in colours of their own."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        theme_signals().changed.connect(self.rehighlight)

    def highlightBlock(self, text: str) -> None:
        colors = current_palette()
        if text.startswith(("/*", " *")):  # only comments of the plain C style go over several lines
            self._paint(0, len(text), colors.dim)
            return
        shades = {"comment": colors.dim, "text": colors.good, "directive": colors.type_color("INT32")}
        for part in _PARTS.finditer(text):
            kind = part.lastgroup or ""
            if kind != "word":
                self._paint(part.start(), len(part[0]), shades[kind])
            elif part[0] in KEYWORDS or part[0] in _TYPES:
                self._paint(part.start(), len(part[0]), colors.accent)

    def _paint(self, start: int, count: int, color: str) -> None:
        shade = QTextCharFormat()
        shade.setForeground(QColor(color))
        self.setFormat(start, count, shade)


class CPreview(QWidget):
    """One tab a file; the tab that is shown stays when the text changes."""

    def __init__(self, whole_file: Callable[[str], str]) -> None:
        """`whole_file(name)` is the full text of a file, for the clipboard."""
        super().__init__()
        self._whole_file = whole_file
        self._previews: Sequence[Preview] = ()
        self._shown = 0
        self._tabs: SegmentedGroup | None = None
        self.extent = ElidedLabel()
        self.extent.setFont(ui_font(SECONDARY))
        self.extent.setProperty("tone", "dim")
        self.extent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.copy = IconButton("copy", "Copy the whole file")
        self.copy.clicked.connect(self._copy)
        self.code = QTextEdit()
        self.code.setReadOnly(True)
        self.code.setAccessibleName("Preview")
        self.code.setFont(mono_font(MONO))
        self.code.setLineWrapMode(QTextEdit.LineWrapMode.NoWrap)
        self.code.setTabChangesFocus(True)
        self.code.setProperty("ground", "sunken")
        self.code.document().setDocumentMargin(10)
        self.code.setMinimumWidth(320)
        self.highlighter = CHighlighter(self.code.document())
        self._bar = QHBoxLayout()
        self._bar.addWidget(self.extent, 1)
        self._bar.addSpacing(8)
        self._bar.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._bar)
        column.addWidget(self.code, 1)

    def show_previews(self, previews: Sequence[Preview]) -> None:
        names = [preview.name for preview in previews]
        if names != [preview.name for preview in self._previews]:
            self._shown = min(self._shown, len(previews) - 1)
            self._make_tabs(names)
        self._previews = previews
        self._show(self._shown)

    def show_sentence(self, sentence: str) -> None:
        """What to say where there is nothing to preview."""
        self._previews = ()
        self._make_tabs([])
        self.extent.clear()
        self.copy.setEnabled(False)
        self._set_text(sentence)

    def _make_tabs(self, names: list[str]) -> None:
        if self._tabs is not None:
            self._bar.removeWidget(self._tabs)
            self._tabs.hide()  # it is deleted only when the event loop comes round
            self._tabs.deleteLater()
            self._tabs = None
        if names:
            metrics = self.fontMetrics()
            shown = [metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, _WIDEST_TAB) for name in names]
            options = [(str(place), text.replace("&", "&&")) for place, text in enumerate(shown)]
            self._tabs = SegmentedGroup(options, "File", str(self._shown))
            for place, name in enumerate(names):
                self._tabs.button(str(place)).setToolTip(plain_tip(name))
            self._tabs.chosen.connect(lambda place: self._show(int(place)))
            self._bar.insertWidget(0, self._tabs)

    def choose(self, place: int) -> None:
        if self._tabs is not None:
            self._tabs.button(str(place)).click()

    def _show(self, place: int) -> None:
        self._shown = place
        preview = self._previews[place]
        if preview.text != self.code.toPlainText():
            position = self.code.verticalScrollBar().value(), self.code.horizontalScrollBar().value()
            self._set_text(preview.text)
            self.code.verticalScrollBar().setValue(position[0])
            self.code.horizontalScrollBar().setValue(position[1])
        whole = preview.shown == preview.lines
        self.extent.setText("" if whole else f"preview: {preview.shown} of {preview.lines:,} lines of bytes")
        fits = preview.characters <= MOST_COPIED
        self.copy.setEnabled(fits)
        tip = "Copy the whole file" if fits else "The file is too long for the clipboard: export it"
        self.copy.setToolTip(tip)
        self.copy.setAccessibleName(tip)

    def _set_text(self, text: str) -> None:
        self.code.setPlainText(text)
        spacing = QTextBlockFormat()
        spacing.setLineHeight(_LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor = QTextCursor(self.code.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(spacing)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._whole_file(self._previews[self._shown].name))
