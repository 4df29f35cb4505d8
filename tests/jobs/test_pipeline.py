"""The job pipeline: its row is what evaluate says of the variant, and what it keeps can be scored again."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.datasets.choice import DataChoice
from inspector.errors import JobError
from inspector.jobs.evaluate import evaluate
from inspector.jobs.evaluate_options import EvaluateOptions
from inspector.jobs.options import from_dict, to_dict
from inspector.jobs.pipeline import pipeline
from inspector.jobs.provenance import is_unchanged, read_provenance
from inspector.jobs.sweep_options import PipelineOptions
from tests.conftest import SAMPLES
from tests.jobs.plain_evaluation import sigmoid_model

metrics = pytest.importorskip("sklearn.metrics")
FLOAT = SAMPLES / "digits_cnn.float32.tflite"
DIGITS = DataChoice(str(SAMPLES / "digits.npz"), (("", "x_test"),), samples=100, labels="y_test")


def quiet(_fraction: float | None, _message: str) -> None:
    pass


def done(place: Path, source: Path = FLOAT, data: DataChoice = DIGITS, **options: Any) -> dict[str, Any]:
    given = {name: options.pop(name) for name in ("recipe", "calibration", "debug") if name in options}
    chosen = PipelineOptions(
        key="k", source=str(source), output_folder=str(place), **{"recipe": "float32", **given},
        evaluation=EvaluateOptions(models=(), data=data, resamples=50, latency_samples=3, **options),
    )  # fmt: skip
    assert from_dict(PipelineOptions, to_dict(chosen)) == chosen
    scratch = place / ".scratch"
    scratch.mkdir(parents=True)
    try:
        return pipeline(chosen, quiet, scratch)
    finally:
        for each in sorted(scratch.rglob("*"), reverse=True):
            each.unlink() if each.is_file() else each.rmdir()
        scratch.rmdir()


def test_the_row_is_what_evaluate_says(tmp_path: Path) -> None:
    told = done(tmp_path / "files")
    variant = tmp_path / "files" / "k" / told["variant"]
    options = EvaluateOptions(models=(str(variant),), data=DIGITS, resamples=50, latency_samples=3)
    row = evaluate(options, quiet, tmp_path)["models"][0]
    other = {"model": variant.name, "latency_ms": told["row"]["latency_ms"], "run": told["row"]["run"], "notes": []}
    assert told["row"] == {**row, **other}
    made = read_provenance(variant)
    assert made is not None and is_unchanged(variant, made) and variant.read_bytes() == FLOAT.read_bytes()
    assert told["versions"]["numpy"] == np.__version__


def test_outputs_and_labels_give_the_scores_again(tmp_path: Path) -> None:
    told = done(tmp_path / "files")
    folder = tmp_path / "files" / "k"
    assert sorted(each.name for each in folder.iterdir()) == sorted(
        [told["outputs"], told["labels"], told["variant"], "digits_cnn.float32.float32.json"]
    )
    outputs, labels = np.load(folder / told["outputs"]), np.load(folder / told["labels"])
    assert outputs.dtype == np.float32 and outputs.shape == (100, 10) and told["decided"] == told["debug"] == ""
    assert told["row"]["kappa"] == metrics.cohen_kappa_score(labels, outputs.argmax(axis=1))


def test_the_raw_rule_s_decisions_are_kept(tmp_path: Path) -> None:
    source = sigmoid_model(tmp_path / "m.tflite", 1)
    data = tmp_path / "d.npz"
    np.savez(data, x=np.random.default_rng(0).normal(0, 2, (30, 4)).astype(np.float32), y=np.arange(30) % 2)
    told = done(tmp_path / "files", source, DataChoice(str(data), samples=0), raw_threshold=True)
    decided = np.load(tmp_path / "files" / "k" / told["decided"])
    assert told["row"]["task"] == "binary"
    assert told["row"]["accuracy"] == pytest.approx(np.mean(decided == np.arange(30) % 2))


def test_without_labels_the_outputs_are_kept(tmp_path: Path) -> None:
    told = done(tmp_path / "files", data=DataChoice(DIGITS.path, DIGITS.arrays, 20, labels="none"))
    assert told["labels"] == "" and told["row"]["accuracy"] is None and told["row"]["samples"] == 20
    assert np.load(tmp_path / "files" / "k" / told["outputs"]).shape == (20, 10)


def test_files_of_an_earlier_run_are_replaced_whole(tmp_path: Path) -> None:
    old = tmp_path / "files" / "k" / "old.npy"
    old.parent.mkdir(parents=True)
    old.touch()
    done(tmp_path / "files")
    assert not old.exists() and [each.name for each in (tmp_path / "files").iterdir()] == ["k"]


def test_a_pipeline_that_fails_leaves_nothing(tmp_path: Path) -> None:
    source = sigmoid_model(tmp_path / "m.tflite", 1, "INT8")
    with pytest.raises(JobError, match="quantized already"):
        done(tmp_path / "files", source)
    assert list((tmp_path / "files").iterdir()) == []


@pytest.mark.tensorflow
def test_the_debugger_s_layers_stand_beside_the_variant(tmp_path: Path, sample_h5: Path) -> None:
    calibration = DataChoice(DIGITS.path, (("", "x_calibration"),), samples=10)
    told = done(tmp_path / "files", sample_h5, recipe="int8", calibration=calibration, debug=True)
    text = (tmp_path / "files" / "k" / told["debug"]).read_text()
    assert "op_name" in text.splitlines()[0] and "CONV_2D" in text and told["row"]["input_type"] == "INT8"
