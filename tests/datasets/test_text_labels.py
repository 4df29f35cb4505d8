"""Labels that are words, and labels in several columns: what they become, in which order, and what is refused."""

from pathlib import Path

import numpy as np
import pytest

from inspector.datasets import DataChoice, InputSpec, open_samples
from inspector.datasets.label_columns import label_columns, likely_columns, short_names
from inspector.datasets.labelled import labelled_choice
from inspector.datasets.labels import Labels, find_labels, label_names
from inspector.errors import DataError

ROW = InputSpec("row", (1, 2), "FLOAT32")
MOVES = 'a,b,activity\n1,2,walk\n3,4,run\n5,6,walk\n7,8,"sit, down"\n'


def table(folder: Path, text: str) -> str:
    path = folder / "rows.csv"
    path.write_text(text)
    return str(path)


def found(choice: DataChoice, names: tuple[str, ...] = ()) -> Labels:
    labels = find_labels(choice, open_samples(choice, (ROW,)), numbers=True, names=names)
    assert labels is not None
    return labels


def test_words_of_a_column_become_numbers_in_their_sorted_order_which_is_said(tmp_path: Path) -> None:
    chosen = labelled_choice(DataChoice(table(tmp_path, MOVES), samples=0), (ROW,))
    assert chosen.labels == "activity", "the only column of words"
    labels = found(chosen)
    assert labels.values.tolist() == [2, 0, 2, 1] and labels.values.dtype == np.int64
    assert labels.names == ("run", "sit, down", "walk") and labels.sorted_names
    assert labels.note == "The labels in activity in rows.csv are words, sorted: 0 run, 1 sit, down, 2 walk."
    assert open_samples(chosen, (ROW,)).arrays["row"].tolist() == [[1, 2], [3, 4], [5, 6], [7, 8]]


def test_given_names_decide_the_order_and_a_word_of_none_of_them_is_told(tmp_path: Path) -> None:
    choice = DataChoice(table(tmp_path, MOVES), samples=0, labels="activity")
    labels = found(choice, ("walk", "Run", "fall", "sit, down"))
    assert labels.values.tolist() == [0, 1, 0, 3] and not labels.sorted_names
    assert "in the order of the given names: 0 walk, 1 Run" in labels.note
    with pytest.raises(DataError, match=r'^Row 4 of activity in rows.csv has the label "sit, down", which is none'):
        found(choice, ("walk", "run"))


def test_the_numbers_of_words_do_not_change_with_the_samples_that_are_drawn(tmp_path: Path) -> None:
    text = "a,b,kind\n" + "".join(f"{n},{n},{'abc'[n % 3]}\n" for n in range(60))
    choice = DataChoice(table(tmp_path, text), samples=4, seed=1, labels="kind")
    numbers = open_samples(choice, (ROW,)).arrays["row"][:, 0] % 3
    assert found(choice).values.tolist() == numbers.tolist() and found(choice).names == ("a", "b", "c")


def test_a_row_without_its_word_is_told(tmp_path: Path) -> None:
    choice = DataChoice(table(tmp_path, "a,b,kind\n1,2,x\n3,4,\n5,6,y\n"), samples=0, labels="kind")
    with pytest.raises(DataError, match=r"^Row 2 of kind in rows.csv has no label\.$"):
        found(choice)
    choice = DataChoice(table(tmp_path, "a,b,y\n1,2,1\n3,4,\n"), samples=0, labels="y")
    with pytest.raises(DataError, match=r"^Row 2 of y in rows.csv has no label\.$"):
        found(choice)


@pytest.mark.parametrize(
    ("header", "labels", "names"),
    [
        ("a,b,label_walk,label_run,label_sit", "", ("walk", "run", "sit")),
        ("a,b,walk,run,sit", "walk,run,sit", ("walk", "run", "sit")),
        ("a,b,y_0,y_1,y_2", "y", ("0", "1", "2")),
        ("a,b,y[0],y[1],y[2]", "", ("0", "1", "2")),
    ],
)
def test_several_columns_are_several_labels_a_sample(
    tmp_path: Path, header: str, labels: str, names: tuple[str, ...]
) -> None:
    path = table(tmp_path, f"{header}\n1,2,0,1,1\n3,4,1,0,0\n")
    chosen = labelled_choice(DataChoice(path, samples=0, labels=labels), (ROW,))
    read = found(chosen)
    assert read.values.tolist() == [[0, 1, 1], [1, 0, 0]] and read.names == names
    assert open_samples(chosen, (ROW,)).arrays["row"].tolist() == [[1, 2], [3, 4]]


def test_a_table_of_labelled_rows_calibrates_without_a_word_about_labels(tmp_path: Path) -> None:
    samples = open_samples(DataChoice(table(tmp_path, MOVES)), (ROW,))
    assert samples.count == 4 and samples.notices[0].text == 'The column "activity" is left out.'
    path = table(tmp_path, "id,a,b,label_x,label_y\n0,1,2,0,1\n1,3,4,1,0\n")
    samples = open_samples(DataChoice(path), (ROW,))
    assert samples.arrays["row"].tolist() == [[1, 2], [3, 4]]
    assert samples.notices[0].text == 'The columns "id", "label_x", "label_y" are left out.'


def test_columns_are_offered_likely_labels_first(tmp_path: Path) -> None:
    assert label_names(table(tmp_path, MOVES)) == ("activity", "a", "b")
    path = table(tmp_path, "label_x,a,label_y\n0,1,1\n")
    assert label_names(path) == ("label_x,label_y", "label_x", "a", "label_y")


def test_columns_by_name() -> None:
    header = ("x", "walk,run", "y_10", "y_2", "label")
    assert label_columns(header, "walk,run") == [1] and label_columns(header, "y") == [3, 2]
    assert label_columns(header, "x,label") == [0, 4] and label_columns(header, "x,z") == []
    assert likely_columns(header) == [4] and likely_columns(("label_a",)) == []
    assert short_names(("label_a", "b")) == ("a", "b") and short_names(("y_1", "label_1")) == ("y_1", "label_1")


def test_words_in_a_npz_are_labels_too_and_names_may_stand_beside_them(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    x = np.zeros((4, 2), np.float32)
    np.savez(path, x=x, y=np.array(["b", "a", "b", "c"]), z=np.array([[b"2"], [b"10"], [b"2"], [b"0"]]))
    choice = DataChoice(str(path), samples=0, labels="y")
    assert found(choice).values.tolist() == [1, 0, 1, 2] and found(choice).names == ("a", "b", "c")
    numbers = found(DataChoice(str(path), samples=0, labels="z"))
    assert numbers.values.tolist() == [2, 10, 2, 0] and not numbers.names, "digits that are written as words"
    np.savez(path, x=x, y=np.array([1, 0, 1, 2]), target_names=np.array(["zero", "one", "two"]))
    assert found(choice).names == ("zero", "one", "two") and not found(choice).note
    np.savez(path, x=x, y=np.array(["two", "one", "two", "zero"]), target_names=np.array(["zero", "one", "two"]))
    assert found(choice).values.tolist() == [2, 1, 2, 0]


def test_words_are_no_samples(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    np.savez(path, x=np.array(["a", "b"]))
    with pytest.raises(DataError, match=r"x in data.npz holds text; it must hold numbers"):
        open_samples(DataChoice(str(path)), (ROW,))
