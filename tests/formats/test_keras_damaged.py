"""Damaged Keras files: a sentence or a marked finding, in bounded time; never a traceback, a hang or a crash."""

import json
import random
import time
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.errors import InspectorError, ValuesError
from inspector.formats import open_model
from inspector.formats.keras_config import read_model
from inspector.formats.keras_graph import infer_shapes
from inspector.formats.keras_options import layer_options
from inspector.formats.keras_shapes import is_shape
from inspector.model import Model
from tests import keras_builders as build
from tests.fuzz.json_damage import JUNK, places, put

VARIANTS, SECONDS = 200, 20


def seeds(folder: Path) -> list[Path]:
    folder.mkdir()
    optimizer = {"iteration:0": np.int64(3), "m/dense/kernel:0": build.random(8, 6)}
    (folder / "store.h5").write_bytes(build.store_bytes(names={"layers/dense": "dense"}))
    return [
        build.write_h5(folder / "whole.h5", optimizer=optimizer, training={"loss": "mse"}),
        build.write_h5(folder / "packed.h5", chunks=True, compression="gzip"),
        build.write_h5(folder / "heap.h5", weights={**build.DENSE_WEIGHTS, "größe": {}}),
        build.write_weights(folder / "weights.h5"),
        folder / "store.h5",
        build.write_keras(folder / "stored.keras"),
        build.write_keras(folder / "deflated.keras", compression=zipfile.ZIP_DEFLATED),
    ]


def damage(data: bytes, chance: random.Random) -> bytes:
    """Cut, flipped bytes, or a piece copied over another."""
    changed = bytearray(data)
    kind = chance.random()
    if kind < 0.2:
        return data[: chance.randrange(len(data))]
    if kind < 0.85:
        near = chance.random() < 0.5
        for _ in range(chance.choice((1, 1, 2, 4, 16, 100))):
            place = chance.randrange(min(len(data), 6000) if near else len(data))
            changed[place] = chance.choice(
                (0, 255, 127, 128, 1, chance.randrange(256), changed[place] ^ 1 << chance.randrange(8))
            )
        return bytes(changed)
    source, target, size = chance.randrange(len(data)), chance.randrange(len(data)), chance.randrange(1, 64)
    changed[target : target + size] = changed[source : source + size]
    return bytes(changed)


def look_at_all(model: Model) -> None:
    """What window and command line would show."""
    for operator in model.operators():
        assert len(operator.options) < 200
        assert operator.output_shape is None or len(operator.output_shape) < 64
        assert all(0 <= index < len(model.subgraphs[0].operators) for index in operator.inbound)
        assert all(0 <= index < len(model.subgraphs[0].tensors) for index in operator.inputs)
    for tensor in model.tensors(optimizer=True):
        assert tensor.role in ("", "weights", "bias", "constant")
        try:
            if tensor.elements < 1 << 20:
                for piece in model.storage.chunks(tensor, 1000):
                    assert piece.size <= 1000
                assert model.values(tensor).shape == tensor.shape
        except ValuesError as error:
            assert str(error)


@pytest.mark.parametrize("number", range(7))
def test_damaged_files_end_in_sentences(tmp_path: Path, number: int) -> None:
    seed = seeds(tmp_path / "seeds")[number]
    data = seed.read_bytes()
    chance = random.Random(number)
    outcomes: Counter[str] = Counter()
    started = time.monotonic()
    for _ in range(VARIANTS):
        path = tmp_path / seed.name
        path.write_bytes(damage(data, chance))
        try:
            model = open_model(path)
        except InspectorError as error:
            assert len(str(error)) > 20
            outcomes["refused"] += 1
        else:
            look_at_all(model)
            outcomes["marked" if model.findings else "shown"] += 1
    assert time.monotonic() - started < SECONDS
    assert outcomes["refused"] and outcomes["marked"], outcomes


@pytest.mark.parametrize("number", range(7))
def test_a_file_cut_anywhere_ends_in_a_sentence(tmp_path: Path, number: int) -> None:
    seed = seeds(tmp_path / "seeds")[number]
    data = seed.read_bytes()
    path = tmp_path / seed.name
    for length in range(0, len(data), max(len(data) // 60, 1)):
        path.write_bytes(data[:length])
        try:
            look_at_all(open_model(path))
        except InspectorError as error:
            assert path.name in str(error)


def configurations() -> list[Any]:
    """A chain, a graph with a model in it, wrappers, and Keras 3's way to write calls."""
    layer = build.layer
    inner = build.sequential(layer("Conv2D", "conv", filters=2, kernel_size=[3, 3]), name="inner")
    inner |= {"name": "inner", "inbound_nodes": [[["a", 0, 0, {}]]]}
    graph = build.functional(
        layer("InputLayer", "a", [], batch_input_shape=[None, 8, 8, 3], dtype="float32"), inner,
        layer("Reshape", "flat", ["inner"], target_shape=[-1, 2]), layer("Embedding", "e", ["flat"], output_dim=3),
        layer("Bidirectional", "both", ["flat"], layer=layer("LSTM", "l", units=4), merge_mode="concat"),
        layer("TimeDistributed", "each", ["flat"], layer=build.sequential(layer("Dense", "d", units=3))),
        inputs=["a"], outputs=["both", "each"],
    )  # fmt: skip
    keras_3 = json.loads(json.dumps(graph))
    for entry in keras_3["config"]["layers"]:
        for node in entry["inbound_nodes"]:
            history = {"shape": [None, 4], "dtype": "float32", "keras_history": node[0][:3]}
            node[:] = [{"args": [{"class_name": "__keras_tensor__", "config": history}], "kwargs": {}}]
        entry["inbound_nodes"] = [node[0] for node in entry["inbound_nodes"]]
    return [build.DENSE_MODEL, graph, keras_3]


@pytest.mark.parametrize("number", range(3))
def test_a_configuration_with_junk_anywhere_ends_in_a_sentence(tmp_path: Path, number: int) -> None:
    config = configurations()[number]
    for path in places(config):
        for junk in JUNK:
            changed = put(config, path, junk)
            try:
                model = read_model(changed)
            except InspectorError as error:
                assert str(error)
                continue
            infer_shapes(model)
            for layer in model.walk():
                assert layer.output_shape is None or is_shape(layer.output_shape)
                json.dumps(layer_options(layer), allow_nan=False)
    whole = open_model(build.write_h5(tmp_path / "x.h5", config, {}))
    assert [operator.name for operator in whole.operators()] == [layer.path for layer in read_model(config).walk()]
