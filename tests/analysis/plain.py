"""The statistics once more, by the plain formulas on the whole array: what the tests compare with."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def matrix_of(array: Array, dimension: int) -> Array:
    """Output channels x rest."""
    return np.moveaxis(array, dimension, 0).reshape(array.shape[dimension], -1)


def matrices_of(array: Array, dimension: int) -> list[Array]:
    """The matrices whose blocks are counted: one, or one for each index before a channel dimension in the middle."""
    behind = int(np.prod(array.shape[dimension + 1 :]))
    if dimension > 0 and behind > 1 and array.shape[dimension] > 1:
        return list(array.reshape(-1, array.shape[dimension], behind))
    return [matrix_of(array, dimension)]


def block_sparsity(matrix: Array, rows: int, columns: int) -> float:
    """Share of all-zero blocks; a block that sticks out counts with what it holds."""
    blocks = [
        not matrix[row : row + rows, column : column + columns].any()
        for row in range(0, matrix.shape[0], rows)
        for column in range(0, matrix.shape[1], columns)
    ]
    return sum(blocks) / len(blocks)


def two_four(array: Array, dimension: int) -> float:
    """Share of groups of 4 along the dimension with at least 2 zeros."""
    groups = np.moveaxis(array, dimension, -1).reshape(-1, 4)
    return float(((groups == 0).sum(axis=1) >= 2).mean())


def outside(values: Array, sigmas: int) -> float:
    wide = values.astype(np.float64)
    mean, std = wide.mean(), wide.std()
    return float(((wide < mean - sigmas * std) | (wide > mean + sigmas * std)).mean())
