"""The Overview: the answer above the tables that prove it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from inspector.analysis.overview import overview_of
from inspector.errors import FileChangedError
from inspector.gui import background
from inspector.gui.chips import Chip
from inspector.gui.panels import overview
from inspector.gui.panels.overview import OverviewPanel
from inspector.gui.panels.overview_layout import FigureRow, SideBySide
from inspector.gui.panels.overview_parts import BytesBar, FindingRow
from inspector.gui.session import Session
from inspector.gui.theme import apply_theme
from inspector.model import Finding, Level
from tests.gui.fakes import open_in, small_model


@pytest.fixture
def session(qapp: QApplication) -> Session:
    apply_theme(qapp, "light")
    return Session()


def shown(session: Session, path: Path, qtbot: QtBot, width: int = 1200) -> OverviewPanel:
    opened = session.open(path)
    assert opened is not None
    panel = OverviewPanel(session)
    qtbot.addWidget(panel)
    panel.resize(width, 900)
    panel.show()
    panel.set_model(opened)
    qtbot.waitUntil(lambda: bool(panel.findChildren(BytesBar)))
    return panel


def texts(panel: QWidget) -> list[str]:
    return [found.text() for found in panel.findChildren(QLabel)] + [found.text for found in panel.findChildren(Chip)]


def test_it_says_what_the_analysis_found(session: Session, sample_tflite: Path, qtbot: QtBot) -> None:
    panel = shown(session, sample_tflite, qtbot)
    found = overview_of(session.models[0].model)
    said = texts(panel)
    assert sample_tflite.name in said and found.scheme.title in said and found.scheme.sentence in said
    for chip in found.scheme.chips:
        assert chip.text in said
    assert len(found.figures) == 6
    for figure in found.figures:
        assert figure.title in said and figure.value in said
    for part in found.sizes.by_type:
        assert part.name in said and f"{part.bytes:,} B" in said
    for finding in found.findings:
        assert finding.title in said


def test_the_parts_of_the_bar_sum_to_the_file(session: Session, sample_tflite: Path, qtbot: QtBot) -> None:
    panel = shown(session, sample_tflite, qtbot)
    bar = panel.findChildren(BytesBar)[0]
    assert sum(part.bytes for part in bar._parts) == sample_tflite.stat().st_size
    assert sum(part.share for part in bar._parts) == pytest.approx(1)
    assert "Structure" in bar.accessibleDescription() and "%" in bar.toolTip()


def test_the_compressed_size_comes_when_it_is_known(session: Session, sample_tflite: Path, qtbot: QtBot) -> None:
    panel = shown(session, sample_tflite, qtbot)
    qtbot.waitUntil(lambda: any("compressed" in text for text in texts(panel)))


def test_inputs_and_outputs_carry_shape_type_and_scale(session: Session, sample_tflite: Path, qtbot: QtBot) -> None:
    model_inputs = session.open(sample_tflite)
    assert model_inputs is not None
    said = texts(shown(session, sample_tflite, qtbot))
    for tensor in (*model_inputs.model.inputs(), *model_inputs.model.outputs()):
        assert tensor.name in said and f"T#{tensor.index}" in said
    assert "not quantized: feed and read real values" in said and "none" in said


def test_a_keras_file_has_layers_and_what_it_was_trained_with(session: Session, sample_h5: Path, qtbot: QtBot) -> None:
    said = texts(shown(session, sample_h5, qtbot))
    assert "Layers" in said and "Operators" not in said and "Keras version" in said


def test_cards_stand_below_each_other_in_a_narrow_window(session: Session, sample_tflite: Path, qtbot: QtBot) -> None:
    panel = shown(session, sample_tflite, qtbot)
    pairs = panel.findChildren(SideBySide)
    assert all(pair.layout().itemAt(0).widget().y() == pair.layout().itemAt(1).widget().y() for pair in pairs)
    panel.resize(700, 900)
    qtbot.waitUntil(
        lambda: all(pair.layout().itemAt(0).widget().y() < pair.layout().itemAt(1).widget().y() for pair in pairs)
    )
    figures = panel.findChildren(FigureRow)[0]._figures
    assert figures[0].y() < figures[3].y(), "six figures in two rows"
    qtbot.waitUntil(lambda: panel.horizontalScrollBar().maximum() == 0)


def test_a_finding_shows_its_rows(session: Session, qtbot: QtBot) -> None:
    opened = open_in(session, small_model())
    panel = OverviewPanel(session)
    qtbot.addWidget(panel)
    panel._open = opened
    asked: list[str] = []
    session.rows_asked.connect(asked.append)
    damaged = Finding(Level.DAMAGE, "buffer", "A buffer is damaged", "", ((0, 7), (0, 99), (5, 1)))
    row = FindingRow(damaged, lambda: panel._select(damaged))
    qtbot.addWidget(row)
    row.show()
    qtbot.mouseClick(row.findChildren(QPushButton)[0], Qt.MouseButton.LeftButton)
    assert asked == ["tensors"]
    assert [tensor.index for tensor in session.selection.tensors] == [7], "rows that are not there are left out"
    assert row.accessibleName().startswith("damage: A buffer is damaged")


def test_a_finding_about_no_rows_has_no_link(session: Session, qtbot: QtBot) -> None:
    row = FindingRow(Finding(Level.GOOD, "good", "Nothing is damaged"), lambda: None)
    qtbot.addWidget(row)
    assert row.findChildren(QPushButton) == []


def test_show_all_leads_to_the_operators(session: Session, sample_tflite: Path, qtbot: QtBot) -> None:
    panel = shown(session, sample_tflite, qtbot)
    show_all = next(button for button in panel.findChildren(QPushButton) if button.text() == "Show all")
    with qtbot.waitSignal(session.rows_asked) as asked:
        qtbot.mouseClick(show_all, Qt.MouseButton.LeftButton)
    assert asked.args == ["operators"]


def test_the_c_array_is_one_click_away(session: Session, sample_tflite: Path, qtbot: QtBot) -> None:
    panel = shown(session, sample_tflite, qtbot)
    export = next(button for button in panel.findChildren(QPushButton) if button.text() == "Export C Array...")
    with qtbot.waitSignal(session.action_asked) as asked:
        qtbot.mouseClick(export, Qt.MouseButton.LeftButton)
    assert asked.args == ["export-c"]


def test_a_small_file_that_changed_is_shown_as_it_was_read(
    session: Session, sample_tflite: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "m.tflite"
    path.write_bytes(sample_tflite.read_bytes())
    opened = session.open(path)
    path.write_bytes(b"something else")
    panel = OverviewPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    panel.set_model(opened)
    qtbot.waitUntil(lambda: "Nothing is damaged" in texts(panel))
    qtbot.waitUntil(lambda: not background._running)
    assert "252,112 B" in " ".join(texts(panel)) and not any("compressed" in text for text in texts(panel))


def test_values_that_can_not_be_read_any_more_are_a_sentence(
    session: Session, sample_tflite: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_arguments: object) -> None:
        raise FileChangedError("m.tflite is no longer there.")

    monkeypatch.setattr(overview, "overview_of", gone)
    panel = OverviewPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    panel.set_model(session.open(sample_tflite))
    qtbot.waitUntil(lambda: "m.tflite is no longer there." in texts(panel))


def test_a_closed_model_leaves_an_empty_page(session: Session, sample_tflite: Path, qtbot: QtBot) -> None:
    panel = shown(session, sample_tflite, qtbot)
    panel.set_model(None)
    qtbot.waitUntil(lambda: texts(panel) == [])
