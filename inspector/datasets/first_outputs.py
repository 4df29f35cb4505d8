"""What the first layer of a model makes of some samples, calculated here: enough to see whether they are in range."""

from math import prod

import numpy as np

from inspector.datasets.first_layer import FirstLayer
from inspector.datasets.sources import Array

SAMPLES = 64
"""Samples that are enough to see how far values vary."""
_PATCHES = 32


def outputs_of(layer: FirstLayer, values: Array) -> Array | None:
    """(positions, channels): what the layer makes of some samples at some places, before the normalization.

    `values` (n, *sample shape). None where shapes don't fit.
    """
    inputs = values.astype(np.float32) * np.float32(layer.scale) + np.float32(layer.offset)
    if layer.reshape is not None:
        if prod(layer.reshape) != prod(inputs.shape[1:]):
            return None
        inputs = inputs.reshape(len(inputs), *layer.reshape)
    if layer.kernel is None:
        return inputs.reshape(-1, inputs.shape[-1])
    found = _dense(inputs, layer.kernel) if layer.kind == "dense" else _convolved(inputs, layer.kernel, layer)
    if found is None:
        return None
    if layer.bias is not None and layer.bias.size == found.shape[1]:
        found = found + layer.bias
    return np.maximum(found, 0) if layer.relu else found


def _dense(inputs: Array, kernel: Array) -> Array | None:
    size = kernel.shape[0]
    if inputs.shape[-1] != size:
        if prod(inputs.shape[1:]) != size:  # FULLY_CONNECTED flattens by itself
            return None
        inputs = inputs.reshape(len(inputs), size)
    found: Array = inputs.reshape(-1, size)[: SAMPLES * _PATCHES] @ kernel
    return found


def _convolved(inputs: Array, kernel: Array, layer: FirstLayer) -> Array | None:
    """The sums at places drawn from each sample, away from its borders, so that padding has no part in them."""
    window, channels = kernel.shape[:-2], inputs.shape[-1]
    if layer.kind == "depthwise" and kernel[0, 0].size % channels == 0:  # TFLite has no dimension for the multiplier
        kernel = kernel.reshape(*window, channels, -1)
    dilation = layer.dilation[: len(window)] or (1,) * len(window)
    if inputs.ndim != len(window) + 2 or channels != kernel.shape[-2] or len(dilation) != len(window):
        return None
    extent = [(size - 1) * step + 1 for size, step in zip(window, dilation, strict=True)]
    room = [have - need for have, need in zip(inputs.shape[1:-1], extent, strict=True)]
    if min(room) < 0:
        return None
    generator = np.random.default_rng(0)
    patches = []
    for _ in range(_PATCHES):
        corner = [int(generator.integers(0, free + 1)) for free in room]
        place = tuple(slice(at, at + need, step) for at, need, step in zip(corner, extent, dilation, strict=True))
        patches.append(inputs[(slice(None), *place)])
    stacked = np.concatenate(patches)
    if layer.kind == "depthwise":  # (height, width, channels, multiplier)
        planes: Array = np.einsum("nhwc,hwcm->ncm", stacked, kernel).reshape(len(stacked), -1)
        return planes
    found: Array = stacked.reshape(len(stacked), -1) @ kernel.reshape(-1, kernel.shape[-1])
    return found
