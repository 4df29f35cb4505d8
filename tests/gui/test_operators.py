"""The Operators panel as a user sees it: index, options, MACs, groups, filter, Keras layers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from inspector.gui.panels.operators import OperatorsPanel
from inspector.gui.session import Session
from tests.gui.fakes import open_in, small_model


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> OperatorsPanel:
    made = OperatorsPanel(session)
    qtbot.addWidget(made)
    made.resize(1300, 500)
    made.tester = QAbstractItemModelTester(made.table.records, QAbstractItemModelTester.FailureReportingMode.Warning)
    made.show()
    return made


def texts(panel: OperatorsPanel, key: str) -> list[str]:
    records = panel.table.records
    place = [column.key for column in records.columns].index(key)
    return [records.index(row, place).data() for row in range(records.rowCount())]


def test_operators_stand_in_order_with_macs_and_options(panel: OperatorsPanel, session: Session) -> None:
    panel.set_model(open_in(session, small_model()))
    assert texts(panel, "index") == ["#0", "#1", "All"]
    assert texts(panel, "op_name")[:2] == ["CONV_2D", "RESHAPE"]
    assert texts(panel, "inputs")[0] == "T#0, T#1, T#2"
    assert texts(panel, "macs") == ["4,608", "0", "4,608"]  # 64 outputs x 4 channels x 18 weights
    assert texts(panel, "parameters") == ["76", "0", "76"]
    assert texts(panel, "options")[0] == "padding SAME, stride_w 1, stride_h 1"
    assert panel.filtered.count_label.text() == "2 operators"


def test_inputs_are_named_in_the_tooltip(panel: OperatorsPanel, session: Session) -> None:
    panel.set_model(open_in(session, small_model()))
    place = [column.key for column in panel.table.records.columns].index("inputs")
    tip = panel.table.records.index(0, place).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.splitlines()[2] == "T#2 conv/bias FLOAT32 [4]"


@pytest.mark.parametrize(("words", "found"), [("CONV_2D", [0]), ("bias", [0]), ("new_shape", [1]), ("output", [1])])
def test_the_filter_finds_by_name_tensor_and_option(
    panel: OperatorsPanel, session: Session, words: str, found: list[int]
) -> None:
    panel.set_model(open_in(session, small_model()))
    panel.filtered.search.setText(words)
    panel.filtered.apply_filter()
    assert [operator.index for operator in panel.table.records.shown_records()] == found


def test_by_op_name_groups_with_their_share_of_macs(panel: OperatorsPanel, session: Session) -> None:
    panel.set_model(open_in(session, small_model()))
    panel.views.button("kind").click()
    assert texts(panel, "index") == ["CONV_2D", "#0", "RESHAPE", "#1", "All"]
    assert panel.table.records.summary(0).note == "100.0 % of MACs"
    assert "op_name" not in panel.table.layout_of_columns.visible_keys()


def test_several_subgraphs_stand_apart(panel: OperatorsPanel, session: Session) -> None:
    panel.set_model(open_in(session, small_model(subgraphs=2)))
    assert texts(panel, "index") == ["0 graph0", "#0", "#1", "1 graph1", "#1_0", "#1_1", "All"]
    assert texts(panel, "inputs")[4] == "T#1_0, T#1_1, T#1_2"


def test_selecting_goes_both_ways(panel: OperatorsPanel, session: Session, qtbot: QtBot) -> None:
    opened = open_in(session, small_model())
    panel.set_model(opened)
    with qtbot.waitSignal(session.selection_changed):
        panel.table.selectRow(1)
    assert session.selection.operators == (opened.model.subgraphs[0].operators[1],)
    session.select(operators=[opened.model.subgraphs[0].operators[0]])
    assert [operator.index for operator in panel.table.selected_records()] == [0]
    session.select(tensors=[opened.model.subgraphs[0].tensors[0]])
    assert panel.table.selected_records() == []


def test_saving_writes_the_command_lines_columns(
    panel: OperatorsPanel, session: Session, qtbot: QtBot, save_as: Callable[[str], Path]
) -> None:
    panel.set_model(open_in(session, small_model()))
    place = save_as("operators.csv")
    panel.save()
    qtbot.waitUntil(place.exists)
    assert place.read_text().splitlines()[0] == "subgraph,index,op_name,inputs,outputs,output_shape,options"


def test_keras_layers_have_names_classes_and_parameters(
    panel: OperatorsPanel, session: Session, sample_h5: Path
) -> None:
    panel.set_model(session.open(sample_h5))
    assert panel.filtered.count_label.text().endswith("layers")
    assert "parameters" in panel.table.layout_of_columns.visible_keys()
    assert "Conv2D" in texts(panel, "op_name")
    assert panel.views.button("kind").text() == "By class"
