"""The Tensors panel as a user sees it: groups, filter, selection, zero fractions, copying, saving."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from inspector.gui.panels.tensors import TensorsPanel
from inspector.gui.session import OpenModel, Session
from inspector.gui.tables.find_target import find_target
from inspector.gui.tables.tensor_list import TensorList
from tests.gui.fakes import open_in, small_model


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> TensorsPanel:
    made = TensorsPanel(session)
    qtbot.addWidget(made)
    made.resize(1300, 600)
    made.tester = QAbstractItemModelTester(made.table.records, QAbstractItemModelTester.FailureReportingMode.Warning)
    made.show()
    return made


def show(panel: TensorsPanel, session: Session, **options: object) -> OpenModel:
    opened = open_in(session, small_model(**options))
    panel.set_model(opened)
    return opened


def texts(panel: TensorsPanel, key: str) -> list[str]:
    records = panel.table.records
    place = [column.key for column in records.columns].index(key)
    return [records.index(row, place).data() for row in range(records.rowCount())]


def choose(panel: TensorsPanel, view: str) -> None:
    panel.views.button(view).click()


def test_types_group_with_counts_and_bytes_each_buffer_once(panel: TensorsPanel, session: Session) -> None:
    show(panel, session)
    assert texts(panel, "index") == [
        "INT8", "T#1", "T#6", "T#7", "INT32", "T#4", "FLOAT32", "T#2", "T#0", "T#3", "T#5", "All",
    ]  # fmt: skip
    assert texts(panel, "name")[0] == "3 tensors"
    assert texts(panel, "bytes")[0] == "172 B"  # 72 shared by two, and 100
    assert texts(panel, "bytes")[-1] == "196 B"
    assert panel.table.records.summary(0).note == "87.8 %"


def test_kinds_group_weights_first(panel: TensorsPanel, session: Session) -> None:
    show(panel, session)
    choose(panel, "kind")
    records = panel.table.records
    titles = [summary.title for row in range(records.rowCount()) if (summary := records.summary(row))]
    assert titles == ["weights", "bias", "shape", "constant", "input", "output", "activation", "All"]
    assert records.headerData(0, Qt.Orientation.Horizontal) == "Kind, T#"


def test_flat_has_the_files_order_and_a_type_column(panel: TensorsPanel, session: Session) -> None:
    show(panel, session)
    choose(panel, "flat")
    assert texts(panel, "index")[:3] == ["T#0", "T#1", "T#2"]
    assert "type" in panel.table.layout_of_columns.visible_keys()
    choose(panel, "type")
    assert "type" not in panel.table.layout_of_columns.visible_keys()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("BIAS", [1, 2]),  # a fused name, a name and its kind
        ("int8", [1, 6, 7]),
        ("[4, 3, 3", [1, 6]),
        ("reshape", [3, 4]),
        ("#0", [0, 1, 2]),
        ("t#3", [3]),
        ("weights copy", []),
        ("int8 copy", [6]),
    ],
)
def test_the_filter_finds_by_name_type_shape_kind_and_operator(
    panel: TensorsPanel, session: Session, words: str, found: list[int]
) -> None:
    show(panel, session)
    choose(panel, "flat")
    panel.filtered.search.setText(words)
    panel.filtered.apply_filter()
    assert [tensor.index for tensor in panel.table.records.shown_records()] == found


def test_typing_filters_after_a_pause_and_counts(panel: TensorsPanel, session: Session, qtbot: QtBot) -> None:
    show(panel, session)
    assert panel.filtered.count_label.text() == "8 tensors"
    qtbot.keyClicks(panel.filtered.search, "int8")
    qtbot.waitUntil(lambda: panel.filtered.count_label.text() == "3 of 8 tensors")


def test_a_filter_without_a_hit_says_so_and_esc_clears_it(panel: TensorsPanel, session: Session, qtbot: QtBot) -> None:
    show(panel, session)
    panel.filtered.search.setText("conv9")
    panel.filtered.apply_filter()
    assert not panel.table.isVisible()
    assert panel.filtered._empty.sentence.text() == 'No tensor matches "conv9".'
    assert panel.filtered._empty.button.text() == "Clear the filter (Esc)"
    qtbot.keyClick(panel.filtered.search, Qt.Key.Key_Escape)
    assert panel.table.isVisible()
    assert panel.filtered.count_label.text() == "8 tensors"


def test_selecting_a_row_selects_in_the_session(panel: TensorsPanel, session: Session, qtbot: QtBot) -> None:
    opened = show(panel, session)
    with qtbot.waitSignal(session.selection_changed):
        panel.table.selectRow(1)
    assert session.selection.tensors == (opened.model.subgraphs[0].tensors[1],)


def test_selecting_elsewhere_selects_and_scrolls_here(panel: TensorsPanel, session: Session) -> None:
    opened = show(panel, session)
    panel.resize(900, 160)
    last = opened.model.subgraphs[0].tensors[5]
    session.select(tensors=[last])
    row = panel.table.records.row_of(last)
    assert panel.table.selected_records() == [last]
    assert panel.table.viewport().rect().contains(panel.table.visualRect(panel.table.records.index(row, 0)).center())


def test_zero_fractions_come_by_themselves(panel: TensorsPanel, session: Session, qtbot: QtBot) -> None:
    opened = show(panel, session)
    qtbot.waitUntil(lambda: (0, 2) in opened.measurements.zero_fractions and not panel.zero_fractions.busy)
    row = panel.table.records.row_of(opened.model.subgraphs[0].tensors[2])
    place = [column.key for column in panel.table.records.columns].index("zero_fraction")
    assert panel.table.records.index(row, place).data() == "50.0 %"
    tip = panel.table.records.index(row, place).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "2 of 4 elements"


def test_first_values_come_and_an_unreadable_tensor_says_so(
    panel: TensorsPanel, session: Session, qtbot: QtBot
) -> None:
    show(panel, session)
    assert "preview" in panel.table.layout_of_columns.visible_keys()
    qtbot.waitUntil(lambda: "0, 0.5, -0.25, 0" in texts(panel, "preview"))
    assert "unreadable" in texts(panel, "preview")
    assert "1, 256" in texts(panel, "preview")


def test_who_shares_a_buffer_stands_beside_it(panel: TensorsPanel, session: Session) -> None:
    opened = show(panel, session)
    choose(panel, "flat")
    assert texts(panel, "buffer")[:3] == ["", "2, with T#6", "3"]
    tensors = TensorList(opened.model)
    assert [tensor.index for tensor in tensors.sharing(tensors[6])] == [1]


def test_subgraphs_show_only_when_there_are_several(panel: TensorsPanel, session: Session) -> None:
    show(panel, session)
    assert not panel.views.button("subgraph").isVisible()
    assert "subgraph" not in panel.table.layout_of_columns.visible_keys()
    show(panel, session, subgraphs=2)
    assert panel.views.button("subgraph").isVisible()
    assert "subgraph" in panel.table.layout_of_columns.visible_keys()
    choose(panel, "subgraph")
    assert texts(panel, "index")[9:11] == ["1 graph1", "T#1_0"]


def test_an_optimizers_state_is_hidden_until_asked_for(panel: TensorsPanel, session: Session) -> None:
    show(panel, session, optimizer=True)
    assert panel.optimizer_box.isVisible()
    assert "adam/m" not in texts(panel, "name")
    panel.optimizer_box.click()
    assert "adam/m" in texts(panel, "name")
    assert panel.filtered.count_label.text() == "9 tensors"


def test_without_a_model_the_table_is_empty(panel: TensorsPanel, session: Session) -> None:
    show(panel, session)
    panel.set_model(None)
    assert panel.table.records.rowCount() == 0


def test_copying_gives_exact_numbers(panel: TensorsPanel, session: Session) -> None:
    opened = show(panel, session)
    panel.table.select([opened.model.subgraphs[0].tensors[7]])
    header, row = (line.split("\t") for line in panel.table.copied_text().splitlines())
    assert dict(zip(header, row, strict=True))["Quantization"] == "0.5, -3"
    assert dict(zip(header, row, strict=True))["Bytes"] == "100"


def test_saving_writes_what_is_shown(
    panel: TensorsPanel, session: Session, qtbot: QtBot, save_as: Callable[[str], Path]
) -> None:
    show(panel, session)
    panel.filtered.search.setText("int8")
    panel.filtered.apply_filter()
    place = save_as("tensors.csv")
    panel.filtered.save_button.click()
    qtbot.waitUntil(place.exists)
    lines = place.read_text().splitlines()
    assert lines[0].startswith("subgraph,index,name,type,shape")
    assert [line.split(",")[1] for line in lines[1:]] == ["1", "6", "7"]


def test_a_folder_that_may_not_be_written_is_a_sentence(
    panel: TensorsPanel, session: Session, qtbot: QtBot, save_as: Callable[[str], Path]
) -> None:
    show(panel, session)
    save_as("nowhere/tensors.csv")
    with qtbot.waitSignal(session.failed) as told:
        panel.save()
    assert "does not exist" in told.args[0]


def test_go_to_understands_labels_numbers_and_names(session: Session) -> None:
    opened = open_in(session, small_model(subgraphs=2))
    tensors, operators = opened.model.subgraphs[0].tensors, opened.model.subgraphs[0].operators
    assert find_target(opened, "T#4") == tensors[4]
    assert find_target(opened, "t1_3") == opened.model.subgraphs[1].tensors[3]
    assert find_target(opened, "#1") == find_target(opened, " 1 ") == operators[1]
    assert find_target(opened, "conv") == tensors[3]
    assert find_target(opened, "KERNEL_copy") == tensors[6]
    assert find_target(opened, "T#99") is None
    assert find_target(opened, "") is None


def test_the_picture_of_the_design_with_its_numbers(
    panel: TensorsPanel, session: Session, qtbot: QtBot, shared_models: Path
) -> None:
    opened = session.open(shared_models / "fer__emotion_model_quantized.tflite")
    assert opened is not None
    panel.set_model(opened)
    records = panel.table.records
    groups = [
        (summary.chip or summary.title, summary.cells["name"], summary.note, summary.cells["bytes"])
        for row in range(records.rowCount())
        if (summary := records.summary(row))
    ]
    assert groups == [
        ("INT8", "9 tensors", "70.9 %", "50.0 KB"),
        ("INT32", "1 tensor", "0.0 %", "8 B"),
        ("FLOAT32", "68 tensors", "29.1 %", "20.6 KB"),
        ("All", "78 tensors", "", "70.6 KB"),
    ]
    assert texts(panel, "index")[1:4] == ["T#36", "T#37", "T#38"]
    assert texts(panel, "bytes")[2] == "16,384 B"
    assert texts(panel, "quantization")[1:4] == ["7 channels on 0", "128 channels on 0", "128 channels on 3"]
    assert texts(panel, "used_by")[17] == "#5 DEPTHWISE_CONV_2D +1"
    qtbot.waitUntil(lambda: not panel.zero_fractions.busy and bool(opened.measurements.zero_fractions))
    assert texts(panel, "zero_fraction")[1:4] == ["1.1 %", "0.8 %", "0.3 %"]
