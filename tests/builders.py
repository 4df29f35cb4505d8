"""Writes tiny .tflite files in code, with the official schema's object API: what the tests of the readers open."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

_DTYPES = {
    "FLOAT32": "<f4", "FLOAT16": "<f2", "INT32": "<i4", "UINT8": "u1", "INT64": "<i8", "BOOL": "?", "INT16": "<i2",
    "INT8": "i1", "FLOAT64": "<f8", "UINT32": "<u4", "UINT16": "<u2", "UINT64": "<u8", "COMPLEX64": "<c8",
}  # fmt: skip


class ModelBuilder:
    """Collects tensors and operators of one model; `finish` gives the bytes. Indices come back as ints.

    >>> b = ModelBuilder()
    >>> x = b.tensor("x", [1, 4])
    >>> w = b.tensor("w", [2, 4], data=np.ones((2, 4), np.float32))
    >>> y = b.tensor("y", [1, 2])
    >>> b.operator("FULLY_CONNECTED", [x, w, -1], [y], b.options("FullyConnectedOptions"))
    0
    >>> data = b.inputs(x).outputs(y).finish()
    """

    def __init__(self, description: str = "made by tests") -> None:
        self.model = schema.ModelT()
        self.model.version = 3
        self.model.description = description
        self.model.buffers = [schema.BufferT()]
        self.model.operatorCodes, self.model.subgraphs = [], []
        self.model.metadata, self.model.signatureDefs = None, None
        self.subgraph()

    def subgraph(self, name: str = "main") -> int:
        """Begins a further subgraph; what is added afterwards belongs to it."""
        made = schema.SubGraphT()
        made.name, made.tensors, made.operators = name, [], []
        made.inputs, made.outputs = _ints([]), _ints([])
        self.model.subgraphs.append(made)
        return len(self.model.subgraphs) - 1

    @property
    def current(self) -> Any:
        return self.model.subgraphs[-1]

    def buffer(self, data: Any = None, offset: int = 0, size: int = 0) -> int:
        made = schema.BufferT()
        if data is not None:
            made.data = np.frombuffer(_bytes(data), np.uint8)
        made.offset, made.size = offset, size
        self.model.buffers.append(made)
        return len(self.model.buffers) - 1

    def tensor(
        self,
        name: str,
        shape: Sequence[int],
        type: str | int = "FLOAT32",
        data: Any = None,
        scale: Any = None,
        zero_point: Any = None,
        dimension: int = 0,
        **fields: Any,
    ) -> int:
        """`data` is an array or bytes (as stored); further `fields` are set on the TensorT: buffer, isVariable, ..."""
        made = schema.TensorT()
        made.name, made.shape = name, _ints(shape)
        made.type = type if isinstance(type, int) else getattr(schema.TensorType, type)
        if isinstance(type, str) and type in _DTYPES and isinstance(data, np.ndarray):
            data = data.astype(_DTYPES[type], copy=False)
        if data is not None:
            made.buffer = self.buffer(data)
        if scale is not None or zero_point is not None:
            made.quantization = quantization(scale, zero_point, dimension)
        for field, value in fields.items():
            assert hasattr(made, field), field
            setattr(made, field, value)
        self.current.tensors.append(made)
        return len(self.current.tensors) - 1

    def operator(
        self,
        name: str,
        inputs: Sequence[int],
        outputs: Sequence[int],
        options: Any = None,
        version: int = 1,
        **fields: Any,
    ) -> int:
        """`name` is a builtin's, or a custom code; `options` come from `options()`."""
        made = schema.OperatorT()
        made.opcodeIndex = self._code(name, version)
        made.inputs, made.outputs = _ints(inputs), _ints(outputs)
        if options is not None:
            kind = type(options).__name__.removesuffix("T")
            if hasattr(schema.BuiltinOptions, kind):
                made.builtinOptionsType, made.builtinOptions = getattr(schema.BuiltinOptions, kind), options
            else:
                made.builtinOptions2Type, made.builtinOptions2 = getattr(schema.BuiltinOptions2, kind), options
        for field, value in fields.items():
            assert hasattr(made, field), field
            setattr(made, field, value)
        self.current.operators.append(made)
        return len(self.current.operators) - 1

    def _code(self, name: str, version: int) -> int:
        made = schema.OperatorCodeT()
        builtin = getattr(schema.BuiltinOperator, name, None)
        made.builtinCode = schema.BuiltinOperator.CUSTOM if builtin is None else builtin
        made.deprecatedBuiltinCode = min(made.builtinCode, 127)
        made.customCode, made.version = (name if builtin is None else None), version
        for index, known in enumerate(self.model.operatorCodes):
            if vars(known) == vars(made):
                return index
        self.model.operatorCodes.append(made)
        return len(self.model.operatorCodes) - 1

    @staticmethod
    def options(kind: str, **fields: Any) -> Any:
        """`options("Conv2DOptions", strideW=1)`: the schema's object with its fields set (camelCase, as there)."""
        made = getattr(schema, kind + "T")()
        for field, value in fields.items():
            assert hasattr(made, field), (kind, field)
            setattr(made, field, value)
        return made

    def inputs(self, *tensors: int) -> "ModelBuilder":
        self.current.inputs = _ints(tensors)
        return self

    def outputs(self, *tensors: int) -> "ModelBuilder":
        self.current.outputs = _ints(tensors)
        return self

    def signature(self, key: str, inputs: Mapping[str, int], outputs: Mapping[str, int], subgraph: int = 0) -> None:
        made = schema.SignatureDefT()
        made.signatureKey, made.subgraphIndex = key, subgraph
        made.inputs, made.outputs = _tensor_maps(inputs), _tensor_maps(outputs)
        self.model.signatureDefs = [*(self.model.signatureDefs or []), made]

    def metadata(self, name: str, data: Any) -> int:
        made = schema.MetadataT()
        made.name, made.buffer = name, self.buffer(data)
        self.model.metadata = [*(self.model.metadata or []), made]
        return made.buffer

    def external(self, file: str, offset: int, length: int, packing: str | None = None) -> int:
        """Data in another file; the number is for a tensor's `externalBuffer`."""
        group, made = schema.ExternalBufferGroupT(), schema.ExternalBufferT()
        group.name = file
        self.model.externalBufferGroups = [*(self.model.externalBufferGroups or []), group]
        made.id, made.group = 100 + len(self.model.externalBufferGroups), len(self.model.externalBufferGroups) - 1
        made.offset, made.length, made.packing = offset, length, packing
        self.model.externalBuffers = [*(self.model.externalBuffers or []), made]
        return made.id

    def finish(self) -> bytes:
        builder = flatbuffers.Builder(1024)
        builder.Finish(self.model.Pack(builder), file_identifier=b"TFL3")
        return bytes(builder.Output())

    def write(self, path: Path) -> Path:
        path.write_bytes(self.finish())
        return path


def quantization(scale: Any = None, zero_point: Any = None, dimension: int = 0, **fields: Any) -> Any:
    """QuantizationParametersT; further `fields` are min, max, details, detailsType."""
    made = schema.QuantizationParametersT()
    if scale is not None:
        made.scale = np.atleast_1d(np.asarray(scale, np.float32))
    if zero_point is not None:
        made.zeroPoint = np.atleast_1d(np.asarray(zero_point, np.int64))
    made.quantizedDimension = dimension
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def sparsity(order: Sequence[int], block_map: Sequence[int] | None, dimensions: Sequence[Any]) -> Any:
    """SparsityParametersT; a dimension is its dense size, or a pair (segments, indices) of arrays in the width that
    the file is to have: int32, uint16 or uint8."""
    made = schema.SparsityParametersT()
    made.traversalOrder = _ints(order)
    made.blockMap = None if block_map is None else _ints(block_map)
    made.dimMetadata = [_dimension(dimension) for dimension in dimensions]
    return made


def _dimension(dimension: Any) -> Any:
    made = schema.DimensionMetadataT()
    if isinstance(dimension, int):
        made.format, made.denseSize = schema.DimensionType.DENSE, dimension
        return made
    made.format = schema.DimensionType.SPARSE_CSR
    made.arraySegmentsType, made.arraySegments = _index_vector(dimension[0])
    made.arrayIndicesType, made.arrayIndices = _index_vector(dimension[1])
    return made


def _index_vector(values: np.ndarray) -> tuple[int, Any]:
    kinds: dict[int, tuple[int, Callable[[], Any]]] = {
        4: (schema.SparseIndexVector.Int32Vector, schema.Int32VectorT),
        2: (schema.SparseIndexVector.Uint16Vector, schema.Uint16VectorT),
        1: (schema.SparseIndexVector.Uint8Vector, schema.Uint8VectorT),
    }
    code, kind = kinds[values.itemsize]
    made = kind()
    made.values = values
    return code, made


def _tensor_maps(named: Mapping[str, int]) -> list[Any]:
    rows = []
    for name, tensor in named.items():
        made = schema.TensorMapT()
        made.name, made.tensorIndex = name, tensor
        rows.append(made)
    return rows


def _ints(values: Sequence[int]) -> np.ndarray:
    return np.asarray(values, np.int32)


def _bytes(data: Any) -> bytes:
    return np.ascontiguousarray(data).tobytes() if isinstance(data, np.ndarray) else bytes(data)
