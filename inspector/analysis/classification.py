"""How good a classifier's outputs are: against labels, or against those of the float model it was made from."""

from dataclasses import dataclass

import numpy as np

from inspector.errors import DataError
from inspector.model.model import Array
from inspector.model.text import shape_text


@dataclass(frozen=True, slots=True)
class Accuracy:
    """`correct` of `count` answers; an answer is a sample's class, or each class of a sample that may have several."""

    correct: int
    count: int

    @property
    def score(self) -> float:
        """The share, 0 to 1; NaN without answers."""
        return self.correct / self.count if self.count else float("nan")


def accuracy(labels: Array, outputs: Array) -> Accuracy:
    """`labels` (n,) class numbers, or (n, classes) with one or several classes a row; `outputs` (n, classes), or (n, 1)
    for yes and no. The class is the largest output; several classes a row, and yes, are outputs above the middle.
    Raises DataError where the two don't fit.
    """
    answers = _answers(outputs)
    if len(labels) != len(answers):
        raise DataError(f"There are {len(labels):,} labels for {len(answers):,} samples.")
    if labels.ndim == 2 and labels.shape[1] != answers.shape[1]:
        raise DataError(
            f"The labels have {labels.shape[1]:,} classes, the model's output has {answers.shape[1]:,}. "
            "Choose other labels, or class numbers."
        )
    if labels.ndim == 2 and not is_one_hot(labels):
        right = above_middle(answers) == (labels > 0.5)
        return Accuracy(int(right.sum()), right.size)
    classes = labels if labels.ndim == 1 else labels.argmax(axis=1)
    most = 2 if answers.shape[1] == 1 else answers.shape[1]
    if len(classes) and int(classes.max()) >= most:
        raise DataError(
            f"There is a label {int(classes.max()):,}, but the model's output has {most:,} classes, counted from 0. "
            "Choose the right labels."
        )
    return Accuracy(int((predicted(answers) == classes).sum()), len(classes))


def agreement(reference: Array, outputs: Array) -> Accuracy:
    """How often two models choose the same class. Raises DataError."""
    return Accuracy(int((predicted(reference) == predicted(outputs)).sum()), len(outputs))


def predicted(outputs: Array) -> Array:
    """The class of each sample: the largest output, or 1 where the only one is above the middle. Raises DataError."""
    answers = _answers(outputs)
    if answers.shape[1] == 1:
        return above_middle(answers)[:, 0].astype(np.int64)
    classes: Array = answers.argmax(axis=1)
    return classes


def above_middle(answers: Array) -> Array:
    """Above 0.5 for probabilities, above 0 for logits, which leave 0 to 1."""
    probabilities = not answers.size or (answers.min() >= 0 and answers.max() <= 1)
    above: Array = answers > (0.5 if probabilities else 0.0)
    return above


def is_one_hot(labels: Array) -> bool:
    """Whether each row is exactly one class."""
    return bool(((labels == 0) | (labels == 1)).all() and (labels.sum(axis=1) == 1).all())


def closeness(reference: Array, outputs: Array) -> float:
    """R2 of the outputs with the reference's as the truth: 1 - squared error / variance; 1 is the same, below 0 is
    worse than always saying the mean. 1 or -inf where the reference doesn't vary."""
    expected, given = reference.astype(np.float64), outputs.astype(np.float64)
    error = float(np.square(given - expected).sum())
    variance = float(np.square(expected - expected.mean(axis=0)).sum())
    if variance == 0:
        return 1.0 if error == 0 else float("-inf")
    return 1.0 - error / variance


def _answers(outputs: Array) -> Array:
    """(n, classes). Raises DataError for an output that holds more than one row of classes a sample."""
    shape = outputs.shape
    left = [size for size in shape[1:] if size != 1]
    if len(left) > 1:
        raise DataError(f"The model's output is {shape_text(shape[1:])} a sample: no row of classes to score.")
    return outputs.reshape(shape[0], left[0] if left else 1)
