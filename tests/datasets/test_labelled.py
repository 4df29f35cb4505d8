"""Evaluation data with labels: which arrays, columns and folders are taken, and what classes are called."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inspector.datasets import DataChoice, InputSpec, open_samples
from inspector.datasets.labelled import labelled_choice, names_of, read_names
from inspector.datasets.labels import read_labels
from inspector.errors import DataError

IMAGE, ROW = InputSpec("image", (1, 4, 6, 1), "FLOAT32"), InputSpec("row", (1, 2), "FLOAT32")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for number in range(9):
        place = tmp_path / "photos" / ("cat", "ant", "dog")[number % 3]
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((4, 6), 10 * number, np.uint8)).save(place / f"{number}.png")
    return tmp_path / "photos"


def npz(folder: Path, **arrays: np.ndarray) -> str:
    path = folder / "data.npz"
    np.savez(path, **arrays)
    return str(path)


def pixels(choice: DataChoice) -> tuple[list[int], list[int]]:
    """(number of the image, label) of each sample."""
    samples = open_samples(choice, (IMAGE,))
    labels = read_labels(choice, samples)
    assert labels is not None
    return np.rint(samples.arrays["image"][:, 0, 0, 0] * 25.5).astype(int).tolist(), labels.tolist()


def test_each_folder_of_images_is_a_class_in_the_order_of_their_names(photos: Path) -> None:
    chosen = labelled_choice(DataChoice(str(photos), samples=0), (IMAGE,))
    assert chosen.labels == "folders"
    numbers, labels = pixels(chosen)
    assert labels == [(1, 0, 2)[number % 3] for number in numbers] and sorted(numbers) == list(range(9))


def test_drawn_images_and_those_read_in_the_place_of_damaged_ones_keep_their_class(photos: Path) -> None:
    for number in (0, 1, 2):
        (photos / ("cat", "ant", "dog")[number] / f"{number}.png").write_bytes(b"no image")
    numbers, labels = pixels(DataChoice(str(photos), samples=6, labels="folders", seed=2))
    assert sorted(numbers) == [3, 4, 5, 6, 7, 8] and labels == [(1, 0, 2)[number % 3] for number in numbers]


def test_given_names_give_the_folders_their_order(photos: Path) -> None:
    choice = DataChoice(str(photos), samples=0, labels="folders")
    samples = open_samples(choice, (IMAGE,))
    labels = read_labels(choice, samples, names=("dog", "cow", "cat", "ant"))
    assert labels is not None and labels.tolist() == [3] * 3 + [2] * 3 + [0] * 3


def test_an_image_outside_of_the_folders_is_told(photos: Path) -> None:
    Image.fromarray(np.zeros((4, 6), np.uint8)).save(photos / "stray.png")
    choice = DataChoice(str(photos), samples=0, labels="folders")
    with pytest.raises(DataError, match=r"stray.png is in no folder of photos"):
        read_labels(choice, open_samples(choice, (IMAGE,)))
    with pytest.raises(DataError, match='The labels of a folder of images are "folders"'):
        read_labels(DataChoice(str(photos), labels="y"), open_samples(choice, (IMAGE,)))


@pytest.mark.parametrize(
    ("names", "given", "array", "labels"),
    [
        (("x", "y"), {}, "x", "y"),
        (("x_train", "y_train", "x_test", "y_test"), {}, "x_test", "y_test"),
        (("x_test", "y_test", "x_train", "y_train"), {"labels": "y_train"}, "x_train", "y_train"),
        (("x_test", "y_test", "x_train", "y_train"), {"arrays": (("", "x_train"),)}, "x_train", "y_train"),
        (("signals", "answers"), {"labels": "answers"}, "signals", "answers"),
        (("y", "images", "labels"), {"arrays": (("", "images"),), "labels": "y"}, "images", "y"),
    ],
)
def test_arrays_and_labels_go_by_their_names(
    tmp_path: Path, names: tuple[str, ...], given: dict[str, object], array: str, labels: str
) -> None:
    path = npz(tmp_path, **{name: np.zeros((4, 2)) if name[0] in "xsi" else np.zeros(4, int) for name in names})
    chosen = labelled_choice(DataChoice(path, **given), (ROW,))  # type: ignore[arg-type]
    assert chosen.arrays == (("", array),) and chosen.labels == labels


def test_labels_stand_beside_the_arrays_of_several_inputs(tmp_path: Path) -> None:
    path = npz(tmp_path, row=np.zeros((4, 2)), y=np.zeros((4, 2)), label=np.zeros(4, int))
    others = (ROW, InputSpec("y", (1, 2), "FLOAT32"))
    assert labelled_choice(DataChoice(path), others) == DataChoice(path, labels="label")


def test_none_leaves_the_labels_out(tmp_path: Path) -> None:
    path = npz(tmp_path, x=np.zeros((4, 2)), y=np.zeros(4, int))
    assert labelled_choice(DataChoice(path, labels="none"), (ROW,)).labels == ""
    assert labelled_choice(DataChoice("random"), (ROW,)) == DataChoice("random")


def test_the_column_called_label_holds_the_labels_and_is_no_input(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("a,b,label\n1,2,0\n3,4,1\n5,6,1\n")
    chosen = labelled_choice(DataChoice(str(path), samples=0), (ROW,))
    samples = open_samples(chosen, (ROW,))
    labels = read_labels(chosen, samples)
    assert chosen.labels == "label" and labels is not None and labels.tolist() == [0, 1, 1]
    assert samples.arrays["row"].tolist() == [[1, 2], [3, 4], [5, 6]]


def test_numbers_of_any_shape_are_labels_where_they_are_asked_for(tmp_path: Path) -> None:
    path = npz(tmp_path, x=np.zeros((3, 2)), one=np.array([-0.5, 1, 2]), whole=np.array([-4.0, 1, 2]),
               image=np.zeros((3, 2, 2)), nan=np.array([1, np.nan, 2]))  # fmt: skip
    choice = DataChoice(path, (("", "x"),), samples=0)
    samples = open_samples(choice, (ROW,))

    def labels(name: str) -> np.ndarray:
        found = read_labels(DataChoice(path, choice.arrays, samples=0, labels=name), samples, numbers=True)
        assert found is not None
        return found

    assert labels("one").tolist() == [-0.5, 1, 2] and labels("whole").dtype == np.int64
    assert labels("image").shape == (3, 2, 2)
    with pytest.raises(DataError, match="NaN or infinity among the labels"):
        labels("nan")


def test_label_files_give_names_with_or_without_numbers(tmp_path: Path) -> None:
    assert names_of("cat\n\n dog \n") == ("cat", "dog")
    assert names_of("0 cat\n1 big dog\n") == ("cat", "big dog") and names_of("0: cat\n1: dog") == ("cat", "dog")
    assert names_of("3 cats\n1 dog\n") == ("3 cats", "1 dog")
    path = tmp_path / "labels.txt"
    path.write_bytes(b"\xef\xbb\xbfcat\r\ndog\r\n")
    assert read_names(str(path)) == ("cat", "dog")
    path.write_bytes(b"\xff\xfe\0")
    with pytest.raises(DataError, match="no UTF-8 text"):
        read_names(str(path))
    with pytest.raises(DataError, match=r"missing.txt can't be read: No such file"):
        read_names(str(tmp_path / "missing.txt"))
