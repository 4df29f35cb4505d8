"""Turns stored bytes into numbers: types narrower than a byte, bfloat16, float8, strings."""

import struct
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from inspector.errors import ValuesError
from inspector.model import TensorType

Array = np.ndarray[Any, np.dtype[Any]]


def decode(stored: Array, type_: TensorType, count: int) -> Array:
    """The first `count` elements of `stored` (uint8, from a whole byte on) as `type_.dtype`.

    A view where the bytes are the numbers already. Raises ValuesError for types without numbers.
    """
    if type_.dtype is None:
        raise ValuesError(f"A tensor of {type_.name} holds no numbers.")
    if type_.bits < 8:
        return _unpack(stored, type_, count)
    whole = stored[: count * type_.bits // 8]
    if type_.name == "BFLOAT16":
        return (whole.view("<u2").astype(np.uint32) << 16).view("<f4")
    if type_.name.startswith("FLOAT8"):
        found: Array = _float8_values(type_.name)[whole]
    elif type_.name == "BOOL":
        found = whole != 0
    else:
        found = whole.view(type_.dtype)
    return found


def _unpack(stored: Array, type_: TensorType, count: int) -> Array:
    """Low bits first, as TensorFlow packs them; signed types are sign-extended."""
    per_byte = 8 // type_.bits
    shifts = np.arange(per_byte, dtype=np.uint8) * type_.bits
    levels = (stored[: (count + per_byte - 1) // per_byte, None] >> shifts) & ((1 << type_.bits) - 1)
    flat = levels.reshape(-1)[:count].astype(np.uint8, copy=False)
    if type_.name.startswith("U"):
        return flat
    unused = 8 - type_.bits
    return (flat << unused).view(np.int8) >> unused


@cache
def _float8_values(name: str) -> Array:
    """The number of each of the 256 codes: 1 sign bit, then the exponent, then the mantissa.

    E4M3FN: bias 7, no infinities, 0x7f and 0xff are NaN (OCP 8-bit floating point, 2023). E5M2: bias 15, as IEEE 754.
    """
    mantissa_bits, bias = (3, 7) if name == "FLOAT8_E4M3FN" else (2, 15)
    codes = np.arange(256)
    exponent = (codes & 0x7F) >> mantissa_bits
    mantissa = (codes & ((1 << mantissa_bits) - 1)) / (1 << mantissa_bits)
    size = np.where(exponent == 0, np.ldexp(mantissa, 1 - bias), np.ldexp(1 + mantissa, exponent - bias))
    if name == "FLOAT8_E4M3FN":
        size[(codes & 0x7F) == 0x7F] = np.nan
    else:
        size[exponent == 31] = np.where(mantissa[exponent == 31] == 0, np.inf, np.nan)
    values = np.where(codes & 0x80, -size, size).astype(np.float32)
    values.flags.writeable = False
    return values


def strings(stored: bytes, limit: int = 1 << 20) -> list[bytes]:
    """The strings of a STRING tensor, at most `limit`: a count, count + 1 offsets, the bytes.

    Raises ValuesError where the offsets leave the buffer.
    """
    try:
        (count,) = struct.unpack_from("<I", stored)
        offsets = struct.unpack_from(f"<{min(count, limit) + 1}i", stored, 4)
    except struct.error as error:
        raise ValuesError("The buffer of this string tensor is cut short.") from error
    if list(offsets) != sorted(offsets) or offsets[0] < 0 or offsets[-1] > len(stored):
        raise ValuesError("The offsets of this string tensor leave its buffer.")
    return [stored[start:end] for start, end in pairwise(offsets)]
