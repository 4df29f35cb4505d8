"""Which Keras a file needs, and that every task there is can be found."""

import json
import zipfile
from importlib import import_module
from pathlib import Path

import pytest

from inspector.errors import ModelFileError
from inspector.jobs.engine import engine_of
from inspector.jobs.runner import TASKS
from tests.conftest import SAMPLES


def keras_zip(path: Path, version: str | None) -> Path:
    config = {"class_name": "Sequential", "config": {"name": "s", "layers": []}}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        if version is not None:
            archive.writestr("metadata.json", json.dumps({"keras_version": version}))
    return path


def test_the_samples_are_keras_3(sample_h5: Path, sample_tflite: Path):
    assert engine_of(sample_h5) == "keras3"
    assert engine_of(str(SAMPLES / "digits_cnn_pruned.h5")) == "keras3"
    assert engine_of(sample_tflite) == "keras3"


@pytest.mark.parametrize(
    ("version", "engine"), [("3.0.0", "keras3"), ("2.15.0", "keras2"), (None, "keras3"), ("4.1", "keras3")]
)
def test_the_version_in_the_file_decides(tmp_path: Path, version: str | None, engine: str):
    assert engine_of(keras_zip(tmp_path / "model.keras", version)) == engine


def test_a_folder_is_a_saved_model_and_needs_no_keras(tmp_path: Path):
    assert engine_of(tmp_path) == "keras3"


def test_real_files_of_keras_2(shared_models: Path):
    assert engine_of(shared_models / "fer__emotion_model.hdf5") == "keras2"
    assert engine_of(shared_models / "digitsclassifier__digit_classifier_model.keras") == "keras3"


def test_a_file_that_is_no_model_is_refused(tmp_path: Path):
    (tmp_path / "x.h5").write_text("hello")
    with pytest.raises(ModelFileError, match=r"x\.h5"):
        engine_of(tmp_path / "x.h5")


@pytest.mark.parametrize("job", sorted(TASKS))
def test_every_task_is_there_and_takes_what_it_is_given(job: str):
    options, place = TASKS[job]
    module, _, function = place.partition(":")
    assert job == options.JOB
    assert callable(getattr(import_module(module), function))


@pytest.mark.tensorflow
@pytest.mark.parametrize(("engine", "major"), [("keras3", "3"), ("keras2", "2")])
def test_a_warm_worker_has_the_keras_of_its_engine(engine: str, major: str):
    from inspector.jobs.client import run_in_worker
    from inspector.jobs.options import WarmOptions

    found = run_in_worker(WarmOptions(), engine=engine)
    assert found["keras"].split(".")[0] == major
    assert found["tensorflow"].startswith("2.")
