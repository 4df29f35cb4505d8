"""Sparse tensors are decoded as TensorFlow's own DENSIFY decodes them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.errors import ValuesError
from inspector.formats import open_model
from inspector.formats.sparse import densify
from inspector.model import SparseDimension, Sparsity
from tests.builders import ModelBuilder, sparsity
from tests.model_examples import sparse_kinds

DENSE: dict[str, Any] = {
    "blocks": [[1, 0, 2, 3], [0, 4, 0, 0], [0, 0, 5, 0], [0, 0, 0, 6]],
    "rows": [[1, 0, 0, 2], [0, 0, 0, 0], [0, 3, 4, 0]],
    "columns": [[1, 0, 0, 4], [0, 0, 0, 0], [0, 2, 3, 0]],
    "1x4": [[0, 0, 0, 0, 1, 2, 3, 4], [5, 6, 7, 8, 0, 0, 0, 0]],
}


@pytest.mark.parametrize("name", DENSE)
def test_the_worked_examples(name: str, tmp_path: Path) -> None:
    path = tmp_path / "sparse.tflite"
    path.write_bytes(sparse_kinds())
    model = open_model(path)
    tensor = next(tensor for tensor in model.tensors() if tensor.name == name)
    assert model.values(tensor).tolist() == DENSE[name]
    assert np.concatenate(list(model.storage.chunks(tensor, 3))).tolist() == np.ravel(DENSE[name]).tolist()
    assert tensor.bytes == len(model.storage.raw(tensor)) < np.asarray(model.values(tensor)).nbytes + 1


def test_stored_elements_count_zeros_inside_kept_blocks(tmp_path: Path) -> None:
    path = tmp_path / "sparse.tflite"
    path.write_bytes(sparse_kinds())
    found = open_model(path).subgraphs[0].tensors[0].sparsity
    assert found is not None
    assert (found.traversal_order, found.block_map, found.stored_elements) == ((0, 1, 2, 3), (0, 1), 12)
    assert [dimension.compressed for dimension in found.dimensions] == [False, True, False, False]


def encode(
    dense: np.ndarray, order: Sequence[int], block: dict[int, int], compressed: Sequence[bool], width: str
) -> Any:
    """Stored values and SparsityParametersT of a dense array: the way there, written without looking at the way back.

    `block` maps a dimension to its block size; `compressed` says it for each level of `order`.
    """
    rank, block_map = dense.ndim, sorted(block)
    grid = [dense.shape[d] // block.get(d, 1) for d in range(rank)] + [block[d] for d in block_map]
    split, axis_of = [], []
    for dimension in range(rank):  # [a, b] -> [a / block, block, b]
        axis_of.append(len(split))
        split.append(grid[dimension])
        if dimension in block:
            split.append(block[dimension])
    axes = axis_of + [axis_of[d] + 1 for d in block_map]
    level_array = dense.reshape(split).transpose([axes[entry] for entry in order])
    nodes: list[tuple[int, ...]] = [()]
    levels: list[Any] = []
    for level, entry in enumerate(order):
        size = grid[entry]
        if not compressed[level]:
            levels.append(size)
            nodes = [(*node, i) for node in nodes for i in range(size)]
            continue
        segments, indices, kept = [0], [], []
        for node in nodes:
            used = [i for i in range(size) if np.any(level_array[(*node, i)])]
            indices += used
            kept += [(*node, i) for i in used]
            segments.append(len(indices))
        levels.append((np.array(segments, width), np.array(indices, width)))
        nodes = kept
    stored = np.array([level_array[node] for node in nodes], dense.dtype)
    return stored, sparsity(order, block_map or None, levels)


CASES = [
    # shape, traversal order, blocks, compressed levels
    ((6, 8), [0, 1], {}, [False, True]),
    ((6, 8), [1, 0], {}, [False, True]),
    ((6, 8), [0, 1], {}, [True, True]),
    ((6, 8), [0, 1], {}, [False, False]),
    ((6, 8), [0, 1, 2], {1: 4}, [False, True, False]),
    ((6, 8), [1, 0, 2], {1: 4}, [False, True, False]),
    ((6, 8), [0, 1, 2, 3], {0: 2, 1: 4}, [False, True, False, False]),
    ((6, 8), [0, 1, 3, 2], {0: 2, 1: 4}, [False, True, False, False]),
    ((2, 3, 4, 6), [0, 1, 2, 3], {}, [False, False, False, True]),
    ((2, 3, 4, 6), [0, 3, 1, 2], {}, [False, True, False, True]),
    ((2, 3, 4, 6), [0, 1, 2, 3, 4], {3: 2}, [False, False, True, True, False]),
    ((5,), [0], {}, [True]),
]


@pytest.mark.parametrize("width", ["<i4", "<u2", "u1"])
@pytest.mark.parametrize("dtype", ["FLOAT32", "INT8", "FLOAT16"])
@pytest.mark.parametrize("case", range(len(CASES)))
def test_decodes_what_densify_decodes(case: int, dtype: str, width: str, tmp_path: Path) -> None:
    shape, order, block, compressed = CASES[case]
    random = np.random.default_rng(case)
    dense = random.integers(-9, 10, shape) * (random.random(shape) < 0.3)
    dense = dense.astype({"FLOAT32": np.float32, "INT8": np.int8, "FLOAT16": np.float16}[dtype])
    stored, described = encode(dense, order, block, compressed, width)
    b = ModelBuilder()
    tensor = b.tensor("sparse", shape, dtype, stored, sparsity=described)
    out = b.tensor("dense", shape, dtype)
    b.operator("DENSIFY", [tensor], [out], b.options("DensifyOptions"))
    path = b.outputs(out).write(tmp_path / "sparse.tflite")
    model = open_model(path)
    assert not model.findings
    ours = model.values(model.subgraphs[0].tensors[tensor])
    assert np.array_equal(ours, dense)
    assert np.array_equal(ours, _densified(path, out))


def test_a_block_larger_than_its_order_says_is_read_as_tensorflow_reads_it(tmp_path: Path) -> None:
    """With three rotated block levels TensorFlow takes block sizes from other levels; equal sizes make that sound."""
    random = np.random.default_rng(7)
    dense = (random.integers(1, 9, (4, 4, 4)) * (random.random((4, 4, 4)) < 0.4)).astype(np.float32)
    stored, described = encode(dense, [0, 1, 2, 5, 3, 4], {0: 2, 1: 2, 2: 2}, [False, True, True] + [False] * 3, "<i4")
    b = ModelBuilder()
    tensor, out = b.tensor("sparse", (4, 4, 4), data=stored, sparsity=described), b.tensor("dense", (4, 4, 4))
    b.operator("DENSIFY", [tensor], [out], b.options("DensifyOptions"))
    path = b.outputs(out).write(tmp_path / "sparse.tflite")
    model = open_model(path)
    assert np.array_equal(model.values(model.subgraphs[0].tensors[tensor]), _densified(path, out))


def _densified(path: Path, tensor: int) -> np.ndarray:
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    interpreter = Interpreter(str(path), experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
    interpreter.allocate_tensors()
    interpreter.invoke()
    return interpreter.get_tensor(tensor)


def test_every_sparse_tensor_of_a_real_model(shared_models: Path) -> None:
    path = shared_models / "mediapipe__face_detection_full_range_sparse.tflite"
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    interpreter = Interpreter(
        str(path),
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    interpreter.invoke()
    model = open_model(path)
    compared = 0
    for operator in model.operators():
        if operator.op_name == "DENSIFY":
            ours = model.values(model.subgraphs[0].tensors[operator.inputs[0]])
            assert np.array_equal(ours, interpreter.get_tensor(operator.outputs[0]))
            compared += 1
    assert compared == 46


def _sparsity(**changes: Any) -> Sparsity:
    rows = SparseDimension(True, 0, np.array([0, 2, 2, 4], np.int32), np.array([0, 3, 1, 2], np.int32))
    parts: dict[str, Any] = {
        "traversal_order": (0, 1),
        "block_map": (),
        "dimensions": (SparseDimension(False, 3, rows.segments[:0], rows.indices[:0]), rows),
        "stored_elements": 4,
    }
    return Sparsity(**(parts | changes))


def _rows(segments: list[int], indices: list[int]) -> tuple[SparseDimension, ...]:
    rows = SparseDimension(True, 0, np.array(segments, np.int32), np.array(indices, np.int32))
    return SparseDimension(False, 3, rows.segments[:0], rows.indices[:0]), rows


@pytest.mark.parametrize(
    "wrong",
    [
        _sparsity(traversal_order=(0, 0)),
        _sparsity(traversal_order=(0, 1, 2)),
        _sparsity(block_map=(5,), traversal_order=(0, 1, 2)),
        _sparsity(dimensions=_rows([0, 2], [0, 3, 1, 2])),
        _sparsity(dimensions=_rows([0, 2, 2, 9], [0, 3, 1, 2])),
        _sparsity(dimensions=_rows([0, 3, 2, 4], [0, 3, 1, 2])),
        _sparsity(dimensions=_rows([0, 4, 0, 4], [0, 3, 1, 2])),
        _sparsity(dimensions=_rows([0, 2, 2, 4], [0, 4, 1, 2])),
        _sparsity(dimensions=_rows([0, 2, 2, 4], [0, -1, 1, 2])),
        _sparsity(dimensions=_rows([0, 2, 2, 3], [0, 3, 1, 2])),
        _sparsity(dimensions=(_rows([], [])[0],)),
        _sparsity(dimensions=(SparseDimension(False, 1 << 30, *[np.zeros(0, np.int32)] * 2), _rows([0], [])[1])),
    ],
)
def test_a_description_that_contradicts_itself_is_an_error(wrong: Sparsity) -> None:
    with pytest.raises(ValuesError):
        densify(np.arange(4, dtype=np.float32), (3, 4), wrong)


def test_a_tiny_file_can_not_ask_for_a_huge_array(tmp_path: Path) -> None:
    b = ModelBuilder()
    b.tensor("huge", [1 << 20, 1 << 20], data=np.ones(1, np.float32),
             sparsity=sparsity([0, 1], None, [1 << 20, (np.array([0, 1], "<i4"), np.array([0], "<i4"))]))  # fmt: skip
    model = open_model(b.write(tmp_path / "huge.tflite"))
    assert [finding.code for finding in model.findings] == ["sparsity"]
    with pytest.raises(ValuesError, match="impossible"):
        model.values(model.subgraphs[0].tensors[0])
