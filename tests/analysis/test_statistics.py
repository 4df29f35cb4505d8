"""Statistics of one tensor against the plain numpy formulas, in every type, layout and block size."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from inspector.analysis import blocks, levels, measure, shares, walk
from inspector.analysis.statistics import TensorStatistics, tensor_statistics
from inspector.errors import ValuesError
from inspector.model import Model, Sparsity
from tests.analysis.memory_model import Stored, constant, memory_model, weights
from tests.analysis.plain import block_sparsity, matrices_of, matrix_of, outside, two_four

Array = np.ndarray[Any, np.dtype[Any]]

# op_name -> (rank, dimension of output channels, dimension of inputs)
OPERATORS: dict[str, tuple[int, int, int | None]] = {
    "FULLY_CONNECTED": (2, 0, 1), "CONV_2D": (4, 0, 3), "DEPTHWISE_CONV_2D": (4, 3, None),
    "TRANSPOSE_CONV": (4, 0, 3), "CONV_3D": (5, 4, 3), "CONV_3D_TRANSPOSE": (5, 3, 4),
}  # fmt: skip
KINDS = ("f4", "f8", "f2", "i1 per tensor", "i1 per channel", "u1 per channel", "i4 per channel", "i2 per tensor",
         "i1 plain", "i8 plain", "int4")  # fmt: skip


@dataclass(eq=False)
class Case:
    """Stored values, their real values, and which of those are zero."""

    model: Model
    tensor: Any
    stored: Array
    real: Array
    zero: Array
    dimension: int
    inputs: int | None
    scales: int

    @property
    def finite(self) -> Array:
        return self.real[np.isfinite(self.real)]


def small_blocks(monkeypatch: pytest.MonkeyPatch, random: np.random.Generator) -> None:
    """Cuts small tensors as large ones are cut, now with one thread, now with two."""
    block = int(random.choice([16, 32, 64, 256, 1000]))
    monkeypatch.setattr(measure, "BLOCK", block)
    monkeypatch.setattr(blocks.cuts, "__defaults__", (block,))
    monkeypatch.setattr(measure, "LEVELS_BLOCK", int(random.choice([16, 64, 512])))
    monkeypatch.setattr(walk, "PARALLEL", int(random.choice([0, 10**9])))
    monkeypatch.setattr(walk, "spare_core", lambda: True)
    monkeypatch.setattr(shares, "_FEW", int(random.choice([0, 10**9])))
    monkeypatch.setattr(levels, "_WORTH", int(random.choice([0, 10, 512])))
    monkeypatch.setattr(levels, "_LONG", int(random.choice([8, 10**9])))
    monkeypatch.setattr(levels, "_SLAB", int(random.choice([1, 3, 512])))


def two_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "PARALLEL", 1)
    monkeypatch.setattr(walk, "spare_core", lambda: True)


def random_case(kind: str, op_name: str, random: np.random.Generator) -> Case:
    rank, dimension, inputs = OPERATORS[op_name]
    shape = [int(size) for size in random.integers(1, {2: 40, 4: 9, 5: 5}[rank] + 1, rank)]
    shape[-1] *= int(random.choice([1, 4]))
    if op_name == "DEPTHWISE_CONV_2D":
        shape[0] = 1
    values = random.standard_normal(shape) * 10.0 ** random.integers(-4, 4)
    values[random.random(shape) < random.choice([0, 0.3, 0.9])] = 0
    if random.random() < 0.3:
        np.moveaxis(values, dimension, 0)[0] = 0
    if random.random() < 0.1:
        values[...] = values.flat[0]
    fields: dict[str, Any] = {}
    scales = 0
    if kind.startswith("f"):
        stored = values.astype(kind)
        stored[random.random(shape) < 0.05] = -0.0
        if random.random() < 0.3:
            stored[random.random(shape) < 0.1] = random.choice([np.nan, np.inf, -np.inf])
        real = stored if kind == "f8" else stored.astype(np.float32)
        zero = real == 0
    else:
        stored, real, zero, fields, scales = _integers(kind, values, dimension, random)
    model, tensor = weights(stored, op_name, int(random.choice([0, 7, 100])), **fields)
    return Case(model, tensor, stored, real, zero, dimension, inputs, scales)


def _integers(
    kind: str, values: Array, dimension: int, random: np.random.Generator
) -> tuple[Array, Array, Array, dict[str, Any], int]:
    dtype = np.dtype("i1" if kind == "int4" else kind[:2])
    info = np.iinfo(dtype)
    low, high = (-8, 7) if kind == "int4" else (max(info.min, -(10**6)), min(info.max, 10**6))
    levels_ = np.clip(np.round(values / (np.abs(values).max() / high or 1)), low, high)
    if kind.endswith("plain"):
        stored = levels_.astype(dtype)
        return stored, stored, stored == 0, {}, 0
    count = values.shape[dimension] if kind == "int4" or "channel" in kind else 1
    zero_point = random.integers(100, 140, count) if kind.startswith("u") else random.integers(-3, 4, count)
    scale = (random.random(count) + 0.01).astype(np.float32)
    around = [1] * values.ndim
    around[dimension] = count
    shift = zero_point.reshape(around)
    stored = np.clip(levels_ + shift, low, high).astype(dtype)
    real = (stored.astype(np.float32) - shift.astype(np.float32)) * scale.reshape(around)
    fields = {"scale": scale, "zero_point": zero_point, "dimension": dimension}
    return stored, real, stored == shift, fields | ({"type": "INT4"} if kind == "int4" else {}), count


@pytest.mark.parametrize("op_name", OPERATORS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_number_is_that_of_the_plain_formula(kind: str, op_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(len(kind) * 100 + len(op_name))
    for _ in range(12):
        case = random_case(kind, op_name, random)
        small_blocks(monkeypatch, random)
        bins = None if random.random() < 0.5 else int(random.integers(1, 300))
        found = tensor_statistics(case.model, case.tensor, bins=bins)
        check_numbers(found, case)
        check_sparsity(found, case)
        check_channels(found, case)
        check_histograms(found, case, bins)


def check_numbers(found: TensorStatistics, case: Case) -> None:
    assert (found.count, found.not_finite) == (case.real.size, case.real.size - case.finite.size)
    assert found.zero_fraction == pytest.approx(case.zero.mean(), rel=1e-12)
    if case.scales and np.any(case.tensor.quantization.zero_point):
        assert found.raw_zero_fraction == pytest.approx((case.stored == 0).mean(), rel=1e-12)
    else:
        assert found.raw_zero_fraction is None
    if not case.finite.size:
        assert (found.min, found.max, found.mean, found.std, found.histogram) == (None,) * 5
        return
    wide = case.finite.astype(np.float64)
    size = np.abs(wide).max()
    assert (found.min, found.max) == (wide.min(), wide.max())
    # scale x (mean of levels) is not rounded to float32 as each dequantized value is
    close = 1.2e-7 if case.scales else 1e-9
    assert found.mean == pytest.approx(wide.mean(), rel=close, abs=close * size)
    assert found.std == pytest.approx(wide.std(), rel=close, abs=max(1e-12, case.scales and 1.2e-7) * size)
    assert found.mean is not None and found.std is not None
    assert found.mean_minus_3_sigma == found.mean - 3 * found.std
    assert found.mean_plus_3_sigma == found.mean + 3 * found.std
    for sigmas, share in enumerate((found.outside_1_sigma, found.outside_2_sigma, found.outside_3_sigma), 1):
        low, high = found.mean - sigmas * found.std, found.mean + sigmas * found.std
        assert share == pytest.approx(((wide < low) | (wide > high)).mean(), rel=1e-12)


def check_sparsity(found: TensorStatistics, case: Case) -> None:
    nonzero = matrix_of(~case.zero, case.dimension)
    parts = matrices_of(~case.zero, case.dimension)
    for share, size in (
        (found.block_sparsity_1x4, (1, 4)), (found.block_sparsity_1x16, (1, 16)), (found.block_sparsity_2x2, (2, 2))
    ):  # fmt: skip
        assert share == pytest.approx(np.mean([block_sparsity(part, *size) for part in parts]), rel=1e-12)
    assert found.dead_channels == int((~nonzero.any(axis=1)).sum())
    if case.inputs is None or case.stored.shape[case.inputs] % 4:
        assert found.two_four_compliance is None
    else:
        assert found.two_four_compliance == pytest.approx(two_four(~case.zero, case.inputs), rel=1e-12)


def check_channels(found: TensorStatistics, case: Case) -> None:
    channels = found.channels
    if channels is None:
        assert case.real.size == case.real.shape[case.dimension]
        return
    assert channels.dimension == case.dimension
    size = float(np.abs(case.finite).max()) if case.finite.size else 0.0
    for channel, row in enumerate(matrix_of(case.real, case.dimension).astype(np.float64)):
        row = row[np.isfinite(row)]
        if not row.size:
            assert np.isnan(channels.min[channel]) and np.isnan(channels.std[channel])
            continue
        assert (channels.min[channel], channels.max[channel]) == (row.min(), row.max())
        assert channels.mean[channel] == pytest.approx(row.mean(), rel=1e-9, abs=1.2e-7 * size)
        assert channels.std[channel] == pytest.approx(row.std(), rel=1e-7, abs=1.2e-7 * size)


def check_histograms(found: TensorStatistics, case: Case, bins: int | None) -> None:
    if found.histogram is not None:
        assert found.histogram.counts.sum() == case.finite.size
        if bins or case.scales > 1 or found.levels is None:
            counts, edges = np.histogram(case.finite, bins or (128 if case.scales > 1 else 64))
            assert np.array_equal(found.histogram.edges, edges)
            assert np.array_equal(found.histogram.counts, counts)
    if found.levels is not None:
        names, counts = np.unique(case.stored, return_counts=True)
        places = names.astype(np.int64) - int(names[0])
        assert found.levels.edges[0] == names[0] - 0.5 and found.levels.edges[-1] == names[-1] + 0.5
        assert np.array_equal(found.levels.counts[places], counts)
        assert found.levels.counts.sum() == case.stored.size


def test_a_large_tensor_on_two_threads_has_the_numbers_of_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    two_threads(monkeypatch)
    random = np.random.default_rng(5)
    values = random.standard_normal((700, 3500)).astype(np.float32) * np.float32(0.05)
    values[random.random(values.shape) < 0.6] = 0
    found = tensor_statistics(*weights(values))
    counts, edges = np.histogram(values, 64)
    assert found.histogram is not None
    assert np.array_equal(found.histogram.counts, counts) and np.array_equal(found.histogram.edges, edges)
    wide = values.astype(np.float64)
    assert (found.mean, found.std) == (pytest.approx(wide.mean(), rel=1e-11), pytest.approx(wide.std(), rel=1e-11))
    assert found.outside_3_sigma == outside(values, 3)
    assert found.two_four_compliance == two_four(values != 0, 1)


def test_one_long_channel_in_pieces_counts_its_blocks() -> None:
    random = np.random.default_rng(6)
    values = (random.random((3, 300_001)) < 0.2).astype(np.float32)
    found = tensor_statistics(*weights(values))
    assert found.block_sparsity_1x16 == pytest.approx(block_sparsity(values != 0, 1, 16), rel=1e-12)
    assert found.block_sparsity_2x2 == pytest.approx(block_sparsity(values != 0, 2, 2), rel=1e-12)


def test_the_same_tensor_gives_the_same_bits_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    two_threads(monkeypatch)
    values = np.random.default_rng(7).standard_normal((1000, 2500)).astype(np.float32)
    first, second = (tensor_statistics(*weights(values)) for _ in range(2))
    assert (first.mean, first.std) == (second.mean, second.std)


def test_a_large_mean_does_not_eat_the_deviation() -> None:
    values = (np.random.default_rng(8).standard_normal(200_000) * 0.01 + 4096).astype(np.float32)
    found = tensor_statistics(*constant(values))
    assert found.std == pytest.approx(values.astype(np.float64).std(), rel=1e-9)


def test_all_equal_values_have_no_deviation_and_nothing_outside() -> None:
    found = tensor_statistics(*constant(np.full(50_000, 0.1, np.float32)))
    assert (found.std, found.outside_1_sigma, found.min) == (0.0, 0.0, found.max)
    assert found.mean == found.min


def test_an_empty_tensor_has_a_count_and_nothing_else() -> None:
    found = tensor_statistics(*weights(np.zeros((0, 4), np.float32)))
    assert found.count == 0
    assert {getattr(found, name) for name in TensorStatistics.__slots__ if name not in ("count", "not_finite")} == {
        None
    }


def test_a_scalar_has_statistics() -> None:
    found = tensor_statistics(*constant(np.float32(2.5).reshape(())))
    assert (found.count, found.min, found.max, found.mean, found.std) == (1, 2.5, 2.5, 2.5, 0.0)
    assert found.histogram is not None and found.histogram.counts.sum() == 1


def test_nothing_but_nan_is_all_zero_fraction_0_and_no_range() -> None:
    found = tensor_statistics(*constant(np.full(20, np.nan, np.float32)))
    assert (found.not_finite, found.zero_fraction, found.min, found.histogram) == (20, 0.0, None, None)


def test_minus_zero_counts_as_zero() -> None:
    assert tensor_statistics(*constant(np.array([-0.0, 0.0, 1.0, -1.0], np.float32))).zero_fraction == 0.5


def test_legacy_uint8_counts_its_zero_point_not_its_zeros() -> None:
    values = np.array([[0, 128, 128, 255]], np.uint8)
    found = tensor_statistics(*weights(values, scale=0.1, zero_point=128))
    assert (found.zero_fraction, found.raw_zero_fraction) == (0.5, 0.25)


def test_one_scale_gives_one_bin_a_level_in_real_units() -> None:
    found = tensor_statistics(*constant(np.array([-2, 0, 0, 3], np.int8), scale=0.5, zero_point=1))
    assert found.histogram is not None and found.levels is not None
    assert found.histogram.counts.tolist() == [1, 0, 2, 0, 0, 1]
    assert found.histogram.edges.tolist() == [-1.75, -1.25, -0.75, -0.25, 0.25, 0.75, 1.25]
    assert found.levels.edges.tolist() == [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5]


def test_a_negative_scale_of_a_damaged_file_still_ends_in_numbers() -> None:
    found = tensor_statistics(*constant(np.arange(-100, 100, dtype=np.int8), scale=-0.5, zero_point=0))
    assert (found.min, found.max) == (-49.5, 50.0)


def test_the_largest_float32_numbers_do_not_overflow() -> None:
    top = np.finfo(np.float32).max
    found = tensor_statistics(*constant(np.array([-top, top, 0], np.float32)))
    assert (found.min, found.max, found.mean) == (-top, top, 0)
    assert found.histogram is not None and found.histogram.counts.sum() == 3


def test_float64_whose_squares_overflow_has_a_range_but_no_deviation() -> None:
    found = tensor_statistics(*constant(np.array([1e300, -1e300, 0.0])))
    assert (found.min, found.max, found.std, found.outside_1_sigma) == (-1e300, 1e300, None, None)


def test_values_that_are_one_step_apart_have_a_histogram() -> None:
    one = np.float32(1000)
    found = tensor_statistics(*constant(np.array([one, np.nextafter(one, np.float32(2000))] * 10, np.float32)))
    assert found.histogram is not None
    assert found.histogram.counts[0] == 10 and found.histogram.counts[-1] == 10


def test_bool_is_measured_as_0_and_1() -> None:
    found = tensor_statistics(*constant(np.array([True, False, True, True])))
    assert (found.mean, found.zero_fraction, found.levels) == (0.75, 0.25, None)


@pytest.mark.parametrize("name", ["COMPLEX64", "STRING", "RESOURCE"])
def test_types_without_real_numbers_are_refused_in_a_sentence(name: str) -> None:
    model, tensor = constant(np.zeros(2, np.complex64), type=name)
    with pytest.raises(ValuesError, match=f"holds {name}, which has no statistics"):
        tensor_statistics(model, tensor)


def test_scales_that_do_not_fit_the_shape_are_refused() -> None:
    model, tensor = weights(np.zeros((4, 8), np.int8), scale=np.ones(3), zero_point=np.zeros(3))
    with pytest.raises(ValuesError, match="3 scales"):
        tensor_statistics(model, tensor)


def test_stored_sparsity_comes_from_the_file() -> None:
    sparsity = Sparsity((0, 1), (), (), stored_elements=4)
    found = tensor_statistics(*weights(np.zeros((4, 4), np.float32), sparsity=sparsity))
    assert (found.stored_sparsity, found.zero_fraction, found.dead_channels) == (0.75, 1.0, 4)


def test_biases_have_no_blocks_and_no_dead_channels() -> None:
    model = memory_model(
        [Stored(shape=(1,)), Stored(np.ones((2, 3), np.float32)), Stored(np.zeros(2, np.float32)), Stored(shape=(1,))],
        [("FULLY_CONNECTED", (0, 1, 2), (3,))],
    )
    found = tensor_statistics(model, model.subgraphs[0].tensors[2])
    assert (found.block_sparsity_1x4, found.dead_channels, found.channels) == (None, None, None)


def test_channel_arrays_can_not_be_changed() -> None:
    channels = tensor_statistics(*weights(np.ones((2, 3), np.float32))).channels
    assert channels is not None
    with pytest.raises(ValueError, match="read-only"):
        channels.min[0] = 5
