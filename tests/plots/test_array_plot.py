"""Samples and activations as pictures, curves and histograms: what is offered, and what is drawn."""

import numpy as np
import pytest

from inspector.palette import palette
from inspector.plots.array_plot import CURVES, HISTOGRAM, IMAGE, ArrayPlot, draw_array, histogram_of, tiled
from inspector.plots.style import new_figure

LIGHT = palette("light")


def plot(*shape: int, pixels: bool = False) -> ArrayPlot:
    values = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    return ArrayPlot(values, "INT8", "x", pixels)


@pytest.mark.parametrize(
    ("shape", "views"),
    [
        ((10,), (CURVES, HISTOGRAM)),
        ((1, 192), (CURVES, HISTOGRAM)),
        ((8, 8, 1), (IMAGE, CURVES, HISTOGRAM)),
        ((100, 6), (CURVES, IMAGE, HISTOGRAM)),
        ((100, 6, 1), (CURVES, IMAGE, HISTOGRAM)),
        ((6, 6, 32), (IMAGE, HISTOGRAM)),
        ((3, 4, 5, 6), (HISTOGRAM,)),
        ((1,), ()),
        ((0, 4), ()),
    ],
)
def test_an_array_is_offered_in_the_ways_its_shape_allows(shape: tuple[int, ...], views: tuple[str, ...]) -> None:
    assert plot(*shape).views == views
    for view in views:
        figure = new_figure(LIGHT, 300, 200)
        draw_array(figure, plot(*shape), view, LIGHT)
        assert figure.axes


def test_channels_stand_side_by_side_with_gaps_and_keep_their_values() -> None:
    planes = np.arange(2 * 3 * 4, dtype=np.float32).reshape(2, 3, 4)
    wide = tiled(planes, 3.0)
    assert wide.shape == (3, 9) and np.array_equal(wide[:, :4], planes[0]) and np.array_equal(wide[:, 5:], planes[1])
    assert np.isnan(wide[:, 4]).all()
    assert tiled(planes, 0.3).shape == (7, 4), "a narrow room has them below each other"
    figure = new_figure(LIGHT, 300, 200)
    draw_array(figure, plot(6, 6, 32), IMAGE, LIGHT)
    assert len(figure.axes) == 1 and plot(6, 6, 32).shown(IMAGE).startswith("first 24 of 32 channels, ")


def test_an_input_s_colours_are_its_own() -> None:
    figure = new_figure(LIGHT, 300, 200)
    colours = ArrayPlot(np.arange(48, dtype=np.uint8).reshape(4, 4, 3), "UINT8", pixels=True)
    draw_array(figure, colours, IMAGE, LIGHT)
    drawn = figure.axes[0].images[0].get_array()
    assert drawn is not None and drawn.shape == (4, 4, 3) and float(drawn.max()) == 1.0
    grey = new_figure(LIGHT, 300, 200)
    draw_array(grey, plot(4, 4, 1, pixels=True), IMAGE, LIGHT)
    assert grey.axes[0].images[0].get_cmap().name == "gray"


def test_several_curves_are_named_and_many_are_counted() -> None:
    figure = new_figure(LIGHT, 300, 200)
    draw_array(figure, plot(100, 6), CURVES, LIGHT)
    assert len(figure.axes[0].lines) == 6 and figure.axes[0].get_legend() is not None
    many = new_figure(LIGHT, 300, 200)
    draw_array(many, plot(100, 20), CURVES, LIGHT)
    assert len(many.axes[0].lines) == 8 and plot(100, 20).shown(CURVES) == "first 8 of 20 columns"


def test_values_that_are_not_finite_are_left_out() -> None:
    values = np.array([[np.nan, 1.0], [2.0, np.inf]])
    found = histogram_of(ArrayPlot(values, "FLOAT32"))
    assert found is not None and found.total == 2 and found.mean == 1.5
    assert histogram_of(ArrayPlot(np.full(3, np.nan), "FLOAT32")) is None
    for view in (IMAGE, CURVES, HISTOGRAM):
        for each in (values, np.full((2, 2), np.nan), np.ones((2, 2)), np.array([[True, False], [False, True]])):
            figure = new_figure(LIGHT, 200, 100)
            draw_array(figure, ArrayPlot(each, "FLOAT32"), view, LIGHT)
            assert figure.axes


def test_a_long_curve_says_that_points_are_left_out() -> None:
    long = ArrayPlot(np.arange(12_000, dtype=np.float32), "FLOAT32")
    figure = new_figure(LIGHT, 300, 200)
    draw_array(figure, long, CURVES, LIGHT)
    assert len(figure.axes[0].lines[0].get_xdata()) == 4000  # type: ignore[arg-type]
    assert long.shown(CURVES) == "0 to 11999, one of 3 points" and long.shown(HISTOGRAM) == "0 to 11999"
    assert plot(12_000, 20).shown(CURVES) == "first 8 of 20 columns, one of 3 points"
