"""Values as .npy and .csv: read back by numpy, they are the same."""

import os
import warnings
from pathlib import Path

import numpy as np
import pytest

from inspector.errors import Cancelled, ExportError
from inspector.export.array_file import csv_pieces, npy_pieces, save_array

RNG = np.random.default_rng(0)
ARRAYS = {
    "scalar": np.asarray(np.float32(3.5)),
    "int8 vector": np.arange(-5, 5, dtype=np.int8),
    "float32 matrix": RNG.normal(size=(3, 4)).astype(np.float32),
    "float16, three dimensions": RNG.normal(size=(2, 3, 4)).astype(np.float16),
    "float64 that needs 17 digits": np.array([[0.1 + 0.2, 1 / 3, 1e300]]),
    "float32 at its limits": np.array([3.4028235e38, 1e-45, -0.0, np.nan, np.inf, -np.inf], np.float32),
    "int64 kernel turned": RNG.integers(-9, 9, (3, 3, 2, 4)).astype("<i8").transpose(3, 0, 1, 2),
    "uint64": np.array([2**64 - 1], np.uint64),
    "truth values": np.array([[True, False]]),
    "complex": np.array([1 + 2j, -0.5j], np.complex64),
    "nothing": np.zeros((0, 3), np.float32),
    "nothing in lines": np.zeros((2, 0), np.float32),
    "many lines": RNG.normal(size=(70_000, 2)).astype(np.float32),
}


@pytest.mark.parametrize("array", ARRAYS.values(), ids=ARRAYS.keys())
def test_npy_reads_back(tmp_path: Path, array: np.ndarray) -> None:
    path = save_array(tmp_path / "values.npy", array)
    read = np.load(path)
    assert read.dtype == array.dtype and read.shape == array.shape
    assert read.tobytes() == np.ascontiguousarray(array).tobytes()


@pytest.mark.parametrize("array", ARRAYS.values(), ids=ARRAYS.keys())
def test_csv_reads_back(tmp_path: Path, array: np.ndarray) -> None:
    path = save_array(tmp_path / "values.csv", array)
    dtype = np.uint8 if array.dtype == np.bool_ else array.dtype
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numpy warns of an empty file
        read = np.loadtxt(path, delimiter=",", dtype=dtype, ndmin=2)
    if array.ndim > 2:
        indices, read = read[:, : array.ndim - 1].astype(int), read[:, array.ndim - 1 :]
        assert indices.tolist() == [list(index) for index in np.ndindex(array.shape[:-1])]
    if array.size:
        assert read.astype(dtype).tobytes() == np.ascontiguousarray(array).tobytes()


def test_csv_is_laid_out_as_documented() -> None:
    def text(array: np.ndarray) -> str:
        return b"".join(csv_pieces(array)).decode()

    assert text(np.asarray(np.float32(0.1))) == "0.1\n"
    assert text(np.array([1, 2], np.int8)) == "1\n2\n"
    assert text(np.array([[1, 2], [3, 4]], np.int8)) == "1,2\n3,4\n"
    assert text(np.arange(4, dtype=np.int8).reshape(2, 1, 2)) == (
        "# shape 2x1x2: dim_0,dim_1, then the 2 values of the last dimension\n0,0,0,1\n1,0,2,3\n"
    )


def test_another_suffix_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"end in \.npy or \.csv"):
        save_array(tmp_path / "values.xlsx", np.zeros(3))
    with pytest.raises(ExportError, match="no numbers"):
        save_array(tmp_path / "values.npy", np.array(["a", None], object))
    assert os.listdir(tmp_path) == []


def test_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    path = tmp_path / "VALUES.NPY"
    save_array(path, np.zeros(3))
    with pytest.raises(ExportError, match="exists already"):
        save_array(path, np.ones(3))
    save_array(path, np.ones(3), overwrite=True)
    assert np.load(path).tolist() == [1, 1, 1]


@pytest.mark.parametrize("suffix", ["npy", "csv"])
def test_a_long_save_says_how_far_it_is_and_can_be_cancelled(tmp_path: Path, suffix: str) -> None:
    def progress(fraction: float | None, message: str) -> None:
        assert fraction is not None and 0 <= fraction <= 1 and message.startswith("Writing")
        if fraction:
            raise Cancelled("Cancelled.")

    array = np.zeros(5 << 20, np.int8)
    with pytest.raises(Cancelled):
        save_array(tmp_path / f"values.{suffix}", array, progress=progress)
    assert os.listdir(tmp_path) == []


def test_npy_pieces_are_small() -> None:
    pieces = list(npy_pieces(np.zeros(10 << 20, np.int8)))
    assert max(map(len, pieces)) <= 4 << 20
