"""How a sparse tensor is stored: the schema's SparsityParameters, as plain values."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class SparseDimension:
    """One stored dimension: dense with `dense_size`, or compressed rows (CSR) with `segments` and `indices`."""

    compressed: bool
    dense_size: int
    segments: np.ndarray[Any, np.dtype[Any]]
    indices: np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Sparsity:
    """`traversal_order` is a permutation of the dense and then the block dimensions; `block_map` names the dense
    dimension each block dimension refines (TFLite schema, SparsityParameters; after TACO).
    """

    traversal_order: tuple[int, ...]
    block_map: tuple[int, ...]
    dimensions: tuple[SparseDimension, ...]
    stored_elements: int
    """Elements the buffer holds, zeros inside kept blocks too; 1 - stored / dense is the stored sparsity."""
