"""Numbers of each operator for a picture of the graph: the bytes it brings, how many of its weights are 0, its MACs."""

from collections.abc import Sequence
from dataclasses import dataclass

from inspector.analysis.macs import operator_macs, parameters_of
from inspector.analysis.measurements import Measurements
from inspector.analysis.progress import Progress
from inspector.model import Model, Operator, Tensor


@dataclass(frozen=True, slots=True)
class OperatorNumbers:
    """`bytes`: stored constants, each buffer at the first operator that reads it, so that operators add up to the data
    that operators read. `zero_fraction`: the share of 0 among the elements of its weights, None where it has none.
    `macs`: multiply-accumulates of one run, None where there is no formula."""

    operator: Operator
    bytes: int
    zero_fraction: float | None
    macs: int | None


def operator_numbers(
    model: Model, measurements: Measurements, progress: Progress | None = None
) -> tuple[tuple[OperatorNumbers, ...], ...]:
    """Of every subgraph, of every operator in order. Raises FileChangedError and what `progress` raises."""
    fractions = measurements.compute_zero_fractions(progress=progress)
    seen: set[object] = set()
    return tuple(
        tuple(
            OperatorNumbers(each, _bytes(each, seen), _zero_fraction(each, fractions), operator_macs(each))
            for each in subgraph.operators
        )
        for subgraph in model.subgraphs
    )


def _bytes(operator: Operator, seen: set[object]) -> int:
    total = 0
    for tensor in _constants(operator):
        key: object = ("buffer", tensor.buffer) if tensor.buffer is not None else (tensor.subgraph, tensor.index)
        if key not in seen:
            seen.add(key)
            total += tensor.bytes or 0
    return total


def _constants(operator: Operator) -> Sequence[Tensor]:
    tensors = operator.owner.tensors
    read = (tensors[index] for index in dict.fromkeys(operator.inputs) if 0 <= index < len(tensors))
    return [tensor for tensor in read if tensor.kind == "constant"]


def _zero_fraction(operator: Operator, fractions: dict[tuple[int, int], float | None]) -> float | None:
    """Of its weights together, biases left out: those are seldom 0 and few."""
    zeros = elements = 0.0
    for tensor in parameters_of(operator):
        share = fractions.get((tensor.subgraph, tensor.index))
        if tensor.role == "weights" and share is not None:
            zeros += share * tensor.elements
            elements += tensor.elements
    return zeros / elements if elements else None
