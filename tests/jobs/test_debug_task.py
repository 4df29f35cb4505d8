"""The task debug: what appears, what is kept for the next try, what is refused and why."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.analysis.quantization_debug import debug_result
from inspector.datasets.choice import DataChoice
from inspector.errors import Cancelled, JobError, UsageError
from inspector.formats import open_model
from inspector.formats.layer_csv import read_layer_csv
from inspector.jobs import calibrated_model, calibration_cache
from inspector.jobs.calibration_cache import CalibrationCache
from inspector.jobs.debug import debug
from inspector.jobs.options import DebugOptions, from_dict, to_dict
from inspector.jobs.provenance import is_unchanged, read_provenance
from inspector.jobs.runner import TASKS
from inspector.jobs.scratch import Scratch
from tests.builders import ModelBuilder
from tests.conftest import SAMPLES
from tests.jobs.accuracy import accuracy

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]
DIGITS = DataChoice(str(SAMPLES / "digits.npz"), arrays=(("", "x_calibration"),), samples=30)
FLOAT = SAMPLES / "digits_cnn.float32.tflite"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CalibrationCache:
    """A cache of the test's own, in memory and on disk."""
    made = CalibrationCache(tmp_path / "cache")
    monkeypatch.setattr(calibrated_model, "CACHE", made)
    return made


def run(folder: Path, source: Path = FLOAT, progress: Any = None, **options: Any) -> dict[str, Any]:
    chosen = DebugOptions(source=str(source), **{"data": DIGITS, **options})
    assert from_dict(DebugOptions, to_dict(chosen)) == chosen
    scratch = Scratch(chosen.output_folder or folder, "test")
    try:
        return debug(chosen, progress or (lambda fraction, message: None), scratch.make())
    finally:
        scratch.remove()


def refuse_calibration(monkeypatch: pytest.MonkeyPatch) -> None:
    def calibrate(*_arguments: Any) -> None:
        raise AssertionError("it was calibrated again")

    monkeypatch.setattr(calibrated_model, "Calibration", calibrate)


def test_both_tables_and_the_model_appear_together(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    told = run(folder, output=str(tmp_path / "layers.csv"), output_folder=str(folder))
    assert sorted(each.name for each in folder.iterdir()) == [
        "digits_cnn.float32.int8_float_io.json", "digits_cnn.float32.int8_float_io.tflite",
    ]  # fmt: skip
    assert told["csv"] == {"local": str(tmp_path / "layers.csv"), "cumulative": str(tmp_path / "layers.cumulative.csv")}
    for kind, path in told["csv"].items():
        table = read_layer_csv(path)
        assert len(table) == 7 and table.extra == {}
        assert [row.op_name for row in table.rows] == [row["op_name"] for row in told[kind]["rows"]]
    model = open_model(told["model"])
    names = [model.subgraphs[0].operators[place].op_name for place in told["local"]["operators"]]
    assert names == [row["op_name"] for row in told["local"]["rows"]]
    provenance = read_provenance(told["model"])
    assert provenance is not None and provenance.recipe == "int8_float_io" and is_unchanged(told["model"], provenance)


def test_the_job_is_known_to_the_worker() -> None:
    assert TASKS["debug"] == (DebugOptions, "inspector.jobs.debug:debug")


def test_what_was_calibrated_once_is_not_calibrated_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run(tmp_path, errors=("local",))
    refuse_calibration(monkeypatch)
    assert run(tmp_path, errors=("local",))["local"]["rows"] == first["local"]["rows"]
    monkeypatch.setattr(calibrated_model, "CACHE", CalibrationCache(tmp_path / "cache"))  # another process's
    told = run(tmp_path, errors=("local",))
    assert told["local"]["rows"] == first["local"]["rows"] and told["calibration_key"] == first["calibration_key"]
    with pytest.raises(AssertionError, match="again"):
        run(tmp_path, data=DataChoice(DIGITS.path, DIGITS.arrays, samples=31))


def test_a_cancel_after_calibrating_keeps_what_was_calibrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cancel(_fraction: float | None, message: str) -> None:
        if message.startswith("Debugging with sample 2"):
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        run(tmp_path / "out", progress=cancel, output=str(tmp_path / "layers.csv"), output_folder=str(tmp_path / "out"))
    assert not (tmp_path / "layers.csv").exists() and not (tmp_path / "out").exists()
    refuse_calibration(monkeypatch)
    run(tmp_path)


def test_a_layer_left_float_has_no_row_and_the_others_keep_their_index(tmp_path: Path) -> None:
    first = run(tmp_path, output_folder=str(tmp_path / "0"))
    step_0 = open_model(first["model"])
    guilty = max(debug_result("0", first, step_0).local, key=lambda layer: layer.rmse_over_scale or 0)
    assert (guilty.operator, guilty.row.op_name) == (6, "FULLY_CONNECTED") and guilty.suspicious
    names = first["local"]["tensors"]
    told = run(tmp_path, float_tensors=(names[5],), output_folder=str(tmp_path / "1"))
    result = debug_result("1", told, step_0)
    assert [layer.operator for layer in result.local] == [1, 2, 3, 4, 5, 7]
    assert result.float_operators == (6,) and result.left_float == (names[5],)
    assert told["size_bytes"] > first["size_bytes"]


def test_whatever_is_left_float_the_other_rows_keep_their_index(tmp_path: Path) -> None:
    first = run(tmp_path, output_folder=str(tmp_path / "0"), errors=("local",))
    step_0 = open_model(first["model"])
    names = first["local"]["tensors"]
    for place in range(len(names)):
        for left in ((names[place],), tuple(names[place : place + 2])):
            result = debug_result("", run(tmp_path, float_tensors=left, errors=("local",)), step_0)
            rest = [operator for operator, name in enumerate(names, 1) if name not in left]
            assert [layer.operator for layer in result.local] == rest
            assert result.left_float == left


def test_excluding_the_guilty_layers_brings_the_accuracy_back(tmp_path: Path) -> None:
    """The wide layer's range drowns its output, the layer behind it shows the error: both stay float."""
    first = run(tmp_path, output_folder=str(tmp_path / "0"))
    names = first["local"]["tensors"]
    told = run(tmp_path, float_tensors=tuple(names[4:6]), output_folder=str(tmp_path / "1"))
    reference = accuracy(FLOAT)
    assert accuracy(Path(first["model"])) < reference - 0.05
    assert accuracy(Path(told["model"])) > reference - 0.01


def test_a_type_of_operators_can_stay_float(tmp_path: Path) -> None:
    told = run(tmp_path, float_operators=("CONV_2D",), errors=("cumulative",))
    assert "CONV_2D" not in [row["op_name"] for row in told["cumulative"]["rows"]]
    assert len(told["left_float"]) == 2 and "local" not in told


def test_an_open_batch_computes_shapes_that_are_no_layers_left_float(tmp_path: Path) -> None:
    told = run(
        tmp_path, SAMPLES / "digits_cnn.h5", batch="dynamic", errors=("local",), output_folder=str(tmp_path / "0")
    )
    names = [operator.op_name for operator in open_model(told["model"]).operators()]
    assert "SHAPE" in names and told["left_float"] == []
    assert [names[place] for place in told["local"]["operators"]] == [row["op_name"] for row in told["local"]["rows"]]


def test_nothing_is_replaced_without_consent(tmp_path: Path) -> None:
    (tmp_path / "layers.cumulative.csv").write_text("mine")
    with pytest.raises(UsageError, match=r"layers\.cumulative\.csv exists"):
        run(tmp_path, output=str(tmp_path / "layers.csv"))
    run(tmp_path, output=str(tmp_path / "layers.csv"), overwrite=True)
    assert (tmp_path / "layers.cumulative.csv").read_text().startswith("op_name,")


def test_debug_data_are_not_the_calibration_data(tmp_path: Path) -> None:
    test = DataChoice(DIGITS.path, (("", "x_test"),), samples=10)
    told = run(tmp_path, debug_data=test)
    other = run(tmp_path)
    assert told["samples"] == 10 and other["samples"] == 30
    assert told["calibration_key"] == other["calibration_key"]
    assert [row["scale"] for row in told["local"]["rows"]] == [row["scale"] for row in other["local"]["rows"]]
    assert told["local"]["rows"] != other["local"]["rows"]


def test_no_error_and_an_unknown_one_are_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No error is chosen"):
        run(tmp_path, errors=())
    with pytest.raises(UsageError, match="total"):
        DebugOptions(source="x", data=DIGITS, errors=("total",))


def quantized(path: Path, activations: bool) -> Path:
    b = ModelBuilder()
    kind = {"type_": "INT8", "scale": 0.5} if activations else {}
    x, y = b.tensor("x", [1, 2]), b.tensor("y", [1, 2])
    inner = b.tensor("inner", [1, 2], kind.get("type_", "FLOAT32"), **({"scale": 0.5} if activations else {}))
    w = b.tensor("w", [2, 2], "INT8", np.ones((2, 2), np.int8), 0.5, 0)
    b.operator("FULLY_CONNECTED", [x, w, -1], [inner], b.options("FullyConnectedOptions"))
    b.operator("RELU", [inner], [y])
    return b.inputs(x).outputs(y).write(path)


def rounded(path: Path) -> Path:
    """As a QAT model is converted without optimizations."""
    b = ModelBuilder()
    x, widened, y = (b.tensor(name, [1, 2]) for name in ("x", "widened", "y"))
    inner = b.tensor("inner", [1, 2], "INT8", scale=0.5)
    b.operator("QUANTIZE", [x], [inner])
    b.operator("DEQUANTIZE", [inner], [widened])
    b.operator("RELU", [widened], [y])
    return b.inputs(x).outputs(y).write(path)


def single(path: Path, op_name: str, kind: str = "FLOAT32") -> Path:
    b = ModelBuilder()
    x, y = b.tensor("x", [1, 2], kind), b.tensor("y", [1, 2], kind)
    b.operator(op_name, [x], [y])
    return b.inputs(x).outputs(y).write(path)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: quantized(path, False), ["quantized already", "activations are float", "--pair m.tflite"]),
        (lambda path: quantized(path, True), ["quantized already", "the float model it was made of", "--pair"]),
        (lambda path: single(path, "FAKE_QUANT"), ["FAKE_QUANT", "QAT", "--pair m.tflite"]),
        (rounded, ["around float operators", "QAT", "--pair m.tflite"]),
    ],
)
def test_a_model_that_the_debugger_can_t_judge_gets_a_sentence(
    tmp_path: Path, make: Callable[[Path], Path], words: list[str]
) -> None:
    with pytest.raises(JobError) as raised:
        run(tmp_path, make(tmp_path / "m.tflite"))
    assert all(word in str(raised.value) for word in words)


def test_a_model_trained_with_quantization_gets_a_sentence(tmp_path: Path) -> None:
    """The wrapper is in the file's configuration; nothing of it is loaded."""
    import h5py

    path = tmp_path / "qat.h5"
    shutil.copyfile(SAMPLES / "digits_cnn.h5", path)
    with h5py.File(path, "r+") as file:
        text = file.attrs["model_config"]
        file.attrs["model_config"] = text.replace('"class_name": "Conv2D"', '"class_name": "QuantizeWrapperV2"')
    with pytest.raises(JobError, match=r"trained with quantization \(QAT\).*no float model to compare with"):
        run(tmp_path, path)


def test_a_model_without_a_layer_to_quantize_gets_a_sentence(tmp_path: Path) -> None:
    np.save(tmp_path / "data.npy", np.random.default_rng(0).random((4, 2), np.float32))
    data = DataChoice(str(tmp_path / "data.npy"))
    with pytest.raises(JobError, match=r"No layer of m\.tflite was quantized.*FLOOR"):
        run(tmp_path, single(tmp_path / "m.tflite", "FLOOR"), data=data)


def test_all_layers_left_float_is_a_sentence(tmp_path: Path) -> None:
    types = tuple({operator.op_name for operator in open_model(FLOAT).operators()})
    with pytest.raises(JobError, match="stays float with these choices"):
        run(tmp_path, float_operators=types)


def test_a_name_that_no_operator_has_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(JobError, match="has no operator CONV_3D"):
        run(tmp_path, float_operators=("CONV_3D",))
    with pytest.raises(JobError, match=r"No operator of .* has the output"):
        run(tmp_path, float_tensors=("no such output",))


def test_the_cache_of_the_worker_is_one_for_all_jobs() -> None:
    assert isinstance(calibration_cache.CACHE, CalibrationCache)
