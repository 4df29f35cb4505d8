"""Small trained models in the shapes of the field: `python -m tests.field_models FOLDER` writes them with their data.

sensor_cnn: [100, 6, 1], four pairs of convolution and pooling, two dense layers; sensor_lean: the same with a quarter
of the filters. sensor_residual: blocks with a way around them, three dense layers, sigmoid outputs. sensor_low_rank:
factorized layers, which become chains of RESHAPE, TRANSPOSE and BATCH_MATMUL. sensor_wide: one dense layer whose
outputs span far more than the others'.
Keras is imported where it is used: tests run this in a process of its own.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

MOTIONS = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "basic_motions.npz"
NAMES = ("sensor_cnn", "sensor_residual", "sensor_low_rank", "sensor_wide")
CLASSES = 4
FAT, LEAN = (16, 16, 32, 32), (4, 4, 8, 8)


def motions() -> dict[str, np.ndarray]:
    """Real recordings of four movements where they are at hand, else made-up ones that can be told apart."""
    if MOTIONS.is_file():
        with np.load(MOTIONS) as data:
            return {name: data[name] for name in ("x_train", "y_train", "x_test", "y_test")}
    random = np.random.default_rng(0)
    time = np.linspace(0, 10, 100)[:, None]
    found = {}
    for part in ("train", "test"):
        labels = np.repeat(np.arange(CLASSES), 10)
        phases = random.uniform(0, 6, (len(labels), 1, 6))
        waves = [(1 + 3 * label) * np.sin((1 + 2 * label) * time + phase)
                 for label, phase in zip(labels, phases, strict=True)]  # fmt: skip
        noise = random.normal(0, 0.3, (len(labels), 100, 6))
        found |= {f"x_{part}": (np.array(waves) + noise).astype(np.float32), f"y_{part}": labels}
    return found


def sensor_cnn(layers: Any, filters: tuple[int, ...] = FAT) -> list[Any]:
    pairs = [
        layer
        for number, count in enumerate(filters, 1)
        for layer in (
            layers.Conv2D(count, (5, 3), padding="same", activation="relu", name=f"conv_{number}"),
            layers.MaxPooling2D((2, 1), padding="same", name=f"pool_{number}"),
        )
    ]
    dense = layers.Dense(filters[-1] * 3 // 4, activation="relu", name="dense_1"), layers.Dense(CLASSES, name="dense_2")
    return [layers.Reshape((100, 6, 1)), *pairs, layers.Flatten(), *dense, layers.Softmax(name="softmax")]


def residual(keras: Any) -> Any:
    layers = keras.layers
    inputs = layers.Input((100, 6), name="motion")
    values = layers.Conv1D(16, 5, padding="same", activation="relu", name="stem")(inputs)
    for number in (1, 2):
        inner = layers.Conv1D(16, 3, padding="same", activation="relu", name=f"block_{number}_a")(values)
        inner = layers.Conv1D(16, 3, padding="same", name=f"block_{number}_b")(inner)
        values = layers.Activation("relu", name=f"block_{number}_relu")(
            layers.Add(name=f"block_{number}_add")([values, inner])
        )
    values = layers.GlobalAveragePooling1D(name="mean")(values)
    for number, units in enumerate((24, 16), 1):
        values = layers.Dense(units, activation="relu", name=f"dense_{number}")(values)
    return keras.Model(inputs, layers.Dense(CLASSES, activation="sigmoid", name="dense_3")(values))


def low_rank(keras: Any) -> Any:
    """Each dense layer is a product of two thin ones; what they see is turned between them."""
    layers = keras.layers
    inputs = layers.Input((100, 6), name="motion")
    values = layers.Dense(24, activation="relu", name="wide")(layers.Dense(3, use_bias=False, name="thin")(inputs))
    values = layers.Permute((2, 1), name="turned")(values)
    values = layers.Dense(20, activation="relu", name="over_time")(
        layers.Dense(4, use_bias=False, name="over_time_thin")(values)
    )
    mixed = layers.Dot(axes=(2, 2), name="gram")([values, values])  # an activation times an activation: BATCH_MATMUL
    mixed = layers.Reshape((24 * 24,), name="flat")(mixed)
    mixed = layers.Dense(16, activation="relu", name="head")(layers.Dense(4, use_bias=False, name="head_thin")(mixed))
    return keras.Model(inputs, layers.Dense(CLASSES, activation="softmax", name="motion_class")(mixed))


def wide(layers: Any) -> list[Any]:
    """`loud` is stretched after training: a few of its outputs get the range that all of them must share."""
    return [
        layers.Conv1D(16, 5, activation="relu", name="conv"),
        layers.GlobalMaxPooling1D(name="pool"),
        layers.Dense(48, activation="relu", name="loud"),
        layers.Dense(CLASSES, name="quiet"),
        layers.Softmax(name="softmax"),
    ]


def stretch(model: Any, factor: float = 300.0) -> None:
    """Scales some outputs of `loud` up and their weights in `quiet` down: the same function in float."""
    kernel, bias = model.get_layer("loud").get_weights()
    after, after_bias = model.get_layer("quiet").get_weights()
    chosen = np.argsort(np.abs(after).sum(axis=1))[:4]  # what says least may be as loud as it likes
    kernel[:, chosen] *= factor
    bias[chosen] *= factor
    after[chosen] /= factor
    model.get_layer("loud").set_weights([kernel, bias])
    model.get_layer("quiet").set_weights([after, after_bias])


def build(name: str, keras: Any) -> Any:
    if name == "sensor_residual":
        return residual(keras)
    if name == "sensor_low_rank":
        return low_rank(keras)
    if name == "sensor_wide":
        inner = wide(keras.layers)
    else:
        inner = sensor_cnn(keras.layers, LEAN if name == "sensor_lean" else FAT)
    return keras.Sequential([keras.layers.Input((100, 6), name="motion"), *inner])


def trained(name: str, data: dict[str, np.ndarray], epochs: int = 40) -> Any:
    """The Keras model, trained the same way each time."""
    import keras

    keras.utils.set_random_seed(7)
    model = build(name, keras)
    loss = "binary_crossentropy" if name == "sensor_residual" else "sparse_categorical_crossentropy"
    targets = np.eye(CLASSES)[data["y_train"]] if loss == "binary_crossentropy" else data["y_train"]
    model.compile(keras.optimizers.Adam(3e-3), loss)
    model.fit(data["x_train"], targets, epochs=epochs, batch_size=8, verbose=0)
    if name == "sensor_wide":
        stretch(model)
    return model


def main(folder: str, *names: str) -> None:
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    data = motions()
    np.savez(place / "motions.npz", **data)
    for name in names or NAMES:
        model = trained(name, data)
        model.save(place / f"{name}.h5")
        right = np.argmax(model.predict(data["x_test"], verbose=0), axis=1) == data["y_test"]
        print(f"{name}: {model.count_params():,} parameters, {right.mean():.1%} of the test samples", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
