"""What can be wrong with the quantization parameters of a subgraph's tensors."""

from typing import Any

import numpy as np

from inspector.formats.tflite_findings import UNREADABLE
from inspector.formats.tflite_quantization import QuantizationRows
from inspector.formats.tflite_tensor_checks import REFUSED, TensorChecks
from inspector.formats.tflite_tensors import TensorTable
from inspector.model import TENSOR_TYPES, Level

Array = np.ndarray[Any, np.dtype[Any]]

_LIKELY_SCALES = (1e-30, 1e30)


def check_quantization_rows(tensors: TensorTable, rows: QuantizationRows, checks: TensorChecks) -> None:
    """The rules are those of TensorFlow Lite's own loader, and that a scale is a positive number."""
    owners = rows.tensors
    for field, damaged in rows.tables.damaged:
        checks.add(owners[damaged], "quantization_field", f"Quantization field {field} can't be read", UNREADABLE)
    counts, zeros = rows.scale.lengths, rows.zero_point.lengths
    with np.errstate(invalid="ignore"):
        bad = ~(np.isfinite(rows.scale.values) & (rows.scale.values > 0))
    checks.add(_owners(rows.scale.starts, bad, owners), "quantization_scale",
              "Scale that is 0, negative or not a number", "Real values can't be told from its levels.")  # fmt: skip
    with np.errstate(invalid="ignore"):
        odd = ~bad & ((rows.scale.values < _LIKELY_SCALES[0]) | (rows.scale.values > _LIKELY_SCALES[1]))
    checks.add(_owners(rows.scale.starts, odd, owners), "quantization_scale_odd",
               "Scale too small or too large to be meant", "The parameters are damaged or were never set.",
               Level.WARNING)  # fmt: skip
    scaled = counts > 0
    checks.add(owners[scaled & (zeros != counts)], "quantization_count", "Not as many zero points as scales", REFUSED)
    rank = tensors.shape.lengths[owners]
    outside = scaled & (rank > 0) & ((rows.dimension < 0) | (rows.dimension >= rank))
    checks.add(owners[outside], "quantization_dimension", "quantized_dimension outside the shape", REFUSED)
    channels = (counts > 1) & (rank > 0) & ~outside
    place = tensors.shape.starts[owners] + np.where(channels, rows.dimension, 0)
    sizes = tensors.shape.values[np.where(channels, place, 0)] if channels.any() else counts
    checks.add(owners[channels & (sizes != counts)], "quantization_count",
              "Not as many scales as quantized_dimension has indices", REFUSED)  # fmt: skip
    checks.add(owners[(counts > 1) & (rank == 0)], "quantization_count", "Several scales for a scalar")
    _zero_points(tensors, rows, checks)


def _zero_points(tensors: TensorTable, rows: QuantizationRows, checks: TensorChecks) -> None:
    """A zero point is a level of the tensor's type."""
    codes = np.repeat(tensors.type_codes[rows.tensors], rows.zero_point.lengths)
    values = rows.zero_point.values
    wrong = np.zeros(len(values), bool)
    for code in sorted(set(codes[values != 0].tolist())):
        if 0 <= code < len(TENSOR_TYPES) and TENSOR_TYPES[code].is_integer:
            low, high = TENSOR_TYPES[code].level_range
            wrong |= (codes == code) & ((values < low) | (values > min(high, (1 << 63) - 1)))
    checks.add(
        _owners(rows.zero_point.starts, wrong, rows.tensors), "zero_point", "Zero point outside its type's range"
    )


def _owners(starts: Array, wrong: Array, owners: Array) -> Array:
    """The tensors whose items are `wrong`."""
    places = np.flatnonzero(wrong)
    found: Array = owners[np.searchsorted(starts, places, side="right") - 1] if places.size else places
    return found
