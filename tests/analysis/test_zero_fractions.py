"""Zero fractions of many tensors at once: small ones together, large ones alone, each as the plain formula says."""

from typing import Any

import numpy as np
import pytest

from inspector.analysis import zero_fractions
from inspector.analysis.measurements import Measurements
from inspector.errors import Cancelled
from inspector.model import Sparsity
from tests.analysis.memory_model import Stored, memory_model

Array = np.ndarray[Any, np.dtype[Any]]


def shares(*tensors: Stored | Array) -> list[float | None]:
    found = Measurements(memory_model(tensors)).compute_zero_fractions()
    return [found[0, index] for index in range(len(tensors))]


def test_many_small_tensors_of_many_types_have_their_own_share() -> None:
    random = np.random.default_rng(1)
    tensors, expected = [], []
    for number in range(300):
        dtype = np.dtype(random.choice(["f4", "f2", "i1", "u1", "i4", "i8", "f8"]))
        values = random.integers(0, 4, int(random.integers(1, 60))).astype(dtype)
        zero_point = int(random.integers(0, 4)) if dtype.kind in "iu" and number % 3 == 0 else 0
        scale = 0.5 if zero_point else None
        tensors.append(Stored(values, scale=scale, zero_point=zero_point if scale else None))
        expected.append(float((values == zero_point).mean()))
    assert shares(*tensors) == pytest.approx(expected, rel=1e-12)


def test_batches_end_between_tensors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zero_fractions, "_BATCH", 10)
    assert shares(*[np.array([0, number, 0], np.int32) for number in range(1, 30)]) == [2 / 3] * 29


def test_zero_points_by_channel_count_by_channel() -> None:
    values = np.array([[1, 1, 2], [2, 2, 2]], np.int8)
    given = Stored(values, scale=np.ones(2), zero_point=np.array([1, 2]), dimension=0)
    assert shares(given) == [5 / 6]


def test_channels_whose_zero_points_are_all_0_are_small_tensors_like_others() -> None:
    values = np.array([[0, 1, 0], [2, 2, 0]], np.int8)
    assert shares(Stored(values, scale=np.ones(2), zero_point=np.zeros(2))) == [0.5]


def test_a_zero_point_without_scale_says_nothing() -> None:
    assert shares(Stored(np.array([0, 3, 3, 3], np.int8), zero_point=3)) == [0.25]


def test_large_tensors_are_counted_in_blocks() -> None:
    values = np.random.default_rng(2).integers(0, 3, (900, 3000)).astype(np.float32)
    levels = values.astype(np.uint8)
    found = shares(values, Stored(levels, scale=1.0, zero_point=2))
    assert found == [float((values == 0).mean()), float((levels == 2).mean())]


def test_packed_and_sparse_tensors_are_read_one_by_one() -> None:
    values = np.array([[0, 1], [0, 7]], np.int8)
    sparsity = Sparsity((0, 1), (), (), stored_elements=2)
    assert shares(Stored(values, "INT4"), Stored(values.astype(np.float32), sparsity=sparsity)) == [0.5, 0.5]


def test_what_has_no_numbers_has_none() -> None:
    empty, words = np.zeros((0, 3), np.float32), Stored(np.zeros(3, np.complex64), "STRING")
    assert shares(empty, words, np.zeros(2, np.complex64), np.zeros(1, np.float32)) == [None, None, None, 1.0]


def test_only_the_tensors_asked_for_are_counted_and_each_once() -> None:
    model = memory_model([np.zeros(3, np.float32), np.ones(3, np.float32), Stored(shape=(3,))])
    measurements, tensors = Measurements(model), model.subgraphs[0].tensors
    measurements.compute_zero_fractions([tensors[1], tensors[2]])
    assert measurements.zero_fractions == {(0, 1): 0.0}
    measurements.compute_zero_fractions()
    assert measurements.zero_fractions == {(0, 0): 1.0, (0, 1): 0.0}


def test_counting_zeros_can_be_stopped() -> None:
    model = memory_model([np.zeros((1000, 3000), np.float32)] * 3)

    def progress(share: float | None, message: str) -> None:
        assert message.startswith("Counting zeros")
        if share:
            raise Cancelled("Cancelled.")

    measurements = Measurements(model)
    with pytest.raises(Cancelled):
        measurements.compute_zero_fractions(progress=progress)
    assert len(measurements.zero_fractions) < 3


def test_zero_fractions_agree_with_the_statistics_of_every_tensor_of_real_models(shared_models: Any) -> None:
    from inspector.formats import open_model

    for path in sorted(shared_models.glob("*.tflite")):
        model = open_model(path)
        together, alone = Measurements(model), Measurements(model)
        together.compute_zero_fractions()
        for tensor in model.tensors():
            if tensor.has_data:
                share = together.zero_fractions[tensor.subgraph, tensor.index]
                assert alone.statistics(tensor).zero_fraction == pytest.approx(share, rel=1e-12), (path, tensor.index)
