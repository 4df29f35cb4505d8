"""The Sweep window: a plan is opened, changed, counted, saved and run; what runs is followed row by row."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from inspector.errors import JobError
from inspector.gui.jobs import CANCELLED
from inspector.gui.session import Session
from inspector.gui.sweep import cluster_check
from inspector.gui.sweep import window as window_module
from inspector.gui.sweep.run_rows import STEP
from inspector.gui.sweep.window import SweepWindow
from inspector.gui.sweep.window_bars import PIPELINES, PLAN
from inspector.jobs.cluster import ClusterOptions
from inspector.jobs.pipeline_news import DONE, FAILED, KEPT, RUNNING, WAITING, PipelineNews
from inspector.jobs.sweep_options import SweepOptions
from inspector.jobs.sweep_plan import read_plan
from tests.gui.quantize_fakes import FakeQueue
from tests.gui.sweep.conftest import Study, begin, counted, finish, saved, tell


def four(study: Study, *states: str) -> list[PipelineNews]:
    """News of the four pipelines of the study's plan."""
    models = [str(study.folder / name) for name in ("digits_cnn.h5", "digits_cnn_pruned.h5")]
    pairs = [(model, recipe) for model in models for recipe in ("float32", "int8")]
    made = []
    for number, ((model, recipe), state) in enumerate(zip(pairs, states, strict=True)):
        over: dict[str, Any] = {"metric": "accuracy", "score": 0.984, "seconds": 12.5} if state in (DONE, KEPT) else {}
        if state == FAILED:
            over = {"sentence": "The worker crashed (SIGSEGV).", "seconds": 3.0}
        made.append(PipelineNews(key=str(number), model=model, recipe=recipe, state=state, **over))
    return made


def cells(window: SweepWindow, row: int) -> list[str]:
    rows = window.run_page.rows
    return [str(rows.index(row, column).data() or "") for column in range(rows.columnCount())]


def answering(monkeypatch: pytest.MonkeyPatch, answer: int | None) -> list[str]:
    """Questions asked, each answered so."""
    asked: list[str] = []

    def ask(_parent: object, _title: str, text: str, _answers: object) -> int | None:
        asked.append(text)
        return answer

    monkeypatch.setattr(window_module, "ask", ask)
    return asked


def test_a_plan_is_counted_and_looking_at_it_changes_nothing(window: SweepWindow, study: Study, qtbot: QtBot):
    assert window.open_plan(study.plan)
    counted(qtbot, window)
    assert window.bar.message.text() == "2 models × 2 recipes × 1 seed = 4 pipelines."
    assert window.bar.run.text() == "Run 4 pipelines" and window.bar.run.isEnabled()
    page = window.plan_page.data.page
    assert page.for_all
    qtbot.waitUntil(lambda: page.parts["evaluation"].form._model is not None, timeout=20_000)
    qtbot.waitUntil(lambda: all(part.form.check is not None for part in page.parts.values()), timeout=20_000)
    assert page.parts["evaluation"].form.choice.labels == "y_test"  # type: ignore[union-attr]
    box = next(iter(page.parts["calibration"].form.arrays.boxes.values()))
    assert box.currentData() == "x_calibration"
    window.plan_page.models.view.setFocus()
    window.plan_page.models.view.selectRow(1)
    own = window.plan_page.data.page
    assert not own.for_all
    qtbot.waitUntil(lambda: all(part.form._model is not None for part in own.parts.values()), timeout=20_000)
    qtbot.waitUntil(lambda: not any(part.form._rest.isActive() for part in own.parts.values()), timeout=20_000)
    assert not window.edit.dirty and window.windowTitle() == "Digits - Sweep"


def test_seeds_count_for_recipes_that_draw_samples(window: SweepWindow, study: Study, qtbot: QtBot):
    window.open_plan(study.plan)
    window.plan_page.measure.seeds.setText("")
    qtbot.keyClicks(window.plan_page.measure.seeds, "0, 1, 2")
    counted(qtbot, window)
    assert window.edit.plan.seeds == (0, 1, 2)
    assert window.bar.message.text() == "2 models × (1 recipe + 1 calibrated × 3 seeds) = 8 pipelines."
    qtbot.keyClicks(window.plan_page.measure.seeds, "x")
    assert window.bar.message.text() == '"2x" is no seed. Write whole numbers: 0, 1, 2.'
    assert not window.bar.run.isEnabled()


def test_what_is_wrong_stands_beside_the_button(window: SweepWindow, study: Study, qtbot: QtBot):
    counted(qtbot, window)
    assert window.bar.message.text() == "The plan has no models: add one with its path."
    window.plan_page.models.add([str(study.model)])
    counted(qtbot, window)
    assert "has no calibration data, which int8_float_io needs" in window.bar.message.text()
    assert window.bar.message.text().endswith("1 more problem.")
    window.plan_page.recipes.choose(())
    assert window.bar.message.text() == "Tick at least one recipe."
    assert not window.bar.run.isEnabled()


def test_data_that_do_not_fit_are_told_before_anything_runs(window: SweepWindow, study: Study, qtbot: QtBot):
    text = study.plan.read_text().replace('"" = "x_test"', '"" = "y_test"').replace('labels = "y_test"', "")
    study.plan.write_text(text)
    window.open_plan(study.plan)
    counted(qtbot, window)
    assert window.bar.message.text().startswith("digits_cnn.h5: ")
    assert not window.bar.run.isEnabled()
    rows = window.plan_page.models.rows
    assert "digits_cnn.h5: " in rows.index(0, 4).data(Qt.ItemDataRole.ToolTipRole)
    assert rows.data(rows.index(0, 4), Qt.ItemDataRole.UserRole + 1) == "bad"


def test_recipes_metrics_reference_and_debugging_land_in_the_file(
    window: SweepWindow, study: Study, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    window.open_plan(study.plan)
    window.plan_page.recipes.choose(("dynamic_range", "int8", "uint8"))
    assert window.edit.plan.reference == "dynamic_range", "float32 is not among them any more"
    measure = window.plan_page.measure
    measure.reference.setCurrentIndex(1)
    measure.reference.activated.emit(1)
    for name in ("kappa", "accuracy"):
        measure.choices[name].trigger()
    measure.debug.click()
    window.head.name.setText("")
    qtbot.keyClicks(window.head.name, "Two digits")
    assert window.windowTitle() == "*Two digits - Sweep"
    monkeypatch.setattr(
        "PySide6.QtWidgets.QFileDialog.getSaveFileName", lambda *_words: (str(study.folder / "other"), "")
    )
    assert window.save_as()
    plan = read_plan(study.folder / "other.toml")
    assert (plan.name, plan.recipes, plan.reference) == ("Two digits", ("dynamic_range", "int8", "uint8"), "int8")
    assert (plan.metrics, plan.debug) == (("kappa",), True)
    assert window.windowTitle() == "Two digits - Sweep" and window.head.file.text().endswith("other.toml")


def test_one_model_gets_data_of_its_own(window: SweepWindow, study: Study, qtbot: QtBot):
    window.open_plan(study.plan)
    counted(qtbot, window)
    window.plan_page.data.look_at(1)
    part = window.plan_page.data.page.parts["evaluation"]
    assert part.usual.text() == "As all models: digits.npz, x_test, labels y_test."
    assert not part.form.isVisible()
    part.own.click()
    qtbot.waitUntil(lambda: part.form.check is not None, timeout=20_000)
    own = window.edit.plan.models[1].evaluation
    assert own is not None and own.arrays == (("", "x_test"),) and own.labels == "y_test"
    part.form.samples.count.setValue(50)
    assert window.edit.plan.models[1].evaluation.samples == 50  # type: ignore[union-attr]
    scoring = window.plan_page.data.page.scoring.boxes["task"]
    scoring.setCurrentIndex(scoring.findData("multiclass"))
    scoring.activated.emit(scoring.currentIndex())
    assert window.edit.plan.models[1].options == {"task": "multiclass"}
    part.own.click()
    assert window.edit.plan.models[1].evaluation is None
    assert window.edit.plan.evaluation is not None


def test_labels_that_are_not_wanted_are_written_down(window: SweepWindow, study: Study, qtbot: QtBot):
    window.open_plan(study.plan)
    counted(qtbot, window)
    page = window.plan_page.data.page
    form = page.parts["evaluation"].form
    qtbot.waitUntil(lambda: form.check is not None and form.labels.count() > 1, timeout=20_000)  # type: ignore[attr-defined]
    form.labels.setCurrentIndex(0)  # type: ignore[attr-defined]
    form.labels.activated.emit(0)  # type: ignore[attr-defined]
    assert window.edit.plan.evaluation.labels == "none"  # type: ignore[union-attr]
    window.save()
    window.open_plan(study.plan)
    qtbot.waitUntil(lambda: window.plan_page.data.page.parts["evaluation"].form.check is not None, timeout=20_000)
    assert window.edit.plan.evaluation.labels == "none" and not window.edit.dirty  # type: ignore[union-attr]


def test_run_saves_what_was_changed_and_puts_the_job_beside_the_others(
    window: SweepWindow, study: Study, queue: FakeQueue, qtbot: QtBot
):
    window.open_plan(study.plan)
    window.edit.set(seeds=(4,))
    counted(qtbot, window)
    assert window.bar.run.text() == "Save and run 4 pipelines"
    window.plan_page.place.workers.setValue(2)
    counted(qtbot, window)
    job = begin(queue, window)
    assert job.options == SweepOptions(plan=str(study.plan), folder=str(study.folder / "digits.results"), workers=2)
    assert (job.title, job.model_name, job.beside) == ("Sweep Digits", "digits.toml", True)
    assert read_plan(study.plan).seeds == (4,) and not window.edit.dirty
    assert window.head.pages.current == PIPELINES
    assert not window.bar.run.isVisible() and window.bar.cancel.isVisible()


def test_each_pipeline_is_followed(window: SweepWindow, study: Study, queue: FakeQueue, qtbot: QtBot):
    window.open_plan(study.plan)
    counted(qtbot, window)
    job = begin(queue, window)
    tell(queue, job, *four(study, KEPT, WAITING, WAITING, WAITING))
    _first, second, third, _last = four(study, KEPT, RUNNING, FAILED, WAITING)
    tell(queue, job, second)
    step = PipelineNews(**{**second.to_dict(), "step": "Calibrating 12 of 100", "fraction": 0.3})
    tell(queue, job, step, third)
    job.step, job.fraction = "2 of 4 done, 1 failed, about 20 s left", 0.5
    queue.changed.emit(job)
    page = window.run_page
    assert page.headline.text() == "2 of 4 done, 1 failed, about 20 s left" and page.bar.value() == 500
    assert cells(window, 0) == ["done before", "digits_cnn.h5", "float32", "0", "", "12.5 s", "Accuracy 98.4 %"]
    assert cells(window, 1)[:5] == ["running", "digits_cnn.h5", "FIQ int8", "0", "Calibrating 12 of 100"]
    assert (cells(window, 2)[0], cells(window, 2)[STEP]) == ("failed", "The worker crashed (SIGSEGV).")
    assert cells(window, 3)[0] == "waiting"
    assert window.bar.message.text().startswith("1 running, 1 waiting. What is done is kept in ")
    page.view.selectRow(2)
    assert page.sentence.isVisible() and page.sentence.text() == "The worker crashed (SIGSEGV)."
    page.view.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[STEP] == "Step" and lines[1].split("\t")[0] == "failed" and len(lines) == 2


def test_cancel_keeps_the_rows_and_resume_goes_on(window: SweepWindow, study: Study, queue: FakeQueue, qtbot: QtBot):
    window.open_plan(study.plan)
    counted(qtbot, window)
    job = begin(queue, window)
    tell(queue, job, *four(study, DONE, RUNNING, WAITING, WAITING))
    window.bar.cancel.click()
    assert job.cancelling
    finish(queue, job, CANCELLED)
    assert window.run_page.headline.text() == "Stopped: 1 pipeline done. Resume goes on from here."
    assert [cells(window, row)[0] for row in range(4)] == ["done", "stopped", "stopped", "stopped"]
    assert window.bar.run.isVisible() and not window.bar.cancel.isVisible()
    counted(qtbot, window)
    again = begin(queue, window)
    assert again is not job and window.run_page.rows.rowCount() == 0


def test_a_sweep_that_could_not_begin_says_why(window: SweepWindow, study: Study, queue: FakeQueue, qtbot: QtBot):
    window.open_plan(study.plan)
    counted(qtbot, window)
    finish(queue, begin(queue, window), "failed", "Another sweep is working in that folder.")
    assert window.run_page.headline.text() == "The sweep could not begin."
    assert window.run_page.sentence.text() == "Another sweep is working in that folder."


def test_a_dask_cluster_needs_its_address(window: SweepWindow, study: Study, queue: FakeQueue, qtbot: QtBot):
    window.open_plan(study.plan)
    place = window.plan_page.place
    window.plan_page.show_side("run")
    place.where.button("dask").click()
    assert window.bar.message.text() == "Write the address of the Dask scheduler, such as tcp://host:8786."
    assert not place.check_button.isEnabled() and not place.workers.isVisible()
    place.address.setText("tcp://127.0.0.1:8786")
    counted(qtbot, window)
    job = begin(queue, window)
    assert isinstance(job.options, SweepOptions) and (job.options.dask, job.options.workers) == (
        "tcp://127.0.0.1:8786", 0
    )  # fmt: skip


def test_check_says_what_the_cluster_can_do(
    window: SweepWindow, study: Study, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    asked: list[ClusterOptions] = []

    def answer(options: ClusterOptions, _on_event: object, engine: str) -> dict[str, Any]:
        asked.append(options)
        if "wrong" in options.dask:
            raise JobError("No Dask scheduler answers at tcp://wrong:1.")
        return {"workers": 2, "slots": 2, "wrong": ["The worker tcp://b does not see /x."], "summary": "2 workers."}

    monkeypatch.setattr(cluster_check, "run_in_worker", answer)
    window.open_plan(study.plan)
    counted(qtbot, window)
    place = window.plan_page.place
    place.where.button("dask").click()
    place.address.setText("tcp://host:8786")
    place.check_button.click()
    assert place.check_button.text() == "Checking..." and not place.check_button.isEnabled()
    qtbot.waitUntil(lambda: not place.cluster.busy)
    names = [Path(path).name for path in asked[0].paths]
    assert names == ["digits_cnn.h5", "digits_cnn_pruned.h5", "digits.npz"]
    (notice,) = place.section.lines.notices
    assert notice.text == "2 workers.\nThe worker tcp://b does not see /x." and notice.level.name == "WARNING"
    place.address.setText("tcp://wrong:1")
    assert place.section.lines.notices == (), "that was said of another address"
    place.check_button.click()
    qtbot.waitUntil(lambda: not place.cluster.busy)
    assert place.section.lines.notices[0].text == "No Dask scheduler answers at tcp://wrong:1."


def test_what_was_changed_is_asked_about(
    window: SweepWindow, study: Study, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    window.open_plan(study.plan)
    window.edit.set(debug=True)
    asked = answering(monkeypatch, None)
    window.head.new.click()
    assert asked == ["The plan Digits was changed and is not saved."]
    assert window.edit.path == study.plan and window.edit.dirty
    assert not window.close() and window.isVisible()
    answering(monkeypatch, 1)
    assert window.close()
    assert not window.edit.dirty and not window.edit.plan.debug, "discarded: it comes back as the file has it"
    window.edit.set(debug=True)
    answering(monkeypatch, 0)
    window.head.new.click()
    assert read_plan(study.plan).debug and window.edit.path is None


def test_a_wrong_plan_is_told_above_the_one_there_is(window: SweepWindow, study: Study):
    window.open_plan(study.plan)
    bad = study.folder / "bad.toml"
    bad.write_text('recipes = ["int9"]\nseeds = [-1]\n')
    assert not window.open_plan(bad)
    sentences = [notice.text for notice in window.notices.notices]
    assert len(sentences) == 3 and sentences[0].startswith("bad.toml: recipes: there is no recipe int9.")
    assert window.edit.path == study.plan
    assert window.open_plan(study.plan)


def test_plans_and_where_they_ran_are_remembered(
    window: SweepWindow, study: Study, session: Session, queue: FakeQueue, qtbot: QtBot
):
    window.open_plan(study.plan)
    window.plan_page.place.workers.setValue(3)
    window.plan_page.place.folder.text.setText(str(study.folder / "elsewhere"))
    counted(qtbot, window)
    finish(queue, begin(queue, window))
    window.begin()
    assert window.plan_page.place.workers.value() == 0
    window.head.recent.aboutToShow.emit()
    shown = [action.text() for action in window.head.recent.actions() if action.text()]
    assert shown[0] == "Open..." and shown[1].endswith("digits.toml")
    window.head.recent.actions()[-1].trigger()
    assert window.edit.path == study.plan
    assert window.plan_page.place.workers.value() == 3
    assert window.plan_page.place.results == study.folder / "elsewhere"


def test_results_are_asked_for_once_there_are_some(window: SweepWindow, study: Study, qtbot: QtBot):
    window.open_plan(study.plan)
    counted(qtbot, window)
    assert not window.bar.results.isEnabled()
    folder = study.folder / "digits.results"
    (folder / "pipelines").mkdir(parents=True)
    (folder / "sweep.json").write_text("{}")
    window.show_page(PLAN)
    assert not window.bar.results.isEnabled(), "nothing is done yet"
    (folder / "pipelines" / "1.json").write_text("{}")
    window.show_page(PLAN)
    with qtbot.waitSignal(window.results_asked) as asked:
        window.bar.results.click()
    assert asked.args == [folder]


def test_everything_has_a_name_and_a_place_in_the_tab_order(window: SweepWindow, study: Study, qtbot: QtBot):
    window.open_plan(study.plan)
    counted(qtbot, window)
    for kind in (QAbstractButton, QComboBox, QLineEdit, QSpinBox):
        for field in window.findChildren(kind):
            internal = field.objectName().startswith("qt_") or isinstance(field.parent(), QComboBox | QSpinBox)
            named = field.accessibleName() or (isinstance(field, QAbstractButton) and field.text())
            assert named or internal, f"{field} has no name"
            if isinstance(field, QAbstractButton) and not internal:
                assert field.focusPolicy() != Qt.FocusPolicy.NoFocus, f"{field.text()} can't be reached"


@pytest.mark.parametrize("width", [1000, 1440])
def test_nothing_is_cut_at_usual_widths(window: SweepWindow, study: Study, qtbot: QtBot, width: int):
    window.open_plan(study.plan)
    counted(qtbot, window)
    window.resize(width, 760)
    qtbot.wait(20)
    assert window.width() == width, "it does not ask for more room than it has"
    for button in window.findChildren(QAbstractButton):
        if button.isVisible() and button.text() and not isinstance(button.parent(), QComboBox | QSpinBox):
            assert button.width() >= button.minimumSizeHint().width(), button.text()
    saved(window)


def test_a_folder_that_may_not_be_written_is_told(window: SweepWindow, study: Study, tmp_path: Path, qtbot: QtBot):
    window.open_plan(study.plan)
    (tmp_path / "file").write_text("")
    window.plan_page.place.folder.text.setText(str(tmp_path / "file"))
    counted(qtbot, window)
    assert window.bar.message.text() == f"{tmp_path / 'file'} is not a folder. Choose another for the results."
