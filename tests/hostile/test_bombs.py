"""Small files that ask for much: bombs, shapes of many gigabytes, a million tensors, names of a megabyte."""

import io
import json
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from tests import keras_builders as build
from tests.builders import ModelBuilder, sparsity
from tests.hostile.bounded import bounded

MILLION = 1_000_000


def _hdf5(path: Path, shape: tuple[int, ...], **options: object) -> Path:
    """An .h5 of a few KB, whose kernel claims `shape`."""
    build.write_h5(path)
    with h5py.File(path, "r+") as file:
        del file["model_weights/dense/dense/kernel:0"]
        file.create_dataset("model_weights/dense/dense/kernel:0", shape, "f4", **options)
    return path


def gigabytes(folder: Path) -> list[Path]:
    """Ten gigabytes and more, in files of a few KB."""
    b = ModelBuilder()
    b.tensor("in the air", [50_000, 50_000], "FLOAT32")
    b.tensor("constant", [50_000, 50_000], "FLOAT32", np.zeros(4, np.float32))
    dense = (np.array([0, 1], np.uint8), np.array([0], np.uint8))
    b.tensor("sparse", [50_000, 50_000], "INT8", np.zeros(4, np.int8),
             sparsity=sparsity([0, 1], None, [50_000, dense]))  # fmt: skip
    store = {"layers/dense": [], "layers/dense_1": []}
    held = io.BytesIO(build.store_bytes(store))
    with h5py.File(held, "r+") as file:
        file.create_dataset("layers/dense/vars/0", (1 << 20, 1 << 12), "f4", chunks=(1 << 10, 1 << 10))
        file.create_dataset("layers/dense/vars/1", (1 << 30,), "f4", chunks=(1 << 28,), compression="gzip")
    return [
        b.write(folder / "shape.tflite"),
        _hdf5(folder / "contiguous.h5", (1 << 16, 1 << 16)),
        _hdf5(folder / "chunks.h5", (1 << 16, 1 << 16), chunks=(1 << 10, 1 << 10)),
        _hdf5(folder / "one chunk.h5", (1 << 14, 1 << 14), chunks=(1 << 14, 1 << 14), compression="gzip"),
        _hdf5(folder / "resizable.h5", (1 << 16, 1 << 16), maxshape=(None, None), chunks=(64, 64)),
        build.write_keras(folder / "store.keras", weights=held.getvalue()),
    ]


def zip_bombs(folder: Path) -> list[Path]:
    """Members that unpack to very much; one that says so, one that claims little, one full of others."""
    zeros = bytes(1 << 20)
    made = []
    for name in ("config.json", "metadata.json", "model.weights.h5", "assets/vocabulary.txt"):
        path = build.write_keras(folder / f"bomb in {name.replace('/', ' ')}.keras")
        with zipfile.ZipFile(path, "r") as archive:
            members = {each: archive.read(each) for each in archive.namelist()}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for each, data in members.items():
                if each != name:
                    archive.writestr(each, data)
            with archive.open(name, "w", force_zip64=True) as member:
                for _ in range(100):
                    member.write(zeros)
        made.append(path)
    liar = folder / "claims little.keras"
    data = bytearray(made[2].read_bytes())
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"model.weights.h5"))
    data[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    liar.write_bytes(data)
    many = folder / "many members.keras"
    with zipfile.ZipFile(many, "w") as archive:
        archive.writestr("config.json", json.dumps(build.DENSE_MODEL))
        for number in range(20_000):
            archive.writestr(zipfile.ZipInfo(f"assets/{number}"), b"")
    return [*made, liar, many]


_ALL_VALUES = """
import sys
from pathlib import Path
from inspector.analysis.measurements import Measurements
from inspector.errors import ValuesError
from inspector.formats import open_model
for name in sys.argv[1:]:
    model = open_model(name)
    for tensor in model.tensors(optimizer=True):
        for give in (model.values, model.storage.raw, Measurements(model).statistics, Measurements(model).gzip_bytes):
            try:
                give(tensor)
            except ValuesError as error:
                print(Path(name).name, tensor.index, error)
"""


def test_ten_gigabytes_in_a_file_of_a_few_kilobytes(tmp_path: Path) -> None:
    paths = gigabytes(tmp_path)
    assert all(path.stat().st_size < 64 << 10 for path in paths)
    done = bounded("weights", "--json", *paths, megabytes=150)
    assert len(json.loads(done.out)) == len(paths)
    told = bounded(*paths, python=_ALL_VALUES, megabytes=250).out
    for path in paths:
        assert f"{path.name} 0 " in told or f"{path.name} 1 " in told, told


def test_zip_bombs_are_not_unpacked(tmp_path: Path) -> None:
    paths = zip_bombs(tmp_path)
    assert all(path.stat().st_size < 4 << 20 for path in paths)
    done = bounded("show", "--json", *paths, megabytes=200)
    rows = json.loads(done.out)
    refused = [Path(row["path"]).name for row in rows if "error" in row]
    assert "claims little.keras" in refused and "bomb in model.weights.h5.keras" in refused, refused
    assert "many members.keras" not in refused
    bounded("tensors", *paths, megabytes=200)


def million_tensors(shared: bool) -> bytes:
    """A list of a million tensors of one name: a table each in a file of 16 MB, or one table for all in 4 MB."""
    count = 1 if shared else MILLION
    vtable = np.array([12, 8, 0, 0, 0, 4], "<u2").tobytes()  # of a tensor: only its name, behind the table's start
    root_vtable = np.array([10, 12, 4, 0, 8], "<u2").tobytes() + bytes(2)  # of the model: version, subgraphs
    root_vtable_at = 8 + len(vtable)
    root_at = root_vtable_at + len(root_vtable)
    subgraph_vtable_at = root_at + 12
    subgraph_vtable = np.array([6, 8, 4], "<u2").tobytes() + bytes(2)
    subgraphs_at = subgraph_vtable_at + 8
    subgraph_at = subgraphs_at + 8
    list_at = subgraph_at + 8
    tables_at = list_at + 4 + 4 * MILLION
    name_at = tables_at + 8 * count
    tables = np.empty((count, 2), "<u4")
    places = tables_at + 8 * np.arange(count)
    tables[:, 0] = places - 8
    tables[:, 1] = name_at - places - 4
    entries = list_at + 4 + 4 * np.arange(MILLION)
    head = np.array([root_at, int.from_bytes(b"TFL3", "little")], "<u4").tobytes()
    parts = [
        head, vtable, root_vtable, np.array([root_at - root_vtable_at, 3, subgraphs_at - root_at - 8], "<u4").tobytes(),
        subgraph_vtable, np.array([1, subgraph_at - subgraphs_at - 4], "<u4").tobytes(),
        np.array([subgraph_at - subgraph_vtable_at, list_at - subgraph_at - 4], "<u4").tobytes(),
        np.array([MILLION], "<u4").tobytes(), (places - entries).astype("<u4").tobytes(), tables.tobytes(),
        np.array([6], "<u4").tobytes() + b"tensor\0\0",
    ]  # fmt: skip
    return b"".join(parts)


@pytest.fixture(scope="module")
def million(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("million") / "million.tflite"
    path.write_bytes(million_tensors(shared=False))
    return path


def test_a_million_tensors(million: Path) -> None:
    found = json.loads(bounded("show", "--json", million, megabytes=1000, seconds=60).out)
    assert found["tensors_by_type"]["FLOAT32"]["tensors"] == MILLION


def test_a_million_tensors_in_one_table(tmp_path: Path) -> None:
    path = tmp_path / "shared.tflite"
    path.write_bytes(million_tensors(shared=True))
    found = json.loads(bounded("show", "--json", path, megabytes=800).out)
    assert found["findings"][0]["code"] == "list_damaged"


def test_the_window_shows_a_million_tensors(million: Path, tmp_path: Path) -> None:
    picture = tmp_path / "window.png"
    bounded(million, "--tab", "tensors", "--snapshot", picture, megabytes=2000, seconds=90)
    assert picture.stat().st_size > 10_000


def test_names_of_a_megabyte(tmp_path: Path) -> None:
    name = "n" * (1 << 20)
    b = ModelBuilder(description=name)
    x, y = b.tensor(name, [1]), b.tensor(name + "y", [1])
    b.operator(name, [x], [y])
    b.inputs(x).outputs(y).signature(name, {name: x}, {name: y})
    b.metadata(name, name.encode())
    path = b.write(tmp_path / "names.tflite")
    config = build.sequential(build.layer("InputLayer", "i", batch_input_shape=[None, 4], dtype="float32"),
                              build.layer("Dense", name, units=3, activation=name), name=name)  # fmt: skip
    paths = [path, build.write_h5(tmp_path / "names.h5", config, {}), build.write_keras(tmp_path / "n.keras", config)]
    for command in ("show", "tensors"):
        bounded(command, *paths, megabytes=300)
    picture = tmp_path / "window.png"
    bounded(*paths, "--tab", "operators", "--select", "T#0", "--snapshot", picture, megabytes=500)
    assert picture.stat().st_size > 10_000
