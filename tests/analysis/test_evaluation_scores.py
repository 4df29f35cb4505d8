"""Scores against scikit-learn called plainly, and every bootstrap replicate against scikit-learn on its own samples."""

import warnings
from collections.abc import Iterator

import numpy as np
import pytest

from inspector.analysis.evaluation_scores import SCORES, agreement, averages_of, scores
from inspector.analysis.evaluation_task import decisions
from inspector.analysis.resampling import difference, draws, interval, replicates

metrics = pytest.importorskip("sklearn.metrics")
COUNT = 120


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def example(task: str) -> tuple[np.ndarray, np.ndarray]:
    """Labels and outputs that are right more often than not; one class of five never occurs."""
    random = np.random.default_rng(5)
    if task == "multiclass":
        labels = random.integers(0, 4, COUNT)
        outputs = random.random((COUNT, 5)) + 0.6 * np.eye(5)[labels]
        return labels, (outputs / outputs.sum(axis=1, keepdims=True)).astype(np.float32)
    if task == "binary":
        labels = random.integers(0, 2, COUNT)
        return labels, np.clip(0.5 * labels + 0.7 * random.random(COUNT), 0, 1).astype(np.float32)[:, None]
    if task == "multilabel":
        labels = random.integers(0, 2, (COUNT, 3))
        return labels, np.clip(0.5 * labels + 0.7 * random.random((COUNT, 3)), 0, 1).astype(np.float32)
    labels = random.normal(1e4, 3, (COUNT, 2))
    return labels, labels + random.normal(0.2, 1, (COUNT, 2))


def plain(task: str, labels: np.ndarray, outputs: np.ndarray, average: str) -> dict[str, float]:
    """What a script would write."""
    if task == "regression":
        return {
            "mae": metrics.mean_absolute_error(labels, outputs),
            "rmse": metrics.root_mean_squared_error(labels, outputs),
            "r2": metrics.r2_score(labels, outputs),
        }
    decided = outputs.argmax(axis=1) if task == "multiclass" else (outputs > 0.5).astype(int)
    decided = decided[:, 0] if task == "binary" else decided
    found = {
        "precision": metrics.precision_score(labels, decided, average=average, zero_division=0),
        "recall": metrics.recall_score(labels, decided, average=average, zero_division=0),
        "f1": metrics.f1_score(labels, decided, average=average, zero_division=0),
    }
    if task == "multilabel":
        hamming = metrics.hamming_loss(labels, decided)
        jaccard = metrics.jaccard_score(labels, decided, average=average, zero_division=0)
        return {**found, "accuracy": 1 - hamming, "hamming_loss": hamming, "jaccard": jaccard}
    return {
        **found,
        "accuracy": metrics.accuracy_score(labels, decided),
        "balanced_accuracy": metrics.balanced_accuracy_score(labels, decided),
        "kappa": metrics.cohen_kappa_score(labels, decided),
        "log_loss": metrics.log_loss(labels, outputs if task == "multiclass" else outputs[:, 0].clip(1e-7, 1 - 1e-7),
                                     labels=range(outputs.shape[1] if task == "multiclass" else 2)),
    }  # fmt: skip


CASES = [
    (task, average)
    for task in ("multiclass", "binary", "multilabel", "regression")
    for average in ("macro", "micro", "weighted", *(("binary",) if task == "binary" else ()))
]


@pytest.mark.parametrize(("task", "average"), CASES)
def test_scores_are_those_of_a_plain_script(task: str, average: str) -> None:
    labels, outputs = example(task)
    found = scores(task, labels, outputs, decisions(outputs, task), average)
    expected = plain(task, labels, outputs, average)
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-5)
    others = set(SCORES) - set(expected) - ({"log_loss"} if task == "multilabel" else set())
    assert all(found[name] is None for name in others)


@pytest.mark.parametrize(("task", "average"), CASES)
def test_every_replicate_is_what_scikit_learn_says_of_its_samples(task: str, average: str) -> None:
    labels, outputs = example(task)
    found = replicates(task, labels, outputs, decisions(outputs, task), average, 6, 3)
    for number, counts in enumerate(draws(COUNT, 6, 3)):
        taken = np.repeat(np.arange(COUNT), counts.astype(int))
        expected = plain(task, labels[taken], outputs[taken], average)
        assert {name: found[name][number] for name in expected} == pytest.approx(expected, rel=1e-5), number


def test_each_class_has_its_scores_and_its_name() -> None:
    labels, outputs = example("multiclass")
    found = scores("multiclass", labels, outputs, outputs.argmax(axis=1), "macro", ("a", "b"))
    assert [row["name"] for row in found["per_class"]] == ["a", "b", "2", "3", "4"]
    assert [row["support"] for row in found["per_class"]] == np.bincount(labels, minlength=5).tolist()
    expected = metrics.confusion_matrix(labels, outputs.argmax(axis=1), labels=range(5))
    assert found["confusion_matrix"] == expected.tolist() and sum(map(sum, found["confusion_matrix"])) == COUNT


def test_several_labels_have_a_matrix_each_and_their_mean_log_loss() -> None:
    labels, outputs = example("multilabel")
    found = scores("multilabel", labels, outputs, decisions(outputs, "multilabel"), "macro")
    assert np.array(found["confusion_matrix"]).shape == (3, 2, 2)
    shares = outputs.astype(float).clip(1e-7, 1 - 1e-7)
    expected = -np.mean(labels * np.log(shares) + (1 - labels) * np.log(1 - shares))
    assert found["log_loss"] == pytest.approx(expected)


def test_an_average_of_one_class_is_only_known_to_yes_and_no() -> None:
    assert averages_of("binary", "binary") == "binary" and averages_of("multiclass", "binary") == "macro"


def test_better_or_worse_is_said_only_where_noise_can_not_be_the_reason() -> None:
    labels, outputs = example("multiclass")
    flipped = outputs.copy()
    flipped[:40] = np.roll(flipped[:40], 1, axis=1)
    flat = 0.5 * outputs + 0.1
    one, other, same = (
        replicates("multiclass", labels, each, each.argmax(axis=1), "macro", 400, 0)
        for each in (outputs, flipped, flat)
    )
    worse = difference("accuracy", -0.2, other["accuracy"], one["accuracy"])
    assert worse is not None and worse.verdict == "worse" and worse.low <= worse.high < 0
    loss = difference("log_loss", 0.2, other["log_loss"], one["log_loss"])
    assert loss is not None and loss.verdict == "worse" and loss.low > 0
    back = difference("log_loss", -0.2, one["log_loss"], other["log_loss"])
    assert back is not None and back.verdict == "better"
    equal = difference("accuracy", 0.0, same["accuracy"], one["accuracy"])
    assert equal is not None and (equal.low, equal.high, equal.verdict) == (0.0, 0.0, "about equal")


def test_an_interval_holds_the_score_and_narrows_with_more_samples() -> None:
    labels, outputs = example("binary")
    few = replicates("binary", labels, outputs, decisions(outputs, "binary"), "macro", 400, 1)["accuracy"]
    many = replicates("binary", np.tile(labels, 16), np.tile(outputs, (16, 1)),
                      decisions(np.tile(outputs, (16, 1)), "binary"), "macro", 400, 1)["accuracy"]  # fmt: skip
    (low, high), (near_low, near_high) = interval(few) or (0, 0), interval(many) or (0, 0)
    score = ((outputs[:, 0] > 0.5) == labels).mean()
    assert low < score < high and low < near_low < score < near_high < high
    assert (near_high - near_low) / (high - low) == pytest.approx(0.25, abs=0.1)
    assert interval(np.array([np.nan])) is None


def test_agreement_counts_equal_decisions_and_measures_the_outputs() -> None:
    reference, outputs = np.array([[0.1, 0.9], [0.8, 0.2]]), np.array([[0.2, 0.8], [0.4, 0.6]])
    found = agreement(reference, outputs, reference.argmax(axis=1), outputs.argmax(axis=1))
    assert found == pytest.approx({"decisions": 0.5, "mean_difference": 0.25, "max_difference": 0.4})
    assert agreement(reference, outputs, None, None)["decisions"] is None


def test_labels_that_do_not_vary_have_no_r2() -> None:
    found = scores("regression", np.ones((3, 1)), np.array([[1.0], [2.0], [3.0]]), None, "macro")
    assert found["r2"] is None and found["mae"] == 1.0
