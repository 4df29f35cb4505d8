"""The scores of a model's outputs against labels, by scikit-learn, and how far two models agree."""

import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from inspector.analysis.evaluation_task import BINARY, MULTICLASS, MULTILABEL, REGRESSION, probabilities, rows_of
from inspector.model.model import Array

SCORES = (
    "accuracy", "precision", "recall", "f1", "balanced_accuracy", "kappa", "hamming_loss", "jaccard", "log_loss",
    "mae", "rmse", "r2",
)  # fmt: skip
AVERAGES = ("macro", "micro", "weighted", "binary")
_MOST_CLASSES = 1000
"""Above this many classes no confusion matrix is made: nobody could read it, and it grows with the square."""


def scores(
    task: str, labels: Array, outputs: Array, decided: Array | None, average: str, names: Sequence[str] = ()
) -> dict[str, Any]:
    """Every name of SCORES, None where it doesn't apply, with "confusion_matrix" and "per_class".

    `labels` as `checked_labels` gives them, `decided` as `decisions` does. The accuracy of several labels is the binary
    one: the share of all labels that are right. The confusion matrix has true classes as rows; of several labels it is
    one [[no as no, no as yes], [yes as no, yes as yes]] for each.
    """
    found: dict[str, Any] = dict.fromkeys((*SCORES, "confusion_matrix", "per_class"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of classes that never occur: they count as 0
        if task == REGRESSION:
            found |= _regression(labels, rows_of(outputs).astype(np.float64))
        elif task == MULTILABEL:
            assert decided is not None
            found |= _multilabel(labels, outputs, decided, average)
        else:
            assert decided is not None
            found |= _classes(task, labels, outputs, decided, average)
    for number, row in enumerate(found["per_class"] or ()):
        row["name"] = names[number] if number < len(names) else str(number)
    return {name: _plain(value) for name, value in found.items()}


def _classes(task: str, labels: Array, outputs: Array, decided: Array, average: str) -> dict[str, Any]:
    from sklearn import metrics

    count = 2 if task == BINARY else rows_of(outputs).shape[1]
    every = np.arange(count)
    shares = probabilities(outputs, task)
    assert shares is not None
    shares = np.concatenate([1 - shares, shares], axis=1) if task == BINARY else shares
    return {
        "accuracy": metrics.accuracy_score(labels, decided),
        **_averaged(labels, decided, average),
        "balanced_accuracy": metrics.balanced_accuracy_score(labels, decided),
        "kappa": metrics.cohen_kappa_score(labels, decided),
        "log_loss": metrics.log_loss(labels, shares, labels=every),
        "confusion_matrix": metrics.confusion_matrix(labels, decided, labels=every).tolist()
        if count <= _MOST_CLASSES
        else None,
        "per_class": _per_class(labels, decided, every),
    }


def _multilabel(labels: Array, outputs: Array, decided: Array, average: str) -> dict[str, Any]:
    from sklearn import metrics

    shares = probabilities(outputs, MULTILABEL)
    assert shares is not None
    hamming = metrics.hamming_loss(labels, decided)
    losses = [metrics.log_loss(labels[:, each], shares[:, each], labels=[0, 1]) for each in range(labels.shape[1])]
    return {
        "accuracy": 1 - hamming,
        **_averaged(labels, decided, average),
        "hamming_loss": hamming,
        "jaccard": metrics.jaccard_score(labels, decided, average=average, zero_division=0),
        "log_loss": float(np.mean(losses)),
        "confusion_matrix": metrics.multilabel_confusion_matrix(labels, decided).tolist(),
        "per_class": _per_class(labels, decided, None),
    }


def _averaged(labels: Array, decided: Array, average: str) -> dict[str, Any]:
    from sklearn import metrics

    found = metrics.precision_recall_fscore_support(labels, decided, average=average, zero_division=0)
    return dict(zip(("precision", "recall", "f1"), found[:3], strict=True))


def _per_class(labels: Array, decided: Array, every: Array | None) -> list[dict[str, Any]]:
    from sklearn import metrics

    found = metrics.precision_recall_fscore_support(labels, decided, labels=every, average=None, zero_division=0)
    keys = ("precision", "recall", "f1", "support")
    return [
        {"class": number, **dict(zip(keys, map(_plain, row), strict=True))}
        for number, row in enumerate(zip(*found, strict=True))
    ]


def _regression(labels: Array, outputs: Array) -> dict[str, Any]:
    from sklearn import metrics

    varied = len(labels) > 1 and bool((labels.max(axis=0) > labels.min(axis=0)).all())
    return {
        "mae": metrics.mean_absolute_error(labels, outputs),
        "rmse": metrics.root_mean_squared_error(labels, outputs),
        "r2": metrics.r2_score(labels, outputs) if varied else None,
    }


def agreement(
    reference: Array, outputs: Array, reference_decided: Array | None, decided: Array | None
) -> dict[str, float | None]:
    """`decisions`: the share of equal ones (None for regression); mean and largest absolute difference of the real
    outputs. Needs no labels."""
    apart = np.abs(rows_of(outputs).astype(np.float64) - rows_of(reference).astype(np.float64))
    same = None if decided is None or reference_decided is None else float((decided == reference_decided).mean())
    return {"decisions": same, "mean_difference": float(apart.mean()), "max_difference": float(apart.max())}


def averages_of(task: str, average: str) -> str:
    """`average` where the task knows it: "binary", the scores of the class 1 alone, is one sigmoid's."""
    return "macro" if average == "binary" and task in (MULTICLASS, MULTILABEL) else average


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
