"""How far the channels of a tensor are apart, and when that deserves a hint."""

import numpy as np
import pytest

from inspector.analysis.ranges import ChannelStatistics, channel_spread


def channels(*reach: float) -> ChannelStatistics:
    high = np.array(reach)
    return ChannelStatistics(0, -high / 2, high, high * 0, high / 3)


def test_scales_are_compared_where_each_channel_has_one() -> None:
    spread = channel_spread(channels(1, 2, 3), np.array([0.01, 0.04, 0.02], np.float32))
    assert spread is not None
    assert (spread.text, spread.widest, spread.narrowest, spread.helps) == ("scales 1 : 4.0", 1, 0, False)
    assert spread.sentence == "The largest scale (channel 1) is 4.0 × the smallest (0)."


def test_scales_far_apart_deserve_a_hint() -> None:
    spread = channel_spread(channels(1, 2), np.array([1e-5, 1.0]))
    assert spread is not None and spread.helps
    assert "100,000.0 ×" in spread.sentence and "do nothing" in spread.sentence


@pytest.mark.parametrize(("scale", "words"), [(np.array([0.5]), "it has 8 of 255"), (None, "would leave it 8 of 255")])
def test_ranges_are_compared_where_one_scale_serves_all(scale, words: str) -> None:
    spread = channel_spread(channels(1, 32), scale)
    assert spread is not None and spread.helps
    assert spread.text == "ranges 1 : 32.0"
    assert words in spread.sentence


def test_channels_alike_need_no_hint() -> None:
    spread = channel_spread(channels(1, 1.5, 2), None)
    assert spread is not None and not spread.helps
    assert spread.levels == 128


def test_dead_channels_are_left_out() -> None:
    spread = channel_spread(channels(1, 0, 2), np.array([0.1, 1e-9, 0.2]))
    assert spread is not None
    assert spread.ratio == pytest.approx(2)


@pytest.mark.parametrize("reach", [(), (1.0,), (0.0, 0.0), (np.nan, 1.0)])
def test_nothing_to_compare(reach: tuple[float, ...]) -> None:
    assert channel_spread(channels(*reach), None) is None


def test_negative_values_reach_as_far_as_positive_ones() -> None:
    given = ChannelStatistics(0, np.array([-4.0, -1]), np.array([1.0, 1]), np.zeros(2), np.zeros(2))
    spread = channel_spread(given, None)
    assert spread is not None and spread.ratio == 4
