"""Scores of classifiers, counted by hand."""

import numpy as np
import pytest

from inspector.analysis.classification import Accuracy, accuracy, agreement, closeness, predicted
from inspector.errors import DataError

OUTPUTS = np.array([[0.1, 0.7, 0.2], [0.9, 0.05, 0.05], [0.2, 0.3, 0.5], [0.4, 0.5, 0.1]], np.float32)


def test_the_largest_output_is_the_class() -> None:
    assert accuracy(np.array([1, 0, 2, 0]), OUTPUTS) == Accuracy(3, 4)
    assert accuracy(np.array([1, 0, 2, 0]), OUTPUTS).score == 0.75
    assert accuracy(np.array([1, 0, 2, 0]), OUTPUTS.reshape(4, 1, 1, 3)) == Accuracy(3, 4)
    assert predicted(OUTPUTS).tolist() == [1, 0, 2, 1]


def test_one_hot_rows_mean_the_same_as_class_numbers() -> None:
    assert accuracy(np.eye(3)[[1, 0, 2, 0]], OUTPUTS) == Accuracy(3, 4)


def test_yes_and_no_from_one_output() -> None:
    labels = np.array([0, 1, 1, 0])
    assert accuracy(labels, np.array([[0.2], [0.6], [0.4], [0.5]])) == Accuracy(3, 4)
    assert accuracy(labels, np.array([-3.0, 0.2, 4.0, 0.1])) == Accuracy(3, 4), "logits are split at 0"


def test_several_classes_a_sample_are_counted_each() -> None:
    labels = np.array([[1, 1, 0], [0, 0, 0]])
    assert accuracy(labels, np.array([[0.9, 0.4, 0.1], [0.2, 0.2, 0.8]])) == Accuracy(4, 6)


def test_labels_that_do_not_fit_are_told() -> None:
    with pytest.raises(DataError, match="There is a label 7, but the model's output has 3 classes"):
        accuracy(np.array([1, 0, 2, 7]), OUTPUTS)
    with pytest.raises(DataError, match="3 labels for 4 samples"):
        accuracy(np.array([1, 0, 2]), OUTPUTS)
    with pytest.raises(DataError, match="labels have 5 classes, the model's output has 3"):
        accuracy(np.zeros((4, 5)), OUTPUTS)
    with pytest.raises(DataError, match="no row of classes"):
        accuracy(np.zeros(4, np.int64), np.zeros((4, 5, 3)))


def test_agreement_and_closeness_to_a_reference() -> None:
    other = OUTPUTS.copy()
    other[3] = [0.6, 0.3, 0.1]
    assert agreement(OUTPUTS, other) == Accuracy(3, 4) and agreement(OUTPUTS, OUTPUTS).score == 1.0
    expected = 1 - np.square(other - OUTPUTS).sum() / np.square(OUTPUTS - OUTPUTS.mean(0)).sum()
    assert closeness(OUTPUTS, other) == pytest.approx(expected, rel=1e-6)
    assert closeness(OUTPUTS, OUTPUTS) == 1.0
    still = np.ones((4, 3))
    assert closeness(still, still) == 1.0 and closeness(still, still + 1) == -np.inf
