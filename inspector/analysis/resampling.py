"""Bootstrap: scores over samples drawn again and again, for intervals and for differences that are no noise.

Every replicate draws as many samples as there are, with repeats, by the same seed for every model: the difference of
two models' replicates is a paired one. The formulas are scikit-learn's, computed from counts for all replicates at once
(a test holds them against scikit-learn itself).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from inspector.analysis.evaluation_task import BINARY, MULTICLASS, MULTILABEL, REGRESSION, probabilities, rows_of
from inspector.model.model import Array

LOWER_IS_BETTER = frozenset({"hamming_loss", "log_loss", "mae", "rmse"})
BETTER, WORSE, EQUAL = "better", "worse", "about equal"
Replicates = Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Difference:
    """A score minus the reference's, its 95 % interval, and what that says."""

    value: float
    low: float
    high: float
    verdict: str


def draws(count: int, resamples: int, seed: int) -> Iterator[Array]:
    """How often each of `count` samples is taken, one array a replicate; float64, for products."""
    generator = np.random.default_rng(seed)
    for _each in range(resamples):
        yield np.bincount(generator.integers(0, count, count), minlength=count).astype(np.float64)


def replicates(
    task: str, labels: Array, outputs: Array, decided: Array | None, average: str, resamples: int, seed: int
) -> Replicates:
    """Score name -> (resamples,) values; `labels` as `checked_labels` gives them."""
    if not resamples:
        return {}
    taken = draws(len(labels), resamples, seed)
    if task == REGRESSION:
        return _regression(labels, rows_of(outputs).astype(np.float64), taken)
    assert decided is not None
    losses = sample_losses(task, labels, outputs)
    if task == MULTILABEL:
        return _multilabel(labels, decided, losses, taken, average)
    classes = 2 if task == BINARY else rows_of(outputs).shape[1]
    return _classes(labels, decided, losses, taken, average, classes)


def sample_losses(task: str, labels: Array, outputs: Array) -> Array:
    """(n,) log loss of each sample; of several labels their mean."""
    shares = probabilities(outputs, task)
    assert shares is not None
    if task == MULTICLASS:
        return np.asarray(-np.log(shares[np.arange(len(labels)), labels]))
    truth = labels.reshape(len(labels), -1)
    losses: Array = -np.where(truth == 1, np.log(shares), np.log1p(-shares)).mean(axis=1)
    return losses


def _classes(
    labels: Array, decided: Array, losses: Array, taken: Iterator[Array], average: str, classes: int
) -> Replicates:
    right = labels == decided
    rows = [
        (
            np.bincount(labels, drawn * right, classes), np.bincount(decided, drawn, classes),
            np.bincount(labels, drawn, classes), drawn @ losses / len(labels),
        )
        for drawn in taken
    ]  # fmt: skip
    hits, given, true = (np.array([row[place] for row in rows]) for place in range(3))
    return class_scores(hits, given, true, average) | {"log_loss": np.array([row[3] for row in rows])}


def class_scores(hits: Array, given: Array, true: Array, average: str) -> dict[str, Array]:
    """From (replicates, classes) counts: right ones, decided ones and true ones of each class."""
    total = true.sum(axis=1)
    present = (given + true) > 0
    found = _averaged(hits, given, true, present, average)
    accuracy = hits.sum(axis=1) / total
    known = true > 0
    balanced = (_share(hits, true) * known).sum(axis=1) / known.sum(axis=1)
    chance = (given * true).sum(axis=1) / np.square(total)
    with np.errstate(invalid="ignore", divide="ignore"):
        kappa = np.where(chance < 1, (accuracy - chance) / (1 - chance), np.nan)
    return {"accuracy": accuracy, **found, "balanced_accuracy": balanced, "kappa": kappa}


def _multilabel(labels: Array, decided: Array, losses: Array, taken: Iterator[Array], average: str) -> Replicates:
    count, width = labels.shape
    columns = np.concatenate([labels * decided, decided, labels, (labels != decided)], axis=1).astype(np.float64)
    parts = [(drawn @ columns, drawn @ losses / count) for drawn in taken]
    sums = np.array([part[0] for part in parts])
    hits, given, true, wrong = (sums[:, place * width : (place + 1) * width] for place in range(4))
    found = _averaged(hits, given, true, np.ones_like(hits, bool), average)
    hamming = wrong.sum(axis=1) / (count * width)
    jaccard = _average(hits, given + true - hits, true, np.ones_like(hits, bool), average)
    return {
        "accuracy": 1 - hamming, **found, "hamming_loss": hamming, "jaccard": jaccard,
        "log_loss": np.array([part[1] for part in parts]),
    }  # fmt: skip


def _averaged(hits: Array, given: Array, true: Array, present: Array, average: str) -> dict[str, Array]:
    return {
        "precision": _average(hits, given, true, present, average),
        "recall": _average(hits, true, true, present, average),
        "f1": _average(2 * hits, given + true, true, present, average),
    }


def _average(part: Array, whole: Array, true: Array, present: Array, average: str) -> Array:
    """part / whole of each class (0 where there is nothing), averaged as scikit-learn does."""
    if average == "micro":
        return _share(part.sum(axis=1), whole.sum(axis=1))
    shares = _share(part, whole)
    if average == "binary":
        return np.asarray(shares[:, 1])
    weights = true if average == "weighted" else present.astype(np.float64)
    return _share((shares * weights).sum(axis=1), weights.sum(axis=1))


def _share(part: Array, whole: Array) -> Array:
    return np.asarray(np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0))


def _regression(labels: Array, outputs: Array, taken: Iterator[Array]) -> Replicates:
    count, width = labels.shape
    error = outputs - labels
    centred = labels - labels.mean(axis=0)  # of large numbers the squares would swallow the differences
    columns = np.concatenate([np.abs(error), np.square(error), centred, np.square(centred)], axis=1)
    sums = np.array([drawn @ columns for drawn in taken])
    absolute, squared, first, second = (sums[:, place * width : (place + 1) * width] for place in range(4))
    spread = second - np.square(first) / count
    with np.errstate(invalid="ignore", divide="ignore"):
        r2 = np.where(spread > 0, 1 - squared / spread, np.nan).mean(axis=1)
    return {
        "mae": absolute.mean(axis=1) / count, "rmse": np.sqrt(squared / count).mean(axis=1), "r2": r2,
    }  # fmt: skip


def interval(values: Array) -> tuple[float, float] | None:
    """The middle 95 %; None where no replicate has a value."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return None
    low, high = np.percentile(finite, (2.5, 97.5))
    return float(low), float(high)


def difference(name: str, value: float, mine: Array, reference: Array) -> Difference | None:
    """`value`: the scores' own difference; better or worse only where the interval leaves 0 out."""
    between = interval(mine - reference)
    if between is None:
        return None
    low, high = between
    up = low > 0
    verdict = EQUAL if low <= 0 <= high else BETTER if up != (name in LOWER_IS_BETTER) else WORSE
    return Difference(value, low, high, verdict)
