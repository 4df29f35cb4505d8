"""Clipped and fake-quantized weights, beside plain numpy."""

import numpy as np
import pytest

from inspector.analysis.weight_clipping import (
    CLIPPING_COLUMNS,
    WeightClipping,
    channel_dimension,
    clipped,
    fake_quantized,
    weight_clippings,
)
from inspector.formats import open_model
from tests.conftest import SAMPLES


def test_weights_are_clipped_at_their_own_sigma() -> None:
    values = np.random.default_rng(0).normal(3, 2, (40, 30)).astype(np.float32)
    kept, outside = clipped(values, 1.0)
    low = values.mean(dtype=np.float64) - values.std(dtype=np.float64)
    assert kept.min() == pytest.approx(low) and kept.dtype == np.float32
    assert outside == np.count_nonzero(np.abs(values - values.mean()) > values.std())
    assert clipped(values, None) == (pytest.approx(values), 0)


@pytest.mark.parametrize(("bits", "top"), [(8, 127), (4, 7), (2, 1)])
def test_each_channel_has_its_scale_and_its_largest_value_stays(bits: int, top: int) -> None:
    values = np.random.default_rng(1).normal(0, [[1], [100]], (2, 50)).astype(np.float32)
    made = fake_quantized(values, 0, bits)
    for row, given in zip(made, values, strict=True):
        scale = np.abs(given).max() / top
        assert np.abs(row - given).max() <= scale / 2 * 1.0001 and np.abs(row).max() == pytest.approx(
            np.abs(given).max()
        )
        assert len(np.unique(np.round(row / scale))) <= 2 * top + 1
    assert (
        np.abs(fake_quantized(values, None, 8)[0] - values[0]).max()
        > np.abs(fake_quantized(values, 0, 8)[0] - values[0]).max()
    )
    assert not fake_quantized(np.zeros((3, 2), np.float32), 0).any()


def test_the_channels_are_those_that_tensorflow_takes() -> None:
    tensors = open_model(SAMPLES / "digits_cnn.float32.tflite").subgraphs[0].tensors
    weights = [each for each in tensors if each.role == "weights"]
    assert {channel_dimension(each) for each in weights} == {0}


def test_rows_say_what_they_are() -> None:
    plain = {"score": 0.5, "correct": 5, "closeness": 0.9, "clipped": 0.1, "rmse": 0.2, "bits": 8}
    rows = weight_clippings({"weights": {"rows": [
        {**plain, "sigma": None, "quantized": False}, {**plain, "sigma": None, "quantized": True},
        {**plain, "sigma": 3.0, "quantized": True},
    ]}})  # fmt: skip
    assert [row.title for row in rows] == ["float", "int8", "int8, 3 sigma"] and weight_clippings(
        {"weights": None}
    ) == ()
    assert [column.display(rows[2]) for column in CLIPPING_COLUMNS[:3]] == ["int8, 3 sigma", "3", "50.0 %"]
    assert isinstance(rows[0], WeightClipping)
