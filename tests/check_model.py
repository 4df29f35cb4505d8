"""Walks everything an opened model offers, as window and command line would: what `check_model` survives, they do."""

from math import prod

import numpy as np

from inspector.analysis.health import findings
from inspector.analysis.macs import model_macs
from inspector.analysis.measurements import Measurements
from inspector.analysis.scheme import scheme_of
from inspector.analysis.sizes import size_totals
from inspector.errors import ValuesError
from inspector.model import KINDS, Model, Subgraph, Tensor
from inspector.model.columns import LAYER_COLUMNS, OPERATOR_COLUMNS, STORED_SPARSITY, TENSOR_COLUMNS

_SMALL = 4096  # elements


def check_model(model: Model) -> int:
    """Reads every cell, every value of small tensors, and the model's analyses; gives how many tensors had values.

    Only ValuesError may be raised on the way, and only by values.
    """
    for subgraph in model.subgraphs:
        _check_lengths(subgraph)
        _check_rows(model, subgraph)
    assert all(finding.title and finding.code for finding in findings(model))
    scheme_of(model)
    model_macs(model)
    size_totals(model)
    measured = Measurements(model)
    tensors = [tensor for tensor in model.tensors(optimizer=True) if tensor.has_data and prod(tensor.shape) <= _SMALL]
    measured.compute_zero_fractions(tensors)
    return sum(_check_values(model, measured, tensor) for tensor in tensors)


def _check_lengths(subgraph: Subgraph) -> None:
    tensors, operators = subgraph.tensor_columns, subgraph.operator_columns
    lists = (tensors.types, tensors.shapes, tensors.shape_signatures, tensors.kinds, tensors.stored_bytes)
    assert {len(column) for column in (*lists, tensors.buffers)} <= {len(tensors)}
    assert len(tensors.quantization.scales) == len(tensors.quantization.zero_points) == len(tensors)
    assert len(operators.inputs) == len(operators.outputs) == len(operators)
    assert set(tensors.kinds) <= set(KINDS)


def _check_rows(model: Model, subgraph: Subgraph) -> None:
    for tensor in subgraph.tensors:
        for column in (*TENSOR_COLUMNS, STORED_SPARSITY):
            assert isinstance(column.display(tensor), str)
        assert tensor.producer is None or tensor.index in tensor.producer.outputs
        assert tensor.buffer is None or model.buffers is None or 0 <= tensor.buffer < len(model.buffers.size)
    for operator in subgraph.operators:
        for column in LAYER_COLUMNS if model.is_keras else OPERATOR_COLUMNS:
            assert isinstance(column.display(operator), str)
        assert isinstance(operator.inbound, tuple)


def _check_values(model: Model, measured: Measurements, tensor: Tensor) -> bool:
    try:
        model.storage.raw(tensor)
        values = model.values(tensor)
        chunks = [chunk.copy() for chunk in model.storage.chunks(tensor, 100)]
        assert values.shape == tensor.shape
        assert sum(map(len, chunks)) == values.size
        joined = np.concatenate([values.reshape(-1)[:0], *chunks]).reshape(values.shape)
        # Where a chunk that LZF packed is damaged, the HDF5 library gives whatever was in memory: anew each time.
        assert _same(values, joined) or not _same(values, model.values(tensor))
        model.values(tensor, dequantized=True)
        measured.statistics(tensor)
    except ValuesError as error:
        assert len(str(error)) > 20
        return False
    return True


def _same(first: np.ndarray, second: np.ndarray) -> bool:
    return np.array_equal(first, second, equal_nan=first.dtype.kind in "fc")
