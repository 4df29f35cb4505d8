"""The statistics table: one row a constant, one column a number, for window, command line, CSV and JSON."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import isfinite
from typing import Any

from inspector.analysis.statistics import TensorStatistics
from inspector.model import Tensor
from inspector.model.columns import Column, tensor_label
from inspector.model.text import bytes_text, number_text, shape_text


@dataclass(frozen=True, slots=True)
class WeightRow:
    """A constant with what was measured of it so far."""

    tensor: Tensor
    statistics: TensorStatistics | None = None
    gzip_bytes: int | None = None

    @property
    def is_weight(self) -> bool:
        """Biases, shapes, tables and the like are no weights: shown greyed, below the total, and not in it."""
        return self.tensor.role == "weights"


@dataclass(frozen=True, slots=True)
class WeightsTotal:
    """All weight tensors together, each buffer once; shares weigh by elements. None: not all rows are measured."""

    tensors: int
    elements: int
    zero_fraction: float | None
    stored_sparsity: float | None
    dead_channels: int | None
    gzip_bytes: int | None


def weights_total(rows: Iterable[WeightRow]) -> WeightsTotal:
    """Totals over the rows that are weights; a buffer that several tensors share counts once."""
    chosen: dict[tuple[int, int], WeightRow] = {}
    for row in rows:
        if row.is_weight:
            tensor = row.tensor
            key = (-1, tensor.buffer) if tensor.buffer is not None else (tensor.subgraph, tensor.index)
            chosen.setdefault(key, row)
    unique = list(chosen.values())
    measured = [(row.tensor.elements, row.statistics) for row in unique if row.statistics is not None]
    complete = len(measured) == len(unique)
    elements = sum(row.tensor.elements for row in unique)

    def share(of: Callable[[TensorStatistics], float | None]) -> float | None:
        if not complete or not elements:
            return None
        return sum(size * (of(statistics) or 0.0) for size, statistics in measured) / elements

    packed = [row.gzip_bytes for row in unique]
    sparse = any(statistics.stored_sparsity is not None for _, statistics in measured)
    return WeightsTotal(
        len(unique),
        elements,
        share(lambda s: s.zero_fraction),
        share(lambda s: s.stored_sparsity) if sparse else None,
        sum(statistics.dead_channels or 0 for _, statistics in measured) if complete else None,
        None if None in packed else sum(size for size in packed if size is not None),
    )


def real_text(value: float | None) -> str:
    """Four decimals, `-0.0057`; more digits where four decimals would show none, fewer from a million on."""
    if value is None or not isfinite(value):
        return ""
    size = abs(value)
    if size and (size < 5e-5 or size >= 1e15):
        return number_text(value)
    return f"{value:,.4f}" if size < 1e6 else f"{value:,.1f}".removesuffix(".0")


def _share_text(value: float | None) -> str:
    return "" if value is None else f"{value * 100:.2f} %"


def _statistic(key: str, title: str, tip: str, style: str = "number", shown: bool = False) -> Column[WeightRow]:
    """A column for the field `key` of TensorStatistics."""

    def value(row: WeightRow) -> Any:
        return None if row.statistics is None else getattr(row.statistics, key)

    def text(row: WeightRow) -> str:
        found = value(row)
        return f"{found:,}" if isinstance(found, int) else real_text(found)

    shares = style == "share" or key.startswith("outside")
    written = (lambda row: _share_text(value(row))) if key.startswith("outside") else text
    return Column(key, title, value, None if shares and style == "share" else written, style, tip, shown=shown)


STATISTICS_COLUMNS: tuple[Column[WeightRow], ...] = (
    Column("subgraph", "Subgraph", lambda r: r.tensor.subgraph, style="number", shown=False),
    Column("index", "T#", lambda r: r.tensor.index, lambda r: tensor_label(r.tensor), style="mono",
           tip="Index in subgraph.tensors."),
    Column("name", "Name", lambda r: r.tensor.name, style="mono", tip="As in the file."),
    Column("shape", "Shape", lambda r: list(r.tensor.shape), lambda r: shape_text(r.tensor.shape), style="mono",
           tip="Elements = the product of the dimensions."),
    Column("type", "Type", lambda r: r.tensor.type.name, style="chip", tip="How elements are stored."),
    Column("role", "Role", lambda r: r.tensor.role, shown=False,
           tip="What it is to the operator that uses it: weights, bias, shape, table, constant."),
    Column("elements", "Elements", lambda r: r.tensor.elements, style="number", tip="The product of the dimensions."),
    Column("bytes", "Bytes", lambda r: r.tensor.bytes, style="bytes", shown=False, tip="What the file stores."),
    _statistic("count", "Count", "Elements measured, NaN and infinities among them."),
    _statistic("not_finite", "NaN, Inf", "Elements that are NaN or infinite; left out of the other numbers."),
    _statistic("min", "Min", "Smallest real value.", shown=True),
    _statistic("max", "Max", "Largest real value.", shown=True),
    _statistic("mean", "Mean", "Mean of the real values.", shown=True),
    _statistic("std", "Std", "Standard deviation of the real values (divided by n).", shown=True),
    _statistic("mean_minus_3_sigma", "Mean - 3σ", "Mean minus three standard deviations."),
    _statistic("mean_plus_3_sigma", "Mean + 3σ", "Mean plus three standard deviations."),
    _statistic("outside_1_sigma", "Outside 1σ", "Share of elements further than 1σ from the mean (normal: 31.7 %)."),
    _statistic("outside_2_sigma", "Outside 2σ", "Share of elements further than 2σ from the mean (normal: 4.6 %)."),
    _statistic("outside_3_sigma", "Outside 3σ", "Share of elements further than 3σ from the mean (normal: 0.27 %).",
               shown=True),
    _statistic("zero_fraction", "Zero fraction",
               "Share of elements whose real value is 0: q == zero_point, per channel; -0.0 counts.", "share", True),
    _statistic("raw_zero_fraction", "Raw zeros",
               "Share of stored zeros (q == 0), where that is not the real zero.", "share"),
    _statistic("stored_sparsity", "Stored sparsity", "1 - stored / dense elements, if the file stores it sparsely.",
               "share"),
    _statistic("block_sparsity_1x4", "Blocks 1x4", "Share of all-zero blocks of 4 along the input of one output "
               "channel (sparse float kernels).", "share"),
    _statistic("block_sparsity_1x16", "Blocks 1x16", "Share of all-zero blocks of 16 along the input of one output "
               "channel (sparse INT8 kernels).", "share"),
    _statistic("block_sparsity_2x2", "Blocks 2x2", "Share of all-zero blocks of 2 output channels x 2 inputs.",
               "share"),
    _statistic("two_four_compliance", "2:4", "Share of groups of 4 along the input axis with 2 zeros or more.",
               "share"),
    _statistic("dead_channels", "Dead ch.", "Output channels whose weights are all zero.", shown=True),
    Column("gzip_bytes", "gzip", lambda r: r.gzip_bytes, lambda r: bytes_text(r.gzip_bytes), style="bytes",
           tip="Its stored bytes as a gzip file: what pruning saves once the model is compressed."),
)  # fmt: skip
