"""Samples from .npz and .npy: which array, which rows, in what shape and type."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.datasets import DataChoice, InputSpec, open_samples
from inspector.datasets.array_samples import array_samples
from inspector.datasets.numpy_files import npz_arrays
from inspector.datasets.selection import chosen_rows
from inspector.datasets.sources import MOST_BYTES
from inspector.errors import Cancelled, DataError

IMAGE = InputSpec("image", (-1, 8, 8, 1), "FLOAT32", "serving_default_image:0")
X = np.random.default_rng(1).random((50, 8, 8, 1), np.float32)


def npz(path: Path, compressed: bool = True, **arrays: Any) -> str:
    (np.savez_compressed if compressed else np.savez)(path / "data.npz", **arrays)
    return str(path / "data.npz")


def npy(path: Path, values: Any) -> str:
    np.save(path / "data.npy", values)
    return str(path / "data.npy")


def refused(choice: DataChoice, *specs: InputSpec) -> str:
    with pytest.raises(DataError) as caught:
        open_samples(choice, specs or (IMAGE,))
    return str(caught.value)


@pytest.mark.parametrize("compressed", [True, False])
def test_the_first_array_feeds_a_single_input(tmp_path: Path, compressed: bool):
    samples = open_samples(DataChoice(npz(tmp_path, compressed, a=X, b=X + 1), samples=0), (IMAGE,))
    assert np.array_equal(samples.arrays["image"], X)
    assert samples.description == "50 of 50 samples of a in data.npz"
    assert samples.ranges["image"] == (X.min(), X.max())
    assert samples.valid_for_accuracy and len(samples) == samples.total == 50


@pytest.mark.parametrize("name", ["image", "serving_default_image:0"])
def test_an_array_called_as_the_input_comes_before_the_first(tmp_path: Path, name: str):
    samples = open_samples(DataChoice(npz(tmp_path, **{"a": X, name: X + 1}), samples=0), (IMAGE,))
    assert np.array_equal(samples.arrays["image"], X + 1)


@pytest.mark.parametrize("given", ["image", "", "serving_default_image:0"])
def test_an_array_is_chosen_by_name(tmp_path: Path, given: str):
    choice = DataChoice(npz(tmp_path, a=X, b=X + 1), ((given, "b"),), samples=0)
    assert np.array_equal(open_samples(choice, (IMAGE,)).arrays["image"], X + 1)


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("verified", [1 << 28, 0])
@pytest.mark.parametrize("samples", [1, 7, 49, 50, 51])
def test_fewer_samples_are_drawn_with_the_seed(
    tmp_path: Path, samples: int, compressed: bool, verified: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("inspector.datasets.numpy_files._VERIFIED", verified)  # larger ones are not read to the end
    path = npz(tmp_path, compressed, x=X)
    found = open_samples(DataChoice(path, samples=samples, seed=3), (IMAGE,))
    count = min(samples, 50)
    assert np.array_equal(found.arrays["image"], X[chosen_rows(50, samples, 3)])
    assert found.count == count and found.total == 50
    plain = np.sort(np.random.default_rng(3).choice(50, count, replace=False))
    assert np.array_equal(chosen_rows(50, samples, 3), plain)
    other = open_samples(DataChoice(path, samples=samples, seed=4), (IMAGE,))
    assert np.array_equal(found.arrays["image"], other.arrays["image"]) == (count == 50)


def test_samples_come_one_by_one_in_the_shape_of_the_input(tmp_path: Path):
    samples = open_samples(DataChoice(npy(tmp_path, X), samples=0), (IMAGE,))
    fed = list(samples)
    assert len(fed) == 50
    assert np.array_equal(fed[7]["image"], X[7:8])
    assert fed[7]["image"].dtype == np.float32
    with pytest.raises(ValueError, match="read-only"):
        fed[7]["image"][:] = 0


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("kind", ["npy", "stored", "compressed", "large"])
def test_arrays_stored_by_columns_and_the_other_byte_order_are_the_same(
    tmp_path: Path, kind: str, order: Any, monkeypatch: pytest.MonkeyPatch
):
    if kind == "large":
        monkeypatch.setattr("inspector.datasets.numpy_files._VERIFIED", 0)
        monkeypatch.setattr("inspector.datasets.numpy_files._MAPPED", 0)
    values = np.asarray(X.astype(">f8"), order=order)
    path = npy(tmp_path, values) if kind == "npy" else npz(tmp_path, kind == "compressed", x=values)
    for count in (0, 9):
        found = open_samples(DataChoice(path, samples=count), (IMAGE,))
        assert np.array_equal(found.arrays["image"], X[chosen_rows(50, count, 0)])
        assert found.arrays["image"].dtype == np.dtype("<f4")


def test_a_large_npy_of_the_right_type_is_mapped_and_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("inspector.datasets.numpy_files._MAPPED", 1000)
    samples = open_samples(DataChoice(npy(tmp_path, X), samples=0), (IMAGE,))
    base: Any = samples.arrays["image"]
    while base.base is not None and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)


@pytest.mark.parametrize(
    ("shape", "note"),
    [
        ((50, 8, 8), "data [50, 8, 8] is read as [50, 8, 8, 1]."),
        ((50, 1, 8, 8, 1), "data [50, 1, 8, 8, 1] is read as [50, 8, 8, 1]."),
    ],
)
def test_dimensions_of_size_1_may_be_missing_or_too_many(tmp_path: Path, shape: tuple[int, ...], note: str):
    samples = open_samples(DataChoice(npy(tmp_path, X.reshape(shape)), samples=0), (IMAGE,))
    assert np.array_equal(samples.arrays["image"], X)
    assert [each.text for each in samples.notices] == [note]


@pytest.mark.parametrize("shape", [(8, 8, 1), (8, 8)])
def test_an_array_of_one_sample_is_taken_as_that(tmp_path: Path, shape: tuple[int, ...]):
    samples = open_samples(DataChoice(npy(tmp_path, X[0].reshape(shape))), (IMAGE,))
    assert np.array_equal(samples.arrays["image"], X[:1])
    assert "is taken as one sample" in samples.notices[0].text


def test_a_fixed_batch_of_4_takes_four_rows_a_sample(tmp_path: Path):
    spec = InputSpec("x", (4, 3), "FLOAT32")
    values = np.arange(30, dtype=np.float32).reshape(10, 3)
    samples = open_samples(DataChoice(npy(tmp_path, values), samples=0), (spec,))
    assert samples.count == 2
    assert [each["x"].tolist() for each in samples] == [values[:4].tolist(), values[4:8].tolist()]
    whole = open_samples(DataChoice(npy(tmp_path, values[:8].reshape(2, 4, 3)), samples=0), (spec,))
    assert [each["x"].tolist() for each in whole] == [values[:4].tolist(), values[4:8].tolist()]


def test_an_input_without_a_batch_dimension_gets_its_own_shape(tmp_path: Path):
    spec = InputSpec("audio", (16,), "FLOAT32")
    values = np.random.default_rng(0).random((5, 16), np.float32)
    samples = open_samples(DataChoice(npy(tmp_path, values), samples=0), (spec,))
    assert [each["audio"].shape for each in samples] == [(16,)] * 5


def test_a_dynamic_dimension_takes_what_there_is(tmp_path: Path):
    spec = InputSpec("text", (-1, -1), "INT32")
    samples = open_samples(DataChoice(npy(tmp_path, np.ones((5, 17), np.int64)), samples=0), (spec,))
    assert samples.sample(0)["text"].shape == (1, 17)
    assert samples.sample(0)["text"].dtype == np.int32


def test_several_inputs_are_fed_by_name_in_the_models_order(tmp_path: Path):
    right, left = InputSpec("right", (1, 2), "FLOAT32"), InputSpec("left", (1, 3), "INT32")
    path = npz(tmp_path, left=np.arange(12).reshape(4, 3), right=np.arange(8.0).reshape(4, 2), z=np.zeros(3))
    samples = open_samples(DataChoice(path, samples=2, seed=1), (right, left))
    rows = chosen_rows(4, 2, 1)
    assert list(samples.sample(0)) == ["right", "left"]
    assert samples.sample(1)["left"].tolist() == [[rows[1] * 3, rows[1] * 3 + 1, rows[1] * 3 + 2]]
    assert samples.sample(1)["right"].tolist() == [[rows[1] * 2.0, rows[1] * 2.0 + 1]]
    chosen = DataChoice(path, (("right", "right"), ("left", "left")))
    assert open_samples(chosen, (right, left)).count == 4


def test_the_hash_is_of_the_samples_and_not_of_the_file(tmp_path: Path):
    hashes = set()
    for compressed in (True, False):
        hashes.add(open_samples(DataChoice(npz(tmp_path, compressed, x=X), samples=9), (IMAGE,)).sha256())
    assert len(hashes) == 1
    assert open_samples(DataChoice(npz(tmp_path, x=X), samples=9, seed=1), (IMAGE,)).sha256() not in hashes


def test_a_wrong_shape_is_said_with_both_shapes(tmp_path: Path):
    text = refused(DataChoice(npy(tmp_path, np.zeros((100, 28, 28), np.uint8))))
    assert text == ("data is uint8 [100, 28, 28]; the input image wants samples of [8, 8, 1] FLOAT32, so [n, 8, 8, 1].")


def test_an_array_of_the_same_file_that_would_fit_is_named(tmp_path: Path):
    text = refused(DataChoice(npz(tmp_path, labels=np.arange(50), pictures=X)))
    assert text.startswith("labels is int64 [50]; the input image wants")
    assert text.endswith("pictures of the same file would fit.")


@pytest.mark.parametrize(
    ("values", "type_", "said"),
    [
        (np.zeros((3, 2)), "INT32", "data is float64 [3, 2]; the input x wants INT32, whole numbers."),
        (np.zeros((3, 2), complex), "FLOAT32", "data is complex128 [3, 2]; the input x wants FLOAT32."),
        (np.full((3, 2), 300), "UINT8", "data holds values from 300 to 300; the input x takes UINT8, 0 to 255."),
        (np.full((3, 2), -1), "BOOL", "data holds values from -1 to -1; the input x takes BOOL, 0 to 1."),
        (np.full((3, 2), 1e39), "FLOAT32", "data holds values up to 1e+39: too large for FLOAT32."),
        (np.zeros((3, 2)), "STRING", "The input x takes STRING; samples can only be numbers."),
        (np.full((3, 2), "a"), "FLOAT32", "data.npy holds text; it must hold numbers."),
        (np.zeros((3, 2), "M8[s]"), "FLOAT32", "data.npy holds dates; it must hold numbers."),
        (np.zeros((3, 2), "f4,i4"), "FLOAT32", "data.npy holds records or a type of its own; it must hold numbers."),
        (np.zeros((0, 2)), "FLOAT32", "data is empty: its shape is [0, 2]."),
    ],
)
def test_a_wrong_type_is_said_with_both_types(tmp_path: Path, values: Any, type_: str, said: str):
    assert refused(DataChoice(npy(tmp_path, values)), InputSpec("x", (1, 2), type_)) == said


@pytest.mark.parametrize(("bad", "what"), [(np.nan, "NaN"), (np.inf, "infinity"), (-np.inf, "infinity")])
def test_nan_is_said_with_the_sample_it_is_in(tmp_path: Path, bad: float, what: str):
    values = X.copy()
    values[17, 3, 3] = bad
    values[40, 3, 3] = bad
    assert refused(DataChoice(npy(tmp_path, values), samples=0)).startswith(
        f"data holds {what}, first in sample 17. Ranges can't be found from it"
    )
    rows = chosen_rows(50, 45, 0)
    text = refused(DataChoice(npz(tmp_path, x=values), samples=45))
    assert f"first in sample {min({17, 40} & set(rows.tolist()))}." in text


def test_missing_arrays_and_inputs_are_named(tmp_path: Path):
    path = npz(tmp_path, a=X, b=X)
    assert refused(DataChoice(path, (("", "c"),))) == 'data.npz has no array "c". It has: a, b.'
    assert refused(DataChoice(path, (("c", "a"),))) == 'The model has no input "c". It has: image.'
    two = (IMAGE, InputSpec("other", (1, 2), "FLOAT32"))
    assert refused(DataChoice(path), *two) == (
        "data.npz has no array named as the input image. It has: a, b. Choose one."
    )
    assert refused(DataChoice(path, (("", "a"),)), *two) == (
        "The model has 2 inputs (image, other): say which array is for which."
    )


def test_inputs_with_different_numbers_of_samples_are_refused(tmp_path: Path):
    path = npz(tmp_path, image=X, other=np.zeros((49, 2), np.float32))
    assert refused(DataChoice(path), IMAGE, InputSpec("other", (1, 2), "FLOAT32")) == (
        "image has 50 samples for the input image, but other has 49 for other. Every input needs as many."
    )


def test_a_model_without_inputs_is_refused(tmp_path: Path):
    with pytest.raises(DataError, match="no inputs"):
        open_samples(DataChoice(npy(tmp_path, X)), ())


def test_too_many_bytes_at_once_ask_for_fewer_samples(tmp_path: Path):
    path = tmp_path / "big.npy"
    count = MOST_BYTES // (64 * 1024) + 1
    np.lib.format.open_memmap(path, "w+", np.uint8, (count, 256, 256))  # a hole in the file: takes no disk
    spec = InputSpec("x", (1, 256, 256), "FLOAT32")
    text = refused(DataChoice(str(path), samples=0), spec)
    assert "at most 1.00 GB are held at once. Choose fewer samples." in text
    assert open_samples(DataChoice(str(path), samples=5), (spec,)).count == 5


def test_reading_can_be_stopped(tmp_path: Path):
    arrays = npz_arrays(Path(npz(tmp_path, x=X)))

    def stop(_fraction: float | None, _message: str) -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        array_samples(DataChoice("data.npz", samples=5), arrays, (IMAGE,), "data.npz", stop)
