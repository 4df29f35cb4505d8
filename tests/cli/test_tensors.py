"""`tensors`: what people and scripts read."""

import csv
import io
import json

import numpy as np
import pytest

import inspector
from inspector.analysis.measurements import Measurements
from inspector.export.tensor_table import TENSOR_KEYS, tensor_table
from inspector.model.columns import STORED_SPARSITY, TENSOR_COLUMNS, zero_fraction_column
from tests.builders import ModelBuilder

KEYS = [
    "subgraph", "index", "name", "type", "shape", "shape_signature", "kind", "bytes", "buffer", "scale", "zero_point",
    "quantized_dimension", "zero_fraction", "stored_sparsity",
]  # fmt: skip


def test_people_see_groups_by_type_with_subtotals(cli, tiny):
    ran = cli("tensors", tiny)
    lines = ran.out.splitlines()
    assert ran.code == 0 and ran.err == ""
    assert lines[0].split() == [
        "T#",
        "Shape",
        "Kind",
        "Bytes",
        "Quantization",
        "Zero",
        "fraction",
        "Used",
        "by",
        "Name",
    ]
    headings = [line for line in lines if line.startswith(("INT", "FLOAT"))]
    assert headings == [
        "INT8  4 tensors, 8 B, 22.2 % of what is stored",
        "INT32  2 tensors, 16 B, 44.4 % of what is stored",
        "FLOAT32  1 tensor, 12 B, 33.3 % of what is stored",
    ]
    [kernel] = [line for line in lines if line.endswith("layer/kernel")]
    assert kernel.split("  ")[0] == "T#1"
    for word in ("[2, 4]", "weights", "8 B", "2 channels on 0", "62.5 %", "#0 FULLY_CONNECTED"):
        assert word in kernel
    assert "T#1_0" in ran.out
    assert lines[-1].startswith("7 tensors in all, 36 bytes stored in a file of ")


def test_the_json_keys_are_the_promised_ones(cli, tiny):
    rows = cli("tensors", "--json", tiny).json
    assert [list(row) for row in rows] == [KEYS] * 7
    assert rows[1] == {
        "subgraph": 0, "index": 1, "name": "layer/kernel", "type": "INT8", "shape": [2, 4], "shape_signature": None,
        "kind": "constant", "bytes": 8, "buffer": 1, "scale": [0.5, 0.25], "zero_point": [0, 0],
        "quantized_dimension": 0, "zero_fraction": 0.625, "stored_sparsity": None,
    }  # fmt: skip
    assert rows[0]["shape_signature"] == [-1, 4]
    assert (rows[0]["scale"], rows[0]["zero_point"], rows[0]["zero_fraction"]) == (0.5, -1, None)
    assert [row["kind"] for row in rows] == ["input", "constant", "constant", "activation", "constant", "output",
                                             "constant"]  # fmt: skip
    assert (rows[6]["subgraph"], rows[6]["index"], rows[6]["zero_fraction"]) == (1, 0, pytest.approx(2 / 3))
    assert rows[6]["scale"] is rows[6]["quantized_dimension"] is None


def test_one_object_a_line(cli, tiny):
    lines = cli("tensors", "--json", tiny).out.splitlines()
    assert lines[0] == "[" and lines[-1] == "]"
    assert len([json.loads(line.rstrip(",")) for line in lines[1:-1]]) == 7


def test_the_fast_table_is_the_table_of_the_columns(tiny, sample_tflite):
    for path in (tiny, sample_tflite):
        model = inspector.open_model(path)
        zeros = Measurements(model).compute_zero_fractions()
        by_column = {c.key: c for c in (*TENSOR_COLUMNS, zero_fraction_column(zeros), STORED_SPARSITY) if c.interface}
        table = tensor_table(model, zeros)
        assert tuple(table) == TENSOR_KEYS and set(table) == set(by_column)
        for key, values in table.items():
            fast = [list(value) if isinstance(value, tuple) else value for value in values]
            assert fast == [by_column[key].value(tensor) for tensor in model.tensors()], key


def test_csv_has_the_same_keys(cli, tiny):
    rows = list(csv.reader(io.StringIO(cli("tensors", "--csv", tiny).out)))
    assert rows[0] == KEYS
    assert rows[2][2:5] == ["layer/kernel", "INT8", "[2, 4]"]
    assert rows[2][9] == "[0.5, 0.25]" and rows[1][12] == ""


def test_a_scale_that_is_no_number_is_null(cli, tmp_path):
    b = ModelBuilder()
    b.tensor("w", [2], "INT8", np.array([1, 2]), [np.nan, np.inf], [0, 0])
    b.tensor("v", [2], "FLOAT32", np.array([np.nan, 0.0]))
    rows = cli("tensors", "--json", b.write(tmp_path / "nan.tflite")).json
    assert rows[0]["scale"] == [None, None]
    assert rows[1]["zero_fraction"] in (0.5, 1.0)


def test_several_files_keep_their_paths(cli, tiny, sample_tflite):
    files = cli("tensors", "--json", tiny, sample_tflite).json
    assert [file["path"] for file in files] == [str(tiny), str(sample_tflite)]
    assert files[0]["rows"] == cli("tensors", "--json", tiny).json
    assert all("error" not in file for file in files)
    rows = list(csv.reader(io.StringIO(cli("tensors", "--csv", tiny, sample_tflite).out)))
    assert rows[0] == ["path", *KEYS]
    assert {row[0] for row in rows[1:]} == {str(tiny), str(sample_tflite)}
    text = cli("tensors", tiny, sample_tflite).out.splitlines()
    assert text[0] == str(tiny) and str(sample_tflite) in text


def test_a_refused_file_stops_no_other(cli, tiny, broken, tmp_path):
    ran = cli("tensors", "--json", broken, tiny, tmp_path / "none.tflite")
    assert ran.code == 1
    assert [len(file["rows"]) for file in ran.json] == [0, 7, 0]
    assert "broken.tflite" in ran.json[0]["error"] and "error" not in ran.json[1]
    said = ran.err.splitlines()
    assert len(said) == 2 and all(line.startswith("tflite-inspector: ") for line in said)
    text = cli("tensors", broken, tiny)
    assert text.code == 1 and "layer/kernel" in text.out
    table = cli("tensors", "--csv", broken, tiny)
    assert table.code == 1 and len(table.out.splitlines()) == 8


def test_an_optimizer_shows_only_when_asked_for(cli, sample_h5):
    kinds = {row["kind"] for row in cli("tensors", "--json", sample_h5).json}
    everything = {row["kind"] for row in cli("tensors", "--json", "--all", sample_h5).json}
    assert "optimizer" not in kinds
    assert kinds <= everything


def test_control_characters_of_a_name_never_reach_the_terminal(cli, tmp_path):
    b = ModelBuilder()
    b.tensor("evil\x1b]0;owned\x07\n\u202ename", [1], "FLOAT32", np.ones(1))
    path = b.write(tmp_path / "evil.tflite")
    for words in (["tensors"], ["tensors", "--analyzer"], ["tensors", "--csv"], ["tensors", "--json"], ["weights"],
                  ["show"]):  # fmt: skip
        out = cli(*words, path).out
        assert not set(out) & {"\x1b", "\x07", "\u202e"}, words
    assert "evil\\x1b]0;owned\\x07\\x0a\\u202ename" in cli("tensors", path).out
    assert cli("tensors", "--json", path).json[0]["name"] == "evil\x1b]0;owned\x07\n\u202ename"
