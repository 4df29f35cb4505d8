"""Writes Keras models with what Keras itself says of them: `python -m tests.keras_oracle keras|tf_keras FOLDER`.

Each model is saved as NAME.h5, NAME.keras and NAME.weights.h5, its report is NAME.json. `--load FILE` in place of the
folder prints what the engine says of a file. The engine has to be chosen per process, so tests run this in one of its
own.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Report = dict[str, Any]


def digest(values: Any) -> str:
    """One short word for shape, type and values of an array."""
    array = np.asarray(values, order="C")
    return f"{array.dtype.name}{list(array.shape)}:{hashlib.sha256(array.tobytes()).hexdigest()[:16]}"


def build_models(K: Any) -> dict[str, Callable[[], Any]]:
    """The models that both engines can build, by name."""
    L = K.layers

    def plain() -> Any:
        return K.Sequential([
            L.Input((12, 10, 3)), L.Conv2D(8, 3, activation="relu"), L.BatchNormalization(), L.MaxPooling2D(2),
            L.DepthwiseConv2D(3, padding="same", depth_multiplier=2), L.SeparableConv2D(12, 3, strides=2),
            L.LayerNormalization(), L.GlobalAveragePooling2D(), L.Dropout(0.5), L.Dense(7, use_bias=False),
            L.PReLU(), L.Dense(4, activation="softmax"),
        ])  # fmt: skip

    def residual() -> Any:
        first, second = L.Input((8, 8, 2), name="picture"), L.Input((5,), name="extra")
        x = start = L.Conv2D(6, 3, padding="same", name="stem")(first)
        x = L.BatchNormalization(scale=False)(x)
        x = L.Activation("relu")(x)
        x = L.Conv2D(6, 3, padding="same")(x)
        x = L.Add()([start, x])
        x = L.Flatten()(x)
        x = L.Concatenate()([x, second])
        return K.Model([first, second], [L.Dense(3, name="classes")(x), L.Dense(1, name="score")(x)], name="two_headed")

    def nested() -> Any:
        entry = L.Input((16, 16, 1))
        x = L.Conv2D(4, 3, name="conv")(entry)
        inner = K.Model(entry, L.BatchNormalization(name="norm")(x), name="encoder")
        head = K.Sequential([L.Input((14, 14, 4)), L.Flatten(), L.Dense(5, name="dense_a"), L.Dense(2)], name="head")
        outer = L.Input((16, 16, 1), name="outer_input")
        return K.Model(outer, head(L.ReLU()(inner(outer))), name="nested")

    def sequential_in_sequential() -> Any:
        block = K.Sequential([L.Input((6, 3)), L.Dense(5), L.Dense(5)], name="block")
        deep = K.Sequential([L.Input((6, 3)), block, L.LSTM(4)], name="deep")
        return K.Sequential([L.Input((6, 3)), deep, L.Dense(2)])

    def recurrent() -> Any:
        return K.Sequential([
            L.Input((9,), dtype="int32"), L.Embedding(20, 6), L.LSTM(5, return_sequences=True),
            L.GRU(4, return_sequences=True),
            L.Bidirectional(L.LSTM(3, return_sequences=True)), L.TimeDistributed(L.Dense(4)),
            L.Conv1D(6, 3, padding="causal", dilation_rate=2), L.Bidirectional(L.GRU(2), merge_mode="sum"),
            L.RepeatVector(3), L.SimpleRNN(4, use_bias=False), L.Dense(1),
        ])  # fmt: skip

    def frozen() -> Any:
        entry = L.Input((8, 8, 3))
        base = K.Model(entry, L.BatchNormalization()(L.Conv2D(4, 3)(entry)), name="base")
        base.trainable = False
        outer = L.Input((8, 8, 3))
        x = L.Flatten()(base(outer))
        x = L.Dense(6, trainable=False)(x)
        return K.Model(outer, L.Dense(2)(L.BatchNormalization()(x)))

    def shared() -> Any:
        left, right = L.Input((7, 3)), L.Input((7, 3))
        tower = K.Sequential([L.Input((7, 3)), L.Conv1D(4, 2), L.GlobalMaxPooling1D()], name="tower")
        project = L.Dense(5, name="project")
        return K.Model([left, right], L.Dot(axes=1)([project(tower(left)), project(tower(right))]))

    def shapes() -> Any:
        entry = L.Input((16, 12, 4))
        x = L.ZeroPadding2D(((1, 2), (3, 0)))(entry)
        x = L.Conv2DTranspose(5, 3, strides=2, padding="same")(x)
        x = L.Conv2DTranspose(5, 4, strides=3)(x)
        x = L.AveragePooling2D((3, 2), strides=(2, 3), padding="same")(x)
        x = L.Cropping2D(((1, 1), (0, 2)))(x)
        x = L.UpSampling2D((1, 2))(x)
        x = L.Permute((3, 1, 2))(x)
        x = L.Reshape((-1, 5))(x)
        x = L.MaxPooling1D(7, strides=5)(x)
        x = L.Conv1D(3, 5, strides=2)(x)
        y = L.Conv1D(3, 5, strides=2, padding="same")(x)
        x = L.ZeroPadding1D(2)(L.UpSampling1D(2)(L.Cropping1D((1, 2))(y)))
        x = L.Reshape((3, -1, 1, 1))(x)
        x = L.Conv3D(2, (2, 5, 1), strides=(1, 2, 1))(x)
        x = L.MaxPooling3D((1, 3, 1))(x)
        x = L.GlobalAveragePooling3D(keepdims=True)(x)
        x = L.GaussianNoise(0.1)(L.LeakyReLU()(x))
        return K.Model(entry, [L.Flatten()(x), L.GlobalMaxPooling1D()(y)])

    def attention() -> Any:
        entry = L.Input((6, 8))
        x = L.MultiHeadAttention(2, 4, name="mha")(entry, entry)
        x = L.LayerNormalization()(L.Add()([x, entry]))
        x = L.TimeDistributed(K.Sequential([L.Input((8,)), L.Dense(3), L.Dense(2)]))(x)
        return K.Model(entry, L.Multiply()([x, x]))

    def lambda_layer() -> Any:
        return K.Sequential([L.Input((4,)), L.Dense(3), L.Lambda(lambda x: x * 2, name="double")])

    return {f.__name__: f for f in (plain, residual, nested, sequential_in_sequential, recurrent, frozen, shared,
                                    shapes, attention, lambda_layer)}  # fmt: skip


def keras_models() -> tuple[Any, dict[str, Callable[[], Any]]]:
    import keras

    L = keras.layers

    def operations() -> Any:
        entry = L.Input((4, 4, 3))
        x = L.Rescaling(1 / 255)(entry)
        x = keras.ops.mean(x * 2.0 + 1, axis=(1, 2))
        return keras.Model(entry, L.Dense(2)(keras.ops.relu(x)))

    def quantized() -> Any:
        model = keras.Sequential([L.Input((8,)), L.Dense(16, activation="relu"), L.Dense(3)])
        model.quantize("int8")
        return model

    def halves() -> Any:
        policy = keras.DTypePolicy("mixed_bfloat16")
        return keras.Sequential([L.Input((8,)), L.Dense(16, dtype=policy), L.Dense(3, dtype="bfloat16")])

    return keras, {**build_models(keras), "operations": operations, "quantized": quantized, "halves": halves}


def tf_keras_models() -> tuple[Any, dict[str, Callable[[], Any]]]:
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    import tensorflow as tf
    import tensorflow_model_optimization as tfmot
    import tf_keras

    L = tf_keras.layers

    def small() -> Any:
        return tf_keras.Sequential([
            L.Input((8, 8, 1)), L.Conv2D(4, 3, name="conv"), L.BatchNormalization(), L.ReLU(), L.Flatten(),
            L.Dense(10, name="dense"),
        ])  # fmt: skip

    def pruned() -> Any:
        return tfmot.sparsity.keras.prune_low_magnitude(small())

    def stripped() -> Any:
        return tfmot.sparsity.keras.strip_pruning(pruned())

    def quantization_aware() -> Any:
        return tfmot.quantization.keras.quantize_model(small())

    def clustered() -> Any:
        model = small()
        start = tfmot.clustering.keras.CentroidInitialization.LINEAR
        return tfmot.clustering.keras.cluster_weights(model, number_of_clusters=4, cluster_centroids_init=start)

    def functions() -> Any:
        entry = L.Input((4, 4, 3))
        x = tf.reduce_mean(entry * 2.0 + 1.0, axis=[1, 2])
        return tf_keras.Model(entry, L.Dense(2)(tf.nn.relu(x)))

    more = (pruned, stripped, quantization_aware, clustered, functions)
    return tf_keras, {**build_models(tf_keras), **{f.__name__: f for f in more}}


def expanded(layers: Any, prefix: str = "") -> list[tuple[str, Any]]:
    """Layers by path, each nested model followed by its layers: the order of `summary(expand_nested=True)`."""
    rows: list[tuple[str, Any]] = []
    for layer in layers:
        rows.append((prefix + layer.name, layer))
        if getattr(layer, "layers", None):
            rows += expanded(listed(layer), f"{prefix}{layer.name}/")
    return rows


def output_shape(layer: Any) -> Any:
    """The shape of a layer's first call: None where Keras knows none, a list of lists for several outputs."""
    nodes = layer._inbound_nodes
    if not nodes:
        return None
    tensors = nodes[0].output_tensors if type(layer).__module__.startswith("keras.") else nodes[0].outputs
    tensors = tensors if isinstance(tensors, list | tuple) else [tensors]
    shapes = [[None if size is None else int(size) for size in tensor.shape] for tensor in tensors]
    return shapes[0] if len(shapes) == 1 else shapes


def listed(model: Any) -> list[Any]:
    """A functional model's layers and operations; a Sequential's layers without its input."""
    whole = type(model).__name__ == "Functional" and hasattr(model, "_operations")
    return list(model._operations if whole else model.layers)


def connections(model: Any, prefix: str = "") -> dict[str, list[str]]:
    """Path -> the layers it reads, in all calls that belong to the model it stands in; a Sequential is a chain."""
    found: dict[str, list[str]] = {}
    before: list[str] = []
    own = {id(node) for nodes in getattr(model, "_nodes_by_depth", {}).values() for node in nodes}
    for layer in listed(model):
        path = prefix + layer.name
        if type(model).__name__ == "Sequential":
            found[path], before = before, [path]
        else:
            calls = [node for node in layer._inbound_nodes if id(node) in own]
            found[path] = list(dict.fromkeys(prefix + source for node in calls for source in sources(node)))
        if getattr(layer, "layers", None):
            found |= connections(layer, f"{path}/")
    return found


def sources(node: Any) -> list[str]:
    if hasattr(node, "iterate_inbound"):  # tf_keras
        return [inbound[0].name for inbound in node.iterate_inbound()]
    return [tensor._keras_history.operation.name for tensor in node.input_tensors]


def report(model: Any) -> Report:
    trainable = {id(variable) for variable in model.trainable_weights}
    inbound = connections(model)
    layers = [
        {
            "name": name,
            "class": type(layer).__name__,
            "parameters": int(layer.count_params()) if hasattr(layer, "count_params") else 0,
            "output_shape": output_shape(layer),
            "weights": sorted(digest(weight.numpy()) for weight in getattr(layer, "weights", ())),
            "inbound": inbound[name],
            "nested": bool(getattr(layer, "layers", None)),
        }
        for name, layer in expanded(listed(model))
    ]
    optimizer = getattr(model, "optimizer", None)
    variables = (
        optimizer.variables() if optimizer and callable(optimizer.variables) else optimizer and optimizer.variables
    )
    return {
        "class": type(model).__name__,
        "layers": layers,
        "total": int(model.count_params()),
        "trainable": sum(
            int(np.prod(v.shape)) for v in {id(v): v for v in model.weights}.values() if id(v) in trainable
        ),
        "weights": sorted(digest(weight.numpy()) for weight in model.weights),
        "optimizer": sorted(digest(v.numpy()) for v in variables or ()),
        "inputs": [[None if d is None else int(d) for d in t.shape] for t in model.inputs],
        "outputs": [[None if d is None else int(d) for d in t.shape] for t in model.outputs],
    }


def shuffle(model: Any) -> None:
    """Random weights, so that no two tensors are alike."""
    rng = np.random.default_rng(1)
    for variable in model.weights:
        dtype = variable.numpy().dtype
        if dtype.kind == "f":
            variable.assign(rng.normal(size=variable.shape).astype(dtype) + 2)


def train(model: Any) -> None:
    """One step of training on noise, so that the optimizer has a state."""
    model.compile(optimizer="adam", loss="mse")
    rng = np.random.default_rng(2)
    inputs = [rng.integers(0, 5, (2, *t.shape[1:])).astype(getattr(t.dtype, "name", t.dtype)) for t in model.inputs]
    outputs = [rng.normal(size=(2, *t.shape[1:])).astype("float32") for t in model.outputs]
    model.train_on_batch(inputs if len(inputs) > 1 else inputs[0], outputs if len(outputs) > 1 else outputs[0])


TRAINED = ("plain", "residual", "nested", "recurrent", "frozen")


def load(engine: str, path: Path) -> Report:
    """What the engine says of a file by others."""
    if engine == "keras":
        import keras

        return report(keras.models.load_model(path, compile=False))
    library, _ = tf_keras_models()
    return report(library.models.load_model(path, compile=False))


def main(engine: str, folder: Path) -> None:
    library, models = keras_models() if engine == "keras" else tf_keras_models()
    for name, build in models.items():
        library.backend.clear_session()
        model = build()
        if name not in ("clustered", "quantized"):
            shuffle(model)
        if name in TRAINED:
            train(model)
        model.save(folder / f"{name}.h5")
        model.save(folder / f"{name}.keras")
        model.save_weights(folder / f"{name}.weights.h5")
        (folder / f"{name}.json").write_text(json.dumps(report(model)), encoding="utf-8")
        print(name, flush=True)


if __name__ == "__main__":
    if sys.argv[2] == "--load":
        print(json.dumps(load(sys.argv[1], Path(sys.argv[3]))))
    else:
        main(sys.argv[1], Path(sys.argv[2]))
