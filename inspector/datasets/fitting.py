"""Whether an array fits an input, in shape and type, and how its values get there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from inspector.datasets.input_spec import InputSpec
from inspector.datasets.sources import MOST_BYTES, Array, ArrayInfo
from inspector.errors import DataError
from inspector.model.tensor_types import TYPE_BY_NAME
from inspector.model.text import bytes_text, number_text, shape_text

_CHUNK = 1 << 22


@dataclass(frozen=True, slots=True)
class Fit:
    """`count` samples of `shape`; each takes `group` rows of the array. `single`: the array is one sample itself."""

    count: int
    shape: tuple[int, ...]
    group: int = 1
    single: bool = False


def fit_shape(info: ArrayInfo, spec: InputSpec) -> Fit:
    """How the array's rows become samples. Raises DataError with both shapes where they don't fit."""
    if 0 in info.shape:
        raise DataError(f"{info.name} is empty: its shape is {shape_text(info.shape)}.")
    wanted = spec.sample_shape
    if info.shape:
        rows, row = info.shape[0], info.shape[1:]
        if (shape := _matching(row, wanted)) is not None:
            return Fit(rows, shape)
        batch = 0 if spec.batched or len(spec.shape) < 2 else spec.shape[0]
        if batch and (shape := _matching(row, wanted[1:])) is not None and rows >= batch:
            return Fit(rows // batch, (batch, *shape), group=batch)
    if (shape := _matching(info.shape, wanted)) is not None:
        return Fit(1, shape, single=True)
    raise DataError(
        f"{info.name} is {info.type} {shape_text(info.shape)}; the input {spec.name} wants samples of "
        f"{shape_text(_open(wanted))} {spec.type}, so {shape_text(('n', *_open(wanted)))}."  # type: ignore[arg-type]
    )


def _open(shape: Sequence[int]) -> tuple[int | None, ...]:
    return tuple(None if size < 0 else size for size in shape)


def _matching(row: Sequence[int], wanted: Sequence[int]) -> tuple[int, ...] | None:
    """`wanted` with its dynamic sizes filled from `row`; dimensions of size 1 may be missing or too many."""
    if len(row) == len(wanted) and all(want in (-1, size) for size, want in zip(row, wanted, strict=True)):
        return tuple(row)
    left = [size for size in row if size != 1]
    if len(left) != sum(want != 1 for want in wanted):
        return None
    sizes = iter(left)
    filled = tuple(1 if want == 1 else next(sizes) for want in wanted)
    return filled if all(want in (-1, size) for size, want in zip(filled, wanted, strict=True)) else None


def check_type(info: ArrayInfo, dtype: np.dtype[Any], spec: InputSpec, whole_numbers: bool = False) -> None:
    """Raises DataError with both types where values can't become the input's. `whole_numbers`: floats are looked at
    one by one, for sources that know no integers (.csv)."""
    target = TYPE_BY_NAME.get(spec.type)
    if target is None or target.dtype is None or target.dtype.kind not in "biuf":
        raise DataError(f"The input {spec.name} takes {spec.type}; samples can only be numbers.")
    fits = dtype.kind in "biuf" if target.is_float else dtype.kind in "biu" or (whole_numbers and dtype.kind == "f")
    if not fits:
        raise DataError(
            f"{info.name} is {dtype.name} {shape_text(info.shape)}; the input {spec.name} wants {spec.type}"
            f"{'' if target.is_float else ', whole numbers'}."
        )


def convert(values: Array, spec: InputSpec, name: str, rows: Array | None = None) -> tuple[Array, tuple[float, float]]:
    """`values` (n, ...) in the input's type, read-only, and their lowest and highest value; `rows` for messages.

    Raises DataError for NaN and infinity and for numbers that the type can't hold.
    """
    target = TYPE_BY_NAME[spec.type]
    assert target.dtype is not None  # check_type looked
    if values.dtype != target.dtype:
        _check_size(values, target.dtype, name)
    low, high = value_range(values, name, rows)
    if target.is_integer or target.name == "BOOL":
        least, most = (0, 1) if target.name == "BOOL" else target.level_range
        if low < least or high > most:
            raise DataError(
                f"{name} holds values from {number_text(low)} to {number_text(high)}; "
                f"the input {spec.name} takes {spec.type}, {least} to {most}."
            )
        if values.dtype.kind == "f" and bool((values != np.rint(values)).any()):
            raise DataError(f"{name} holds fractions; the input {spec.name} takes {spec.type}, whole numbers.")
    elif max(abs(low), abs(high)) > float(np.finfo(target.dtype).max):
        raise DataError(
            f"{name} holds values up to {number_text(max(abs(low), abs(high)))}: too large for {spec.type}."
        )
    found = values if values.dtype == target.dtype else values.astype(target.dtype)
    found.flags.writeable = False
    return found, (low, high)


def _check_size(values: Array, dtype: np.dtype[Any], name: str) -> None:
    size = values.size * dtype.itemsize
    if size > MOST_BYTES:
        raise DataError(
            f"{len(values):,} samples of {name} take {bytes_text(size)} as {dtype.name}; "
            f"at most {bytes_text(MOST_BYTES)} are held at once. Choose fewer samples."
        )


def value_range(values: Array, name: str, rows: Array | None = None) -> tuple[float, float]:
    """Lowest and highest value. Raises DataError where one is NaN or infinite, with the sample it is in."""
    step = max(1, _CHUNK // max(1, values[0].size))
    low, high = np.inf, -np.inf
    for start in range(0, len(values), step):
        part = values[start : start + step]
        least, most = float(part.min()), float(part.max())
        if not np.isfinite(least) or not np.isfinite(most):
            raise _not_finite(part, rows[start:] if rows is not None else np.arange(start, len(values)), name)
        low, high = min(low, least), max(high, most)
    return low, high


def _not_finite(part: Array, rows: Array, name: str) -> DataError:
    bad = ~np.isfinite(part).reshape(len(part), -1).all(axis=1)
    what = "NaN" if bool(np.isnan(part).any()) else "infinity"
    return DataError(
        f"{name} holds {what}, first in sample {int(rows[bad.argmax()]):,}. "
        "Ranges can't be found from it: remove those samples or fill their gaps."
    )
