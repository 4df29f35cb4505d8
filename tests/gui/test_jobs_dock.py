"""The Jobs dock as a person meets it: what runs, what waits, what failed, and what can be done about it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from inspector.gui.dialogs.job_log import JobLogDialog
from inspector.gui.jobs import Job, JobQueue
from inspector.gui.main_window import MainWindow
from inspector.gui.panels.jobs import JobsPanel, JobsView
from inspector.gui.tables.job_delegate import ROW_HEIGHT
from inspector.gui.tables.job_table import JOB, LINKS, PROGRESS, STEP, TIME, cell_text, outcome_text, time_text
from inspector.gui.theme import apply_theme, current_palette
from tests.conftest import ROOT
from tests.gui.test_jobs import until_over, until_step
from tests.gui.windows import window_while_testing
from tests.jobs.tasks import COMMAND, TryOptions


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, sample_h5: Path) -> Iterator[MainWindow]:
    """A window with the sample open, whose workers do the small tasks of these tests."""
    for made in window_while_testing(qtbot, qapp, sample_h5):
        made.resize(1200, 800)
        yield made


def queue_of(window: MainWindow) -> JobQueue:
    """The window's queue, with the small tasks' worker."""
    queue = window.session.jobs
    queue._command = lambda _engine: COMMAND
    return queue


def submit(window: MainWindow, do: str = "steps", title: str = "", **options: Any) -> Job:
    return queue_of(window).submit(TryOptions(do=do, **options), title or f"Try {do}", "digits_cnn.h5")


def panel_of(window: MainWindow) -> JobsPanel:
    panel = window.jobs_dock.dock.findChild(JobsPanel)
    assert isinstance(panel, JobsPanel)
    return panel


def link_of(view: JobsView, row: int) -> QPushButton:
    holder = view.indexWidget(view.jobs.index(row, LINKS))
    button = holder.findChild(QPushButton)
    assert isinstance(button, QPushButton)
    return button


def ended(options: dict[str, Any], state: str = "done", sentence: str = "") -> Job:
    job = Job("1", "Quantize", "digits_cnn.h5", TryOptions(), "keras3")
    job.begin()
    job.result, job.fraction = options, 1.0
    job.end(state, sentence)
    return job


def test_the_dock_comes_with_the_first_job(window: MainWindow, qtbot: QtBot):
    assert not {"jobs", "dock"} & {*window.session.__dict__, *window.jobs_dock.__dict__}  # nothing is made before
    assert not window.actions_by_id["panel-jobs"].isChecked()
    job = submit(window, "wait")
    assert window.jobs_dock.dock.isVisible()
    assert window.actions_by_id["panel-jobs"].isChecked()
    window.session.jobs.cancel(job)
    until_over(qtbot, job)


def test_a_dock_that_was_hidden_stays_hidden_and_comes_back_by_its_action(window: MainWindow, qtbot: QtBot):
    first = submit(window)
    window.actions_by_id["panel-jobs"].trigger()
    assert window.jobs_dock.dock.isHidden()
    second = submit(window)
    assert window.jobs_dock.dock.isHidden()
    window.actions_by_id["panel-jobs"].trigger()
    assert window.jobs_dock.dock.isVisible()
    until_over(qtbot, first, second)


def test_without_jobs_the_dock_says_where_they_come_from(window: MainWindow):
    window.actions_by_id["panel-jobs"].trigger()
    panel = panel_of(window)
    assert panel.empty.isVisible() and not panel.table.isVisible()
    assert panel.empty.text() == "No jobs. Quantize makes some."


def test_rows_say_what_runs_and_what_waits(window: MainWindow, qtbot: QtBot):
    running, waiting = submit(window, "steps", "Quantize 5 variants", steps=4, seconds=0.5), submit(window)
    view = panel_of(window).table
    QAbstractItemModelTester(view.jobs, QAbstractItemModelTester.FailureReportingMode.Fatal)
    until_step(qtbot, running, "Step 3 of 4")
    assert [cell_text(running, place) for place in (JOB, STEP, PROGRESS)] == [
        "Quantize 5 variants", "Step 3 of 4", "50 %",
    ]  # fmt: skip
    assert cell_text(waiting, STEP) == "waits for the job above"
    assert (cell_text(waiting, PROGRESS), cell_text(waiting, TIME)) == ("", "")
    assert window.status.jobs.text() == "Quantize 5 variants: 50 %, 1 waiting"
    assert link_of(view, 0).text() == link_of(view, 1).text() == "Cancel"
    until_over(qtbot, running, waiting)
    assert window.status.jobs.text() == ""
    assert cell_text(running, PROGRESS) == "done"
    assert link_of(view, 0).text() == "Log"


def test_the_cancel_link_cancels(window: MainWindow, qtbot: QtBot):
    job = submit(window, "wait")
    until_step(qtbot, job, "Waiting")
    qtbot.mouseClick(link_of(panel_of(window).table, 0), Qt.MouseButton.LeftButton)
    until_over(qtbot, job)
    assert job.state == "cancelled"
    assert cell_text(job, STEP) == "cancelled, nothing was kept"


def test_delete_cancels_the_selected_job(window: MainWindow, qtbot: QtBot):
    running, waiting = submit(window, "wait"), submit(window)
    view = panel_of(window).table
    view.selectRow(1)
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert (running.state, waiting.state) == ("running", "cancelled")
    view.selectRow(0)
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    until_over(qtbot, running)


def test_the_sentence_of_a_failure_is_shown_whole(window: MainWindow, qtbot: QtBot):
    job = submit(window, "crash")
    until_over(qtbot, job)
    view = panel_of(window).table
    window.resize(1000, 700)
    qtbot.waitUntil(lambda: view.rowHeight(0) > ROW_HEIGHT)
    assert view.columnSpan(0, STEP) == 2  # over the progress that it has not
    assert view.jobs.data(view.jobs.index(0, STEP), Qt.ItemDataRole.ToolTipRole) == job.sentence
    window.resize(2600, 700)
    qtbot.waitUntil(lambda: view.rowHeight(0) == ROW_HEIGHT)


def test_the_newest_row_stays_in_sight_when_rows_grow(window: MainWindow, qtbot: QtBot):
    window.resize(1000, 600)
    jobs = [submit(window, "crash") for _each in range(5)]
    until_over(qtbot, *jobs)
    view = panel_of(window).table
    bar = view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    bar.setValue(0)
    window.session.jobs.changed.emit(jobs[0])
    window.resize(1010, 600)
    qtbot.wait(50)
    assert bar.value() == 0  # who looks at older ones is left alone


def test_the_window_is_alive_after_its_worker_was_killed(window: MainWindow, qtbot: QtBot):
    job = submit(window, "wait")
    until_step(qtbot, job, "Waiting")
    os.kill(int(job.step.split()[-1]), signal.SIGKILL)
    until_over(qtbot, job)
    assert "SIGKILL" in cell_text(job, STEP)
    window.tabs.show_tab("tensors")
    assert window.tabs.current == "tensors"
    again = submit(window)
    until_over(qtbot, again)
    assert again.state == "done"


def test_the_log_opens_from_its_link_and_follows_the_job(window: MainWindow, qtbot: QtBot):
    job = submit(window, "steps", steps=3, seconds=0.6)
    view = panel_of(window).table
    qtbot.waitUntil(lambda: job.log != "" and job.step.startswith("Step"), timeout=20_000)
    assert [action.text() for action in view.menu(job).actions()][:2] == ["Cancel", "Log"]
    view.do("Log", job)
    dialog = window.findChild(JobLogDialog)
    assert isinstance(dialog, JobLogDialog)
    assert "Step 1 of 3" in dialog.text.toPlainText()
    assert dialog.sentence.text().startswith("Step")
    until_over(qtbot, job)
    qtbot.waitUntil(lambda: dialog.text.toPlainText() == job.log)
    crashed = submit(window, "crash")
    until_over(qtbot, crashed)
    qtbot.mouseClick(link_of(view, 1), Qt.MouseButton.LeftButton)
    second = window.findChildren(JobLogDialog)[-1]
    assert "do_crash" in crashed.log
    assert second.sentence.text() == crashed.sentence
    qtbot.waitUntil(lambda: second.text.toPlainText() == crashed.log)
    second.copy()
    assert QGuiApplication.clipboard().text() == crashed.log


def test_a_log_is_saved(window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    job = submit(window, "noise")
    until_over(qtbot, job)
    qtbot.waitUntil(lambda: "Making noise" in job.log)
    dialog = JobLogDialog(window.session.jobs, job, window)
    for name, words in (("log.txt", "Saved as log.txt."), ("nowhere/log.txt", "nowhere")):
        monkeypatch.setattr(
            "inspector.gui.dialogs.job_log.QFileDialog.getSaveFileName",
            lambda *_, name=name: (str(tmp_path / name), ""),
        )
        dialog.save()
        assert words in dialog.message.text()
    assert (tmp_path / "log.txt").read_text() == job.log
    (tmp_path / "log.txt").write_text("older")
    monkeypatch.setattr(
        "inspector.gui.dialogs.job_log.QFileDialog.getSaveFileName", lambda *_: (str(tmp_path / "log.txt"), "")
    )
    dialog.save()  # the file dialog has asked whether to replace it
    assert (tmp_path / "log.txt").read_text() == job.log


def test_a_log_that_was_closed_is_not_written_to(window: MainWindow, qtbot: QtBot):
    job = submit(window, "steps", steps=4, seconds=0.3)
    until_step(qtbot, job, "Step 1")
    window.jobs_dock.show_log(job)
    dialog = window.findChild(JobLogDialog)
    assert isinstance(dialog, JobLogDialog)
    with qtbot.waitSignal(dialog.destroyed):
        dialog.close()
    until_over(qtbot, job)
    assert job.state == "done"


def test_a_job_without_a_log_says_so(window: MainWindow, qtbot: QtBot):
    job = submit(window, "leave")
    until_over(qtbot, job)
    assert JobLogDialog(window.session.jobs, job, window).text.toPlainText() == "The worker wrote nothing."


def test_show_brings_the_first_variant_into_sight(window: MainWindow, qtbot: QtBot, sample_tflite: Path):
    job = submit(window)
    until_over(qtbot, job)
    job.result = {"variants": [{"recipe": "int8", "path": str(sample_tflite), "size_bytes": 72_000}]}
    window.session.jobs.changed.emit(job)
    link = link_of(panel_of(window).table, 0)
    assert link.text() == "Show"
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.current is not None and window.session.current.path == sample_tflite)


def test_clear_finished_keeps_what_runs(window: MainWindow, qtbot: QtBot):
    assert not window.jobs_dock.clear.isEnabled()
    done = submit(window)
    until_over(qtbot, done)
    running = submit(window, "wait")
    assert window.jobs_dock.clear.isEnabled()
    qtbot.mouseClick(window.jobs_dock.clear, Qt.MouseButton.LeftButton)
    view = panel_of(window).table
    assert view.jobs.rowCount() == 1 and view.jobs.job(0) is running
    assert link_of(view, 0).accessibleName() == "Cancel Try wait"
    assert not window.jobs_dock.clear.isEnabled()
    window.session.jobs.cancel(running)
    until_over(qtbot, running)


def test_the_table_copies_as_tsv(window: MainWindow, qtbot: QtBot):
    jobs = [submit(window, "fail"), submit(window)]
    until_over(qtbot, *jobs)
    view = panel_of(window).table
    view.setFocus()
    window.actions_by_id["copy"].trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "Job\tModel\tStep\tProgress\tTime"
    assert lines[1].startswith("Try fail\tdigits_cnn.h5\tThe model holds a CUSTOM operator.\t\t0:0")
    assert len(lines) == 3
    view.selectRow(1)
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert len(QGuiApplication.clipboard().text().splitlines()) == 2


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_failures_are_red_and_the_bar_grows(window: MainWindow, qtbot: QtBot, qapp: QApplication, theme: str):
    apply_theme(qapp, theme)
    bad, good = submit(window, "fail"), submit(window)
    until_over(qtbot, bad, good)
    view = panel_of(window).table
    image = view.viewport().grab().toImage()
    colors = current_palette()
    assert colors.bad.lower() in pixels(image, view, 0, STEP)
    assert colors.good.lower() in pixels(image, view, 1, PROGRESS)
    apply_theme(qapp, "light")


def pixels(image: QImage, view: JobsView, row: int, column: int) -> set[str]:
    rect = view.visualRect(view.jobs.index(row, column))
    ratio = image.devicePixelRatio()
    places = (QPoint(x, y) for x in range(rect.left(), rect.right()) for y in range(rect.top(), rect.bottom()))
    return {image.pixelColor(place * ratio).name() for place in places}


def test_a_bar_without_a_share_moves(window: MainWindow, qtbot: QtBot):
    job = submit(window, "wait")
    until_step(qtbot, job, "Waiting")
    view = panel_of(window).table
    rect = view.visualRect(view.jobs.index(0, PROGRESS))
    first = view.viewport().grab(rect).toImage()
    qtbot.waitUntil(lambda: view.viewport().grab(rect).toImage() != first)
    assert view._busy.isActive()
    window.session.jobs.cancel(job)
    until_over(qtbot, job)
    qtbot.waitUntil(lambda: not view._busy.isActive())


def test_closing_the_last_model_keeps_the_jobs_in_sight(window: MainWindow, qtbot: QtBot):
    job = submit(window, "wait")
    current = window.session.current
    assert current is not None
    window.session.close(current)
    assert window.jobs_dock.dock.isVisible()
    window.session.jobs.cancel(job)
    until_over(qtbot, job)


def test_what_was_made_is_summed_up():
    one = [{"recipe": "int8", "path": "/tmp/digits.int8.tflite", "size_bytes": 72_680, "notes": []}]
    assert outcome_text({"variants": one}) == "digits.int8.tflite, 71.0 KB."
    two = [
        *one,
        {"recipe": "dynamic_range", "path": "/tmp/d.tflite", "size_bytes": 9_000, "notes": ["0 of 4 quantized."]},
    ]
    failed = [{"recipe": "sparse", "sentence": "The model has no zeros."}]
    job = ended({"variants": two, "failed": failed})
    assert cell_text(job, STEP) == (
        "2 variants, 9,000 B to 71.0 KB.\nsparse: The model has no zeros.\ndynamic_range: 0 of 4 quantized."
    )
    assert outcome_text({}) == ""
    assert outcome_text({"summary": "84.0 % accuracy on 1,000 samples"}) == "84.0 % accuracy on 1,000 samples"


def test_a_window_without_jobs_loads_nothing_for_them(tmp_path: Path, sample_tflite: Path):
    code = (
        "import sys\n"
        "from inspector.gui.app import run\n"
        "assert run(sys.argv[1:]) == 0\n"
        "heavy = {'inspector.gui.jobs', 'inspector.gui.panels.jobs', 'inspector.jobs.client', 'tensorflow'}\n"
        "print('loaded:', sorted(heavy & set(sys.modules)))\n"
    )
    words = [str(sample_tflite), "--snapshot", str(tmp_path / "window.png")]
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "loaded: []"


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0:00"), (14.9, "0:14"), (75, "1:15"), (3723, "1:02:03")])
def test_times(seconds: float, text: str):
    assert time_text(seconds) == text
