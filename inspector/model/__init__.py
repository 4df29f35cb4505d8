"""What a model is: frozen values, numpy only. Formats make them, analysis measures them, everything else shows them."""

from inspector.model.finding import Finding, Level
from inspector.model.graph import Operator, OperatorColumns, Options, Signature, Subgraph
from inspector.model.model import AssociatedFile, Buffers, Metadata, Model, ParameterTotals, Storage, check_quantization
from inspector.model.quantization import Quantization, QuantizationTable
from inspector.model.sparsity import SparseDimension, Sparsity
from inspector.model.tensor import KINDS, ChosenTensors, Tensor, TensorColumns
from inspector.model.tensor_types import TENSOR_TYPES, TYPE_BY_NAME, TensorType, tensor_type

__all__ = [
    "KINDS", "TENSOR_TYPES", "TYPE_BY_NAME", "AssociatedFile", "Buffers", "ChosenTensors", "Finding", "Level",
    "Metadata", "Model", "Operator", "OperatorColumns", "Options", "ParameterTotals", "Quantization",
    "QuantizationTable", "Signature", "SparseDimension", "Sparsity", "Storage", "Subgraph", "Tensor", "TensorColumns",
    "TensorType", "check_quantization", "tensor_type",
]  # fmt: skip
