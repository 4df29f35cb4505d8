"""The tensor table as the JSON and CSV interface has it, column by column: fast for 120,000 tensors.

The same values as `Column.value` of TENSOR_COLUMNS row by row, which the tests compare.
"""

from collections.abc import Mapping, Sequence
from itertools import repeat
from math import prod
from typing import Any

from inspector.model.graph import Subgraph
from inspector.model.model import Model

TENSOR_KEYS = (
    "subgraph", "index", "name", "type", "shape", "shape_signature", "kind", "bytes", "buffer", "scale", "zero_point",
    "quantized_dimension", "zero_fraction", "stored_sparsity",
)  # fmt: skip

ZeroFractions = Mapping[tuple[int, int], float | None]


def tensor_table(model: Model, zero_fractions: ZeroFractions, optimizer: bool = False) -> dict[str, Sequence[Any]]:
    """TENSOR_KEYS -> one value a tensor, subgraph after subgraph; the optimizer's state only when asked for."""
    tables = [_subgraph_table(subgraph, zero_fractions, optimizer) for subgraph in model.subgraphs]
    if len(tables) == 1:
        return tables[0]
    return {key: [value for table in tables for value in table[key]] for key in TENSOR_KEYS}


def _subgraph_table(subgraph: Subgraph, zero_fractions: ZeroFractions, optimizer: bool) -> dict[str, Sequence[Any]]:
    tensors = subgraph.tensor_columns
    count, number = len(tensors), subgraph.index
    scales = tensors.quantization.scales
    dimensions = tensors.quantization.dimension.tolist()
    table: dict[str, Sequence[Any]] = {
        "subgraph": [number] * count,
        "index": range(count),
        "name": tensors.names,
        "type": [type_.name for type_ in tensors.types],
        "shape": tensors.shapes,
        "shape_signature": tensors.shape_signatures,
        "kind": tensors.kinds,
        "bytes": tensors.stored_bytes,
        "buffer": tensors.buffers,
        "scale": scales,
        "zero_point": tensors.quantization.zero_points,
        "quantized_dimension": [
            None if scale is None else dimension for scale, dimension in zip(scales, dimensions, strict=True)
        ],
        "zero_fraction": list(map(zero_fractions.get, zip(repeat(number), range(count)))),
        "stored_sparsity": _stored_sparsity(subgraph),
    }
    if not optimizer and "optimizer" in tensors.kinds:
        chosen = [index for index, kind in enumerate(tensors.kinds) if kind != "optimizer"]
        return {key: [values[index] for index in chosen] for key, values in table.items()}
    return table


def _stored_sparsity(subgraph: Subgraph) -> list[float | None]:
    shares: list[float | None] = [None] * len(subgraph.tensor_columns)
    for index, sparsity in subgraph.tensor_columns.sparsity.items():
        if elements := prod(subgraph.tensor_columns.shapes[index]):
            shares[index] = 1 - sparsity.stored_elements / elements
    return shares
