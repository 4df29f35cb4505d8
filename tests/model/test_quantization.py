"""Quantization: levels to real numbers and back."""

import numpy as np
import pytest

from inspector.model import Quantization, QuantizationTable


def test_a_round_trip_stays_within_half_a_step() -> None:
    quantization = Quantization(np.array([0.05], np.float32), np.array([-3]))
    real = np.linspace(-6, 6, 1001).astype(np.float32)
    back = quantization.dequantize(quantization.quantize(real))
    inside = (real >= 0.05 * (-128 + 3)) & (real <= 0.05 * (127 + 3))
    assert np.abs(back - real)[inside].max() <= 0.05 / 2 + 1e-6


def test_per_channel_scales_run_along_the_quantized_dimension() -> None:
    scale, zero_point = np.array([0.5, 2.0], np.float32), np.array([1, -1])
    quantization = Quantization(scale, zero_point, quantized_dimension=1)
    stored = np.array([[3, 4], [1, -1], [0, 7]], np.int8)
    assert quantization.dequantize(stored).tolist() == [[1.0, 10.0], [0.0, 0.0], [-0.5, 16.0]]
    assert np.array_equal(quantization.quantize(quantization.dequantize(stored)), stored)


def test_halves_round_away_from_zero_and_values_out_of_range_are_clipped() -> None:
    quantization = Quantization(np.array([1.0], np.float32), np.array([0]))
    real = np.array([0.5, -0.5, 1.5, 2.5, -2.5, 1000, -1000], np.float32)
    assert quantization.quantize(real).tolist() == [1, -1, 2, 3, -3, 127, -128]
    assert quantization.quantize(real, lowest=-8, highest=7).tolist() == [1, -1, 2, 3, -3, 7, -8]


@pytest.mark.parametrize("dtype", [np.uint8, np.int16])
def test_other_integer_types_keep_their_own_range(dtype: type) -> None:
    quantization = Quantization(np.array([1.0], np.float32), np.array([0]))
    info = np.iinfo(dtype)
    assert quantization.quantize(np.array([-1e9, 1e9], np.float32), dtype).tolist() == [info.min, info.max]


def test_the_table_gives_a_number_a_list_or_none() -> None:
    table = QuantizationTable(
        scale=np.array([0.5, 1.0, 2.0], np.float32),
        scale_starts=np.array([0, 0, 1, 3]),
        zero_point=np.array([7, 0, 0]),
        zero_point_starts=np.array([0, 0, 1, 3]),
        dimension=np.array([0, 0, 3]),
    )
    assert table.scales == [None, 0.5, [1.0, 2.0]]
    assert table.zero_points == [None, 7, [0, 0]]
    assert table[0] is None
    channels = table[2]
    assert channels is not None and channels.per_channel and channels.quantized_dimension == 3
    single = table[1]
    assert single is not None and not single.per_channel and int(single.zero_point[0]) == 7


def test_an_empty_table_has_no_quantization_for_any_tensor() -> None:
    table = QuantizationTable.empty(3)
    assert [table[i] for i in range(3)] == [None] * 3
    assert table.scales == [None] * 3
