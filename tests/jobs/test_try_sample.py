"""The job try: one sample through models that stay open, what they answer, what activations held."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.datasets.choice import DataChoice
from inspector.errors import DataError, JobError, ModelFileError, UsageError
from inspector.formats import open_model
from inspector.jobs.options import from_dict, to_dict
from inspector.jobs.packed_array import MOST_VALUES, packed, unpacked
from inspector.jobs.try_models import KEPT
from inspector.jobs.try_options import TryOptions
from inspector.jobs.try_sample import try_sample
from tests.builders import ModelBuilder
from tests.conftest import SAMPLES
from tests.jobs.plain_evaluation import plain_outputs, sigmoid_model

FLOAT = SAMPLES / "digits_cnn.float32.tflite"
DIGITS = DataChoice(str(SAMPLES / "digits.npz"), samples=0)


def tried(folder: Path, *models: Path, data: DataChoice = DIGITS, **options: Any) -> dict[str, Any]:
    chosen = TryOptions(models=tuple(map(str, models)), data=data, **options)
    assert from_dict(TryOptions, to_dict(chosen)) == chosen
    return try_sample(chosen, lambda _share, _message: None, folder)


def values_of(told: dict[str, Any] | None) -> np.ndarray:
    assert told is not None
    values = unpacked(told["values"])
    assert values is not None
    return values


def test_outputs_are_those_of_a_plain_script_for_each_sample(tmp_path: Path) -> None:
    with np.load(DIGITS.path) as data:
        samples, labels = data["x_test"], data["y_test"]
    expected, _stored = plain_outputs(FLOAT, samples[:9].astype(np.float32))
    for number in (8, 0, 3):
        found = tried(tmp_path, FLOAT, sample=number)
        assert (found["sample"], found["total"], found["labels"], found["task"]) == (
            number,
            500,
            "y_test",
            "multiclass",
        )
        (row,) = found["models"]
        assert np.allclose(values_of(row["outputs"][0]), expected[number], atol=1e-6)
        assert row["classes"] == [int(expected[number].argmax())] and row["ms"] > 0 and not row["failed"]
        assert found["label"] == {"values": [int(labels[number])], "classes": [int(labels[number])]}
        assert np.array_equal(values_of(found["inputs"][0]).squeeze(), samples[number].squeeze())


def test_quantized_outputs_are_real_values_beside_the_float_ones(tmp_path: Path) -> None:
    models = [sigmoid_model(tmp_path / f"{kind}.tflite", 3, kind) for kind in ("FLOAT32", "INT8")]
    rows = np.random.default_rng(0).random((5, 4), np.float32)
    np.savez(tmp_path / "rows.npz", x=rows, y=np.eye(3, dtype=int)[[0, 1, 2, 0, 1]])
    found = tried(tmp_path, *models, data=DataChoice(str(tmp_path / "rows.npz"), samples=0), sample=2)
    real, small = (values_of(row["outputs"][0]) for row in found["models"])
    assert real.dtype == small.dtype == np.float32 and np.abs(real - small).max() < 0.1
    assert np.array_equal(small, plain_outputs(models[1], rows)[0][2])
    assert found["label"] == {"values": [0, 0, 1], "classes": [2]}


def test_any_activation_can_be_looked_at_and_a_constant_is_told(tmp_path: Path) -> None:
    model = open_model(FLOAT)
    softmax = model.subgraphs[0].operators[-1]
    logits = tried(tmp_path, FLOAT, sample=1, activation=str(softmax.inputs[0]))
    values = values_of(logits["activation"]).astype(np.float64)
    shares = np.exp(values - values.max())
    expected = values_of(logits["models"][0]["outputs"][0])
    assert np.allclose(shares / shares.sum(), expected, atol=1e-6)
    assert logits["activation"]["name"] == model.subgraphs[0].tensors[softmax.inputs[0]].name
    constant = next(tensor for tensor in model.tensors() if tensor.has_data)
    told = tried(tmp_path, FLOAT, activation=str(constant.index))["activation"]
    assert told["values"] is None and "is a constant: it is the same for every sample" in told["failed"]
    assert "has no tensor 999" in tried(tmp_path, FLOAT, activation="999")["activation"]["failed"]
    with pytest.raises(UsageError, match="is none of the models"):
        tried(tmp_path, FLOAT, activation="1", activation_of="other.tflite")


def test_a_model_that_fails_does_not_hide_the_others(tmp_path: Path) -> None:
    good = sigmoid_model(tmp_path / "good.tflite", 2)
    b = ModelBuilder()
    x, y = b.tensor("x", [1, 4]), b.tensor("y", [1, 2])
    b.operator("NoSuchThing", [x], [y])
    bad = b.inputs(x).outputs(y).write(tmp_path / "bad.tflite")
    found = tried(tmp_path, good, bad, data=DataChoice("random"))
    assert found["models"][0]["outputs"] and "bad.tflite can't be run here" in found["models"][1]["failed"]
    with pytest.raises(JobError, match=r"bad.tflite can't be run here"):
        tried(tmp_path, bad, data=DataChoice("random"))
    with pytest.raises(DataError, match="can't be evaluated with the same data"):
        tried(tmp_path, good, FLOAT, data=DataChoice("random"))
    with pytest.raises(UsageError, match="no model"):
        tried(tmp_path)


def test_a_sample_that_there_is_not_is_told_and_wrong_labels_only_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^There is no sample 500: the data have 500 samples, counted from 0\.$"):
        tried(tmp_path, FLOAT, sample=500)
    with pytest.raises(ModelFileError):
        tried(tmp_path, tmp_path / "none.tflite")
    rows = np.zeros((4, 8, 8, 1), np.float32)
    np.savez(tmp_path / "few.npz", x=rows, y=np.arange(3))
    found = tried(tmp_path, FLOAT, data=DataChoice(str(tmp_path / "few.npz"), samples=0))
    assert found["label"] is None and "for each of 4 samples" in found["notes"][0] and found["models"][0]["classes"]


def test_words_and_their_order_name_the_classes(tmp_path: Path) -> None:
    model = sigmoid_model(tmp_path / "two.tflite", 2)
    (tmp_path / "rows.csv").write_text("a,b,c,d,kind\n1,2,3,4,walk\n5,6,7,8,run\n")
    data = DataChoice(str(tmp_path / "rows.csv"), samples=0)
    found = tried(tmp_path, model, data=data, sample=1)
    assert found["names"] == ["run", "walk"] and found["label"]["classes"] == [0]
    assert values_of(found["inputs"][0]).tolist() == [5, 6, 7, 8]


def test_a_model_written_anew_is_opened_again(tmp_path: Path) -> None:
    place = sigmoid_model(tmp_path / "net.tflite", 2, seed=1)
    data = DataChoice("random", samples=5)
    first = values_of(tried(tmp_path, place, data=data)["models"][0]["outputs"][0])
    kept = KEPT.tried(KEPT.model(place), False, tmp_path, lambda _share, _message: None)
    assert KEPT.tried(KEPT.model(place), False, tmp_path, lambda _share, _message: None) is kept
    sigmoid_model(tmp_path / "net.tflite", 3, seed=2)
    second = values_of(tried(tmp_path, place, data=data)["models"][0]["outputs"][0])
    assert first.shape == (2,) and second.shape == (3,)


def test_random_samples_differ_by_their_number_and_stay_the_same(tmp_path: Path) -> None:
    def numbers(sample: int) -> list[float]:
        return values_of(tried(tmp_path, FLOAT, data=DataChoice("random"), sample=sample)["inputs"][0]).ravel().tolist()  # type: ignore[no-any-return]

    assert numbers(3) == numbers(3) != numbers(4)


def test_arrays_travel_whole_or_not_at_all() -> None:
    values = np.arange(6, dtype=">i4").reshape(2, 3)
    back = unpacked(packed(values))
    assert back is not None and back.tolist() == values.tolist() and not back.flags.writeable
    assert packed(np.zeros(MOST_VALUES + 1, np.int8)) is None and unpacked(None) is None


@pytest.mark.tensorflow
def test_a_keras_file_answers_as_its_float_variant_and_shows_its_layers(tmp_path: Path) -> None:
    from inspector.jobs.client import run_in_worker

    options = TryOptions(
        models=(str(SAMPLES / "digits_cnn.h5"), str(FLOAT)), data=DIGITS, sample=4, activation="conv_1"
    )  # fmt: skip
    found = run_in_worker(options)
    keras, tflite = (values_of(row["outputs"][0]) for row in found["models"])
    assert np.allclose(keras, tflite, atol=1e-5) and found["models"][0]["kernels"] == "TensorFlow"
    assert values_of(found["activation"]).shape == (8, 8, 16)
