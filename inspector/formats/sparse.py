"""Stored sparse values -> the dense tensor, exactly as TensorFlow's DENSIFY decodes them."""

from math import prod
from typing import Any

import numpy as np

from inspector.errors import ValuesError
from inspector.model import SparseDimension, Sparsity

Array = np.ndarray[Any, np.dtype[Any]]


def densify(stored: Array, shape: tuple[int, ...], sparsity: Sparsity) -> Array:
    """A dense array of `shape` with `stored` (flat) in its places and 0 elsewhere.

    Walks the levels of the traversal order; of every stored entry only its place in the dense array is kept. A level
    of an original dimension moves by whole blocks where that dimension is blocked; a block's level moves inside it.
    Raises ValuesError where the description contradicts itself or the shape.
    """
    steps = _steps(shape, sparsity)
    places, parents = np.zeros(1, np.int64), np.zeros(1, np.int64)
    most = max(prod(shape), 1)
    for level, (dimension, (step, size)) in enumerate(zip(sparsity.dimensions, steps, strict=True)):
        if dimension.compressed:
            places, parents = _compressed(dimension, places, parents, step, size, level)
        else:
            if dimension.dense_size != size or len(places) * size > most:
                raise _contradiction(level, f"{dimension.dense_size:,} places where the shape leaves {size:,}")
            inner = np.arange(size, dtype=np.int64)
            places = (places[:, None] + inner * step).reshape(-1)
            parents = (parents[:, None] * size + inner).reshape(-1)
    if len(stored) != len(places):
        raise ValuesError(f"Its buffer holds {len(stored):,} elements, its sparsity names {len(places):,} places.")
    dense = np.zeros(prod(shape), stored.dtype)
    dense[places] = stored
    return dense.reshape(shape)


def _compressed(
    dimension: SparseDimension, places: Array, parents: Array, step: int, size: int, level: int
) -> tuple[Array, Array]:
    """One compressed level: row r of its parent level holds indices[segments[r] : segments[r + 1]]."""
    segments = dimension.segments.astype(np.int64)
    indices = dimension.indices
    if len(parents) and int(parents.max()) + 1 >= len(segments):
        raise _contradiction(level, f"{len(segments):,} segments for {int(parents.max()) + 1:,} rows")
    first, last = segments[parents], segments[parents + 1]
    counts = last - first
    if len(counts) and (counts.min() < 0 or first.min() < 0 or last.max() > len(indices)):
        raise _contradiction(level, "segments that leave its indices")
    total = int(counts.sum())
    if total > len(indices):
        raise _contradiction(level, "segments that overlap")
    ends = np.cumsum(counts)
    entries = np.repeat(first - (ends - counts), counts) + np.arange(total, dtype=np.int64)
    inner = indices[entries].astype(np.int64)
    if total and (inner.min() < 0 or inner.max() >= size):
        raise _contradiction(level, f"an index outside 0 to {size - 1:,}")
    return np.repeat(places, counts) + inner * step, entries


def _steps(shape: tuple[int, ...], sparsity: Sparsity) -> list[tuple[int, int]]:
    """For each level: how far one index moves in the dense array, and how many indices there are."""
    rank, order, block_map = len(shape), sparsity.traversal_order, sparsity.block_map
    if sorted(order[:rank]) != list(range(rank)) or sorted(order) != list(range(rank + len(block_map))):
        raise ValuesError(f"Its traversal order {list(order)} doesn't fit shape {list(shape)}.")
    if list(block_map) != sorted(set(block_map)) or any(not 0 <= d < rank for d in block_map):
        raise ValuesError(f"Its block map {list(block_map)} doesn't fit shape {list(shape)}.")
    if len(sparsity.dimensions) != len(order):
        raise ValuesError(f"It describes {len(sparsity.dimensions)} dimensions of {len(order)}.")
    strides = [prod(shape[d + 1 :]) for d in range(rank)]
    # TensorFlow looks up a block's size at the level its place in the traversal order names, so this does too
    sizes = [sparsity.dimensions[order[rank + block]].dense_size for block in range(len(block_map))]
    block_of = dict(zip(block_map, sizes, strict=True))
    for dimension, size in block_of.items():
        if size < 1 or shape[dimension] % size:
            raise ValuesError(f"Blocks of {size} don't divide dimension {dimension} of shape {list(shape)}.")
    steps = []
    for entry in order:
        if entry < rank:
            block = block_of.get(entry, 1)
            steps.append((strides[entry] * block, shape[entry] // block))
        else:
            steps.append((strides[block_map[entry - rank]], sizes[entry - rank]))
    return steps


def _contradiction(level: int, what: str) -> ValuesError:
    return ValuesError(f"Its sparsity contradicts itself: level {level} has {what}.")
