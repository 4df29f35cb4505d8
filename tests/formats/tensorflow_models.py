"""Converts small models with TensorFlow: `python -m tests.formats.tensorflow_models SAMPLES FOLDER`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def main(samples: Path, folder: Path) -> None:
    import keras
    import numpy as np
    import tensorflow as tf

    images = np.load(samples / "digits.npz")
    first = images[images.files[0]][:20].astype(np.float32)

    def write(name: str, model: Any, *optimizations: Any, **settings: Any) -> None:
        shape = (1, *model.input_shape[1:])
        random = np.random.default_rng(0)

        def samples_of_it() -> Iterator[list[Any]]:
            for number in range(10):
                yield [first[number].reshape(shape) if first[number].size == np.prod(shape)
                       else random.standard_normal(shape).astype(np.float32)]  # fmt: skip

        converter = tf.lite.TFLiteConverter.from_keras_model(model)
        converter.optimizations = list(optimizations)
        if settings.pop("calibrated", False):
            converter.representative_dataset = samples_of_it
        for key, value in settings.items():
            if key in ("supported_ops", "supported_types"):
                setattr(converter.target_spec, key, value)
            else:
                setattr(converter, key, value)
        (folder / f"{name}.tflite").write_bytes(converter.convert())

    ops, default = tf.lite.OpsSet, tf.lite.Optimize.DEFAULT
    cnn = keras.models.load_model(samples / "digits_cnn.h5", compile=False)
    pruned = keras.models.load_model(samples / "digits_cnn_pruned.h5", compile=False)
    recurrent = keras.Sequential([keras.layers.Input((6, 3), 1), keras.layers.LSTM(5), keras.layers.Dense(2)])
    integer = {"calibrated": True, "supported_ops": [ops.TFLITE_BUILTINS_INT8]}
    write("float32", cnn)
    write("dynamic_range", cnn, default)
    write("float16", cnn, default, supported_types=[tf.float16])
    write("int8", cnn, default, inference_input_type=tf.int8, inference_output_type=tf.uint8, **integer)
    wide = [ops.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8]
    write("int16x8", cnn, default, calibrated=True, supported_ops=wide)
    write("sparse", pruned, tf.lite.Optimize.EXPERIMENTAL_SPARSITY)
    write("sparse_dynamic_range", pruned, tf.lite.Optimize.EXPERIMENTAL_SPARSITY, default)
    write("lstm", recurrent)
    write("lstm_dynamic_range", recurrent, default)  # calibrating one for int8 crashes TensorFlow 2.21


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
