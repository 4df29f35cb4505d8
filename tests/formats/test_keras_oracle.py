"""Against Keras itself: layers, output shapes, parameters, totals and every value, for both engines and all formats."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from inspector.formats import open_model
from inspector.model import Model, Tensor
from tests.conftest import ROOT, SAMPLES

pytestmark = pytest.mark.tensorflow

COMMON = ("plain", "residual", "nested", "sequential_in_sequential", "recurrent", "frozen", "shared", "shapes",
          "attention", "lambda_layer")  # fmt: skip
MODELS = {
    "keras": (*COMMON, "operations", "quantized", "halves"),
    "tf_keras": (*COMMON, "pruned", "stripped", "quantization_aware", "clustered", "functions"),
}
CASES = [(engine, name) for engine, names in MODELS.items() for name in names]
UNKNOWN_SHAPES = {"lambda_layer": {"double"}, "functions": {"tf.math.reduce_mean", "tf.nn.relu", "dense"}}
"""Layers whose shape only running their code would tell, and those behind them where the file notes none."""


@pytest.fixture(scope="session")
def oracle_files(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """engine -> folder with its models; each engine needs a process of its own."""
    folders: dict[str, Path] = {}

    def folder(engine: str) -> Path:
        if engine not in folders:
            made = tmp_path_factory.mktemp(engine)
            command = [sys.executable, "-W", "ignore", "-m", "tests.keras_oracle", engine, str(made)]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
            assert done.returncode == 0, done.stderr[-3000:]
            folders[engine] = made
        return folders[engine]

    return folder


def digest(model: Model, tensor: Tensor) -> str:
    """As keras_oracle.digest, from our own reading."""
    data = hashlib.sha256(model.storage.raw(tensor)).hexdigest()[:16]
    return f"{tensor.type.name.lower()}{list(tensor.shape)}:{data}"


def digests(model: Model, kinds: tuple[str, ...] = ("constant",)) -> list[str]:
    return sorted(digest(model, tensor) for tensor in model.tensors(optimizer=True) if tensor.kind in kinds)


@pytest.mark.parametrize("suffix", (".h5", ".keras", ".weights.h5"))
@pytest.mark.parametrize(("engine", "name"), CASES)
def test_weights_and_totals_are_those_of_keras(oracle_files: Any, engine: str, name: str, suffix: str) -> None:
    folder = oracle_files(engine)
    expected = json.loads((folder / f"{name}.json").read_text())
    model = open_model(folder / f"{name}{suffix}")
    assert digests(model) == expected["weights"]
    assert digests(model, ("optimizer",)) == expected["optimizer"]
    totals = model.parameters
    assert totals is not None and totals.total == expected["total"]
    assert totals.total == totals.trainable + totals.non_trainable
    if suffix != ".weights.h5":  # which does not say what is frozen
        assert totals.trainable == expected["trainable"]


@pytest.mark.parametrize("suffix", (".h5", ".keras"))
@pytest.mark.parametrize(("engine", "name"), CASES)
def test_layers_are_those_of_keras(oracle_files: Any, engine: str, name: str, suffix: str) -> None:
    folder = oracle_files(engine)
    expected = json.loads((folder / f"{name}.json").read_text())
    model = open_model(folder / f"{name}{suffix}")
    layers = list(model.operators())
    assert [layer.name for layer in layers] == [row["name"] for row in expected["layers"]]
    names = [layer.name for layer in layers]
    for layer, row in zip(layers, expected["layers"], strict=True):
        assert layer.op_name.partition("(")[0] == row["class"]
        assert layer.parameters == row["parameters"]
        shape = None if layer.output_shape is None else list(layer.output_shape)
        if layer.name in UNKNOWN_SHAPES.get(name, ()):
            assert shape in (None, row["output_shape"])
        else:
            assert shape == row["output_shape"], layer.name
        assert [names[index] for index in layer.inbound] == row["inbound"]
        if not row["nested"]:
            own = sorted(digest(model, model.subgraphs[0].tensors[index]) for index in layer.inputs)
            assert own == row["weights"], layer.name


@pytest.mark.parametrize("suffix", (".h5", ".keras"))
@pytest.mark.parametrize(("engine", "name"), [case for case in CASES if case[1] not in UNKNOWN_SHAPES])
def test_inputs_and_outputs_are_those_of_keras(oracle_files: Any, engine: str, name: str, suffix: str) -> None:
    folder = oracle_files(engine)
    expected = json.loads((folder / f"{name}.json").read_text())
    model = open_model(folder / f"{name}{suffix}")
    for tensors, key in ((model.inputs(), "inputs"), (model.outputs(), "outputs")):
        shapes = [tensor.shape_signature or tensor.shape for tensor in tensors]
        assert [[None if size == -1 else size for size in shape] for shape in shapes] == expected[key]


OTHERS = (
    ("keras", "fer__emotion_model.hdf5"), ("tf_keras", "fer__emotion_model.hdf5"),
    ("keras", "network_intrusion_detection__cnn_lstm_unsw_finetuned.h5"),
    ("keras", "digitsclassifier__digit_classifier_model.keras"),
)  # fmt: skip


@pytest.mark.parametrize(("engine", "name"), OTHERS)
def test_models_by_others_are_read_as_keras_loads_them(shared_models: Path, engine: str, name: str) -> None:
    compare_with_loaded(engine, shared_models / name)


@pytest.mark.parametrize("name", ("digits_cnn.h5", "digits_cnn_pruned.h5"))
def test_the_samples_are_read_as_keras_loads_them(name: str) -> None:
    compare_with_loaded("keras", SAMPLES / name)


def compare_with_loaded(engine: str, path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "tests.keras_oracle", engine, "--load", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr[-3000:]
    expected = json.loads(done.stdout.splitlines()[-1])
    model = open_model(path)
    found = [(o.name, o.op_name.partition("(")[0], o.parameters, list(o.output_shape or ())) for o in model.operators()]
    assert found == [(row["name"], row["class"], row["parameters"], row["output_shape"]) for row in expected["layers"]]
    assert digests(model) == expected["weights"]
    totals = model.parameters
    assert totals is not None
    assert (totals.total, totals.trainable) == (expected["total"], expected["trainable"])
