"""Bins: the counts of np.histogram, edges included, for float32 values of every kind."""

from typing import Any

import numpy as np
import pytest

from inspector.analysis.histogram import FastBins, bin_edges, count_between, fast_bins, level_histogram

Array = np.ndarray[Any, np.dtype[Any]]


def fast_counts(values: Array, edges: Array, block: int = 4096) -> Array:
    bins = FastBins(edges)
    number, spare, flags = np.empty(block, np.float32), np.empty(block, np.uint32), np.empty(block, bool)
    for start in range(0, len(values), block):
        bins.add(values[start : start + block], number, spare, flags)
    return bins.counts()


def at_the_edges(random: np.random.Generator) -> Array:
    edges = np.linspace(-1, 1, 65).astype(np.float32)
    above, below = np.nextafter(edges, np.float32(2)), np.nextafter(edges, np.float32(-2))
    return np.clip(np.concatenate([edges, above, below, random.permutation(edges)]), -1, 1)


KINDS: dict[str, Any] = {
    "normal": lambda random: random.standard_normal(9000),
    "tiny": lambda random: random.standard_normal(5000) * 1e-30,
    "huge": lambda random: random.standard_normal(5000) * 1e30,
    "uniform": lambda random: random.random(5000),
    "levels": lambda random: random.integers(-127, 128, 5000) * 0.013,
    "pruned": lambda random: np.where(random.random(8000) < 0.6, 0, random.standard_normal(8000)),
    "clipped": lambda random: np.clip(random.standard_normal(8001), -1, 1),
    "far from zero": lambda random: random.random(4000) + 50,
    "wide": lambda random: np.exp(random.standard_normal(4000) * 15).clip(0, 1e30),
    "at the edges": at_the_edges,
    "one value": lambda random: np.full(100, 0.1),
    "two values": lambda random: np.array([1.0, 3.0] * 30),
}


@pytest.mark.parametrize("kind", KINDS)
def test_fast_counts_are_those_of_numpy(kind: str) -> None:
    random = np.random.default_rng(len(kind))
    for bins in (1, 2, 36, 63, 64, 65, 100, 128, 200, 255, 256):
        values = KINDS[kind](random).astype(np.float32)
        counts, edges = np.histogram(values, bins)
        assert np.array_equal(bin_edges(values.min(), values.max(), values.dtype, bins), edges)
        assert np.array_equal(count_between(edges, values), counts)
        assert np.array_equal(fast_counts(values, edges), counts)


def test_values_next_to_every_edge_are_looked_at_again() -> None:
    random = np.random.default_rng(3)
    for _ in range(30):
        low, high = np.sort(random.standard_normal(2) * 10.0 ** random.integers(-5, 5)).astype(np.float32)
        edges = np.linspace(low, high, 65, dtype=np.float32)
        steps = [edges]
        for target in (-np.inf, np.inf):
            near = edges
            for _ in range(3):
                near = np.nextafter(near, np.float32(target))
                steps.append(near)
        values = np.clip(np.concatenate(steps), low, high)
        assert np.array_equal(fast_counts(values, edges), np.histogram(values, 64)[0])


def test_a_range_of_few_numbers_is_left_to_the_exact_search() -> None:
    one = np.float32(1000)
    edges = np.linspace(one, one + np.float32(0.02), 65, dtype=np.float32)
    assert fast_bins(edges) is None
    assert fast_bins(np.linspace(-1, 1, 65)) is None  # float64
    assert fast_bins(np.linspace(-1, 1, 400, dtype=np.float32)) is None


def test_bins_narrower_than_float32_get_float64_edges() -> None:
    low, high = np.float32(1000), np.nextafter(np.float32(1000), np.float32(2000))
    edges = bin_edges(low, high, np.dtype(np.float32))
    assert edges.dtype == np.float64 and len(edges) == 65
    assert count_between(edges, np.array([low, high, high], np.float32)).tolist() == [1, *[0] * 62, 2]


def test_a_range_that_float64_can_not_divide_is_one_bin() -> None:
    low = 1e300
    edges = bin_edges(low, np.nextafter(low, np.inf), np.dtype(np.float64))
    assert len(edges) == 2
    assert count_between(edges, np.array([low, np.nextafter(low, np.inf)])).tolist() == [2]


def test_levels_without_elements_at_the_ends_are_left_out() -> None:
    found = level_histogram(-128, np.array([0, 0, 3, 0, 1, 0]))
    assert found.counts.tolist() == [3, 0, 1]
    assert found.edges.tolist() == [-126.5, -125.5, -124.5, -123.5]


def test_no_level_at_all_has_no_bin() -> None:
    assert level_histogram(0, np.zeros(4, np.int64)).counts.tolist() == []
