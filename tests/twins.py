"""One small network as every kind of variant, named as TensorFlow's converter names them; quantized by plain numpy.

conv (16 of 3x3x4) -> dense (40 x 1,024, wide enough for dynamic range) -> tiny dense (3 x 40) -> softmax.
"""

from pathlib import Path
from typing import Any

import numpy as np

from tests.builders import ModelBuilder

Array = np.ndarray[Any, np.dtype[Any]]

CONV, CONV_BIAS = "net/conv/convolution", "net/conv/Relu;net/conv/BiasAdd;net/conv/convolution;net/conv/Squeeze"
WIDE, WIDE_BIAS = "net/wide/MatMul", "net/wide/Relu;net/wide/BiasAdd"
LAST, LAST_BIAS = "net/last/MatMul", "net/last/BiasAdd"
INPUT, OUTPUT = "serving_default_x:0", "StatefulPartitionedCall_1:0"
SHAPE = "arith.constant"
KINDS = ("float32", "dynamic_range", "float16", "int8_float_io", "int8", "uint8", "int16x8", "dynamic_int4")
WEIGHTS = {CONV: (16, 3, 3, 4), WIDE: (40, 1024), LAST: (3, 40)}
BIASES = {CONV_BIAS: 16, WIDE_BIAS: 40, LAST_BIAS: 3}
_BIAS_OF = dict(zip(WEIGHTS, BIASES, strict=True))
_INTEGER = ("int8_float_io", "int8", "uint8", "int16x8")


def real_values(seed: int = 5) -> dict[str, Array]:
    """Name -> float32 weights and biases: what the float32 twin stores."""
    random = np.random.default_rng(seed)
    found = {name: random.normal(0, 0.2, shape).astype(np.float32) for name, shape in WEIGHTS.items()}
    return found | {name: random.normal(0, 0.05, size).astype(np.float32) for name, size in BIASES.items()}


def channel_scales(real: Array, most: int = 127) -> Array:
    """One a row, symmetric, as TensorFlow quantizes weights."""
    return (np.abs(real.reshape(len(real), -1)).max(axis=1) / most).astype(np.float32)


def quantized(real: Array, scales: Array, most: int) -> Array:
    shaped = scales.astype(np.float64).reshape(-1, *[1] * (real.ndim - 1))
    return np.clip(np.round(real / shaped), -most, most).astype(np.int64)


def dequantized(levels: Array, scales: Array) -> Array:
    """float32 x float32, as the interpreter's DEQUANTIZE has it."""
    return levels.astype(np.float32) * scales.reshape(-1, *[1] * (levels.ndim - 1))


def write_twin(folder: Path, kind: str, seed: int = 5, stem: str = "net") -> Path:
    """`net.int8.tflite` in `folder`."""
    return _Twin(kind, real_values(seed)).builder.write(folder / f"{stem}.{kind}.tflite")


class _Twin:
    def __init__(self, kind: str, real: dict[str, Array]) -> None:
        self.kind, self.real, self.builder = kind, real, ModelBuilder(kind)
        self.inner = {"int16x8": "INT16"}.get(kind, "INT8") if kind in _INTEGER else "FLOAT32"
        ends = {"int8": "INT8", "uint8": "UINT8"}.get(kind, "FLOAT32")
        first = self.activation(INPUT, [1, 16, 16, 4], ends)
        if ends != self.inner:
            quantize = self.activation("tfl.quantize", [1, 16, 16, 4], self.inner)
            self.builder.operator("QUANTIZE", [first], [quantize])
        last = self.layers(first if ends == self.inner else quantize)
        output = last
        if ends != self.inner:
            output = self.activation(OUTPUT, [1, 3], ends)
            self.builder.operator("QUANTIZE" if kind == "uint8" else "DEQUANTIZE", [last], [output])
        self.builder.inputs(first).outputs(output)

    def layers(self, x: int) -> int:
        builder = self.builder
        shift = "1" if self.kind != "float16" else "2"  # the widened bias has taken the name
        conv = self.activation(f"{CONV_BIAS}{shift}", [1, 8, 8, 16], self.inner)
        builder.operator(
            "CONV_2D", [x, *self.parameters(CONV)], [conv], builder.options("Conv2DOptions", strideW=2, strideH=2)
        )
        shape = builder.tensor(SHAPE, [2], "INT32", np.array([1, 1024]))
        flat = self.activation("net/flatten/Reshape", [1, 1024], self.inner)
        builder.operator("RESHAPE", [conv, shape], [flat])
        wide = self.activation("net/wide/MatMul;net/wide/Relu;net/wide/BiasAdd", [1, 40], self.inner)
        builder.operator("FULLY_CONNECTED", [flat, *self.parameters(WIDE)], [wide])
        logits = self.activation("net/last/MatMul;net/last/BiasAdd", [1, 3], self.inner)
        builder.operator("FULLY_CONNECTED", [wide, *self.parameters(LAST)], [logits])
        renamed = self.kind in ("int8_float_io", "uint8", "int16x8")  # the name belongs to what follows
        output = self.activation(OUTPUT + "1" * renamed, [1, 3], self.inner)
        builder.operator("SOFTMAX", [logits], [output])
        return output

    def activation(self, name: str, shape: list[int], type_name: str) -> int:
        scale = {} if type_name == "FLOAT32" else {"scale": 0.05, "zero_point": 0 if type_name == "INT16" else 3}
        return self.builder.tensor(name, shape, type_name, **scale)

    def parameters(self, name: str) -> tuple[int, int]:
        """Weights and bias of a layer."""
        bias = _BIAS_OF[name]
        real, real_bias = self.real[name], self.real[bias]
        if self.kind == "float16":
            return self.widened(name, real), self.widened(bias, real_bias)
        large = real.size >= 1024
        if self.kind == "float32" or (self.kind == "dynamic_range" and not large):
            return self.builder.tensor(name, real.shape, data=real), self.float_bias(bias)
        most = 7 if self.kind == "dynamic_int4" else 127
        scales = channel_scales(real, most)
        weights = self.levels(name, quantized(real, scales, most), scales)
        if self.kind not in _INTEGER:
            return weights, self.float_bias(bias)
        wide = self.kind == "int16x8"
        bias_scales = (scales * np.float32(0.05)).astype(np.float32)
        levels = quantized(real_bias, bias_scales, 1 << 30)
        zeros = [0] * len(levels)
        return weights, self.builder.tensor(
            bias, levels.shape, "INT64" if wide else "INT32", levels, bias_scales, zeros
        )

    def float_bias(self, name: str) -> int:
        return self.builder.tensor(name, self.real[name].shape, data=self.real[name])

    def levels(self, name: str, levels: Array, scales: Array) -> int:
        zeros = [0] * len(scales)
        if self.kind != "dynamic_int4":
            return self.builder.tensor(name, levels.shape, "INT8", levels, scales, zeros)
        nibbles = np.append(levels.reshape(-1) & 15, [0] * (levels.size % 2)).astype(np.uint8)
        packed = (nibbles[0::2] | nibbles[1::2] << 4).tobytes()
        return self.builder.tensor(name, levels.shape, "INT4", packed, scales, zeros)

    def widened(self, name: str, real: Array) -> int:
        stored = self.builder.tensor(name, real.shape, "FLOAT16", real.astype(np.float16))
        wide = self.builder.tensor(f"{name}1", real.shape)
        self.builder.operator("DEQUANTIZE", [stored], [wide])
        return wide
