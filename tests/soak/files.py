"""Models to open again and again: all kinds, made in code and the samples, damaged ones among them."""

from pathlib import Path

from tests import keras_builders as build
from tests.conftest import SAMPLES
from tests.model_examples import EXAMPLES


def soak_files(folder: Path) -> list[Path]:
    made = []
    for name in ("int8_cnn", "float_dense", "every_type", "sparse_kinds", "subgraphs", "shared_buffers"):
        path = folder / f"{name}.tflite"
        path.write_bytes(EXAMPLES[name]())
        made.append(path)
    (folder / "cut.tflite").write_bytes(EXAMPLES["int8_cnn"]()[:1500])
    (folder / "noise.tflite").write_bytes(b"\x1c\0\0\0TFL3" + bytes(range(256)))
    made += [folder / "cut.tflite", folder / "noise.tflite"]
    made += [build.write_h5(folder / "whole.h5"), build.write_keras(folder / "stored.keras")]
    made.append(build.write_h5(folder / "packed.h5", chunks=True, compression="gzip"))
    made.append(build.write_keras(folder / "deflated.keras", compression=8))
    return [*made, SAMPLES / "digits_cnn.float32.tflite", SAMPLES / "digits_cnn.h5"]
