"""The command evaluate, with real workers: the table, JSON, CSV, and refusals with their exit codes."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Ran
from tests.conftest import SAMPLES
from tests.jobs.plain_evaluation import sigmoid_model

pytest.importorskip("sklearn")
FLOAT, DATA = SAMPLES / "digits_cnn.float32.tflite", SAMPLES / "digits.npz"
KEYS = [
    "task", "samples", "accuracy", "precision", "recall", "f1", "balanced_accuracy", "kappa", "hamming_loss", "jaccard",
    "log_loss", "confusion_matrix", "per_class", "agreement", "intervals", "latency_ms",
]  # fmt: skip
Cli = Callable[..., Ran]


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """A .csv of two inputs' worth of numbers with a label column, for one sigmoid."""
    random = np.random.default_rng(0)
    lines = [f"{','.join(f'{value:.3f}' for value in random.normal(0, 2, 4))},{number % 2}" for number in range(40)]
    path = tmp_path / "rows.csv"
    path.write_text("a,b,c,d,label\n" + "\n".join(lines) + "\n")
    return path


def test_json_of_one_model_has_every_key_and_null_where_a_score_does_not_apply(cli: Cli) -> None:
    ran = cli("evaluate", FLOAT, "--data", DATA, "--resamples", "100", "--json")
    assert ran.code == 0, ran.err
    row = ran.json
    assert [key for key in row if key in KEYS] == KEYS and row["model"] == str(FLOAT)
    assert row["task"] == "multiclass" and row["samples"] == 500 and row["accuracy"] == 0.98
    assert row["hamming_loss"] is None and row["jaccard"] is None and row["agreement"] is None
    assert row["intervals"]["accuracy"][0] < 0.98 < row["intervals"]["accuracy"][1]
    assert {"median", "p5", "p95", "kernels", "machine"} <= set(row["latency_ms"])
    assert "Chosen by name: x_test, labels y_test." in row["notes"]


def test_the_table_says_which_model_is_better_and_how_far_they_agree(cli: Cli, tmp_path: Path) -> None:
    twin = tmp_path / "twin.tflite"
    twin.write_bytes(FLOAT.read_bytes())
    ran = cli("evaluate", twin, "--data", f"{DATA}:x_test", "--labels", "y_test", "--reference", FLOAT)
    assert ran.code == 0, ran.err
    assert "500 samples of digits.npz, labels y_test: one class of several" in ran.out
    line = next(line for line in ran.out.splitlines() if line.startswith("twin.tflite") and "98.0 % ≈" in line)
    assert "XNNPACK" in line and "[" in line
    assert "Agreement with digits_cnn.float32.tflite, which needs no labels" in ran.out and "100.0 %" in ran.out
    assert "Confusion matrix" in ran.out and "This is a bug" not in ran.err


def test_several_models_are_a_list_in_json_and_lines_in_csv(cli: Cli, tmp_path: Path, rows: Path) -> None:
    models = [sigmoid_model(tmp_path / f"{kind}.tflite", 1, kind) for kind in ("FLOAT32", "INT8")]
    found = cli("evaluate", *models, "--data", rows, "--json", "--resamples", "50").json
    assert [each["task"] for each in found] == ["binary", "binary"] and found[0]["samples"] == 40
    path = tmp_path / "scores.csv"
    ran = cli("evaluate", *models, "--data", rows, "--csv", "--resamples", "50", "-o", path)
    assert ran.code == 0 and ran.out == "" and "With 40 samples each of them is 2.5 %" in ran.err
    head, *lines = path.read_text().splitlines()
    assert head.startswith("model,task,samples,accuracy,") and "accuracy_low,accuracy_high" in head
    assert len(lines) == 2 and all(line.count(",") == head.count(",") for line in lines)
    assert cli("evaluate", *models, "--data", rows, "--csv", "-o", path).code == 1  # it is there already


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--labels", "y_calibration"], 0, ""),
        (["--labels", "nothing"], 1, 'has no array "nothing" with labels'),
        (["--labels", "none"], 2, "name the labels, or a reference model"),
        (["--task", "binary"], 1, "binary is one sigmoid"),
        (["--raw-threshold", "--threshold", "0.4"], 2, "The raw rule has its own threshold"),
        (["--resamples", "-1"], 2, "are 0 or more"),
        (["--samples", "-1"], 2, "number of samples can't be -1"),
        (["--reference", "missing.tflite"], 1, "missing.tflite"),
        (["--label-names", "missing.txt"], 1, "missing.txt can't be read"),
    ],
)
def test_wrong_requests_end_in_a_sentence(cli: Cli, words: list[str], code: int, sentence: str) -> None:
    ran = cli("evaluate", FLOAT, "--data", DATA, "--resamples", "0", *words)
    assert (ran.code, sentence in ran.err) == (code, True), ran.err
