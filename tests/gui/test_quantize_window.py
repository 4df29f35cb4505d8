"""From the open model to variants in the list, with a real worker: what a person does, step by step."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from inspector.gui import saving
from inspector.gui.dialogs.quantize import QuantizeDialog
from inspector.gui.main_window import MainWindow
from inspector.jobs.provenance import read_provenance

pytestmark = pytest.mark.tensorflow
_PATIENCE_MS = 180_000


@pytest.fixture
def window(sample_window: MainWindow) -> MainWindow:
    return sample_window


def ready_dialog(window: MainWindow, qtbot: QtBot) -> QuantizeDialog:
    window.actions_by_id["quantize"].trigger()
    dialog = window.variants.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.data.check is not None)
    return dialog


def test_variants_are_made_listed_and_discarded(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = ready_dialog(window, qtbot)
    dialog.table.choose(["dynamic_range", "int8"])
    dialog.output.unsaved.setChecked(True)
    dialog.make.click()
    job = window.session.jobs.jobs[0]
    qtbot.waitUntil(lambda: job.over, timeout=_PATIENCE_MS)
    assert job.state == "done", job.sentence
    qtbot.waitUntil(lambda: len(window.session.models) == 3)
    schemes = {opened.recipe: opened.scheme.badge for opened in window.session.unsaved}
    assert schemes == {"dynamic_range": "DRQ", "int8": "FIQ int8"}
    variant = window.session.unsaved[0]
    told = read_provenance(variant.path)
    assert told is not None and told.recipe == variant.recipe and Path(told.source) == window.session.models[0].path
    monkeypatch.setattr(saving, "ask", lambda *_args: 1)
    assert window.close()
    assert not variant.path.exists()


def test_a_job_that_is_cancelled_leaves_nothing(window: MainWindow, qtbot: QtBot) -> None:
    folder = window.session.models[0].path.parent
    before = sorted(folder.iterdir())
    dialog = ready_dialog(window, qtbot)
    dialog.make.click()
    job = window.session.jobs.jobs[0]
    qtbot.waitUntil(lambda: job.step.startswith(("Loading", "Converting", "Making")), timeout=_PATIENCE_MS)
    window.session.jobs.cancel(job)
    qtbot.waitUntil(lambda: job.over, timeout=_PATIENCE_MS)
    assert job.state == "cancelled" and len(window.session.models) == 1
    assert sorted(folder.iterdir()) == before
