"""JSON tables: the same as the json module would write, whatever the columns hold; never NaN."""

import json
import math

import numpy as np
import pytest

from inspector.export.json_table import encode_column, json_list, json_text


def parsed(columns):
    return json.loads("".join(json_list(columns)), parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


def test_rows_come_back_as_they_were():
    columns = {
        "index": range(3),
        "name": ["a", 'quote " \n and \x1b', "größe 模"],
        "shape": [(1, 2), (), (1, 2)],
        "scale": [0.1, None, [0.5, 0.25]],
        "flag": [True, False, None],
        "options": [{"padding": "SAME", "stride": 2}, {}, {"list": [1, 2]}],
    }
    rows = parsed(columns)
    assert rows[1] == {
        "index": 1, "name": 'quote " \n and \x1b', "shape": [], "scale": None, "flag": False, "options": {},
    }  # fmt: skip
    assert [row["scale"] for row in rows] == [0.1, None, [0.5, 0.25]]
    assert rows[2]["name"] == "größe 模"
    assert list(rows[0]) == list(columns)


def test_nan_and_infinity_are_null_wherever_they_stand():
    assert encode_column([1.0, math.nan, -math.inf]) == ["1.0", "null", "null"]
    assert encode_column([[1.0, math.nan], {"a": math.inf}]) == ["[1.0, null]", '{"a": null}']
    assert json_text({"a": [math.nan], "b": np.float32("nan"), "c": np.array([1.0, np.inf])}) == (
        '{"a": [null], "b": null, "c": [1.0, null]}'
    )


def test_numpy_numbers_are_numbers():
    assert encode_column([np.int32(5), np.float64(0.5), np.array([1, 2])]) == ["5", "0.5", "[1, 2]"]


def test_text_is_ascii_and_each_row_one_line():
    text = "".join(json_list({"name": ["ü\n", "line two"]}))
    assert text.isascii()
    assert text.splitlines()[1:-1] == ['{"name": "\\u00fc\\n"},', '{"name": "line two"}']


def test_no_rows_and_no_columns_are_an_empty_list():
    assert parsed({}) == parsed({"a": []}) == []


def test_a_percent_sign_in_a_key_or_value_is_no_format():
    assert parsed({"share %": ["100 %s"]}) == [{"share %": "100 %s"}]


def test_more_rows_than_one_piece_holds():
    assert [row["n"] for row in parsed({"n": range(50_001)})] == list(range(50_001))
