"""What can be wrong with a subgraph although it can be read: every check over all rows at once."""

from inspector.formats.tflite_findings import Findings
from inspector.formats.tflite_operators import OperatorTable
from inspector.formats.tflite_quantization import QuantizationRows
from inspector.formats.tflite_sparsity import SparsityRows
from inspector.formats.tflite_tensors import TensorTable


def check_subgraph(
    index: int,
    tensors: TensorTable,
    operators: OperatorTable,
    scales: QuantizationRows,
    sparsity: SparsityRows,
    ends: tuple[tuple[int, ...], tuple[int, ...]],
    findings: Findings,
) -> None:
    """Adds what is wrong to `findings`."""
