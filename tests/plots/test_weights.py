"""The plots of one tensor's weights: bars, bands, ranges and what is written beside them."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.patches import Rectangle, StepPatch

from inspector.plots.weight_figure import WeightFigure
from inspector.plots.weights import draw_channel_ranges, draw_channel_scales, draw_histogram
from tests.plots.pictures import (
    DARK,
    LIGHT,
    channels,
    dashed_at,
    drawn,
    histogram,
    lines_at,
    render,
    texts,
    tick_labels,
)


def bars(axes) -> StepPatch:
    return next(patch for patch in axes.patches if isinstance(patch, StepPatch))


def test_bars_are_the_counts_in_the_types_colour() -> None:
    axes = drawn(lambda axes: draw_histogram(axes, histogram(), DARK), DARK)
    assert bars(axes).get_data().values.tolist() == [1, 4, 3, 2]
    assert bars(axes).get_data().edges.tolist() == [-1, -0.5, 0, 0.5, 1]
    assert bars(axes).get_facecolor() == pytest.approx((0x2C / 255, 0xCB / 255, 0x9C / 255, 1))
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("real value", "elements")


def test_sigma_bands_lie_around_the_mean_and_are_named() -> None:
    axes = drawn(lambda axes: draw_histogram(axes, histogram(), LIGHT))
    bands = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    reach = [(band.get_x(), band.get_x() + band.get_width()) for band in bands]
    assert np.allclose(reach, [(-0.15, 0.35), (-0.4, 0.6), (-0.65, 0.85)])
    assert {"1σ", "2σ", "3σ"} <= set(texts(axes))
    assert {-0.15, 0.35, -0.4, 0.6, -0.65, 0.85} <= {round(x, 9) for x in lines_at(axes)}


def test_narrow_bands_name_only_the_outermost() -> None:
    axes = drawn(lambda axes: draw_histogram(axes, histogram(std=0.02), LIGHT))
    assert [text for text in texts(axes) if "σ" in text] == ["3σ"]


def test_bands_too_narrow_to_see_have_no_names() -> None:
    axes = drawn(lambda axes: draw_histogram(axes, histogram(std=1e-5), LIGHT))
    assert not [text for text in texts(axes) if "σ" in text]


def test_dashed_lines_stand_where_the_quantization_range_ends() -> None:
    axes = drawn(lambda axes: draw_histogram(axes, histogram(limits=(-0.8618, 0.85495)), LIGHT))
    assert dashed_at(axes) == [-0.8618, 0.85495]
    assert {"-0.862", "0.855\nINT8\nrange"} <= set(texts(axes))


def test_what_is_written_beside_the_range_stays_in_the_figure() -> None:
    for limits in ((-1.28, 1.27), (-0.1234, 12345.0)):
        plot = histogram(limits=limits)
        axes = drawn(lambda axes, plot=plot: draw_histogram(axes, plot, LIGHT), width=420)
        for text in axes.texts:
            box = text.get_window_extent()
            assert box.x0 >= 0 and box.x1 <= axes.figure.bbox.x1, text.get_text()


def test_a_float_tensor_has_no_quantization_range() -> None:
    axes = drawn(lambda axes: draw_histogram(axes, histogram(type_name="FLOAT32", limits=None), LIGHT))
    assert dashed_at(axes) == []
    assert not any("range" in text for text in texts(axes))


def test_a_range_much_wider_than_the_values_is_shown_whole() -> None:
    axes = drawn(lambda axes: draw_histogram(axes, histogram(limits=(-50.0, 50.0)), LIGHT))
    low, high = axes.get_xlim()
    assert low < -50 and high > 50


def test_on_a_log_axis_one_element_is_seen_and_none_is_not() -> None:
    axes = drawn(lambda axes: draw_histogram(axes, histogram(counts=np.array([1, 0, 1000, 10])), LIGHT, log=True))
    bottom, top = axes.get_ylim()
    assert axes.get_yscale() == "log"
    assert bottom == bars(axes).get_data().values.min() < 1 < 1000 < top
    assert {"1", "10", "100", "1,000"} <= set(tick_labels(axes.yaxis))


def test_counts_have_whole_numbers_at_their_axis() -> None:
    axes = drawn(lambda axes: draw_histogram(axes, histogram(counts=np.array([0, 1, 0, 0])), LIGHT))
    assert all("." not in label for label in tick_labels(axes.yaxis))


def test_no_finite_value_is_a_sentence() -> None:
    empty = histogram(edges=np.zeros(1), counts=np.zeros(0, int), mean=None, std=None)
    axes = drawn(lambda axes: draw_histogram(axes, empty, LIGHT))
    assert texts(axes) == ["No finite values to show."]
    assert not axes.patches


def test_a_single_value_is_one_visible_bar() -> None:
    one = histogram(edges=np.array([0.5, 0.5]), counts=np.array([7]), mean=0.5, std=0.0, limits=None)
    axes = drawn(lambda axes: draw_histogram(axes, one, LIGHT))
    left, right = bars(axes).get_data().edges
    pixels = axes.transData.transform([(left, 0), (right, 0)])[:, 0]
    assert np.ptp(pixels) >= 2
    assert left < 0.5 < right


def test_stored_levels_have_their_own_axis_and_the_types_range() -> None:
    levels = histogram(edges=np.arange(-3.5, 1), counts=np.array([1, 0, 5, 2]), limits=(-128.0, 127.0), stored=True)
    axes = drawn(lambda axes: draw_histogram(axes, levels, LIGHT))
    assert axes.get_xlabel() == "stored level"
    assert {"-128", "127\nINT8\nrange"} <= set(texts(axes))


@pytest.mark.parametrize("edges", [np.linspace(-3e6, 1e6, 5), np.linspace(1.4999997, 1.5000003, 5)])
def test_long_numbers_at_the_axis_do_not_run_into_each_other(edges: np.ndarray) -> None:
    plot = histogram(edges=edges, mean=float(edges.mean()), std=float(np.ptp(edges) / 6), limits=None)
    axes = drawn(lambda axes: draw_histogram(axes, plot, LIGHT))
    low, high = axes.get_xlim()
    shown = [label for label in axes.get_xticklabels() if low <= label.get_position()[0] <= high]
    boxes = [label.get_window_extent() for label in shown]
    assert len(boxes) >= 2
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))


def shapes(axes) -> dict[str, np.ndarray]:
    """The polygons of each collection by its name."""
    return {
        c.get_label(): np.array([path.vertices for path in c.get_paths()])
        for c in axes.collections
        if isinstance(c, PolyCollection)
    }


def test_each_channel_has_its_range_its_values_and_its_mean() -> None:
    axes = drawn(lambda axes: draw_channel_ranges(axes, channels(3), LIGHT))
    found = shapes(axes)
    assert list(found) == ["range", "min … max", "mean ± 1σ"]
    for name, low, high in (("range", -128, 127), ("min … max", -100, 90), ("mean ± 1σ", -30, 30)):
        assert len(found[name]) == 3
        assert np.allclose(found[name][:, :, 1].min(axis=1), low * np.array([0.01, 0.02, 0.03]))
        assert np.allclose(found[name][:, :, 1].max(axis=1), high * np.array([0.01, 0.02, 0.03]))
    assert axes.get_xlabel() == "channel (dimension 0)"
    bottom, top = axes.get_ylim()
    assert bottom < -3.84 and top > 3.81


def test_a_thousand_channels_are_three_shapes_and_quick() -> None:
    axes = drawn(lambda axes: draw_channel_ranges(axes, channels(1024), LIGHT))
    assert [len(polygons) for polygons in shapes(axes).values()] == [1, 1, 1]
    assert np.isclose(shapes(axes)["min … max"][..., 1].max(), 90 * 10.24)


def test_bars_that_would_blur_are_one_shape() -> None:
    for width, shown in ((800, 64), (300, 1)):
        axes = drawn(lambda axes: draw_channel_ranges(axes, channels(64), LIGHT), width=width)
        assert len(shapes(axes)["min … max"]) == shown


def test_a_channel_without_finite_values_has_no_bar() -> None:
    plot = channels(3, min=np.array([-1, np.nan, -2]), max=np.array([1, np.nan, 2]))
    axes = drawn(lambda axes: draw_channel_ranges(axes, plot, LIGHT))
    assert len(shapes(axes)["min … max"]) == 2


def test_channels_without_any_finite_value_are_a_sentence() -> None:
    nan = np.full(3, np.nan)
    axes = drawn(lambda axes: draw_channel_ranges(axes, channels(3, min=nan, max=nan, mean=nan, std=nan), LIGHT))
    assert texts(axes) == ["No finite values to show."]


def test_a_channel_of_a_single_value_is_a_visible_line() -> None:
    one = np.array([0.5, 0.5])
    plot = channels(2, min=one, max=one, mean=one, std=0 * one)
    heights = np.ptp(shapes(drawn(lambda axes: draw_channel_ranges(axes, plot, LIGHT)))["min … max"][..., 1], axis=1)
    assert all(0 < height < 0.2 for height in heights)


@pytest.mark.parametrize(
    ("limits", "shown"),
    [((-0.5, 0.496), "-0.500"), ((-10, 15.5), "-10"), ((-1e-5, 1), "-0.00001"), ((-5.12, 5.08), "-5.12")],
)
def test_the_ends_of_the_range_have_the_digits_that_count(limits, shown: str) -> None:
    axes = drawn(lambda axes: draw_histogram(axes, histogram(limits=limits), LIGHT))
    assert shown in texts(axes)


@pytest.mark.parametrize("height", [130, 180, 260])
@pytest.mark.parametrize("std", [0.2, 0.35, 0.45])
def test_names_of_bands_and_ends_of_the_range_do_not_meet(height: int, std: float) -> None:
    axes = drawn(lambda axes: draw_histogram(axes, histogram(std=std, limits=(-1.0, 1.0)), LIGHT), height=height)
    bands = [text.get_window_extent() for text in axes.texts if "σ" in text.get_text()]
    ends = [text.get_window_extent() for text in axes.texts if "σ" not in text.get_text()]
    assert not [1 for band in bands for end in ends if band.overlaps(end)]


def test_float_channels_have_no_range_behind_them() -> None:
    plot = channels(3, scale=None, zero_point=None, lowest=None, highest=None)
    axes = drawn(lambda axes: draw_channel_ranges(axes, plot, LIGHT))
    assert list(shapes(axes)) == ["min … max", "mean ± 1σ"]


def test_all_channels_zero_still_draws() -> None:
    zero = np.zeros(4)
    plot = channels(4, min=zero, max=zero, mean=zero, std=zero, scale=None, zero_point=None, lowest=None, highest=None)
    low, high = drawn(lambda axes: draw_channel_ranges(axes, plot, LIGHT)).get_ylim()
    assert low < 0 < high


def test_scales_are_a_step_line_from_zero() -> None:
    axes = drawn(lambda axes: draw_channel_scales(axes, channels(3), LIGHT))
    outline = next(patch for patch in axes.patches if patch.get_label() == "scale")
    assert outline.get_data().values.tolist() == [0.01, 0.02, 0.03]
    assert axes.get_ylim()[0] == 0


def test_scales_apart_by_decades_have_a_log_axis_when_asked() -> None:
    axes = drawn(lambda axes: draw_channel_scales(axes, channels(2, scale=np.array([1e-5, 1.0])), LIGHT, log=True))
    assert axes.get_yscale() == "log"
    assert axes.get_ylim()[0] < 1e-5


def test_one_scale_for_all_channels_is_a_level_line() -> None:
    axes = drawn(lambda axes: draw_channel_scales(axes, channels(3, scale=np.array([0.5])), LIGHT))
    outline = next(patch for patch in axes.patches if patch.get_label() == "scale")
    assert outline.get_data().values.tolist() == [0.5, 0.5, 0.5]


def test_no_scales_are_a_sentence() -> None:
    axes = drawn(lambda axes: draw_channel_scales(axes, channels(3, scale=None), LIGHT))
    assert texts(axes) == ["Not quantized: no scales to show."]


def test_a_file_has_titles_and_a_legend_which_on_screen_the_cards_have() -> None:
    figure = WeightFigure(histogram(), "inside 1σ 68.3 %", channels()).draw(LIGHT)
    render(figure)
    left, right = figure.axes
    assert left.get_title(loc="left") == "conv/kernel"
    assert left.get_title(loc="right") == "inside 1σ 68.3 %"
    assert right.get_title(loc="left") == "Range per channel"
    assert [text.get_text() for text in right.get_legend().get_texts()] == ["127 × scale", "min … max", "mean ± 1σ"]
    assert left.get_position().x1 < right.get_position().x0


def test_beside_stored_levels_a_file_has_the_scales() -> None:
    levels = histogram(edges=np.arange(-3.5, 1), stored=True)
    _, right = WeightFigure(levels, "", channels()).draw(LIGHT).axes
    assert right.get_title(loc="left") == "Scale per channel"


def test_a_long_title_leaves_room_for_the_note() -> None:
    figure = WeightFigure(histogram(name="a/very" * 40), "inside 1σ 71.0 %  ·  2σ 94.8 %  ·  3σ 99.3 %").draw(LIGHT)
    render(figure)
    (axes,) = figure.axes
    title, note = axes._left_title.get_window_extent(), axes._right_title.get_window_extent()
    assert title.x1 < note.x0


def test_a_tensor_without_a_name_is_titled_by_its_place() -> None:
    assert WeightFigure(histogram(name="")).draw(LIGHT).axes[0].get_title(loc="left") == "T#3"
