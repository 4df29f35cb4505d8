"""Histograms of a debugged layer, an activation's range with what it would clip, and the sets that a search tried."""

import numpy as np
import pytest
from matplotlib.patches import StepPatch

from inspector.analysis.activation_range import ActivationRange, Clipping
from inspector.analysis.histogram import Histogram
from inspector.plots.layer_histograms import draw_layer, layer_figure, layer_plots
from inspector.plots.range_plot import RangePlot, draw_range, range_figure
from inspector.plots.style import figure_bytes
from inspector.plots.suggest_plot import draw_suggest, limits, suggest_figure, suggest_plot
from tests.debugged import layer
from tests.plots.pictures import DARK, LIGHT, drawn, texts


def steps(axes) -> list[StepPatch]:
    return [patch for patch in axes.patches if isinstance(patch, StepPatch)]


def test_the_error_is_filled_and_float_and_dequantized_lie_over_each_other() -> None:
    error, values = layer_plots(layer(1, 0.3))
    (one,) = steps(drawn(lambda axes: draw_layer(axes, error, LIGHT)))
    assert one.get_fill() and one.get_data().values.sum() == 9
    first, second = steps(drawn(lambda axes: draw_layer(axes, values, DARK, log=True), DARK))
    assert first.get_fill() and not second.get_fill()
    assert values.header == ("low", "high", "float", "dequantized")


def test_empty_bins_at_the_ends_take_no_room() -> None:
    made = layer(1, 0.3)
    counts = np.zeros(200, np.int64)
    counts[100:110] = 5
    wide = Histogram(np.linspace(-100, 100, 201), counts)
    from dataclasses import replace

    assert made.histograms is not None
    error, _values = layer_plots(replace(made, histograms=replace(made.histograms, error=wide)))
    edges = error.parts[0][1].edges
    assert edges[0] == -1 and edges[-1] == 11 and error.parts[0][1].counts.sum() == 50


def test_a_table_from_disk_has_no_histograms() -> None:
    from dataclasses import replace

    assert layer_plots(replace(layer(1, 0.3), histograms=None)) == ()


def test_hovering_says_how_many_there_are() -> None:
    _error, values = layer_plots(layer(1, 0.3))
    assert values.describe(0.1).splitlines() == ["0 … 0.5", "float: 5 (41.7 %)", "dequantized: 3 (33.3 %)"]
    assert values.describe(9) == ""


def activation() -> ActivationRange:
    histogram = Histogram(np.linspace(0, 10, 11), np.array([90, 5, 1, 1, 1, 0, 0, 0, 1, 1]))
    clippings = (Clipping("minmax", 0, 0, 10, 0.0, 0.04), Clipping("sigma", 3, -1, 4, 0.02, 0.02))
    return ActivationRange(3, "relu;bias", 2, "CONV_2D", 25, 0.0, 10.0, 0.6, 1.2, 0.02, histogram, clippings)


def test_a_range_that_clips_is_drawn_with_the_share_it_clips() -> None:
    plot = RangePlot(activation())
    assert [each.title for each in plot.clippings] == ["3 sigma"], "the range of all values clips nothing"
    axes = drawn(lambda axes: draw_range(axes, plot, LIGHT))
    assert texts(axes) == ["3 sigma: 2.0 % clipped"]
    assert len(list(plot.rows())) == 10 and plot.describe(0.5).endswith("90 (90.0 %)")
    assert figure_bytes(range_figure(plot, LIGHT, log=True), "svg").startswith(b"<?xml")


def told() -> dict:
    rows = [
        ("none", 0, [], [], 0.70, 60_000, True), ("add", 1, ["a"], [4], 0.72, 64_000, False),
        ("add", 1, ["a", "b"], [4, 5], 0.84, 90_000, True),
    ]  # fmt: skip
    names = ("stage", "round", "float_tensors", "operators", "score", "size_bytes", "kept")
    return {
        "tried": [dict(zip(names, row, strict=True)) for row in rows], "float_score": 0.845,
        "float_size_bytes": 200_000, "distance": 0.01, "float_tensors": ["a", "b"],
    }  # fmt: skip


def test_a_search_shows_each_set_and_rings_the_one_it_proposes() -> None:
    plot = suggest_plot("net", told())
    axes = drawn(lambda axes: draw_suggest(axes, plot, LIGHT))
    assert {"float32", "near enough", "#4 #5, 84.0 %"} <= set(texts(axes))
    assert plot.goal == pytest.approx(0.835)
    (left, right), (low, high) = limits(plot)
    found = plot.nearest(64_100, 0.72, right - left, high - low)
    assert found is not None and found.name == "#4" and plot.describe(found) == "Float: #4\nscore 72.0 %, 62.5 KB"
    assert plot.nearest(75_000, 0.8, right - left, high - low) is None
    assert [row[-1] for row in plot.rows()] == [0.70, 0.72, 0.84]
    assert figure_bytes(suggest_figure(plot, DARK), "png")[1:4] == b"PNG"


def test_a_layer_s_plots_are_files_too() -> None:
    for plot in layer_plots(layer(1, 0.3)):
        assert figure_bytes(layer_figure(plot, LIGHT), "svg").startswith(b"<?xml")
