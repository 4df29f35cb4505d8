"""What a subgraph computes, seen through the conversions that quantization puts in: QUANTIZE, DEQUANTIZE, DENSIFY."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from inspector.model import Subgraph

CONVERTERS = frozenset({"QUANTIZE", "DEQUANTIZE", "DENSIFY"})
_MOST_COMPARED = 4_000_000  # pairs of operators that difflib may look at: about a second


@dataclass(frozen=True, slots=True, eq=False)
class Skeleton:
    """`steps` are the operators that convert nothing. `source` maps what a converter writes to what it reads, through
    chains of them; a model's own outputs are in it too. `from_constant` are those that are made of a constant.
    """

    subgraph: Subgraph
    steps: tuple[int, ...]
    source: dict[int, int]
    from_constant: frozenset[int]

    def inputs(self, operator: int) -> list[int]:
        """The operator's inputs as they were before any conversion; -1 for one that is left out."""
        return [self.source.get(tensor, tensor) for tensor in self.subgraph.operator_columns.inputs[operator]]


def skeleton_of(subgraph: Subgraph, with_converters: bool = False) -> Skeleton:
    """`with_converters`: they count as steps like all others."""
    operators, tensors = subgraph.operator_columns, subgraph.tensor_columns
    if with_converters:
        return Skeleton(subgraph, tuple(range(len(operators))), {}, frozenset())
    steps, source = [], dict[int, int]()
    for index, (name, inputs, outputs) in enumerate(
        zip(operators.op_names, operators.inputs, operators.outputs, strict=True)
    ):
        if name in CONVERTERS and inputs and outputs and 0 <= inputs[0] < len(tensors):
            source[outputs[0]] = source.get(inputs[0], inputs[0])  # operators stand in order of execution
        else:
            steps.append(index)
    made = frozenset(target for target, first in source.items() if tensors.kinds[first] == "constant")
    return Skeleton(subgraph, tuple(steps), source, made)


def aligned_steps(first: Skeleton, second: Skeleton) -> tuple[list[tuple[int, int]], bool]:
    """Pairs of operators that do the same at the same place, and whether the two compute all the same.

    Where they differ, the longest runs of equal operators with equal output shapes count.
    """
    keys, others = _keys(first), _keys(second)
    if [name for name, _ in keys] == [name for name, _ in others]:
        return list(zip(first.steps, second.steps, strict=True)), True
    start = _common(keys, others)
    end = _common(keys[start:][::-1], others[start:][::-1])
    pairs = [(first.steps[i], second.steps[i]) for i in range(start)]
    middle, between = keys[start : len(keys) - end], others[start : len(others) - end]
    if len(middle) * len(between) <= _MOST_COMPARED:
        for block in SequenceMatcher(None, middle, between, autojunk=False).get_matching_blocks():
            pairs += [(first.steps[start + block.a + i], second.steps[start + block.b + i]) for i in range(block.size)]
    pairs += [(first.steps[len(keys) - i], second.steps[len(others) - i]) for i in range(end, 0, -1)]
    return pairs, False


def _keys(skeleton: Skeleton) -> list[tuple[str, tuple[int, ...]]]:
    operators, shapes = skeleton.subgraph.operator_columns, skeleton.subgraph.tensor_columns.shapes
    found = []
    for step in skeleton.steps:
        outputs = operators.outputs[step]
        shape = shapes[outputs[0]] if outputs and 0 <= outputs[0] < len(shapes) else ()
        found.append((operators.op_names[step], shape))
    return found


def _common(first: Sequence[object], second: Sequence[object]) -> int:
    """How many elements two sequences have in common from their start on."""
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count
