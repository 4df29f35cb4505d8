"""The task suggest on the sample, whose guilty layers are known, and through the worker as programs call it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from inspector.datasets.choice import DataChoice
from inspector.errors import UsageError
from inspector.jobs.client import run_in_worker
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.recipe_file import read_recipe_file
from inspector.jobs.repair_options import ScoreOptions, SuggestOptions
from inspector.jobs.suggest import suggest
from tests.conftest import ROOT, SAMPLES

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]
FLOAT = SAMPLES / "digits_cnn.float32.tflite"
DATA = DataChoice(str(SAMPLES / "digits.npz"), arrays=(("", "x_calibration"),))
TEST = DataChoice(str(SAMPLES / "digits.npz"), arrays=(("", "x_test"),), samples=0, labels="y_test")


def suggested(folder: Path, **options: Any) -> dict[str, Any]:
    chosen = SuggestOptions(source=str(FLOAT), data=DATA, **options)
    told: list[float] = []
    result = suggest(chosen, lambda share, _message: told.append(share or 0.0), folder)
    assert told == sorted(told) and told[0] >= 0 and told[-1] <= 1, "progress never falls"
    return json.loads(json.dumps(result))  # type: ignore[no-any-return]


def test_the_guilty_layers_of_the_sample_are_found(tmp_path: Path) -> None:
    result = suggested(tmp_path, evaluation=TEST, output=str(tmp_path / "my.json"))
    assert result["reached"] and result["operators"] == [5, 6]
    assert result["kind"] == "accuracy" and result["float_score"] == 0.98 and result["score"] >= 0.97
    none = result["tried"][0]
    assert (none["stage"], none["float_tensors"]) == ("none", []) and 0.8 < none["score"] < 0.9
    assert none["size_bytes"] < result["size_bytes"] < result["float_size_bytes"]
    assert [each["operators"] for each in result["tried"] if each["kept"]] == [[], [5, 6]]
    file = read_recipe_file(tmp_path / "my.json")
    assert file.recipe == "int8_float_io" and list(file.float_tensors) == result["float_tensors"]
    assert result["recipe_file"] == str(tmp_path / "my.json") and file.source == FLOAT.name
    assert any("integer-only devices" in note for note in result["notes"])


def test_without_labels_the_float_models_classes_are_the_score(tmp_path: Path) -> None:
    result = suggested(tmp_path)
    assert result["kind"] == "agreement" and result["float_score"] == 1.0 and result["samples"] == 100
    assert result["reached"] and set(result["operators"]) >= {5, 6}


def test_where_nothing_is_needed_or_too_little_allowed_that_is_said(tmp_path: Path) -> None:
    easy = suggested(tmp_path, evaluation=TEST, distance=0.3)
    assert easy["reached"] and easy["operators"] == [] and "nothing needs to stay float" in easy["notes"][0]
    strict = suggested(tmp_path, evaluation=TEST, most=1)
    assert not strict["reached"] and len(strict["operators"]) == 1
    assert "No set was found with at most 1 operators" in strict["notes"][0]


def test_a_file_that_is_there_is_not_replaced_unasked(tmp_path: Path) -> None:
    (tmp_path / "my.json").write_text("mine")
    with pytest.raises(UsageError, match="exists"):
        suggested(tmp_path, output=str(tmp_path / "my.json"))
    suggested(tmp_path, output=str(tmp_path / "my.json"), overwrite=True, distance=0.3)
    assert read_recipe_file(tmp_path / "my.json").float_tensors == ()


@pytest.mark.timeout(300)
def test_a_trained_sensor_model_with_a_wide_layer_gets_its_accuracy_back(tmp_path: Path) -> None:
    """The names that are found, as a recipe, make a file that scores as the float model does."""
    command = [sys.executable, "-m", "tests.field_models", str(tmp_path), "sensor_wide"]
    subprocess.run(command, cwd=ROOT, capture_output=True, timeout=200, check=True)
    motions = str(tmp_path / "motions.npz")
    data = DataChoice(motions, (("", "x_train"),))
    test = DataChoice(motions, (("", "x_test"),), samples=0, labels="y_test")
    source = str(tmp_path / "sensor_wide.h5")
    found = run_in_worker(SuggestOptions(source=source, data=data, evaluation=test))
    assert found["reached"] and len(found["float_tensors"]) == 2
    assert found["tried"][0]["score"] < found["float_score"] - 0.1
    made = run_in_worker(QuantizeOptions(source=source, recipes=("int8_float_io",), output_folder=str(tmp_path),
                                         data=data, float_tensors=tuple(found["float_tensors"])))  # fmt: skip
    told = run_in_worker(ScoreOptions(models=(made["variants"][0]["path"],), evaluation=test, source=source, data=data))
    assert told["models"][0]["score"] == found["score"] >= told["float"]["score"] - 0.01
    assert made["variants"][0]["size_bytes"] == found["size_bytes"] < found["float_size_bytes"]


def test_a_worker_suggests_for_a_keras_file(tmp_path: Path) -> None:
    options = SuggestOptions(source=str(SAMPLES / "digits_cnn.h5"), data=DATA, evaluation=TEST)
    assert run_in_worker(options)["operators"] == [5, 6]


@pytest.mark.parametrize(("name", "value"), [("distance", 1.0), ("distance", -0.1), ("most", -1), ("batch", "two")])
def test_values_that_are_none_are_told(name: str, value: Any) -> None:
    with pytest.raises(UsageError, match="can't be"):
        SuggestOptions(source="a", data=DATA, **{name: value})
