"""`histogram` with channels, with another number of bins, of all weights at once."""

import csv
import io

import numpy as np
import pytest

from tests.builders import ModelBuilder


@pytest.fixture
def model(tmp_path):
    rng = np.random.default_rng(2)
    b = ModelBuilder()
    x = b.tensor("x", [1, 3], "INT8", scale=0.5, zero_point=0)
    w = b.tensor("one/kernel", [2, 3], "INT8", rng.integers(-127, 128, (2, 3)), [0.5, 0.25], [0, 0])
    bias = b.tensor("one/bias", [2], "INT32", np.array([3, -4]), [0.25, 0.125], [0, 0])
    y = b.tensor("y", [1, 2], "INT8", scale=1.0, zero_point=3)
    b.operator("FULLY_CONNECTED", [x, w, bias], [y])
    more = b.tensor("two/kernel", [4, 2], "FLOAT32", rng.normal(size=(4, 2)))
    z = b.tensor("z", [1, 4])
    b.operator("FULLY_CONNECTED", [y, more, -1], [z])
    return b.inputs(x).outputs(z).write(tmp_path / "m.tflite")


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_another_number_of_bins(cli, model):
    rows = table(cli("histogram", model, "two", "--bins", "5", "--csv").out)
    assert len(rows) == 5
    assert sum(int(row["count"]) for row in rows) == 8


@pytest.mark.parametrize("bins", ["0", "-3", "1000000000"])
def test_an_impossible_number_of_bins_is_wrong_usage(cli, model, bins):
    ran = cli("histogram", model, "two", "--bins", bins)
    assert ran.code == 2 and "--bins" in ran.err


def test_the_numbers_of_each_channel(cli, model):
    rows = table(cli("histogram", model, "one/kernel", "--channels", "--csv").out)
    assert [(row["channel"], row["scale"], row["zero_point"]) for row in rows] == [
        ("0", "0.5", "0"),
        ("1", "0.25", "0"),
    ]
    assert [float(row["lowest"]) for row in rows] == [-64, -32]


def test_channels_as_text(cli, model):
    out = cli("histogram", model, "one/kernel", "--channels").out
    assert "The largest scale (channel 0) is 2.0 × the smallest (1)." in out
    assert "zero_point" in out
    assert "zero_point" not in cli("histogram", model, "two", "--channels").out


def test_a_tensor_without_channels_says_so(cli, model):
    ran = cli("histogram", model, "one/bias", "--channels")
    assert ran.code == 1 or "channel" in ran.out


@pytest.mark.parametrize("more", [(), ("--stored",), ("--log", "--theme", "dark")])
def test_a_picture_with_channels(cli, model, tmp_path, more):
    target = tmp_path / "plot.svg"
    ran = cli("histogram", model, "one/kernel", "--channels", *more, "-o", target)
    assert (ran.code, ran.err) == (0, "")
    assert b"</svg>" in target.read_bytes()


def test_all_weights_on_one_page(cli, model, tmp_path):
    target = tmp_path / "all.png"
    ran = cli("histogram", model, "--all", "-o", target)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert target.read_bytes().startswith(b"\x89PNG")


def test_the_numbers_of_all_weights(cli, model):
    rows = table(cli("histogram", model, "--all", "--csv").out)
    assert {row["name"] for row in rows} == {"one/kernel", "two/kernel"}
    assert sum(int(row["count"]) for row in rows) == 6 + 8


def test_a_file_that_is_there_is_not_replaced_unasked(cli, model, tmp_path):
    target = tmp_path / "all.svg"
    target.write_text("mine")
    assert cli("histogram", model, "--all", "-o", target).code == 1
    assert target.read_text() == "mine"
    assert cli("histogram", model, "--all", "-o", target, "--force").code == 0
    assert target.read_text() != "mine"


def test_all_and_a_tensor_or_neither_is_wrong_usage(cli, model):
    for words in (("two", "--all", "--csv"), ()):
        ran = cli("histogram", model, *words)
        assert ran.code == 2 and "--all" in ran.err
    assert cli("histogram", model, "--all").code == 2
    assert cli("histogram", model, "--all", "--json").code == 2


def test_a_model_without_weights_says_so(cli, tmp_path):
    b = ModelBuilder()
    x, y = b.tensor("x", [1]), b.tensor("y", [1])
    b.operator("RELU", [x], [y])
    ran = cli("histogram", b.inputs(x).outputs(y).write(tmp_path / "none.tflite"), "--all", "--csv")
    assert ran.code == 1 and "no weights" in ran.err
