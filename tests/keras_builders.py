"""Writes small Keras files in code, as Keras 1, 2 and 3 write them; no Keras needed."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Weights = Mapping[str, Mapping[str, Array]]  # layer -> name in the file -> values


def random(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed + sum(shape)).normal(size=shape).astype(np.float32)


def layer(class_name: str, name: str, inbound: Any = None, **config: Any) -> dict[str, Any]:
    """A layer's entry in the configuration; `inbound` names the layers it reads (functional models only)."""
    entry: dict[str, Any] = {"class_name": class_name, "config": {"name": name, "trainable": True, **config}}
    if inbound is not None:
        entry["name"] = name
        entry["inbound_nodes"] = [[[source, 0, 0, {}] for source in inbound]] if inbound else []
    return entry


def sequential(*layers: dict[str, Any], name: str = "sequential", **config: Any) -> dict[str, Any]:
    return {"class_name": "Sequential", "config": {"name": name, "layers": list(layers), **config}}


def functional(
    *layers: dict[str, Any], inputs: Sequence[str], outputs: Sequence[str], name: str = "model", inbound: Any = None
) -> dict[str, Any]:
    config = {
        "layers": list(layers),
        "input_layers": [[source, 0, 0] for source in inputs],
        "output_layers": [[source, 0, 0] for source in outputs],
    }
    entry = layer("Functional", name, inbound, **config)
    return entry


DENSE_MODEL = sequential(
    layer("InputLayer", "input_1", batch_input_shape=[None, 8], dtype="float32"),
    layer("Dense", "dense", units=6, activation="relu", use_bias=True),
    layer("BatchNormalization", "norm", scale=True, center=True),
    layer("Dense", "logits", units=3, activation="linear", use_bias=True),
)
DENSE_WEIGHTS: Weights = {
    "dense": {"dense/kernel:0": random(8, 6), "dense/bias:0": random(6)},
    "norm": {f"norm/{name}:0": random(6, seed=i) for i, name in
             enumerate(("gamma", "beta", "moving_mean", "moving_variance"))},
    "logits": {"logits/kernel:0": random(6, 3), "logits/bias:0": random(3)},
}  # fmt: skip


def add_weights(group: h5py.Group, weights: Weights, **options: Any) -> None:
    """A group with `layer_names` and, in each layer's group, `weight_names`. `options` go to each dataset."""
    group.attrs["layer_names"] = [name.encode() for name in weights]
    for name, arrays in weights.items():
        inner = group.create_group(name)
        inner.attrs["weight_names"] = [stored.encode() for stored in arrays]
        for stored, values in arrays.items():
            inner.create_dataset(stored, data=values, **(options if values.ndim else {}))


def write_h5(
    path: Path, config: Any = DENSE_MODEL, weights: Weights | None = DENSE_WEIGHTS, version: str = "2.13.1",
    training: Any = None, optimizer: Mapping[str, Array] | None = None, **options: Any,
) -> Path:  # fmt: skip
    """A whole model, as `model.save("x.h5")` writes it."""
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = version
        file.attrs["backend"] = "tensorflow"
        file.attrs["model_config"] = config if isinstance(config, str) else json.dumps(config)
        if training is not None:
            file.attrs["training_config"] = json.dumps(training)
        if weights is not None:
            add_weights(file.create_group("model_weights"), weights, **options)
        if optimizer is not None:
            group = file.create_group("optimizer_weights")
            group.attrs["weight_names"] = [name.encode() for name in optimizer]
            for name, values in optimizer.items():
                group.create_dataset(name, data=values)
    return path


def write_weights(path: Path, weights: Weights = DENSE_WEIGHTS, version: str = "2.1.5") -> Path:
    """Weights alone, as `save_weights("x.h5")` of Keras 2 writes them."""
    with h5py.File(path, "w") as file:
        add_weights(file, weights)
        file.attrs["keras_version"] = version.encode()
        file.attrs["backend"] = b"tensorflow"
    return path


STORE: Mapping[str, Sequence[Array]] = {
    "layers/dense": list(DENSE_WEIGHTS["dense"].values()),
    "layers/batch_normalization": list(DENSE_WEIGHTS["norm"].values()),
    "layers/dense_1": list(DENSE_WEIGHTS["logits"].values()),
    "optimizer": [np.int64(5), random(8, 6, seed=1), random(8, 6, seed=2)],
}


def store_bytes(store: Mapping[str, Sequence[Any]] = STORE, names: Mapping[str, str] | None = None) -> bytes:
    """A variable store: group -> its variables by number. `names`: group -> the name noted for the layer."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file.create_group("vars")
        for group, arrays in store.items():
            inner = file.create_group(f"{group}/vars")
            for number, values in enumerate(arrays):
                inner.create_dataset(str(number), data=values)
        for group, name in (names or {}).items():
            file.require_group(f"{group}/vars").attrs["name"] = name
    return buffer.getvalue()


def write_keras(
    path: Path, config: Any = DENSE_MODEL, weights: bytes | None = None, version: str = "3.9.2",
    compression: int = zipfile.ZIP_STORED, extra: Mapping[str, bytes] | None = None,
) -> Path:  # fmt: skip
    """A .keras file. `weights`: what lies in model.weights.h5."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": version, "date_saved": "2026-01-02@03:04:05"}))
        archive.writestr("config.json", config if isinstance(config, str | bytes) else json.dumps(config))
        archive.writestr("model.weights.h5", store_bytes() if weights is None else weights)
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return path
