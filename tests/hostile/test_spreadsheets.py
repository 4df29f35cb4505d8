"""A name that a spreadsheet would run as a formula is text in every table that leaves the program."""

import csv
import io

import pytest

from inspector.export.csv_table import csv_text
from inspector.gui.tables.tsv import tsv_text
from inspector.model.columns import Column
from tests.hostile.evil_models import FORMULA, write_evil_h5, write_evil_keras, write_evil_tflite

FORMULAS = (
    FORMULA,
    "+1+cmd|'x'!A",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1)",
    "\uff1d1+1",
    '=HYPERLINK("http://x","y")',
    "\t=1",
)


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_is_text_in_csv_and_in_what_is_copied(formula: str) -> None:
    [[cell]] = csv.reader(io.StringIO("".join(csv_text([], [[formula]]))))
    assert cell.startswith(("'", "\\x09"))
    for interface in (True, False):
        copied = tsv_text([Column("name", "Name", lambda row: row, interface=interface)], [formula]).split("\n")[1]
        assert not copied.startswith(("=", "+", "-", "@", "\t", "\r")), copied
    exact = tsv_text([Column("name", "Name", lambda row: row)], [formula], {"name": lambda row: row}).split("\n")[1]
    assert exact[:1] in ("'", " ")


def test_numbers_and_previews_stay_numbers() -> None:
    column = Column("preview", "Preview", lambda row: row, interface=False)
    assert tsv_text([column], ["-0.5, 0.25, …", "-12.5 %", "+1"]) == "Preview\n-0.5, 0.25, …\n-12.5 %\n+1\n"


@pytest.mark.parametrize("command", ["tensors", "operators", "weights", "show", "compare"])
def test_no_cell_of_a_hostile_model_is_a_formula(command, cli, tmp_path):
    for path in (
        write_evil_tflite(tmp_path / "=1.tflite"), write_evil_h5(tmp_path / "@x.h5"),
        write_evil_keras(tmp_path / "-x.keras"),
    ):  # fmt: skip
        ran = cli(command, "--csv", path, *([path] if command == "compare" else []))
        assert ran.code == 0, ran.err
        for row in csv.reader(io.StringIO(ran.out)):
            for cell in row:
                assert not cell.startswith(("=", "@", "\t", "\r")), cell
                assert cell[:1] not in ("+", "-") or float(cell) <= float("inf"), cell
