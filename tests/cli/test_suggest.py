"""`suggest`: what is asked of the worker, what is said of its answer, what is refused before anything starts."""

from pathlib import Path
from typing import Any

import pytest

from inspector.datasets.choice import DataChoice
from inspector.jobs.repair_options import SuggestOptions
from tests.conftest import SAMPLES

DIGITS = str(SAMPLES / "digits.npz")
CALIBRATION = ["--calibration", f"{DIGITS}:x_calibration"]
NONE = {"stage": "none", "round": 0, "kept": True, "float_tensors": [], "operators": [], "score": 0.864,
        "closeness": 0.8358, "size_bytes": 72984}  # fmt: skip
FOUND = {"stage": "add", "round": 1, "kept": True, "float_tensors": ["a", "b"], "operators": [5, None], "score": 0.98,
         "closeness": 0.99996, "size_bytes": 239880}  # fmt: skip
ANSWER = {
    "kind": "accuracy", "samples": 500, "float_score": 0.98, "float_size_bytes": 252112, "distance": 0.01,
    "reached": True, "float_tensors": ["a", "b"], "operators": [5, None], "score": 0.98, "closeness": 0.99996,
    "size_bytes": 239880, "tried": [NONE, FOUND], "recipe_file": "", "notes": ["A note."],
}  # fmt: skip


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Any:
    class Worker:
        asked: list[SuggestOptions] = []  # noqa: RUF012
        answer: dict[str, Any] = ANSWER

        def __call__(self, options: SuggestOptions, _on_event: Any) -> dict[str, Any]:
            self.asked.append(options)
            return self.answer

    made = Worker()
    made.asked = []
    monkeypatch.setattr("inspector.jobs.client.run_in_worker", made)
    return made


def test_the_worker_gets_what_was_asked_for(cli: Any, worker: Any, sample_h5: Path, tmp_path: Path) -> None:
    words = ["--evaluate", f"{DIGITS}:x_test", "--labels", "y_test", "--distance", "0.5", "--most", "3"]
    ran = cli("suggest", sample_h5, *CALIBRATION, *words, "-o", tmp_path / "my.json")
    assert ran.code == 0
    data = DataChoice(DIGITS, (("", "x_calibration"),))
    evaluation = DataChoice(DIGITS, (("", "x_test"),), samples=0, labels="y_test")
    assert worker.asked == [SuggestOptions(
        source=str(sample_h5), data=data, evaluation=evaluation, distance=0.005, most=3,
        output=str(tmp_path / "my.json"),
    )]  # fmt: skip


def test_what_was_found_is_said_in_a_sentence_and_a_table(cli: Any, worker: Any, sample_h5: Path) -> None:
    ran = cli("suggest", sample_h5, *CALIBRATION)
    lines = ran.out.splitlines()
    assert lines[0] == "digits_cnn.h5: keep #5, ? float: 98.0 % right instead of 86.4 %; float has 98.0 %."
    assert lines[1] == "239,880 bytes; all integer 72,984, float 252,112. Scored on 500 samples."
    assert lines[-2].split() == ["all", "integer", "86.4", "%", "0.8358", "72,984"]
    assert lines[-1].split() == ["round", "1", "#5", "-", "98.0", "%", "1.0000", "239,880", "found"]
    assert ran.err == "tflite-inspector: A note.\n"


@pytest.mark.parametrize(
    ("reached", "sentence"),
    [(True, "nothing needs to stay float: 86.4 % right all integer, 98.0 % float."),
     (False, "no operators were found that help: 86.4 % all integer, 98.0 % float.")],
)  # fmt: skip
def test_where_nothing_stays_float_that_is_said(
    cli: Any, worker: Any, sample_h5: Path, reached: bool, sentence: str
) -> None:
    worker.answer = {**ANSWER, **NONE, "tried": [NONE], "reached": reached}
    assert sentence in cli("suggest", sample_h5, *CALIBRATION).out


def test_json_and_csv_tell_all_that_was_tried(cli: Any, worker: Any, sample_h5: Path) -> None:
    told = cli("suggest", sample_h5, *CALIBRATION, "--json").json
    assert told == {"source": str(sample_h5), **ANSWER}
    lines = cli("suggest", sample_h5, *CALIBRATION, "--csv").out.splitlines()
    assert lines[0] == "stage,round,float_tensors,operators,score,closeness,size_bytes,kept"
    assert lines[2].startswith("add,1,a b,5 None,0.98,") and len(lines) == 3


def test_a_recipe_file_that_is_there_stays_without_a_yes(
    cli: Any, worker: Any, sample_h5: Path, tmp_path: Path
) -> None:
    (tmp_path / "my.json").write_text("mine")
    ran = cli("suggest", sample_h5, *CALIBRATION, "-o", tmp_path / "my.json")
    assert ran.code == 1 and "--force overwrites it" in ran.err and worker.asked == []
    assert cli("suggest", sample_h5, *CALIBRATION, "-o", tmp_path / "my.json", "--force").code == 0
    assert worker.asked[0].overwrite


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "add --calibration DATA[:ARRAY]"),
        ([*CALIBRATION, "--labels", "y"], "belong to --evaluate"),
        ([*CALIBRATION, "--evaluate", DIGITS, "--evaluate-samples", "-1"], "has to be 0 (all) or more"),
        ([*CALIBRATION, "--distance", "100"], "--distance 100 has to be from 0 to below 100"),
        ([*CALIBRATION, "--most", "-2"], "The most operators can't be -2"),
        ([*CALIBRATION, "--time-limit", "-2"], "--time-limit -2 has to be 0"),
    ],
)
def test_what_does_not_go_together_is_refused(
    cli: Any, worker: Any, sample_h5: Path, words: list[str], says: str
) -> None:
    ran = cli("suggest", sample_h5, *words)
    assert ran.code == 2 and says in ran.err and worker.asked == []
