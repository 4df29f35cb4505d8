"""The Ranges page of the Debugger: measured when asked for, a table, a histogram, what clipping the weights costs."""

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from inspector.gui.jobs import DONE, FAILED
from inspector.gui.panels.debugger import DebuggerPanel
from inspector.gui.repairs import Repairs, Step
from inspector.gui.session import OpenModel, Session
from inspector.jobs.repair_options import RangesOptions
from tests.debugged import repairs, result
from tests.gui.quantize_fakes import FakeQueue, with_fake_jobs


@pytest.fixture
def queue(session: Session, monkeypatch: pytest.MonkeyPatch) -> FakeQueue:
    monkeypatch.setattr("inspector.gui.jobs.engine_of", lambda _source: "keras3")
    return with_fake_jobs(session)


@pytest.fixture
def panel(session: Session, opened: OpenModel, queue: FakeQueue, qtbot: QtBot) -> DebuggerPanel:
    made = DebuggerPanel(session)
    qtbot.addWidget(made)
    made.resize(1180, 760)
    made.show()
    session.debuggings.add(repairs(opened.path))
    made.set_model(opened)
    made.bar.page.button("ranges").click()
    return made


def activation(place: int) -> dict:
    return {
        "tensor": place, "name": f"layer_{place}", "operator": place, "op_name": "CONV_2D", "elements": 4,
        "min": -1.0, "max": 3.0, "mean": 0.5, "sigma": 0.5, "outside_3_sigma": 0.01, "not_finite": 0,
        "histogram": {"edges": np.linspace(-1, 3, 9).tolist(), "counts": [1, 2, 9, 9, 4, 1, 0, 1]},
        "clippings": [
            {"kind": "minmax", "value": 0.0, "low": -1.0, "high": 3.0, "clipped": 0.0, "scale": 0.016},
            {"kind": "sigma", "value": 3.0, "low": -1.0, "high": 2.0, "clipped": 0.01, "scale": 0.012},
        ],
    }  # fmt: skip


def told() -> dict:
    row = {"sigma": None, "quantized": False, "bits": 8, "score": 0.534, "correct": 534, "closeness": 1.0,
           "clipped": 0.0, "rmse": 0.0}  # fmt: skip
    rows = [row, {**row, "quantized": True, "sigma": 3.0, "score": 0.527}, {**row, "quantized": True, "sigma": 1.0,
                                                                          "score": 0.414}]  # fmt: skip
    return {"model": "net", "samples": 10, "activations": [activation(1), activation(5)],
            "weights": {"kind": "accuracy", "samples": 10, "bits": 8, "rows": rows}, "notes": []}  # fmt: skip


def measured(panel: DebuggerPanel, queue: FakeQueue) -> None:
    panel.ranges.empty.button.click()
    (job,) = queue.jobs
    assert isinstance(job.options, RangesOptions)
    job.result = told()
    queue.end(job, DONE)


def test_nothing_is_measured_before_it_is_asked_for(panel: DebuggerPanel, queue: FakeQueue) -> None:
    assert "were not measured yet" in panel.ranges.empty.sentence.text() and not queue.jobs
    assert panel.bar.errors.isHidden(), "the chart's controls have nothing to do here"
    panel.ranges.empty.button.click()
    assert panel.ranges.empty.sentence.text().startswith("Measuring the ranges")


def test_activations_and_clipped_weights_come_into_their_tables(panel: DebuggerPanel, queue: FakeQueue) -> None:
    measured(panel, queue)
    records = panel.ranges.table.records
    assert [records.record(row).name for row in range(records.rowCount())] == ["layer_1", "layer_5"]
    weights = panel.ranges.weights.records
    shown = [weights.columns[place].display(weights.record(row)) for row in range(3) for place in (0, 2)]
    assert shown == ["float", "53.4 %", "int8, 3 sigma", "52.7 %", "int8, 1 sigma", "41.4 %"]
    assert panel.ranges.plot is not None and panel.ranges.plot.title == "layer_1"
    assert panel.status_text == "Ranges of 2 activations of net"


def test_the_histogram_is_saved(panel: DebuggerPanel, queue: FakeQueue, tmp_path: Path) -> None:
    measured(panel, queue)
    panel.ranges.export(tmp_path / "r.csv")
    assert len((tmp_path / "r.csv").read_text().splitlines()) == 9
    panel.ranges.export(tmp_path / "r.svg")
    assert (tmp_path / "r.svg").read_bytes().startswith(b"<?xml")


def test_a_failure_is_said_and_it_can_be_tried_again(
    panel: DebuggerPanel, queue: FakeQueue, session: Session, qtbot: QtBot
) -> None:
    panel.ranges.empty.button.click()
    with qtbot.waitSignal(session.failed) as said:
        queue.end(queue.jobs[0], FAILED, "No samples.")
    assert said.args == ["Activation ranges of net failed. No samples."]
    assert not panel.ranges.empty.button.isHidden()


def test_a_table_from_disk_has_no_source_to_measure(panel: DebuggerPanel, session: Session, opened: OpenModel) -> None:
    session.debuggings.add(Repairs("layers.csv", opened.path, steps=[Step(0, result=result())]))
    assert panel.ranges.empty.button.isHidden()
    assert "does not have" in panel.ranges.empty.sentence.text()
