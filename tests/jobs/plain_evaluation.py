"""The usual loop: one sample at a time with the interpreter, quantized and dequantized by hand."""

from pathlib import Path

import numpy as np

from tests.builders import ModelBuilder


def plain_outputs(path: Path, samples: np.ndarray, clipped: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """(real, stored) outputs, (samples, values)."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(path), num_threads=1)
    interpreter.allocate_tensors()
    source, sink = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    found = []
    for sample in samples:
        values = sample[None].reshape(source["shape"])
        if scale := source["quantization"][0]:
            levels = values / scale + source["quantization"][1]
            limits = np.iinfo(source["dtype"])
            levels = np.clip(np.round(levels), limits.min, limits.max) if clipped else levels.astype(np.int32)
            values = levels.astype(source["dtype"])
        interpreter.set_tensor(source["index"], values)
        interpreter.invoke()
        found.append(interpreter.get_tensor(sink["index"]).ravel())
    stored = np.array(found)
    scale, zero_point = sink["quantization"]
    return (np.float32(scale) * (stored.astype(np.float32) - zero_point) if scale else stored), stored


def sigmoid_model(path: Path, outputs: int, kind: str = "FLOAT32", seed: int = 0) -> Path:
    """FULLY_CONNECTED of 4 inputs and LOGISTIC; "INT8" and "UINT8" with inputs of scale 0.05."""
    random = np.random.default_rng(seed)
    weights = random.normal(0, 1, (outputs, 4))
    b = ModelBuilder()
    if kind == "FLOAT32":
        x, y, z = b.tensor("x", [1, 4]), b.tensor("y", [1, outputs]), b.tensor("z", [1, outputs])
        w = b.tensor("w", [outputs, 4], data=weights.astype(np.float32))
    else:
        zero = 128 if kind == "UINT8" else 0
        x = b.tensor("x", [1, 4], kind, scale=0.05, zero_point=zero + 3)
        y = b.tensor("y", [1, outputs], kind, scale=0.06, zero_point=zero - 2)
        z = b.tensor("z", [1, outputs], kind, scale=1 / 256, zero_point=zero - 128)
        levels = np.round(weights / 0.03).clip(-127, 127)
        if kind == "UINT8":
            w = b.tensor("w", [outputs, 4], kind, (levels + 128).astype(np.uint8), 0.03, 128)
        else:
            w = b.tensor("w", [outputs, 4], kind, levels.astype(np.int8), 0.03, 0)
    b.operator("FULLY_CONNECTED", [x, w, -1], [y], b.options("FullyConnectedOptions"))
    b.operator("LOGISTIC", [y], [z])
    return b.inputs(x).outputs(z).write(path)
