"""A .tflite whose constants are stored as FLOAT16 becomes the FLOAT32 model it stands for, which can be quantized."""

from typing import Any

import numpy as np

from inspector.errors import JobError
from inspector.model import Model


def stored_as_float16(model: Model) -> bool:
    """Whether anything in the model is FLOAT16."""
    return any(tensor.type.name == "FLOAT16" for tensor in model.tensors())


def widened(content: bytes, name: str) -> bytes:
    """The same model with FLOAT32 constants and without the DEQUANTIZE operators that widened them at run time.

    Raises JobError where the model also computes with FLOAT16.
    """
    from ai_edge_litert.schema_py_generated import BuiltinOperator, TensorType
    from ai_edge_litert.tools.flatbuffer_utils import convert_object_to_bytearray, read_model_from_bytearray

    model = read_model_from_bytearray(bytearray(content))
    codes = [max(each.builtinCode, each.deprecatedBuiltinCode) for each in model.operatorCodes]
    widening = {index for index, code in enumerate(codes) if code == BuiltinOperator.DEQUANTIZE}
    narrow: set[int] = set()
    for number, subgraph in enumerate(model.subgraphs):
        _drop_widening(model, number, subgraph, widening, TensorType.FLOAT16)
        for tensor in subgraph.tensors:
            if tensor.type == TensorType.FLOAT16:
                narrow.add(tensor.buffer)
                _widen(model, tensor, name)
                tensor.type = TensorType.FLOAT32
    used = {tensor.buffer for subgraph in model.subgraphs for tensor in subgraph.tensors}
    for index in narrow - used:
        model.buffers[index].data = None
    _forget_unused_codes(model)
    return bytes(convert_object_to_bytearray(model))


def _forget_unused_codes(model: Any) -> None:
    """An operator code that nobody uses still asks the runtime for its version."""
    operators = [operator for subgraph in model.subgraphs for operator in subgraph.operators]
    used = sorted({operator.opcodeIndex for operator in operators})
    model.operatorCodes = [model.operatorCodes[index] for index in used]
    for operator in operators:
        operator.opcodeIndex = used.index(operator.opcodeIndex)


def _drop_widening(model: Any, number: int, subgraph: Any, widening: set[int], float16: int) -> None:
    """Takes out each DEQUANTIZE of a FLOAT16 constant; whoever read its output reads the constant."""
    replaced, kept = {}, []
    for operator in subgraph.operators:
        source = int(operator.inputs[0]) if operator.inputs is not None and len(operator.inputs) else -1
        if operator.opcodeIndex in widening and source >= 0 and _is_constant(model, subgraph, source, float16):
            replaced[int(operator.outputs[0])] = source
        else:
            kept.append(operator)
    subgraph.operators = kept
    order = [index for index in range(len(subgraph.tensors)) if index not in replaced]
    new = {old: place for place, old in enumerate(order)}
    new |= {output: new[source] for output, source in replaced.items()}
    subgraph.tensors = [subgraph.tensors[index] for index in order]
    for operator in kept:
        for field in ("inputs", "outputs", "intermediates"):
            _renumber(operator, field, new)
    for field in ("inputs", "outputs"):
        _renumber(subgraph, field, new)
    for signature in model.signatureDefs or ():
        if signature.subgraphIndex == number:
            for entry in (*(signature.inputs or ()), *(signature.outputs or ())):
                entry.tensorIndex = new[entry.tensorIndex]


def _is_constant(model: Any, subgraph: Any, index: int, kind: int) -> bool:
    tensor = subgraph.tensors[index]
    data = model.buffers[tensor.buffer].data
    return tensor.type == kind and tensor.sparsity is None and data is not None and len(data) > 0


def _renumber(owner: Any, field: str, new: dict[int, int]) -> None:
    indices = getattr(owner, field)
    if indices is not None:
        setattr(owner, field, [new.get(int(index), int(index)) for index in indices])


def _widen(model: Any, tensor: Any, name: str) -> None:
    """Gives a FLOAT16 constant a FLOAT32 buffer of its own; several may share the old one."""
    from ai_edge_litert.schema_py_generated import BufferT

    title = tensor.name.decode("utf-8", "replace") if tensor.name else "a tensor"
    data = model.buffers[tensor.buffer].data
    if tensor.sparsity is not None:
        raise JobError(
            f"{name} stores FLOAT16 weights without their zeros ({title}), which can't be widened. "
            "Quantize the float model it was made from."
        )
    if data is None or not len(data):
        raise JobError(
            f"{name} computes with FLOAT16 ({title}), not only its weights are FLOAT16. "
            "Quantize the float model it was made from."
        )
    buffer = BufferT()
    values = np.frombuffer(np.asarray(data, np.uint8).tobytes(), "<f2").astype("<f4")
    buffer.data = np.frombuffer(values.tobytes(), np.uint8)
    tensor.buffer = len(model.buffers)
    model.buffers.append(buffer)
