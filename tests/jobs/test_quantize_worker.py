"""The task "quantize" in a worker of the right Keras: real models, wrapped models, cancelled, short of memory."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from inspector.analysis.scheme import scheme_of
from inspector.datasets.choice import DataChoice
from inspector.errors import Cancelled, JobError
from inspector.formats import open_model
from inspector.jobs.client import run_in_worker
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.protocol import Event, Progress
from inspector.jobs.recipes import BY_ID
from inspector.jobs.worker_command import KERAS2, worker_environment
from inspector.model import Model
from tests.conftest import SAMPLES
from tests.jobs.test_quantize import DIGITS, SCHEMES

pytestmark = [pytest.mark.tensorflow, pytest.mark.timeout(280)]

WRAPPED = """
import sys, numpy as np, tf_keras as keras, tensorflow_model_optimization as tfmot
layers = keras.layers
base = keras.Sequential([layers.InputLayer(input_shape=(12, 12, 1)), layers.Conv2D(8, 3), layers.Flatten(),
                         layers.Dense(10)])
if sys.argv[2] == "pruned":
    tfmot.sparsity.keras.prune_low_magnitude(base).save(sys.argv[1])
else:
    model = tfmot.quantization.keras.quantize_model(base)
    model.compile("adam", "mse")
    model.fit(np.random.rand(32, 12, 12, 1), np.random.rand(32, 10), verbose=0)
    model.save(sys.argv[1])
"""


def types(model: Model) -> Counter[str]:
    return Counter(tensor.type.name for tensor in model.tensors())


def test_a_keras_2_model_gives_all_recipes_and_its_drq_is_that_of_its_author(
    shared_models: Path, tmp_path: Path
) -> None:
    np.save(tmp_path / "faces.npy", np.random.default_rng(0).random((30, 64, 64, 1), np.float32) * 2 - 1)
    source = shared_models / "fer__emotion_model.hdf5"
    options = QuantizeOptions(
        source=str(source),
        recipes=tuple(BY_ID),
        output_folder=str(tmp_path),
        data=DataChoice(str(tmp_path / "faces.npy")),
    )
    result = run_in_worker(options)
    assert [each["recipe"] for each in result["variants"]] == list(BY_ID) and result["failed"] == []
    models = {each["recipe"]: open_model(each["path"]) for each in result["variants"]}
    assert {name: scheme_of(models[name]).id for name in SCHEMES} == SCHEMES
    shipped = open_model(shared_models / "fer__emotion_model_quantized.tflite")
    assert types(models["dynamic_range"]) == types(shipped)
    assert [each.op_name for each in models["dynamic_range"].operators()] == [
        each.op_name for each in shipped.operators()
    ]


def wrapped(path: Path, kind: str) -> Path:
    """A model in the wrappers of tensorflow-model-optimization, as they save it."""
    command = [sys.executable, "-c", WRAPPED, str(path), kind]
    subprocess.run(command, check=True, capture_output=True, env=worker_environment(KERAS2))
    return path


def test_pruning_wrappers_are_stripped(tmp_path: Path) -> None:
    source = wrapped(tmp_path / "wrapped.h5", "pruned")
    assert any("PruneLowMagnitude" in each.op_name for each in open_model(source).operators())
    options = QuantizeOptions(source=str(source), recipes=("float32",), output_folder=str(tmp_path / "out"))
    result = run_in_worker(options)
    made = open_model(result["variants"][0]["path"])
    assert Counter(each.op_name for each in made.operators()) == {"CONV_2D": 1, "RESHAPE": 1, "FULLY_CONNECTED": 1}


def test_a_model_trained_with_quantization_keeps_its_ranges(tmp_path: Path) -> None:
    source = wrapped(tmp_path / "aware.h5", "aware")
    recipes = ("int8_float_io", "int8", "uint8", "dynamic_range", "int16x8")
    result = run_in_worker(QuantizeOptions(source=str(source), recipes=recipes, output_folder=str(tmp_path / "out")))
    models = {each["recipe"]: open_model(each["path"]) for each in result["variants"]}
    assert {name: scheme_of(model).id for name, model in models.items()} == {name: name for name in recipes[:3]}
    assert all("calibration data are not used" in each["notes"][0] for each in result["variants"])
    assert [each["recipe"] for each in result["failed"]] == ["dynamic_range", "int16x8"]
    assert all("trained with quantization (QAT)" in each["sentence"] for each in result["failed"])


@pytest.mark.parametrize("step", ["Starting TensorFlow", "Converting", "Calibrating", "Checking Full integer"])
def test_cancelled_in_a_worker_it_leaves_nothing(step: str, tmp_path: Path) -> None:
    options = QuantizeOptions(
        source=str(SAMPLES / "digits_cnn.h5"), recipes=("float32", "int8", "dynamic_range"),
        output_folder=str(tmp_path / "out"), data=DIGITS,
    )  # fmt: skip

    def stop(event: Event) -> None:
        if isinstance(event, Progress) and event.message.startswith(step):
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        run_in_worker(options, stop)
    assert not (tmp_path / "out").exists()


def test_too_little_memory_for_tensorflow_is_a_sentence(tmp_path: Path) -> None:
    options = QuantizeOptions(
        source=str(SAMPLES / "digits_cnn.h5"), recipes=("float32",), output_folder=str(tmp_path / "out"),
        memory_limit_mb=1500,
    )  # fmt: skip
    with pytest.raises(JobError, match="not enough memory"):
        run_in_worker(options)
    assert not (tmp_path / "out").exists()
