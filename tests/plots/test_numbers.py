"""The numbers behind the plots: ranges, tooltips, CSV."""

from types import SimpleNamespace

import numpy as np
import pytest

from inspector.analysis.histogram import Histogram
from inspector.analysis.ranges import ChannelStatistics
from inspector.plots.channel_plot import CHANNEL_HEADER, channel_plot
from inspector.plots.histogram_plot import (
    ALL_HEADER,
    all_rows,
    channel_ranges,
    real_range,
    real_values_plot,
    sigma_summary,
    stored_levels_plot,
)  # fmt: skip
from tests.plots.pictures import histogram, quantized, tensor


def measured(**fields: object) -> SimpleNamespace:
    """Statistics of four values, in the fields the plots read."""
    given: dict[str, object] = {
        "mean": 0.5, "std": 1.0, "outside_1_sigma": 0.25, "outside_2_sigma": 0.0, "outside_3_sigma": 0.0,
        "histogram": Histogram(np.array([-1.0, 0, 1]), np.array([1, 3])), "levels": None, "channels": None,
    }  # fmt: skip
    return SimpleNamespace(**(given | fields))


@pytest.mark.parametrize(
    ("type_name", "quantization", "expected"),
    [
        ("INT8", quantized(0.5), (-64.0, 63.5)),
        ("INT8", quantized([0.5, 2.0]), (-256.0, 254.0)),
        ("UINT8", quantized(0.5, 128), (-64.0, 63.5)),
        ("INT4", quantized(1.0), (-8.0, 7.0)),
        ("INT16", quantized(1.0), (-32768.0, 32767.0)),
        ("INT32", quantized(0.5), None),
        ("FLOAT32", None, None),
        ("FLOAT32", quantized(0.5), None),
        ("INT8", None, None),
        ("INT8", quantized([0.5, 2.0, 1.0], [1, 2]), None),
        ("INT8", quantized(np.inf), None),
    ],
)
def test_the_range_the_levels_can_stand_for(type_name, quantization, expected) -> None:
    assert real_range(tensor(type_name, (2, 4), quantization)) == expected


def test_the_range_of_each_channel_moves_with_its_zero_point() -> None:
    ranges = channel_ranges(tensor("UINT8", (2, 4), quantized([1.0, 2.0], [0, 255])))
    assert ranges is not None
    assert [array.tolist() for array in ranges] == [[0, -510], [255, 0]]


def test_real_values_carry_name_type_and_range() -> None:
    plot = real_values_plot(tensor("INT8", (4,), quantized(0.5), "conv/kernel"), measured())
    assert (plot.title, plot.type_name, plot.total, plot.limits) == ("conv/kernel", "INT8", 4, (-64.0, 63.5))
    assert list(plot.rows()) == [(-1.0, 0.0, 1, 0.25), (0.0, 1.0, 3, 0.75)]


def test_a_tensor_of_nan_alone_has_an_empty_histogram() -> None:
    nothing = measured(mean=None, std=None, histogram=None, outside_1_sigma=None, outside_2_sigma=None,
                       outside_3_sigma=None)  # fmt: skip
    plot = real_values_plot(tensor("FLOAT32", (4,)), nothing)
    assert plot.total == 0
    assert list(plot.rows()) == []
    assert plot.describe(0.0) == ""
    assert sigma_summary(nothing) == ""


def test_levels_have_mean_and_spread_of_their_own() -> None:
    levels = Histogram(np.array([-1.5, -0.5, 0.5, 1.5]), np.array([2, 0, 2]))
    plot = stored_levels_plot(tensor("INT8", (4,), quantized(0.5)), measured(levels=levels))
    assert plot is not None
    assert (plot.mean, plot.std, plot.limits) == (0.0, 1.0, (-128.0, 127.0))
    assert plot.summary() == "2 of 256 levels used"
    assert list(plot.rows()) == [(-1, 2, 0.5), (0, 0, 0.0), (1, 2, 0.5)]
    assert plot.header == ("level", "count", "share")
    assert plot.describe(0.9) == "level 1: 2 elements (50.0 %)"


def test_float_tensors_have_no_levels() -> None:
    assert stored_levels_plot(tensor("FLOAT32", (4,)), measured()) is None


def test_the_tooltip_says_what_stands_in_the_bin() -> None:
    plot = histogram()
    assert plot.describe(-0.7) == "-1 … -0.5: 1 element (10.0 %)"
    assert plot.describe(-0.5) == "-0.5 … 0: 4 elements (40.0 %)"
    assert plot.describe(1.0) == "0.5 … 1: 2 elements (20.0 %)"
    assert plot.describe(1.01) == plot.describe(-2) == ""


def test_the_header_says_the_shares_inside() -> None:
    assert sigma_summary(measured()) == "inside 1σ 75.0 %  ·  2σ 100.0 %  ·  3σ 100.0 %"


def test_the_csv_of_all_names_each_tensor() -> None:
    levels = histogram(name="b", label="T#9", edges=np.array([1.5, 2.5]), counts=np.array([3]), stored=True)
    rows = list(all_rows([histogram(), levels]))
    assert len(ALL_HEADER) == len(rows[0])
    assert rows[0] == ("T#3", "conv/kernel", -1.0, -0.5, 1, 0.1)
    assert rows[-1] == ("T#9", "b", 2, 2, 3, 1.0)


def by_channel(count: int) -> ChannelStatistics:
    zeros = np.zeros(count)
    return ChannelStatistics(1, zeros - 1, zeros + 1, zeros, zeros + 0.5)


def test_channels_with_one_scale_each() -> None:
    plot = channel_plot(tensor("INT8", (3, 2), quantized([0.5, 0.25], [0, 0], 1)), measured(channels=by_channel(2)))
    assert plot is not None
    assert (plot.range_title, plot.spread.text, plot.dimension) == ("127 × scale", "scales 1 : 2.0", 1)
    first = dict(zip(CHANNEL_HEADER, next(plot.rows()), strict=True))
    assert first == {"channel": 0, "min": -1, "max": 1, "mean": 0, "std": 0.5, "scale": 0.5, "zero_point": 0,
                     "lowest": -64, "highest": 63.5}  # fmt: skip
    assert plot.describe(0.6).splitlines() == [
        "channel 1", "min … max  -1 … 1", "mean ± 1σ  0 ± 0.5", "scale 0.25, zero_point 0",
    ]  # fmt: skip
    assert plot.describe(2) == plot.describe(-1) == ""


def test_channels_that_share_a_scale_are_compared_by_range() -> None:
    plot = channel_plot(tensor("UINT8", (2, 3), quantized(0.5, 3)), measured(channels=by_channel(2)))
    assert plot is not None
    assert (plot.range_title, plot.spread.text) == ("UINT8 range", "ranges 1 : 1.0")
    assert [row[5] for row in plot.rows()] == [0.5, 0.5]


def test_float_channels_have_no_scale() -> None:
    plot = channel_plot(tensor("FLOAT32", (2, 3)), measured(channels=by_channel(2)))
    assert plot is not None
    assert plot.scale is None
    assert [row[5:] for row in plot.rows()] == [(None,) * 4] * 2


@pytest.mark.parametrize("statistics", [measured(), measured(channels=by_channel(1))])
def test_a_tensor_with_nothing_to_compare_has_no_channel_plot(statistics) -> None:
    assert channel_plot(tensor("INT8", (1, 2), quantized(0.5)), statistics) is None
