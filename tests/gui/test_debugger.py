"""The Debugger tab as a user sees it: chart, table, ticks, steps, other models, histograms, files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from inspector.analysis.quantization_debug import layer_table
from inspector.formats.layer_csv import write_layer_csv
from inspector.gui.jobs import DONE, FAILED
from inspector.gui.panels.debugger import DebuggerPanel
from inspector.gui.repairs import Repairs
from inspector.gui.session import OpenModel, Session
from inspector.gui.tables.record_table import RecordTable
from inspector.jobs.options import DebugOptions, QuantizeOptions
from inspector.jobs.repair_options import ScoreOptions, SuggestOptions
from tests.debugged import layer, repairs, result, told
from tests.gui.fakes import open_in, small_model
from tests.gui.quantize_fakes import FakeQueue, with_fake_jobs


@pytest.fixture
def queue(session: Session, monkeypatch: pytest.MonkeyPatch) -> FakeQueue:
    monkeypatch.setattr("inspector.gui.jobs.engine_of", lambda _source: "keras3")  # there is no file
    return with_fake_jobs(session)


@pytest.fixture
def panel(session: Session, opened: OpenModel, queue: FakeQueue, qtbot: QtBot) -> Iterator[DebuggerPanel]:
    made = DebuggerPanel(session)
    qtbot.addWidget(made)
    made.resize(1180, 760)
    mode = QAbstractItemModelTester.FailureReportingMode.Warning
    made.testers = [QAbstractItemModelTester(table.records, mode) for table in (made.table, made.side.table)]
    made.show()
    made.set_model(opened)
    yield made


@pytest.fixture
def history(panel: DebuggerPanel, session: Session, opened: OpenModel) -> Repairs:
    made = repairs(opened.path)
    session.debuggings.add(made)
    return made


def texts(table: RecordTable, key: str) -> list[str]:
    records = table.records
    place = [column.key for column in records.columns].index(key)
    return [records.index(row, place).data() for row in range(records.rowCount())]


def click(qtbot: QtBot, table: RecordTable, row: int, key: str) -> None:
    place = [column.key for column in table.records.columns].index(key)
    rect = table.visualRect(table.records.index(row, place))
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=rect.center() - QPoint(rect.width() // 2 - 12, 0))


def test_a_model_that_was_not_debugged_says_what_would_be_here(panel: DebuggerPanel, session: Session) -> None:
    asked: list[str] = []
    session.action_asked.connect(asked.append)
    assert "small.tflite was not debugged yet" in panel.empty.sentence.text()
    panel.empty.button.click()
    assert asked == ["debug-run"]


def test_chart_and_table_show_each_layer_with_its_steps(panel: DebuggerPanel, history: Repairs) -> None:
    assert texts(panel.table, "operator") == ["1", "2", "3", "4", "5", "6"]
    assert texts(panel.table, "metric") == ["0.2900", "0.0000", "0.0000", "0.2500", "5.7400", "0.2600"]
    assert panel.chart.plot is not None and len(panel.chart.plot.panels) == 1
    assert "largest 5.7400 at #5" in panel.chart.canvas.accessibleDescription()
    assert texts(panel.side.table, "worst") == ["5.74 #5"]


def test_another_metric_goes_into_chart_and_table(panel: DebuggerPanel, history: Repairs) -> None:
    panel.bar.set_metric("scale")
    assert panel.chart.plot is not None and panel.chart.plot.metric.key == "scale"
    assert texts(panel.table, "metric")[0] == "0.5"
    panel.bar.set_metric("zero_point")
    assert not panel.bar.scale.button("log").isEnabled()


def test_local_and_cumulative_can_be_laid_over_each_other(panel: DebuggerPanel, history: Repairs) -> None:
    panel.bar.errors.button("both").click()
    plot = panel.chart.plot
    assert plot is not None and plot.panels[0].behind is not None
    panel.bar.errors.button("cumulative").click()
    assert texts(panel.table, "metric")[4] == "11.4800"
    assert any("cumulative" in words for words, _, _ in panel.chart.legend.entries) is False


def test_a_click_into_a_box_ticks_and_space_ticks_what_is_selected(
    panel: DebuggerPanel, history: Repairs, qtbot: QtBot
) -> None:
    click(qtbot, panel.table, 4, "tick")
    assert history.ticked == {5}
    assert panel.layers.count.text() == "1 of 6 ticked"
    assert panel.side.run.text() == "Requantize: 1 layer stays float"
    panel.table.select([1, 2])
    qtbot.keyClick(panel.table, Qt.Key.Key_Space)
    assert history.ticked == {1, 2, 5}
    qtbot.keyClick(panel.table, Qt.Key.Key_Space)
    assert history.ticked == {5}
    assert texts(panel.side.table, "left") == ["none", "#5"], "the next step stands below the history"


def test_many_are_ticked_at_once(panel: DebuggerPanel, history: Repairs) -> None:
    panel.layers.above.click()
    assert history.ticked == {5}
    panel.layers.tick_first(2)
    assert history.ticked == {1, 5}
    menu = panel.layers.operator_menu()
    chosen = next(action for action in menu.actions() if action.text() == "FULLY_CONNECTED (2)")
    chosen.trigger()
    assert history.ticked == {1, 4, 5}
    panel.layers.none.click()
    assert history.ticked == set() and not panel.side.run.isEnabled()


def requantized(panel: DebuggerPanel, queue: FakeQueue, tmp_path: Path, places: set[int]) -> None:
    panel.layers.tick(places)
    panel.side.run.click()
    quantize = next(job for job in queue.jobs if isinstance(job.options, QuantizeOptions) and not job.over)
    quantize.result = {"variants": [{"recipe": "int8_float_io", "path": str(tmp_path / "s.tflite"),
                                     "size_bytes": 64_000, "notes": []}], "failed": []}  # fmt: skip
    queue.end(quantize, DONE)
    debug = next(job for job in queue.jobs if isinstance(job.options, DebugOptions) and not job.over)
    debug.result = told((0.29, 0.0, 0.0, 0.25, 0.0, 0.64), left=tuple(places))
    queue.end(debug, DONE)


def test_requantize_makes_a_step_with_its_bytes_and_its_chart_over_step_0(
    panel: DebuggerPanel, history: Repairs, queue: FakeQueue, tmp_path: Path
) -> None:
    requantized(panel, queue, tmp_path, {5})
    assert history.shown == 1 and [step.size_bytes for step in history.steps] == [60_000, 64_000]
    assert texts(panel.side.table, "left") == ["none", "#5"]
    assert texts(panel.side.table, "worst") == ["5.74 #5", "0.64 #6"]
    assert texts(panel.table, "metric")[4] == "float"
    assert texts(panel.table, "first")[4] == "5.7400"
    plot = panel.chart.plot
    assert plot is not None and plot.mark_names == ("step 0",) and plot.panels[0].left_float == (5,)
    assert plot.panels[0].title == "net, step 1: #5 stays float"


def test_the_jobs_of_a_step_know_what_stays_float_and_are_quiet(
    panel: DebuggerPanel, history: Repairs, queue: FakeQueue
) -> None:
    panel.layers.tick({4, 5})
    panel.side.run.click()
    quantize, debug = queue.jobs
    assert isinstance(quantize.options, QuantizeOptions) and isinstance(debug.options, DebugOptions)
    assert quantize.options.float_tensors == debug.options.float_tensors == ("layer_4", "layer_5")
    assert quantize.options.suffix == "step1" and quantize.quiet and debug.quiet


def test_a_step_that_fails_says_why_and_stops_what_hangs_on_it(
    panel: DebuggerPanel, history: Repairs, queue: FakeQueue
) -> None:
    panel.layers.tick({5})
    panel.side.run.click()
    quantize, debug = queue.jobs
    queue.end(quantize, FAILED, "Disk full.")
    assert debug.over and history.steps[1].failed == "Disk full."
    assert any("Disk full." in notice.text for notice in panel.side.notices.notices)
    assert panel.side.run.isEnabled(), "it can be tried again"


def test_scores_come_into_the_history(panel: DebuggerPanel, history: Repairs, queue: FakeQueue, tmp_path: Path) -> None:
    from inspector.datasets.choice import DataChoice

    history.evaluation = DataChoice("x.npz", labels="y")
    panel.layers.tick({5})
    panel.side.run.click()
    score = next(job for job in queue.jobs if isinstance(job.options, ScoreOptions))
    score.result = {"kind": "accuracy", "float": {"score": 0.84}, "models": [{"score": 0.783}]}
    queue.end(score, DONE)
    assert history.steps[1].score == 0.783 and panel.side.score.text() == "float32 scores 84.0 %"
    assert texts(panel.side.table, "score")[1] == "78.3 %"


def test_another_step_can_be_looked_at_again(
    panel: DebuggerPanel, history: Repairs, queue: FakeQueue, tmp_path: Path
) -> None:
    requantized(panel, queue, tmp_path, {5})
    panel.side.chosen.emit(0)
    assert history.shown == 0 and texts(panel.table, "metric")[4] == "5.7400"


def test_open_step_brings_its_model_into_sight(
    panel: DebuggerPanel, history: Repairs, session: Session, opened: OpenModel
) -> None:
    other = small_model()
    object.__setattr__(other, "path", Path("other.tflite"))
    second = open_in(session, other)
    session.set_current(opened)
    history.steps[0].path = second.path
    panel.side.show_repairs(history, "local")
    panel.side.open_button.click()
    assert session.current is second


def test_other_models_stand_beside_or_over_with_their_own_index_table(
    panel: DebuggerPanel, history: Repairs, session: Session
) -> None:
    lean = repairs(Path("lean.h5"), "lean")
    session.debuggings.add(lean)
    panel.bar.beside.choices.actions()[0].trigger()
    plot = panel.chart.plot
    assert plot is not None and [each.title for each in plot.panels] == ["net", "lean"]
    assert panel.bar.beside.text() == "lean"
    (index,) = panel.layers.others.tables
    assert not panel.layers.others.isHidden()
    assert texts(index.table, "op_name")[:2] == ["CONV_2D", "MAX_POOL_2D"]
    panel.chart.layer_clicked.emit(1, 4)
    assert panel.chart.plot is not None and panel.chart.plot.selected == (1, 4)
    assert [row.place for row in index.table.selected_records()] == [4]
    panel.bar.beside.choices.actions()[-1].trigger()
    plot = panel.chart.plot
    assert plot is not None and len(plot.panels) == 1 and plot.mark_names == ("lean",)


def test_choosing_a_layer_shows_its_histograms(panel: DebuggerPanel, history: Repairs, qtbot: QtBot) -> None:
    panel.right.show_page("layer")
    panel.chart.layer_clicked.emit(0, 5)
    assert panel.layer_side.name.text() == "#5 FULLY_CONNECTED"
    assert (
        "SQNR" in panel.layer_side.facts.text() and "2.0 % of the float values clipped" in panel.layer_side.facts.text()
    )
    assert [plot.kind for plot in panel.layer_side.plots] == ["error", "values"]
    assert [row.place for row in panel.table.selected_records()] == [5]
    assert panel.status_text.startswith("#5 FULLY_CONNECTED: rmse/scale 5.7400, above 0.7.")


def test_choosing_a_layer_selects_its_tensor_everywhere_and_the_other_way_round(
    panel: DebuggerPanel, session: Session, opened: OpenModel
) -> None:
    own = repairs(opened.path)
    conv = layer(0, 0.3, "CONV_2D", name="conv")
    reshape = layer(1, 0.9, "RESHAPE", name="output")
    own.steps[0].result = result().with_layers("local", (conv, reshape)).with_layers("cumulative", ())
    session.debuggings.add(own)
    panel.chart.layer_clicked.emit(0, 1)
    assert [tensor.name for tensor in session.selection.tensors] == ["output"]
    session.select(operators=[opened.model.subgraphs[0].operators[0]])
    assert [row.place for row in panel.table.selected_records()] == [0]


def test_a_layer_table_from_disk_is_shown_with_the_current_model(
    panel: DebuggerPanel, session: Session, opened: OpenModel, tmp_path: Path, qtbot: QtBot
) -> None:
    write_layer_csv(layer_table(result().local), tmp_path / "layers.csv")
    write_layer_csv(layer_table(result().cumulative), tmp_path / "layers.cumulative.csv")
    session.debuggings.open_csv(tmp_path / "layers.csv", opened)
    qtbot.waitUntil(lambda: panel.repairs is not None)
    assert panel.repairs is not None and panel.repairs.first.kinds == ("local", "cumulative")
    assert panel.chart.plot is not None and panel.chart.plot.title == "rmse / scale by layer"
    assert len(texts(panel.table, "metric")) == 6, "rows that the model has not are shown all the same"
    assert panel.layers.buttons.isHidden() and not panel.side.run.isVisible()
    assert "can't be repaired" in panel.side.notices.notices[0].text


def test_a_broken_table_is_a_sentence(panel: DebuggerPanel, session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with qtbot.waitSignal(session.failed) as told_signal:
        session.debuggings.open_csv(tmp_path / "x.csv", session.current)
    assert "no table of the quantization debugger" in told_signal.args[0]


@pytest.mark.parametrize("name", ["c.png", "c.svg", "c.csv"])
def test_the_chart_is_saved_as_picture_or_numbers(
    panel: DebuggerPanel, history: Repairs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    target = tmp_path / name
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_more: (str(target), ""))
    panel.save_chart()
    assert target.stat().st_size > 300
    if name == "c.csv":
        lines = target.read_text().splitlines()
        assert lines[0] == "model,series,error,operator,op_name,tensor_name,rmse_over_scale" and len(lines) == 7


def test_copy_gives_the_layers_with_ticks(panel: DebuggerPanel, history: Repairs) -> None:
    panel.layers.tick({5})
    panel.copy()
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0].startswith("Float\t#\top_name\tTensor\trmse / scale") and "FULLY_CONNECTED" in lines[5]


def test_suggest_proposes_a_set_that_one_press_ticks(
    panel: DebuggerPanel, history: Repairs, queue: FakeQueue, qtbot: QtBot, tmp_path: Path
) -> None:
    panel.suggesting.search(history, 0.01)
    (job,) = queue.jobs
    assert isinstance(job.options, SuggestOptions) and job.options.distance == 0.01 and not job.quiet
    nothing = {"stage": "none", "round": 0, "float_tensors": [], "operators": [], "score": 0.7, "closeness": 0.9,
               "size_bytes": 60_000, "kept": True}  # fmt: skip
    best = nothing | {"stage": "add", "round": 1, "float_tensors": ["layer_4", "layer_5"], "operators": [4, 5],
                      "score": 0.84, "size_bytes": 70_000}  # fmt: skip
    job.result = {"kind": "accuracy", "samples": 10, "float_score": 0.845, "float_size_bytes": 200_000,
                  "distance": 0.01, "reached": True, "float_tensors": ["layer_4", "layer_5"], "operators": [4, 5],
                  "score": 0.84, "size_bytes": 70_000, "tried": [nothing, best], "notes": ["A note."]}  # fmt: skip
    queue.end(job, DONE)
    dialog = panel.suggesting.dialog
    assert dialog is not None
    assert dialog.headline.text() == "With #4 #5 as float the score is 84.0 %, near enough to float32's 84.5 %."
    assert dialog.tick.text() == "Tick 2 layers"
    dialog.export(tmp_path / "s.csv")
    assert len((tmp_path / "s.csv").read_text().splitlines()) == 3
    dialog.export(tmp_path / "s.png")
    qtbot.keyClick(dialog, Qt.Key.Key_Return)  # as a user would who agrees
    assert history.ticked == {4, 5}


def test_the_user_s_borders_stay(panel: DebuggerPanel, history: Repairs) -> None:
    panel.splitter.splitterMoved.emit(200, 1)
    before = panel.splitter.sizes()
    panel.resize(1180, 790)
    assert panel.splitter.sizes()[0] - before[0] < 20
