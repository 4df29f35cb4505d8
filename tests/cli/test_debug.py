"""`debug` on the command line: a model, a pair, a CSV opened again, and wrong usage."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from inspector.cli.debug_arguments import debug_options, pair_options
from inspector.cli.main import command_parser, load_command
from inspector.errors import UsageError
from inspector.formats.layer_csv import read_layer_csv
from tests.builders import ModelBuilder
from tests.conftest import SAMPLES

CSV = """op_name,tensor_idx,num_elements,stddev,mean_error,max_abs_error,mean_squared_error,scale,zero_point,tensor_name
RELU,4,4.0,0.1,0.0,0.2,0.01,0.5,-128,a
SOFTMAX,8,4.0,0.1,0.0,0.2,0.36,0.5,3,out
"""
DIGITS = f"{SAMPLES / 'digits.npz'}"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "layers.csv"
    path.write_text(CSV)
    return path


@pytest.fixture
def delivered(tmp_path: Path) -> Path:
    b = ModelBuilder()
    x, out = b.tensor("x", [1, 4]), b.tensor("out", [1, 4])
    first, second, third = (b.tensor(name, [1, 4], "INT8", scale=0.5) for name in ("x_q", "a", "out1"))
    for name, source, target in (("QUANTIZE", x, first), ("RELU", first, second), ("SOFTMAX", second, third),
                                 ("DEQUANTIZE", third, out)):  # fmt: skip
        b.operator(name, [source], [target])
    return b.inputs(x).outputs(out).write(tmp_path / "m.int8_float_io.tflite")


def test_a_csv_is_shown_again_without_tensorflow(cli, table: Path, delivered: Path) -> None:
    ran = cli("debug", table, "--of", delivered)
    assert ran.code == 0, ran.err
    assert "1 of 2 layers above 0.7; the worst is #2 SOFTMAX with 1.2000 steps" in ran.out
    lines = ran.out.splitlines()
    assert lines[-2].split()[:3] == ["1", "RELU", "0.2000"] and "above 0.7" in lines[-1]


def test_the_json_of_a_csv_has_what_was_derived(cli, table: Path, delivered: Path) -> None:
    told = cli("debug", table, "--of", delivered, "--json").json
    layers = told["errors"]["local"]
    assert [layer["operator"] for layer in layers] == [1, 2]
    assert layers[1]["rmse_over_scale"] == pytest.approx(1.2) and layers[1]["range"] == 127.5
    assert layers[1]["sqnr_db"] is None and set(told["errors"]) == {"local"}


def test_a_cumulative_csv_is_known_by_its_name(cli, table: Path) -> None:
    other = table.rename(table.with_name("layers.cumulative.csv"))
    assert set(cli("debug", other, "--json").json["errors"]) == {"cumulative"}


def test_the_long_csv_is_for_spreadsheets(cli, table: Path, delivered: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(cli("debug", table, "--of", delivered, "--csv").out)))
    assert rows[1]["operator"] == "2" and float(rows[1]["rmse_over_scale"]) == pytest.approx(1.2)


def test_a_broken_csv_is_a_sentence(cli, table: Path) -> None:
    table.write_text(CSV.replace("0.36", "none"))
    ran = cli("debug", table)
    assert ran.code == 1 and 'line 3, column mean_squared_error holds "none"' in ran.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["{model}"], "add --calibration"),
        (["{model}", "--pair", "{model}"], "add --data"),
        (["{model}", "--pair", "{model}", "--data", "random", "--keep", "x"], "--keep changes nothing with --pair"),
        (["{model}", "--of", "{model}", "--calibration", "random"], "--of MODEL goes with a .csv"),
        (["{table}", "--pair", "{model}"], "--pair changes nothing with a .csv"),
        (["{table}", "-o", "x.csv"], "-o changes nothing with a .csv"),
        (["{model}", "--calibration", "random", "--time-limit", "-1"], "--time-limit -1 has to be 0"),
        (["{model}", "--samples", "3"], "--samples changes nothing without --calibration"),
    ],
)
def test_wrong_usage_is_said_before_any_work(cli, table: Path, words: list[str], sentence: str) -> None:
    model = SAMPLES / "digits_cnn.float32.tflite"
    ran = cli("debug", *(word.format(model=model, table=table) for word in words))
    assert ran.code == 2 and sentence in ran.err


def test_a_csv_that_is_there_is_not_replaced(cli, table: Path) -> None:
    ran = cli("debug", SAMPLES / "digits_cnn.float32.tflite", "--calibration", "random", "-o", table)
    assert ran.code == 1 and "--force overwrites it" in ran.err
    assert table.read_text() == CSV


def test_options_are_what_the_words_say() -> None:
    parser = command_parser(load_command("debug"))
    words = ["m.h5", "--calibration", "c.npz:x", "--data", "d.npz:y", "--error", "local", "--float-op", "SOFTMAX",
             "--float-tensor", "a;b", "--samples", "7", "-o", "l.csv", "--keep", "out"]  # fmt: skip
    options = debug_options(parser.parse_args(words), False)
    assert (
        options.errors == ("local",) and options.float_operators == ("SOFTMAX",) and options.float_tensors == ("a;b",)
    )
    assert options.debug_data is not None
    assert (options.data.arrays, options.debug_data.arrays) == ((("", "x"),), (("", "y"),))
    assert options.data.samples == options.debug_data.samples == 7
    pair = pair_options(parser.parse_args(["f.tflite", "--pair", "q.tflite", "--data", "d.npz:y"]), True)
    assert (pair.reference, pair.candidate, pair.overwrite) == ("f.tflite", "q.tflite", True)
    with pytest.raises(UsageError):
        pair_options(parser.parse_args(["f.tflite", "--pair", "q.tflite"]), False)


@pytest.mark.tensorflow
def test_a_model_is_debugged_in_a_worker(cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    ran = cli("debug", SAMPLES / "digits_cnn.float32.tflite", "--calibration", f"{DIGITS}:x_calibration", "--data",
              f"{DIGITS}:x_test", "--samples", "20", "-o", tmp_path / "layers.csv", "--keep", tmp_path / "kept",
              "--json")  # fmt: skip
    assert ran.code == 0, ran.err
    told = ran.json
    assert told["samples"] == 20 and set(told["errors"]) == {"local", "cumulative"}
    assert [layer["operator"] for layer in told["errors"]["local"]] == list(range(1, 8))
    assert all(np.isfinite(layer["sqnr_db"]) for layer in told["errors"]["local"])
    assert Path(told["model"]).is_file()
    assert len(read_layer_csv(tmp_path / "layers.csv")) == 7
    assert len(list((tmp_path / "cache" / "tflite-inspector" / "calibrated").glob("*.bin"))) == 1
    page = cli("debug", tmp_path / "layers.csv", "--of", told["model"])
    assert "#6 FULLY_CONNECTED" in page.out
    pair = cli("debug", SAMPLES / "digits_cnn.float32.tflite", "--pair", told["model"], "--data", f"{DIGITS}:x_test",
               "--samples", "20", "--json").json["errors"]["pair"]  # fmt: skip
    for ours, whole in zip(pair, told["errors"]["cumulative"], strict=True):
        assert ours["operator"] == whole["operator"]
        assert ours["rmse_over_scale"] == pytest.approx(whole["rmse_over_scale"], rel=0.02)
