"""What the fast path makes equals what one plain converter call a variant makes; its private functions are there."""

import inspect
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT, SAMPLES
from tests.jobs.plain_converter import RECIPES

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]
TIMEOUT = 280


def compared(engine: str, source: Path, samples: np.ndarray, folder: Path) -> dict[str, str]:
    np.save(folder / "samples.npy", samples)
    command = [sys.executable, "-m", "tests.jobs.plain_converter", engine, str(source), str(folder / "samples.npy")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=TIMEOUT, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-3000:]
    answer: dict[str, str] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("name", ["digits_cnn.h5", "digits_cnn_pruned.h5"])
def test_every_variant_of_the_sample_is_byte_for_byte_what_a_plain_script_makes(name: str, tmp_path: Path) -> None:
    with np.load(SAMPLES / "digits.npz") as data:
        samples = data["x_calibration"][:20].astype(np.float32)
    answer = compared("keras3", SAMPLES / name, samples.reshape(20, *samples.shape[1:]), tmp_path)
    assert answer.pop("sparsified float32") != "other types or scales"  # of a finished file: other places of buffers
    assert answer == dict.fromkeys(RECIPES, "equal")


def test_every_variant_of_a_keras_2_model_is_byte_for_byte_what_a_plain_script_makes(
    shared_models: Path, tmp_path: Path
) -> None:
    samples = np.random.default_rng(0).random((5, 64, 64, 1), np.float32)
    answer = compared("keras2", shared_models / "fer__emotion_model.hdf5", samples, tmp_path)
    assert answer.pop("sparsified float32") != "other types or scales"
    assert answer == dict.fromkeys(RECIPES, "equal")


def test_the_private_functions_of_tensorflow_are_as_the_back_end_calls_them() -> None:
    """Where this fails, TensorFlow has changed: look at every function of tflite_backend.py before raising the pin."""
    from tensorflow.lite.python import convert, util
    from tensorflow.lite.python import lite as converters
    from tensorflow.lite.python.optimize import calibrator

    def parameters(function: object) -> set[str]:
        return set(inspect.signature(function).parameters)  # type: ignore[arg-type]

    assert {"input_data_str", "input_data_type", "output_data_type"} <= parameters(convert.mlir_quantize)
    assert {"dataset_gen", "input_type", "output_type", "allow_float", "activations_type", "bias_type"} <= parameters(
        calibrator.Calibrator.calibrate_and_quantize
    )
    assert {"dataset_gen"} <= parameters(calibrator.Calibrator.calibrate)
    assert callable(calibrator.add_intermediate_tensors)
    keras = converters.TFLiteKerasModelConverterV2
    assert {"output_dir"} <= parameters(keras._convert_keras_to_saved_model)
    assert {"model"} <= parameters(keras._optimize_tflite_model)
    for function in (convert.mlir_sparsify, convert.deduplicate_readonly_buffers, util.get_conversion_metadata,
                     util.get_model_hash, util.get_sparsity_modes, util.populate_conversion_metadata,
                     util.modify_model_io_type):  # fmt: skip
        assert callable(function)
