"""Small .tflite models of every kind the reader knows, made in code: name -> function that gives the bytes."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tests.builders import ModelBuilder, quantization, sparsity

options = ModelBuilder.options


def int8_cnn() -> bytes:
    """Convolutions (per-channel), pool, RESHAPE, FULLY_CONNECTED, SOFTMAX; dynamic batch, signature, metadata, labels
    packed behind it."""
    random = np.random.default_rng(0)
    b = ModelBuilder("MLIR Converted.")
    x = b.tensor("serving_default_x:0", [1, 8, 8, 2], "INT8", scale=0.05, zero_point=-3, hasRank=True,
                 shapeSignature=np.array([-1, 8, 8, 2], np.int32))  # fmt: skip
    scales = np.array([0.01, 0.02, 0.03, 0.04])
    w1 = b.tensor("conv/kernel", [4, 3, 3, 2], "INT8", random.integers(-127, 128, (4, 3, 3, 2)), scales, [0] * 4)
    b1 = b.tensor("conv/bias", [4], "INT32", random.integers(-99, 99, 4), scales * 0.05, [0] * 4)
    y1 = b.tensor("conv/Relu", [1, 8, 8, 4], "INT8", scale=0.1, zero_point=-128)
    w2 = b.tensor("depthwise/kernel", [1, 3, 3, 4], "INT8", random.integers(-127, 128, (1, 3, 3, 4)),
                  [0.01, 0.005, 0.02, 0.01], [0] * 4, 3)  # fmt: skip
    b2 = b.tensor("depthwise/bias", [4], "INT32", np.zeros(4), np.array([0.01, 0.005, 0.02, 0.01]) * 0.1, [0] * 4)
    y2 = b.tensor("depthwise/out", [1, 4, 4, 4], "INT8", scale=0.1, zero_point=0)
    y3 = b.tensor("pool", [1, 2, 2, 4], "INT8", scale=0.1, zero_point=0)
    shape = b.tensor("flatten/shape", [2], "INT32", np.array([-1, 16]))
    y4 = b.tensor("flatten", [1, 16], "INT8", scale=0.1, zero_point=0)
    w5 = b.tensor("dense/kernel", [3, 16], "INT8", random.integers(-127, 128, (3, 16)), 0.02, 0)
    b5 = b.tensor("dense/bias", [3], "INT32", np.array([5, -5, 0]), 0.002, 0)
    y5 = b.tensor("dense/out", [1, 3], "INT8", scale=0.2, zero_point=4)
    y6 = b.tensor("StatefulPartitionedCall:0", [1, 3], "INT8", scale=1 / 256, zero_point=-128)
    b.operator(
        "CONV_2D", [x, w1, b1], [y1], options("Conv2DOptions", strideW=1, strideH=1, fusedActivationFunction=1), 3
    )
    b.operator("DEPTHWISE_CONV_2D", [y1, w2, b2], [y2],
               options("DepthwiseConv2DOptions", strideW=2, strideH=2, depthMultiplier=1), 3)  # fmt: skip
    b.operator("MAX_POOL_2D", [y2], [y3],
               options("Pool2DOptions", padding=1, strideW=2, strideH=2, filterWidth=2, filterHeight=2), 2)  # fmt: skip
    b.operator("RESHAPE", [y3, shape], [y4], options("ReshapeOptions", newShape=np.array([1, 16], np.int32)))
    b.operator("FULLY_CONNECTED", [y4, w5, b5], [y5], options("FullyConnectedOptions"), 4)
    b.operator("SOFTMAX", [y5], [y6], options("SoftmaxOptions", beta=1.0), 2)
    b.inputs(x).outputs(y6)
    b.signature("serving_default", {"x": x}, {"output_0": y6})
    b.metadata("min_runtime_version", b"2.3.0".ljust(16, b"\0"))
    return with_zip(b.finish(), {"labels.txt": b"left\nright\nnone\n", "notes/readme.md": "Größe\n".encode()})


def float_dense() -> bytes:
    """Two FULLY_CONNECTED, the second without bias (-1)."""
    random = np.random.default_rng(1)
    b = ModelBuilder()
    x = b.tensor("x", [1, 4])
    w1 = b.tensor("w1", [8, 4], data=random.standard_normal((8, 4)).astype(np.float32))
    b1 = b.tensor("b1", [8], data=np.zeros(8, np.float32))
    h = b.tensor("h", [1, 8])
    w2 = b.tensor("w2", [2, 8], data=random.standard_normal((2, 8)).astype(np.float32))
    y = b.tensor("y", [1, 2])
    b.operator("FULLY_CONNECTED", [x, w1, b1], [h], options("FullyConnectedOptions", fusedActivationFunction=1))
    b.operator("FULLY_CONNECTED", [h, w2, -1], [y], options("FullyConnectedOptions"))
    return b.inputs(x).outputs(y).finish()


def every_type() -> bytes:
    """A constant of every element type, and one of a type that does not exist yet."""
    b = ModelBuilder()
    texts = string_data(["é", "", "abc"] * 5)
    for code, bits in enumerate((32, 16, 32, 8, 64, 0, 8, 16, 64, 8, 64, 128, 64, 8, 8, 32, 16, 4, 16, 2, 4, 8, 8)):
        b.tensor(f"of type {code}", [3, 5], code, bytes(range(-(-15 * bits // 8))) if bits else texts)
    b.tensor("of tomorrow", [3, 5], 27, bytes(15))
    b.tensor("scalar", [], "FLOAT32", np.array(2.5, np.float32))
    b.tensor("no elements", [0, 4], "INT32")
    b.tensor("", [])
    b.current.tensors[-1].name = b.current.tensors[-1].shape = None
    return b.finish()


def packed_types() -> bytes:
    """Types narrower than a byte and rare floats, as many bytes as their shape needs."""
    b = ModelBuilder()
    for code, size in ((17, 8), (19, 4), (20, 8), (1, 30), (18, 30), (21, 15), (22, 15), (6, 15)):
        b.tensor(f"type {code}", [3, 5], code, bytes((37 * i + code) % 256 for i in range(size)))
    return b.finish()


def string_data(texts: list[str]) -> bytes:
    """The buffer of a STRING tensor: count, count + 1 offsets, bytes."""
    parts = [text.encode() for text in texts]
    offsets = np.cumsum([4 * (len(parts) + 2)] + [len(part) for part in parts]).astype("<i4")
    return np.array([len(parts)], "<i4").tobytes() + offsets.tobytes() + b"".join(parts)


def quantized_in_many_ways() -> bytes:
    """min and max, custom, blockwise and multi-axis details, a scale alone."""
    b = ModelBuilder()
    floats = {"min": np.array([-1.0], np.float32), "max": np.array([1.0], np.float32)}
    b.tensor("with a range", [4], quantization=quantization(**floats))
    b.tensor("range and scale", [4], "UINT8", np.arange(4), quantization=quantization(0.5, 128, **floats))
    scales = b.tensor("block scales", [2, 2], "FLOAT16", np.ones((2, 2)))
    blockwise = schema.BlockwiseQuantizationT(scales=scales, zeroPoints=0, blockSize=32)
    b.tensor("blockwise", [2, 64], "INT4", bytes(64), quantization=quantization(
        details=blockwise, detailsType=schema.QuantizationDetails.BlockwiseQuantization))  # fmt: skip
    custom = schema.CustomQuantizationT(custom=np.arange(7, dtype=np.uint8))
    b.tensor("custom", [4], "INT8", np.arange(4), quantization=quantization(
        details=custom, detailsType=schema.QuantizationDetails.CustomQuantization))  # fmt: skip
    axes = schema.MultiAxisQuantizationT(scales=scales, blockSize=0, quantizedDimensions=np.array([0, 1], np.int32))
    b.tensor("two axes", [2, 2], "INT8", np.arange(4), quantization=quantization(
        details=axes, detailsType=schema.QuantizationDetails.MultiAxisQuantization))  # fmt: skip
    b.tensor("uint8 of old", [2, 2], "UINT8", np.arange(4), 0.25, 131)
    return b.finish()


def sparse_kinds() -> bytes:
    """The forms SparsityParameters can take; their dense values are in test_sparse.py."""
    b = ModelBuilder()
    i4, u2, u1 = "<i4", "<u2", "u1"
    stored = np.array([1, 0, 0, 4, 2, 3, 0, 0, 5, 0, 0, 6], np.int8)
    b.tensor("blocks", [4, 4], "INT8", stored, sparsity=sparsity(
        [0, 1, 2, 3], [0, 1], [2, (np.array([0, 2, 3], u1), np.array([0, 1, 1], u1)), 2, 2]))  # fmt: skip
    b.tensor("rows", [3, 4], "FLOAT32", np.array([1, 2, 3, 4], np.float32), sparsity=sparsity(
        [0, 1], None, [3, (np.array([0, 2, 2, 4], i4), np.array([0, 3, 1, 2], i4))]))  # fmt: skip
    b.tensor("columns", [3, 4], "FLOAT16", np.array([1, 2, 3, 4], np.float16), sparsity=sparsity(
        [1, 0], None, [4, (np.array([0, 1, 2, 3, 4], u2), np.array([0, 2, 2, 0], u2))]))  # fmt: skip
    b.tensor("1x4", [2, 8], "FLOAT32", np.arange(1, 9, dtype=np.float32), sparsity=sparsity(
        [0, 1, 2], [1], [2, (np.array([0, 1, 2], u1), np.array([1, 0], u1)), 4]))  # fmt: skip
    return b.finish()


def subgraphs() -> bytes:
    """WHILE and CALL_ONCE into further subgraphs, resource variables, a variable tensor."""
    b = ModelBuilder()
    x, y = b.tensor("x", [1], "INT32"), b.tensor("y", [1], "INT32")
    handle = b.tensor("handle", [], "RESOURCE")
    state = b.tensor("state", [2, 3], "FLOAT32", isVariable=True)
    b.operator("CALL_ONCE", [], [], options("CallOnceOptions", initSubgraphIndex=3))
    b.operator("VAR_HANDLE", [], [handle], options("VarHandleOptions", container="c", sharedName="state é"))
    b.operator("READ_VARIABLE", [handle], [state], options("ReadVariableOptions"))
    b.operator("WHILE", [x], [y], options("WhileOptions", condSubgraphIndex=1, bodySubgraphIndex=2))
    b.inputs(x).outputs(y)
    b.subgraph("condition")
    n, flag = b.tensor("n", [1], "INT32"), b.tensor("flag", [1], "BOOL")
    ten = b.tensor("ten", [], "INT32", np.array(10, np.int32))
    b.operator("LESS", [n, ten], [flag], options("LessOptions"))
    b.inputs(n).outputs(flag)
    b.subgraph("body")
    n, more = b.tensor("n", [1], "INT32"), b.tensor("more", [1], "INT32")
    one = b.tensor("one", [], "INT32", np.array(1, np.int32))
    b.operator("ADD", [n, one], [more], options("AddOptions"))
    b.inputs(n).outputs(more)
    b.subgraph("NoOp")
    b.signature("serving_default", {"x": x}, {"y": y})
    b.signature("increment", {"n": 0}, {"more": 1}, 2)
    return b.finish()


def every_option() -> bytes:
    """An operator for each kind of options, once as they are by default and once with every field set."""
    b = ModelBuilder()
    b.subgraph("second")
    for union in (schema.BuiltinOptions, schema.BuiltinOptions2):
        for kind, code in vars(union).items():
            if kind.startswith("_") or code == 0:
                continue
            for filled in (False, True):
                made = options(kind)
                if filled:
                    _fill(made, kind)
                b.operator("CUSTOM_" + kind, [], [], made)
    return b.finish()


def _fill(made: Any, kind: str) -> None:
    for number, (field, value) in enumerate(vars(made).items()):
        if isinstance(value, bool):
            setattr(made, field, not value)
        elif isinstance(value, float):
            setattr(made, field, 0.5 + number)
        elif isinstance(value, int):
            setattr(made, field, 1)
        else:
            vector = f"{kind}Start{field[0].upper()}{field[1:]}Vector"
            setattr(made, field, [1, 0, 1] if hasattr(schema, vector) else f"text {number} é")


def custom_operators() -> bytes:
    """Custom codes, their options, intermediates, an operator of tomorrow, a kind listed without a name."""
    b = ModelBuilder()
    x, y, z = (b.tensor(name, [2, 2]) for name in "xyz")
    b.operator("Convolution2DTransposeBias", [x], [y], customOptions=np.arange(24, dtype=np.uint8))
    b.operator("UNIDIRECTIONAL_SEQUENCE_LSTM", [y], [z], options("UnidirectionalSequenceLSTMOptions", timeMajor=True),
               intermediates=np.array([0, 1], np.int32), mutatingVariableInputs=[True])  # fmt: skip
    b.operator("Big", [x], [y], largeCustomOptionsOffset=64, largeCustomOptionsSize=5000)
    b.operator("ADD", [x, x], [z], options("AddOptions"))
    b.model.operatorCodes[-1].builtinCode, b.model.operatorCodes[-1].deprecatedBuiltinCode = 300, 127
    b.operator("Nameless", [x], [z])
    b.model.operatorCodes[-1].customCode = None
    b.operator("RELU", [x], [y])
    b.model.operatorCodes[-1].builtinCode = 0  # as files from before 2020 have it
    return b.inputs(x).outputs(z).finish().ljust(5064, b"\0")


def shared_buffers() -> bytes:
    """Three tensors of one buffer, two buffers of equal bytes, one of zeros, names of all sorts."""
    b = ModelBuilder("Beschreibung mit Umlaut: ü")
    first = b.buffer(np.arange(6, dtype=np.float32))
    for name in ("a", "b", ""):
        b.tensor(name, [2, 3], buffer=first)
    b.tensor("日本語/名前", [6], "FLOAT32", np.arange(6))
    b.tensor("zeros", [4], "INT32", np.zeros(4))
    b.tensor("empty buffer", [4], buffer=b.buffer())
    return b.finish()


def data_behind() -> bytes:
    """Buffers by offset and size behind the flatbuffer, as in files over 2 GB."""
    values = np.arange(8, dtype=np.float32)
    b = ModelBuilder()
    b.tensor("inside", [2], "FLOAT32", np.array([1, 2]))
    row = b.buffer(offset=2, size=1)  # both fields take their room
    b.tensor("behind", [2, 4], buffer=row)
    length = -(-len(b.finish()) // 16) * 16
    b.model.buffers[row].offset, b.model.buffers[row].size = length, values.nbytes
    data = b.finish()
    assert len(data) <= length
    return data.ljust(length, b"\0") + values.tobytes()


def nothing_in_it() -> bytes:
    """A subgraph without tensors."""
    return ModelBuilder("").finish()


def with_zip(data: bytes, files: dict[str, bytes]) -> bytes:
    """The model with a zip archive behind it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(zipfile.ZipInfo(name), content)
    return data + archive.getvalue()


EXAMPLES: dict[str, Callable[[], bytes]] = {
    made.__name__: made
    for made in (
        int8_cnn, float_dense, every_type, packed_types, quantized_in_many_ways, sparse_kinds, subgraphs, every_option,
        custom_operators, shared_buffers, data_behind, nothing_in_it,
    )
}  # fmt: skip
