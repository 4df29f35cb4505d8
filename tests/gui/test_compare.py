"""The Compare tab as a user sees it: the answer, the variants, every tensor in all of them, one pair in detail."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from inspector.gui.panels.compare import ComparePanel
from inspector.gui.session import OpenModel, Session
from inspector.gui.tables.record_table import RecordTable
from inspector.gui.theme import apply_theme
from tests.twins import CONV, CONV_BIAS, INPUT, WIDE, write_twin


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> Iterator[ComparePanel]:
    made = ComparePanel(session)
    qtbot.addWidget(made)
    made.resize(1180, 720)
    mode = QAbstractItemModelTester.FailureReportingMode.Warning
    made.testers = [QAbstractItemModelTester(table.records, mode)
                    for table in (made.table, made.head.table, made.pair.table)]  # fmt: skip
    made.show()
    yield made
    made.work.stop()


def open_twins(session: Session, folder: Path, *kinds: str) -> list[OpenModel]:
    opened = [session.open(write_twin(folder, kind)) for kind in kinds]
    assert None not in opened
    return [model for model in opened if model is not None]


def compare(panel: ComparePanel, session: Session, folder: Path, qtbot: QtBot, *kinds: str) -> list[OpenModel]:
    """Opens twins, shows them compared with the last in sight, waits until all is measured."""
    models = open_twins(session, folder, *(kinds or ("float32", "dynamic_range", "int8")))
    panel.set_model(session.current)
    measured(panel, qtbot)
    return models


def measured(panel: ComparePanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: panel.comparison is not None and panel.comparison.measured)


def texts(table: RecordTable, key: str) -> list[str]:
    records = table.records
    place = [column.key for column in records.columns].index(key)
    return [records.index(row, place).data() for row in range(records.rowCount())]


def row_of(panel: ComparePanel, name: str) -> int:
    """The row of a tensor by its whole name."""
    records = panel.table.records
    return next(row for row in range(records.rowCount())
                if (found := records.record(row)) is not None and found.compared.name == name)  # fmt: skip


def click(panel: ComparePanel, row: int, key: str, qtbot: QtBot) -> None:
    records = panel.table.records
    place = [column.key for column in records.columns].index(key)
    where = panel.table.visualRect(records.index(row, place)).center()
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(where.x(), where.y()))


# the answer and the variants


def test_the_answer_stands_above_the_variants(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    compare(panel, session, tmp_path, qtbot, "dynamic_range", "int8", "float32")
    assert panel.comparison is not None
    assert panel.head.headline.words.text() == panel.comparison.headline
    assert panel.head.headline.words.text().startswith("DRQ: ")
    table = panel.head.table
    assert texts(table, "label") == ["ORG", "DRQ", "FIQ"]
    assert texts(table, "variant") == ["net.float32", "net.dynamic_range", "net.int8"]
    assert texts(table, "ratio")[0] == "1.00 ×"
    assert texts(table, "inputs") == ["FLOAT32", "FLOAT32", "INT8"]
    assert texts(table, "input_scale") == ["none", "none", "0.05000 · 3"]
    assert texts(table, "count_INT8")[0] == "0"
    assert "..." not in texts(table, "gzip_bytes")


def test_bars_of_all_files_have_one_scale(panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    models = compare(panel, session, tmp_path, qtbot)
    bars = panel.head.delegate.bars
    for opened in models:
        assert sum(size for _, size in bars[opened.model]) == opened.model.size_bytes
    tips = panel.head.table.records
    place = [column.key for column in tips.columns].index("by_type")
    assert "INT8" in tips.index(2, place).data(Qt.ItemDataRole.ToolTipRole)


def test_many_variants_keep_the_answer_short_until_it_is_asked_for(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    compare(panel, session, tmp_path, qtbot, "float32", "dynamic_range", "float16", "int8", "uint8", "int16x8")
    headline = panel.head.headline
    panel.resize(760, 700)
    qtbot.waitUntil(lambda: headline.more.isVisible() and "int16x8:" not in headline.words.text())
    left = 5 - headline.words.text().count(":")
    assert headline.more.text() == f"{left} more variant{'s' * (left > 1)}"
    headline.more.click()
    assert "int16x8:" in headline.words.text()
    assert headline.more.text() == "Show less"


def test_a_model_alone_has_nothing_to_compare(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    open_twins(session, tmp_path, "float32")
    panel.set_model(session.current)
    assert panel.pages.currentWidget() is panel.empty
    assert panel.empty.sentence.text().startswith("Nothing to compare yet: net.float32.tflite stands alone.")
    open_twins(session, tmp_path, "int8")
    panel.set_model(session.current)
    measured(panel, qtbot)
    assert panel.pages.currentWidget() is not panel.empty


# every tensor


def test_group_rows_say_what_became_of_their_tensors(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    compare(panel, session, tmp_path, qtbot)
    records = panel.table.records
    heads = [summary for row in range(records.rowCount()) if (summary := records.summary(row)) is not None]
    said = {head.title: (head.note, head.cells["variant1"], head.cells["variant2"]) for head in heads}
    assert said["Weights"] == ("3 tensors", "1 of 3 to INT8", "3 of 3 to INT8")
    assert said["Biases"] == ("3 tensors", "unchanged", "3 of 3 to INT32")
    assert said["Shapes"] == ("1 tensor", "unchanged", "unchanged")
    assert heads[1].quiet == {"variant1"}


def test_only_cells_whose_type_changed_are_tinted(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    compare(panel, session, tmp_path, qtbot)
    records, delegate = panel.table.records, panel.table.delegate
    tinted = {
        (found.compared.name, column.key)
        for column in records.columns
        for row in range(records.rowCount())
        if (found := records.record(row)) is not None and delegate.tint(column, found) is not None
    }
    assert {key for name, key in tinted if name == WIDE} == {"variant1", "variant2"}
    assert {key for name, key in tinted if name == CONV} == {"variant2"}
    assert all(name != "arith.constant" for name, _ in tinted)


def test_bytes_and_errors_stand_behind_the_types(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    compare(panel, session, tmp_path, qtbot)
    row = row_of(panel, WIDE)
    assert texts(panel.table, "variant0")[row] == "FLOAT32 160.0 KB"
    assert texts(panel.table, "variant1")[row] == "INT8 40,960 B"
    assert texts(panel.table, "ratio1")[row] == "0.25 ×"
    assert float(texts(panel.table, "sqnr1")[row]) > 30
    assert texts(panel.table, "sqnr1")[row_of(panel, CONV)] == "exact"
    assert texts(panel.table, "sqnr2")[row_of(panel, INPUT)] == "", "what is computed has no error to measure"


def test_types_are_there_before_errors_are_measured(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    open_twins(session, tmp_path, "float32", "int8")
    came = []
    panel.work.came.connect(came.append)
    panel.set_model(session.current)
    qtbot.waitUntil(lambda: len(came) == 1)
    panel.strip.cancel.click()
    row = row_of(panel, WIDE)
    assert texts(panel.table, "variant1")[row] == "INT8 40,960 B"
    assert texts(panel.table, "sqnr1")[row] == "..."
    assert texts(panel.head.table, "gzip_bytes") == ["...", "..."]
    assert not panel.work.busy
    panel.set_model(None)
    panel.set_model(session.current)
    measured(panel, qtbot)
    assert texts(panel.table, "sqnr1")[row] != "..."


def test_by_type_lists_each_variants_tensors_side_by_side(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    compare(panel, session, tmp_path, qtbot)
    panel.views.button("type").click()
    records = panel.table.records
    heads = {summary.chip: row for row in range(records.rowCount()) if (summary := records.summary(row)) is not None}
    assert list(heads) == ["INT8", "INT32", "FLOAT32"]
    int8 = heads["INT8"]
    assert texts(panel.table, "variant0")[int8] == "none"
    assert texts(panel.table, "variant1")[int8] == "1 tensor"
    listed = texts(panel.table, "variant1")[int8 + 1 : heads["INT32"]]
    assert [name for name in listed if name] == [WIDE]
    assert CONV in texts(panel.table, "variant2")[int8 + 1 : heads["INT32"]]


def test_only_changed_types_leaves_out_what_stayed(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    compare(panel, session, tmp_path, qtbot, "float32", "dynamic_range")
    panel.only_changed.click()
    assert [row.compared.name for row in panel.table.records.shown_records()] == [WIDE]
    assert panel.filtered.count_label.text().startswith("1 of ")
    panel.only_changed.click()
    assert len(panel.table.records.shown_records()) > 10


@pytest.mark.parametrize(
    ("words", "found"), [("wide/MatMul", WIDE), ("int32 [16]", CONV_BIAS), ("conv_2d 3, 3, 4", CONV)]
)
def test_the_filter_finds_by_name_type_and_operator(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot, words: str, found: str
) -> None:
    compare(panel, session, tmp_path, qtbot)
    panel.filtered.search.setText(words)
    panel.filtered.apply_filter()
    assert found in [row.compared.name for row in panel.table.records.shown_records()]
    assert " of " in panel.filtered.count_label.text()


def test_the_count_says_how_tensors_were_paired(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    compare(panel, session, tmp_path, qtbot, "float32", "dynamic_range")
    panel.resize(1400, 700)
    said = panel.filtered.count_label
    qtbot.waitUntil(lambda: "paired by name; × bytes of ORG, dB SQNR to ORG" in said.text())
    panel.resize(760, 700)
    qtbot.waitUntil(lambda: said.text().endswith(" paired"))


def test_narrow_tables_leave_out_bytes_and_errors_but_no_type(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    compare(panel, session, tmp_path, qtbot, "float32", "dynamic_range", "float16", "int8", "uint8", "int16x8")
    panel.resize(900, 700)
    qtbot.waitUntil(lambda: panel.table.delegate.compact)
    shown = panel.table.layout_of_columns.visible_keys()
    assert [f"variant{place}" for place in range(6)] == [key for key in shown if key.startswith("variant")]
    assert not [key for key in shown if key.startswith("sqnr")]


def test_rows_are_copied_with_exact_bytes(panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    compare(panel, session, tmp_path, qtbot)
    panel.resize(1500, 720)  # room for all columns in any font
    panel.table.selectRow(row_of(panel, WIDE))
    header, line = panel.table.copied_text().splitlines()
    assert header.split("\t")[:5] == ["Operator", "Tensor", "Shape", "ORG", "DRQ"]
    assert "FLOAT32, 163840" in line.split("\t")
    assert "INT8, 40960" in line.split("\t")


# selecting


def test_selecting_goes_both_ways(panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    models = compare(panel, session, tmp_path, qtbot)
    assert session.current is models[2]
    with qtbot.waitSignal(session.selection_changed):
        panel.table.selectRow(row_of(panel, WIDE))
    (tensor,) = session.selection.tensors
    assert (tensor.name, tensor.type.name) == (WIDE, "INT8"), "the tensor of the model that is looked at"
    conv = next(other for other in models[2].model.tensors() if other.name == CONV)
    session.select(tensors=[conv])
    assert [row.compared.name for row in panel.table.selected_records()] == [CONV]
    session.select()
    assert panel.table.selected_records() == []


def test_a_tensor_only_another_variant_has_stays_selected(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    compare(panel, session, tmp_path, qtbot, "uint8", "float32")
    lonely = next(row for row in panel.table.records.shown_records() if row.compared.group == "Unmatched")
    panel.table.selectRow(row_of(panel, lonely.compared.name))
    qtbot.wait(20)
    assert [row.compared for row in panel.table.selected_records()] == [lonely.compared]
    assert session.selection.tensors == ()
    assert "nothing to compare it with" in panel.pair.overlay.canvas.message


def test_changing_to_another_of_the_compared_models_compares_nothing_anew(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    models = compare(panel, session, tmp_path, qtbot)
    before = panel.comparison
    session.set_current(models[0])
    panel.set_model(models[0])
    assert panel.comparison is before
    panel.set_model(None)
    assert panel.comparison is before, "out of sight it is kept"


def test_a_row_leads_to_its_tensor_in_each_model(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    models = compare(panel, session, tmp_path, qtbot)
    record = panel.table.records.record(row_of(panel, WIDE))
    actions = dict(panel.table.more_actions(record))
    assert list(actions) == ["Show in ORG", "Show in DRQ", "Show in FIQ"]
    with qtbot.waitSignal(session.rows_asked, check_params_cb=lambda tab: tab == "tensors"):
        actions["Show in DRQ"]()
    assert session.current is models[1]
    assert [tensor.name for tensor in session.selection.tensors] == [WIDE]


# one pair


def test_a_row_opens_its_histograms_and_errors(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    compare(panel, session, tmp_path, qtbot)
    assert not panel.pair.isVisible()
    panel.table.selectRow(row_of(panel, WIDE))
    qtbot.waitUntil(lambda: panel.pair.overlay.plot is not None)
    pair = panel.pair
    assert pair.isVisible()
    assert pair.title.text() == WIDE
    assert texts(pair.table, "label") == ["ORG", "DRQ", "FIQ"]
    assert texts(pair.table, "type") == ["FLOAT32", "INT8", "INT8"]
    assert texts(pair.table, "rmse")[0] == ""
    assert float(texts(pair.table, "rmse")[1]) > 0
    plot = pair.overlay.plot
    assert plot is not None
    assert plot.legend == ("ORG FLOAT32, filled", "DRQ INT8, line")
    assert plot.histogram.counts.sum() == plot.histogram.other_counts.sum() == 40 * 1024
    pair.close_button.click()
    assert not pair.isVisible()
    panel.table.selectRow(row_of(panel, CONV))
    qtbot.waitUntil(pair.isVisible)


def test_a_click_on_a_cell_chooses_the_variant_beside_the_reference(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    compare(panel, session, tmp_path, qtbot)
    click(panel, row_of(panel, WIDE), "variant2", qtbot)
    qtbot.waitUntil(lambda: panel.pair.overlay.plot is not None and panel.pair.overlay.plot.labels == ("ORG", "FIQ"))
    assert [fact.label for fact in panel.pair.table.selected_records()] == ["FIQ"]
    panel.pair.table.selectRow(1)
    qtbot.waitUntil(lambda: panel.pair.overlay.plot is not None and panel.pair.overlay.plot.labels == ("ORG", "DRQ"))


def test_a_computed_tensor_says_that_there_are_no_values(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    compare(panel, session, tmp_path, qtbot)
    panel.table.selectRow(row_of(panel, INPUT))
    qtbot.waitUntil(panel.pair.isVisible)
    assert panel.pair.overlay.canvas.message == "Computed when the model runs: the files hold no values."
    assert not panel.pair.overlay.save_button.isEnabled()


@pytest.mark.parametrize("suffix", ["png", "svg", "csv"])
def test_the_histograms_are_saved(
    panel: ComparePanel,
    session: Session,
    tmp_path: Path,
    qtbot: QtBot,
    suffix: str,
    save_as: Callable[[str], Path],
) -> None:
    compare(panel, session, tmp_path, qtbot)
    panel.table.selectRow(row_of(panel, WIDE))
    qtbot.waitUntil(lambda: panel.pair.overlay.plot is not None)
    place = save_as(f"pair.{suffix}")
    panel.pair.overlay.save_button.click()
    data = place.read_bytes()
    assert {"png": data[1:4] == b"PNG", "svg": b"<svg" in data, "csv": data.startswith(b"low,high,ORG,DRQ")}[suffix]


# adding, leaving out, saving


def test_a_file_is_added_and_left_out_again(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare(panel, session, tmp_path, qtbot, "int8", "float32")
    current, path = session.current, write_twin(tmp_path, "float16")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path)], ""))
    panel.head.add_button.click()
    qtbot.waitUntil(lambda: panel.comparison is not None and len(panel.comparison.variants) == 3)
    measured(panel, qtbot)
    assert session.current is current, "what is looked at stays"
    assert panel.comparison is not None
    added = panel.comparison.variants[2]
    assert dict(panel.head.table.more_actions(panel.comparison.variants[0])).keys() == {"Show in Models"}
    dict(panel.head.table.more_actions(added))["Leave float16 Out"]()
    qtbot.waitUntil(lambda: panel.comparison is not None and len(panel.comparison.variants) == 2)
    menu = panel.adder.menu(panel.models)
    assert menu is not None
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: panel.comparison is not None and len(panel.comparison.variants) == 3)
    assert menu.actions()[0].text() == "net.float16.tflite  (float16)"


def test_another_variant_becomes_the_one_all_are_compared_with(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    compare(panel, session, tmp_path, qtbot)
    assert panel.comparison is not None
    dict(panel.head.table.more_actions(panel.comparison.variants[2]))["Compare All with FIQ"]()
    qtbot.waitUntil(lambda: texts(panel.head.table, "variant")[0] == "net.int8")
    measured(panel, qtbot)
    titles = [column.title for column in panel.table.records.columns]
    assert titles[3] == panel.comparison.variants[0].label


def test_closing_a_variant_compares_the_rest(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    models = compare(panel, session, tmp_path, qtbot)
    session.close(models[1])
    measured(panel, qtbot)
    assert texts(panel.head.table, "label") == ["ORG", "FIQ"]
    session.close(models[2])
    panel.set_model(session.current)
    assert panel.pages.currentWidget() is panel.empty


def test_a_reloaded_variant_is_compared_as_it_is_now(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    models = compare(panel, session, tmp_path, qtbot, "float32", "int8")
    before = texts(panel.table, "sqnr1")[row_of(panel, WIDE)]
    write_twin(tmp_path, "int8", seed=6)
    new = session.reload(models[1])
    panel.set_model(new)
    qtbot.waitUntil(lambda: panel.comparison is not None and panel.comparison.measured
                    and texts(panel.table, "sqnr1")[row_of(panel, WIDE)] != before)  # fmt: skip


def test_a_file_that_changed_meanwhile_is_said(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    open_twins(session, tmp_path, "float32", "int8")
    write_twin(tmp_path, "float32", seed=9)
    with qtbot.waitSignal(session.failed) as said:
        panel.set_model(session.current)
    assert "net.float32.tflite" in said.args[0]
    assert panel.comparison is not None and not panel.comparison.measured
    assert texts(panel.table, "variant1")[row_of(panel, WIDE)] == "INT8 40,960 B", "types stay"


@pytest.mark.parametrize("suffix", ["json", "csv"])
def test_the_report_holds_variants_and_pairs(
    panel: ComparePanel,
    session: Session,
    tmp_path: Path,
    qtbot: QtBot,
    suffix: str,
    save_as: Callable[[str], Path],
) -> None:
    compare(panel, session, tmp_path, qtbot)
    place = save_as(f"report.{suffix}")
    panel.head.save_button.click()
    qtbot.waitUntil(place.exists)
    text = place.read_text()
    if suffix == "json":
        report = json.loads(text)
        assert [variant["label"] for variant in report["variants"]] == ["ORG", "DRQ", "FIQ"]
        wide = next(pair for pair in report["pairs"] if pair["name"] == WIDE)
        assert (wide["type_before"], wide["type_after"], wide["bytes_after"]) == ("FLOAT32", "INT8", 40960)
        assert wide["rmse"] > 0
    else:
        assert text.startswith("variant,name,group,")


def test_the_shown_tensors_are_saved_as_csv(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot, save_as: Callable[[str], Path]
) -> None:
    compare(panel, session, tmp_path, qtbot, "float32", "dynamic_range")
    panel.only_changed.click()
    place = save_as("shown.csv")
    panel.filtered.save_button.click()
    qtbot.waitUntil(place.exists)
    header, *lines = place.read_text().splitlines()
    assert header.startswith("variant,name")
    assert [line.split(",")[:2] for line in lines] == [["DRQ", WIDE]]


def test_the_status_bar_says_what_is_compared(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    assert panel.status_text == ""
    models = compare(panel, session, tmp_path, qtbot, "float32", "int8")
    plain, fiq = (opened.model.size_bytes for opened in models)
    assert panel.status_text == f"Comparing 2 variants: ORG {plain:,} B, FIQ {fiq:,} B"


def test_of_many_variants_the_status_bar_says_the_range(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    kinds = ("float32", "dynamic_range", "float16", "int8", "uint8", "int16x8")
    sizes = [opened.model.size_bytes for opened in compare(panel, session, tmp_path, qtbot, *kinds)]
    assert panel.status_text == f"Comparing 6 variants: {min(sizes):,} to {max(sizes):,} B"


def test_the_tints_follow_the_theme(panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    compare(panel, session, tmp_path, qtbot)
    records, delegate = panel.table.records, panel.table.delegate
    column = next(column for column in records.columns if column.key == "variant2")
    record = records.record(row_of(panel, WIDE))
    panel.table.selectRow(row_of(panel, WIDE))
    qtbot.waitUntil(lambda: panel.pair.overlay.plot is not None)
    seen = []
    for theme in ("light", "dark"):
        apply_theme(app, theme)
        tint = delegate.tint(column, record)
        seen.append((tint.name(), panel.pair.overlay.legend.entries))
    assert seen[0][0] != seen[1][0]
    assert [color for _, color in seen[0][1]] != [color for _, color in seen[1][1]]


def test_group_rows_of_narrow_tables_count_and_leave_types_to_the_cells(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    compare(panel, session, tmp_path, qtbot, "float32", "uint8")
    records = panel.table.records
    heads = [summary for row in range(records.rowCount()) if (summary := records.summary(row)) is not None]
    ends = next(head for head in heads if head.title.startswith("Activations"))
    whole = ends.text("variant1")
    assert " to INT8" in whole and " to UINT8" in whole
    count = len([row for row in records.shown_records() if row.compared.group == ends.title])
    assert ends.text("variant1", compact=True) == f"{count} of {count}"
    assert heads[2].text("variant1", compact=True) == "unchanged"


def test_what_stood_there_stays_while_another_variant_is_compared(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    compare(panel, session, tmp_path, qtbot, "int8", "float32")
    before, seen = panel.comparison, []
    session.model_opened.connect(lambda _new: seen.append((panel.comparison is before, panel.pages.currentIndex())))
    session.add_variant(write_twin(tmp_path, "dynamic_range"), None, "dynamic_range")
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [(True, 1)]
    qtbot.waitUntil(lambda: panel.comparison is not None and len(panel.comparison.variants) == 3)


def test_the_source_file_has_its_column_once_it_is_open(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot, sample_h5: Path
) -> None:
    models = compare(panel, session, tmp_path, qtbot, "int8", "float32")
    assert "of_source" not in [column.key for column in panel.head.table.records.columns]
    for opened in models:
        opened.source, opened.recipe = sample_h5, opened.path.suffixes[-2][1:]
    keras = session.open(sample_h5)
    panel.set_model(keras)
    qtbot.waitUntil(lambda: "of_source" in panel.head.table.layout_of_columns.visible_keys())
    place = [column.key for column in panel.head.table.records.columns].index("of_source")
    assert panel.head.table.records.headerData(place, Qt.Orientation.Horizontal) == "of .h5"
    assert panel.status_text.startswith("Comparing 2 variants of digits_cnn.h5: ")
    panel.table.selectRow(row_of(panel, WIDE))
    qtbot.waitUntil(panel.pair.isVisible)
    assert session.selection.tensors == (), "the Keras file itself is not among them"


def test_a_variant_that_is_another_model_leaves_the_others_pairs_alone(
    panel: ComparePanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    from tests.model_examples import int8_cnn

    compare(panel, session, tmp_path, qtbot, "dynamic_range", "float32")
    stranger = tmp_path / "stranger.tflite"
    stranger.write_bytes(int8_cnn())
    panel.adder.add(panel.models, [stranger])
    qtbot.waitUntil(lambda: panel.comparison is not None and len(panel.comparison.variants) == 3)
    measured(panel, qtbot)
    panel.resize(1500, 700)
    said = panel.filtered.count_label
    qtbot.waitUntil(lambda: " in all variants" in said.text())
    assert texts(panel.table, "sqnr1")[row_of(panel, WIDE)] != ""
