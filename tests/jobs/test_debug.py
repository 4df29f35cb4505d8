"""The task debug says what a plain QuantizationDebugger script says, number by number, for the models of the field."""

import json
import subprocess
import sys
from collections.abc import Iterator
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.formats.layer_csv import parse_layer_csv
from inspector.model.layer_table import LayerRow
from tests.conftest import ROOT, SAMPLES
from tests.field_models import NAMES

pytestmark = [pytest.mark.tensorflow, pytest.mark.timeout(600)]
NUMBERS = ("num_elements", "stddev", "mean_error", "max_abs_error", "mean_squared_error", "scale", "zero_point")
WORDS = ("op_name", "tensor_idx", "tensor_name")


def told(engine: str, samples: np.ndarray, folder: Path, *sources: Path) -> dict[str, Any]:
    np.save(folder / "samples.npy", samples)
    command = [
        sys.executable,
        "-m",
        "tests.jobs.plain_debugger",
        engine,
        str(folder / "samples.npy"),
        *map(str, sources),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-3000:]
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The four models, trained, and what both scripts say of them."""
    folder = tmp_path_factory.mktemp("field")
    command = [sys.executable, "-m", "tests.field_models", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-3000:]
    with np.load(folder / "motions.npz") as data:
        samples = data["x_train"]
    yield folder, told("keras3", samples, folder, *(folder / f"{name}.h5" for name in NAMES))


def check_equal(answer: dict[str, Any]) -> None:
    """Both CSVs: the same header, words and numbers, these to 1e-6."""
    for kind in ("local", "cumulative"):
        plain, ours = parse_layer_csv(answer[kind]), parse_layer_csv(answer["ours"]["csv"][kind])
        assert ours.header == plain.header
        for one, other in zip(plain.rows, ours.rows, strict=True):
            assert [getattr(one, name) for name in WORDS] == [getattr(other, name) for name in WORDS]
            for name in NUMBERS:
                assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-6, abs=0), (one.op_name, name)


def check_mapped(answer: dict[str, Any]) -> None:
    """Every row has an operator of the delivered model: all but QUANTIZE at its start and DEQUANTIZE at its end."""
    rows = answer["ours"]["local"]["rows"]
    assert answer["ours"]["local"]["operators"] == list(range(1, len(rows) + 1))
    assert all(answer["ours"]["local"]["tensors"])
    assert answer["ours"]["left_float"] == []


def steps(row: "LayerRow | dict[str, Any]") -> float:
    values = row if isinstance(row, dict) else {"mean_squared_error": row.mean_squared_error, "scale": row.scale}
    return sqrt(values["mean_squared_error"]) / values["scale"]


def check_pair(answer: dict[str, Any], until: int | None = None) -> None:
    """Our own comparison of the two files' activations is within 2 % of the whole-model mode, row by row."""
    rows = dict(zip(answer["pair"]["operators"], answer["pair"]["rows"], strict=True))
    whole = parse_layer_csv(answer["cumulative"]).rows[:until]
    for operator, row in zip(answer["ours"]["cumulative"]["operators"], whole, strict=False):
        assert rows[operator]["op_name"] == row.op_name
        assert steps(rows[operator]) == pytest.approx(steps(row), rel=0.02)


@pytest.mark.parametrize("name", NAMES)
def test_the_csv_of_a_field_model_is_the_plain_script_s(field: tuple[Path, dict[str, Any]], name: str) -> None:
    answer = field[1][f"{name}.h5"]
    check_equal(answer)
    check_mapped(answer)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "sensor_low_rank"])
def test_our_pair_comparison_agrees_with_the_whole_model_mode(field: tuple[Path, dict[str, Any]], name: str) -> None:
    answer = field[1][f"{name}.h5"]
    check_pair(answer)
    assert not any(answer["ours"]["local"]["doubts"]) and answer["ours"]["notes"] == []


def test_a_batch_matmul_that_tensorflow_computes_wrongly_is_in_doubt(field: tuple[Path, dict[str, Any]]) -> None:
    """TensorFlow 2.21's interpreter is wrong with XNNPACK, LiteRT's is not; where this fails, it has been mended."""
    answer = field[1]["sensor_low_rank.h5"]
    names = [row["op_name"] for row in answer["ours"]["local"]["rows"]]
    assert {"BATCH_MATMUL", "TRANSPOSE", "RESHAPE", "FULLY_CONNECTED"} <= set(names)
    place = names.index("BATCH_MATMUL")
    check_pair(answer, place)
    ours = answer["ours"]["local"]
    assert steps(ours["rows"][place]) > 0.7
    assert "LiteRT" in ours["doubts"][place] and not any(ours["doubts"][:place])
    assert "BATCH_MATMUL" in answer["ours"]["notes"][0]
    pair = dict(zip(answer["pair"]["operators"], answer["pair"]["rows"], strict=True))
    assert steps(pair[ours["operators"][place]]) < 0.7


def test_the_residual_model_has_the_shape_it_is_named_for(field: tuple[Path, dict[str, Any]]) -> None:
    names = [row["op_name"] for row in field[1]["sensor_residual.h5"]["ours"]["local"]["rows"]]
    assert names.count("FULLY_CONNECTED") == 3 and names[-1] == "LOGISTIC" and names.count("ADD") == 2


def test_the_sample_model_s_csv_is_the_plain_script_s(tmp_path: Path) -> None:
    with np.load(SAMPLES / "digits.npz") as data:
        samples = data["x_calibration"][:50].astype(np.float32)
    answer = told("keras3", samples, tmp_path, SAMPLES / "digits_cnn.h5")["digits_cnn.h5"]
    check_equal(answer)
    check_mapped(answer)
    check_pair(answer)
    counts = answer["ours"]["local"]["histograms"][0]
    assert sum(counts["candidate"][2]) == sum(counts["error"][2]) == 50 * 1024


def test_a_keras_2_model_s_csv_is_the_plain_script_s(shared_models: Path, tmp_path: Path) -> None:
    samples = np.random.default_rng(0).random((4, 64, 64, 1), np.float32)
    source = shared_models / "fer__emotion_model.hdf5"
    answer = told("keras2", samples, tmp_path, source)[source.name]
    check_equal(answer)
    check_mapped(answer)
    check_pair(answer)


@pytest.mark.filterwarnings("ignore")
def test_what_the_back_end_needs_of_tensorflow_s_debugger_is_there() -> None:
    """Where this fails, TensorFlow has changed: look at debug_model and debugger_csv in tflite_backend.py."""
    import inspect

    import tensorflow as tf
    from tensorflow.lite.python import convert

    wanted = {"enable_numeric_verify", "enable_whole_model_verify", "denylisted_ops", "denylisted_nodes"}
    assert wanted <= set(inspect.signature(convert.mlir_quantize).parameters)
    debugger = tf.lite.experimental.QuantizationDebugger
    assert {"quant_debug_model_content", "debug_dataset", "debug_options"} <= set(
        inspect.signature(debugger).parameters
    )
    assert callable(debugger._get_numeric_verify_tensor_details)
