"""Stored blocks of a tensor as real numbers, and which of them are zero."""

import numpy as np

from inspector.analysis.blocks import Cut
from inspector.analysis.layout import Layout
from inspector.errors import ValuesError
from inspector.model import Tensor, check_quantization
from inspector.model.columns import tensor_label
from inspector.model.model import Array


class RealValues:
    """`dtype` of real values is float32, or float64 for FLOAT64 and for integers that stand for themselves.

    Dequantizes exactly as Quantization.dequantize does: scale x (q - zero_point) in float32. `precise` does so in
    float64 for 32 and 64 bits: a bias in int64 is nearer to the float one than float32 can say.
    Raises ValuesError for types without numbers and for scales that don't fit the shape.
    """

    def __init__(self, tensor: Tensor, layout: Layout, precise: bool = False) -> None:
        check_numeric(tensor)
        check_quantization(tensor)
        self._layout = layout
        quantization = tensor.quantization
        integer = tensor.type.is_integer
        self.quantized = integer and quantization is not None and quantization.scale.size > 0
        self.scale = self.zero_point = None
        if self.quantized and quantization is not None:
            zero_point = quantization.zero_point if quantization.zero_point.size else np.zeros(1, np.int64)
            self.scale = quantization.scale.astype(np.float32)
            self.zero_point = zero_point
        plain = tensor.type.dtype is not None and tensor.type.dtype.kind == "f" and tensor.type.dtype.itemsize < 8
        wide = precise and tensor.type.bits >= 32
        self.dtype = np.dtype(np.float32 if (self.quantized and not wide) or plain else np.float64)

    @property
    def raw_zero_differs(self) -> bool:
        """Whether a stored 0 is another value than a real 0."""
        return self.zero_point is not None and bool(self.zero_point.any())

    def real(self, stored: Array, cut: Cut) -> Array:
        """Flat real values of a flat block; infinite where a damaged file's scale takes them there."""
        if self.scale is None or self.zero_point is None:
            return stored.astype(self.dtype, copy=False)
        real = stored.astype(self.dtype)
        shaped = self._shaped(real, cut)
        if self.zero_point.size > 1 or self.zero_point[0]:
            shaped -= self._of(self.zero_point.astype(self.dtype), cut)
        with np.errstate(over="ignore"):
            shaped *= self._of(self.scale, cut)
        return real

    def nonzero(self, stored: Array, cut: Cut, out: Array) -> Array:
        """A flag an element, in `out` (bool): its real value is not 0. NaN is not 0."""
        flags = out[: len(stored)]
        zero_point = self.zero_point
        if zero_point is None or not self.raw_zero_differs:
            np.not_equal(stored, 0, out=flags)
        elif zero_point.size == 1:
            np.not_equal(stored, int(zero_point[0]), out=flags)
        else:
            np.not_equal(self._shaped(stored, cut), self._of(zero_point, cut), out=self._shaped(flags, cut))
        return flags

    def _shaped(self, flat: Array, cut: Cut) -> Array:
        return flat.reshape((cut.groups, cut.rows, cut.length))

    def _of(self, by_channel: Array, cut: Cut) -> Array:
        """One number a channel, in the shape that meets a block's (groups, rows, length)."""
        if by_channel.size == 1:
            return by_channel
        return by_channel[cut.first : cut.first + cut.rows, None]


def check_numeric(tensor: Tensor) -> None:
    """Raises ValuesError for strings, resources, complex numbers and types of tomorrow."""
    if tensor.type.dtype is None or tensor.type.dtype.kind == "c":
        raise ValuesError(f"{tensor_label(tensor)} {tensor.name} holds {tensor.type.name}, which has no statistics.")
