"""The error of one layer's output over many samples, as TensorFlow's debugger counts it, and its histograms."""

from math import ceil, log2
from typing import Any

import numpy as np

from inspector.analysis.histogram import BINS
from inspector.model.layer_table import LayerRow
from inspector.model.model import Array

_COUNTED = 1 << 20  # elements of a layer that its histograms count: enough for a shape, and quick


class LayerErrors:
    """Adds up samples. `scale` and `zero_point` of the output, `dtype` of its integers; None for one that is float."""

    def __init__(self, scale: float | None, zero_point: int | None, dtype: "np.dtype[Any] | None" = None) -> None:
        self._metrics: list[tuple[float, float, float, float, float]] = []
        self._signals: list[float] = []
        self._scale, self._zero_point = scale, zero_point
        self._histograms = LayerCounts(scale, zero_point, dtype if scale else None)

    def add(self, reference: Array, candidate: Array) -> None:
        """One sample: the float values, and the integers or float values that stand for them."""
        real = reference.reshape(-1).astype(np.float64)
        values = candidate.reshape(-1)
        if self._scale and self._zero_point is not None:
            values = (values.astype(np.float64) - self._zero_point) * self._scale
        error = values - real
        if error.size:
            with np.errstate(invalid="ignore", over="ignore"):
                self._metrics.append(
                    (error.size, error.std(), error.mean(), np.abs(error).max(), float(np.mean(error * error)))
                )
        self._signals.append(mean_square(real))
        self._histograms.add(reference, candidate)

    def row(self, op_name: str, tensor_idx: int, tensor_name: str) -> LayerRow:
        """Means over the samples, NaN left out as numpy.nanmean does."""
        size, std, mean, largest, square = (nan_mean(each) for each in zip(*self._metrics, strict=True))
        return LayerRow(
            op_name, tensor_idx, round(size), std, mean, largest, square, self._scale, self._zero_point, tensor_name
        )

    @property
    def quantized(self) -> bool:
        """Whether the output has a scale."""
        return bool(self._scale)

    @property
    def signal(self) -> float:
        """The mean over samples of the mean squared reference."""
        return nan_mean(self._signals)

    @property
    def counts(self) -> dict[str, Any]:
        """The histograms as plain values: see `LayerCounts.plain`."""
        return self._histograms.plain()


def mean_square(values: Array) -> float:
    """The mean of the squared values, float64; NaN without values."""
    with np.errstate(
        over="ignore", invalid="ignore"
    ):  # no dot product: threads of BLAS would wait for the interpreter's
        return float(np.square(values, dtype=np.float64).mean()) if values.size else float("nan")


def nan_mean(values: Any) -> float:
    """Without NaN; NaN where there is nothing else."""
    array = np.asarray(values, np.float64)
    known = array[~np.isnan(array)]
    return float(known.mean()) if known.size else float("nan")


class LayerCounts:
    """Histograms of the error, of the float values and of what stands for them, over the first samples.

    The two kinds of values share bins over the range of the integers; where the output is float, over what comes.
    """

    def __init__(self, scale: float | None, zero_point: int | None, dtype: "np.dtype[Any] | None") -> None:
        self._error = GrowingHistogram()
        self._reference: GrowingHistogram | LevelHistogram
        self._candidate: GrowingHistogram | LevelHistogram
        if scale and zero_point is not None and dtype is not None:
            self._reference = LevelHistogram(scale, zero_point, dtype)
            self._candidate = LevelHistogram(scale, zero_point, dtype)
        else:
            self._reference, self._candidate = GrowingHistogram(), GrowingHistogram()
        self._offset = (scale, zero_point) if scale and zero_point is not None else None
        self._counted = self.samples = 0

    def add(self, reference: Array, candidate: Array) -> None:
        """As LayerErrors.add; nothing, once enough is counted."""
        if self._counted >= _COUNTED:
            return
        self._counted += reference.size
        self.samples += 1
        real, values = reference.reshape(-1), candidate.reshape(-1)
        if self._offset is not None:
            scale, zero_point = self._offset
            values = (values.astype(np.float32) - np.float32(zero_point)) * np.float32(scale)
        for counts, numbers in (
            (self._error, values - real),
            (self._reference, real),
            (self._candidate, values),
        ):
            counts.add(numbers[np.isfinite(numbers)])

    def plain(self) -> dict[str, Any]:
        """{"error": [lowest edge, highest edge, counts], "reference": ..., "candidate": ..., "clipped": share of the
        float values outside the integers' range, "samples": how many were counted}."""
        first, second = self._reference, self._candidate
        if isinstance(first, GrowingHistogram) and isinstance(second, GrowingHistogram):
            first.widen(second.limit)
            second.widen(first.limit)
        counted = {"error": self._error.plain(), "reference": first.plain(), "candidate": second.plain()}
        total = int(first.counts.sum()) + first.outside
        return {**counted, "clipped": first.outside / total if total else 0.0, "samples": self.samples}


class LevelHistogram:
    """Equal bins over what an integer type can hold; each bin has the same number of levels."""

    def __init__(self, scale: float, zero_point: int, dtype: "np.dtype[Any]") -> None:
        limits = np.iinfo(dtype)
        levels = int(limits.max) - int(limits.min) + 1
        self._low, self._step = scale * (int(limits.min) - 0.5 - zero_point), scale * levels / BINS
        self._high = self._low + levels * scale
        self.counts = np.zeros(BINS, np.int64)
        self.outside = 0

    def add(self, values: Array) -> None:
        inside = values[(values >= self._low) & (values < self._high)]
        self.outside += values.size - inside.size
        places = np.clip(((inside - self._low) * (1 / self._step)).astype(np.int64), 0, BINS - 1)
        self.counts += np.bincount(places, minlength=BINS)

    def plain(self) -> list[Any]:
        return [self._low, self._high, self.counts.tolist()]


class GrowingHistogram:
    """Equal bins from -limit to +limit, a power of two that doubles as values ask for it: two bins become one."""

    outside = 0

    def __init__(self) -> None:
        self.counts = np.zeros(BINS, np.int64)
        self.limit = 0.0
        self._zeros = 0  # before the first value that is not 0 there is no limit

    def add(self, values: Array) -> None:
        largest = float(np.abs(values).max()) if values.size else 0.0
        if largest == 0 and not self.limit:
            self._zeros += values.size
            return
        self.widen(_power_above(largest))
        places = ((values + self.limit) * (BINS / (2 * self.limit))).astype(np.int64)
        self.counts += np.bincount(np.clip(places, 0, BINS - 1), minlength=BINS)

    def widen(self, limit: float) -> None:
        """The bins reach `limit` at least."""
        if limit and not self.limit:
            self.limit = limit
            self.counts[BINS // 2], self._zeros = self._zeros, 0
        while self.limit < limit:
            wider = np.zeros(BINS, np.int64)
            wider[BINS // 4 : BINS // 4 * 3] = self.counts[::2] + self.counts[1::2]
            self.counts, self.limit = wider, self.limit * 2

    def plain(self) -> list[Any]:
        counts = self.counts.copy()
        counts[BINS // 2] += self._zeros
        limit = self.limit or 1.0
        return [-limit, limit, counts.tolist()]


def _power_above(value: float) -> float:
    """The smallest power of two above a finite value; 0 for 0."""
    return 0.0 if value <= 0 else 2.0 ** (ceil(log2(value)) if log2(value) % 1 else log2(value) + 1)
