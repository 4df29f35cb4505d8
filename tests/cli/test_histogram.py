"""`histogram`: text, pictures and numbers of one tensor."""

import csv
import io
import json

import numpy as np
import pytest

from tests.builders import ModelBuilder


@pytest.fixture
def model(tmp_path):
    b = ModelBuilder()
    values = np.random.default_rng(1).normal(0, 1, 1000).astype(np.float32)
    b.tensor("layer/kernel", [1000], data=values)
    b.tensor("layer/q", [4], "INT8", np.array([-1, 0, 0, 3]), [0.5], [0])
    b.tensor("x", [1])
    b.write(tmp_path / "m.tflite")
    return tmp_path / "m.tflite", values


def test_csv_is_numpys_histogram(cli, model):
    path, values = model
    rows = list(csv.reader(io.StringIO(cli("histogram", path, "T#0", "--csv").out)))
    assert rows[0] == ["low", "high", "count", "share"]
    counts, edges = np.histogram(values, 64)
    assert [int(row[2]) for row in rows[1:]] == counts.tolist()
    assert [float(row[0]) for row in rows[1:]] == pytest.approx(edges[:-1].tolist())


def test_json(cli, model):
    path, _ = model
    found = cli("histogram", path, "layer/q", "--json", "--stored").json
    assert found["edges"] == [-1.5, -0.5, 0.5, 1.5, 2.5, 3.5] and found["counts"] == [1, 2, 0, 0, 1]
    assert (found["index"], found["type"], found["stored"], found["limits"]) == (1, "INT8", True, [-128, 127])


def test_people_see_bars(cli, model):
    ran = cli("histogram", model[0], "kernel")
    lines = ran.out.splitlines()
    assert ran.code == 0
    assert lines[0] == "FLOAT32  T#0 layer/kernel  [1000], 1,000 elements"
    counts = [int(line.split()[2].replace(",", "")) for line in lines[4:]]
    assert sum(counts) == 1000 and len(counts) == 32
    assert any(line.endswith("#" * 50) for line in lines)


@pytest.mark.parametrize(
    ("suffix", "start"),
    [("png", b"\x89PNG"), ("svg", b"<?xml"), ("csv", b"level,count"), ("json", b"{"), ("pdf", b"%PDF")],
)
def test_the_suffix_chooses_the_form(cli, model, tmp_path, suffix, start):
    target = tmp_path / f"plot.{suffix}"
    ran = cli("histogram", model[0], "1", "--stored", "-o", target)
    assert (ran.code, ran.out, ran.err) == (0, "", ""), ran.err
    assert target.read_bytes().startswith(start)
    if suffix == "json":
        assert json.loads(target.read_text())["counts"] == [1, 2, 0, 0, 1]


def test_an_unknown_suffix_is_wrong_usage(cli, model, tmp_path):
    ran = cli("histogram", model[0], "1", "-o", tmp_path / "plot.gif")
    assert ran.code == 2 and "has to end in .png" in ran.err


def test_what_has_no_values_says_so(cli, model):
    ran = cli("histogram", model[0], "x")
    assert ran.code == 1 and ran.out == "" and "T#2" in ran.err
    assert cli("histogram", model[0], "T#0", "--stored").code == 1


@pytest.mark.parametrize(
    ("wanted", "said"), [("T#9", "has T#0 to T#2"), ("layer", "fits 2 tensors"), ("nope", "has no tensor")]
)
def test_a_tensor_that_is_not_there_or_not_clear(cli, model, wanted, said):
    ran = cli("histogram", model[0], wanted)
    assert ran.code == 2 and said in ran.err and ran.err.count("\n") == 1


def test_no_finite_values(cli, tmp_path):
    b = ModelBuilder()
    b.tensor("w", [2], data=np.array([np.nan, np.inf]))
    path = b.write(tmp_path / "nan.tflite")
    ran = cli("histogram", path, "w")
    assert ran.code == 0 and "2 elements left out: NaN or infinite" in ran.out
    assert "No finite values to show." in ran.out
    assert cli("histogram", path, "w", "--json").json["counts"] == []
