"""Between models, tabs and panels: nothing of one model reaches another, and everything stands where it was left."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel
from pytestqt.qtbot import QtBot

from inspector.analysis.measurements import Measurements
from inspector.gui.main_window import MainWindow
from inspector.gui.tabs import TAB_IDS
from inspector.model import Tensor
from tests.gui.fakes import open_in, small_model
from tests.gui.windows import new_window


def test_a_selection_never_reaches_the_tabs_of_another_model(
    window: MainWindow, sample_tflite: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    strangers: list[str] = []
    measure = Measurements.statistics

    def watched(self: Measurements, tensor: Tensor, *rest: Any) -> Any:
        if all(tensor.owner is not subgraph for subgraph in self.model.subgraphs):
            strangers.append(tensor.name)
        return measure(self, tensor, *rest)

    monkeypatch.setattr(Measurements, "statistics", watched)
    open_in(window.session, small_model())
    for tab in TAB_IDS:
        window.tabs.show_tab(tab)
        qtbot.wait(10)
    window.tabs.show_tab("show")
    opened = window.session.open(sample_tflite)
    assert opened is not None
    for tensor in [tensor for tensor in opened.model.tensors() if tensor.role == "weights"]:
        window.session.select(tensors=[tensor])
        qtbot.wait(30)
    assert strangers == []


@pytest.mark.parametrize("height", [300, 420, 540, 800])
def test_the_table_of_another_format_gets_columns_of_its_own(
    window: MainWindow, sample_tflite: Path, sample_h5: Path, qtbot: QtBot, height: int
) -> None:
    window.resize(1440, height)  # a scroll bar comes or goes with the other model
    window.session.open(sample_h5)
    window.tabs.show_tab("tensors")
    panel = window.tabs.panel
    assert panel is not None
    for path in (sample_tflite, sample_h5, sample_tflite):
        qtbot.wait(20)
        view = panel.findChild(QAbstractItemView)
        assert isinstance(view, QAbstractItemView)
        view.setCurrentIndex(view.model().index(3, 0))
        window.session.open(path)
        assert view.model().rowCount() > 0


def test_going_back_to_a_model_shows_it_in_every_tab(
    window: MainWindow, sample_tflite: Path, sample_h5: Path, qtbot: QtBot
) -> None:
    first, second = window.session.open_all([sample_tflite, sample_h5])
    for opened in (first, second, first):
        window.session.set_current(opened)
        for tab in ("tensors", "operators"):
            window.tabs.show_tab(tab)
            qtbot.wait(5)
            panel = window.tabs.panel
            assert panel is not None
            assert panel.findChild(QAbstractItemView).model().rowCount() > 0


def test_side_panels_keep_the_width_they_were_given(window: MainWindow, sample_tflite: Path, qtbot: QtBot) -> None:
    window.resize(1400, 800)
    window.session.open(sample_tflite)
    window.tabs.show_tab("tensors")
    docks = [window.sides.models, window.sides.details]
    qtbot.waitUntil(lambda: [dock.width() for dock in docks] == [256, 304])
    window.resizeDocks(docks, [320, 380], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: [dock.width() for dock in docks] == [320, 380])
    window.close()
    again = new_window(qtbot)
    again.resize(1400, 800)
    again.session.open(sample_tflite)
    qtbot.waitUntil(lambda: [again.sides.models.width(), again.sides.details.width()] == [320, 380])


def test_details_stand_beside_tables_and_not_beside_the_overview(
    window: MainWindow, sample_tflite: Path, qtbot: QtBot
) -> None:
    window.session.open(sample_tflite)
    seen = {}
    for tab in TAB_IDS:
        window.tabs.show_tab(tab)
        seen[tab] = window.sides.details.isVisible()
    assert seen == {"show": False, "tensors": True, "operators": True, "weights": False, "values": False,
                    "compare": False, "debug": False, "results": False, "run": False}  # fmt: skip
    window.tabs.show_tab("show")
    window.actions_by_id["panel-details"].trigger()
    window.tabs.show_tab("tensors")
    window.tabs.show_tab("show")
    assert window.sides.details.isVisible(), "what the user decided for a tab stays"


def test_arrow_keys_work_in_the_table_at_once(window: MainWindow, sample_tflite: Path, qtbot: QtBot) -> None:
    window.activateWindow()
    window.session.open(sample_tflite)
    window.actions_by_id["tensors"].trigger()
    focused = QApplication.focusWidget()
    assert isinstance(focused, QAbstractItemView)
    for _ in range(3):
        qtbot.keyClick(focused, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: bool(window.session.selection.tensors))


def test_text_that_is_marked_is_what_is_copied(window: MainWindow, sample_tflite: Path, qtbot: QtBot) -> None:
    window.activateWindow()
    window.session.open(sample_tflite)
    window.tabs.show_tab("show")
    panel = window.tabs.panel
    assert panel is not None
    qtbot.waitUntil(lambda: any(found.text() == "62,218" for found in panel.findChildren(QLabel)))
    figure = next(found for found in panel.findChildren(QLabel) if found.text() == "62,218")
    qtbot.mouseDClick(figure, Qt.MouseButton.LeftButton, pos=QPoint(4, figure.height() // 2))
    assert figure.selectedText()
    QApplication.clipboard().setText("before")
    window.actions_by_id["copy"].trigger()
    assert QApplication.clipboard().text() == figure.selectedText() != "before"


def test_a_file_dropped_on_a_filter_is_for_the_window(window: MainWindow, sample_tflite: Path) -> None:
    window.session.open(sample_tflite)
    window.actions_by_id["find"].trigger()
    assert window.tabs.current == "tensors"
    from inspector.gui.widgets import SearchField

    assert not any(field.acceptDrops() for field in window.findChildren(SearchField))
