"""What an activation held over samples: range, mean, sigma, histogram, and what narrower ranges would clip."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from inspector.analysis.histogram import BINS, Histogram
from inspector.model.columns import Column
from inspector.model.model import Array
from inspector.model.text import number_text, percent_text

MINMAX, SIGMA, PERCENTILE = "minmax", "sigma", "percentile"
LEVELS = 255
"""Steps between the lowest and the highest value that INT8 can hold."""
_FINE_BINS = 2048


@dataclass(frozen=True, slots=True)
class Clipping:
    """A range that could be chosen: `kind` MINMAX (all values), SIGMA (mean -/+ `value` sigma) or PERCENTILE (`value`
    percent of the values); `clipped` is the share outside, `scale` INT8's step with 0 inside the range."""

    kind: str
    value: float
    low: float
    high: float
    clipped: float
    scale: float

    @property
    def title(self) -> str:
        """`all`, `3 sigma`, `99.9 %`."""
        return {MINMAX: "all", SIGMA: f"{self.value:g} sigma", PERCENTILE: f"{self.value:g} %"}[self.kind]


@dataclass(frozen=True, slots=True, eq=False)
class ActivationRange:
    """`tensor` and `operator` are indices in the float model, `operator` None for an input; `elements` a sample's.

    The statistics are over all elements of all samples, in double precision, NaN and infinity left out (`not_finite`
    counts them). `histogram` has equal bins from `min` to `max`.
    """

    tensor: int
    name: str
    operator: int | None
    op_name: str
    elements: int
    min: float
    max: float
    mean: float
    sigma: float
    outside_3_sigma: float
    histogram: Histogram
    clippings: tuple[Clipping, ...]
    not_finite: int = 0

    @property
    def low_3_sigma(self) -> float:
        return self.mean - 3 * self.sigma

    @property
    def high_3_sigma(self) -> float:
        return self.mean + 3 * self.sigma

    @property
    def scale(self) -> float:
        """INT8's step if nothing is clipped."""
        return int8_scale(self.min, self.max)

    @property
    def levels_3_sigma(self) -> float:
        """How many of the 255 steps fall to what lies within 3 sigma: few, where rare values make the range wide."""
        low, high = max(self.low_3_sigma, self.min), min(self.high_3_sigma, self.max)
        return LEVELS if not self.scale else min((high - low) / self.scale, LEVELS)


def int8_scale(low: float, high: float) -> float:
    """The step of 255 steps from `low` to `high`; 0 is always inside, so that it is exact."""
    return (max(high, 0.0) - min(low, 0.0)) / LEVELS


def share_text(share: float) -> str:
    """As a percentage; small shares with more digits, as 0.01 % of a million values are not none."""
    return percent_text(share) if share == 0 or share >= 0.001 else f"{share * 100:.1g} %"


class RangeCounter:
    """Looks at an activation's values twice: `measure` every sample first, then `count` every sample again."""

    def __init__(self, sigmas: Sequence[float], percentiles: Sequence[float]) -> None:
        self._sigmas, self._percentiles = tuple(sigmas), tuple(percentiles)
        self._low, self._high = np.inf, -np.inf
        self._finite = self._not_finite = 0
        self._shift = self._total = self._squares = 0.0
        self._edges: Array | None = None
        self._counts = np.zeros(_FINE_BINS, np.int64)
        self._outside: dict[float, int] = {}

    def measure(self, values: Array) -> None:
        """The first pass: range and moments."""
        finite = self._finite_of(values)
        self._not_finite += values.size - finite.size
        if not finite.size:
            return
        if not self._finite:
            self._shift = float(finite.mean(dtype=np.float64))
        self._finite += finite.size
        self._low, self._high = min(self._low, float(finite.min())), max(self._high, float(finite.max()))
        moved = finite.astype(np.float64).ravel() - self._shift
        self._total += float(moved.sum())
        self._squares += float(np.dot(moved, moved))

    def count(self, values: Array) -> None:
        """The second pass: the histogram, and what lies outside of each range."""
        finite = self._finite_of(values).ravel()
        if not finite.size:
            return
        if self._edges is None:
            high = self._high if self._high > self._low else self._low + max(abs(self._low), 1.0) * 1e-6
            self._edges = np.linspace(self._low, high, _FINE_BINS + 1)
        width = float(self._edges[-1] - self._edges[0])
        bins = ((finite.astype(np.float64) - self._edges[0]) * (_FINE_BINS / width)).astype(np.int64)
        self._counts += np.bincount(np.clip(bins, 0, _FINE_BINS - 1), minlength=_FINE_BINS)
        for each in {3.0, *self._sigmas}:
            low, high = self._within(each)
            outside = int(np.count_nonzero(finite < low)) + int(np.count_nonzero(finite > high))
            self._outside[each] = self._outside.get(each, 0) + outside

    def plain(self, **place: Any) -> dict[str, Any] | None:
        """The record as JSON takes it; `place` are tensor, name, operator, op_name and elements. None without a finite
        value."""
        if self._edges is None:
            return None
        fold = _FINE_BINS // BINS
        return {
            **place, "min": self._low, "max": self._high, "mean": self._mean, "sigma": self._sigma,
            "outside_3_sigma": self._outside[3.0] / self._finite, "not_finite": self._not_finite,
            "histogram": {"edges": self._edges[::fold].tolist(),
                          "counts": self._counts.reshape(BINS, fold).sum(axis=1).tolist()},
            "clippings": [asdict(each) for each in self._clippings()],
        }  # fmt: skip

    @property
    def _mean(self) -> float:
        return self._shift + self._total / self._finite

    @property
    def _sigma(self) -> float:
        variance = self._squares / self._finite - (self._total / self._finite) ** 2
        return float(np.sqrt(max(variance, 0.0)))

    def _within(self, sigmas: float) -> tuple[float, float]:
        return self._mean - sigmas * self._sigma, self._mean + sigmas * self._sigma

    def _clippings(self) -> list[Clipping]:
        found = [Clipping(MINMAX, 0.0, self._low, self._high, 0.0, int8_scale(self._low, self._high))]
        for each in self._sigmas:
            low, high = self._within(each)
            low, high = max(low, self._low), min(high, self._high)
            share = self._outside[each] / self._finite
            found.append(Clipping(SIGMA, each, low, high, share, int8_scale(low, high)))
        return found + [self._percentile(each) for each in self._percentiles]

    def _percentile(self, percent: float) -> Clipping:
        """From the bin edge below which at most half of the rest lies to the one above which at most half does."""
        assert self._edges is not None
        rest = self._finite * (1 - percent / 100) / 2
        below = np.concatenate([[0], np.cumsum(self._counts)])
        first = int(np.searchsorted(below, rest, side="right")) - 1
        last = int(np.searchsorted(below, self._finite - rest, side="left"))
        low, high = float(self._edges[first]), float(self._edges[last])
        clipped = float(below[first] + self._finite - below[last]) / self._finite
        return Clipping(PERCENTILE, percent, low, high, clipped, int8_scale(low, high))

    @staticmethod
    def _finite_of(values: Array) -> Array:
        finite = np.isfinite(values)
        return values if finite.all() else values[finite]


def activation_ranges(result: Mapping[str, Any]) -> tuple[ActivationRange, ...]:
    """The records of a job's answer."""
    return tuple(_range(each) for each in result["activations"])


def _range(plain: Mapping[str, Any]) -> ActivationRange:
    bins = plain["histogram"]
    histogram = Histogram(np.array(bins["edges"], np.float64), np.array(bins["counts"], np.int64))
    clippings = tuple(Clipping(**each) for each in plain["clippings"])
    return ActivationRange(**{**plain, "histogram": histogram, "clippings": clippings})


def clipping_columns(ranges: Sequence[ActivationRange]) -> tuple[Column[ActivationRange], ...]:
    """Low, high, share clipped and scale of each range that was tried, in that order."""
    if not ranges:
        return ()
    return tuple(
        column
        for place, first in enumerate(ranges[0].clippings)
        if first.kind != MINMAX
        for column in _clipping_columns(place, first)
    )


def _clipping_columns(place: int, first: Clipping) -> tuple[Column[ActivationRange], ...]:
    key = f"{first.kind}_{first.value:g}".replace(".", "_")
    tip = f"If only {first.title} are kept"
    share: Column[ActivationRange] = Column(
        f"{key}_clipped", f"beyond {first.title}", lambda row: row.clippings[place].clipped,
        lambda row: share_text(row.clippings[place].clipped), "share", f"{tip}: the share that is clipped.",
    )  # fmt: skip
    return (
        _number(f"{key}_low", f"{first.title} from", lambda row: row.clippings[place].low, f"{tip}: from here."),
        _number(f"{key}_high", "to", lambda row: row.clippings[place].high, f"{tip}: to here."),
        share,
        _number(f"{key}_scale", "scale then", lambda row: row.clippings[place].scale, f"{tip}: INT8's step."),
    )


def _number(key: str, title: str, value: Any, tip: str) -> Column[ActivationRange]:
    return Column(key, title, value, lambda row: number_text(value(row)), "number", tip)


RANGE_COLUMNS: tuple[Column[ActivationRange], ...] = (
    Column("operator", "#", lambda row: row.operator, style="number", tip="The operator's index in the float model."),
    Column("op_name", "op_name", lambda row: row.op_name, style="chip", tip="What computes it; empty for an input."),
    Column("tensor_name", "Tensor", lambda row: row.name, style="mono", tip="Its name in the float model."),
    Column("elements", "elements", lambda row: row.elements, style="number", tip="Of one sample."),
    _number("min", "min", lambda row: row.min, "The smallest value of all samples."),
    _number("max", "max", lambda row: row.max, "The largest value of all samples."),
    _number("mean", "mean", lambda row: row.mean, "Over all elements of all samples."),
    _number("sigma", "sigma", lambda row: row.sigma, "The standard deviation over all elements of all samples."),
    _number("low_3_sigma", "-3 sigma", lambda row: row.low_3_sigma, "Mean - 3 sigma."),
    _number("high_3_sigma", "+3 sigma", lambda row: row.high_3_sigma, "Mean + 3 sigma."),
    Column("outside_3_sigma", "outside", lambda row: row.outside_3_sigma, lambda row: share_text(row.outside_3_sigma),
           "share", "The share of values outside of mean -/+ 3 sigma."),
    _number("scale", "scale", lambda row: row.scale, "INT8's step if the range holds all values: (max - min) / 255."),
    Column("levels_3_sigma", "levels in 3 sigma", lambda row: row.levels_3_sigma,
           lambda row: f"{row.levels_3_sigma:.0f}", "number",
           "How many of INT8's 255 steps fall to the values within 3 sigma: few, where rare values widen the range."),
)  # fmt: skip
