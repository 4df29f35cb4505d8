"""A .tflite file as the official schema's accessors read it, as plain lists: what the reader is compared with."""

import re
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from inspector.model import Model

_TYPES = {code: name for name, code in vars(schema.TensorType).items() if not name.startswith("_")}
_OPERATORS = {code: name for name, code in vars(schema.BuiltinOperator).items() if not name.startswith("_")}

# which option field holds which enumeration; the generated schema does not say
_ENUMS = {
    "fusedActivationFunction": schema.ActivationFunctionType,
    "weightsFormat": schema.FullyConnectedOptionsWeightsFormat,
    "kernelType": schema.LSTMKernelType, "combiner": schema.CombinerType, "mode": schema.MirrorPadMode,
    "algorithm": schema.RngAlgorithm, "reduceFunction": schema.ReduceWindowFunction,
    "comparisonDirection": schema.StablehloComparisonDirection, "compareType": schema.StablehloComparisonType,
    "precisionConfig": schema.StablehloPrecisionConfig, "compositeAttributesFormat": schema.CustomOptionsFormat,
    **dict.fromkeys(("quantizedBiasType", "inDataType", "outDataType", "outputType", "outType", "idxOutType",
                     "keyDtype", "valueDtype"), schema.TensorType),
}  # fmt: skip


def official_tensors(data: bytes) -> list[list[dict[str, Any]]]:
    """The tensors of every subgraph."""
    model = schema.Model.GetRootAs(data, 0)
    return [
        [_tensor(model, graph, graph.Tensors(i)) for i in range(graph.TensorsLength())]
        for graph in (model.Subgraphs(s) for s in range(model.SubgraphsLength()))
    ]


def _tensor(model: Any, graph: Any, tensor: Any) -> dict[str, Any]:
    quantization = tensor.Quantization()
    return {
        "name": (tensor.Name() or b"").decode(),
        "type": _TYPES.get(tensor.Type(), f"type {tensor.Type()}"),
        "shape": tuple(tensor.Shape(i) for i in range(tensor.ShapeLength())),
        "shape_signature": None
        if tensor.ShapeSignatureIsNone()
        else tuple(tensor.ShapeSignature(i) for i in range(tensor.ShapeSignatureLength())),
        "buffer": tensor.Buffer(),
        "is_variable": tensor.IsVariable(),
        "stored": _buffer_size(model, tensor.Buffer()),
        **_quantization(quantization),
    }


def _quantization(quantization: Any) -> dict[str, Any]:
    fields = ("Scale", "ZeroPoint", "Min", "Max")
    if quantization is None:
        return {field: [] for field in fields} | {"dimension": 0, "details": 0}
    found: dict[str, Any] = {
        field: [getattr(quantization, field)(i) for i in range(getattr(quantization, field + "Length")())]
        for field in fields
    }
    return found | {"dimension": quantization.QuantizedDimension(), "details": quantization.DetailsType()}


def _buffer_size(model: Any, index: int) -> int:
    buffer = model.Buffers(index)
    return buffer.DataLength() or (buffer.Size() if buffer.Offset() > 1 else 0)


def our_tensors(model: Model) -> list[list[dict[str, Any]]]:
    """The same from the reader's model."""
    return [[_our_tensor(tensor) for tensor in subgraph.tensors] for subgraph in model.subgraphs]


def _our_tensor(tensor: Any) -> dict[str, Any]:
    quantization = tensor.quantization
    arrays = {"Scale": "scale", "ZeroPoint": "zero_point", "Min": "minimum", "Max": "maximum"}
    words = {"": 0, "cus": 1, "blo": 2, "mul": 3}
    return {
        "name": tensor.name,
        "type": tensor.type.name,
        "shape": tensor.shape,
        "shape_signature": tensor.shape_signature,
        "buffer": tensor.buffer,
        "is_variable": tensor.kind == "variable",
        "stored": tensor.bytes if tensor.kind == "constant" else 0,
        **{title: [] if quantization is None else getattr(quantization, key).tolist() for title, key in arrays.items()},
        "dimension": 0 if quantization is None else quantization.quantized_dimension,
        "details": 0 if quantization is None else words[quantization.details[:3]],
    }


def official_operators(data: bytes) -> list[list[dict[str, Any]]]:
    """The operators of every subgraph."""
    model = schema.Model.GetRootAs(data, 0)
    graphs = [model.Subgraphs(s) for s in range(model.SubgraphsLength())]
    return [[_operator(model, graph.Operators(i)) for i in range(graph.OperatorsLength())] for graph in graphs]


def _operator(model: Any, operator: Any) -> dict[str, Any]:
    code = model.OperatorCodes(operator.OpcodeIndex())
    builtin = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
    custom = (code.CustomCode() or b"").decode()
    return {
        "op_name": (custom or "CUSTOM") if builtin == 32 else _OPERATORS.get(builtin, f"builtin {builtin}"),
        "version": code.Version(),
        "inputs": tuple(operator.Inputs(i) for i in range(operator.InputsLength())),
        "outputs": tuple(operator.Outputs(i) for i in range(operator.OutputsLength())),
        "intermediates": tuple(operator.Intermediates(i) for i in range(operator.IntermediatesLength())),
        "custom_options_size": operator.CustomOptionsLength() + operator.LargeCustomOptionsSize(),
        "options": official_options(operator),
    }


def our_operators(model: Model) -> list[list[dict[str, Any]]]:
    keys = ("op_name", "version", "inputs", "outputs", "intermediates", "custom_options_size")
    return [
        [{key: getattr(op, key) for key in keys} | {"options": dict(op.options)} for op in subgraph.operators]
        for subgraph in model.subgraphs
    ]


def official_options(operator: Any) -> dict[str, Any]:
    """The options through the object API: names in snake case, enumerations as words, bytes counted."""
    made = schema.OperatorT.InitFromObj(operator)
    for kind, unpacked in (
        (schema.BuiltinOptions, made.builtinOptions),
        (schema.BuiltinOptions2, made.builtinOptions2),
    ):
        if unpacked is not None:
            name = type(unpacked).__name__.removesuffix("T")
            assert hasattr(kind, name)
            return {_snake(field): _option(name, field, value) for field, value in vars(unpacked).items()}
    return {}


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _option(kind: str, field: str, value: Any) -> Any:
    enum = _ENUMS.get(field)
    if field == "padding" and not kind.startswith("Stablehlo"):
        enum = schema.Padding
    if kind == "LSHProjectionOptions":
        enum = schema.LSHProjectionType
    accessor = getattr(schema, kind)
    is_list = hasattr(accessor, field[0].upper() + field[1:] + "Length")
    if is_list:
        listed = [] if value is None else np.asarray(value).tolist()
        if field in ("quantSpec", "compositeAttributes", "customAttributes"):
            return f"{len(listed):,} bytes"
        return listed if enum is None else [_word(enum, item) for item in listed]
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode()
    return value if enum is None else _word(enum, value)


def _word(enum: Any, value: int) -> str:
    words = {code: name for name, code in vars(enum).items() if not name.startswith("_")}
    return re.sub(r"^STABLEHLO_COMPARISON_(DIRECTION|TYPE)_", "", words.get(value, f"value {value}"))


def official_signatures(data: bytes) -> list[tuple[str, int, dict[str, int], dict[str, int]]]:
    model = schema.Model.GetRootAs(data, 0)
    found = []
    for i in range(model.SignatureDefsLength()):
        signature = model.SignatureDefs(i)
        inputs = [signature.Inputs(j) for j in range(signature.InputsLength())]
        outputs = [signature.Outputs(j) for j in range(signature.OutputsLength())]
        found.append((
            signature.SignatureKey().decode(), signature.SubgraphIndex(),
            {m.Name().decode(): m.TensorIndex() for m in inputs}, {m.Name().decode(): m.TensorIndex() for m in outputs},
        ))  # fmt: skip
    return found


def official_rest(data: bytes) -> dict[str, Any]:
    """Version, description, metadata, buffers, and the subgraphs' names and ends."""
    model = schema.Model.GetRootAs(data, 0)
    graphs = [model.Subgraphs(s) for s in range(model.SubgraphsLength())]
    return {
        "version": str(model.Version()),
        "description": (model.Description() or b"").decode(),
        "metadata": [
            (model.Metadata(i).Name().decode(), _buffer_size(model, model.Metadata(i).Buffer()))
            for i in range(model.MetadataLength())
        ],
        "buffers": [_buffer_size(model, i) for i in range(model.BuffersLength())],
        "subgraphs": [
            (
                (graph.Name() or b"").decode(),
                tuple(graph.Inputs(i) for i in range(graph.InputsLength())),
                tuple(graph.Outputs(i) for i in range(graph.OutputsLength())),
            )
            for graph in graphs
        ],
    }


def our_rest(model: Model) -> dict[str, Any]:
    assert model.buffers is not None
    return {
        "version": model.facts["schema version"],
        "description": model.description,
        "metadata": [(entry.name, entry.size_bytes) for entry in model.metadata],
        "buffers": model.buffers.size.tolist(),
        "subgraphs": [(subgraph.name, subgraph.inputs, subgraph.outputs) for subgraph in model.subgraphs],
    }


def official_bytes(data: bytes, subgraph: int, index: int) -> bytes:
    """The stored bytes of a tensor."""
    model = schema.Model.GetRootAs(data, 0)
    buffer = model.Buffers(model.Subgraphs(subgraph).Tensors(index).Buffer())
    if buffer.DataIsNone():
        return data[buffer.Offset() : buffer.Offset() + buffer.Size()]
    return buffer.DataAsNumpy().tobytes()
