"""Every variant as a plain script of TensorFlow's makes it, compared with ours: `python -m tests.jobs.plain_converter
ENGINE SOURCE DATA.npy` prints {recipe: "equal" or what differs} as JSON. A process of its own, as it chooses the Keras.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from inspector.formats import open_model
from inspector.jobs.keras_loading import load_keras, with_batch_of_one
from inspector.jobs.tflite_backend import Calibrated, Converter, sparsified
from inspector.jobs.worker_command import worker_environment

INTEGER = {"int8_float_io": "float32", "int8": "int8", "uint8": "uint8"}
RECIPES = ("float32", "dynamic_range", "float16", "sparse", "sparse_dynamic_range", *INTEGER, "int16x8", "int16x8_io")


def plain_variant(model: Any, recipe: str, samples: np.ndarray) -> bytes:
    """One call of the converter, as TensorFlow's guides have it."""
    import tensorflow as tf

    def representative_dataset() -> Iterator[list[np.ndarray]]:
        for sample in samples:
            yield [sample[None]]

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if recipe != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if recipe.startswith("sparse"):
        converter.optimizations = [tf.lite.Optimize.EXPERIMENTAL_SPARSITY]
        if recipe != "sparse":
            converter.optimizations.insert(0, tf.lite.Optimize.DEFAULT)
    if recipe == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if recipe in INTEGER:
        converter.representative_dataset = representative_dataset
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = getattr(tf, INTEGER[recipe])
    if recipe.startswith("int16x8"):
        converter.representative_dataset = representative_dataset
        converter.target_spec.supported_ops = [
            tf.lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8
        ]
        if recipe == "int16x8_io":
            converter.inference_input_type = converter.inference_output_type = tf.int16
    return bytes(converter.convert())


def our_variants(model: Any, samples: np.ndarray, folder: Path) -> dict[str, Callable[[], bytes]]:
    """Made by the back end's parts: one export, one calibration."""
    converter = Converter.of_keras(model, folder)
    content = converter.convert()
    calibrated = Calibrated(converter.raw, lambda: ([sample[None]] for sample in samples), content)
    return {
        "float32": lambda: content,
        "dynamic_range": lambda: converter.convert(quantize=True),
        "float16": lambda: converter.convert(quantize=True, float16=True),
        "sparse": lambda: converter.convert(sparse=True),
        "sparse_dynamic_range": lambda: converter.convert(quantize=True, sparse=True),
        "sparsified float32": lambda: sparsified(content),
        **{recipe: lambda io=io: calibrated.int8(io.upper()) for recipe, io in INTEGER.items()},
        "int16x8": lambda: calibrated.int16x8("FLOAT32", False),
        "int16x8_io": lambda: calibrated.int16x8("INT16", False),
    }


def difference(ours: bytes, plain: bytes, folder: Path) -> str:
    """ "equal", or what is not: tensor types and scales are compared where the bytes differ."""
    if ours == plain:
        return "equal"
    described = []
    for name, content in (("ours", ours), ("plain", plain)):
        path = folder / f"{name}.tflite"
        path.write_bytes(content)
        described.append([
            (each.type.name, each.shape, [] if each.quantization is None else each.quantization.scale.tolist())
            for each in open_model(path).tensors()
        ])  # fmt: skip
    return "other bytes, same types and scales" if described[0] == described[1] else "other types or scales"


def main(engine: str, source: str, data: str) -> dict[str, str]:
    os.environ.update(worker_environment(engine))
    samples = np.load(data)
    with TemporaryDirectory() as name:
        folder = Path(name)
        model = with_batch_of_one(load_keras(open_model(source), engine, False, folder), engine)
        ours = our_variants(model, samples, folder / "exported")
        plain = {recipe: plain_variant(model, recipe, samples) for recipe in RECIPES}
        plain["sparsified float32"] = plain["sparse"]
        return {recipe: difference(make(), plain[recipe], folder) for recipe, make in ours.items()}


if __name__ == "__main__":
    private = os.dup(1)
    os.dup2(2, 1)  # converters print
    answer = main(*sys.argv[1:4])
    os.write(private, json.dumps(answer).encode())
