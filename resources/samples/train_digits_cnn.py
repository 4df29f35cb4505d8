"""Trains the sample model on scikit-learn's digits and writes everything in this folder: `python train_digits_cnn.py`.

The data are 1,797 real handwritten digits, 8 x 8 pixels of 17 grey levels (scikit-learn's `load_digits`, after the
UCI set "Optical Recognition of Handwritten Digits", CC BY 4.0). Two units of the wide dense layer start with large
weights, as happens to networks trained without normalisation: their activations stretch the layer's one int8 scale,
so that full integer quantization costs accuracy and the quantization debugger has something to find.
"""

import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

HERE = Path(__file__).parent
LOUD_UNITS, LOUDNESS = 2, 400.0
PRUNED_SHARE = 0.8


def load_data() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """x (n, 8, 8, 1) float32 in 0..1 and labels, 1,297 for training and 500 for the test."""
    digits = load_digits()
    x = (digits.images / 16.0).astype(np.float32)[..., None]
    return train_test_split(x, digits.target.astype(np.int64), test_size=500, random_state=1, stratify=digits.target)


def build() -> keras.Model:
    layers = keras.layers
    return keras.Sequential(
        [
            layers.Input((8, 8, 1), name="image"),
            layers.Conv2D(16, 3, padding="same", activation="relu", name="conv_1"),
            layers.Conv2D(32, 3, activation="relu", name="conv_2"),
            layers.MaxPooling2D(name="pool"),
            layers.Flatten(name="flatten"),
            layers.Dense(192, activation="relu", name="wide"),
            layers.Dense(10, activation="softmax", name="digit"),
        ],
        name="digits_cnn",
    )


def compile_and_fit(model: keras.Model, x: np.ndarray, y: np.ndarray, epochs: int, rate: float, **more) -> None:
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=epochs, batch_size=64, verbose=0, **more)


class KeepZeros(keras.callbacks.Callback):
    """Holds pruned weights at zero while the rest is trained on."""

    def __init__(self, masks: dict[str, np.ndarray]) -> None:
        super().__init__()
        self.masks = masks

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        for layer in self.model.layers:
            if layer.name in self.masks:
                kernel, *rest = layer.get_weights()
                layer.set_weights([kernel * self.masks[layer.name], *rest])


def prune(model: keras.Model, x: np.ndarray, y: np.ndarray) -> keras.Model:
    """A twin whose smallest weights of the two large layers are zero, trained on with the zeros held."""
    twin = keras.models.clone_model(model)
    twin.set_weights(model.get_weights())
    masks = {}
    for name in ("conv_2", "wide"):
        kernel = twin.get_layer(name).get_weights()[0]
        masks[name] = np.abs(kernel) > np.quantile(np.abs(kernel), PRUNED_SHARE)
    compile_and_fit(twin, x, y, 15, 1e-3, callbacks=[KeepZeros(masks)])
    return twin


def convert(model: keras.Model, calibration: np.ndarray | None = None) -> bytes:
    """The float .tflite, or the int8 one (to print what int8 costs) where calibration samples are given."""
    image = keras.layers.Input(batch_shape=(1, 8, 8, 1), name="image")
    fixed = keras.Sequential([image, *model.layers], name=model.name)
    converter = tf.lite.TFLiteConverter.from_keras_model(fixed)
    if calibration is not None:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([sample[None]] for sample in calibration)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    return converter.convert()


def accuracy(tflite: bytes, x: np.ndarray, y: np.ndarray) -> float:
    interpreter = tf.lite.Interpreter(model_content=tflite)
    interpreter.allocate_tensors()
    source, result = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
    hits = 0
    for sample, label in zip(x, y, strict=True):
        interpreter.set_tensor(source, sample[None])
        interpreter.invoke()
        hits += int(interpreter.get_tensor(result).argmax() == label)
    return hits / len(y)


def main() -> None:
    keras.utils.set_random_seed(7)
    x_train, x_test, y_train, y_test = load_data()
    model = build()
    kernel, bias = model.get_layer("wide").get_weights()
    kernel[:, :LOUD_UNITS] = np.abs(kernel[:, :LOUD_UNITS]) * LOUDNESS
    model.get_layer("wide").set_weights([kernel, bias])
    last, bias = model.get_layer("digit").get_weights()
    last[:LOUD_UNITS] /= LOUDNESS
    model.get_layer("digit").set_weights([last, bias])
    compile_and_fit(model, x_train, y_train, 20, 2e-3)

    model.save(HERE / "digits_cnn.h5", include_optimizer=False)
    prune(model, x_train, y_train).save(HERE / "digits_cnn_pruned.h5", include_optimizer=False)
    float_model = convert(model)
    (HERE / "digits_cnn.float32.tflite").write_bytes(float_model)
    np.savez_compressed(
        HERE / "digits.npz", x_calibration=x_train[:200], y_calibration=y_train[:200], x_test=x_test, y_test=y_test
    )
    print("float32 accuracy", accuracy(float_model, x_test, y_test))
    print("int8 accuracy   ", accuracy(convert(model, x_train[:200]), x_test, y_test))


if __name__ == "__main__":
    main()
