"""What was measured is remembered, from any thread; the table of statistics and its total."""

import gzip
import threading
from pathlib import Path

import numpy as np
import pytest

from inspector.analysis.measurements import Measurements
from inspector.analysis.statistics import TensorStatistics
from inspector.analysis.statistics_columns import STATISTICS_COLUMNS, WeightRow, real_text, weights_total
from tests.analysis.memory_model import MemoryStorage, Stored, memory_model, weights


def test_a_tensor_is_read_once_and_remembered() -> None:
    model, tensor = weights(np.ones((4, 8), np.float32))
    measurements = Measurements(model)
    assert measurements.known_statistics(tensor) is None
    found = measurements.statistics(tensor)
    assert measurements.known_statistics(tensor) is found
    assert measurements.statistics(tensor) is found
    assert isinstance(model.storage, MemoryStorage) and model.storage.reads == [1]
    assert measurements.zero_fractions == {(0, 1): 0.0}


def test_several_threads_may_ask_at_once() -> None:
    model = memory_model([np.full((50, 40), number, np.float32) for number in range(20)])
    measurements = Measurements(model)

    def ask() -> None:
        for tensor in model.tensors():
            measurements.statistics(tensor)
        measurements.compute_zero_fractions()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    means = [found.mean for t in model.tensors() if (found := measurements.known_statistics(t)) is not None]
    assert means == list(range(20))


def test_gzip_bytes_are_those_of_the_gzip_program() -> None:
    values = np.random.default_rng(1).integers(0, 3, 1_500_000).astype(np.int8)
    model, tensor = weights(values.reshape(1000, 1500))
    measurements = Measurements(model)
    shares: list[float | None] = []
    assert measurements.known_gzip_bytes(tensor) is None
    size = measurements.gzip_bytes(tensor, lambda share, _message: shares.append(share))
    assert size == len(gzip.compress(values.tobytes(), 6, mtime=0)) == measurements.known_gzip_bytes(tensor)
    assert shares[0] == 0.0 and len(shares) == 2


def rows() -> list[WeightRow]:
    """Two weight tensors, one of them dead, and a bias."""
    model = memory_model(
        [Stored(shape=(1, 4)), np.array([[1, 0, 0, 0]], np.float32), np.zeros((2, 1), np.float32),
         np.zeros(2, np.float32), Stored(shape=(1, 1)), Stored(shape=(1, 2))],
        [("FULLY_CONNECTED", (0, 1), (4,)), ("FULLY_CONNECTED", (4, 2, 3), (5,))],
    )  # fmt: skip
    measurements = Measurements(model)
    return [
        WeightRow(tensor, measurements.statistics(tensor), measurements.gzip_bytes(tensor))
        for tensor in model.tensors()
        if tensor.has_data
    ]


def test_the_total_weighs_by_elements_and_leaves_biases_out() -> None:
    weight, dead, bias = rows()
    total = weights_total([weight, dead, bias])
    assert (total.tensors, total.elements, total.dead_channels) == (2, 6, 2)
    assert total.zero_fraction == 5 / 6
    assert total.gzip_bytes == (weight.gzip_bytes or 0) + (dead.gzip_bytes or 0)
    assert not bias.is_weight and total.stored_sparsity is None


def test_a_total_of_rows_that_are_not_all_measured_is_not_made_up() -> None:
    weight, dead, _ = rows()
    total = weights_total([weight, WeightRow(dead.tensor)])
    assert (total.elements, total.zero_fraction, total.dead_channels, total.gzip_bytes) == (6, None, None, None)


def test_a_shared_buffer_counts_once() -> None:
    weight, _, _ = rows()
    assert weights_total([weight, weight]).elements == 4


def test_every_statistic_has_a_column_of_its_name() -> None:
    keys = {column.key for column in STATISTICS_COLUMNS}
    assert set(TensorStatistics.__slots__) - keys == {"channels", "histogram", "levels"}
    assert all(column.tip for column in STATISTICS_COLUMNS if column.key in TensorStatistics.__slots__)


def test_the_table_shows_what_the_picture_shows() -> None:
    shown = [column.title for column in STATISTICS_COLUMNS if column.shown]
    assert shown == ["T#", "Name", "Shape", "Type", "Elements", "Min", "Max", "Mean", "Std", "Outside 3σ",
                     "Zero fraction", "Dead ch.", "gzip"]  # fmt: skip


def test_a_row_that_is_not_measured_yet_is_empty_not_zero() -> None:
    row = WeightRow(rows()[0].tensor)
    texts = {column.key: column.display(row) for column in STATISTICS_COLUMNS}
    assert (texts["min"], texts["zero_fraction"], texts["gzip_bytes"], texts["dead_channels"]) == ("", "", "", "")
    assert texts["elements"] == "4"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-0.00566, "-0.0057"),
        (0.0, "0.0000"),
        (0.00001234, "0.00001234"),
        (12345.5, "12,345.5000"),
        (None, ""),
        (1234567.5, "1,234,567.5"),
        (2147483647, "2,147,483,647"),
        (1e30, "1e+30"),
        (float("nan"), ""),
    ],
)
def test_real_numbers_keep_digits_that_count(value: float | None, text: str) -> None:
    assert real_text(value) == text


def test_the_wake_word_model_has_the_numbers_of_the_picture(shared_models: Path) -> None:
    from inspector.formats import open_model

    model = open_model(shared_models / "pymicro_wakeword__okay_nabu.tflite")
    measurements = Measurements(model)
    tensor = model.subgraphs[0].tensors[43]
    row = WeightRow(tensor, measurements.statistics(tensor), measurements.gzip_bytes(tensor))
    shown = {column.key: column.display(row) for column in STATISTICS_COLUMNS if column.shown}
    assert shown == {
        "index": "T#43", "name": "model/stream/conv2d/Conv2D", "shape": "[32, 5, 1, 40]", "type": "INT8",
        "elements": "6,400", "min": "-0.8550", "max": "0.7797", "mean": "-0.0057", "std": "0.1844",
        "outside_3_sigma": "0.70 %", "zero_fraction": "1.1 %", "dead_channels": "0", "gzip_bytes": "6,017 B",
    }  # fmt: skip
    all_rows = [WeightRow(t, measurements.statistics(t), measurements.gzip_bytes(t)) for t in model.tensors()
                if t.has_data]  # fmt: skip
    total = weights_total(all_rows)
    assert (total.tensors, total.elements, total.dead_channels) == (12, 24_096, 0)
    assert f"{total.zero_fraction:.3f} {total.gzip_bytes}" == "0.009 23564"
