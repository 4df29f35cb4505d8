"""Samples from text files of numbers: headers, delimiters, columns, and what is wrong where."""

from pathlib import Path

import numpy as np
import pytest

from inspector.datasets import DataChoice, InputSpec, describe, open_samples
from inspector.datasets.csv_file import read_layout, read_rows
from inspector.datasets.selection import chosen_rows
from inspector.datasets.sources import no_progress
from inspector.errors import Cancelled, DataError

SPEC = InputSpec("x", (-1, 2, 2), "FLOAT32")
ROWS = np.arange(40, dtype=np.float64).reshape(10, 4) / 8


def text(rows: np.ndarray, delimiter: str = ",") -> str:
    return "\n".join(delimiter.join(map(str, row)) for row in rows.tolist())


def file(folder: Path, content: str | bytes, name: str = "data.csv") -> DataChoice:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return DataChoice(str(folder / name), samples=0)


def refused(choice: DataChoice, *specs: InputSpec) -> str:
    with pytest.raises(DataError) as caught:
        open_samples(choice, specs or (SPEC,))
    return str(caught.value)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", " ", ", "])
@pytest.mark.parametrize("header", ["", "a,b,c,d\n"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
def test_one_sample_a_line_whatever_the_delimiter(tmp_path: Path, delimiter: str, header: str, ending: str):
    content = header.replace(",", delimiter) + text(ROWS, delimiter)
    samples = open_samples(file(tmp_path, content.replace("\n", ending or "\n") + ending), (SPEC,))
    assert np.array_equal(samples.arrays["x"], ROWS.reshape(10, 2, 2).astype(np.float32))
    assert samples.arrays["x"].dtype == np.float32
    assert samples.description == "10 of 10 rows of data.csv"


def test_rows_are_drawn_with_the_seed(tmp_path: Path):
    path = file(tmp_path, "\n\na,b,c,d\n\n" + text(ROWS).replace("\n", "\n\n")).path
    samples = open_samples(DataChoice(path, samples=3, seed=5), (SPEC,))
    assert np.array_equal(samples.arrays["x"].reshape(3, 4), ROWS[chosen_rows(10, 3, 5)])
    assert samples.total == 10


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff1,2,3,4\n",
        '"1","2","3","4"',
        "1e0,+2,3.,4.0",
        "1,0;2,0;3,0;4,0",
        '"a","b, c","d","e"\n1,2,3,4',
        " 1 2 3 4 ",
    ],
)
def test_the_ways_programs_write_numbers_are_read(tmp_path: Path, content: str):
    assert open_samples(file(tmp_path, content), (SPEC,)).arrays["x"].ravel().tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("header", ["label,a,b,c,d", "a,b,c,d,Label", ",a,b,c,d", "Unnamed: 0,a,b,c,d", "a,b,c,d,y"])
def test_a_label_or_an_index_beside_the_values_is_left_out(tmp_path: Path, header: str):
    first = header.split(",")[0].lower() in ("label", "", "unnamed: 0")
    rows = np.insert(ROWS, 0 if first else 4, 7, axis=1)
    samples = open_samples(file(tmp_path, f"{header}\n{text(rows)}"), (SPEC,))
    assert np.array_equal(samples.arrays["x"].reshape(10, 4), ROWS)
    assert "is left out" in samples.notices[0].text


def test_columns_go_to_inputs_by_name_and_else_in_order(tmp_path: Path):
    left, right = InputSpec("left", (1, 1), "FLOAT32"), InputSpec("right", (1, 3), "FLOAT32")
    plain = open_samples(file(tmp_path, text(ROWS)), (left, right))
    assert np.array_equal(plain.arrays["left"], ROWS[:, :1])
    assert np.array_equal(plain.arrays["right"], ROWS[:, 1:])
    named = open_samples(file(tmp_path, "right_0,right_1,other,left,right_2\n" + "1,2,3,4,5"), (left, right))
    assert named.arrays["left"].tolist() == [[4]]
    assert named.arrays["right"].tolist() == [[1, 2, 5]]


def test_an_open_dimension_is_as_wide_as_the_lines(tmp_path: Path):
    samples = open_samples(file(tmp_path, text(ROWS)), (InputSpec("x", (-1, -1, 2), "FLOAT32"),))
    assert samples.arrays["x"].shape == (10, 2, 2)
    said = refused(file(tmp_path, text(ROWS)), InputSpec("x", (-1, -1, -1), "FLOAT32"))
    assert "[-1, -1, -1]" in said and "Use a .npz" in said


def test_whole_numbers_feed_an_integer_input_and_fractions_do_not(tmp_path: Path):
    spec = InputSpec("x", (1, 2), "INT32")
    samples = open_samples(file(tmp_path, "1,2\n3,4"), (spec,))
    assert samples.arrays["x"].dtype == np.int32
    assert refused(file(tmp_path, "1,2.5"), spec) == "data.csv holds fractions; the input x takes INT32, whole numbers."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("1,2,3\n4,5,6", "data.csv has 3 columns; the model takes 4 values a sample: x [2, 2] FLOAT32."),
        ("1,2,3,4,5", 'Is one of them the label? Leave it out, or call it "label" in the first line.'),
        ("1,2,3,4\n1,2,3", "Row 2 of data.csv has 3 columns; the first line has 4."),
        ("1,2,3,4\n1,2,x,4", 'Row 2 of data.csv has "x" in column 3, which is no number.'),
        ("1,2,3,4\n1,2,,4", "Row 2 of data.csv has nothing in column 3."),
        ("1,2,3,4\n1,nan,3,4", "data.csv holds NaN, first in sample 1."),
        ("1,2,3,4\n1,inf,3,4", "data.csv holds infinity, first in sample 1."),
        ("a,b,c,d\n", "data.csv has a line of column names, but no values below it."),
        ("\n \n", "data.csv holds no lines."),
        ("", "data.csv is empty (0 bytes)."),
        (b"1,2,3,4\n1,2,\xff,4", "Line 2 of data.csv is no UTF-8 text."),
        ("1,2,3,4".encode("utf-16"), "data.csv is no text of numbers: save it as CSV in UTF-8."),
        (b"\x00\x01\x02", "data.csv is no text of numbers"),
        ("1,2,3,4\n\x1b[31m,2,3,4", "\\x1b[31m"),
    ],
)
def test_what_is_wrong_is_said_with_its_row(tmp_path: Path, content: str | bytes, said: str):
    assert said in refused(file(tmp_path, content))


def test_a_wrong_row_is_counted_in_the_file_and_not_in_the_drawn_samples(tmp_path: Path):
    lines = ["1,2,3,4"] * 9000
    lines[6543] = "1,2,oops,4"
    assert 'Row 6,544 of data.csv has "oops"' in refused(file(tmp_path, "\n".join(lines)))


def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("inspector.datasets.csv_file._LONGEST_LINE", 1000)
    assert refused(file(tmp_path, "1," * 5000)) == "Line 1 of data.csv is longer than 1,000 B."


def test_arrays_can_not_be_chosen_in_a_csv(tmp_path: Path):
    choice = DataChoice(file(tmp_path, text(ROWS)).path, (("x", "a"),))
    assert refused(choice) == "Only a .npz has arrays to choose from, data.csv has not."


def test_a_csv_is_described_by_rows_and_columns(tmp_path: Path):
    described = describe(file(tmp_path, "a,b\n" + "1,2\n" * 7))
    assert (described.kind, described.count) == ("csv", 7)
    assert described.arrays[0].shape == (7, 2)
    assert described.summary == "7 rows of 2 columns"


def test_reading_tells_how_far_it_is_and_can_be_stopped(tmp_path: Path):
    path = file(tmp_path, text(np.tile(ROWS, (12_000, 1)))).path
    told = []
    open_samples(DataChoice(path, samples=10), (SPEC,), lambda fraction, message: told.append((fraction, message)))
    assert len(told) >= 2 and told[0][1] == "Reading data.csv"
    assert all(fraction is not None and 0 < fraction <= 1 for fraction, _ in told)

    def stop(_fraction: float | None, _message: str) -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        open_samples(DataChoice(path), (SPEC,), stop)


def test_a_file_that_loses_lines_meanwhile_is_said(tmp_path: Path):
    choice = file(tmp_path, text(ROWS))
    layout = read_layout(Path(choice.path), no_progress)
    file(tmp_path, "1,2,3,4")
    with pytest.raises(DataError, match="changed while it was read"):
        read_rows(layout, np.arange(10), no_progress)
    Path(choice.path).unlink()
    with pytest.raises(DataError, match="can't be read"):
        read_rows(layout, np.arange(10), no_progress)


def test_too_many_numbers_ask_for_fewer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("inspector.datasets.csv_file.MOST_BYTES", 100)
    assert "10 rows of data.csv take more than 100 B. Choose fewer." in refused(file(tmp_path, text(ROWS)))
