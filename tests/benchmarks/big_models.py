"""Writes the big models that the benchmarks open, without TensorFlow: a wide one, and two sizes of long ones.

`python -m tests.benchmarks.big_models [FOLDER]` writes them all (about 5 GB; a model that is there already stays).

W   50,000 operators, 120,001 tensors, 70,001 buffers, a per-tensor int8 network.
L   1,000 FULLY_CONNECTED of 500 MB together, 60% zeros, float32 and int8.   XL   the same of 1,899 MB.
M   MobileNetV2, 14 MB in float32, 4 MB in int8.
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.flat_writer import FlatWriter, Ragged
from tests.benchmarks.mobilenet import mobilenet_v2 as mobilenet_v2_bytes

Array = np.ndarray[Any, np.dtype[Any]]

FLOAT32, INT32, INT8 = 0, 2, 9
FULLY_CONNECTED, ADD = 9, 0
FULLY_CONNECTED_OPTIONS, ADD_OPTIONS = 8, 11
_ZEROS = 0.6


@dataclass
class Network:
    """The columns of one model. Tensor i uses buffer `buffer[i]` (0: none); buffer sizes are in bytes."""

    names: list[bytes]
    shapes: Ragged
    types: Array
    buffer: Array
    scales: Array
    zero_points: Array
    quantized: bool
    opcode: Array
    inputs: Ragged
    outputs: Ragged
    buffer_sizes: Array
    buffer_data: Callable[[], Iterator[bytes]]


def wide(operators: int = 50_000) -> Network:
    """A chain of blocks of five operators: two FULLY_CONNECTED with bias, three ADD of a constant."""
    random = np.random.default_rng(1)
    index = np.arange(operators)
    dense = index % 5 < 2
    widths = random.integers(3, 10, operators + 1)
    for step in np.flatnonzero(~dense):  # an ADD keeps the width
        widths[step + 1] = widths[step]
    act = np.arange(operators + 1)  # T#0 .. are the activations, behind them first and second constants
    first = operators + 1 + index
    second = np.where(dense, 2 * operators + 1 + np.cumsum(dense) - 1, -1)
    ones = np.ones(operators + 1, np.int64)
    activation_shapes = np.stack([ones, ones, ones, widths], axis=1)
    count = operators + int(dense.sum())
    shapes: list[tuple[int, ...]] = [tuple(row) for row in activation_shapes.tolist()]
    out, into = widths[1:].tolist(), widths[:-1].tolist()
    shapes += [(o, i) if d else (1, 1, 1, i) for o, i, d in zip(out, into, dense.tolist(), strict=True)]
    shapes += [(o,) for o, d in zip(out, dense.tolist(), strict=True) if d]
    scale = random.uniform(0.01, 0.1, operators + 1).astype(np.float32)
    weight_scale = random.uniform(0.001, 0.01, operators).astype(np.float32)
    scales = np.concatenate([scale, weight_scale, (scale[:-1] * weight_scale)[dense]])
    zero_points = np.zeros(len(scales), np.int64)
    zero_points[: operators + 1] = random.integers(-128, 100, operators + 1)
    types = np.concatenate([np.full(2 * operators + 1, INT8), np.full(count - operators, INT32)])
    element = np.where(types == INT32, 4, 1)
    sizes = np.array([int(np.prod(shape)) for shape in shapes]) * element
    buffer = np.zeros(len(shapes), np.int64)
    buffer[operators + 1 :] = 1 + np.arange(count)
    buffer_sizes = np.concatenate([[0], sizes[operators + 1 :]])

    def data() -> Iterator[bytes]:
        everything = random.integers(0, 256, int(buffer_sizes.sum()), np.uint8)
        everything[random.random(everything.size) < _ZEROS] = 0
        start = 0
        for size in buffer_sizes.tolist():
            yield everything[start : start + size].tobytes()
            start += size

    inputs = [(a, f, s) if d else (a, f) for a, f, s, d in zip(
        act[:-1].tolist(), first.tolist(), second.tolist(), dense.tolist(), strict=True)]  # fmt: skip
    return Network(
        names=_wide_names(operators, dense),
        shapes=Ragged.of(shapes),
        types=types,
        buffer=buffer,
        scales=scales,
        zero_points=zero_points,
        quantized=True,
        opcode=np.where(dense, 0, 1),
        inputs=Ragged.of(inputs),
        outputs=Ragged.of([(int(a),) for a in act[1:]]),
        buffer_sizes=buffer_sizes,
        buffer_data=data,
    )


def _wide_names(operators: int, dense: Array) -> list[bytes]:
    activations = [b"serving_default_input:0"]
    firsts, seconds = [], []
    for step in range(operators):
        block = b"block_%d/%s_%d" % (step // 5, b"dense" if dense[step] else b"residual", step % 5)
        activations.append(block + (b"/MatMul;" + block + b"/BiasAdd" if dense[step] else b"/add"))
        firsts.append(block + (b"/MatMul" if dense[step] else b"/shift"))
        if dense[step]:
            seconds.append(block + b"/BiasAdd/ReadVariableOp")
    return activations + firsts + seconds


def long(width: int, quantized: bool, operators: int = 1000) -> Network:
    """A chain of FULLY_CONNECTED with square weights of `width` x `width`."""
    random = np.random.default_rng(2)
    act, weights = np.arange(operators + 1), operators + 1 + np.arange(operators)
    item = 1 if quantized else 4
    buffer = np.zeros(2 * operators + 1, np.int64)
    buffer[operators + 1 :] = 1 + np.arange(operators)

    def data() -> Iterator[bytes]:
        yield b""
        for _ in range(operators):
            if quantized:
                values: Array = random.integers(-127, 128, width * width, np.int8)
            else:
                values = random.standard_normal(width * width, np.float32)
            values[random.integers(0, 256, width * width, np.uint8) < _ZEROS * 256] = 0
            yield values.tobytes()

    count = 2 * operators + 1
    return Network(
        names=[b"layer_%d/activation" % i for i in range(operators + 1)]
        + [b"layer_%d/dense/MatMul" % i for i in range(operators)],
        shapes=Ragged.of([(1, width)] * (operators + 1) + [(width, width)] * operators),
        types=np.full(count, INT8 if quantized else FLOAT32),
        buffer=buffer,
        scales=np.concatenate([np.full(operators + 1, 0.05), random.uniform(0.001, 0.01, operators)]),
        zero_points=np.zeros(count, np.int64),
        quantized=quantized,
        opcode=np.zeros(operators, np.int64),
        inputs=Ragged.of([(int(a), int(w), -1) for a, w in zip(act[:-1], weights, strict=True)]),
        outputs=Ragged.of([(int(a),) for a in act[1:]]),
        buffer_sizes=np.concatenate([[0], np.full(operators, width * width * item)]),
        buffer_data=data,
    )


def write(network: Network, path: Path) -> None:
    """Writes the model: the structure first, the data behind it."""
    flat = FlatWriter()
    root = flat.tables(1, {0: "u4", 1: "offset", 2: "offset", 3: "offset", 4: "offset"})
    flat.put(root, 0, np.array([3]))
    code_list = flat.list_of(root.field(1), 2)
    subgraph_list = flat.list_of(root.field(2), 1)
    buffer_list = flat.list_of(root.field(4), len(network.buffer_sizes))
    flat.point(root.field(3), flat.texts([b"written by the benchmarks"]))
    codes = flat.tables(2, {0: "i1", 2: "i4", 3: "i4"})
    for slot, values in ((0, [FULLY_CONNECTED, ADD]), (2, [4, 2]), (3, [FULLY_CONNECTED, ADD])):
        flat.put(codes, slot, np.array(values))
    flat.point(code_list, codes.places)
    flat.point(subgraph_list, _subgraph(flat, network))
    buffers = flat.tables(len(network.buffer_sizes), {0: "offset"})
    flat.point(buffer_list, buffers.places)
    full = network.buffer_sizes > 0
    flat.empty(buffers, ~full)
    with path.open("wb") as file:
        data = (held for held in network.buffer_data() if held)
        flat.write(file, int(root.places[0]), buffers.field(0)[full], network.buffer_sizes[full], data)


def _subgraph(flat: FlatWriter, network: Network) -> Array:
    """The only subgraph; gives its place."""
    count, operators = len(network.names), len(network.opcode)
    subgraph = flat.tables(1, {0: "offset", 1: "offset", 2: "offset", 3: "offset", 4: "offset"})
    tensor_list = flat.list_of(subgraph.field(0), count)
    operator_list = flat.list_of(subgraph.field(3), operators)
    flat.point(subgraph.field(1), flat.vectors(Ragged.of([(0,)]), "<i4"))
    flat.point(subgraph.field(2), flat.vectors(Ragged.of([(int(network.outputs.values[-1]),)]), "<i4"))
    flat.point(subgraph.field(4), flat.texts([b"main"]))
    _tensors(flat, network, tensor_list)
    _operators(flat, network, operator_list)
    return subgraph.places


def _tensors(flat: FlatWriter, network: Network, listed: Array) -> None:
    count = len(network.names)
    fields = {0: "offset", 1: "i1", 2: "u4", 3: "offset", 8: "u1"}
    tensors = flat.tables(count, {**fields, 4: "offset"} if network.quantized else fields)
    flat.point(listed, tensors.places)
    flat.put(tensors, 1, network.types)
    flat.put(tensors, 2, network.buffer)
    flat.put(tensors, 8, np.ones(count, np.int64))  # has_rank
    flat.point(tensors.field(0), flat.vectors(network.shapes, "<i4"))
    flat.point(tensors.field(3), flat.texts(network.names))
    if network.quantized:
        scaling = flat.tables(count, {2: "offset", 3: "offset"})
        flat.point(tensors.field(4), scaling.places)
        flat.point(scaling.field(2), flat.vectors(Ragged.single(network.scales), "<f4"))
        flat.point(scaling.field(3), flat.vectors(Ragged.single(network.zero_points), "<i8"))


def _operators(flat: FlatWriter, network: Network, listed: Array) -> None:
    count, dense = len(network.opcode), network.opcode == 0
    steps = flat.tables(count, {0: "u4", 1: "offset", 2: "offset", 3: "u1", 4: "offset"})
    flat.point(listed, steps.places)
    flat.put(steps, 0, network.opcode)
    flat.put(steps, 3, np.where(dense, FULLY_CONNECTED_OPTIONS, ADD_OPTIONS))
    flat.point(steps.field(1), flat.vectors(network.inputs, "<i4"))
    flat.point(steps.field(2), flat.vectors(network.outputs, "<i4"))
    options = flat.tables(count, {0: "i1", 2: "u1"})  # no activation; keep_num_dims of FULLY_CONNECTED
    flat.put(options, 2, np.where(dense, int(network.quantized), 0))
    flat.point(steps.field(4), options.places)


def _write_bytes(data: bytes, path: Path) -> None:
    path.write_bytes(data)


MODELS: dict[str, Callable[[Path], None]] = {
    "m_float": lambda path: _write_bytes(mobilenet_v2_bytes(False), path),
    "m_int8": lambda path: _write_bytes(mobilenet_v2_bytes(True), path),
    "w": lambda path: write(wide(), path),
    "w_tenth": lambda path: write(wide(5_000), path),
    "l_f32": lambda path: write(long(354, False), path),
    "l_i8": lambda path: write(long(707, True), path),
    "xl_f32": lambda path: write(long(689, False), path),
    "xl_i8": lambda path: write(long(1378, True), path),
}


def default_folder() -> Path:
    return Path(tempfile.gettempdir()) / "tflite-inspector-benchmarks"


def big_model(name: str, folder: Path | None = None) -> Path:
    """The path of a model of MODELS, written first if it is not there."""
    folder = folder or default_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.tflite"
    if not path.exists():
        temporary = path.with_suffix(".part")
        MODELS[name](temporary)
        os.replace(temporary, path)
    return path


def wide_model(folder: Path | None = None) -> Path:
    return big_model("w", folder)


def mobilenet_v2(folder: Path | None = None, quantized: bool = False) -> Path:
    return big_model("m_int8" if quantized else "m_float", folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=default_folder())
    parser.add_argument("--only", choices=sorted(MODELS), action="append", help="write only this one")
    arguments = parser.parse_args()
    for name in arguments.only or MODELS:
        path = big_model(name, arguments.folder)
        print(f"{path}  {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
