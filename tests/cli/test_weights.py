"""`weights`: the statistics of every constant."""

import gzip

import numpy as np
import pytest

from tests.builders import ModelBuilder

NAMES = {
    "subgraph", "index", "name", "type", "shape", "count", "min", "max", "mean", "std", "mean_minus_3_sigma",
    "mean_plus_3_sigma", "outside_1_sigma", "outside_2_sigma", "outside_3_sigma", "zero_fraction", "raw_zero_fraction",
    "stored_sparsity", "block_sparsity_1x4", "block_sparsity_1x16", "block_sparsity_2x2", "two_four_compliance",
    "dead_channels", "gzip_bytes",
}  # fmt: skip


def test_json_has_the_statistics_by_name(cli, tiny):
    rows = {row["name"]: row for row in cli("weights", "--json", tiny).json}
    assert list(rows) == ["layer/kernel", "layer/bias", "layer/shape", "table"]
    kernel = rows["layer/kernel"]
    assert set(kernel) >= NAMES
    real = np.array([0, 0.5, -1, 0, 16.25, 0, 0, 0])
    assert (kernel["count"], kernel["min"], kernel["max"]) == (8, -1.0, 16.25)
    assert kernel["mean"] == pytest.approx(real.mean()) and kernel["std"] == pytest.approx(real.std())
    assert kernel["zero_fraction"] == 0.625 and kernel["gzip_bytes"] is None


def test_people_see_weights_above_and_the_rest_below(cli, tiny):
    ran = cli("weights", tiny)
    assert ran.code == 0
    lines = ran.out.splitlines()
    total = lines.index("1 weight tensor, 8 elements, 62.5 % zeros")
    rest = lines.index("3 other constants: biases, shapes, tables")
    assert [place for place, line in enumerate(lines) if line.endswith("layer/kernel")] == [total + 1]
    assert rest > total and "gzip" not in lines[0]


def test_gzip_sizes_on_demand(cli, tmp_path):
    data = np.zeros((16, 64), np.float32)
    b = ModelBuilder()
    x, y = b.tensor("x", [1, 64]), b.tensor("y", [1, 16])
    b.operator("FULLY_CONNECTED", [x, b.tensor("w", [16, 64], data=data)], [y])
    path = b.inputs(x).outputs(y).write(tmp_path / "zeros.tflite")
    [row] = cli("weights", "--gzip", "--json", path).json
    assert row["gzip_bytes"] == len(gzip.compress(data.tobytes(), 6, mtime=0))
    assert row["dead_channels"] == 16 and row["zero_fraction"] == 1
    assert "as gzip" in cli("weights", "--gzip", path).out


def test_a_constant_without_numbers_keeps_its_row(cli, tmp_path):
    b = ModelBuilder()
    b.tensor("text", [1], "STRING", b"\x01\0\0\0\x0c\0\0\0\x0f\0\0\0abc")
    elsewhere = b.external("gone.bin", 0, 4)
    b.tensor("gone", [1], "FLOAT32", externalBuffer=elsewhere)
    ran = cli("weights", "--gzip", "--json", b.write(tmp_path / "odd.tflite"))
    assert ran.code == 0
    rows = {row["name"]: row for row in ran.json}
    assert rows["text"]["mean"] is None and rows["text"]["gzip_bytes"] > 0
    assert rows["gone"]["mean"] is None and rows["gone"]["gzip_bytes"] is None


def test_no_constants(cli, tmp_path):
    b = ModelBuilder()
    b.tensor("x", [1])
    path = b.write(tmp_path / "bare.tflite")
    assert cli("weights", path).out == "bare.tflite has no constants.\n"
    assert cli("weights", "--json", path).json == []


def test_values_that_are_not_finite_are_null_or_left_out(cli, tmp_path):
    b = ModelBuilder()
    b.tensor("w", [4], data=np.array([np.nan, np.inf, 1.0, 3.0]))
    b.tensor("none", [2], data=np.array([np.nan, np.nan]))
    rows = cli("weights", "--json", b.write(tmp_path / "nan.tflite")).json
    assert rows[0]["mean"] == 2.0 and rows[0]["not_finite"] == 2
    assert rows[1]["mean"] is None and rows[1]["min"] is None
