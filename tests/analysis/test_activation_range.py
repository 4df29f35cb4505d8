"""Ranges of activations: against numpy on all values at once."""

import json
from typing import Any

import numpy as np
import pytest

from inspector.analysis.activation_range import (
    RANGE_COLUMNS,
    ActivationRange,
    RangeCounter,
    activation_ranges,
    clipping_columns,
    int8_scale,
    share_text,
)

PLACE = {"tensor": 3, "name": "a", "operator": 1, "op_name": "CONV_2D", "elements": 500}


def measured(samples: list[Any], sigmas: Any = (3.0, 1.0), percentiles: Any = (99.0,)) -> ActivationRange:
    counter = RangeCounter(sigmas, percentiles)
    for sample in samples:
        counter.measure(sample)
    for sample in samples:
        counter.count(sample)
    plain = counter.plain(**PLACE)
    assert plain is not None
    return activation_ranges({"activations": [json.loads(json.dumps(plain))]})[0]


@pytest.fixture(scope="module")
def values() -> Any:
    random = np.random.default_rng(5)
    return [(random.standard_t(3, 500) * 2 + 100).astype(np.float32).reshape(1, 50, 10) for _each in range(40)]


def test_statistics_are_those_of_all_values_at_once(values: Any) -> None:
    found, flat = measured(values), np.concatenate(values).astype(np.float64).ravel()
    assert (found.min, found.max) == (flat.min(), flat.max())
    assert found.mean == pytest.approx(flat.mean(), rel=1e-12) and found.sigma == pytest.approx(flat.std(), rel=1e-9)
    outside = (np.abs(flat - flat.mean()) > 3 * flat.std()).mean()
    assert found.outside_3_sigma == pytest.approx(outside, abs=1e-9) and found.not_finite == 0
    assert (found.low_3_sigma, found.high_3_sigma) == pytest.approx(
        (flat.mean() - 3 * flat.std(), flat.mean() + 3 * flat.std())
    )
    counts, edges = np.histogram(flat, 64)
    assert found.histogram.counts.sum() == flat.size
    assert np.abs(found.histogram.counts - counts).sum() <= 4 and np.allclose(found.histogram.edges, edges)


def test_narrower_ranges_say_what_they_clip(values: Any) -> None:
    found, flat = measured(values), np.concatenate(values).astype(np.float64).ravel()
    whole, three, one, middle = found.clippings
    assert (whole.low, whole.high, whole.clipped, whole.title) == (flat.min(), flat.max(), 0.0, "all")
    assert whole.scale == found.scale == flat.max() / 255, "0 is inside the range"
    for clipping, sigmas in ((three, 3), (one, 1)):
        low, high = flat.mean() - sigmas * flat.std(), flat.mean() + sigmas * flat.std()
        assert (clipping.low, clipping.high) == pytest.approx((max(low, flat.min()), min(high, flat.max())))
        assert clipping.clipped == pytest.approx(((flat < low) | (flat > high)).mean(), abs=1e-9)
    assert middle.title == "99 %" and middle.clipped <= 0.01
    assert middle.clipped == pytest.approx(((flat < middle.low) | (flat > middle.high)).mean(), abs=1e-4)
    low, high = np.quantile(flat, [0.005, 0.995])
    width = (flat.max() - flat.min()) / 2048
    assert low - 2 * width <= middle.low <= low and high <= middle.high <= high + 2 * width
    assert 0 < found.levels_3_sigma < 255


def test_a_constant_activation_and_one_with_infinity() -> None:
    still = measured([np.zeros((1, 4), np.float32)] * 2)
    assert (still.min, still.max, still.sigma, still.scale, still.levels_3_sigma) == (0, 0, 0, 0, 255)
    assert still.histogram.counts.sum() == 8 and all(each.clipped == 0 for each in still.clippings)
    odd = measured([np.array([1, np.inf, 3, np.nan], np.float32), np.array([2.0], np.float32)])
    assert (odd.min, odd.max, odd.mean, odd.not_finite) == (1, 3, 2, 2)
    nothing = RangeCounter((), ())
    nothing.measure(np.array([np.nan]))
    nothing.count(np.array([np.nan]))
    assert nothing.plain(**PLACE) is None


def test_columns_have_the_numbers_of_the_ranges_that_were_tried(values: Any) -> None:
    found = measured(values)
    columns = {column.key: column for column in (*RANGE_COLUMNS, *clipping_columns([found]))}
    assert columns["sigma_3_clipped"].value(found) == found.clippings[1].clipped
    assert columns["percentile_99_scale"].value(found) == found.clippings[3].scale
    assert columns["sigma_1_low"].title == "1 sigma from" and not clipping_columns([])
    assert all(column.display(found) and column.tip for column in columns.values())


def test_small_shares_are_not_rounded_to_none() -> None:
    assert [share_text(each) for each in (0, 0.00004, 0.018)] == ["0.0 %", "0.004 %", "1.8 %"]
    assert int8_scale(-1, 1.55) == pytest.approx(0.01) and int8_scale(5, 10.2) == pytest.approx(0.04)
