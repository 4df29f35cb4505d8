"""File > Export: node data for Model Explorer with the debugger's errors, and the report of the results in sight."""

import json
from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from inspector.analysis.quantization_debug import DebugResult
from inspector.formats import open_model
from inspector.gui.main_window import MainWindow
from inspector.gui.repairs import Repairs, Step
from tests.debugged import layer
from tests.swept import Made, swept

SaveAs = Callable[[str], Path]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.json")}


def test_node_data_are_written_with_the_errors_in_the_debugger(
    window: MainWindow, qtbot: QtBot, save_as: SaveAs, sample_tflite: Path
) -> None:
    window.session.open(sample_tflite)
    graph = open_model(sample_tflite).subgraphs[0]
    output = graph.tensors[graph.operators[0].outputs[0]].name
    layers = (layer(0, 5.0, name=output), layer(None, 1.0, name="of another model"))
    repairs = Repairs("digits", sample_tflite, steps=[Step(0, result=DebugResult("digits", layers))])
    window.session.debuggings.add(repairs)
    folder = save_as("digits.json").parent
    window.actions_by_id["export-model-explorer"].trigger()
    qtbot.waitUntil(lambda: "Wrote" in window.message_bar.sentence.text())
    assert names(folder) == {
        f"digits.{key}.json"
        for key in ("bytes", "macs", "zero_fraction", "rmse_over_scale.local", "max_abs_error.local", "sqnr_db.local")
    }
    told = json.loads((folder / "digits.rmse_over_scale.local.json").read_text())
    assert told["main"]["results"] == {output: {"value": 5.0}}
    assert "model-explorer " in window.message_bar.sentence.text()


def test_a_keras_file_is_refused_in_a_sentence(window: MainWindow, sample_h5: Path) -> None:
    window.session.open(sample_h5)
    window.actions_by_id["export-model-explorer"].trigger()
    assert "digits_cnn.h5 is a Keras file, and Model Explorer shows .tflite" in window.message_bar.sentence.text()


def test_the_results_in_sight_become_a_report(
    window: MainWindow, qtbot: QtBot, save_as: SaveAs, tmp_path: Path
) -> None:
    report = window.actions_by_id["report"]
    assert not report.isEnabled(), "there are no results"
    window.session.show_results(swept(tmp_path, (Made("net.h5", samples=40),), ("float32", "int8"), resamples=20))
    assert report.isEnabled()
    place = save_as("report.html")
    report.trigger()
    qtbot.waitUntil(place.exists, timeout=60_000)
    qtbot.waitUntil(lambda: "Wrote report.html: 2 pipelines" in window.message_bar.sentence.text(), timeout=10_000)
    assert "Accuracy by scheme" in place.read_text()


def test_a_report_with_another_suffix_is_refused_in_a_sentence(
    window: MainWindow, save_as: SaveAs, tmp_path: Path
) -> None:
    window.session.show_results(swept(tmp_path, (Made("net.h5", samples=40),), ("float32",), resamples=20))
    place = save_as("report.pdf")
    window.actions_by_id["report"].trigger()
    assert "has to end in .html" in window.message_bar.sentence.text() and not place.exists()
