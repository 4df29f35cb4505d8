"""Errors of a layer over samples against plain numpy, and histograms that hold every value."""

import numpy as np
import pytest

from inspector.analysis.layer_errors import GrowingHistogram, LayerCounts, LayerErrors, LevelHistogram


def test_metrics_are_means_over_samples_of_each_sample_s_own() -> None:
    random = np.random.default_rng(1)
    floats = random.normal(0, 3, (5, 4, 6)).astype(np.float32)
    levels = np.clip(np.round(floats / 0.05) + 3, -128, 127).astype(np.int8)
    sums = LayerErrors(0.05, 3, np.dtype(np.int8))
    for one, other in zip(floats, levels, strict=True):
        sums.add(one, other)
    errors = [(other.astype(np.float64) - 3) * 0.05 - one for one, other in zip(floats, levels, strict=True)]
    row = sums.row("ADD", 9, "name")
    assert (row.op_name, row.tensor_idx, row.tensor_name, row.num_elements) == ("ADD", 9, "name", 24)
    assert row.stddev == pytest.approx(np.mean([np.std(each) for each in errors]))
    assert row.mean_error == pytest.approx(np.mean([np.mean(each) for each in errors]))
    assert row.max_abs_error == pytest.approx(np.mean([np.abs(each).max() for each in errors]))
    assert row.mean_squared_error == pytest.approx(np.mean([np.mean(each**2) for each in errors]))
    assert sums.signal == pytest.approx(np.mean(floats.astype(np.float64) ** 2))


def test_a_float_candidate_is_compared_as_it_is() -> None:
    sums = LayerErrors(None, None)
    sums.add(np.array([1.0, 2.0], np.float32), np.array([1.5, 2.0], np.float32))
    row = sums.row("ADD", 1, "x")
    assert (row.max_abs_error, row.mean_squared_error, row.scale, row.zero_point) == (0.5, 0.125, None, None)
    counts = sums.counts
    assert sum(counts["reference"][2]) == sum(counts["candidate"][2]) == 2
    assert counts["reference"][:2] == counts["candidate"][:2]


def test_values_outside_what_the_integers_hold_are_clipped() -> None:
    counts = LayerCounts(0.1, 0, np.dtype(np.int8))
    counts.add(np.array([0.0, 5.0, 100.0, -100.0], np.float32), np.array([0, 50, 127, -128], np.int8))
    plain = counts.plain()
    assert plain["clipped"] == 0.5 and plain["samples"] == 1
    low, high, reference = plain["reference"]
    assert (low, high) == (pytest.approx(-12.85), pytest.approx(12.75))
    assert sum(reference) == 2 and sum(plain["candidate"][2]) == 4


def test_every_bin_of_a_quantized_output_has_the_same_number_of_levels() -> None:
    counts = LevelHistogram(0.5, -128, np.dtype(np.int8))
    counts.add((np.arange(-128, 128) + 128) * np.float32(0.5))
    assert counts.counts.tolist() == [4] * 64 and counts.outside == 0


def test_a_histogram_grows_without_losing_a_value() -> None:
    random = np.random.default_rng(2)
    parts = [np.zeros(3), random.normal(0, 0.01, 500), random.normal(0, 1, 500), random.normal(0, 50, 500)]
    grown = GrowingHistogram()
    for part in parts:
        grown.add(part)
    low, high, counts = grown.plain()
    expected, _edges = np.histogram(np.concatenate(parts), np.linspace(low, high, 65))
    assert counts == expected.tolist() and sum(counts) == 1503
    assert np.log2(high) % 1 == 0


def test_zeros_alone_stand_in_the_middle() -> None:
    grown = GrowingHistogram()
    grown.add(np.zeros(7))
    low, high, counts = grown.plain()
    assert (low, high, counts[32], sum(counts)) == (-1.0, 1.0, 7, 7)


def test_counting_stops_after_enough_elements_and_says_of_how_many_samples() -> None:
    counts = LayerCounts(1.0, 0, np.dtype(np.int8))
    for _sample in range(4):
        counts.add(np.ones(1 << 19, np.float32), np.ones(1 << 19, np.int8))
    assert counts.plain()["samples"] == 2


def test_nan_and_infinity_are_left_out_of_histograms() -> None:
    counts = LayerCounts(None, None, None)
    counts.add(np.array([np.nan, np.inf, 1.0], np.float32), np.array([1.0, 1.0, 1.0], np.float32))
    assert sum(counts.plain()["error"][2]) == 1
