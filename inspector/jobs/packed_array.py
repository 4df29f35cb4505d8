"""Arrays in a job's result, which travels as JSON: shape, type and bytes."""

import base64
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
MOST_VALUES = 1 << 22
"""Larger arrays are not sent: nobody looks at more numbers, and lines of JSON are held in memory."""


def packed(values: Array) -> dict[str, Any] | None:
    """None for an array of more than MOST_VALUES values."""
    if values.size > MOST_VALUES:
        return None
    plain = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
    return {"shape": list(values.shape), "type": plain.dtype.str, "data": base64.b64encode(plain.tobytes()).decode()}


def unpacked(told: dict[str, Any] | None) -> Array | None:
    """The array, read-only."""
    if told is None:
        return None
    return np.frombuffer(base64.b64decode(told["data"]), np.dtype(told["type"])).reshape(told["shape"])
