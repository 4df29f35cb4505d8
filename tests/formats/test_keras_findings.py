"""Keras' HDF5 files that are cut, broken, or claim what is not so: a sentence, or what is there with marks."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from inspector.errors import DamagedFileError, ModelFileError, NotAModelError, ValuesError
from inspector.formats import open_model
from inspector.formats.keras_h5 import read_keras_h5
from inspector.model import Level, Model
from tests.keras_builders import functional, layer, random, sequential, store_bytes, write_h5


def codes(model: Model) -> list[str]:
    return [finding.code for finding in model.findings]


def test_hdf5_without_keras_is_a_sentence(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["measurements"] = np.arange(10)
        file.create_group("runs")["first"] = np.arange(3)
    with pytest.raises(NotAModelError, match=r"x\.h5 is an HDF5 file, but holds no Keras model"):
        open_model(tmp_path / "x.h5")


def test_what_can_not_be_opened_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.h5").write_bytes(b"")
    (tmp_path / "noise.h5").write_bytes(bytes(range(256)) * 9)
    for name, error in (("absent.h5", ModelFileError), (".", NotAModelError), ("empty.h5", NotAModelError),
                        ("noise.h5", DamagedFileError)):  # fmt: skip
        with pytest.raises(error):
            read_keras_h5(tmp_path / name)


def test_a_file_cut_in_its_values_is_shown_and_marked(tmp_path: Path) -> None:
    weights = {"dense": {"dense/kernel:0": random(300, 200)}}
    path = write_h5(tmp_path / "x.h5", sequential(layer("Dense", "dense", units=200)), weights)
    path.write_bytes(path.read_bytes()[: -300 * 100 * 4])
    model = open_model(path)
    (finding,) = [finding for finding in model.findings if finding.level == Level.DAMAGE]
    assert finding.code == "weights_unreadable" and finding.tensors == ((0, 0),)
    with pytest.raises(ValuesError, match="dense/kernel can't be read"):
        model.values(model.subgraphs[0].tensors[0])


def test_a_weight_that_is_listed_and_missing_is_marked(tmp_path: Path) -> None:
    path = write_h5(tmp_path / "x.h5")
    with h5py.File(path, "a") as file:
        del file["model_weights/norm/norm/gamma:0"]
        del file["model_weights/logits"]
    model = open_model(path)
    (finding,) = model.findings
    assert (finding.code, finding.level) == ("weights_missing", Level.DAMAGE)
    assert "norm/norm/gamma:0" in finding.detail and "logits" in finding.detail
    assert [o.parameters for o in model.operators()] == [54, 18, 0]


def test_a_broken_configuration_leaves_the_weights(tmp_path: Path) -> None:
    model = open_model(write_h5(tmp_path / "x.h5", '{"class_name": "Sequential", "config": {'))
    assert [o.parameters for o in model.operators()] == [54, 24, 21]
    assert codes(model) == ["config_damaged", "weights_only"]
    with pytest.raises(DamagedFileError, match="no valid JSON"):
        open_model(write_h5(tmp_path / "y.h5", "{", None))


def test_a_broken_training_configuration_is_marked(tmp_path: Path) -> None:
    path = write_h5(tmp_path / "x.h5")
    with h5py.File(path, "a") as file:
        file.attrs["training_config"] = "[1, 2"
    assert codes(open_model(path)) == ["config_damaged"]


def test_links_out_of_the_file_are_left_alone(tmp_path: Path) -> None:
    write_h5(tmp_path / "secret.h5")
    path = write_h5(tmp_path / "x.h5")
    with h5py.File(path, "a") as file:
        del file["model_weights/logits"]
        file["model_weights/logits"] = h5py.ExternalLink("secret.h5", "/model_weights/logits")
    model = open_model(path)
    assert sorted(codes(model)) == ["links", "weights_missing"]
    assert "logits" not in {t.name.partition("/")[0] for t in model.tensors() if t.has_data}


def test_values_in_another_file_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.bin").write_bytes(b"secret" * 100)
    path = write_h5(tmp_path / "x.h5")
    with h5py.File(path, "a") as file:
        group = file["model_weights/dense/dense"]
        del group["kernel:0"]
        group.create_dataset("kernel:0", (8, 6), "<f4", external=[(str(tmp_path / "secret.bin"), 0, 192)])
    model = open_model(path)
    assert codes(model) == ["weights_unreadable"]
    with pytest.raises(ValuesError, match="other files"):
        model.values(model.subgraphs[0].tensors[0])


def test_a_dataset_that_claims_terabytes_is_not_read(tmp_path: Path) -> None:
    path = write_h5(tmp_path / "x.h5")
    with h5py.File(path, "a") as file:
        group = file["model_weights/dense/dense"]
        del group["kernel:0"]
        group.create_dataset("kernel:0", (1 << 20, 1 << 20), "<f4", chunks=(1 << 10, 1 << 10), compression="gzip")
    model = open_model(path)
    assert codes(model) == ["weights_unreadable"]
    with pytest.raises(ValuesError, match="they claim"):
        model.values(model.subgraphs[0].tensors[0])
    with pytest.raises(ValuesError):
        next(model.storage.chunks(model.subgraphs[0].tensors[0], 1000))


def test_an_attribute_that_claims_too_much_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_h5(tmp_path / "x.h5")
    monkeypatch.setattr("inspector.formats.hdf5_attributes._MAX_BYTES", 100)
    model = open_model(path)
    assert codes(model) == ["config_damaged", "weights_only"]
    assert 'The attribute "model_config"' in model.findings[0].detail


def test_a_configuration_nested_without_end_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DamagedFileError, match="nested too deep"):
        open_model(write_h5(tmp_path / "x.h5", "[" * 100_000 + "]" * 100_000, None))
    deep = layer("Dense", "dense", units=1)
    for number in range(60):
        deep = sequential(deep, name=f"model_{number}")
    with pytest.raises(DamagedFileError, match="models within models"):
        open_model(write_h5(tmp_path / "y.h5", deep, None))


def test_a_group_within_itself_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "x.weights.h5"
    path.write_bytes(store_bytes())
    with h5py.File(path, "a") as file:
        file["layers/dense/layers"] = file["layers"]
        file["layers/dense/again"] = file["layers/dense"]
    names = [tensor.name for tensor in open_model(path).tensors()]
    assert 0 < len(names) <= 8 and len(set(names)) == len(names)


def test_a_model_wired_in_a_circle_ends(tmp_path: Path) -> None:
    config = functional(
        layer("Dense", "a", ["b"], units=3), layer("Dense", "b", ["a"], units=3), inputs=["a"], outputs=["b"]
    )
    model = open_model(write_h5(tmp_path / "x.h5", config, {}))
    assert [(o.inbound, o.output_shape) for o in model.operators()] == [((1,), None), ((0,), None)]


def test_the_file_is_opened_without_a_lock_and_left_alone(tmp_path: Path) -> None:
    path = write_h5(tmp_path / "x.h5")
    before = path.read_bytes()
    model = open_model(path)
    with h5py.File(path, "a"):  # another program may write to it
        pass
    path.write_bytes(before)
    assert model.format == "keras_h5"
