"""Tooltips with names from files: shown as they stand, where Qt would take <b> for HTML and load what it names."""

from html import escape

from PySide6.QtGui import Qt

from inspector.printable import printable_lines


def plain_tip(text: str) -> str:
    """`text` so that a tooltip shows it letter by letter; a very long line loses its middle."""
    shown = printable_lines(text)
    if not Qt.mightBeRichText(shown):
        return shown
    return "<p style='white-space:pre-wrap'>" + escape(shown).replace("\n", "<br>") + "</p>"
