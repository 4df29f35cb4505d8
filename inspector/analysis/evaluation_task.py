"""What a model is asked: one class of several, yes or no, several labels at once, or numbers; and what it answers."""

import numpy as np

from inspector.analysis.classification import is_one_hot
from inspector.errors import DataError
from inspector.model.model import Array
from inspector.model.text import plural, shape_text

MULTICLASS, BINARY, MULTILABEL, REGRESSION = "multiclass", "binary", "multilabel", "regression"
TASKS = (MULTICLASS, BINARY, MULTILABEL, REGRESSION)
_NEAR_ONE = 0.1
"""How far the probabilities of a sample may be from 1 in sum: INT8 steps add up."""


def rows_of(outputs: Array) -> Array:
    """(samples, values): every output as one row of values a sample."""
    return outputs.reshape(len(outputs), -1)


def task_of(labels: Array | None, outputs: Array) -> str:
    """One of TASKS, told by the labels and the size of the output; without labels by the outputs themselves.

    `outputs` (n, ...) real values; with labels only their shape counts, so that zeros do. Raises DataError for labels
    that fit no task.
    """
    size = rows_of(outputs).shape[1]
    if labels is None:
        return _task_of_outputs(outputs, size)
    if labels.ndim > 1:
        given = rows_of(labels).shape[1]
        if given != size:
            raise DataError(
                f"The labels are {shape_text(labels.shape[1:])} a sample, the model's output is "
                f"{shape_text(outputs.shape[1:])}. Choose labels of that shape, or class numbers."
            )
        if labels.ndim == 2 and is_one_hot(labels):
            return MULTICLASS
        return MULTILABEL if labels.ndim == 2 and _zeros_and_ones(labels) else REGRESSION
    if size == 1:
        return BINARY if _zeros_and_ones(labels) else REGRESSION
    return MULTICLASS


def checked_labels(labels: Array, task: str, size: int) -> Array:
    """Labels as the task counts them: (n,) class numbers; (n,) or (n, labels) of 0 and 1; (n, values) numbers.

    `size` is the number of the model's outputs a sample. Raises DataError for labels of another range or shape, and for
    one class only, which leaves nothing to tell apart.
    """
    if task == REGRESSION:
        return _numbers(labels, size)
    if task == MULTILABEL:
        _check_columns(labels, size, "multilabel")
        if not _zeros_and_ones(labels):
            raise DataError("The labels of several classes a sample hold other numbers than 0 and 1. Choose others.")
        return labels.astype(np.int64)
    if labels.ndim > 1:
        _check_columns(labels, size, task)
        if not is_one_hot(labels):
            raise DataError(f"Some labels have no class, or several, which {task} does not know. Choose multilabel.")
        labels = labels.argmax(axis=1)
    return _classes(labels, task, size)


def _classes(labels: Array, task: str, size: int) -> Array:
    most = 2 if task == BINARY else size
    if task == BINARY and size != 1:
        raise DataError(f"The model's output has {size:,} values; binary is one sigmoid. Choose multiclass.")
    if task == MULTICLASS and size == 1:
        raise DataError("The model's output is one value a sample: no classes. Choose binary or regression.")
    whole = labels.astype(np.int64)
    if not np.array_equal(whole, labels):
        raise DataError("The labels hold fractions; classes are whole numbers from 0. Choose other labels.")
    for worst in (int(whole.min()), int(whole.max())):
        if not 0 <= worst < most:
            raise DataError(
                f"There is a label {worst:,}, but the model's output has {plural(most, 'class', 'classes')}, 0 to "
                f"{most - 1:,}. Choose the right labels."
            )
    if whole.min() == whole.max():
        raise DataError(
            f"All {len(whole):,} labels are class {int(whole[0]):,}: nothing can be told apart. Take samples of "
            "several classes; --samples 0 takes all."
        )
    return whole


def _numbers(labels: Array, size: int) -> Array:
    rows = rows_of(labels).astype(np.float64)
    if rows.shape[1] != size:
        raise DataError(
            f"The labels have {plural(rows.shape[1], 'value')} a sample, the model's output has {size:,}. "
            "Choose labels of that shape."
        )
    return rows


def _check_columns(labels: Array, size: int, task: str) -> None:
    columns = rows_of(labels).shape[1] if labels.ndim > 1 else 1
    if labels.ndim != 2 or columns != size:
        raise DataError(
            f"The labels have {plural(columns, 'value')} a sample, the model's output has {size:,}. "
            f"For {task}, choose labels with a column for each."
        )


def decisions(outputs: Array, task: str, threshold: float | None = None) -> Array | None:
    """(n,) classes, or (n, labels) of 0 and 1 for multilabel; None for regression, which decides nothing.

    Yes is above `threshold`; None takes 0.5 for probabilities and 0 for logits, which leave 0 to 1.
    """
    rows = rows_of(outputs)
    if task == REGRESSION:
        return None
    if task == MULTICLASS:
        return rows.argmax(axis=1)  # type: ignore[no-any-return]
    limit = threshold if threshold is not None else 0.5 if are_shares(rows) else 0.0
    found = (rows > limit).astype(np.int64)
    return found[:, 0] if task == BINARY else found


def probabilities(outputs: Array, task: str) -> Array | None:
    """(n, classes) or (n, labels) float64 as the log loss wants them: at least 1e-7 from 0 and 1, as Keras does it;
    logits go through softmax or sigmoid first. None for regression."""
    rows = rows_of(outputs).astype(np.float64)
    if task == REGRESSION:
        return None
    if task == MULTICLASS:
        if not _are_probabilities(rows):
            rows = np.exp(rows - rows.max(axis=1, keepdims=True))
        rows = np.clip(rows / rows.sum(axis=1, keepdims=True), 1e-7, 1 - 1e-7)
        return rows / rows.sum(axis=1, keepdims=True)  # type: ignore[no-any-return]
    if not are_shares(rows):
        rows = 1 / (1 + np.exp(-np.clip(rows, -700, 700)))
    return np.clip(rows, 1e-7, 1 - 1e-7)


def are_shares(rows: Array) -> bool:
    """Whether all values are from 0 to 1: probabilities, no logits."""
    return not rows.size or bool(rows.min() >= 0 and rows.max() <= 1)


def _are_probabilities(rows: Array) -> bool:
    return are_shares(rows) and bool((np.abs(rows.sum(axis=1) - 1) < _NEAR_ONE).all())


def _task_of_outputs(outputs: Array, size: int) -> str:
    if len([each for each in outputs.shape[1:] if each != 1]) > 1:
        return REGRESSION
    rows = rows_of(outputs).astype(np.float64)
    if size == 1:
        return BINARY if are_shares(rows) else REGRESSION
    return MULTILABEL if are_shares(rows) and not _are_probabilities(rows) else MULTICLASS


def _zeros_and_ones(labels: Array) -> bool:
    return bool(((labels == 0) | (labels == 1)).all())
