"""MobileNetV2 (224 x 224, width 1) as a .tflite with random weights, written without TensorFlow: 14 MB, int8 3.8 MB."""

from typing import Any

import numpy as np

from tests.builders import ModelBuilder

# expansion, channels, repeats, stride (Sandler et al. 2018, table 2)
_BLOCKS = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))


def mobilenet_v2(quantized: bool) -> bytes:
    """The file's bytes; the same for the same argument."""
    return _Network(quantized).finish()


class _Network:
    def __init__(self, quantized: bool) -> None:
        self._random = np.random.default_rng(3)
        self._quantized = quantized
        self._builder = ModelBuilder("MobileNetV2 with random weights")
        self._size, self._channels = 224, 3
        self._input = self._last = self._activation("serving_default_input:0", [1, 224, 224, 3])

    def finish(self) -> bytes:
        self._convolution("Conv1", 32, 3, 2)
        number = 0
        for expansion, channels, repeats, stride in _BLOCKS:
            for repeat in range(repeats):
                self._block(f"block_{number}", expansion, channels, stride if repeat == 0 else 1)
                number += 1
        self._convolution("Conv_1", 1280, 1, 1)
        builder, options = self._builder, ModelBuilder.options
        axes = builder.tensor("global_average_pooling2d/axes", [2], "INT32", np.array([1, 2]))
        mean = self._activation("global_average_pooling2d/Mean", [1, 1280])
        builder.operator("MEAN", [self._last, axes], [mean], options("ReducerOptions"))
        weights, bias = self._constants("predictions", [1000, 1280], 0, 1280)
        logits = self._activation("predictions/BiasAdd", [1, 1000])
        builder.operator("FULLY_CONNECTED", [mean, weights, bias], [logits], options("FullyConnectedOptions"))
        scale = {"scale": 1 / 256, "zero_point": -128} if self._quantized else {}
        output = builder.tensor("StatefulPartitionedCall:0", [1, 1000], self._type, hasRank=True, **scale)
        builder.operator("SOFTMAX", [logits], [output], options("SoftmaxOptions", beta=1.0))
        builder.inputs(self._input).outputs(output)
        builder.signature("serving_default", {"input": self._input}, {"output": output})
        builder.metadata("min_runtime_version", b"1.14.0".ljust(16, b"\0"))
        return builder.finish()

    def _block(self, name: str, expansion: int, channels: int, stride: int) -> None:
        before, from_channels = self._last, self._channels
        if expansion > 1:
            self._convolution(f"{name}_expand", from_channels * expansion, 1, 1)
        self._depthwise(f"{name}_depthwise", stride)
        self._convolution(f"{name}_project", channels, 1, 1, "NONE")
        if stride == 1 and from_channels == channels:
            added = self._activation(f"{name}_add/add", [1, self._size, self._size, channels])
            self._builder.operator("ADD", [before, self._last], [added], ModelBuilder.options("AddOptions"))
            self._last = added

    def _convolution(self, name: str, channels: int, kernel: int, stride: int, activation: str = "RELU6") -> None:
        weights, bias = self._constants(
            name, [channels, kernel, kernel, self._channels], 0, kernel * kernel * self._channels
        )
        self._channels = channels
        self._step("CONV_2D", "Conv2DOptions", name, weights, bias, stride, activation)

    def _depthwise(self, name: str, stride: int) -> None:
        weights, bias = self._constants(name, [1, 3, 3, self._channels], 3, 9)
        self._step(
            "DEPTHWISE_CONV_2D", "DepthwiseConv2DOptions", name, weights, bias, stride, "RELU6", depthMultiplier=1
        )

    def _step(
        self, op: str, kind: str, name: str, weights: int, bias: int, stride: int, activation: str, **fields: Any
    ) -> None:
        self._size //= stride
        out = self._activation(
            f"{name}_relu/Relu6;{name}_BN/FusedBatchNormV3", [1, self._size, self._size, self._channels]
        )
        options = ModelBuilder.options(
            kind, strideW=stride, strideH=stride, fusedActivationFunction=3 if activation == "RELU6" else 0, **fields
        )
        self._builder.operator(op, [self._last, weights, bias], [out], options, version=3 if self._quantized else 1)
        self._last = out

    @property
    def _type(self) -> str:
        return "INT8" if self._quantized else "FLOAT32"

    def _activation(self, name: str, shape: list[int]) -> int:
        scale = {"scale": 0.0235, "zero_point": -128} if self._quantized else {}
        return self._builder.tensor(name, shape, self._type, hasRank=True, **scale)

    def _constants(self, name: str, shape: list[int], axis: int, fan_in: int) -> tuple[int, int]:
        """Weights and bias."""
        channels = shape[axis]
        if not self._quantized:
            real = (self._random.standard_normal(shape) / np.sqrt(fan_in)).astype(np.float32)
            weights = self._builder.tensor(f"{name}/weights", shape, data=real)
            return weights, self._builder.tensor(f"{name}/bias", [channels], data=np.zeros(channels, np.float32))
        levels = self._random.integers(-127, 128, shape, np.int8)
        scales = self._random.uniform(0.5, 1.5, channels) / np.sqrt(fan_in) / 64
        weights = self._builder.tensor(f"{name}/weights", shape, "INT8", levels, scales, [0] * channels, axis)
        bias_scale = (scales.astype(np.float32) * np.float32(0.0235)).astype(np.float32)
        levels = np.zeros(channels, np.int32)
        return weights, self._builder.tensor(f"{name}/bias", [channels], "INT32", levels, bias_scale, [0] * channels)
