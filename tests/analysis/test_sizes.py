"""Where the bytes are: by type and in words, as in the Analyzer's footer, and what could be saved."""

import gzip
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.analysis.buffers import buffer_findings, stored_buffers
from inspector.analysis.sizes import bytes_by_type, compressed_file_bytes, size_totals
from inspector.errors import Cancelled, FileChangedError
from inspector.formats import open_model
from inspector.model import Model
from tests.analysis.memory_model import Stored, memory_model
from tests.builders import ModelBuilder


def tiny_file(folder: Path) -> Path:
    """A dense layer whose weights two tensors share, with a bias of zeros and metadata."""
    builder = ModelBuilder()
    x, y, z = (builder.tensor(name, [1, 4]) for name in "xyz")
    weights = np.arange(1, 17, dtype=np.float32).reshape(4, 4)
    w = builder.tensor("a/w", [4, 4], data=weights)
    shared = builder.tensor("b/w", [4, 4], buffer=builder.current.tensors[w].buffer)
    copy = builder.tensor("c/w", [4, 4], data=weights)
    bias = builder.tensor("a/b", [4], data=np.zeros(4, np.float32))
    options = builder.options("FullyConnectedOptions")
    for source, kernel, target in ((x, w, y), (y, shared, z), (z, copy, x)):
        builder.operator("FULLY_CONNECTED", [source, kernel, bias], [target], options)
    path = folder / "tiny.tflite"
    path.write_bytes(builder.inputs(x).outputs(z).finish())
    return path


def test_parts_sum_to_the_file_and_a_shared_buffer_counts_once(tmp_path: Path) -> None:
    path = tiny_file(tmp_path)
    model = open_model(path)
    parts = bytes_by_type(model)
    assert sum(part.bytes for part in parts) == path.stat().st_size
    assert sum(part.share for part in parts) == pytest.approx(1)
    floats, structure = parts
    assert (floats.name, floats.tensors, floats.bytes, floats.what) == ("FLOAT32", 4, 144, "3 weight tensors, 1 bias")
    assert (structure.name, structure.tensors) == ("Structure", None)


def test_duplicates_and_zeros_with_the_bytes_to_win(tmp_path: Path) -> None:
    totals = size_totals(open_model(tiny_file(tmp_path)))
    assert (totals.stored_tensors, totals.stored_bytes, totals.zero_value) == (4, 144, 16)
    (same,) = totals.buffers.duplicates
    assert (same.count, same.size, same.to_win, same.tensors) == (2, 64, 64, ((0, 3), (0, 4), (0, 5)))
    assert totals.duplicate_bytes == 64
    assert totals.buffers.zero_tensors == ((0, 6),)
    assert totals.data + totals.non_data == totals.file


def large_model() -> Model:
    """Buffers above the size that is gathered: two equal, one with an equal head, one of zeros, one its own."""
    base = np.arange(40_000, dtype=np.float32) + 1
    other = base.copy()
    other[-1] = 0
    zeros = np.zeros(40_000, np.float32)
    return memory_model([base, other, base.copy(), zeros, base[::-1].copy()])


def test_large_buffers_are_compared_to_the_end() -> None:
    found = buffer_findings(large_model())
    assert [same.tensors for same in found.duplicates] == [((0, 0), (0, 2))]
    assert (found.zero_buffers, found.zero_bytes) == (1, 160_000)


def test_comparing_can_be_stopped() -> None:
    def progress(_share: float | None, message: str) -> None:
        assert message == "Comparing buffers"
        raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        size_totals(large_model(), progress)


def test_words_name_the_operators_that_read_shapes() -> None:
    axes, shape = np.array([1, 2], np.int32), np.array([1, 4], np.int32)
    tensors = [Stored(shape=(1, 2, 2, 4)), axes, Stored(shape=(1, 4)), shape, Stored(shape=(1, 4))]
    one = memory_model(tensors[:3], [("MEAN", (0, 1), (2,))])
    assert bytes_by_type(one)[0].what == "axes of MEAN"
    two = memory_model(tensors, [("MEAN", (0, 1), (2,)), ("RESHAPE", (2, 3), (4,))])
    assert bytes_by_type(two)[0].what == "shapes and axes of MEAN and RESHAPE"


def test_the_optimizer_of_a_keras_file_is_a_part_of_its_own() -> None:
    kernel = Stored(np.ones((4, 4), np.float32), role="weights")
    state = Stored(np.ones(50, np.float32), kind="optimizer")
    model = memory_model([kernel, state], [("Dense", (0,), ())], layers=[{"name": "dense"}], size_bytes=1000)
    assert [(part.name, part.bytes) for part in bytes_by_type(model)] == [
        ("FLOAT32", 64), ("Optimizer", 200), ("Structure", 736)
    ]  # fmt: skip


def test_the_compressed_file_is_as_large_as_gzip_makes_it(tmp_path: Path) -> None:
    path = tiny_file(tmp_path)
    model = open_model(path)
    assert compressed_file_bytes(model) == len(gzip.compress(path.read_bytes(), 6, mtime=0))
    path.unlink()
    with pytest.raises(FileChangedError):
        compressed_file_bytes(model)


def footer(path: Path) -> dict[str, int]:
    """Model size, non-data, data and zero-value bytes as the Analyzer prints them."""
    analyzer = pytest.importorskip("ai_edge_litert._pywrap_analyzer_wrapper")
    text = analyzer.ModelAnalyzer(str(path), True, False)
    pattern = r"(Model size|Non-data buffer size|Total data buffer size|\(Zero value buffers\)):\s+(\d+) bytes"
    return {name: int(size) for name, size in re.findall(pattern, text)}


def check_footer(path: Path) -> None:
    totals = size_totals(open_model(path))
    assert footer(path) == {
        "Model size": totals.file, "Non-data buffer size": totals.non_data, "Total data buffer size": totals.data,
        "(Zero value buffers)": totals.zero_value,
    }  # fmt: skip


def test_totals_are_those_of_the_analyzer(tmp_path: Path) -> None:
    check_footer(tiny_file(tmp_path))


def test_totals_of_real_models_are_those_of_the_analyzer(shared_models: Path) -> None:
    for path in sorted(shared_models.glob("*.tflite")):
        check_footer(path)


def test_the_emotion_model_has_the_table_of_the_picture(shared_models: Path) -> None:
    model = open_model(shared_models / "fer__emotion_model_quantized.tflite")
    rows: list[tuple[Any, ...]] = [
        (part.name, part.tensors, part.bytes, f"{part.share:.1%}", part.what) for part in bytes_by_type(model)
    ]
    assert rows == [
        ("INT8", 9, 51_200, "55.0%", "weights of 1,024 elements or more"),
        ("FLOAT32", 34, 21_052, "22.6%", "14 small weight tensors, 20 biases"),
        ("INT32", 1, 8, "0.0%", "axes of MEAN"),
        ("Structure", None, 20_900, "22.4%", "names, shapes, operators, metadata"),
    ]
    assert (stored_buffers(model).tensors, stored_buffers(model).bytes) == (44, 72_260)
    assert f"{compressed_file_bytes(model) / 1024:.1f}" == "72.9"
