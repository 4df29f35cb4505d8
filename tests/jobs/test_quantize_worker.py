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
import sys, tf_keras as keras, tensorflow_model_optimization as tfmot
layers = keras.layers
base = keras.Sequential([layers.InputLayer(input_shape=(12, 12, 1)), layers.Conv2D(8, 3), layers.Flatten(),
                         layers.Dense(10)])
tfmot.sparsity.keras.prune_low_magnitude(base).save(sys.argv[1])
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


def test_pruning_wrappers_are_stripped(tmp_path: Path) -> None:
    source = tmp_path / "wrapped.h5"
    command = [sys.executable, "-c", WRAPPED, str(source)]
    subprocess.run(command, check=True, capture_output=True, env=worker_environment(KERAS2))
    assert any("PruneLowMagnitude" in each.op_name for each in open_model(source).operators())
    options = QuantizeOptions(source=str(source), recipes=("float32",), output_folder=str(tmp_path / "out"))
    result = run_in_worker(options)
    made = open_model(result["variants"][0]["path"])
    assert Counter(each.op_name for each in made.operators()) == {"CONV_2D": 1, "RESHAPE": 1, "FULLY_CONNECTED": 1}


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
