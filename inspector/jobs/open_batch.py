"""Opens the batch of a .tflite that was made for one sample at a time, where only its RESHAPE constants say so."""

from math import prod

import numpy as np

from inspector.model import Model
from inspector.model.graph import Operator
from inspector.model.tensor import Tensor


def with_open_batch(content: bytes, model: Model) -> bytes:
    """The same model whose RESHAPE operators keep the batch open: [1, 288] becomes [-1, 288] in their constants.

    Whether it then computes the same for several samples at once is for its caller to try out.
    """
    if model.buffers is None or not model.subgraphs:
        return content
    tensors = {tensor.index: tensor for tensor in model.subgraphs[0].tensors}
    changed = bytearray(content)
    for operator in model.subgraphs[0].operators:
        shape = _shape_constant(operator, tensors)
        if shape is None:
            continue
        wanted = np.array([-1, *tensors[operator.outputs[0]].shape[1:]], "<i4").tobytes()
        start, size = int(model.buffers.offset[shape.buffer]), int(model.buffers.size[shape.buffer])
        if size == len(wanted) and model.buffers.place[shape.buffer] == 0:
            changed[start : start + size] = wanted
    return bytes(changed)


def _shape_constant(operator: Operator, tensors: dict[int, Tensor]) -> Tensor | None:
    """The constant with the new shape, where one sample goes in and one comes out."""
    if operator.op_name != "RESHAPE" or len(operator.inputs) != 2 or not operator.outputs:
        return None
    given, shape, made = (tensors.get(each) for each in (*operator.inputs, operator.outputs[0]))
    if given is None or shape is None or made is None or shape.kind != "constant" or shape.buffer is None:
        return None
    single = given.shape[:1] == (1,) and made.shape[:1] == (1,) and len(made.shape) == prod(shape.shape)
    return shape if single and shape.type.name == "INT32" else None
