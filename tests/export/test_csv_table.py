"""CSV tables: read back by the csv module, and harmless in a spreadsheet."""

import csv
import io
import math

import pytest

from inspector.export.csv_table import csv_columns, csv_rows, csv_text
from inspector.model.columns import Column


def read(pieces):
    return list(csv.reader(io.StringIO("".join(pieces))))


def test_cells_come_back():
    table = {"name": ['a,b "c"', "ünï"], "shape": [(1, 2), None], "scale": [0.5, [0.25, 1.0]], "ok": [True, False]}
    assert read(csv_columns(table)) == [
        ["name", "shape", "scale", "ok"],
        ['a,b "c"', "[1, 2]", "0.5", "true"],
        ["ünï", "", "[0.25, 1.0]", "false"],
    ]


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)", "＝1+1"])
def test_a_name_never_becomes_a_formula(name):
    [[cell]] = read(csv_text([], [[name]]))
    assert cell == "'" + name


def test_a_header_never_becomes_a_formula():
    assert read(csv_text(["=1+1", "rmse"], [[1, 2]])) == [["'=1+1", "rmse"], ["1", "2"]]


def test_control_characters_are_written_out():
    assert read(csv_text([], [["a\x1b[31m\r\nb"]])) == [["a\\x1b[31m\\x0d\\x0ab"]]


def test_numbers_below_zero_stay_numbers():
    assert read(csv_text([], [[-1, -0.5, [-1, 2]]])) == [["-1", "-0.5", "[-1, 2]"]]


def test_nan_is_an_empty_cell():
    assert read(csv_text([], [[math.nan, math.inf, [math.nan]]])) == [["", "", "[null]"]]


def test_only_columns_of_the_interface_are_written():
    columns = [Column("a", "A", lambda row: row), Column("b", "B", lambda row: row, interface=False)]
    assert read(csv_rows(columns, [1, 2])) == [["a"], ["1"], ["2"]]


def test_many_rows_come_in_pieces():
    pieces = list(csv_text(["n"], ([n] for n in range(45_000))))
    assert len(pieces) > 1
    assert len(read(pieces)) == 45_001
