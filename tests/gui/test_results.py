"""The Results tab as a user sees it: rows with arrows, the best in bold, references, charts, files, no model open."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from inspector.analysis.pipelines import ResultSet, from_evaluation
from inspector.errors import DataError
from inspector.gui.main_window import MainWindow
from inspector.gui.panels.results import ResultsPanel
from inspector.gui.result_files import is_results, results_folder
from inspector.gui.session import Session
from inspector.gui.settings import Settings
from tests.swept import Made, scored, swept, write_store

BEFORE = Made("net.h5", groups={"pruning": "before"}, samples=80, classes=4)
AFTER = replace(BEFORE, name="net_pruned.h5", groups={"pruning": "after"}, right=2.5, noise=6.0)
THREE = ("float32", "dynamic_range", "int8")
WORSE_KEY = "net_pruned.h5.int8"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> ResultSet:
    return swept(tmp_path_factory.mktemp("swept") / "nets.results", (BEFORE, AFTER), THREE,
                 fails=[("net.h5", "int8")], resamples=100)  # fmt: skip


@pytest.fixture
def panel(session: Session, results: ResultSet, qtbot: QtBot) -> Iterator[ResultsPanel]:
    made = ResultsPanel(session)
    qtbot.addWidget(made)
    made.resize(1280, 760)
    made.tester = QAbstractItemModelTester(made.table.records, QAbstractItemModelTester.FailureReportingMode.Warning)
    made.show()
    session.show_results(results)
    compared(made, qtbot)
    yield made


def compared(panel: ResultsPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: any(row.against is not None for row in panel.rows))


def texts(panel: ResultsPanel, key: str) -> list[str]:
    records = panel.table.records
    place = next((place for place, column in enumerate(records.columns) if column.key == key), -1)
    rows = [row for row in range(records.rowCount()) if records.record(row) is not None]
    return [records.index(row, place).data() for row in rows] if place >= 0 else []


def row_of(panel: ResultsPanel, key: str) -> int:
    return panel.table.records.row_of(key)


def choose(panel: ResultsPanel, text: str) -> None:
    box = panel.controls.reference_box
    box.setCurrentText(text)
    box.activated.emit(box.currentIndex())


# the table


def test_the_answer_stands_above_the_table(panel: ResultsPanel) -> None:
    assert panel.head.headline.text() == (
        "Digits and sensors: 5 of 6 pipelines done, 1 failed. Accuracy against float32 of the same model: "
        "DRQ is about equal, FIQ int8 is worse."
    )
    assert panel.filtered.count_label.text() == "6 pipelines; ▲ better, ▼ worse, ≈ about equal"


def test_a_row_a_pipeline_under_its_model(panel: ResultsPanel) -> None:
    records = panel.table.records
    heads = [summary for row in range(records.rowCount()) if (summary := records.summary(row)) is not None]
    assert [(head.title, head.note) for head in heads] == [
        ("net.h5", "before · 3 pipelines, 1 failed"), ("net_pruned.h5", "after · 3 pipelines"),
    ]  # fmt: skip
    assert texts(panel, "recipe") == ["float32", "DRQ", "FIQ int8"] * 2
    assert "model" not in panel.table.layout_of_columns.visible_keys()


def test_a_score_says_its_interval_and_what_it_lost(panel: ResultsPanel) -> None:
    records = panel.table.records
    place = [column.key for column in records.columns].index("accuracy")
    tip = records.index(row_of(panel, WORSE_KEY), place).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("Accuracy ")
    assert "95 % interval" in tip
    assert "Worse than float32 of the same model: -" in tip
    assert texts(panel, "against")[-1].startswith("worse -")


def test_a_failed_row_has_its_sentence(panel: ResultsPanel) -> None:
    records = panel.table.records
    row = row_of(panel, "net.h5.int8")
    assert texts(panel, "accuracy")[2] == ""
    place = [column.key for column in records.columns].index("size_bytes")
    assert "knows no kernel" in records.index(row, place).data(Qt.ItemDataRole.ToolTipRole)
    assert not panel.grab().isNull(), "painted across the row"
    panel._select_key("net.h5.int8")
    assert "knows no kernel" in panel.status_text


def test_the_best_of_a_model_is_bold(panel: ResultsPanel) -> None:
    best = {row.result.key: row.best for row in panel.rows}
    assert "size_bytes" in best["net.h5.dynamic_range"]
    assert "accuracy" in best["net_pruned.h5.float32"] or "accuracy" in best["net_pruned.h5.dynamic_range"]


def test_grouped_by_scheme_and_flat(panel: ResultsPanel) -> None:
    panel.controls.groups.button("scheme").click()
    assert texts(panel, "model") == ["net.h5", "net_pruned.h5"] * 3
    assert "recipe" not in panel.table.layout_of_columns.visible_keys()
    panel.controls.groups.button("flat").click()
    assert panel.table.records.rowCount() == 6
    assert {"model", "recipe"} <= set(panel.table.layout_of_columns.visible_keys())


def test_another_group_is_the_reference(panel: ResultsPanel, qtbot: QtBot) -> None:
    choose(panel, "pruning: before, same scheme")
    qtbot.waitUntil(lambda: "pruning: before" in panel.head.headline.text())
    against = {row.result.key: row.against.key for row in panel.rows if row.against is not None}
    assert against["net_pruned.h5.float32"] == "net.h5.float32"
    assert WORSE_KEY not in against, "its partner failed"


def test_compared_with_nothing_there_are_no_arrows(panel: ResultsPanel) -> None:
    choose(panel, "nothing")
    assert all(row.against is None for row in panel.rows)
    assert panel.filtered.count_label.text() == "6 pipelines"
    assert "against" not in [column.key for column in panel.table.records.columns]


def test_another_score_leads(panel: ResultsPanel) -> None:
    box = panel.controls.metric_box
    box.setCurrentIndex(box.findData("log_loss"))
    box.activated.emit(box.currentIndex())
    assert "Log loss against" in panel.head.headline.text()
    assert panel.chart.plot is not None
    assert panel.chart.plot.metric == "log_loss"
    assert "log_loss" in panel.table.layout_of_columns.visible_keys()


def test_the_filter_finds_models_and_schemes(panel: ResultsPanel) -> None:
    panel.filtered.search.setText("pruned FIQ")
    panel.filtered.apply_filter()
    assert texts(panel, "recipe") == ["FIQ int8"]
    assert panel.filtered.count_label.text().startswith("1 of 6 pipelines")


# charts


def test_a_point_of_the_chart_selects_its_row(panel: ResultsPanel) -> None:
    plot = panel.chart.plot
    assert plot is not None
    point = next(each for each in plot.points if each.key == WORSE_KEY)
    panel.chart.canvas.clicked_in.emit(0, plot.x(point), point.value)
    assert [row.result.key for row in panel.table.selected_records()] == [WORSE_KEY]
    assert panel.chart.plot.selected == {WORSE_KEY}


def test_the_confusion_matrix_of_a_row_stands_beside_its_references(panel: ResultsPanel) -> None:
    panel.chart.pages.button("matrix").click()
    assert "Select pipelines" in panel.chart.canvas.message
    panel._select_key(WORSE_KEY)
    assert panel.chart.plot is not None
    assert [each.title for each in panel.chart.plot.matrices] == ["net_pruned.h5 float32", "net_pruned.h5 FIQ int8"]


@pytest.mark.parametrize("page", ["scores", "sizes", "matrix"])
def test_each_chart_is_saved_as_picture_and_numbers(
    panel: ResultsPanel, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    panel._select_key(WORSE_KEY)
    panel.chart.pages.button(page).click()
    qtbot.waitUntil(lambda: panel.chart.canvas.figure is not None)
    for suffix, start in (("png", b"\x89PNG"), ("svg", b"<?xml"), ("csv", b"m" if page != "sizes" else b"data,")):
        path = tmp_path / f"{page}.{suffix}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, path=path: (str(path), ""))
        panel.save_plot()
        assert path.read_bytes().startswith(start)


# files


def test_the_table_is_copied_and_saved_with_what_stands_behind_it(
    panel: ResultsPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.copy()
    copied = QApplication.clipboard().text().splitlines()
    assert copied[0].startswith("Scheme\tAccuracy\t")
    assert len(copied) == 7
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / "r.csv"), ""))
    panel.save()
    head, *lines = (tmp_path / "r.csv").read_text().splitlines()
    assert {"model", "recipe", "group_pruning", "accuracy_low", "accuracy_verdict", "sentence"} <= set(head.split(","))
    assert len(lines) == 6


def test_a_double_click_opens_the_variant(
    panel: ResultsPanel, session: Session, results: ResultSet, sample_tflite: Path, qtbot: QtBot
) -> None:
    assert results.folder is not None
    place = results.folder / "files/net.float32/model.tflite"
    place.write_bytes(sample_tflite.read_bytes())
    with qtbot.waitSignal(session.current_changed):
        panel.table.doubleClicked.emit(panel.table.records.index(row_of(panel, "net.h5.float32"), 1))
    assert session.current is not None
    assert session.current.path == place
    with qtbot.waitSignal(session.action_asked) as asked:
        panel.set_model(session.current)
    assert asked.args == ["show"]


def test_a_failed_row_has_no_variant_to_open(panel: ResultsPanel, session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.failed) as said:
        panel.table.doubleClicked.emit(panel.table.records.index(row_of(panel, "net.h5.int8"), 1))
    assert "knows no kernel" in said.args[0]


def test_damaged_outputs_are_said_and_the_rows_stay(
    panel: ResultsPanel, session: Session, results: ResultSet, qtbot: QtBot
) -> None:
    broken = replace(results.pipelines[0], outputs="gone.npy")
    with qtbot.waitSignal(session.failed) as said:
        session.show_results(replace(results, pipelines=(broken, *results.pipelines[1:])))
    assert "gone.npy" in said.args[0]
    assert len(panel.rows) == 6


def test_what_is_evaluated_is_shown_with_the_verdicts_of_the_run(
    panel: ResultsPanel, session: Session, qtbot: QtBot
) -> None:
    rows = [scored(BEFORE, "float32", None, *_outputs("float32")), scored(BEFORE, "int8", None, *_outputs("int8"))]
    rows[1] |= {"agreement": {"decisions": 0.5, "mean_difference": 0.1, "max_difference": 0.2}}
    told = {"data": "/d/eval.npz", "reference": rows[0]["model"], "reference_row": rows[0], "models": rows[1:]}
    session.show_results(from_evaluation(told))
    qtbot.waitUntil(lambda: texts(panel, "agreement") == ["", "50.0 %"])
    assert panel.controls.reference_box.currentText() == "net.float32.tflite"
    assert panel.head.headline.text().startswith("Evaluation on eval.npz: 2 pipelines done.")


def _outputs(recipe: str) -> tuple[object, int]:
    from tests.swept import outputs

    return outputs(BEFORE, recipe)[1], 0


# the window


@pytest.fixture
def window(session: Session, tmp_path: Path, qtbot: QtBot) -> MainWindow:
    made = MainWindow(session, Settings())
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_folder_of_results_opens_without_a_model(
    window: MainWindow, session: Session, results: ResultSet, qtbot: QtBot
) -> None:
    write_store(results)
    session.open_later([results.folder])
    qtbot.waitUntil(lambda: session.results is not None)
    assert window.pages.currentWidget() is window.tabs
    assert window.tabs.current == "results"
    assert window.windowTitle().startswith("Digits and sensors")
    assert [window.tabs.bar.isTabEnabled(place) for place in (0, 7)] == [False, True]
    assert window.actions_by_id["copy"].isEnabled()
    assert not window.actions_by_id["close"].isEnabled()
    panel = window.tabs.panel
    assert isinstance(panel, ResultsPanel)
    assert len(panel.rows) == 6
    panel.head.close_button.click()
    assert window.pages.currentWidget() is window.start


def test_results_stay_when_a_model_is_opened_and_closed(
    window: MainWindow, session: Session, results: ResultSet, sample_tflite: Path
) -> None:
    session.open(sample_tflite)
    session.show_results(results)
    assert window.tabs.current == "results"
    assert window.tabs.bar.isTabEnabled(0)
    session.close(session.models[0])
    assert window.pages.currentWidget() is window.tabs
    assert window.tabs.current == "results"


def test_without_results_the_tab_says_where_they_come_from(
    window: MainWindow,
    session: Session,
    sample_tflite: Path,
    monkeypatch: pytest.MonkeyPatch,
    results: ResultSet,
    qtbot: QtBot,
) -> None:
    session.open(sample_tflite)
    window.actions_by_id["results"].trigger()
    panel = window.tabs.panel
    assert isinstance(panel, ResultsPanel)
    assert panel.pages.currentWidget() is panel.empty
    write_store(results)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(results.folder))
    panel.empty.button.click()
    qtbot.waitUntil(lambda: panel.results is not None)


def test_no_results_in_a_folder_is_a_sentence(
    window: MainWindow, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "x.results").mkdir()
    with qtbot.waitSignal(session.failed) as said:
        session.open_later([tmp_path / "x.results"])
    assert "holds no results of a sweep" in said.args[0]


def test_a_plan_stands_for_the_results_beside_it(tmp_path: Path) -> None:
    plan = tmp_path / "nets.toml"
    plan.write_text("")
    with pytest.raises(DataError, match="no results yet"):
        results_folder(plan)
    (tmp_path / "nets.results" / "pipelines").mkdir(parents=True)
    assert results_folder(plan) == tmp_path / "nets.results"
    inside = tmp_path / "nets.results" / "plan.toml"
    inside.write_text("")
    assert is_results(inside)
    assert results_folder(inside) == tmp_path / "nets.results"
    assert is_results(tmp_path / "nets.results")
    assert not is_results(tmp_path)
