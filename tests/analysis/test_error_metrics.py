"""Errors between two tensors, against the plain formulas on whole arrays."""

from math import inf, isinf, nan
from pathlib import Path

import numpy as np
import pytest

from inspector.analysis.error_metrics import PairError, pair_error, sqnr_db
from inspector.errors import Cancelled, ValuesError
from inspector.formats import open_model
from tests.analysis.memory_model import Stored, constant, memory_model, weights
from tests.builders import ModelBuilder, sparsity


def plain(reference: np.ndarray, candidate: np.ndarray) -> PairError:
    """The textbook, in float64 on whole arrays."""
    first, second = reference.astype(np.float64).ravel(), candidate.astype(np.float64).ravel()
    with np.errstate(invalid="ignore"):
        error = first - second
    kept = np.isfinite(error)
    noise, signal = np.sum(error[kept] ** 2), np.sum(first[kept] ** 2)
    sqnr = inf if noise == 0 else -inf if signal == 0 else 10 * np.log10(signal / noise)
    finite, other = first[np.isfinite(first)], second[np.isfinite(second)]
    return PairError(
        float(np.sqrt(np.mean(error[kept] ** 2))), float(np.abs(error[kept]).max()), float(sqnr), finite.min(),
        finite.max(), other.min(), other.max(), first.size, int((~kept).sum()),
    )  # fmt: skip


def same(found: PairError, expected: PairError) -> None:
    for name in PairError.__dataclass_fields__:
        assert getattr(found, name) == pytest.approx(getattr(expected, name), rel=1e-9), name


def test_an_int8_tensor_against_the_float_one_it_came_from() -> None:
    real = np.random.default_rng(0).normal(size=(6, 50)).astype(np.float32)
    scales = np.abs(real).max(axis=1) / np.float32(127)
    levels = np.round(real / scales[:, None]).astype(np.int8)
    found = pair_error(*weights(real), *weights(levels, scale=scales, zero_point=[0] * 6))
    same(found, plain(real, levels.astype(np.float32) * scales[:, None]))
    assert 40 < found.sqnr_db < 55 and found.max_abs_error <= scales.max() / 2 * 1.001
    assert not found.exact


@pytest.mark.parametrize("pieces", [0, 977])
def test_large_tensors_are_compared_block_by_block_and_give_the_same(pieces: int) -> None:
    random = np.random.default_rng(1)
    real = random.normal(size=(3, 300, 401)).astype(np.float32)
    levels = random.integers(-128, 128, real.shape, np.int8)
    scales, zeros = random.uniform(0.01, 0.1, 300).astype(np.float32), random.integers(-5, 6, 300)
    quantized = {"scale": scales, "zero_point": zeros, "dimension": 1}
    found = pair_error(*weights(real, "CONV_2D", pieces), *weights(levels, "FULLY_CONNECTED", pieces, **quantized))
    expected = (levels.astype(np.float32) - zeros[:, None].astype(np.float32)) * scales[:, None]
    same(found, plain(real, expected))


def test_the_same_values_in_other_types_are_exact() -> None:
    real = np.array([[0.5, -1.0, 0.25, 0.0]], np.float32)
    for other in (constant(real.astype(np.float16)), constant((real * 4).astype(np.int8), scale=0.25, zero_point=0)):
        found = pair_error(*constant(real), *other)
        assert found.exact and found.rmse == 0 and isinf(found.sqnr_db)
        assert (found.low, found.high, found.other_low, found.other_high) == (-1.0, 0.5, -1.0, 0.5)


def test_biases_are_compared_in_real_units() -> None:
    real = np.array([0.1, -0.2, 0.3], np.float32)
    found = pair_error(*constant(real), *constant(np.array([100, -200, 301], np.int32), scale=0.001, zero_point=0))
    assert found.max_abs_error == pytest.approx(0.001, rel=1e-4)
    assert found.rmse == pytest.approx(0.001 / np.sqrt(3), rel=1e-4)


def test_dimensions_in_another_order_are_brought_together() -> None:
    kernel = np.random.default_rng(2).normal(size=(3, 3, 4, 5)).astype(np.float32)
    stored = np.ascontiguousarray(kernel.transpose(3, 0, 1, 2))
    assert pair_error(*constant(kernel), *constant(stored), ((3, 0, 1, 2), None)).exact
    assert pair_error(*constant(stored), *constant(kernel), (None, (3, 0, 1, 2))).exact
    assert not pair_error(*constant(kernel), *constant(stored)).exact


def test_nan_and_infinity_are_left_out_and_counted() -> None:
    found = pair_error(*constant(np.array([1, nan, inf, 2.0], np.float32)), *constant(np.array([1, 1, 1, inf], "f4")))
    assert (found.elements, found.left_out, found.rmse) == (4, 3, 0)
    assert not found.exact and (found.low, found.high) == (1, 2) and (found.other_low, found.other_high) == (1, 1)
    with pytest.raises(ValuesError, match="finite"):
        pair_error(*constant(np.array([nan], np.float32)), *constant(np.array([1], np.float32)))


def test_a_reference_of_zeros_has_no_signal() -> None:
    found = pair_error(*constant(np.zeros(3, np.float32)), *constant(np.array([0, 0, 1], np.float32)))
    assert found.sqnr_db == -inf and found.max_abs_error == 1
    assert pair_error(*constant(np.zeros(3, np.float32)), *constant(np.zeros(3, np.float32))).sqnr_db == inf


def test_values_too_large_for_a_square_give_no_warning() -> None:
    found = pair_error(*constant(np.array([1e300], np.float64)), *constant(np.array([-1e300], np.float64)))
    assert found.rmse == inf and found.max_abs_error == 2e300
    assert np.isnan(found.sqnr_db) and np.isnan(sqnr_db(inf, 1.0))


def test_what_can_not_be_compared_is_refused() -> None:
    with pytest.raises(ValuesError, match="has 3 elements and T#0 4"):
        pair_error(*constant(np.zeros(3, np.float32)), *constant(np.zeros(4, np.float32)))
    with pytest.raises(ValuesError, match="no statistics"):
        pair_error(*constant(np.zeros(3, np.float32)), *constant(np.zeros(3, np.complex64)))
    with pytest.raises(ValuesError, match="finite in both"):
        pair_error(*constant(np.zeros((0, 2), np.float32)), *constant(np.zeros((0, 2), np.float32)))
    computed = memory_model([Stored(shape=(3,))])
    with pytest.raises(ValuesError):
        pair_error(*constant(np.zeros(3, np.float32)), computed, computed.subgraphs[0].tensors[0])


def test_measuring_a_large_tensor_can_be_stopped() -> None:
    said: list[str] = []

    def stop(_fraction: float | None, message: str) -> None:
        said.append(message)
        if len(said) == 3:
            raise Cancelled("Cancelled.")

    values = np.zeros((2000, 1000), np.float32)
    with pytest.raises(Cancelled):
        pair_error(*weights(values), *weights(values), progress=stop)
    assert said == ["Measuring the error of T#1"] * 3


def test_sparse_weights_are_compared_as_what_they_stand_for(tmp_path: Path) -> None:
    dense = np.array([[0, 2.5, 0, 0], [0, 0, 0, -1]], np.float32)
    b = ModelBuilder()
    form = sparsity([0, 1], None, [2, (np.array([0, 1, 2], np.int32), np.array([1, 3], np.int32))])
    b.tensor("w", [2, 4], data=np.array([2.5, -1], np.float32), sparsity=form)
    model = open_model(b.write(tmp_path / "sparse.tflite"))
    found = pair_error(*constant(dense), model, model.subgraphs[0].tensors[0])
    assert found.exact and found.elements == 8 and (found.other_low, found.other_high) == (-1, 2.5)


def test_a_damaged_scale_that_takes_values_to_infinity_is_no_warning() -> None:
    real = np.array([[1.0, 2.0, 3.0, 0.0]], np.float32)
    levels = np.array([[100, 2, 3, 0]], np.int8)
    found = pair_error(*weights(real), *weights(levels, scale=[3e37], zero_point=[0]))
    assert found.left_out == 1
