"""Which task labels and outputs speak of, what is decided, and the sentences for labels that can't be right."""

import numpy as np
import pytest

from inspector.analysis.evaluation_task import checked_labels, decisions, probabilities, task_of
from inspector.errors import DataError

TEN, ONE, THREE = np.zeros((4, 10)), np.zeros((4, 1)), np.zeros((4, 3))


@pytest.mark.parametrize(
    ("labels", "outputs", "task"),
    [
        (np.array([0, 9, 3, 3]), TEN, "multiclass"),
        (np.eye(3)[[0, 1, 2, 0]], THREE, "multiclass"),
        (np.array([0, 1, 1, 0]), ONE, "binary"),
        (np.array([[0, 1, 1], [0, 0, 0], [1, 0, 0], [1, 1, 1]]), THREE, "multilabel"),
        (np.array([0.5, 2, 3, 4]), ONE, "regression"),
        (np.array([5, 2, 3, 4]), ONE, "regression"),
        (np.full((4, 3), 0.2), THREE, "regression"),
        (None, np.array([[0.2, 0.8], [0.5, 0.5]]), "multiclass"),
        (None, np.array([[5.0, -3.0], [1.0, 2.0]]), "multiclass"),
        (None, np.array([[0.9, 0.8], [0.1, 0.0]]), "multilabel"),
        (None, np.array([[0.9], [0.1]]), "binary"),
        (None, np.array([[9.0], [0.1]]), "regression"),
        (None, np.zeros((2, 4, 4, 3)), "regression"),
    ],
)
def test_the_task_is_told_by_labels_and_outputs(labels: np.ndarray | None, outputs: np.ndarray, task: str) -> None:
    assert task_of(labels, outputs) == task


@pytest.mark.parametrize(
    ("labels", "task", "size", "sentence"),
    [
        (np.array([0, 10]), "multiclass", 10, r"There is a label 10, but the model's output has 10 classes, 0 to 9"),
        (np.array([-1, 1]), "multiclass", 10, "There is a label -1"),
        (np.array([0, 2]), "binary", 1, r"There is a label 2, but the model's output has 2 classes"),
        (np.array([3, 3, 3]), "multiclass", 10, r"All 3 labels are class 3: nothing can be told apart"),
        (np.array([0.5, 1]), "multiclass", 10, "fractions"),
        (np.array([0, 1]), "binary", 4, r"has 4 values; binary is one sigmoid"),
        (np.array([0, 1]), "multiclass", 1, r"one value a sample: no classes"),
        (np.array([[1, 1], [0, 1]]), "multiclass", 2, "Choose multilabel"),
        (np.array([[0, 2], [0, 1]]), "multilabel", 2, "other numbers than 0 and 1"),
        (np.array([0, 1]), "multilabel", 3, r"have 1 value a sample, the model's output has 3"),
        (np.zeros((2, 4)), "multilabel", 3, r"have 4 values a sample, the model's output has 3"),
        (np.zeros((2, 4)), "regression", 3, r"have 4 values a sample, the model's output has 3"),
    ],
)
def test_labels_that_can_not_be_right_are_told(labels: np.ndarray, task: str, size: int, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        checked_labels(labels, task, size)


def test_labels_of_another_shape_than_the_output_have_no_task() -> None:
    with pytest.raises(DataError, match=r"labels are 5 a sample|labels are \[5\]|5"):
        task_of(np.zeros((4, 5)), THREE)


def test_one_hot_rows_become_classes_and_one_number_a_sample_becomes_a_row() -> None:
    assert checked_labels(np.eye(3)[[2, 0]], "multiclass", 3).tolist() == [2, 0]
    assert checked_labels(np.array([1.5, 2]), "regression", 1).tolist() == [[1.5], [2.0]]


def test_yes_is_above_one_half_or_above_zero_for_logits_or_above_what_is_asked_for() -> None:
    assert decisions(np.array([[0.5], [0.51]]), "binary").tolist() == [0, 1]  # type: ignore[union-attr]
    assert decisions(np.array([[-3.0], [0.4]]), "binary").tolist() == [0, 1]  # type: ignore[union-attr]
    assert decisions(np.array([[0.5], [0.51]]), "binary", 0.2).tolist() == [1, 1]  # type: ignore[union-attr]
    raw = np.array([[-1, 1], [0, 127]], np.int8)
    assert decisions(raw, "multilabel", 0.0).tolist() == [[0, 1], [0, 1]]  # type: ignore[union-attr]
    assert decisions(raw, "regression") is None


def test_logits_become_probabilities_and_none_is_0_or_1() -> None:
    logits = np.array([[2.0, 0.0, -500.0]])
    shares = probabilities(logits, "multiclass")
    assert shares is not None and shares.sum() == pytest.approx(1) and shares.min() >= 9e-8
    assert shares[0, 0] / shares[0, 1] == pytest.approx(np.exp(2), rel=1e-6)
    sure = probabilities(np.array([[0.0], [1.0]]), "binary")
    assert sure is not None and sure.ravel().tolist() == [1e-7, 1 - 1e-7]
    half = probabilities(np.array([[0.0], [1000.0], [-1000.0]]), "binary")
    assert half is not None and half[0, 0] == 0.5 and np.isfinite(half).all()
