"""Values of Keras weights: in pieces, packed, in other byte orders, and never whole when asked for in pieces."""

import tracemalloc
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from inspector.errors import FileChangedError, ValuesError
from inspector.formats import open_model
from inspector.formats.keras_storage import regions
from inspector.model import Model, Tensor
from tests.keras_builders import layer, random, sequential, write_h5, write_weights


def one(path: Path, values: Any, **options: Any) -> tuple[Model, Tensor]:
    """A model with one weight."""
    config = sequential(layer("Dense", "dense", units=1))
    model = open_model(write_h5(path, config, {"dense": {"dense/kernel:0": np.asarray(values)}}, **options))
    return model, next(model.tensors())


@pytest.mark.parametrize("shape", ((0,), (1,), (7, 3), (3, 3, 5, 2), (1, 100), (100, 1)))
@pytest.mark.parametrize("elements", (1, 4, 10, 1000))
@pytest.mark.parametrize(
    "options", ({}, {"chunks": True, "compression": "gzip"}, {"chunks": True, "compression": "lzf"}), ids=str
)
def test_pieces_put_together_are_the_values(tmp_path: Path, shape: Any, elements: int, options: Any) -> None:
    values = random(*shape)
    model, tensor = one(tmp_path / "x.h5", values, **(options if values.size else {}))  # no chunks for nothing
    pieces = [piece.copy() for piece in model.storage.chunks(tensor, elements)]
    assert all(piece.ndim == 1 and 0 < piece.size <= elements for piece in pieces)
    assert np.array_equal(np.concatenate([np.zeros(0, np.float32), *pieces]), values.reshape(-1))
    assert np.array_equal(model.values(tensor), values) and model.values(tensor).shape == shape
    assert model.storage.raw(tensor) == values.tobytes()


@pytest.mark.parametrize("dtype", (">f4", ">i2", "<f2", "<f8", "?", "<i8", "u1"))
def test_every_type_comes_as_its_own(tmp_path: Path, dtype: str) -> None:
    values = np.arange(6).reshape(2, 3).astype(dtype)
    model, tensor = one(tmp_path / "x.h5", values)
    read = model.values(tensor)
    assert read.dtype == tensor.type.dtype and np.array_equal(read, values)
    assert model.storage.raw(tensor) == values.tobytes()


def test_chunks_of_the_newest_hdf5_are_read_by_the_library(tmp_path: Path) -> None:
    path, values = tmp_path / "x.h5", random(50, 7)
    with h5py.File(path, "w", libver="latest") as file:
        file.attrs["layer_names"] = [b"dense"]
        group = file.create_group("dense")
        group.attrs["weight_names"] = [b"kernel:0"]
        group.create_dataset("kernel:0", data=values, chunks=(9, 4))
    model = open_model(path)
    tensor = next(model.tensors())
    assert np.array_equal(model.values(tensor), values)
    assert np.array_equal(np.concatenate([p.copy() for p in model.storage.chunks(tensor, 20)]), values.reshape(-1))


def test_texts_are_no_numbers(tmp_path: Path) -> None:
    path = write_weights(tmp_path / "x.h5", {"lookup": {"lookup/words": np.array([b"a", b"bc"])}})
    model = open_model(path)
    tensor = next(model.tensors())
    assert tensor.type.name == "STRING"
    with pytest.raises(ValuesError, match="holds STRING, no numbers"):
        model.values(tensor)


def test_a_large_weight_is_never_read_whole(tmp_path: Path) -> None:
    values = np.zeros((4000, 2000), np.float32)  # 32 MB
    values[-1, -1] = 5
    for name, options in (("plain", {}), ("packed", {"chunks": (100, 200), "compression": "gzip"})):
        model, tensor = one(tmp_path / f"{name}.h5", values, **options)
        tracemalloc.start()
        total = sum(float(piece.sum()) for piece in model.storage.chunks(tensor, 1 << 16))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert total == 5
        assert peak < 20 << 20, f"{name}: {peak:,} bytes"


def test_many_weights_are_gathered_in_order(tmp_path: Path) -> None:
    model = open_model(write_h5(tmp_path / "x.h5"))
    tensors = [tensor for tensor in model.tensors() if tensor.has_data]
    assert model.storage.gather(tensors) == b"".join(map(model.storage.raw, tensors))


def test_a_file_that_changes_while_open_is_noticed(tmp_path: Path) -> None:
    path = write_h5(tmp_path / "x.h5")
    model = open_model(path)
    tensor = next(model.tensors())
    path.write_bytes(path.read_bytes() + b" ")
    for ask in (model.storage.check, lambda: model.values(tensor), lambda: model.storage.raw(tensor),
                lambda: next(model.storage.chunks(tensor, 10))):  # fmt: skip
        with pytest.raises(FileChangedError):
            ask()


def test_two_tensors_are_read_side_by_side(tmp_path: Path) -> None:
    model = open_model(write_h5(tmp_path / "x.h5"))
    first, second = list(model.tensors())[:2]
    pairs = list(zip(model.storage.chunks(first, 8), model.storage.chunks(second, 1), strict=False))
    assert len(pairs) == 6


@pytest.mark.parametrize("shape", ((), (0,), (5,), (3, 4), (2, 3, 4), (7, 1, 2)))
@pytest.mark.parametrize("elements", (1, 3, 5, 8, 100))
def test_regions_cover_an_array_in_order(shape: tuple[int, ...], elements: int) -> None:
    numbers = np.arange(int(np.prod(shape))).reshape(shape)
    parts = [numbers[tuple(slice(*bounds) for bounds in region)].reshape(-1) for region in regions(shape, elements)]
    assert all(part.size <= elements for part in parts)
    assert np.array_equal(np.concatenate(parts), numbers.reshape(-1))
