"""`.keras` archives, as a user sees them; what an archive may claim, and what is done then."""

import io
import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.errors import DamagedFileError, FileChangedError, NotAModelError, ValuesError
from inspector.formats import open_model
from inspector.model import Level, Model
from tests.keras_builders import DENSE_MODEL, STORE, layer, random, sequential, store_bytes, write_keras

PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)


def codes(model: Model) -> list[str]:
    return [finding.code for finding in model.findings]


def keras_tensor(name: str, shape: list[Any]) -> dict[str, Any]:
    return {
        "class_name": "__keras_tensor__",
        "config": {"shape": shape, "dtype": "float32", "keras_history": [name, 0, 0]},
    }


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_keras_file_shows_layers_weights_and_totals(tmp_path: Path, packing: int) -> None:
    config = {**DENSE_MODEL, "compile_config": {"optimizer": {"class_name": "Adam", "config": {"learning_rate": 0.01}},
                                                "loss": "mse", "metrics": ["mae"]}}  # fmt: skip
    model = open_model(write_keras(tmp_path / "x.keras", config, compression=packing))
    assert model.format == "keras_zip"
    assert dict(model.facts) == {
        "Keras version": "3.9.2", "model": "Sequential sequential", "optimizer": "Adam, learning_rate 0.01",
        "loss": "mse", "metrics": "mae", "saved": "2026-01-02 03:04:05",
    }  # fmt: skip
    assert [(o.name, o.op_name, o.output_shape, o.parameters) for o in model.operators()] == [
        ("dense", "Dense", (None, 6), 54), ("norm", "BatchNormalization", (None, 6), 24),
        ("logits", "Dense", (None, 3), 21),
    ]  # fmt: skip
    totals = model.parameters
    assert totals is not None
    assert (totals.total, totals.trainable, totals.non_trainable, totals.optimizer) == (99, 87, 12, 97)
    stored = [
        values for group in ("layers/dense", "layers/batch_normalization", "layers/dense_1") for values in STORE[group]
    ]
    for tensor, expected in zip(model.tensors(), stored, strict=False):
        assert np.array_equal(model.values(tensor), expected)
        assert model.storage.raw(tensor) == expected.tobytes()
        assert np.array_equal(np.concatenate([c.copy() for c in model.storage.chunks(tensor, 5)]), expected.reshape(-1))


def test_layers_find_their_groups_by_the_name_noted_there(tmp_path: Path) -> None:
    """Two layers of one class whose order in the file is not that of the model."""
    config = sequential(layer("Dense", "b", units=2), layer("Dense", "a", units=2), build_input_shape=[None, 2])
    store = store_bytes(
        {"layers/dense": [random(2, 2, seed=1)], "layers/dense_1": [random(2, 2, seed=2)]},
        {"layers/dense": "a", "layers/dense_1": "b"},
    )
    model = open_model(write_keras(tmp_path / "x.keras", config, store))
    first, second = list(model.tensors())[:2]
    assert (first.name, second.name) == ("b/kernel", "a/kernel")
    assert np.array_equal(model.values(first), random(2, 2, seed=2))


def test_connections_and_shapes_of_keras_3_are_read(tmp_path: Path) -> None:
    def entry(class_name: str, name: str, arguments: list[Any], **config: Any) -> dict[str, Any]:
        nodes = [{"args": arguments, "kwargs": {"mask": None}}] if arguments else []
        return {"module": "keras.layers", "class_name": class_name, "name": name, "config": {"name": name, **config},
                "inbound_nodes": nodes}  # fmt: skip

    config = {"class_name": "Functional", "config": {"name": "m", "layers": [
        entry("InputLayer", "a", [], batch_shape=[None, 4]),
        entry("Strange", "own", [keras_tensor("a", [None, 4])]),
        entry("Add", "add", [[keras_tensor("own", [None, 7, 4]), keras_tensor("a", [None, 4])]]),
        entry("Dense", "dense", [keras_tensor("add", [None, 7, 4])], units=3),
    ], "input_layers": ["a", 0, 0], "output_layers": ["dense", 0, 0]}}  # fmt: skip
    model = open_model(write_keras(tmp_path / "x.keras", config))
    assert [(o.name, o.output_shape, o.inbound) for o in model.operators()] == [
        ("a", (None, 4), ()), ("own", (None, 7, 4), (0,)), ("add", (None, 7, 4), (1, 0)), ("dense", (None, 7, 3), (2,)),
    ]  # fmt: skip
    assert [t.shape_signature for t in model.outputs()] == [(-1, 7, 3)]


def test_cells_and_wrapped_layers_name_their_weights(tmp_path: Path) -> None:
    lstm = layer("LSTM", "forward", units=2, use_bias=True)
    config = sequential(layer("Bidirectional", "both", layer=lstm), layer("GRU", "gru", units=3, use_bias=False))
    store = {
        "layers/bidirectional/forward_layer/cell": [random(4, 8), random(2, 8), random(8)],
        "layers/bidirectional/backward_layer/cell": [random(4, 8), random(2, 8), random(8)],
        "layers/gru/cell": [random(4, 9), random(3, 9)],
    }
    names = {"layers/bidirectional/forward_layer": "forward", "layers/bidirectional/backward_layer": "backward",
             "layers/bidirectional/forward_layer/cell": "lstm_cell"}  # fmt: skip
    model = open_model(write_keras(tmp_path / "x.keras", config, store_bytes(store, names)))
    assert [o.op_name for o in model.operators()] == ["Bidirectional(LSTM)", "GRU"]
    assert [(t.name, t.role) for t in model.tensors()] == [
        ("both/forward/lstm_cell/kernel", "weights"), ("both/forward/lstm_cell/recurrent_kernel", "weights"),
        ("both/forward/lstm_cell/bias", "bias"), ("both/backward/cell/kernel", "weights"),
        ("both/backward/cell/recurrent_kernel", "weights"), ("both/backward/cell/bias", "bias"),
        ("gru/cell/kernel", "weights"), ("gru/cell/recurrent_kernel", "weights"),
    ]  # fmt: skip


def test_a_random_generators_state_is_no_parameter(tmp_path: Path) -> None:
    store = {"layers/dropout/seed_generator": [np.array([1, 2], np.uint32)]}
    model = open_model(write_keras(tmp_path / "x.keras", sequential(layer("Dropout", "drop")), store_bytes(store)))
    (tensor,) = model.tensors()
    assert (tensor.name, tensor.kind) == ("drop/seed_generator/0", "variable")
    assert (
        [o.parameters for o in model.operators()] == [0] and model.parameters is not None and not model.parameters.total
    )


def test_a_class_of_its_own_lists_its_groups(tmp_path: Path) -> None:
    store = {"encoder": [random(3, 4)], "head/inner": [random(2, 2), random(2)]}
    config = {"module": "mine", "class_name": "mine>Detector", "config": {"name": "detector", "depth": 3}}
    model = open_model(write_keras(tmp_path / "x.keras", config, store_bytes(store)))
    assert model.facts["model"] == "Detector detector" and codes(model) == ["weights_only"]
    assert [(o.name, o.op_name, o.parameters) for o in model.operators()] == [
        ("encoder", "Layer", 12),
        ("head", "Layer", 6),
    ]


def test_bfloat16_weights_are_read_as_numbers(tmp_path: Path) -> None:
    half = np.array([1.5, -2.0, 3.140625], np.float32)
    stored = (half.view(np.uint32) >> 16).astype(np.uint16).view("V2")
    store = store_bytes({"layers/dense": [stored]})
    model = open_model(write_keras(tmp_path / "x.keras", sequential(layer("Dense", "d")), store))
    (tensor,) = model.tensors()
    assert tensor.type.name == "BFLOAT16" and tensor.bytes == 6
    assert np.array_equal(model.values(tensor), half)


def test_files_packed_with_the_model_are_listed(tmp_path: Path) -> None:
    extra = {"assets/vocabulary.txt": b"the\nof\n", "assets/table.bin": bytes(range(256))}
    model = open_model(write_keras(tmp_path / "x.keras", extra=extra))
    assert [(f.name, f.size_bytes, f.text) for f in model.associated_files] == [
        ("assets/vocabulary.txt", 7, "the\nof\n"), ("assets/table.bin", 256, ""),
    ]  # fmt: skip


def test_an_archive_without_a_model_is_a_sentence(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.keras", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(NotAModelError, match=r"x\.keras is a zip archive, but no Keras model: it has no config\.json"):
        open_model(tmp_path / "x.keras")


def test_an_archive_without_weights_shows_the_layers(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(DENSE_MODEL))
    model = open_model(tmp_path / "x.keras")
    assert codes(model) == ["no_weights"] and len(list(model.operators())) == 3


@pytest.mark.parametrize("config", (b"{", b"[]", b'{"class_name": 5}', "\ud800".encode("utf-8", "surrogatepass")))
def test_a_broken_configuration_leaves_the_weights(tmp_path: Path, config: bytes) -> None:
    model = open_model(write_keras(tmp_path / "x.keras", config))
    assert codes(model)[0] == "config_damaged" and model.findings[0].level == Level.DAMAGE
    assert [(o.name, o.parameters) for o in model.operators()] == [
        ("dense", 54), ("batch_normalization", 24), ("dense_1", 21),
    ]  # fmt: skip


def test_a_cut_archive_is_a_sentence(tmp_path: Path) -> None:
    path = write_keras(tmp_path / "x.keras")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DamagedFileError, match=r"x\.keras is damaged"):
        open_model(path)


def test_weights_that_unpack_to_gigabytes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", json.dumps(DENSE_MODEL))
        with archive.open("model.weights.h5", "w", force_zip64=True) as member:
            for _ in range(80):
                member.write(bytes(1 << 20))
    with pytest.raises(DamagedFileError, match="no model's weights"):
        open_model(path)


def test_a_configuration_that_claims_gigabytes_is_refused(tmp_path: Path) -> None:
    path = write_keras(tmp_path / "x.keras", compression=zipfile.ZIP_DEFLATED)
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"config.json") - 46  # in the central directory
    assert data[entry : entry + 4] == b"PK\x01\x02"
    data[entry + 24 : entry + 28] = struct.pack("<I", 1 << 31)
    path.write_bytes(data)
    model = open_model(path)
    assert codes(model)[0] == "config_damaged" and "2,147,483,648" in model.findings[0].detail


def test_a_member_that_lies_about_its_size_is_a_sentence(tmp_path: Path) -> None:
    path = write_keras(tmp_path / "x.keras")
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"model.weights.h5") - 46
    data[entry + 20 : entry + 28] = struct.pack("<II", 1 << 30, 1 << 30)
    path.write_bytes(data)
    with pytest.raises(DamagedFileError):
        open_model(path)


def test_an_encrypted_archive_is_a_sentence(tmp_path: Path) -> None:
    path = write_keras(tmp_path / "x.keras")
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := data.find(mark, place + 1)) >= 0:
            data[place + offset] |= 1
    path.write_bytes(data)
    with pytest.raises(DamagedFileError, match="encrypted"):
        open_model(path)


def test_weights_that_are_no_hdf5_are_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DamagedFileError, match=r"x\.keras"):
        open_model(write_keras(tmp_path / "x.keras", weights=b"no HDF5" * 100))


@pytest.mark.parametrize("packing", PACKINGS[:2])
def test_a_file_that_changes_while_open_is_noticed(tmp_path: Path, packing: int) -> None:
    path = write_keras(tmp_path / "x.keras", compression=packing)
    model = open_model(path)
    tensor = next(model.tensors())
    path.write_bytes(path.read_bytes() + b" ")
    for ask in (model.storage.check, lambda: model.values(tensor), lambda: model.storage.raw(tensor)):
        with pytest.raises(FileChangedError, match="changed on disk"):
            ask()
    path.unlink()
    with pytest.raises(FileChangedError):
        next(model.storage.chunks(tensor, 10))


def test_inputs_and_outputs_have_no_values(tmp_path: Path) -> None:
    model = open_model(write_keras(tmp_path / "x.keras"))
    with pytest.raises(ValuesError, match="input_1 is computed"):
        model.values(model.inputs()[0])


def test_an_archive_in_memory_pieces_is_the_same(tmp_path: Path) -> None:
    """The weights begin behind a local header that may be longer than the one in the directory."""
    path = tmp_path / "x.keras"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in (("config.json", json.dumps(DENSE_MODEL).encode()), ("model.weights.h5", store_bytes())):
            info = zipfile.ZipInfo(name)
            info.extra = struct.pack("<HH", 0xCAFE, 30) + bytes(30)
            archive.writestr(info, content)
    path.write_bytes(buffer.getvalue())
    model = open_model(path)
    assert np.array_equal(model.values(next(model.tensors())), STORE["layers/dense"][0])
