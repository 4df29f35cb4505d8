"""Which operator of the delivered model a row of the debugger's table is about, by the name of its output tensor."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate

from inspector.model import Model, Operator, Subgraph
from inspector.model.layer_table import LayerRow

_CONVERTERS = frozenset({"QUANTIZE", "DEQUANTIZE"})


def map_to_operators(rows: Sequence[LayerRow], model: Model) -> tuple[int | None, ...]:
    """The index in the main subgraph of the operator behind each row; None where the model has no such operator.

    A name decides. It can belong to the output of a DEQUANTIZE: then its operator is the one that computes what is
    dequantized. TensorFlow cuts one digit off a name's end where it finds one, so a name with one digit more (and one
    less) is tried too. What is left is placed by order: the same operators between the same neighbours.
    """
    if not model.subgraphs:
        return (None,) * len(rows)
    subgraph = model.subgraphs[0]
    makers, fused = _makers(subgraph), _fused(subgraph)
    op_names = subgraph.operator_columns.op_names
    found: list[int | None] = []
    taken: set[int] = set()
    for row in rows:
        free = (each for each in (*_candidates(row, makers), *fused.get(row.tensor_name, ())) if each not in taken)
        operator = next((each for each in free if _computes(subgraph.operators[each], row.op_name)), None)
        found.append(operator)
        if operator is not None:
            taken.add(operator)
    _fill_gaps(rows, found, op_names, taken)
    return tuple(found)


def operators_of_outputs(names: Iterable[str], model: Model) -> tuple[int, ...]:
    """The operators of the main subgraph that compute tensors of these names, in order; seen through QUANTIZE and
    DEQUANTIZE, names that there are not left out."""
    makers = _makers(model.subgraphs[0]) if model.subgraphs else {}
    return tuple(sorted({makers[name][0] for name in names if name in makers}))


def _makers(subgraph: Subgraph) -> dict[str, list[int]]:
    """Tensor name -> the operators that compute it, seen through QUANTIZE and DEQUANTIZE."""
    columns = subgraph.operator_columns
    real: dict[int, int] = {}  # tensor -> the operator that computes its values
    makers: defaultdict[str, list[int]] = defaultdict(list)
    names = subgraph.tensor_columns.names
    for index, (op_name, inputs, outputs) in enumerate(
        zip(columns.op_names, columns.inputs, columns.outputs, strict=True)
    ):
        converts = op_name in _CONVERTERS and bool(inputs)
        maker = real.get(inputs[0]) if converts else index
        for tensor in outputs:
            if maker is not None and 0 <= tensor < len(names):
                real[tensor] = maker
                makers[names[tensor]].append(maker)
    return makers


def _fused(subgraph: Subgraph) -> dict[str, list[int]]:
    """The first parts of a fused output's name -> its operator: "activation;conv2d" is what `activation` gave."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    names = subgraph.tensor_columns.names
    for operator in subgraph.operators:
        for tensor in operator.outputs[:1]:
            parts = names[tensor].split(";") if 0 <= tensor < len(names) else []
            for name in accumulate(parts[:-1], "{};{}".format):
                found[name].append(operator.index)
    return found


def _computes(operator: Operator, op_name: str) -> bool:
    """It is of this type, or the activation function of this name is fused into it."""
    return op_name in (operator.op_name, operator.options.get("fused_activation_function"))


def _candidates(row: LayerRow, makers: dict[str, list[int]]) -> list[int]:
    cut = row.tensor_name[:-1] if row.tensor_name[-1:].isdecimal() else ""
    names = (row.tensor_name, *(f"{row.tensor_name}{digit}" for digit in range(10)), cut)
    return [operator for name in names for operator in makers.get(name, ())]


def _fill_gaps(rows: Sequence[LayerRow], found: list[int | None], op_names: Sequence[str], taken: set[int]) -> None:
    """Rows without an operator get the free ones between their neighbours' where both runs name the same operators."""
    start = 0
    while start < len(rows):
        if found[start] is not None:
            start += 1
            continue
        end = start
        while end < len(rows) and found[end] is None:
            end += 1
        before, after = found[start - 1] if start else -1, found[end] if end < len(rows) else len(op_names)
        assert before is not None and after is not None
        free = [each for each in range(before + 1, after) if each not in taken and op_names[each] not in _CONVERTERS]
        if [op_names[each] for each in free] == [row.op_name for row in rows[start:end]]:
            found[start:end] = free
        start = end
