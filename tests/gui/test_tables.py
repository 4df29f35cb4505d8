"""The tables of the window: rows, groups, sort, filter, selection, copying, as Qt's own tester and a user see them."""

from dataclasses import dataclass

import numpy as np
import pytest
from PySide6.QtCore import QAbstractItemModel, QEvent, QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QFocusEvent, QGuiApplication, QPixmap
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from inspector.gui.tables.filtered_table import FilteredTable
from inspector.gui.tables.filtering import ChoiceFacet, TextFacet, filter_words, matching
from inspector.gui.tables.grouping import LARGE_GROUP, Grouping, Summary, group_by
from inspector.gui.tables.record_model import RecordModel
from inspector.gui.tables.record_table import RecordTable
from inspector.gui.tables.row_source import RowSource, Tone
from inspector.gui.tables.sorting import sort_order
from inspector.model.columns import Column
from inspector.model.text import plural


@dataclass(frozen=True)
class Part:
    """A record as the tests need it."""

    number: int
    name: str
    type: str
    size: int | None
    share: float | None = None


COLUMNS: tuple[Column[Part], ...] = (
    Column("index", "T#", lambda p: p.number, lambda p: f"T#{p.number}", style="mono"),
    Column("name", "Name", lambda p: p.name, style="mono", tip="What it is called."),
    Column("type", "Type", lambda p: p.type, style="chip"),
    Column("bytes", "Bytes", lambda p: p.size, style="bytes"),
    Column("zero_fraction", "Zero fraction", lambda p: p.share, style="share"),
)
PARTS = [
    Part(0, "input", "FLOAT32", None),
    Part(1, "conv/kernel", "INT8", 16_384, 0.25),
    Part(2, "conv/bias", "INT32", 128, 0.0),
    Part(3, "Dense/kernel;Dense/MatMul;Dense/x", "INT8", 2_048, 1.0),
    Part(4, "output", "FLOAT32", None),
]


def source(parts: list[Part] = PARTS) -> RowSource[Part]:
    return RowSource(parts, COLUMNS)


def by_type(parts: list[Part] = PARTS) -> Grouping:
    def row(name: str, records: np.ndarray) -> Summary:
        size = sum(parts[i].size or 0 for i in records)
        return Summary(chip=name, cells={"name": plural(len(records), "tensor"), "bytes": f"{size:,} B"}, note="1 %")

    return group_by([part.type for part in parts], str, row)


@pytest.fixture
def model(qtbot: QtBot) -> RecordModel:
    made = RecordModel()
    tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Warning)
    made.setProperty("tester", True)
    made.tester = tester  # keeps it alive
    return made


@pytest.fixture
def table(qtbot: QtBot) -> RecordTable:
    made = RecordTable("Parts")
    qtbot.addWidget(made)
    made.resize(800, 300)
    made.tester = QAbstractItemModelTester(made.records, QAbstractItemModelTester.FailureReportingMode.Warning)
    return made


def column_texts(model: QAbstractItemModel, column: int) -> list[str]:
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_sorting_keeps_equal_rows_in_order_and_puts_what_is_missing_last() -> None:
    values = [3, None, 1, float("nan"), 3]
    assert sort_order(values).tolist() == [2, 0, 4, 1, 3]
    assert sort_order(values, descending=True).tolist() == [0, 4, 2, 1, 3]
    texts = ["b", "", "a", "b"]
    assert sort_order(texts, descending=True).tolist() == [0, 3, 2, 1]


def test_shapes_and_mixed_scales_sort() -> None:
    assert sort_order([[3, 1], [], [2, None], [2, 5]]).tolist() == [1, 2, 3, 0]
    assert sort_order([[0.5, 0.1], 0.2, None, 0.1]).tolist() == [3, 1, 0, 2]


def test_every_word_of_a_filter_has_to_match_and_a_shape_is_one_word() -> None:
    assert filter_words("  INT8 [7, 3, 3  conv ") == ["int8", "[7, 3, 3", "conv"]
    names, types = TextFacet(lambda: ["A/b", "c"]), ChoiceFacet(lambda: ["INT8", "INT8"])
    assert matching("b int8", [names, types], 2).tolist() == [True, False]
    assert matching("", [names, types], 2).tolist() == [True, True]
    assert matching("zzz", [names, types], 2).tolist() == [False, False]


def test_a_flat_table_shows_every_record_with_its_texts(model: RecordModel) -> None:
    model.set_source(source())
    assert model.rowCount() == 5
    assert column_texts(model, 0) == ["T#0", "T#1", "T#2", "T#3", "T#4"]
    assert model.index(1, 3).data() == "16.0 KB"
    assert model.index(1, 3).data(Qt.ItemDataRole.ToolTipRole) == "16,384 bytes"
    assert model.index(0, 3).data() == ""
    assert model.headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) == "What it is called."


def test_groups_stand_above_their_rows_and_fold(model: RecordModel) -> None:
    model.set_source(source(), by_type(), lambda records: Summary(title=f"{len(records)} tensors"))
    assert column_texts(model, 0) == ["FLOAT32", "T#0", "T#4", "INT32", "T#2", "INT8", "T#1", "T#3", "5 tensors"]
    assert model.index(5, 3).data() == "18,432 B"
    assert model.folded(0) is False
    assert model.folded(1) is None and model.folded(8) is None
    model.set_folded(0, True)
    assert column_texts(model, 0) == ["FLOAT32", "INT32", "T#2", "INT8", "T#1", "T#3", "5 tensors"]
    model.set_folded(0, False)
    assert model.rowCount() == 9


def test_sorting_stays_within_groups(model: RecordModel) -> None:
    model.set_source(source(), by_type())
    model.sort(3, Qt.SortOrder.AscendingOrder)
    assert column_texts(model, 0) == ["FLOAT32", "T#0", "T#4", "INT32", "T#2", "INT8", "T#3", "T#1"]
    model.sort(-1)
    assert column_texts(model, 0)[-2:] == ["T#1", "T#3"]


def test_a_filter_leaves_out_groups_without_hits(model: RecordModel) -> None:
    model.set_source(source(), by_type())
    model.set_filter("KERNEL int8")
    assert column_texts(model, 0) == ["INT8", "T#1", "T#3"]
    model.set_filter("nothing like it")
    assert model.rowCount() == 0
    model.set_filter("")
    assert model.rowCount() == 8


def test_a_large_group_starts_folded_with_its_subtotal(model: RecordModel) -> None:
    parts = [Part(i, f"t{i}", "INT8", 1) for i in range(LARGE_GROUP + 1)] + [Part(9, "x", "FLOAT32", 1)]
    model.set_source(source(parts), by_type(parts))
    assert column_texts(model, 0) == ["FLOAT32", "T#9", "INT8"]
    assert model.index(2, 3).data() == "5,001 B"
    assert model.folded(2) is True
    model.set_filter("t1234")
    assert model.rowCount() == 2


def test_a_total_stands_below_the_rows_it_sums(model: RecordModel) -> None:
    codes = np.array([1, 0, 1, 0, 1])
    below = Grouping(codes, ("weights", "rest"), lambda c, r: None if c else Summary(cells={"name": f"{len(r)}"}), True)
    model.set_source(source(), below)
    assert column_texts(model, 0) == ["T#1", "T#3", "", "T#0", "T#2", "T#4"]
    assert model.index(2, 1).data() == "2"
    assert not model.flags(model.index(2, 0)) & Qt.ItemFlag.ItemIsSelectable


def test_the_selection_follows_its_record_through_sort_filter_and_groups(table: RecordTable) -> None:
    table.set_source(source())
    table.select([PARTS[3], PARTS[1]])
    assert table.selected_records() == [PARTS[1], PARTS[3]]
    table.set_sort("bytes")
    assert table.selected_records() == [PARTS[3], PARTS[1]]
    table.set_filter("conv")
    assert table.selected_records() == [PARTS[1]]
    table.set_filter("")
    table.set_source(table.records.source, by_type())
    assert table.selected_records() == [PARTS[1]]


def test_selecting_from_outside_unfolds_the_group_and_tells_nobody(table: RecordTable, qtbot: QtBot) -> None:
    table.set_source(source(), by_type())
    table.records.set_folded(5, True)
    with qtbot.assertNotEmitted(table.records_selected, wait=30):
        table.select([PARTS[3]])
    assert table.selected_records() == [PARTS[3]]
    assert table.records.folded(5) is False


def test_selecting_by_hand_tells_once(table: RecordTable, qtbot: QtBot) -> None:
    table.set_source(source())
    with qtbot.waitSignal(table.records_selected) as told:
        table.selectRow(2)
    assert told.args == [[PARTS[2]]]


def test_select_all_leaves_out_the_group_rows(table: RecordTable) -> None:
    table.set_source(source(), by_type())
    table.selectAll()
    assert len(table.selected_records()) == 5


def test_a_click_on_a_group_folds_it_and_keeps_the_selection(table: RecordTable, qtbot: QtBot) -> None:
    table.set_source(source(), by_type())
    table.show()
    table.select([PARTS[1]])
    place = table.visualRect(table.records.index(0, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert table.records.folded(0) is True
    assert table.selected_records() == [PARTS[1]]


def test_left_and_right_fold_by_keyboard(table: RecordTable, qtbot: QtBot) -> None:
    table.set_source(source(), by_type())
    table.selectionModel().setCurrentIndex(table.records.index(0, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
    qtbot.keyClick(table, Qt.Key.Key_Left)
    assert table.records.folded(0) is True
    qtbot.keyClick(table, Qt.Key.Key_Right)
    assert table.records.folded(0) is False


def test_copying_gives_exact_values_under_a_header(table: RecordTable, qtbot: QtBot) -> None:
    table.set_source(source())
    table.select([PARTS[1]])
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines == ["T#\tName\tType\tBytes\tZero fraction", "1\tconv/kernel\tINT8\t16384\t0.25"]


def test_a_third_click_on_a_header_brings_the_files_order_back(table: RecordTable, qtbot: QtBot) -> None:
    table.set_source(source())
    table.show()
    place = QPoint(table.header.sectionViewportPosition(1) + 20, 10)
    orders = []
    for _ in range(3):
        qtbot.mouseClick(table.header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        orders.append([record.number for record in table.records.shown_records()])
    assert orders == [[3, 2, 1, 0, 4], [4, 0, 1, 2, 3], [0, 1, 2, 3, 4]]


def test_numbers_always_fit_their_column(table: RecordTable, qtbot: QtBot) -> None:
    parts = [Part(i, "n" * 200, "FLOAT32", 10 ** (i % 9)) for i in range(2_000)]
    table.set_source(source(parts))
    table.resize(380, 300)
    table.show()
    qtbot.wait(30)
    needed = max(table.delegate.body.width(COLUMNS[3].display(part)) for part in parts) + 16
    assert table.columnWidth(3) >= needed


def test_a_long_name_gives_way_and_short_columns_keep_their_width(table: RecordTable) -> None:
    parts = [Part(0, "n" * 300, "FLOAT32", 5)]
    table.set_source(source(parts))
    table.show()
    assert sum(table.columnWidth(i) for i in range(5)) <= table.viewport().width()
    assert table.columnWidth(1) > 300


def test_an_optional_column_comes_when_there_is_room(table: RecordTable) -> None:
    table.layout_of_columns.optional = ("zero_fraction",)
    table.resize(350, 200)
    table.show()
    table.set_source(source())
    assert "zero_fraction" not in table.layout_of_columns.visible_keys()
    table.resize(1200, 200)
    assert "zero_fraction" in table.layout_of_columns.visible_keys()


def test_the_header_menu_hides_a_column_and_brings_all_back(table: RecordTable) -> None:
    table.set_source(source())
    actions = {action.text(): action for action in table.layout_of_columns.menu().actions()}
    actions["Type"].trigger()
    assert "type" not in table.layout_of_columns.visible_keys()
    actions["Columns as they were"].trigger()
    assert "type" in table.layout_of_columns.visible_keys()


@pytest.mark.parametrize("grouped", [False, True])
def test_every_cell_is_painted(table: RecordTable, grouped: bool) -> None:
    table.set_source(
        RowSource(PARTS, COLUMNS, tone=lambda part: Tone.FAINT if part.size is None else Tone.NORMAL),
        by_type() if grouped else None,
    )
    table.select([PARTS[1]])
    picture: QPixmap = table.grab()
    colors = {picture.toImage().pixelColor(x, y).name() for x in range(0, 800, 2) for y in range(0, 150, 3)}
    assert len(colors) > 20


def test_letters_typed_over_the_table_go_into_the_filter(qtbot: QtBot) -> None:
    filtered = FilteredTable("part", "Filter parts")
    qtbot.addWidget(filtered)
    filtered.set_source(source())
    filtered.show()
    filtered.table.setFocus()
    qtbot.keyClick(filtered.table, "b")
    assert filtered.search.text() == "b"


def test_a_column_filled_meanwhile_is_sorted_again(table: RecordTable) -> None:
    known: dict[int, float] = {}
    columns = (COLUMNS[0], Column("zero_fraction", "Zeros", lambda p: known.get(p.number), style="share"))
    table.set_source(RowSource(PARTS, columns))
    table.set_sort("zero_fraction", descending=True)
    known |= {3: 0.5, 1: 0.9}
    table.records.column_changed("zero_fraction", sort_again=True)
    assert [part.number for part in table.records.shown_records()] == [1, 3, 0, 2, 4]


def test_the_count_of_a_group_is_never_shortened(table: RecordTable) -> None:
    parts = [Part(i, "n", "FLOAT32", 5) for i in range(12_345)]
    table.resize(300, 200)
    table.set_source(source(parts), by_type(parts))
    table.show()
    assert table.records.summary(0).cells["name"] == "12,345 tensors"
    assert table.columnWidth(1) >= table.delegate.body_bold.width("12,345 tensors") + 16


def test_an_opened_table_marks_no_group_until_somebody_moves(qtbot: QtBot) -> None:
    table = RecordTable("Parts")
    qtbot.addWidget(table)
    table.set_source(source(), by_type())
    QGuiApplication.sendEvent(table, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.OtherFocusReason))
    assert table.currentIndex().row() == 0
    assert table.delegate.current == -1
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert table.delegate.current == table.currentIndex().row() == 1


def test_other_columns_leave_no_widths_that_nobody_chose(table: RecordTable, qtbot: QtBot) -> None:
    table.resize(500, 300)
    table.show()
    qtbot.waitExposed(table)
    few, many = source(), source()
    few.columns, many.columns = few.columns[:3], many.columns
    for shown in (many, few, many, few):
        table.set_source(shown)
        qtbot.wait(5)
    assert table.layout_of_columns.chosen_widths == {}
    table.header.resizeSection(0, 123)
    assert table.layout_of_columns.chosen_widths == {table.records.columns[0].key: 123}
