"""Two histograms over each other: what is counted, drawn, told and written."""

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import StepPatch

from inspector.analysis.comparison import compare_models
from inspector.analysis.pair_histogram import PairHistogram, pair_histogram
from inspector.errors import Cancelled, ValuesError
from inspector.formats import open_model
from inspector.plots.overlay import FILLED, OverlayPlot, draw_overlay, overlay_figure, overlay_plot
from inspector.plots.style import mix
from tests import twins
from tests.analysis.memory_model import constant
from tests.plots.pictures import DARK, LIGHT, drawn, render, texts
from tests.twins import write_twin


def overlay(types=("FLOAT32", "INT8"), counts=((1, 4, 3), (2, 3, 3))) -> OverlayPlot:
    edges = np.array([-1.0, 0.0, 1.0, 2.0])
    histogram = PairHistogram(edges, np.array(counts[0]), np.array(counts[1]))
    return OverlayPlot("a/kernel", ("ORG", "FIQ"), types, histogram, "SQNR 46.0 dB")


def steps(axes) -> list[StepPatch]:
    return [patch for patch in axes.patches if isinstance(patch, StepPatch)]


def test_the_reference_is_filled_and_the_other_a_line_over_it() -> None:
    first, second = steps(drawn(lambda axes: draw_overlay(axes, overlay(), LIGHT)))
    assert first.get_data().values.tolist() == [1, 4, 3] and second.get_data().values.tolist() == [2, 3, 3]
    assert first.get_fill() and not second.get_fill()
    assert to_hex(first.get_facecolor()).upper() == mix(LIGHT.type_color("FLOAT32"), LIGHT.surface, FILLED)
    assert to_hex(second.get_edgecolor()).upper() == LIGHT.type_color("INT8")
    assert second.get_zorder() > first.get_zorder()


def test_two_of_one_type_can_still_be_told_apart() -> None:
    same = drawn(lambda axes: draw_overlay(axes, overlay(("INT8", "INT8")), DARK), DARK)
    first, second = steps(same)
    assert to_hex(first.get_facecolor()) != to_hex(second.get_edgecolor())
    assert to_hex(second.get_edgecolor()).upper() == mix(DARK.type_color("INT8"), DARK.text, 0.55)


def test_a_logarithmic_axis_shows_empty_bins_at_its_foot() -> None:
    empty = overlay(counts=((0, 1000, 1), (1, 999, 0)))
    axes = drawn(lambda axes: draw_overlay(axes, empty, LIGHT, log=True))
    assert axes.get_yscale() == "log"
    assert [patch.get_data().values.min() for patch in steps(axes)] == [0.5, 0.5]


def test_nothing_to_show_is_a_sentence() -> None:
    nothing = overlay(counts=((0, 0, 0), (0, 0, 0)))
    assert texts(drawn(lambda axes: draw_overlay(axes, nothing, LIGHT))) == ["No finite values to show."]


def test_the_legend_says_in_words_which_is_which() -> None:
    figure = overlay_figure(overlay(), LIGHT)
    assert overlay().legend == ("ORG FLOAT32, filled", "FIQ INT8, line")
    axes = figure.axes[0]
    assert axes.get_title("left") == "a/kernel"
    assert axes.get_title("right") == "ORG FLOAT32, filled;  FIQ INT8, line;  SQNR 46.0 dB"
    render(figure)


def test_what_stands_under_the_mouse_is_told_for_both() -> None:
    assert overlay().describe(0.5) == "0 … 1\nORG: 4 (50.0 %)\nFIQ: 3 (37.5 %)"
    assert overlay().describe(2.0).startswith("1 … 2") and overlay().describe(2.1) == ""
    assert next(iter(overlay().rows())) == (-1.0, 0.0, 1, 2) and overlay().header == ("low", "high", "ORG", "FIQ")


def test_both_are_counted_in_the_same_bins_as_numpy_counts(tmp_path) -> None:
    models = [open_model(write_twin(tmp_path, kind)) for kind in ("float32", "int8")]
    comparison = compare_models(models).measure()
    row = comparison.group("Weights")[0]
    before, after = row.tensors
    assert before is not None and after is not None
    known = pair_histogram(models[0], before, models[1], after, 50, row.errors[1])
    found = pair_histogram(models[0], before, models[1], after, 50)
    real = twins.real_values()[twins.CONV]
    scales = twins.channel_scales(real)
    stored = twins.dequantized(twins.quantized(real, scales, 127), scales)
    for histogram in (known, found):
        for counts, values in ((histogram.counts, real), (histogram.other_counts, stored)):
            assert counts.tolist() == np.histogram(values.astype(float), histogram.edges)[0].tolist()
            assert counts.sum() == values.size
    plot = overlay_plot(comparison, row, 1, found)
    assert plot.labels == ("ORG", "FIQ") and plot.note.startswith("SQNR 4") and plot.name == twins.CONV


def test_not_finite_values_are_left_out_and_one_value_is_a_bar() -> None:
    values = np.array([1.0, np.nan, np.inf, 1.0], np.float32)
    found = pair_histogram(*constant(values), *constant(values))
    assert found.counts.sum() == found.other_counts.sum() == 2
    render(overlay_figure(OverlayPlot("w", ("A", "B"), ("FLOAT32", "FLOAT32"), found), LIGHT))
    with pytest.raises(ValuesError, match="no finite values"):
        pair_histogram(*constant(values[1:2]), *constant(values[1:2]))


def test_counting_can_be_stopped() -> None:
    def stop(_fraction, _message):
        raise Cancelled("Cancelled.")

    values = np.zeros(3, np.float32)
    with pytest.raises(Cancelled):
        pair_histogram(*constant(values), *constant(values), progress=stop)
