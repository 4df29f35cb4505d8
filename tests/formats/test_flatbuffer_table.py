"""Reading many tables at once: odd places, rows of all lengths, texts near and far."""

import numpy as np

from inspector.formats.flatbuffer_table import FlatBytes, Tables
from inspector.formats.ragged import Ragged, decode_texts


def test_numbers_at_places_that_are_not_aligned() -> None:
    data = np.random.default_rng(0).integers(0, 256, 1000, np.uint8)
    flat = FlatBytes(data)
    places = np.array([0, 1, 2, 3, 4, 7, 8, 500, 901])
    for dtype in ("<u2", "<i4", "<u8", "<f4", "i1"):
        width = np.dtype(dtype).itemsize
        expected = [data[place : place + width].copy().view(dtype)[0] for place in places]
        found = flat.numbers(places, dtype)
        assert found.tobytes() == np.array(expected, dtype).tobytes()


def test_rows_become_tuples_in_order() -> None:
    rows = [(1, 2), (), (3,), (1, 2), (4, 5, 6), (), (2, 1), (-1, 2)]
    values = np.array([value for row in rows for value in row], np.int32)
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    ragged = Ragged(values, starts, np.ones(len(rows), bool))
    assert ragged.tuples() == ragged.shared_tuples() == rows
    shared = ragged.shared_tuples()
    assert shared[0] is shared[3] and shared[0] is not shared[6]


def test_different_rows_that_make_the_same_number_stay_different() -> None:
    one, other = (1, 0), (0, 1_000_003)  # equal when a row is read as one number
    ragged = Ragged(np.array([*one, *other], np.int32), np.array([0, 2, 4]), np.ones(2, bool))
    assert ragged.shared_tuples() == [one, other]


def test_no_rows_at_all() -> None:
    ragged = Ragged(np.zeros(0, np.int32), np.zeros(1, np.int64), np.zeros(0, bool))
    assert ragged.tuples() == ragged.shared_tuples() == []


def test_texts_of_many_and_of_few_are_the_same() -> None:
    words = [b"conv/kernel", "größe".encode(), b"", b"\xff\xfe broken", "日本".encode()]
    data = np.frombuffer(b"?".join(words) + bytes(40_000), np.uint8)
    starts, place = [], 0
    for word in words:
        starts.append(place)
        place += len(word) + 1
    expected = [word.decode("utf-8", "replace") for word in words] + [""]
    few = decode_texts(data, np.array([*starts, -1]), np.array([*map(len, words), 0]))
    many = decode_texts(data, np.array([*starts, -1] * 2000), np.array([*map(len, words), 0] * 2000))
    assert few == expected
    assert many == expected * 2000


def test_a_table_whose_vtable_lies_outside_is_damaged() -> None:
    data = np.zeros(64, np.uint8)
    data[16:20] = np.array([4], "<i4").view(np.uint8)  # a table at 16, its vtable at 12
    data[12:16] = np.array([4, 4], "<u2").view(np.uint8)
    tables = Tables(FlatBytes(data), np.array([16, -1, 62, 32]))
    assert tables.sound.tolist() == [True, False, False, False]
    assert [(field, rows.tolist()) for field, rows in tables.damaged] == [("table", [2, 3])]
    assert tables.scalar(0, "<i4", 7).tolist() == [7, 7, 7, 7]
    assert tables.target(0).tolist() == [-1] * 4
    assert tables.texts(0) == [""] * 4
