"""Names with HTML, control characters and reversed text stand in the window letter by letter."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from inspector.gui.main_window import MainWindow
from inspector.gui.tabs import TAB_IDS
from inspector.gui.tooltips import plain_tip
from tests.hostile.evil_models import HTML, write_evil_h5, write_evil_keras, write_evil_tflite

_ROLES = (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.WhatsThisRole)
_ACTING = set(map(chr, (*range(9), *range(11, 32), *range(127, 160), 0x202E, 0x2066)))


@pytest.mark.parametrize(
    ("name", "write"),
    [("evil.tflite", write_evil_tflite), ("evil.h5", write_evil_h5), ("evil.keras", write_evil_keras)],
)
def test_no_name_is_taken_for_html(
    name: str, write: Callable[[Path], Path], window: MainWindow, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    folder = tmp_path / "<b>folder<b>"
    folder.mkdir()
    opened = window.session.open(write(folder / name))
    assert opened is not None
    for tab in TAB_IDS:
        window.tabs.show_tab(tab)
        qapp.processEvents()
        tensor = next((tensor for tensor in opened.model.tensors() if tensor.has_data), None)
        window.session.select(tensors=[tensor] if tensor is not None else [])
        qapp.processEvents()
        window.session.select(operators=[list(opened.model.operators())[2]])
        qapp.processEvents()
        wrong = [each for widget in QApplication.allWidgets() for each in _wrong(widget)]
        assert not wrong, f"{tab}: {wrong}"
        assert not window.grab().isNull()


def _wrong(widget: QWidget) -> Iterator[str]:
    """Texts of a widget that Qt would take for HTML, or that act on the screen."""
    what = f"{type(widget).__name__} {widget.accessibleName()[:20]!r}"
    texts = [widget.toolTip(), widget.whatsThis(), widget.statusTip(), *(each.toolTip() for each in widget.actions())]
    yield from (f"tip of {what}: {text!r}" for text in texts if _acts(text))
    if isinstance(widget, QLabel):
        rich = widget.textFormat() == Qt.TextFormat.RichText or (
            widget.textFormat() == Qt.TextFormat.AutoText and Qt.mightBeRichText(widget.text())
        )
        if (rich and _has_html(widget.text())) or set(widget.text()) & _ACTING:
            yield f"text of {what}: {widget.text()!r}"
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        for index in _indices(widget.model()):
            for role in _ROLES:
                if _acts(text := str(index.data(role) or "")):
                    yield f"tip in {what} {index.row()} {index.column()}: {text!r}"
            if set(text := str(index.data() or "")) & _ACTING:
                yield f"cell of {what} {index.row()} {index.column()}: {text!r}"


def _acts(tip: str) -> bool:
    return bool(set(tip) & _ACTING) or (Qt.mightBeRichText(tip) and _has_html(tip))


def _has_html(text: str) -> bool:
    return "<img" in text or "<b>" in text


def _indices(model: QAbstractItemModel, parent: QModelIndex | None = None) -> Iterator[QModelIndex]:
    parent = parent or QModelIndex()
    for row in range(min(model.rowCount(parent), 30)):
        for column in range(min(model.columnCount(parent), 40)):
            yield model.index(row, column, parent)
        yield from _indices(model, model.index(row, 0, parent))


def test_the_check_sees_a_name_that_would_be_html() -> None:
    assert _acts(HTML) and not _acts(plain_tip(HTML))


def test_a_tooltip_shows_the_letters() -> None:
    assert plain_tip("conv/kernel;a < b") == "conv/kernel;a < b"
    assert plain_tip("<b>x</b>\ny") == "<p style='white-space:pre-wrap'>&lt;b&gt;x&lt;/b&gt;<br>y</p>"
    assert len(plain_tip("x" * 1_000_000)) < 3000
