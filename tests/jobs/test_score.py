"""The task score: of .tflite files of each kind, and of the float form of their source."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.datasets.choice import DataChoice
from inspector.datasets.input_spec import input_specs
from inspector.datasets.opening import open_samples
from inspector.errors import DataError, JobError, UsageError
from inspector.formats import open_model
from inspector.jobs.calibration import ordered
from inspector.jobs.inference import outputs_of
from inspector.jobs.litert_backend import quantize_with_litert
from inspector.jobs.repair_options import ScoreOptions
from inspector.jobs.score import score
from tests.conftest import SAMPLES
from tests.jobs.accuracy import accuracy

FLOAT = SAMPLES / "digits_cnn.float32.tflite"
TEST = DataChoice(str(SAMPLES / "digits.npz"), arrays=(("", "x_test"),), samples=0, labels="y_test")
UNLABELLED = DataChoice(str(SAMPLES / "digits.npz"), arrays=(("", "x_test"),), samples=60)


def scored(folder: Path, *models: Path, evaluation: DataChoice = TEST, **options: Any) -> dict[str, Any]:
    chosen = ScoreOptions(models=tuple(map(str, models)), evaluation=evaluation, **options)
    return score(chosen, lambda _share, _message: None, folder)


@pytest.fixture(scope="module")
def int8(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Integer inputs and outputs, by LiteRT's quantizer."""
    pytest.importorskip("litert_quantizer")
    samples = open_samples(DataChoice(TEST.path, (("", "x_calibration"),)), input_specs(open_model(FLOAT)))
    path = tmp_path_factory.mktemp("int8") / "int8.tflite"
    path.write_bytes(quantize_with_litert(FLOAT.read_bytes(), "int8", samples, lambda _share, _message: None))
    return path


def test_accuracy_of_float_and_integer_files_is_what_their_labels_say(tmp_path: Path, int8: Path) -> None:
    result = scored(tmp_path, FLOAT, int8)
    assert result["kind"] == "accuracy" and result["samples"] == 500 and result["float"] is None
    for told, path in zip(result["models"], (FLOAT, int8), strict=True):
        assert told["score"] == accuracy(path) and told["correct"] == round(accuracy(path) * 500)
        assert told["model"] == str(path) and told["size_bytes"] == path.stat().st_size and told["closeness"] is None


def test_without_labels_the_float_model_is_the_truth(tmp_path: Path, int8: Path) -> None:
    result = scored(tmp_path, FLOAT, int8, evaluation=UNLABELLED, source=str(FLOAT))
    assert result["kind"] == "agreement" and result["samples"] == 60
    float_score, same, quantized = result["float"], *result["models"]
    assert float_score["score"] == same["score"] == 1.0 and same["closeness"] == 1.0
    assert 0.7 < quantized["score"] < 1 and quantized["correct"] == round(quantized["score"] * 60)
    assert 0.5 < quantized["closeness"] < 1


def test_outputs_of_quantized_files_are_real_values(int8: Path) -> None:
    model = open_model(FLOAT)
    samples = ordered(open_samples(UNLABELLED, input_specs(model)), input_specs(model))
    told: list[float] = []
    (outputs,) = outputs_of(int8.read_bytes(), samples, "int8", lambda share, _message: told.append(share or 0.0))
    assert outputs.shape == (60, 10) and outputs.dtype == np.float32
    assert np.allclose(outputs.sum(axis=1), 1, atol=0.05) and outputs.min() >= 0
    assert told[0] == 0 and told == sorted(told) and len(told) == 4


def test_what_can_not_be_scored_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"Without labels .* name the source"):
        scored(tmp_path, FLOAT, evaluation=UNLABELLED)
    with pytest.raises(UsageError, match="no model to score"):
        scored(tmp_path)
    with pytest.raises(JobError, match=r"is a Keras file: only .tflite files are run here"):
        scored(tmp_path, SAMPLES / "digits_cnn.h5")
    with pytest.raises(DataError, match='has no array "y" with labels'):
        scored(tmp_path, FLOAT, evaluation=DataChoice(TEST.path, TEST.arrays, samples=0, labels="y"))
    damaged = tmp_path / "damaged.tflite"
    content = bytearray(FLOAT.read_bytes())
    damaged.write_bytes(content[: len(content) // 2])
    with pytest.raises(Exception, match=r"damaged.tflite"):
        scored(tmp_path, damaged)


def test_random_samples_are_said_to_mean_nothing(tmp_path: Path) -> None:
    result = scored(tmp_path, FLOAT, evaluation=DataChoice("random", samples=4), source=str(FLOAT))
    assert any("not valid for accuracy" in note for note in result["notes"])
