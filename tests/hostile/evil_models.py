"""Models whose every name is out to do harm."""

import json
from pathlib import Path

import numpy as np

from tests import keras_builders as build
from tests.builders import ModelBuilder

HTML = "<img src='file:///tmp/x.png' onerror=alert(1)><b>bold</b>&lt;"
TERMINAL = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202eevil\u2066\n\r"
FORMULA = "=cmd|' /C calc'!A0"
C_COMMENT = "*/ int owned; /* ??/\n\\\n#error owned\n//"
EVIL = (HTML, TERMINAL, FORMULA, C_COMMENT, HTML + TERMINAL)


def write_evil_tflite(path: Path, names: tuple[str, ...] = EVIL) -> Path:
    """A dense layer for each name, which stands wherever a .tflite file has a text."""
    b = ModelBuilder(description=names[0])
    x = b.tensor(names[0] + "in", [1, 4], "INT8", scale=0.5, zero_point=0)
    start = x
    for name in names:
        w = b.tensor(name + "/w", [4, 4], "INT8", np.arange(16).reshape(4, 4), [0.5, 0.25, 1, 2], [0] * 4)
        y = b.tensor(name + "/out", [1, 4], "INT8", scale=0.5, zero_point=0)
        b.operator("FULLY_CONNECTED", [x, w, -1], [y], b.options("FullyConnectedOptions"))
        z = b.tensor(name + "/custom", [1, 4], "INT8", scale=0.5, zero_point=0)
        b.operator(name, [y], [z])
        b.tensor(name + "/bad", [-1])
        b.metadata(name, name.encode())
        x = z
    b.inputs(start).outputs(x).signature(names[0], {names[0]: start}, {names[-1]: x})
    return b.write(path)


def evil_configuration(names: tuple[str, ...] = EVIL) -> dict[str, object]:
    layers = [build.layer("InputLayer", "input", batch_input_shape=[None, 4], dtype="float32")]
    layers += [build.layer("Dense", name, units=4, activation=name) for name in names]
    layers += [build.layer(name, name + "own", setting=name) for name in names]
    return build.sequential(*layers, name=names[0])


def write_evil_h5(path: Path, names: tuple[str, ...] = EVIL) -> Path:
    weights = {name.replace("/", "|"): {f"{number}/kernel:0": build.random(4, 4)} for number, name in enumerate(names)}
    config = json.loads(json.dumps(evil_configuration(names)).replace("/", "|"))
    return build.write_h5(path, config, weights, version=names[1])


def write_evil_keras(path: Path, names: tuple[str, ...] = EVIL) -> Path:
    return build.write_keras(path, evil_configuration(names), version=names[1], extra=dict.fromkeys(names, b"x"))
