"""Subgraphs: who writes and reads a tensor, what a constant is for, rows that look like records."""

import pytest

from inspector.model import OperatorColumns, QuantizationTable, Subgraph, TensorColumns, tensor_type
from inspector.model.columns import OPERATOR_COLUMNS, TENSOR_COLUMNS, tensor_label, used_by_text, zero_fraction_column

FLOAT32, INT8, INT32 = tensor_type(0), tensor_type(9), tensor_type(2)


def small_network(index: int = 0) -> Subgraph:
    """input -> CONV_2D(weights behind DEQUANTIZE, bias) -> RESHAPE(shape) -> output; the input also feeds ADD twice."""
    names = ["input", "stored", "weights", "bias", "conv", "shape", "output", "sum"]
    kinds = ["input", "constant", "activation", "constant", "activation", "constant", "output", "activation"]
    count = len(names)
    tensors = TensorColumns(
        names=names,
        types=[FLOAT32, INT8, FLOAT32, FLOAT32, FLOAT32, INT32, FLOAT32, FLOAT32],
        shapes=[(1, 8), (2, 3), (2, 3), (2,), (1, 2), (1,), (2,), (1, 8)],
        shape_signatures=[(-1, 8)] + [None] * (count - 1),
        kinds=kinds,
        stored_bytes=[32, 6, 24, 8, 8, 4, 8, None],
        buffers=list(range(count)),
        quantization=QuantizationTable.empty(count),
    )
    operators = OperatorColumns(
        op_names=["DEQUANTIZE", "CONV_2D", "RESHAPE", "ADD"],
        inputs=[(1,), (0, 2, 3), (4, 5), (0, 0)],
        outputs=[(2,), (4,), (6,), (7,)],
    )
    return Subgraph(index, "main", tensors, operators, inputs=(0,), outputs=(6,))


def test_a_tensor_knows_who_writes_and_who_reads_it() -> None:
    graph = small_network()
    assert graph.producers(4) == [1]
    assert graph.consumers(0) == [1, 3]  # ADD reads it twice and is named once
    assert graph.producers(0) == []
    producer = graph.tensors[4].producer
    assert producer is not None and producer.op_name == "CONV_2D"
    assert [operator.op_name for operator in graph.tensors[0].consumers] == ["CONV_2D", "ADD"]


def test_indices_out_of_range_are_no_link_and_no_crash() -> None:
    graph = small_network()
    broken = Subgraph(0, "", graph.tensor_columns, OperatorColumns(["ADD"], [(-1, 99)], [(4,)]))
    assert broken.producers(4) == [0]
    assert all(broken.consumers(i) == [] for i in range(8))
    assert broken.roles[1] == "constant"


def test_a_constant_behind_dequantize_has_the_role_of_what_it_becomes() -> None:
    roles = dict(zip(small_network().tensor_columns.names, small_network().roles, strict=True))
    assert roles["stored"] == "weights"
    assert roles["bias"] == "bias"
    assert roles["shape"] == "shape"
    assert roles["input"] == "" and roles["weights"] == ""


def test_rows_are_equal_when_subgraph_and_index_are() -> None:
    graph = small_network()
    assert graph.tensors[3] == graph.tensors[3]
    assert graph.tensors[3] != graph.tensors[2]
    assert graph.tensors[3] != small_network().tensors[3]
    assert len({graph.tensors[3], graph.tensors[3], graph.operators[3]}) == 2
    assert [t.index for t in graph.tensors[-2:]] == [6, 7]
    with pytest.raises(IndexError):
        graph.tensors[8]


def test_rows_can_not_be_changed() -> None:
    with pytest.raises((AttributeError, TypeError)):
        small_network().tensors[0].index = 3  # type: ignore[misc]


def test_operators_name_the_operators_they_read_from() -> None:
    graph = small_network()
    assert graph.operators[1].inbound == (0,)
    assert graph.operators[2].inbound == (1,)
    assert graph.operators[0].inbound == ()
    assert graph.operators[2].output_shape == (2,)


def test_columns_give_values_for_scripts_and_text_for_people() -> None:
    tensor = small_network().tensors[0]
    values = {column.key: column.value(tensor) for column in TENSOR_COLUMNS if column.interface}
    assert values["shape"] == [1, 8] and values["shape_signature"] == [-1, 8]
    assert values["type"] == "FLOAT32" and values["kind"] == "input" and values["scale"] is None
    texts = {column.key: column.display(tensor) for column in TENSOR_COLUMNS}
    assert texts["shape"] == "[1, 8]" and texts["bytes"] == "32 B" and texts["quantization"] == "none"
    assert texts["used_by"] == "#1 CONV_2D +1"
    unknown = small_network().tensors[7]
    assert {column.key: column.display(unknown) for column in TENSOR_COLUMNS}["bytes"] == ""
    assert used_by_text(unknown) == ""


def test_operator_columns_write_left_out_inputs_as_none() -> None:
    graph = small_network()
    left_out = Subgraph(0, "", graph.tensor_columns, OperatorColumns(["CONV_2D"], [(0, 2, -1)], [(4,)]))
    texts = {column.key: column.display(left_out.operators[0]) for column in OPERATOR_COLUMNS}
    assert texts["inputs"] == "T#0, T#2, none"
    assert texts["output_shape"] == "[1, 2]"


def test_labels_name_the_subgraph_behind_the_first() -> None:
    assert tensor_label(small_network().tensors[3]) == "T#3"
    assert tensor_label(small_network(1).tensors[3]) == "T#1_3"


def test_the_zero_fraction_is_empty_until_it_is_known() -> None:
    known: dict[tuple[int, int], float | None] = {}
    column = zero_fraction_column(known)
    tensor = small_network().tensors[1]
    assert column.display(tensor) == ""
    known[0, 1] = 0.0084
    assert column.display(tensor) == "0.8 %"
