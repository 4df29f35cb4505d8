"""The quantization debugger's table: one row a quantized layer, with TensorFlow's columns in TensorFlow's order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LAYER_FIELDS = (
    "op_name", "tensor_idx", "num_elements", "stddev", "mean_error", "max_abs_error", "mean_squared_error", "scale",
    "zero_point", "tensor_name",
)  # fmt: skip

SIGNAL, BITS = "mean_squared_value", "bits"
"""Columns of our own tables: the mean over samples of the mean squared float value, which SQNR is computed from, and
the bits of the output's type."""


@dataclass(frozen=True, slots=True)
class LayerRow:
    """The error of one layer's output: dequantized minus float, in real units.

    `stddev`, `mean_error`, `max_abs_error` and `mean_squared_error` are computed for each sample and then averaged over
    the samples (numpy.nanmean): `max_abs_error` is the mean of the samples' largest errors, not the largest of all.
    `tensor_idx` counts in the model with the debugger's operators, not in the one that is delivered. `scale` and
    `zero_point` are the output tensor's; None where it is not quantized (a pair whose candidate stays float there).
    """

    op_name: str
    tensor_idx: int
    num_elements: int
    stddev: float
    mean_error: float
    max_abs_error: float
    mean_squared_error: float
    scale: float | None
    zero_point: int | None
    tensor_name: str


@dataclass(frozen=True, slots=True, eq=False)
class LayerTable:
    """`rows` in the order of execution. `extra` holds custom metrics by name, one value a row (None: no value)."""

    rows: tuple[LayerRow, ...]
    extra: Mapping[str, Sequence[float | None]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def header(self) -> tuple[str, ...]:
        """Custom metrics stand before scale, as TensorFlow writes them."""
        return (*LAYER_FIELDS[:-3], *self.extra, *LAYER_FIELDS[-3:])

    def records(self) -> list[dict[str, Any]]:
        """Plain values by column, for JSON and for CSV."""
        found = []
        for place, row in enumerate(self.rows):
            values = {name: getattr(row, name) for name in LAYER_FIELDS}
            values |= {name: column[place] for name, column in self.extra.items()}
            found.append({name: values[name] for name in self.header})
        return found

    @classmethod
    def from_records(cls, records: Sequence[Mapping[str, Any]]) -> "LayerTable":
        """The other way round, of what `records` gave."""
        rows = tuple(LayerRow(**{name: record[name] for name in LAYER_FIELDS}) for record in records)
        names = [name for name in records[0] if name not in LAYER_FIELDS] if records else []
        return cls(rows, {name: tuple(record[name] for record in records) for name in names})
