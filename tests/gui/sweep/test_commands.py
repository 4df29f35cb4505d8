"""The Sweep window as the main window has it: plans that are opened or dropped, and what is said at the end."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.gui.main_window import MainWindow
from inspector.gui.sweep import window as window_module
from inspector.gui.sweep.window import SweepWindow
from inspector.jobs.options import QuantizeOptions
from tests.gui.quantize_fakes import FakeQueue, with_fake_jobs
from tests.gui.sweep.conftest import Study, begin, counted, finish, saved
from tests.gui.windows import window_while_testing


@pytest.fixture
def main(qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    for made in window_while_testing(qtbot, qapp):
        yield made
        if (window := made.variants.sweeps.window) is not None:
            saved(window)
            window.close()


@pytest.fixture
def fakes(main: MainWindow) -> FakeQueue:
    return with_fake_jobs(main.session)


def sweep_window(main: MainWindow) -> SweepWindow:
    window = main.variants.sweeps.window
    assert window is not None
    return window


def test_model_sweep_begins_with_the_models_that_are_open(main: MainWindow, study: Study, sample_tflite: Path):
    main.session.open(study.model)
    main.session.open(sample_tflite)
    main.actions_by_id["sweep"].trigger()
    window = sweep_window(main)
    assert window.isVisible()
    assert [Path(model.path).name for model in window.edit.plan.models] == ["digits_cnn.h5", sample_tflite.name]
    assert window.edit.labels == () and not window.edit.dirty
    main.actions_by_id["sweep"].trigger()
    assert sweep_window(main) is window


def test_a_plan_that_is_opened_or_dropped_comes_into_its_window(main: MainWindow, study: Study, qtbot: QtBot):
    main.session.open_later([study.model, study.plan])
    assert sweep_window(main).edit.path == study.plan
    qtbot.waitUntil(lambda: len(main.session.models) == 1)
    assert main.session.results is None
    window = sweep_window(main)
    window.close()
    main.actions_by_id["sweep"].trigger()
    assert window.isVisible() and window.edit.path == study.plan, "its plan is still there"
    main.session.open(study.plan)
    assert main.session.current is not None


def test_the_copy_of_a_plan_among_results_shows_those(main: MainWindow, study: Study, qtbot: QtBot):
    folder = study.folder / "digits.results"
    (folder / "pipelines").mkdir(parents=True)
    (folder / "sweep.json").write_text('{"name": "Digits", "metrics": [], "keys": []}')
    (folder / "plan.toml").write_text(study.plan.read_text())
    main.session.open_later([folder / "plan.toml"])
    qtbot.waitUntil(lambda: main.session.results is not None)
    assert main.variants.sweeps.window is None


def test_the_end_is_said_in_the_main_window_too(main: MainWindow, study: Study, fakes: FakeQueue, qtbot: QtBot):
    main.session.open(study.plan)
    window = sweep_window(main)
    counted(qtbot, window)
    job = begin(fakes, window)
    quantize = QuantizeOptions(source=str(study.model), recipes=("float32",), output_folder=str(study.folder))
    other = main.session.jobs.submit(quantize, "Quantize", "digits_cnn.h5")
    assert job.beside and not other.beside
    folder = study.folder / "digits.results"
    (folder / "pipelines").mkdir(parents=True)
    (folder / "sweep.json").write_text('{"name": "Digits", "metrics": [], "keys": []}')
    job.result = {"folder": str(folder), "done": 3, "failed": 1, "kept": 0, "summary": ""}
    finish(fakes, job)
    assert main.message_bar.isVisible()
    assert "Sweep Digits: 3 pipelines done, 1 failed." in main.message_bar.sentence.text()
    fakes.cancel_all()
    main.jobs_dock.show_result(job)
    qtbot.waitUntil(lambda: main.session.results is not None)


def test_quitting_asks_about_a_plan_that_is_not_saved(
    main: MainWindow, study: Study, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    main.session.open(study.plan)
    window = sweep_window(main)
    window.edit.set(debug=True)
    monkeypatch.setattr(window_module, "ask", lambda *_words: None)
    assert not main.close() and main.isVisible() and window.isVisible()
    monkeypatch.setattr(window_module, "ask", lambda *_words: 1)
    assert main.close()
    assert not window.isVisible() and not main.isVisible()
