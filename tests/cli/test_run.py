"""The command run: what it shows of a sample, as text and JSON, and what it exits with."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.cli.main import main
from inspector.jobs.options import JobOptions, to_dict
from inspector.jobs.runner import TASKS, run_job
from inspector.jobs.try_options import TryOptions
from tests.builders import ModelBuilder
from tests.conftest import SAMPLES
from tests.jobs.plain_evaluation import sigmoid_model

FLOAT, DIGITS = SAMPLES / "digits_cnn.float32.tflite", SAMPLES / "digits.npz"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are done in this process: no worker has to start."""

    def done(options: JobOptions, _show_log: bool) -> dict[str, Any]:
        assert TASKS[options.JOB][0] is TryOptions
        result: dict[str, Any] = json.loads(
            json.dumps(run_job(options.JOB, to_dict(options), lambda _share, _text: None, tmp_path))
        )
        return result

    monkeypatch.setattr("inspector.cli.run.run_shown", done)


def told(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = main(["run", *map(str, arguments)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


@pytest.mark.usefixtures("here")
def test_it_shows_what_the_model_says_beside_the_right_answer(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = told(capsys, FLOAT, "--data", DIGITS, "--sample", "2", "--activation", "T#12")
    lines = out.splitlines()
    assert code == 0 and lines[:2] == ["Sample 2 of 500 of digits.npz", "Right answer: 6"]
    (row,) = [line for line in lines if line.startswith("6 (right)")]
    assert row.endswith("0.99919 <") and len([line for line in lines if line.endswith("<")]) == 1
    assert "[3, 3, 32], 0 to 1.1905" in lines[-1]


@pytest.mark.usefixtures("here")
def test_json_has_every_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "sample.json"
    code, out, _err = told(capsys, FLOAT, "--data", f"{DIGITS}:x_test", "--labels", "none", "--json", "-o", place)
    found = json.loads(place.read_text())
    assert code == 0 and not out and found["label"] is None and found["labels"] == ""
    assert len(found["models"][0]["outputs"][0]["values"]) == 10 and np.shape(found["inputs"][0]["values"]) == (8, 8, 1)


@pytest.mark.usefixtures("here")
def test_csv_has_a_row_an_output(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = told(capsys, FLOAT, "--data", DIGITS, "--sample", "2", "--csv")
    rows = [line.split(",") for line in out.splitlines()]
    assert code == 0 and rows[0] == ["output", "name", "right", FLOAT.name] and len(rows) == 11
    assert [row[0] for row in rows[1:] if row[2].lower() == "true"] == ["6"] and float(rows[7][3]) > 0.99


@pytest.mark.usefixtures("here")
def test_many_outputs_are_the_largest_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = sigmoid_model(tmp_path / "many.tflite", 50)
    code, out, _err = told(capsys, model)
    assert code == 0 and "30 more" in out and "Sample 0 of 100 of random" in out


@pytest.mark.usefixtures("here")
def test_what_fails_is_said_and_told_by_the_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    b = ModelBuilder()
    x, y = b.tensor("x", [1, 8, 8, 1]), b.tensor("y", [1, 2])
    b.operator("NoSuchThing", [x], [y])
    bad = b.inputs(x).outputs(y).write(tmp_path / "bad.tflite")
    code, out, err = told(capsys, FLOAT, bad)
    assert code == 1 and "failed" in out and "bad.tflite can't be run here" in err
    code, _out, err = told(capsys, FLOAT, "--data", DIGITS, "--sample", "500")
    assert code == 1 and "There is no sample 500" in err
    code, _out, err = told(capsys, FLOAT, "--sample", "-1")
    assert code == 2 and "--sample -1 has to be 0 or more" in err
    code, _out, err = told(capsys, FLOAT, "--activation", "nothing-like-it")
    assert code == 2 and 'has no tensor "nothing-like-it"' in err
    code, _out, err = told(capsys, SAMPLES / "digits_cnn.h5", "--activation", "nothing")
    assert code == 2 and "has 0 layers" in err and "conv_1" in err


def test_a_worker_runs_the_sample(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = told(capsys, FLOAT, "--data", DIGITS, "--sample", "1", "--json")
    assert code == 0 and json.loads(out)["models"][0]["classes"] == json.loads(out)["label"]["classes"]
