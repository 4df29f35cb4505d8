"""How far the real values of one tensor are from another's: RMSE, max abs error, SQNR and ranges, in real units."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, log10, nan, sqrt

import numpy as np

from inspector.analysis.blocks import cuts, tensor_blocks
from inspector.analysis.layout import layout_of
from inspector.analysis.progress import Progress
from inspector.analysis.real_values import RealValues
from inspector.errors import ValuesError
from inspector.model import Model, Tensor
from inspector.model.columns import tensor_label
from inspector.model.model import Array

Axes = tuple[int, ...] | None
_NO = (None, None)


@dataclass(frozen=True, slots=True)
class PairError:
    """Reference minus candidate, over all elements where both are finite, in real units.

    `sqnr_db` is 10 log10(sum of reference² / sum of error²): inf where the two are exactly equal, -inf where the
    reference holds zeros only and the candidate does not, NaN where a square is beyond float64. `low` and `high` are
    the ends of the reference's finite values, `other_low` and `other_high` of the candidate's (None where there are
    none). `left_out` counts the elements where either is NaN or infinite.
    """

    rmse: float
    max_abs_error: float
    sqnr_db: float
    low: float | None
    high: float | None
    other_low: float | None
    other_high: float | None
    elements: int
    left_out: int = 0

    @property
    def exact(self) -> bool:
        """Every element has the same real value."""
        return self.max_abs_error == 0 and not self.left_out


class ErrorSums:
    """Adds up blocks of two tensors; `result` is their PairError. Sums are float64."""

    def __init__(self) -> None:
        self._squares = self._signal = self._largest = 0.0
        self._ends: list[tuple[float, float]] = [(inf, -inf), (inf, -inf)]
        self._count = self._left_out = 0

    def add(self, reference: Array, candidate: Array) -> None:
        """Two flat blocks of real values of equal length."""
        if not len(reference):
            return
        for place, values in enumerate((reference, candidate)):
            low, high = _ends(values)
            self._ends[place] = min(self._ends[place][0], low), max(self._ends[place][1], high)
        first, second = reference.astype(np.float64), candidate.astype(np.float64)
        with np.errstate(invalid="ignore", over="ignore"):
            error = first - second
        finite = np.isfinite(error)
        if not finite.all():
            first, error = first[finite], error[finite]
        self._count += len(error)
        self._left_out += len(finite) - len(error)
        if not len(error):
            return
        with np.errstate(over="ignore"):
            self._squares += float(error @ error)
            self._signal += float(first @ first)
        self._largest = max(self._largest, float(error.max()), -float(error.min()))

    def result(self) -> PairError:
        """Raises ValuesError where there was no element to compare."""
        if not self._count:
            raise ValuesError("There is no element that is finite in both tensors.")
        low, high, other_low, other_high = (end for ends in self._ends for end in (ends if ends[0] <= ends[1] else _NO))
        return PairError(
            sqrt(self._squares / self._count), self._largest, sqnr_db(self._signal, self._squares),
            low, high, other_low, other_high, self._count + self._left_out, self._left_out,
        )  # fmt: skip


def sqnr_db(signal: float, noise: float) -> float:
    """10 log10 of the two sums of squares; inf without noise, -inf without a signal, NaN where a sum overflows."""
    if noise == inf or signal == inf:
        return nan
    if noise == 0:
        return inf
    if signal == 0:
        return -inf
    return 10 * (log10(signal) - log10(noise))


def pair_error(
    model: Model,
    tensor: Tensor,
    other: Model,
    candidate: Tensor,
    axes: tuple[Axes, Axes] = (None, None),
    progress: Progress | None = None,
) -> PairError:
    """The error of `candidate` (of `other`) to `tensor` (of `model`); `axes` bring each into one order of dimensions,
    as np.transpose does (None: as it is stored).

    Raises ValuesError where one has no numbers or they have not as many elements, FileChangedError, and what `progress`
    raises.
    """
    if tensor.elements != candidate.elements:
        raise ValuesError(
            f"{tensor_label(tensor)} has {tensor.elements:,} elements and {tensor_label(candidate)} "
            f"{candidate.elements:,}: they can't be compared."
        )
    sums = ErrorSums()
    for first, second in _together(real_blocks(model, tensor, axes[0]), real_blocks(other, candidate, axes[1])):
        if progress is not None:
            progress(None, f"Measuring the error of {tensor_label(tensor)}")
        sums.add(first, second)
    return sums.result()


def real_blocks(model: Model, tensor: Tensor, axes: Axes = None) -> Iterator[Array]:
    """The real values of a tensor, flat and in order, in blocks; in the order of `axes` all in one.

    A block is only good until the next is asked for. Raises ValuesError, FileChangedError.
    """
    layout = layout_of(tensor)
    real = RealValues(tensor, layout, precise=True)
    blocks = (real.real(block, cut) for cut, block in tensor_blocks(model, tensor, cuts(layout)))
    if axes is None:
        yield from blocks
    elif tensor.elements:
        whole = np.concatenate([block.copy() for block in blocks])
        yield whole.reshape(tensor.shape).transpose(axes).reshape(-1)


def _together(first: Iterator[Array], second: Iterator[Array]) -> Iterator[tuple[Array, Array]]:
    """Pairs of blocks of equal length, from two iterators whose blocks end at different places."""
    one, two = np.zeros(0), np.zeros(0)
    while True:
        one = one if len(one) else next(first, one)
        two = two if len(two) else next(second, two)
        count = min(len(one), len(two))
        if not count:
            return
        yield one[:count], two[:count]
        one, two = one[count:], two[count:]


def _ends(values: Array) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    if np.isfinite(low) and np.isfinite(high):
        return low, high
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if len(finite) else (inf, -inf)
