"""Labels belong to the samples that were taken, and wrong ones are told."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.datasets.choice import DataChoice
from inspector.datasets.input_spec import InputSpec
from inspector.datasets.labels import label_names, label_partner, read_labels
from inspector.datasets.opening import open_samples
from inspector.errors import DataError
from tests.conftest import SAMPLES

SPEC = InputSpec("x", (1, 2), "FLOAT32")


def npz(folder: Path, **arrays: Any) -> str:
    path = folder / "data.npz"
    np.savez(path, **arrays)
    return str(path)


def labels(choice: DataChoice) -> Any:
    return read_labels(choice, open_samples(choice, [SPEC]))


def test_labels_are_drawn_with_their_samples(tmp_path: Path) -> None:
    x = np.arange(40, dtype=np.float32).reshape(20, 2)
    path = npz(tmp_path, x=x, y=np.arange(20, dtype=np.uint8))
    choice = DataChoice(path, samples=7, seed=3, labels="y")
    samples = open_samples(choice, [SPEC])
    found = read_labels(choice, samples)
    assert found is not None and found.dtype == np.int64 and not found.flags.writeable
    assert np.array_equal(samples.arrays["x"][:, 0], found * 2)
    assert read_labels(DataChoice(path), samples) is None


def test_a_column_of_labels_is_left_out_of_the_inputs_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("a,activity,b\n" + "".join(f"{n},{n % 3},{n + 0.5}\n" for n in range(9)))
    choice = DataChoice(str(path), samples=5, labels="activity")
    samples = open_samples(choice, [SPEC])
    found = read_labels(choice, samples)
    assert found is not None
    assert np.array_equal(samples.arrays["x"][:, 0] % 3, found)
    assert np.array_equal(samples.arrays["x"][:, 1], samples.arrays["x"][:, 0] + 0.5)


def test_rows_of_classes_stay_rows_and_a_column_becomes_numbers(tmp_path: Path) -> None:
    x = np.zeros((4, 2), np.float32)
    path = npz(tmp_path, x=x, hot=np.eye(4, dtype=np.float32), column=np.arange(4.0)[:, None])
    assert labels(DataChoice(path, (("", "x"),), labels="hot")).shape == (4, 4)
    assert labels(DataChoice(path, (("", "x"),), labels="column")).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("z", 'has no array "z" with labels. It has: x, short'),
        ("short", r"is \[3\]; labels are one number or name, or one row of classes, for each of 4 samples"),
        ("half", "holds other numbers than classes"),
        ("nan", "NaN or infinity among the labels"),
        ("minus", "holds other numbers than classes"),
    ],
)
def test_what_can_not_be_labels_is_told(tmp_path: Path, name: str, sentence: str) -> None:
    path = npz(
        tmp_path, x=np.zeros((4, 2), np.float32), short=np.arange(3),
        half=np.array([0.5, 1, 2, 3]), nan=np.array([0, np.nan, 1, 1]), minus=np.array([-1, 0, 1, 2]),
    )  # fmt: skip
    with pytest.raises(DataError, match=sentence):
        labels(DataChoice(path, (("", "x"),), labels=name))


def test_only_files_with_names_have_labels(tmp_path: Path) -> None:
    path = tmp_path / "x.npy"
    np.save(path, np.zeros((4, 2), np.float32))
    with pytest.raises(DataError, match=r"x.npy has no labels: they are an array of a .npz, a column of a .csv, or f"):
        labels(DataChoice(str(path), labels="y"))


def test_likely_labels_come_first_and_belong_to_their_samples() -> None:
    names = label_names(str(SAMPLES / "digits.npz"))
    assert set(names[:2]) == {"y_calibration", "y_test"}
    assert label_partner("x_test", names) == "y_test" and label_partner("x_calibration", names) == "y_calibration"
    assert label_partner("signals", ("label", "signals")) == "label" and label_partner("signals", ("other",)) == ""
