"""Lambda layers whose code would leave a marker file behind, as Keras 2 and Keras 3 store them."""

import base64
import marshal
from pathlib import Path
from types import CodeType
from typing import Any

from tests import keras_builders as build


def _code(marker: Path) -> CodeType:
    """The code object of a function that makes `marker` and gives its input back."""
    scope: dict[str, Any] = {}
    exec(f"def payload(value):\n    open({str(marker)!r}, 'w').close()\n    return value\n", scope)
    code: CodeType = scope["payload"].__code__
    return code


def _text(marker: Path) -> str:
    return base64.b64encode(marshal.dumps(_code(marker))).decode() + "\n"


def keras_2_configuration(marker: Path) -> dict[str, Any]:
    config = build.sequential(
        build.layer("InputLayer", "input", batch_input_shape=[None, 4], dtype="float32"),
        build.layer("Lambda", "payload", function=[_text(marker), None, None], function_type="lambda",
                    module="__main__", output_shape=None, output_shape_type="raw", output_shape_module=None,
                    arguments={}, dtype="float32"),
        build.layer("Dense", "dense", units=2, activation="linear", use_bias=True),
    )  # fmt: skip
    del config["config"]["layers"][0]["config"]["trainable"]  # Keras 2 takes none for inputs
    return config


def keras_3_configuration(marker: Path) -> dict[str, Any]:
    """Also a layer that names os.system as its class, and an initializer that does."""
    code = {"class_name": "__lambda__", "config": {"code": _text(marker), "defaults": None, "closure": None}}

    def entry(class_name: str, module: str = "keras.layers", **config: Any) -> dict[str, Any]:
        made = {"module": module, "class_name": class_name, "config": config, "registered_name": None}
        return made | ({"build_config": {"input_shape": [None, 4]}} if class_name != "InputLayer" else {})

    layers = [
        entry("InputLayer", batch_shape=[None, 4], dtype="float32", sparse=False, name="input"),
        entry("Lambda", name="payload", trainable=True, dtype="float32", function=code, arguments={}),
        entry("Dense", name="dense", trainable=True, dtype="float32", units=2, activation="linear", use_bias=True),
    ]
    config = {"name": "sequential", "trainable": True, "dtype": "float32", "layers": layers,
              "build_input_shape": [None, 4]}  # fmt: skip
    return {"module": "keras", "class_name": "Sequential", "config": config, "registered_name": None}


def foreign_configuration(marker: Path) -> dict[str, Any]:
    """Names that a careless loader would import and call."""
    config = build.sequential(
        build.layer("InputLayer", "input", batch_input_shape=[None, 4], dtype="float32"),
        build.layer("system", "call", command=f"touch {marker}"),
        build.layer("Dense", "dense", units=2, activation=f"__import__('os').system('touch {marker}')",
                    kernel_initializer={"module": "os", "class_name": "system", "config": f"touch {marker}",
                                        "registered_name": "os>system"}),
    )  # fmt: skip
    config["config"]["layers"][1]["module"] = "os"
    config["config"]["layers"][1]["registered_name"] = "os>system"
    return config


def write_payloads(folder: Path, marker: Path) -> list[Path]:
    """An .h5 and a .keras with each configuration."""
    made = []
    weights = {"payload": {}, "dense": {"dense/kernel:0": build.random(4, 2), "dense/bias:0": build.random(2)}}
    store = build.store_bytes({"layers/dense": [build.random(4, 2), build.random(2)]})
    for name, config, version in (
        ("keras_2", keras_2_configuration(marker), "2.13.1"), ("keras_3", keras_3_configuration(marker), "3.9.2"),
        ("foreign", foreign_configuration(marker), "3.9.2"),
    ):  # fmt: skip
        made.append(build.write_h5(folder / f"{name}.h5", config, weights, version))
        made.append(build.write_keras(folder / f"{name}.keras", config, store, version))
    return made
