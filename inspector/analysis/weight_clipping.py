"""Weights clipped at some sigma and fake-quantized: what a narrower range costs, and what the model makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from inspector.model import Tensor
from inspector.model.columns import Column
from inspector.model.model import Array
from inspector.model.text import number_text, percent_text

_CHANNELS = {"CONV_2D": 0, "TRANSPOSE_CONV": 0, "FULLY_CONNECTED": 0, "DEPTHWISE_CONV_2D": 3}
"""Operator -> the dimension along which TensorFlow gives its weights a scale each."""


@dataclass(frozen=True, slots=True)
class WeightClipping:
    """One way to store the weights: `sigma` None keeps all of their range; `quantized` False keeps them float.

    `clipped` is the share of weights outside mean -/+ sigma (of each tensor), `rmse` the error over all weights.
    `score`, `correct` and `closeness` are as in a score.
    """

    sigma: float | None
    quantized: bool
    bits: int
    score: float
    correct: int | None
    closeness: float | None
    clipped: float
    rmse: float

    @property
    def title(self) -> str:
        """`float`, `int8`, `int8, 3 sigma`."""
        if not self.quantized:
            return "float"
        return f"int{self.bits}" + ("" if self.sigma is None else f", {self.sigma:g} sigma")


def weight_clippings(result: Mapping[str, Any]) -> tuple[WeightClipping, ...]:
    """The rows of a job's answer; none where no weights were clipped."""
    return tuple(WeightClipping(**each) for each in (result["weights"] or {"rows": ()})["rows"])


def channel_dimension(tensor: Tensor) -> int | None:
    """The dimension of the weights that gets a scale an index, None for one scale."""
    for operator in tensor.consumers:
        dimension = _CHANNELS.get(operator.op_name)
        if dimension is not None and dimension < len(tensor.shape):
            return dimension
    return None


def clipped(values: Array, sigma: float | None) -> tuple[Array, int]:
    """`values` within their mean -/+ `sigma` standard deviations, and how many were outside."""
    if sigma is None:
        return values, 0
    mean, deviation = float(values.mean(dtype=np.float64)), float(values.std(dtype=np.float64))
    low, high = mean - sigma * deviation, mean + sigma * deviation
    outside = int(np.count_nonzero(values < low)) + int(np.count_nonzero(values > high))
    kept: Array = np.clip(values, low, high).astype(values.dtype)
    return kept, outside


def fake_quantized(values: Array, dimension: int | None, bits: int = 8) -> Array:
    """Symmetric, narrow: the largest magnitude (of each index of `dimension`) becomes 2^(bits-1) - 1 steps, as
    TensorFlow stores weights (-127 to 127 for 8 bits); rounded there and back."""
    top = 2 ** (bits - 1) - 1
    axes = tuple(axis for axis in range(values.ndim) if axis != dimension)
    reach = np.abs(values).max(axis=axes, keepdims=True, initial=0.0).astype(np.float64)
    scale = np.where(reach > 0, reach / top, 1.0)
    made: Array = (np.clip(np.round(values / scale), -top, top) * scale).astype(values.dtype)
    return made


CLIPPING_COLUMNS: tuple[Column[WeightClipping], ...] = (
    Column("weights", "Weights", lambda row: row.title, tip="How the weights are stored; all else stays float."),
    Column("sigma", "sigma", lambda row: row.sigma, lambda row: "" if row.sigma is None else f"{row.sigma:g}", "number",
           "Weights are clipped at their tensor's mean -/+ this many sigma."),
    Column("score", "score", lambda row: row.score, lambda row: percent_text(row.score), "number",
           "On the evaluation samples."),
    Column("correct", "right", lambda row: row.correct, style="number", tip="How many answers are right."),
    Column("closeness", "closeness", lambda row: row.closeness,
           lambda row: "" if row.closeness is None else number_text(row.closeness), "number",
           "R2 of the outputs, with those of the float model as the truth."),
    Column("clipped", "clipped", lambda row: row.clipped, lambda row: percent_text(row.clipped), "share",
           "The share of weights outside of the range."),
    Column("rmse", "RMSE", lambda row: row.rmse, lambda row: number_text(row.rmse), "number",
           "The root mean squared error over all weights, in real units."),
)  # fmt: skip
