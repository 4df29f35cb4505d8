"""`ranges`: what is asked of the worker, and its answer as a page, CSV and JSON."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.analysis.activation_range import RangeCounter
from inspector.datasets.choice import DataChoice
from inspector.jobs.repair_options import RangesOptions
from tests.conftest import SAMPLES

DIGITS = str(SAMPLES / "digits.npz")
CALIBRATION = ["--calibration", f"{DIGITS}:x_calibration"]


def activation(**place: Any) -> dict[str, Any]:
    counter = RangeCounter((3.0,), (99.0,))
    values = np.concatenate([np.linspace(0, 1, 990), [200.0] * 10]).astype(np.float32)
    counter.measure(values)
    counter.count(values)
    plain = counter.plain(elements=1000, **place)
    assert plain is not None
    return plain


ROW = {"sigma": None, "quantized": False, "bits": 8, "score": 0.98, "correct": 49, "closeness": 1.0, "clipped": 0.0,
       "rmse": 0.0}  # fmt: skip
WEIGHTS = {"kind": "accuracy", "samples": 50, "bits": 8,
           "rows": [ROW, {**ROW, "sigma": 3.0, "quantized": True, "score": 0.9, "clipped": 0.02}]}  # fmt: skip
ANSWER = {
    "model": "digits_cnn.h5", "samples": 100, "weights": WEIGHTS, "notes": ["A note."],
    "activations": [activation(tensor=0, name="image", operator=None, op_name=""),
                    activation(tensor=4, name="wide", operator=2, op_name="FULLY_CONNECTED")],
}  # fmt: skip


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> list[RangesOptions]:
    asked: list[RangesOptions] = []

    def run(options: RangesOptions, _on_event: Any) -> dict[str, Any]:
        asked.append(options)
        return ANSWER

    monkeypatch.setattr("inspector.jobs.client.run_in_worker", run)
    return asked


def test_the_worker_gets_what_was_asked_for(cli: Any, worker: Any, sample_h5: Path) -> None:
    tried = ["--sigma", "2", "--sigma", "4", "--percentile", "99", "--weight-sigma", "1", "--weight-bits", "4"]
    evaluate = ["--evaluate", f"{DIGITS}:x_test", "--labels", "y_test", "--evaluate-samples", "50"]
    assert cli("ranges", sample_h5, *CALIBRATION, *tried, *evaluate).code == 0
    assert cli("ranges", sample_h5, *CALIBRATION).code == 0
    data = DataChoice(DIGITS, (("", "x_calibration"),))
    evaluation = DataChoice(DIGITS, (("", "x_test"),), samples=50, labels="y_test")
    assert worker == [
        RangesOptions(source=str(sample_h5), data=data, sigmas=(2.0, 4.0), percentiles=(99.0,), weight_sigmas=(1.0,),
                      weight_bits=4, evaluation=evaluation),
        RangesOptions(source=str(sample_h5), data=data),
    ]  # fmt: skip


def test_the_page_names_the_widest_range_and_both_tables(cli: Any, worker: Any, sample_h5: Path) -> None:
    ran = cli("ranges", sample_h5, *CALIBRATION)
    lines = ran.out.splitlines()
    assert lines[0].startswith("digits_cnn.h5: 2 activations; the input has the widest range for what it holds: ")
    assert lines[0].endswith("of 255 steps for the values within 3 sigma.")
    assert "beyond 3 sigma" in lines[3] and "beyond 99 %" in lines[3]
    assert lines[5].split()[:4] == ["2", "FULLY_CONNECTED", "0", "200"] and lines[5].endswith("wide")
    assert "Weights: the share of right answers, 50 samples" in lines
    assert lines[-1].split()[:5] == ["int8,", "3", "sigma", "3", "90.0"]
    assert ran.err == "tflite-inspector: A note.\n"


def test_csv_has_a_column_for_each_number_and_json_all(cli: Any, worker: Any, sample_h5: Path, tmp_path: Path) -> None:
    lines = cli("ranges", sample_h5, *CALIBRATION, "--csv").out.splitlines()
    assert lines[0].startswith("operator,op_name,tensor_name,elements,min,max,mean,sigma,low_3_sigma")
    assert lines[0].endswith("percentile_99_low,percentile_99_high,percentile_99_clipped,percentile_99_scale")
    assert len(lines) == 3 and lines[2].startswith("2,FULLY_CONNECTED,wide,1000,0.0,200.0,")
    told = cli("ranges", sample_h5, *CALIBRATION, "--json").json
    assert list(told) == ["source", "model", "samples", "weights", "notes", "activations"]
    first = told["activations"][1]
    assert first["op_name"] == "FULLY_CONNECTED" and sum(first["histogram"]["counts"]) == 1000
    assert [each["kind"] for each in first["clippings"]] == ["minmax", "sigma", "percentile"]
    assert told["weights"] == WEIGHTS
    assert cli("ranges", sample_h5, *CALIBRATION, "--csv", "-o", tmp_path / "r.csv").out == ""
    assert (tmp_path / "r.csv").read_text().splitlines() == lines


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "add --calibration DATA[:ARRAY]"),
        ([*CALIBRATION, "--sigma", "0"], "0 sigma is no range"),
        ([*CALIBRATION, "--percentile", "101"], "101 % is no range"),
        ([*CALIBRATION, "--weight-bits", "16"], "Weights can't have 16 bits"),
    ],
)
def test_what_is_no_range_is_refused(cli: Any, worker: Any, sample_h5: Path, words: list[str], says: str) -> None:
    ran = cli("ranges", sample_h5, *words)
    assert ran.code == 2 and says in ran.err and worker == []
