"""The Debugger in the window with a real worker: debug the sample, leave guilty layers float, get the score back."""

import pytest
from pytestqt.qtbot import QtBot

from inspector.gui.main_window import MainWindow
from inspector.gui.panels.debugger import DebuggerPanel

pytestmark = pytest.mark.tensorflow
_PATIENCE_MS = 180_000


@pytest.fixture
def window(sample_window: MainWindow) -> MainWindow:
    return sample_window


def test_the_guilty_layers_are_found_and_leaving_them_float_brings_the_score_back(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.actions_by_id["debug-run"].trigger()
    dialog = window.variants.debug_dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.calibration.check is not None and not dialog.problem, timeout=20_000)
    dialog.run()
    session = window.session
    qtbot.waitUntil(lambda: bool(session.debuggings.all), timeout=_PATIENCE_MS)
    assert window.tabs.current == "debug"
    panel = window.tabs.panel
    assert isinstance(panel, DebuggerPanel) and panel.repairs is not None
    history = panel.repairs
    qtbot.waitUntil(lambda: history.float_score is not None, timeout=_PATIENCE_MS)
    worst = history.steps[0].worst()
    assert worst is not None and worst.suspicious and worst.row.op_name == "FULLY_CONNECTED"
    panel.suggesting.search(history, 0.005)
    qtbot.waitUntil(lambda: panel.suggesting.dialog is not None, timeout=_PATIENCE_MS)
    assert panel.suggesting.dialog is not None
    panel.suggesting.dialog.tick.click()
    panel.requantize()
    step = history.steps[-1]
    qtbot.waitUntil(lambda: step.score is not None or bool(step.failed or step.score_failed), timeout=_PATIENCE_MS)
    before = history.steps[0].score
    assert step.score is not None and before is not None and history.float_score is not None
    assert step.score >= history.float_score - 0.005 > before
    assert step.path is not None and step.path.name == "digits_cnn.int8_float_io.step1.tflite"
    qtbot.waitUntil(lambda: any(opened.path == step.path for opened in session.models))
    assert not next(opened for opened in session.models if opened.path == step.path).saved
    panel.ranges.show_repairs(history)
    panel.ranges.measure()
    qtbot.waitUntil(lambda: history.measured is not None, timeout=_PATIENCE_MS)
    assert history.measured is not None and len(history.measured.clippings) == 5
