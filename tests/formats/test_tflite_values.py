"""Values are what TensorFlow's interpreter gives, in memory and from a mapped file alike."""

from pathlib import Path

import ml_dtypes
import numpy as np
import pytest

from inspector.errors import ValuesError
from inspector.formats import file_bytes, open_model
from inspector.formats.packed import strings
from inspector.model import Model, Tensor
from tests.builders import ModelBuilder
from tests.conftest import SAMPLES, SHARED_MODELS
from tests.model_examples import EXAMPLES, string_data

REAL = [*sorted(SAMPLES.glob("*.tflite")), *sorted(SHARED_MODELS.glob("*.tflite"))]


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_every_constant_of_a_real_model_as_the_interpreter_gives_it(path: Path) -> None:
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    interpreter = Interpreter(str(path), experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
    model = open_model(path)
    compared = 0
    for tensor in model.subgraphs[0].tensors:
        if tensor.has_data and tensor.sparsity is None:
            official = interpreter.get_tensor(tensor.index)
            ours = model.values(tensor)
            assert ours.dtype == official.dtype and np.array_equal(ours, official)
            compared += 1
    assert compared


def _dequantized_by_the_interpreter(path: Path, tensor: int) -> np.ndarray:
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    interpreter = Interpreter(str(path), experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
    interpreter.allocate_tensors()
    interpreter.invoke()
    return interpreter.get_tensor(tensor)


@pytest.mark.parametrize("shape", [[3, 5], [2, 8], [1]])
@pytest.mark.parametrize("name", ["INT4", "INT2", "UINT4", "INT8", "UINT8", "INT16", "FLOAT16", "BFLOAT16"])
def test_numbers_of_every_width(name: str, shape: list[int], tmp_path: Path) -> None:
    bits = {"INT4": 4, "INT2": 2, "UINT4": 4, "INT8": 8, "UINT8": 8}.get(name, 16)
    size = -(-int(np.prod(shape)) * bits // 8)
    b = ModelBuilder()
    scale = {"scale": 0.25, "zero_point": 0} if "FLOAT" not in name else {}
    data = np.random.default_rng(bits).integers(0, 120, size, np.uint8)  # no NaN
    stored = b.tensor("stored", shape, name, data.tobytes(), **scale)
    real = b.tensor("real", shape)
    if name == "BFLOAT16":
        b.operator("CAST", [stored], [real], b.options("CastOptions", inDataType=18, outDataType=0))
    else:
        b.operator("DEQUANTIZE", [stored], [real], b.options("DequantizeOptions"))
    path = b.outputs(real).write(tmp_path / "model.tflite")
    model = open_model(path)
    ours = model.values(model.subgraphs[0].tensors[stored], dequantized=True)
    assert np.array_equal(ours.astype(np.float32), _dequantized_by_the_interpreter(path, real))


@pytest.mark.parametrize(
    ("name", "official"), [("FLOAT8_E4M3FN", ml_dtypes.float8_e4m3fn), ("FLOAT8_E5M2", ml_dtypes.float8_e5m2)]
)
def test_all_256_numbers_of_float8(name: str, official: type, tmp_path: Path) -> None:
    codes = np.arange(256, dtype=np.uint8)
    b = ModelBuilder()
    b.tensor("all", [256], name, codes)
    model = open_model(b.write(tmp_path / "model.tflite"))
    ours = model.values(model.subgraphs[0].tensors[0])
    assert np.array_equal(ours, codes.view(official).astype(np.float32), equal_nan=True)
    assert np.array_equal(np.signbit(ours), np.signbit(codes.view(official).astype(np.float32)))


def test_per_channel_values_are_real_numbers(tmp_path: Path) -> None:
    b = ModelBuilder()
    levels = np.arange(-12, 12, dtype=np.int8).reshape(1, 2, 3, 4)
    scales = np.array([0.5, 0.25, 2.0, 1.0], np.float32)
    b.tensor("w", [1, 2, 3, 4], "INT8", levels, scales, [0, 1, -1, 2], 3)
    model = open_model(b.write(tmp_path / "model.tflite"))
    real = model.values(model.subgraphs[0].tensors[0], dequantized=True)
    assert np.array_equal(real, (levels - np.array([0, 1, -1, 2])) * scales)


def _same(model: Model, tensor: Tensor, elements: int) -> None:
    """The chunks of a tensor, one behind another, are its values."""
    values = model.values(tensor)
    chunks = [chunk.copy() for chunk in model.storage.chunks(tensor, elements)]
    assert all(len(chunk) <= max(elements, 8) for chunk in chunks)
    joined = np.concatenate(chunks) if chunks else values.reshape(-1)
    assert joined.dtype == values.dtype and np.array_equal(
        joined, values.reshape(-1), equal_nan=values.dtype.kind in "fc"
    )
    assert not values.flags.writeable


@pytest.mark.parametrize("mapped", [False, True], ids=["in memory", "mapped"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_chunks_make_up_the_values(name: str, mapped: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if mapped:
        monkeypatch.setattr(file_bytes, "IN_MEMORY_BYTES", 0)
    path = tmp_path / "model.tflite"
    path.write_bytes(EXAMPLES[name]())
    model = open_model(path)
    for tensor in model.tensors():
        if tensor.has_data and tensor.type.dtype is not None:
            for elements in (1, 3, 7, 1000):
                _same(model, tensor, elements)


def test_a_mapped_file_reads_as_one_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(EXAMPLES["int8_cnn"]())
    held = open_model(path)
    monkeypatch.setattr(file_bytes, "IN_MEMORY_BYTES", 0)
    mapped = open_model(path)
    assert mapped.associated_files == held.associated_files and mapped.metadata == held.metadata
    for ours, theirs in zip(mapped.tensors(), held.tensors(), strict=True):
        assert (ours.name, ours.shape, ours.bytes, ours.scale) == (
            theirs.name,
            theirs.shape,
            theirs.bytes,
            theirs.scale,
        )
        if ours.has_data:
            assert mapped.storage.raw(ours) == held.storage.raw(theirs)
    assert [dict(op.options) for op in mapped.operators()] == [dict(op.options) for op in held.operators()]


def test_data_behind_the_flatbuffer(tmp_path: Path) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(EXAMPLES["data_behind"]())
    model = open_model(path)
    assert model.buffers is not None and model.buffers.place.tolist() == [0, 0, 1]
    assert model.values(model.subgraphs[0].tensors[1]).tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]


@pytest.mark.parametrize("name", ["STRING", "RESOURCE", "VARIANT", "type 27"])
def test_types_without_numbers_say_so(name: str, tmp_path: Path) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(EXAMPLES["every_type"]())
    model = open_model(path)
    tensor = next(tensor for tensor in model.tensors() if tensor.type.name == name)
    with pytest.raises(ValuesError, match=r"has no numbers to show"):
        model.values(tensor)
    assert model.storage.raw(tensor)


def test_an_activation_has_no_values(tmp_path: Path) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(EXAMPLES["float_dense"]())
    model = open_model(path)
    with pytest.raises(ValuesError, match="T#0 x has no data in the file"):
        model.values(model.subgraphs[0].tensors[0])


def test_strings_are_decoded() -> None:
    assert strings(string_data(["é", "", "abc"])) == ["é".encode(), b"", b"abc"]
    for damaged in (b"", b"\x05\0\0\0", string_data(["abc"])[:-1], b"\xff\xff\xff\xff" + bytes(8)):
        with pytest.raises(ValuesError):
            strings(damaged)


def test_no_elements_in_an_impossible_shape(tmp_path: Path) -> None:
    b = ModelBuilder()
    b.tensor("w", [0, 2**31 - 1, 2**31 - 1, 2**31 - 1], data=np.ones(3, np.float32))
    b.tensor("sound", [0, 7], data=np.ones(3, np.float32))
    model = open_model(b.write(tmp_path / "model.tflite"))
    with pytest.raises(ValuesError, match="impossible shape"):
        model.values(model.subgraphs[0].tensors[0])
    assert model.values(model.subgraphs[0].tensors[1]).shape == (0, 7)
