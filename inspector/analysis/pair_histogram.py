"""Two tensors' real values counted in the same bins: what quantization did to a distribution."""

from dataclasses import dataclass
from math import inf

import numpy as np

from inspector.analysis.error_metrics import PairError, real_blocks
from inspector.analysis.histogram import BINS, bin_edges, count_between
from inspector.analysis.progress import Progress
from inspector.errors import ValuesError
from inspector.model import Model, Tensor
from inspector.model.columns import tensor_label
from inspector.model.model import Array


@dataclass(frozen=True, slots=True, eq=False)
class PairHistogram:
    """`edges` (n + 1, float64) from the lowest to the highest finite value of both; `counts` (n, int64) of the
    reference's finite values, `other_counts` of the candidate's. A bin holds its left edge, the last one its right too.
    """

    edges: Array
    counts: Array
    other_counts: Array


def pair_histogram(
    model: Model,
    tensor: Tensor,
    other: Model,
    candidate: Tensor,
    bins: int = BINS,
    error: PairError | None = None,
    progress: Progress | None = None,
) -> PairHistogram:
    """The real values of `tensor` (of `model`) and of `candidate` (of `other`); `error`, where it is known, saves a
    pass. Raises ValuesError where one has no numbers or no finite ones, FileChangedError, what `progress` raises."""
    pair = (model, tensor), (other, candidate)
    ends = [end for each in pair for end in _ends(*each, progress)] if error is None else _known_ends(error)
    finite = [end for end in ends if end is not None and np.isfinite(end)]
    if not finite:
        raise ValuesError(f"{tensor_label(tensor)} has no finite values to show.")
    edges = bin_edges(min(finite), max(finite), np.dtype(np.float64), bins)
    counted = [_counts(*each, edges, progress) for each in pair]
    return PairHistogram(edges, counted[0], counted[1])


def _known_ends(error: PairError) -> list[float | None]:
    return [error.low, error.high, error.other_low, error.other_high]


def _ends(model: Model, tensor: Tensor, progress: Progress | None) -> tuple[float, float]:
    low, high = inf, -inf
    for block in real_blocks(model, tensor):
        _report(progress)
        finite = block[np.isfinite(block)]
        if len(finite):
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    return low, high


def _counts(model: Model, tensor: Tensor, edges: Array, progress: Progress | None) -> Array:
    counts = np.zeros(len(edges) - 1, np.int64)
    for block in real_blocks(model, tensor):
        _report(progress)
        counts += count_between(edges, block[np.isfinite(block)])
    return counts


def _report(progress: Progress | None) -> None:
    if progress is not None:
        progress(None, "Counting values")
