"""The job evaluate: scores of every kind of model are what plain scripts of scikit-learn and the interpreter say."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.datasets.choice import DataChoice
from inspector.datasets.input_spec import input_specs
from inspector.datasets.opening import open_samples
from inspector.errors import Cancelled, DataError, JobError, UsageError
from inspector.formats import open_model
from inspector.jobs.evaluate import evaluate
from inspector.jobs.evaluate_options import EvaluateOptions
from inspector.jobs.litert_backend import quantize_with_litert
from inspector.jobs.options import from_dict, to_dict
from tests.builders import ModelBuilder
from tests.conftest import SAMPLES
from tests.jobs.plain_evaluation import plain_outputs, sigmoid_model

metrics = pytest.importorskip("sklearn.metrics")
FLOAT = SAMPLES / "digits_cnn.float32.tflite"
DIGITS = DataChoice(str(SAMPLES / "digits.npz"), (("", "x_test"),), samples=0, labels="y_test")
SCORES = ("accuracy", "precision", "recall", "f1", "balanced_accuracy", "kappa", "log_loss")


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn's, of the plain scripts
        yield


def evaluated(folder: Path, *models: Path, data: DataChoice = DIGITS, **options: Any) -> dict[str, Any]:
    options = {"resamples": 50, "latency_samples": 3, **options}
    chosen = EvaluateOptions(models=tuple(map(str, models)), data=data, **options)
    assert from_dict(EvaluateOptions, to_dict(chosen)) == chosen
    return evaluate(chosen, lambda _share, _message: None, folder)


def digits() -> tuple[np.ndarray, np.ndarray]:
    with np.load(SAMPLES / "digits.npz") as data:
        return data["x_test"].astype(np.float32), data["y_test"]


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sample model as dynamic range and as INT8 with integer inputs and outputs."""
    pytest.importorskip("litert_quantizer")
    choice = DataChoice(DIGITS.path, (("", "x_calibration"),), samples=200)
    samples = open_samples(choice, input_specs(open_model(FLOAT)))
    folder, made = tmp_path_factory.mktemp("variants"), {"float32": FLOAT}
    for recipe in ("dynamic_range", "int8"):
        given = samples if recipe == "int8" else None
        made[recipe] = folder / f"{recipe}.tflite"
        made[recipe].write_bytes(quantize_with_litert(FLOAT.read_bytes(), recipe, given, lambda _share, _text: None))
    return made


@pytest.mark.parametrize("kind", ["float32", "dynamic_range", "int8"])
def test_scores_of_a_classifier_are_a_plain_script_s(tmp_path: Path, variants: dict[str, Path], kind: str) -> None:
    samples, labels = digits()
    outputs, _stored = plain_outputs(variants[kind], samples)
    decided = outputs.argmax(axis=1)
    found = evaluated(tmp_path, variants[kind])
    row = found["models"][0]
    assert (found["task"], row["samples"], row["model"]) == ("multiclass", 500, str(variants[kind]))
    average = {"average": "macro", "zero_division": 0}
    shares = outputs.astype(np.float64).clip(1e-7, 1)
    expected = {
        "accuracy": metrics.accuracy_score(labels, decided),
        "precision": metrics.precision_score(labels, decided, **average),
        "recall": metrics.recall_score(labels, decided, **average),
        "f1": metrics.f1_score(labels, decided, **average),
        "balanced_accuracy": metrics.balanced_accuracy_score(labels, decided),
        "kappa": metrics.cohen_kappa_score(labels, decided),
        "log_loss": metrics.log_loss(labels, shares / shares.sum(axis=1, keepdims=True)),
    }
    assert {name: row[name] for name in SCORES} == pytest.approx(expected, rel=1e-4)
    assert row["confusion_matrix"] == metrics.confusion_matrix(labels, decided).tolist()
    assert row["hamming_loss"] is row["jaccard"] is row["mae"] is row["agreement"] is row["differences"] is None
    low, high = row["intervals"]["accuracy"]
    assert low < row["accuracy"] < high and row["run"]["how"] == "in batches of 64"
    assert row["latency_ms"]["median"] > 0 and row["latency_ms"]["kernels"] == "XNNPACK"


@pytest.mark.parametrize("kind", ["FLOAT32", "INT8", "UINT8"])
@pytest.mark.parametrize("outputs", [1, 3])
def test_scores_of_sigmoids_are_a_plain_script_s(tmp_path: Path, kind: str, outputs: int) -> None:
    model = sigmoid_model(tmp_path / "sigmoid.tflite", outputs, kind)
    samples, labels, data = sigmoid_data(tmp_path, outputs)
    real, stored = plain_outputs(model, samples)
    result = evaluated(tmp_path, model, data=data)
    raw = evaluated(tmp_path, model, data=data, raw_threshold=True)["models"][0]
    middle = {"FLOAT32": 0.5, "INT8": 0, "UINT8": 128}[kind]
    for row, decided in ((result["models"][0], real > 0.5), (raw, stored > middle)):
        decided = decided.astype(int)
        assert row["accuracy"] == pytest.approx((decided == labels.reshape(decided.shape)).mean())
        if outputs == 1:
            assert row["kappa"] == pytest.approx(metrics.cohen_kappa_score(labels, decided[:, 0]))
            assert row["f1"] == pytest.approx(metrics.f1_score(labels, decided[:, 0], average="macro"))
        else:
            assert row["hamming_loss"] == pytest.approx(metrics.hamming_loss(labels, decided))
            assert row["jaccard"] == pytest.approx(metrics.jaccard_score(labels, decided, average="macro"))
            assert row["f1"] == pytest.approx(metrics.f1_score(labels, decided, average="macro"))
    assert result["task"] == ("binary" if outputs == 1 else "multilabel")
    assert result["models"][0]["input_type"] == kind and result["models"][0]["output_type"] == kind


def sigmoid_data(folder: Path, outputs: int) -> tuple[np.ndarray, np.ndarray, DataChoice]:
    """Samples that leave the range of integer inputs here and there, and labels that a model can find in part."""
    random = np.random.default_rng(1)
    samples = random.normal(0, 3, (300, 4)).astype(np.float32)
    labels = (samples @ random.normal(0, 1, (4, outputs)) + random.normal(0, 2, (300, outputs)) > 0).astype(int)
    labels = labels[:, 0] if outputs == 1 else labels
    np.savez(folder / "rows.npz", x=samples, y=labels)
    return samples, labels, DataChoice(str(folder / "rows.npz"), samples=0)


def test_truncated_inputs_give_what_naive_loops_give_and_the_difference_is_told(tmp_path: Path) -> None:
    model = sigmoid_model(tmp_path / "int8.tflite", 1, "INT8")
    samples, labels, data = sigmoid_data(tmp_path, 1)
    naive, right = ((plain_outputs(model, samples, clipped)[0][:, 0] > 0.5) for clipped in (False, True))
    row = evaluated(tmp_path, model, data=data, input_rounding="truncate")["models"][0]
    assert row["accuracy"] == pytest.approx((naive == labels).mean()) != (right == labels).mean()
    changed = int((naive != right).sum())
    assert f"change {changed:,} decision" in row["notes"][0] and "instead of" in row["notes"][0]


def test_numbers_are_scored_by_their_errors(tmp_path: Path) -> None:
    samples = np.random.default_rng(2).normal(0, 1, (200, 4)).astype(np.float32)
    weights = np.array([[1.0, -2.0, 0.5, 3.0]], np.float32)
    b = ModelBuilder()
    x, w, y = b.tensor("x", [1, 4]), b.tensor("w", [1, 4], data=weights), b.tensor("y", [1, 1])
    b.operator("FULLY_CONNECTED", [x, w, -1], [y], b.options("FullyConnectedOptions"))
    model = b.inputs(x).outputs(y).write(tmp_path / "line.tflite")
    truth = samples @ weights[0] + np.random.default_rng(3).normal(0, 0.5, 200)
    np.savez(tmp_path / "line.npz", x=samples, y=truth)
    result = evaluated(tmp_path, model, data=DataChoice(str(tmp_path / "line.npz"), samples=0))
    row, guessed = result["models"][0], samples @ weights[0]
    assert result["task"] == "regression" and row["accuracy"] is None
    assert row["mae"] == pytest.approx(metrics.mean_absolute_error(truth, guessed), rel=1e-5)
    assert row["rmse"] == pytest.approx(metrics.root_mean_squared_error(truth, guessed), rel=1e-5)
    assert row["r2"] == pytest.approx(metrics.r2_score(truth, guessed), rel=1e-5)


def test_a_variant_is_compared_with_the_chosen_reference(tmp_path: Path, variants: dict[str, Path]) -> None:
    twin = tmp_path / "twin.tflite"
    twin.write_bytes(FLOAT.read_bytes())
    result = evaluated(tmp_path, variants["int8"], twin, reference=str(FLOAT), resamples=300)
    int8, same_model = result["models"]
    assert result["reference_row"]["model"] == str(FLOAT) and result["reference_row"]["differences"] is None
    samples, _labels = digits()
    outputs = [plain_outputs(variants[kind], samples)[0] for kind in ("float32", "int8")]
    same = float((outputs[0].argmax(axis=1) == outputs[1].argmax(axis=1)).mean())
    assert int8["agreement"]["decisions"] == pytest.approx(same)
    assert int8["agreement"]["max_difference"] == pytest.approx(np.abs(outputs[0] - outputs[1]).max(), rel=1e-3)
    lost = int8["differences"]["accuracy"]
    assert lost["value"] == pytest.approx(int8["accuracy"] - result["reference_row"]["accuracy"])
    assert lost["low"] <= lost["value"] <= lost["high"]
    assert (lost["verdict"] == "worse") == (lost["high"] < 0)
    assert {each["verdict"] for each in same_model["differences"].values()} == {"about equal"}


def test_agreement_needs_no_labels(tmp_path: Path, variants: dict[str, Path]) -> None:
    data = DataChoice(DIGITS.path, DIGITS.arrays, samples=40, labels="none")
    row = evaluated(tmp_path, variants["int8"], data=data, reference=str(FLOAT))["models"][0]
    assert row["accuracy"] is row["confusion_matrix"] is row["intervals"] is None
    assert 0.5 < row["agreement"]["decisions"] <= 1 and row["task"] == "multiclass"
    with pytest.raises(UsageError, match="name the labels, or a reference model"):
        evaluated(tmp_path, FLOAT, data=data)


def test_a_model_that_can_not_be_batched_runs_one_by_one(tmp_path: Path) -> None:
    """It adds up over what would be the batch: in batches it would give others' sums."""
    b = ModelBuilder()
    x, axes, y = b.tensor("x", [1, 3]), b.tensor("axes", [1], "INT32", np.array([0], np.int32)), b.tensor("y", [1, 3])
    b.operator("SUM", [x, axes], [y], b.options("ReducerOptions", keepDims=True))
    model = b.inputs(x).outputs(y).write(tmp_path / "sum.tflite")
    samples = np.random.default_rng(0).random((300, 3), np.float32)
    np.savez(tmp_path / "rows.npz", x=samples, y=samples.argmax(axis=1))
    row = evaluated(tmp_path, model, data=DataChoice(str(tmp_path / "rows.npz"), samples=0))["models"][0]
    assert row["accuracy"] == 1.0 and row["run"]["how"] == "one at a time"


def test_samples_of_a_model_with_states_have_nothing_in_common(tmp_path: Path, shared_models: Path) -> None:
    """A streaming model keeps what it heard in variables: each sample is scored as the first one of a new model."""
    model = shared_models / "pymicro_wakeword__okay_nabu.tflite"
    tensor = open_model(model).inputs()[0]
    levels = np.random.default_rng(0).integers(-128, 128, (12, *tensor.shape[1:]))
    samples = ((levels - tensor.zero_point) * tensor.scale).astype(np.float32)
    alone = np.concatenate([plain_outputs(model, sample[None])[0] for sample in samples])
    in_turn = plain_outputs(model, samples)[0]
    assert np.abs(alone - in_turn).max() > 0
    np.savez(tmp_path / "rows.npz", x=samples, y=alone)
    row = evaluated(tmp_path, model, data=DataChoice(str(tmp_path / "rows.npz"), samples=0), task="regression")
    assert row["models"][0]["mae"] == pytest.approx(0, abs=1e-7)
    assert "keeps states: they are put back" in row["models"][0]["notes"][0]


def test_an_input_without_a_batch_takes_each_sample_as_it_is(tmp_path: Path) -> None:
    b = ModelBuilder()
    x, y = b.tensor("x", [6]), b.tensor("y", [6])
    b.operator("NEG", [x], [y], b.options("NegOptions"))
    model = b.inputs(x).outputs(y).write(tmp_path / "flat.tflite")
    samples = np.random.default_rng(0).random((1030, 6), np.float32)
    np.savez(tmp_path / "rows.npz", x=samples, y=samples.argmin(axis=1))
    row = evaluated(tmp_path, model, data=DataChoice(str(tmp_path / "rows.npz"), samples=0))["models"][0]
    assert row["accuracy"] == 1.0 and row["samples"] == 1030


def test_what_can_not_be_evaluated_is_told_before_anything_runs(tmp_path: Path) -> None:
    told: list[str] = []

    def refused(kind: type[Exception], sentence: str, model: Path = FLOAT, **arrays: np.ndarray) -> None:
        np.savez(tmp_path / "bad.npz", x=arrays.get("x", np.zeros((4, 8, 8), np.float32)), y=arrays["y"])
        options = EvaluateOptions(models=(str(model),), data=DataChoice(str(tmp_path / "bad.npz"), samples=0))
        with pytest.raises(kind, match=sentence):
            evaluate(options, lambda _share, message: told.append(message), tmp_path)

    refused(DataError, "There is a label 10, but the model's output has 10 classes, 0 to 9", y=np.array([0, 1, 2, 10]))
    refused(DataError, "All 4 labels are class 2", y=np.full(4, 2))
    refused(DataError, "NaN or infinity among the labels", y=np.array([0, 1, np.nan, 2]))
    refused(DataError, r"one number or name, or one row of classes, for each of 4 samples", y=np.arange(3))
    refused(DataError, r"wants samples of \[8, 8, 1\]", x=np.zeros((4, 7, 8)), y=np.arange(4))
    refused(DataError, r"x holds NaN, first in sample 0", x=np.full((4, 8, 8), np.nan), y=np.arange(4))
    assert not [message for message in told if message.startswith("Running")]
    with pytest.raises(UsageError, match="no model"):
        evaluated(tmp_path)
    with pytest.raises(DataError, match=r"can't be evaluated with the same data"):
        evaluated(tmp_path, FLOAT, sigmoid_model(tmp_path / "other.tflite", 10))


def test_a_model_that_gives_nan_has_no_scores(tmp_path: Path) -> None:
    b = ModelBuilder()
    x, y = b.tensor("x", [1, 3]), b.tensor("y", [1, 3])
    b.operator("LOG", [x], [y])
    model = b.inputs(x).outputs(y).write(tmp_path / "log.tflite")
    np.savez(tmp_path / "rows.npz", x=np.array([[1, 2, 3], [1, -2, 3]], np.float32), y=np.array([0, 2]))
    with pytest.raises(JobError, match=r"log.tflite gives NaN or infinity for 1 of 2 samples, first for sample 1"):
        evaluated(tmp_path, model, data=DataChoice(str(tmp_path / "rows.npz"), samples=0))


def test_it_can_be_stopped_while_a_model_runs(tmp_path: Path) -> None:
    def stop(_share: float | None, message: str) -> None:
        if message.startswith("Running") and ":" in message:
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        evaluate(EvaluateOptions(models=(str(FLOAT),), data=DIGITS), stop, tmp_path)


def test_another_kernel_and_names_of_classes_are_shown(tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("\n".join(f"digit {number}" for number in range(10)))
    row = evaluated(tmp_path, FLOAT, kernels="builtin", label_names=str(names))["models"][0]
    assert row["latency_ms"]["kernels"] == "built-in"
    assert [each["name"] for each in row["per_class"]][:2] == ["digit 0", "digit 1"]


@pytest.mark.tensorflow
def test_a_keras_file_scores_as_its_float_variant(tmp_path: Path) -> None:
    from inspector.jobs.client import run_in_worker

    options = EvaluateOptions(
        models=(str(SAMPLES / "digits_cnn.h5"), str(FLOAT)), data=DIGITS, resamples=0, latency_samples=2,
        reference=str(SAMPLES / "digits_cnn.h5"),
    )  # fmt: skip
    keras, tflite = run_in_worker(options)["models"]
    assert {name: keras[name] for name in SCORES} == pytest.approx({name: tflite[name] for name in SCORES}, rel=1e-4)
    assert tflite["agreement"]["decisions"] == 1.0 and tflite["agreement"]["max_difference"] < 1e-4
    assert keras["latency_ms"]["kernels"] == "TensorFlow" and keras["intervals"] is None


def write_digits(path: Path, words: bool) -> None:
    """The test digits as a table: a column of words, or one label for each of two attributes."""
    samples, labels = digits()
    names = [f"p{number}" for number in range(64)]
    last = ["word"] if words else ["label_even", "label_large"]
    lines = [",".join(["id", *names, *last])]
    for number, (sample, label) in enumerate(zip(samples, labels, strict=True)):
        ends = [f"digit {label}"] if words else [str(int(label % 2 == 0)), str(int(label > 4))]
        lines.append(",".join([str(number), *(f"{value:g}" for value in sample.ravel()), *ends]))
    path.write_text("\n".join(lines) + "\n")


def test_a_table_with_words_scores_as_the_array_of_numbers(tmp_path: Path) -> None:
    write_digits(tmp_path / "digits.csv", words=True)
    data = DataChoice(str(tmp_path / "digits.csv"), samples=0)
    found, expected = evaluated(tmp_path, FLOAT, data=data), evaluated(tmp_path, FLOAT)
    assert found["labels"] == "word" and found["models"][0]["accuracy"] == expected["models"][0]["accuracy"]
    assert found["models"][0]["confusion_matrix"] == expected["models"][0]["confusion_matrix"]
    assert found["models"][0]["per_class"][3]["name"] == "digit 3"
    assert any(note.endswith("are words, sorted: 0 digit 0, 1 digit 1, 2 digit 2, 3 digit 3, 4 digit 4, 5 digit 5 "
                             "and 4 more.") for note in found["notes"])  # fmt: skip
    names = tmp_path / "names.txt"
    names.write_text("\n".join(f"Digit {9 - number}" for number in range(10)))
    turned = evaluated(tmp_path, FLOAT, data=data, label_names=str(names))["models"][0]
    assert turned["per_class"][0]["name"] == "Digit 9" and turned["accuracy"] < 0.5, "the order of the file counts"


def test_sorted_words_of_too_few_classes_are_not_guessed(tmp_path: Path) -> None:
    samples, _labels = digits()
    np.savez(tmp_path / "few.npz", x=samples[:4], y=np.array(["four", "two", "four", "one"]))
    data = DataChoice(str(tmp_path / "few.npz"), samples=0)
    with pytest.raises(DataError, match=r"^The labels are 3 words, the model's output has 10 classes: .*--label-names"):
        evaluated(tmp_path, FLOAT, data=data)
    names = tmp_path / "names.txt"
    names.write_text("\n".join(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]))
    assert evaluated(tmp_path, FLOAT, data=data, label_names=str(names))["samples"] == 4


def test_columns_of_several_labels_are_named_by_their_columns(tmp_path: Path) -> None:
    write_digits(tmp_path / "digits.csv", words=False)
    model = sigmoid_model(tmp_path / "two.tflite", 2)
    width = open_model(model).inputs()[0].elements
    lines = (tmp_path / "digits.csv").read_text().splitlines()
    kept = [",".join([*line.split(",")[1 : 1 + width], *line.split(",")[-2:]]) for line in lines]
    (tmp_path / "small.csv").write_text("\n".join(kept) + "\n")
    found = evaluated(tmp_path, model, data=DataChoice(str(tmp_path / "small.csv"), samples=0))
    assert (found["task"], found["labels"]) == ("multilabel", "label_even,label_large")
    assert [each["name"] for each in found["models"][0]["per_class"]] == ["even", "large"]
